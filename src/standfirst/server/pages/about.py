"""What every page of one record names."""

from typing import Any

from standfirst.management.comments import COMMENT
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.families import many
from standfirst.server.pages.states import mark
from standfirst.server.store.models import Current
from standfirst.words import render


def about(place: Place, row: Current, tab: str = "") -> dict[str, Any]:
    """What every page of one record names; ``tab``: which of them it is."""
    return {
        "tab": tab,
        "row": row,
        "title": "" if row.kind == COMMENT.name else reading.label_of(row).told,
        "state": render.state(row.state),
        "mark": mark(reading.known_kind(place, row.kind), row.state),
        "kind_name": row.kind,
        "many": many(row.kind),
        "one": render.kind(row.kind).one,
        "known_kind": row.kind in place.store.kinds,
    }
