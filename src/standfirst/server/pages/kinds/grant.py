"""A read grant as a door: who may come in, to what, from when until when, and whether it stands open now."""

from collections.abc import Mapping
from typing import Any

from standfirst.management.export_control import grant_closed
from standfirst.records.projection import moment
from standfirst.server.clock import now
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.server.pages.shapes import capital
from standfirst.server.pages.showing import Moment
from standfirst.words.render import kind, sentence

SHOWN = frozenset({"reader", "purpose", "kinds", "effective_from", "effective_until"})


def sheet(given: Sheet) -> Mapping[str, Any]:
    body = given.body
    closed = grant_closed(given.record.current.content, now())
    return {
        "sections": given.without(SHOWN),
        "reader": str(body["reader"]["name"]),
        "purpose": str(body["purpose"]),
        "opens": [(name, capital(kind(name).many)) for name in body.get("kinds", ())],
        "begins": Moment(moment(str(body["effective_from"]))),
        "ends": Moment(moment(str(body["effective_until"]))),
        "closed": sentence(closed) if closed else "",
        "visits": next(
            (group for group in given.groups if group.way == "in" and group.relation == "under"), None
        ),
    }
