"""For who leads an organisation: where its open objectives stand against their targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from standfirst.management.objectives import OBJECTIVE, is_reached, readings_of
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.outline import outline

LOOKED_AT: Final = 40
"""Objectives that are open, those that changed last; a list holds them all."""


@dataclass(frozen=True, slots=True)
class Aim:
    """``said``: the latest reading and the target; ``tone``: whether it keeps it."""

    number: str
    title: str
    said: str
    tone: str


def aims(place: Place) -> Sequence[Aim]:
    """Those that miss their target first, then those that nobody has read yet; one query, none where there are no objectives."""
    if not outline(place).counts.get(OBJECTIVE.name) or OBJECTIVE.name not in place.store.kinds:
        return []
    open_ = [state for state in OBJECTIVE.lifecycle.states if state not in OBJECTIVE.settled]
    chosen = place.store.chosen(Q(kind=OBJECTIVE.name, state__in=open_), newest=LOOKED_AT).values()
    order = ("bad", "warn", "good")
    told = [_aim(place, record) for record in chosen]
    return sorted(told, key=lambda aim: (order.index(aim.tone), aim.number))


def _aim(place: Place, record: Record) -> Aim:
    content = record.current.content
    body = reading.body_of(place, content)
    sign = "≥" if body["direction"] == "at-least" else "≤"
    target = f"{sign} {body['target']} {body['unit']}"
    readings = readings_of(body)
    if not readings:
        said = _("not read yet, target %(target)s") % {"target": target}
        return Aim(record.number, str(body["title"]), said, "warn")
    said = _("%(value)s, target %(target)s") % {"value": readings[-1]["value"], "target": target}
    return Aim(record.number, str(body["title"]), said, "good" if is_reached(body) else "bad")
