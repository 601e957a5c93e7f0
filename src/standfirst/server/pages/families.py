"""Every kind that an organisation keeps, in the groups of a management system: the way to what no other page leads to."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.view import Family
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.shapes import capital
from standfirst.words import render

FAMILIES = {
    Family.CONTEXT: gettext_noop("Context and leadership"),
    Family.PLANNING: gettext_noop("Planning"),
    Family.SUPPORT: gettext_noop("Support"),
    Family.OPERATION: gettext_noop("Operation"),
    Family.EVALUATION: gettext_noop("Performance evaluation"),
    Family.IMPROVEMENT: gettext_noop("Improvement"),
    Family.CERTIFICATION: gettext_noop("Certification"),
    Family.OTHERS: gettext_noop("Shared with others"),
}
"""The groups of kinds in their order; what the workplace itself keeps is apart."""

Counted = tuple[str, str, int]
"""A kind, what several of its records are called, and how many there are."""


@within(*READING)
def kinds(request: HttpRequest, place: Place) -> HttpResponse:
    counts = reading.counts(place)
    context = {"families": families(place, counts), "engine": counted(place, Family.KEEPING, counts)}
    return page(request, place, "kinds.html", context)


def families(place: Place, counts: Mapping[str, int]) -> list[tuple[str, list[Counted]]]:
    """Without those that have no kind here."""
    found = [(_(words), counted(place, family, counts)) for family, words in FAMILIES.items()]
    return [(words, kinds) for words, kinds in found if kinds]


def counted(place: Place, family: Family, counts: Mapping[str, int]) -> list[Counted]:
    return [
        (kind.name, many(kind.name), counts.get(kind.name, 0))
        for kind in place.store.kinds
        if kind.view.family is family
    ]


def many(kind: str) -> str:
    """What several records of a kind are called, where it stands alone."""
    return capital(render.kind(kind).many)
