"""Pages for results under a grant: the grantor's readiness, one requirement, and the report that an auditor may have."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from standfirst.conformity.readiness import Tally
from standfirst.conformity.readiness import readiness as tallies_of
from standfirst.conformity.telling import split_at_labels
from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.exchange import assessed, visiting
from standfirst.server.exchange.assessed import Seen
from standfirst.server.exchange.grants import POSTING, about
from standfirst.server.exchange.pages import page
from standfirst.server.exchange.visiting import Granted
from standfirst.server.pages.entry import READING, within
from standfirst.server.readiness import standing as stands
from standfirst.server.readiness.making import made
from standfirst.server.readiness.reporting import sent
from standfirst.server.readiness.showing import TONES, Square, criteria_met, named, shares
from standfirst.server.readiness.standing import Row
from standfirst.server.readiness.telling import (
    NAMED,
    Part,
    counting,
    criterion_told,
    neighbours,
    reasons_told,
)
from standfirst.server.readiness.views import about as stated
from standfirst.server.reading import missing
from standfirst.standards.catalogue import ClauseGroup
from standfirst.standards.evaluate import Answer
from standfirst.standards.method import Criterion
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

FORMS = ("html", "json")


def _granted(place: Place, grant: str, at: datetime) -> tuple[Granted, Collection[str]]:
    """With the requirements that are open. Whatever is not open to this visitor now answers as if it were not there."""
    found = visiting.granted(place, grant, at)
    opened = assessed.opened_by(found) if visiting.is_open(found, at) else ()
    if not opened:
        raise missing()
    return found, opened


# --- the whole -------------------------------------------------------------------------------------------------------


@within(*READING)
def readiness(request: HttpRequest, place: Place, grant: str) -> HttpResponse:
    found, opened = _granted(place, grant, now())
    if not assessed.looked(found):
        context = {**about(found), "count": len(opened)}
        return page(request, place, "readiness_closed.html", context)
    stood = stands.standing(found.there)
    rows = [row for row in stood if row.id in opened]
    told = tallies_of(stood.edition, rows)
    context = {
        **about(found),
        **stated(stood),
        "whole": told.whole,
        "shares": shares(told.whole),
        "groups": [
            _group(found, group, tally, rows)
            for group, tally in zip(stood.edition.groups, told.clauses, strict=True)
        ],
        "outside": len(stood.edition.by_id) - len(opened),
        "forms": FORMS if len(opened) == len(stood.edition.by_id) and not assessed.is_too_long(found) else (),
    }
    return page(request, place, "readiness.html", context)


def _group(found: Granted, group: ClauseGroup, tally: Tally, rows: Sequence[Row]) -> dict[str, Any]:
    ids = {requirement.id for requirement in group.requirements}
    own = [row for row in rows if row.id in ids]
    return {
        "clause": group.clause,
        "title": group.title,
        "squares": [_square(found, row) for row in own],
        "shown": tally.shown,
        "asked": tally.asked,
        "outside": len(ids) - len(own),
    }


def _square(found: Granted, row: Row) -> Square:
    """It tells how many criteria are met, and no reason: those name records."""
    url = reverse("received-requirement", args=[found.place.organisation.slug, found.received.number, row.id])
    met, word = criteria_met(row), named(row.status)
    return Square(
        row.id, row.title, row.status.value, word, TONES[row.status], url, [met] if met else [], soon=False
    )


@within(*POSTING)
def open_readiness(_request: HttpRequest, place: Place, grant: str) -> HttpResponse:
    """Records that somebody looks. GETs write nothing, so that the page is opened by a deed first, once a visit."""
    at = now()
    found, _opened = _granted(place, grant, at)
    found.there.store.perform(assessed.look(found, at))
    return redirect("received-readiness", place.organisation.slug, found.received.number)


# --- one requirement -------------------------------------------------------------------------------------------------


@within(*READING)
def requirement(request: HttpRequest, place: Place, grant: str, requirement: str) -> HttpResponse:
    at = now()
    found, opened = _granted(place, grant, at)
    if requirement not in opened:
        raise missing()
    back = redirect("received-readiness", place.organisation.slug, found.received.number)
    stood = stands.standing(found.there)
    if not stood.is_computed:
        return back
    result = stands.explained(found.there, requirement)
    may, looked = assessed.seen_and_looked(found, assessed.labels([result]), at)
    if not looked:
        return back
    left_out = [result.left_out] if result.left_out else []
    context = {
        **about(found),
        **stated(stood),
        "requirement": result.requirement,
        "clause": next(each for each in stood.edition.groups if result.requirement in each.requirements),
        "word": named(result.status),
        "tone": TONES[result.status],
        "criteria": [_criterion(found, may, *each) for each in result.answers],
        "against": _told(found, may, result.adverse),
        "left_out": _told(found, may, left_out) if left_out else None,
        **neighbours([row for row in stood if row.id in opened], requirement, partial(_square, found)),
    }
    return page(request, place, "requirement.html", context)


def _criterion(found: Granted, may: Seen, criterion: Criterion, answer: Answer) -> dict[str, Any]:
    counted = counting(answer)
    covered = [number for number in counted if number in may.asked]
    is_read = all(may.shown(number) for number in answer.records)  # dates of evidence are what records say
    return {
        **criterion_told(criterion, answer, dated=is_read),
        "told": _told(found, may, reasons_told(answer)),
        "records": [(number, _address(found, number)) for number in covered[:NAMED]],
        "more": max(len(covered) - NAMED, 0),
        "outside": len(covered) < len(counted),
    }


def _told(found: Granted, may: Seen, reasons: Sequence[Reason]) -> dict[str, Any]:
    """Reasons in words; of those that cannot be told only which records would have to be opened."""
    held = [reason for reason in reasons if not may.tells(reason)]
    closed = dict.fromkeys(number for reason in held for number in may.closed(reason))
    return {
        "reasons": [_parts(found, may, reason) for reason in reasons if may.tells(reason)],
        "closed": [(number, _address(found, number)) for number in closed],
        "outside": any(may.outside(reason) for reason in held),
    }


def _parts(found: Granted, may: Seen, reason: Reason) -> list[Part]:
    return [
        Part(part, _address(found, part) if is_label else "")
        for part, is_label in split_at_labels(sentence(reason), may.asked)
        if part
    ]


def _address(found: Granted, number: str) -> str:
    return reverse("received-record", args=[found.place.organisation.slug, found.received.number, number])


# --- the report ------------------------------------------------------------------------------------------------------


@within(*READING)
def report(request: HttpRequest, place: Place, grant: str, form: str) -> HttpResponseBase:
    at = now()
    found, _opened = _granted(place, grant, at)
    back = redirect("received-readiness", place.organisation.slug, found.received.number)
    if form not in FORMS:
        raise missing()
    if not assessed.looked(found):
        return back
    try:
        whole = assessed.for_report(found, at)
    except Refused as refused:
        if refused.reason.code == "record.missing":
            raise
        messages.error(request, sentence(refused.reason))
        return back
    file = made(whole, found.there.organisation.slug, form, remedies=False)
    return sent(file.name, file.media_type, file.data)
