"""A comment by itself: what was said, and under which record it stands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from standfirst.management.comments import ABOUT, ANSWERS, MENTIONS, WITHDRAWN, handles_in
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.server.pages.prose import rendered


def sheet(given: Sheet) -> Mapping[str, Any]:
    content = given.record.current.content
    called = zip(handles_in(str(given.body["text"])), content.links.get(MENTIONS, ()), strict=False)
    people = {handle: str(given.labels[i]) for handle, i in called if i in given.labels}
    of = [given.labels[i] for i in content.links.get(ABOUT, ()) if i in given.labels]
    return {
        "title": _("Comment on %(record)s") % {"record": of[0].number} if of else _("Comment"),
        "sections": given.without({"text"}),
        "said": rendered(str(given.body["text"]), people),
        "withdrawn": content.state == WITHDRAWN,
        "of": of,
        "answered": [given.labels[i] for i in content.links.get(ANSWERS, ()) if i in given.labels],
    }
