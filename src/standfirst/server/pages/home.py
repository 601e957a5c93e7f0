"""An organisation's first page: what needs somebody today."""

from django.http import HttpRequest, HttpResponse

from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.families import families
from standfirst.server.pages.shapes import capital
from standfirst.server.sealed.cases import cases_for
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.words import render


@within(*READING)
def organisation(request: HttpRequest, place: Place) -> HttpResponse:
    counts = reading.counts(place)
    context = {
        "families": families(place, counts),
        "type": capital(render.title(place.organisation.type)),
        "cases": _cases(place),
        "is_new": False,
        "size": place.head.size,
        "lately": [],
        "first_steps": [],
    }
    return page(request, place, "organisation.html", context)


def _cases(place: Place) -> dict[str, int] | None:
    """Speak-up cases, for those who receive them: how many there are that this person may read, and wait for an answer."""
    actor = place.actor(place.store)
    if not actor.roles & RECIPIENTS:
        return None
    found = cases_for(place.organisation, place.store, actor)
    return {"all": len(found), "waiting": sum(case.waits_for_answer for case in found)}
