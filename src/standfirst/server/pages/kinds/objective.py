"""An objective as its readings on the way to the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from standfirst.management.objectives import is_reached, readings_of
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.words.language import day

WIDTH, HEIGHT, MARGIN = 600, 160, 14
FEWEST: Final = 2
"""Readings from which on there is a way to be seen."""


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str
    on: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``target``: how high its line is. ``line``: the points of the readings, one after the other."""

    points: Sequence[Point]
    target: str
    first: str
    last: str

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def sheet(given: Sheet) -> Mapping[str, Any]:
    body = given.body
    readings, target = readings_of(body), _number(body.get("target"))
    due = given.day("due")
    open_ = given.record.current.content.state not in given.kind.settled
    return {
        "sections": given.without({"readings"}),
        "readings": [
            (day(date.fromisoformat(str(one["on"])[:10])), str(one["value"])) for one in reversed(readings)
        ],
        "latest": str(readings[-1]["value"]) if readings else "",
        "target": str(body.get("target", "")),
        "unit": str(body.get("unit", "")),
        "at_least": body.get("direction") == "at-least",
        "reached": is_reached(body),
        "due": day(due) if due else "",
        "late": (given.today - due).days if due and open_ and due < given.today else 0,
        "chart": _chart(readings, target),
    }


def _number(text: Any) -> Decimal | None:
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _chart(readings: Sequence[Mapping[str, Any]], target: Decimal | None) -> Chart | None:
    """None where there is no line to be drawn: fewer than two readings, all of one day, or values that are no numbers."""
    told = [(date.fromisoformat(str(one["on"])[:10]), _number(one["value"])) for one in readings]
    values = [(on, value) for on, value in told if value is not None]
    if target is None or len(values) < max(FEWEST, len(told)) or values[0][0] == values[-1][0]:
        return None
    low = min(target, *(value for _, value in values))
    high = max(target, *(value for _, value in values))
    days = (values[-1][0] - values[0][0]).days

    def x(on: date) -> str:
        return f"{MARGIN + (WIDTH - 2 * MARGIN) * (on - values[0][0]).days / days:.1f}"

    def y(value: Decimal) -> str:
        share = (value - low) / (high - low) if high > low else Decimal("0.5")
        return f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * float(share):.1f}"

    points = [Point(x(on), y(value), day(on), str(value)) for on, value in values]
    return Chart(points, y(target), points[0].on, points[-1].on)
