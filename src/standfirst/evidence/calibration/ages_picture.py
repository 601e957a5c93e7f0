"""How old the measured values of a calibration record were at its snapshot, as a bar chart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

from standfirst.evidence.picture_frame import (
    DRAWING,
    TENTH,
    Colour,
    document,
    empty_document,
    group,
    text_at,
)


@dataclass(frozen=True, slots=True)
class AgeWords:
    """What the figure of ages says."""

    title: str = "Age of the measured values of {device} at the snapshot"
    summary: str = "Bar chart. Of {total} dated values, {stale} are older than the policy of {policy} days allows: {bars}."
    first: str = "up to {upper} d"
    between: str = "{lower} to {upper} d"
    last: str = "over {lower} d"
    policy: str = "policy: {policy} d"
    nothing: str = "No measured value is dated."


_EDGES: Final = tuple(Decimal(edge) for edge in (1, 3, 7, 14, 30, 90, 365))
_TOP, _LEFT, _RIGHT, _ROW = 44, 130, 540, 26
_FRAME_RIGHT: Final = 622


def ages_figure(
    ages: Sequence[Decimal],
    *,
    policy_days: Decimal,
    device: str,
    prefix: str = "ages",
    words: AgeWords | None = None,
) -> str:
    """How many values are how old, in days; those beyond the policy stand below its line, in the second colour."""
    words = words or AgeWords()
    title = words.title.format(device=device)
    if not ages:
        return empty_document(prefix, title, words.nothing)
    edges = sorted({*_EDGES, policy_days})
    with localcontext(DRAWING):
        bars = _bars(ages, edges, words)
        parts = list(_draw_bars(bars, policy_days, words))
    summary = words.summary.format(
        total=len(ages),
        stale=sum(age > policy_days for age in ages),
        policy=_days_text(policy_days),
        bars="; ".join(f"{bar.label}: {bar.count}" for bar in bars),
    )
    return document(prefix, title, summary, _TOP + _ROW * len(bars) + 14, parts)


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    count: int
    lower: Decimal | None


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


def _draw_bars(bars: list[_Bar], policy: Decimal, words: AgeWords) -> Iterator[str]:
    most = max(bar.count for bar in bars)
    last_kept = -1
    for index, bar in enumerate(bars):
        y = _TOP + index * _ROW
        stale = bar.lower is not None and bar.lower >= policy
        last_kept = last_kept if stale else index
        share = Decimal(bar.count * (_RIGHT - _LEFT)) / most
        width = max(share, Decimal(2)).quantize(TENTH, ROUND_HALF_EVEN) if bar.count else Decimal(0)
        yield text_at(_LEFT - 10, y + 14, bar.label, anchor="end")
        if bar.count:
            colour = Colour.IMPOSSIBLE if stale else Colour.POSSIBLE
            yield group(colour, [f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_ROW - 8}"/>'])
        yield text_at(_LEFT + width + 8, y + 14, str(bar.count))
    yield f'<path d="M{_LEFT} {_TOP - 6}V{_TOP + _ROW * len(bars)}" stroke="currentColor" fill="none"/>'
    y = _TOP + (last_kept + 1) * _ROW - 4
    yield (
        f'<path d="M24 {y}H{_FRAME_RIGHT}" stroke="currentColor" stroke-opacity=".75" stroke-dasharray="5 4" fill="none"/>'
    )
    yield text_at(
        _FRAME_RIGHT, y - 6, words.policy.format(policy=_days_text(policy)), anchor="end", italic=True
    )
