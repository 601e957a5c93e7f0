"""Readiness for programs: every result in one answer, fast at any number of requirements; and one with its reasons."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from standfirst.server.access import Place
from standfirst.server.api.entry import reply
from standfirst.server.readiness import stored
from standfirst.server.readiness.standing import Row, Standing, explained, results, standing
from standfirst.standards.method import Status


def readiness(request: HttpRequest, place: Place) -> HttpResponse:
    """``?why=yes``: with the answers to all criteria."""
    stood = standing(place)
    why = {}
    if request.GET.get("why") == "yes":
        why = {one.requirement.id: stored.result_value(one) for one in results(place)}
    rows = [{**_row(row), **({"answers": why[row.id]} if row.id in why else {})} for row in stood]
    return reply({**_about(place, stood), "requirements": rows})


def requirement(_: HttpRequest, place: Place, requirement: str) -> HttpResponse:
    result, stood = explained(place, requirement), standing(place)
    row = stood.by_id.get(requirement) or Row(result.requirement, result.status, result.until, result.oldest)
    return reply(
        {**_about(place, stood), "requirement": {**_row(row), "answers": stored.result_value(result)}}
    )


def _about(place: Place, stood: Standing) -> dict[str, Any]:
    counts = {status.value: 0 for status in Status}
    for row in stood:
        counts[row.status.value] += 1
    return {
        "party": "first",
        "edition": {
            "name": stood.edition.name,
            "digest": stood.edition.digest,
            "status": stood.edition.header.status,
        },
        "profile": stood.profile.model_dump(mode="json"),
        "day": stood.day.isoformat(),
        "size": stood.size,
        "ledger": {"size": place.head.size, "root": bytes(place.head.root).hex()},
        "computed_at": stood.computed_at.isoformat() if stood.computed_at else None,
        "is_asked": stood.is_asked,
        "is_computed": stood.is_computed,
        "is_behind": stood.is_behind,
        "simulation": place.head.simulation,
        "fictional": place.head.fictional,
        "counts": counts,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "status": row.status.value,
        "met": row.gist.met,
        "criteria": row.gist.criteria,
        "oldest": _day(row.oldest),
        "until": _day(row.until),
        "changed_on": _day(row.changed_on),
        "before": row.before.value if row.before else None,
        "why": row.gist.why.as_json() if row.gist.why else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
