"""Pages: how ready the organisation is, why a requirement stands as it does, what applies."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.conformity.readiness import Readiness, Tally
from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.records.change import Conflict
from standfirst.records.writing import Wish, create
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.pages.entry import READING, identity_of, page, within
from standfirst.server.pages.showing import Moment
from standfirst.server.readiness import asked, keeping, telling
from standfirst.server.readiness import standing as stands
from standfirst.server.readiness.applying import applying
from standfirst.server.readiness.showing import ORDER, TONES, age, groups, named, shares, square
from standfirst.server.readiness.standing import Row, Standing
from standfirst.server.reading import missing
from standfirst.server.setup.proposing import applicability as proposal
from standfirst.standards.method import Status
from standfirst.words.language import day
from standfirst.words.render import sentence

GROUPINGS: Final = {
    "clause": gettext_noop("By clause"),
    "goal": gettext_noop("By goal"),
    "aspect": gettext_noop("By aspect"),
}
LATELY: Final = 7
"""Days of which the page tells what changed."""

TOLD: Final = 8
"""Changes that stand open; the rest are counted."""


# --- the whole --------------------------------------------------------------------------------------------------------


@within(*READING)
def readiness(request: HttpRequest, place: Place) -> HttpResponse:
    stood = stands.standing(place)
    by = request.GET.get("by", "")
    by = by if by in GROUPINGS else "clause"
    wanted = [status for status in ORDER if status.value in request.GET.getlist("status")]
    whole = stands.tallies(stood)
    rows = [row for row in stood if not wanted or row.status in wanted]
    context = {
        **about(stood),
        "by": by,
        "groupings": [(name, _(words), _address(name, wanted)) for name, words in GROUPINGS.items()],
        "filters": [_filter(status, wanted, by, whole.whole) for status in ORDER],
        "filtered": [named(status) for status in wanted],
        "groups": groups(place, stood, _tallies(whole, by), _members(stood, rows, by)),
        "whole": whole.whole,
        "shares": shares(whole.whole),
        "listed": [_line(place, row, stood) for row in rows] if wanted else (),
        "ends": _ending(place, stood),
        **_lately(place, stood),
    }
    return page(request, place, "readiness.html", context, fragment="results")


def about(stood: Standing) -> dict[str, Any]:
    """What each page says of the result that it shows: whose, of what, as of when, how honest."""
    header = stood.edition.header
    return {
        "stood": stood,
        "edition": stood.edition,
        "draft": header.status,
        "profile": stood.profile,
        "on": day(stood.day),
        "at": Moment(stood.computed_at) if stood.computed_at else None,
        "today": day(stood.today),
    }


def _address(by: str, wanted: Sequence[Status]) -> str:
    named = [("by", by)] if by != "clause" else []
    query = urlencode([*named, *(("status", status.value) for status in wanted)])
    return f"?{query}" if query else "?"


def _filter(status: Status, wanted: Sequence[Status], by: str, whole: Tally) -> dict[str, Any]:
    """A filter that is set takes itself away."""
    others = [each for each in ORDER if (each in wanted) != (each is status)]
    return {
        "status": status.value,
        "word": named(status),
        "tone": TONES[status],
        "count": whole.counts.get(status, 0),
        "is_set": status in wanted,
        "address": _address(by, others),
    }


def _tallies(whole: Readiness, by: str) -> Sequence[Tally]:
    return {"clause": whole.clauses, "goal": whole.goals, "aspect": whole.aspects}[by]


def _members(stood: Standing, rows: Sequence[Row], by: str) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    clauses = {r.id: group.clause for group in stood.edition.groups for r in group.requirements}
    for row in rows:
        keys: Sequence[str] = (clauses[row.id],)
        if by == "goal":
            keys = [goal.value for goal in row.requirement.goals]
        elif by == "aspect":
            keys = [aspect.value for aspect in row.requirement.aspects]
        for key in keys:
            found.setdefault(key, []).append(row)
    return found


def _line(place: Place, row: Row, stood: Standing) -> dict[str, Any]:
    """A requirement in the list that a filter leaves."""
    return {
        "square": square(place, row, stood.today),
        "why": sentence(why) if (why := row.gist.why) else "",
        "gist": row.gist,
        "until": day(row.until) if row.until else "",
        "oldest": age(row.oldest, stood.today) if row.oldest else "",
    }


def _ending(place: Place, stood: Standing) -> dict[str, Any] | None:
    """Which evidence ends first, and for how many requirements."""
    first = min((row.until for row in stood if row.until), default=None)
    if first is None:
        return None
    those = [square(place, row, stood.today) for row in stood if row.until == first]
    return {"day": day(first), "days": max((first - stood.today).days, 0), "squares": those}


def _lately(place: Place, stood: Standing) -> dict[str, Any]:
    found = stands.changes(place, stood.today - timedelta(days=LATELY))
    told = [telling.change(place, stood, change) for change in found]
    yesterday = stood.today - timedelta(days=1)
    up, down = stands.came_to([change for change in found if change.on >= yesterday])
    return {
        "changes": told[:TOLD],
        "more_changes": max(len(told) - TOLD, 0),
        "up": up,
        "down": down,
        "lately": LATELY,
    }


@within("POST")
def compute(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Now, where that is soon done; else by the next worker that is free."""
    if not asked.is_asked(place.organisation):
        raise missing()
    if keeping.ask(place.organisation, size=place.head.size):
        messages.success(request, _("Computed as of today."))
    else:
        messages.info(request, _("A worker is computing it; this page shows it as soon as it is done."))
    return redirect("readiness", place.organisation.slug)


# --- one requirement --------------------------------------------------------------------------------------------------


@within(*READING)
def requirement(request: HttpRequest, place: Place, requirement: str) -> HttpResponseBase:
    stood = stands.standing(place)
    if stood.is_asked and not stood.is_computed:
        return redirect("readiness", place.organisation.slug)
    result = stands.explained(place, requirement)
    row = stood.by_id.get(requirement)
    context = {
        **about(stood),
        **telling.requirement(place, stood, result, row),
    }
    return page(request, place, "requirement.html", context)


# --- what applies -----------------------------------------------------------------------------------------------------


@within(*READING)
def applicability(request: HttpRequest, place: Place) -> HttpResponse:
    stood = stands.standing(place)
    context = {**about(stood), **applying(place, stood), "draft_id": str(uuid4())}
    return page(request, place, "applicability.html", context)


@within("POST")
def draft(request: HttpRequest, place: Place) -> HttpResponseBase:
    """A draft of the statement from what the profile proposes, to be gone through, decided and approved by people."""
    stood = stands.standing(place)
    kind = reading.kind_of(place, STATEMENT_OF_APPLICABILITY.name)
    known = reading.known(place)
    entries = [
        {"requirement": each.requirement.id, "applies": each.applies, "reason": each.reason}
        for each in proposal(stood.profile)
    ]
    body = {
        "title": _("Statement of applicability of %(organisation)s")
        % {"organisation": place.organisation.name},
        "edition": stood.edition.name,
        "entries": entries,
        "effective_from": stood.today.isoformat(),
    }
    identity = identity_of(request.POST.get("id", ""))
    deed = create(
        acting=place.actor,
        kind=kind,
        record=identity,
        wish=Wish(body=body, serves=(), links={}, state=kind.lifecycle.initial),
        why=_("Proposed from the profile, to be decided"),
        known=known,
        signed=AT_A_DOOR,
    )
    with suppress(Conflict):  # sent before, and made then
        place.store.perform(deed)
    messages.success(
        request, _("A draft, from what your profile says. Go through it, then have it approved.")
    )
    return redirect("record", place.organisation.slug, reading.row_of(place, identity).number)
