"""The page that finds, and what the command palette asks while somebody types. One view serves the page and its fragment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as rendered
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from standfirst.management.founding import actor_from
from standfirst.management.organisation import PERSON
from standfirst.server.access import Place
from standfirst.server.notices import notices
from standfirst.server.pages.entry import READING, within
from standfirst.server.pages.shapes import called, capital
from standfirst.server.reading import known_kind
from standfirst.server.refusals import wants_part
from standfirst.server.search.actions import Item, actions, requirements
from standfirst.server.search.asking import LONGEST, Query
from standfirst.server.search.finding import (
    COUNTED,
    FRESH,
    Hit,
    Results,
    in_order,
    results,
    standing,
    understood,
)
from standfirst.server.search.shelving import Ask, Found, shelves
from standfirst.server.store.models import Current
from standfirst.words import render

AT_MOST: Final = 8
"""Lines of one group in the palette."""


# --- the page ---------------------------------------------------------------------------------------------------------


@within(*READING)
def search(request: HttpRequest, place: Place) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST]
    kinds = tuple(kind for kind in request.GET.getlist("kind") if kind in place.store.kinds)
    after = request.GET.get("after", "")
    found = results(place, text, kinds=kinds, after=after)
    context = {
        "text": text,
        "found": found,
        "hits": [_hit(place, hit) for hit in found.hits],
        "facets": _facets(found, text, kinds),
        "kinds": kinds,
        "most": COUNTED,
        "onward": urlencode({"q": text, "kind": kinds, "after": found.onward}, doseq=True),
        "paged": bool(after),
        "begin": urlencode({"q": text, "kind": kinds}, doseq=True),
    }
    part = "results" if wants_part(request) else "search"
    given = {"organisation": place.organisation, "notices": notices(place), **context}
    response = rendered(request, f"search/{part}.html", given)
    response.headers["Vary"] = "HX-Request"
    return response


def _facets(found: Results, text: str, kinds: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": capital(render.kind(kind).many),
            "count": count,
            "chosen": kind in kinds,
            "query": urlencode({"q": text, "kind": kind}),
        }
        for kind, count in found.counts
    ]


def _hit(place: Place, hit: Hit) -> dict[str, Any]:
    kind = known_kind(place, hit.label.kind)
    shown = hit.snippet
    return {
        "label": hit.label,
        "title": hit.title,
        "kind": capital(render.kind(hit.label.kind).one),
        "state": render.state(hit.label.state),
        "snippet": shown,
        "field": called(kind, shown.field) if shown and shown.field else "",
        "file": hit.file,
    }


# --- the palette ------------------------------------------------------------------------------------------------------


@within(*READING)
def find(request: HttpRequest, place: Place) -> HttpResponse:
    """JSON: what is found while somebody types, in groups. Each line has a title and an address to go to."""
    text = request.GET.get("q", "")[:LONGEST]
    query = understood(place, text)
    slug = place.organisation.slug
    actor = actor_from(place.store.records({place.person}).get(place.person)) if query.terms else None
    records, people = _records(place, query)
    groups = {
        "records": (_("Records"), [_record(slug, row) for row in records]),
        "requirements": (_("Requirements"), requirements(query, slug, AT_MOST)),
        "people": (_("People"), [_record(slug, row) for row in people]),
        "actions": (_("Actions"), actions(query, place, actor, AT_MOST)),
    }
    every = f"{reverse('search', args=[slug])}?{urlencode({'q': text})}"
    return JsonResponse({"query": text, "groups": _told(groups), "all": every})


def _told(groups: Mapping[str, tuple[str, Iterable[Item]]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "title": title, "items": [asdict(item) for item in items]}
        for name, (title, items) in groups.items()
    ]


def _record(slug: str, row: Current) -> Item:
    detail = f"{capital(render.kind(row.kind).one)} · {render.state(row.state)}"
    return Item(row.title or row.number, reverse("record", args=[slug, row.number]), row.number, detail)


def _records(place: Place, query: Query) -> tuple[list[Current], list[Current]]:
    """Records but for people, and people, in two queries for both."""
    if query.is_empty:
        return [], []
    asks = [
        Ask(query, AT_MOST, apart=PERSON.name),
        Ask(query, AT_MOST, kinds=(PERSON.name,)),
    ]
    answers = shelves().hits(place.organisation.pk, asks, fresh=FRESH)
    of: list[list[Found]] = [[one for one in answers.found if one.ask == ask] for ask in range(2)]
    wanted = [*(one.record for those in of for one in those), *answers.fresh]
    rows = standing(place, wanted, query.number)
    people = {one.record for one in of[1]}
    records = in_order({k: v for k, v in rows.items() if k not in people}, of[0], query, apart=PERSON.name)
    persons = in_order({k: v for k, v in rows.items() if v.kind == PERSON.name}, of[1], query)
    return records[:AT_MOST], persons[:AT_MOST]
