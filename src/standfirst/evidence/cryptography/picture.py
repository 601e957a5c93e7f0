"""When assets miss their first date: one row a quantum status, one mark a date, the jurisdiction's dates as lines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from standfirst.evidence.cryptography.inventory import Inventory
from standfirst.evidence.cryptography.policy import Policy
from standfirst.pictures.figure import Figure
from standfirst.pictures.palette import BAD, GOOD, IMPOSSIBLE, INK, LINE, NEUTRAL, POSSIBLE, SOFT, WARN
from standfirst.standards.cryptography.algorithms import QuantumStatus

NAME: Final = "first-missed-dates"


@dataclass(frozen=True, slots=True)
class TimelineWords:
    """What the figure says; a door that speaks another language gives its own."""

    title: str = "First missed date of each asset, {profile}"
    description: str = (
        "Timeline with one row for each quantum status. Of {total} assets, {dated} miss a dated rule of {profile}"
        "{dates}; {undated} miss none. Judged on {on}."
    )
    on_date: str = "{count} on {day}"
    undated: str = "no date: {count}"
    today: str = "judged {on}"
    nothing: str = "no assets"
    mark: str = "{count} {status}, first missed {day}"


_COLOURS: Final = {
    QuantumStatus.BROKEN: BAD,
    QuantumStatus.VULNERABLE: IMPOSSIBLE,
    QuantumStatus.INDETERMINATE: NEUTRAL,
    QuantumStatus.WEAKENED: WARN,
    QuantumStatus.HYBRID: POSSIBLE,
    QuantumStatus.RESISTANT: GOOD,
}
_ROW: Final = 44
_PLOT: Final = 520
"""About the width of the plot in pixels: enough to see which labels of dates would touch."""
_LABEL: Final = 74
_HEAD: Final = " "
"""The row above the first status, which holds the names of the dates."""
_DAY, _STATUS, _ASSETS = "first missed date", "quantum status", "assets"

Spec = dict[str, Any]


def timeline(inventory: Inventory, policy: Policy, on: date, *, words: TimelineWords | None = None) -> Figure:
    """How many assets of which status miss which date first. Drawn for any number of assets, also for none."""
    words = words or TimelineWords()
    marks: Counter[tuple[QuantumStatus, date]] = Counter()
    undated: Counter[QuantumStatus] = Counter()
    for one in inventory.judged:
        missed = one.judgement.first_missed
        if missed is None:
            undated[one.exposure.status] += 1
        else:
            marks[one.exposure.status, missed.day] += 1
    days = Counter[date]()
    for (_, day), count in marks.items():
        days[day] += count
    told = ", ".join(words.on_date.format(count=days[day], day=day) for day in sorted(days))
    profile = policy.profile.id
    described = words.description.format(
        total=len(inventory.judged),
        dated=sum(days.values()),
        undated=sum(undated.values()),
        profile=profile,
        dates=f": {told}" if told else "",
        on=on,
    )
    spec = _spec(_Counted(marks, undated, policy.profile.dates(policy.addressee), on), words)
    return Figure(NAME, words.title.format(profile=profile), described, spec)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Assets by status and first missed date, those without a date, and the dates of the profile."""

    marks: Counter[tuple[QuantumStatus, date]]
    undated: Counter[QuantumStatus]
    dates: Sequence[date]
    on: date

    @property
    def rows(self) -> list[QuantumStatus]:
        there = {*self.undated, *(status for status, _ in self.marks)}
        return [status for status in reversed(QuantumStatus) if status in there]


def _spec(counted: _Counted, words: TimelineWords) -> Spec:
    marks, on = counted.marks, counted.on
    named = [status.value for status in counted.rows] or [words.nothing]
    first, last = _span([*(day for _, day in marks), on], counted.dates)
    values = [
        {
            _DAY: day.isoformat(),
            _STATUS: status.value,
            _ASSETS: count,
            "told": words.mark.format(count=count, status=status.value, day=day),
        }
        for (status, day), count in sorted(marks.items(), key=lambda item: (item[0][1], item[0][0].rank))
    ]
    y = {
        "field": _STATUS,
        "type": "nominal",
        "scale": {"domain": [_HEAD, *named]},
        "title": None,
        "axis": {"ticks": False},
    }
    x = {
        "field": _DAY,
        "type": "temporal",
        "scale": {"type": "utc", "domain": [first.isoformat(), last.isoformat()]},
        "title": _DAY,
        "axis": {"format": "%Y", "grid": False, "tickCount": 8},
    }
    return {
        "height": _ROW * (len(named) + 1) + 40,
        "data": {"values": values},
        "layer": [
            _row_lines(named, (first, last), x, y),
            *_lines(
                [day for day in counted.dates if first <= day <= last],
                {day for _, day in marks},
                (first, last),
                x,
            ),
            *_today(on, x, words),
            *_marks(x, y),
            _without_a_date(counted.undated, y, words),
        ],
    }


def _span(shown: Sequence[date], dates: Sequence[date]) -> tuple[date, date]:
    """From before the first mark to after the last date, with room on the right for what has no date."""
    first = min(shown)
    last = max([*shown, *(day for day in dates if day >= first)])
    around = max((last - first) // 12, timedelta(days=200))
    return _moved(first, -around), _moved(last, around * 3)


def _moved(day: date, by: timedelta) -> date:
    """``day`` moved, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + by.days, date.min.toordinal()), date.max.toordinal()))


def _row_lines(named: Sequence[str], span: tuple[date, date], x: Spec, y: Spec) -> Spec:
    """A thin line for each status, up to where the text without a date begins."""
    first, last = span
    end = _moved(last, -(last - first) // 7)
    ends = {_DAY: first.isoformat(), "end": end.isoformat()}
    return {
        "data": {"values": [{_STATUS: name, **ends} for name in named]},
        "mark": {"type": "rule", "color": LINE},
        "encoding": {"x": x, "x2": {"field": "end"}, "y": y},
    }


def _lines(dates: Sequence[date], hit: set[date], span: tuple[date, date], x: Spec) -> list[Spec]:
    """The profile's dates; named where the name has room, first those that assets miss."""
    first, last = span
    per_day = _PLOT / max((last - first).days, 1)
    named: list[date] = []
    for day in sorted(dates, key=lambda day: (day not in hit, day)):
        if all(abs((day - other).days) * per_day >= _LABEL for other in named):
            named.append(day)
    rules = [{_DAY: day.isoformat()} for day in dates]
    labels = [{_DAY: day.isoformat(), "label": day.isoformat()} for day in named]
    return [
        {
            "data": {"values": rules},
            "mark": {"type": "rule", "color": SOFT, "strokeDash": [2, 3]},
            "encoding": {"x": x, "y": {"value": 15}, "y2": {"value": "height"}},
        },
        {
            "data": {"values": labels},
            "mark": {"type": "text", "baseline": "top", "color": SOFT, "fontSize": 11},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "label", "type": "nominal"}},
        },
    ]


def _today(on: date, x: Spec, words: TimelineWords) -> list[Spec]:
    here = {"data": {"values": [{_DAY: on.isoformat(), "label": words.today.format(on=on)}]}}
    return [
        {**here, "mark": {"type": "rule", "color": INK}, "encoding": {"x": x}},
        {
            **here,
            "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 4, "fontStyle": "italic"},
            "encoding": {"x": x, "y": {"value": 17}, "text": {"field": "label", "type": "nominal"}},
        },
    ]


def _marks(x: Spec, y: Spec) -> list[Spec]:
    """A circle whose area grows with the number, and the number above it; the row says what its colour says."""
    colour = {
        "field": _STATUS,
        "type": "nominal",
        "scale": {
            "domain": [status.value for status in _COLOURS],
            "range": list(_COLOURS.values()),
        },
        "legend": None,
    }
    return [
        {
            "mark": {"type": "point", "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": colour,
                "size": {
                    "field": _ASSETS,
                    "type": "quantitative",
                    "scale": {"type": "sqrt", "range": [50, 320], "zero": False},
                    "legend": None,
                },
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 12, "fontSize": 11},
            "encoding": {"x": x, "y": y, "text": {"field": _ASSETS, "type": "quantitative"}},
        },
    ]


def _without_a_date(undated: Counter[QuantumStatus], y: Spec, words: TimelineWords) -> Spec:
    values = [
        {_STATUS: status.value, "label": words.undated.format(count=count)}
        for status, count in sorted(undated.items(), key=lambda item: item[0].rank)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "text", "align": "right", "baseline": "middle", "dx": -4, "color": SOFT},
        "encoding": {"x": {"value": "width"}, "y": y, "text": {"field": "label", "type": "nominal"}},
    }
