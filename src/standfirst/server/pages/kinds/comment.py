"""A comment by itself: what was said, and under which record it stands."""

from collections.abc import Mapping
from typing import Any

from standfirst.management.comments import ABOUT, ANSWERS, MENTIONS, WITHDRAWN, handles_in
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.server.pages.prose import rendered


def sheet(given: Sheet) -> Mapping[str, Any]:
    content = given.record.current.content
    called = zip(handles_in(str(given.body["text"])), content.links.get(MENTIONS, ()), strict=False)
    people = {handle: str(given.labels[i]) for handle, i in called if i in given.labels}
    return {
        "sections": given.without({"text"}),
        "said": rendered(str(given.body["text"]), people),
        "withdrawn": content.state == WITHDRAWN,
        "of": [given.labels[i] for i in content.links.get(ABOUT, ()) if i in given.labels],
        "answered": [given.labels[i] for i in content.links.get(ANSWERS, ()) if i in given.labels],
    }
