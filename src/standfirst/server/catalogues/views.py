"""The page of a catalogue: family by family, each control with its answer, set where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.management.controls import STATUSES, UNANSWERED
from standfirst.records.change import Refused
from standfirst.records.writing import amend, wish_of
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.catalogues.answers import Answer, answers, catalogues, families
from standfirst.server.pages.entry import READING, WRITING, page, whole, within
from standfirst.standards.problems import Unusable
from standfirst.words import render as words
from standfirst.words.render import hint, sentence

PAGE: Final = 50
"""Controls on one page: the largest family of SP 800-53 has 147."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A catalogue or a family: how many of its controls are answered how."""

    name: str
    counts: Mapping[str, int]

    @property
    def asked(self) -> int:
        return sum(self.counts.values())

    @property
    def answered(self) -> int:
        return self.asked - self.counts[UNANSWERED]

    @property
    def implemented(self) -> int:
        return self.counts["implemented"]

    @property
    def parts(self) -> Sequence[tuple[str, int]]:
        return [(words.state(status), count) for status, count in self.counts.items() if count]


@within(*READING)
def index(request: HttpRequest, place: Place) -> HttpResponse:
    """The catalogues that were taken in."""
    told = [Tally(name, counts) for name, counts in catalogues(answers(place)).items()]
    return page(request, place, "catalogues.html", {"catalogues": told})


@within(*WRITING)
def catalogue(request: HttpRequest, place: Place, catalogue: str) -> HttpResponse:
    """One family at a time; the first one unless another is asked for."""
    found = answers(place, catalogue)
    if request.method == "POST":
        return _set(request, place, catalogue, found)
    return _shown(request, place, catalogue, found)


def _shown(  # noqa: PLR0917
    request: HttpRequest,
    place: Place,
    catalogue: str,
    found: Sequence[Answer],
    faults: Sequence[str] = (),
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    tallies = [Tally(title, counts) for title, counts in families(found).items()]
    asked = request.GET.get("family", "")
    chosen = next((tally for tally in tallies if tally.name == asked), tallies[0])
    own = [answer for answer in found if answer.body.get("family", "") == chosen.name]
    last = max((len(own) - 1) // PAGE, 0) + 1
    shown = min(max(whole(request.GET.get("page", ""), otherwise=1), 1), last)
    context = {
        "catalogue": catalogue,
        "families": tallies,
        "chosen": chosen,
        "whole": Tally(catalogue, _sum(tallies)),
        "rows": [_row(answer, given or {}) for answer in own[(shown - 1) * PAGE : shown * PAGE]],
        "pages": range(1, last + 1) if last > 1 else (),
        "shown": shown,
        "statuses": [(status, words.state(status)) for status in (UNANSWERED, *STATUSES)],
        "faults": faults,
        "json": reverse("api-catalogue", args=[place.organisation.slug, catalogue]),
    }
    return page(request, place, "catalogue.html", context, status=status)


def _sum(tallies: Sequence[Tally]) -> Mapping[str, int]:
    return {status: sum(tally.counts[status] for tally in tallies) for status in (UNANSWERED, *STATUSES)}


def _row(answer: Answer, given: Mapping[str, str]) -> Mapping[str, Any]:
    """``given``: what somebody has sent for this control and what was refused; nothing of it is lost."""
    mine = given if given.get("number") == answer.number else {}
    return {
        "answer": answer,
        "label": answer.body["label"],
        "title": answer.body["title"],
        "status": mine.get("status", answer.status),
        "remarks": mine.get("remarks", answer.body.get("remarks", "")),
        "refused": bool(mine),
    }


def _set(request: HttpRequest, place: Place, catalogue: str, found: Sequence[Answer]) -> HttpResponse:
    """One answer, in one deed: its status and its remarks."""
    given = {
        name: request.POST.get(name, "").replace("\r\n", "\n")
        for name in ("number", "status", "remarks", "version")
    }
    answer = next((one for one in found if one.number == given["number"]), None)
    if answer is None:
        raise reading.missing()
    remarks = given["remarks"].strip()
    body = {name: value for name, value in answer.body.items() if name != "remarks"}
    try:
        wish = wish_of(
            {
                "body": {**body, **({"remarks": remarks} if remarks else {})},
                "state": given["status"] or None,
            },
            name=answer.number,
        )
        deed = amend(
            acting=place.actor,
            record=answer.id,
            expected=whole(given["version"], otherwise=0),
            wish=wish,
            why=_("Answered on the catalogue's page"),
            known=reading.known(place),
            signed=AT_A_DOOR,
        )
        place.store.perform(deed)
    except Refused as refused:
        told = [text for text in (sentence(refused.reason), hint(refused.reason)) if text]
        return _shown(request, place, catalogue, found, told, given, status=409)
    except Unusable as unusable:
        told = [sentence(problem.reason) for problem in unusable.problems]
        return _shown(request, place, catalogue, found, told, given, status=422)
    return redirect(f"{request.get_full_path()}#{answer.number}")
