"""A list of the records of one kind."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.families import many
from standfirst.server.pages.shapes import capital
from standfirst.server.pages.showing import Moment
from standfirst.words import render


@within(*READING)
def listing(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    counts = reading.states(place, found)
    state = request.GET.get("state", "")
    state = state if state in found.lifecycle.states else ""
    after = whole(request.GET.get("after", ""), otherwise=None)
    rows, onward = reading.listed(place, found, state=state, after=after)
    context = {
        "kind": found,
        "can_be_made": found.by_hand,
        "many": many(kind),
        "one": render.kind(kind).one,
        "state": state,
        "states": [(each, capital(render.state(each)), count) for each, count in counts.items()],
        "total": sum(counts.values()),
        "rows": [(row, render.state(row.state), Moment(row.recorded_at)) for row in rows],
        "onward": urlencode({**({"state": state} if state else {}), "after": onward}) if onward else "",
        "paged": after is not None,
    }
    return page(request, place, "list.html", context)
