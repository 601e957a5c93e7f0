"""How old the measured values of a calibration record were at its snapshot, as a bar chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from standfirst.pictures.figure import Figure
from standfirst.pictures.palette import IMPOSSIBLE, INK, POSSIBLE

NAME: Final = "ages"


@dataclass(frozen=True, slots=True)
class AgeWords:
    """What the figure of ages says; a door that speaks another language gives its own."""

    title: str = "Age of the measured values of {device} at the snapshot"
    description: str = "Bar chart. Of {total} dated values, {stale} are older than the policy of {policy} days allows: {bars}."
    first: str = "up to {upper} d"
    between: str = "{lower} to {upper} d"
    last: str = "over {lower} d"
    axis: str = "measured values"
    policy: str = "policy: {policy} d"


_EDGES: Final = tuple(Decimal(edge) for edge in (1, 3, 7, 14, 30, 90, 365))
_ROW: Final = 26
_ROOM: Final = 1.25  # beyond the longest bar, for its count and the name of the line
_AGE, _VALUES, _ALLOWED = "age", "values", "within policy"

Spec = dict[str, Any]


def ages_figure(
    ages: Sequence[Decimal], *, policy_days: Decimal, device: str, words: AgeWords | None = None
) -> Figure | None:
    """How many values are how old, in days; those beyond the policy stand below its line, in the second colour.

    None where no value is dated: the checks of the result say so.
    """
    if not ages:
        return None
    words = words or AgeWords()
    bars = _bars(ages, sorted({*_EDGES, policy_days}), words)
    policy = _days_text(policy_days)
    described = words.description.format(
        total=len(ages),
        stale=sum(age > policy_days for age in ages),
        policy=policy,
        bars="; ".join(f"{bar.label}: {bar.count}" for bar in bars),
    )
    spec = _spec(bars, policy_days, words.axis, words.policy.format(policy=policy))
    return Figure(NAME, words.title.format(device=device), described, spec)


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    count: int
    lower: Decimal | None

    def is_beyond(self, policy: Decimal) -> bool:
        return self.lower is not None and self.lower >= policy


def _bars(ages: Sequence[Decimal], edges: list[Decimal], words: AgeWords) -> list[_Bar]:
    """One bar for each span between edges up to the oldest value; an age on an edge belongs to the younger span."""
    bars, lower = [], None
    for upper in edges:
        inside = sum((lower is None or age > lower) and age <= upper for age in ages)
        template = words.first if lower is None else words.between
        bars.append(_Bar(template.format(lower=_days_text(lower), upper=_days_text(upper)), inside, lower))
        lower = upper
    beyond = sum(age > edges[-1] for age in ages)
    bars.append(_Bar(words.last.format(lower=_days_text(lower)), beyond, lower))
    while not bars[-1].count:
        bars.pop()
    return bars


def _days_text(edge: Decimal | None) -> str:
    return "" if edge is None else format(edge.normalize(), "f")


def _spec(bars: Sequence[_Bar], policy: Decimal, axis: str, label: str) -> Spec:
    rows = [{_AGE: bar.label, _VALUES: bar.count, _ALLOWED: not bar.is_beyond(policy)} for bar in bars]
    return {
        "height": _ROW * len(bars) + 60,
        "data": {"values": rows},
        "encoding": {
            "y": {"field": _AGE, "type": "ordinal", "sort": None, "title": None, "axis": {"ticks": False}},
            "x": {
                "field": _VALUES,
                "type": "quantitative",
                "title": axis,
                "scale": {"domain": [0, max(bar.count for bar in bars) * _ROOM], "nice": False},
                "axis": {"tickMinStep": 1, "tickCount": 6, "format": ",d"},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.72}},
                "encoding": {
                    "color": {
                        "field": _ALLOWED,
                        "type": "nominal",
                        "scale": {"domain": [True, False], "range": [POSSIBLE, IMPOSSIBLE]},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 5},
                "encoding": {"text": {"field": _VALUES, "type": "quantitative"}},
            },
            *_policy_line(bars, policy, label),
        ],
    }


def _policy_line(bars: Sequence[_Bar], policy: Decimal, label: str) -> Iterator[Spec]:
    """Below the last bar that the policy allows."""
    last = [bar for bar in bars if not bar.is_beyond(policy)][-1]
    place = {"field": _AGE, "type": "ordinal", "sort": None, "bandPosition": 1}
    here = {"data": {"values": [{_AGE: last.label}]}}
    yield {
        **here,
        "mark": {"type": "rule", "color": INK, "strokeDash": [5, 4]},
        "encoding": {"y": place, "x": {"value": 0}, "x2": {"value": "width"}},
    }
    yield {
        **here,
        "mark": {
            "type": "text",
            "text": label,
            "align": "right",
            "baseline": "bottom",
            "dy": -4,
            "fontStyle": "italic",
        },
        "encoding": {"y": place, "x": {"value": "width"}},
    }
