"""Readiness for programs: every result in one answer, fast at any number of requirements; and one with its reasons."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from standfirst.server.access import Place
from standfirst.server.readiness.standing import Row, Standing, explained, standing, texts
from standfirst.server.readiness.stored import result_text
from standfirst.standards.method import Status


def readiness(request: HttpRequest, place: Place) -> HttpResponse:
    """``?why=yes``: with the answers to all criteria."""
    stood = standing(place)
    why: Mapping[str, str] = texts(place) if request.GET.get("why") == "yes" else {}
    rows = ",".join(_text(row, why.get(row.id)) for row in stood)
    return _reply(place, stood, f'"requirements":[{rows}]')


def requirement(_: HttpRequest, place: Place, requirement: str) -> HttpResponse:
    result, stood = explained(place, requirement), standing(place)
    row = stood.by_id.get(requirement) or Row(result.requirement, result.status, result.until, result.oldest)
    return _reply(place, stood, f'"requirement":{_text(row, result_text(result))}')


def _reply(place: Place, stood: Standing, told: str) -> HttpResponse:
    return HttpResponse(f"{_json(_about(place, stood))[:-1]},{told}}}", content_type="application/json")


def _about(place: Place, stood: Standing) -> dict[str, Any]:
    counts = {status.value: 0 for status in Status}
    for row in stood:
        counts[row.status.value] += 1
    header = stood.edition.header
    return {
        "party": "first",
        "edition": {"name": stood.edition.name, "digest": stood.edition.digest, "status": header.status},
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


def _text(row: Row, answers: str | None) -> str:
    """With what is kept as JSON put in as it is: to read it only to write it again would take most of the time."""
    told = {
        "id": row.id,
        "title": row.title,
        "status": row.status.value,
        "met": row.gist.met,
        "criteria": row.gist.criteria,
        "oldest": _day(row.oldest),
        "until": _day(row.until),
        "changed_on": _day(row.changed_on),
        "before": row.before.value if row.before else None,
    }
    more = f',"answers":{answers}' if answers is not None else ""
    return f'{_json(told)[:-1]},"why":{row.gist.text or "null"}{more}}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
