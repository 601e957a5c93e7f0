"""The picture of a calibration record: every declared gate error over the smallest one that coherence allows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from html import escape
from typing import Final

from standfirst.evidence.calibration.declared_against_possible import GatePoint, GateSurvey
from standfirst.evidence.picture_frame import (
    DRAWING,
    TENTH,
    Colour,
    document,
    empty_document,
    group,
    text_at,
)

_HEIGHT: Final = 470
_LEFT, _TOP, _RIGHT, _BOTTOM = 74, 58, 622, 410


@dataclass(frozen=True, slots=True)
class GateWords:
    """What the figure of gate errors says; a door that speaks another language gives its own."""

    title: str = "Declared against possible: two-qubit gate errors of {device}"
    summary: str = (
        "Scatter plot on logarithmic axes. Of {judged} declared two-qubit gate errors, {below} are better than the "
        "coherence limit that T1, T2 and the gate length of the same record allow; {faulty} gates are marked faulty "
        "and not drawn."
    )
    x_axis: str = "coherence limit from T1, T2 and gate length (average infidelity)"
    y_axis: str = "declared gate error"
    possible: str = "possible ({count})"
    impossible: str = "better than possible ({count})"
    faulty: str = "{count} marked faulty, not drawn"
    region: str = "better than coherence allows"
    nothing: str = "No declared two-qubit gate error could be judged."
    point: str = "{gate}: declared {error}, limit {limit}"


def declared_against_possible(
    gates: GateSurvey, *, device: str, prefix: str = "gates", words: GateWords | None = None
) -> str:
    """Declared error over coherence limit, with the diagonal below which no gate with these times can lie.

    `prefix` keeps the ids of several figures on one page apart.
    """
    words = words or GateWords()
    title = words.title.format(device=device)
    if not gates.points:
        return empty_document(prefix, title, words.nothing)
    below = [point for point in gates.points if point.is_below]
    above = [point for point in gates.points if not point.is_below]
    summary = words.summary.format(judged=len(gates.points), below=len(below), faulty=gates.faulty)
    with localcontext(DRAWING):
        return document(prefix, title, summary, _HEIGHT, _plot(above, below, gates, words))


def _plot(
    above: list[GatePoint], below: list[GatePoint], gates: GateSurvey, words: GateWords
) -> Iterator[str]:
    limits = [point.limit for point in gates.points]
    errors = [point.error for point in gates.points if point.error > 0]
    x = _Axis(min(limits), max(limits), _LEFT, _RIGHT)
    y = _Axis(min([*errors, *limits]), max([*errors, *limits]), _BOTTOM, _TOP)
    yield from _grid(x, y)
    yield from _region(x, y, words.region)
    yield group(Colour.POSSIBLE, [_circle(x.at(p.limit), y.at(p.error)) for p in above])
    yield group(Colour.IMPOSSIBLE, [_triangle(x.at(p.limit), y.at(p.error), _told(p, words)) for p in below])
    middle = (_TOP + _BOTTOM) // 2
    yield text_at((_LEFT + _RIGHT) // 2, _HEIGHT - 14, words.x_axis, anchor="middle")
    yield (
        f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">'
        f"{escape(words.y_axis)}</text>"
    )
    yield from _legend(len(above), len(below), gates.faulty, words)


class _Axis:
    """A logarithmic axis from one 1-2-5 step at or below the smallest value to one at or above the largest."""

    def __init__(self, smallest: Decimal, largest: Decimal, start: int, end: int) -> None:
        self.ticks = _steps(smallest / Decimal("1.08"), largest * Decimal("1.08"))
        self.low, self.high = self.ticks[0].log10(), self.ticks[-1].log10()
        self._start, self._end = start, end

    def at(self, value: Decimal) -> Decimal:
        """Where `value` stands, in tenths of a pixel; what lies below the axis (zero too) stands on its start."""
        if value <= self.ticks[0]:
            return Decimal(self._start)
        share = (value.log10() - self.low) / (self.high - self.low)
        return (self._start + share * (self._end - self._start)).quantize(TENTH, ROUND_HALF_EVEN)


def _steps(low: Decimal, high: Decimal) -> list[Decimal]:
    decades = range(low.adjusted(), high.adjusted() + 2)
    steps = [Decimal(digit).scaleb(decade) for decade in decades for digit in (1, 2, 5)]
    first = max(step for step in steps if step <= low)
    last = min(step for step in steps if step >= high)
    return [step for step in steps if first <= step <= last]


def _grid(x: _Axis, y: _Axis) -> Iterator[str]:
    lines = [f"M{x.at(tick)} {_TOP}V{_BOTTOM}" for tick in x.ticks[1:-1]]
    lines += [f"M{_LEFT} {y.at(tick)}H{_RIGHT}" for tick in y.ticks[1:-1]]
    yield f'<path d="{"".join(lines)}" stroke="currentColor" stroke-opacity=".13" fill="none"/>'
    yield (
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" stroke="currentColor" stroke-opacity=".6" fill="none"/>'
    )
    for tick in _thinned(x.ticks):
        yield text_at(x.at(tick), _BOTTOM + 18, _label(tick), anchor="middle")
    for tick in _thinned(y.ticks):
        yield text_at(_LEFT - 8, y.at(tick) + 4, _label(tick), anchor="end")


def _thinned(ticks: Sequence[Decimal]) -> Iterable[Decimal]:
    """All ticks of a short axis; of one that spans more than three decades only the powers of ten."""
    return (
        ticks if len(ticks) <= 10 else [tick for tick in ticks if tick == Decimal(1).scaleb(tick.adjusted())]
    )


def _label(tick: Decimal) -> str:
    return (
        format(tick.normalize(), "f")
        if tick >= Decimal("0.0001")
        else f"{tick.normalize():e}".replace("e-", "e−")
    )


def _region(x: _Axis, y: _Axis, label: str) -> Iterator[str]:
    """The diagonal declared = limit, and the ground below it."""
    ends = [max(x.ticks[0], y.ticks[0]), min(x.ticks[-1], y.ticks[-1])]
    if ends[0] >= ends[1]:
        return
    (x0, y0), (x1, y1) = ((x.at(end), y.at(end)) for end in ends)
    corner = f"H{_RIGHT}" if y1 == _TOP else ""
    ground = f"M{x0} {y0}L{x1} {y1}{corner}V{_BOTTOM}H{x0}Z"
    inner = f'<path d="{ground}" fill="{Colour.IMPOSSIBLE.variable}" fill-opacity=".09"/>'
    yield f'<g fill="{Colour.IMPOSSIBLE.fallback}">{inner}</g>'
    yield (
        f'<path d="M{x0} {y0}L{x1} {y1}" stroke="currentColor" stroke-opacity=".75" stroke-dasharray="5 4" '
        'fill="none"/>'
    )
    yield text_at(_RIGHT - 8, _BOTTOM - 10, label, anchor="end", italic=True)


def _circle(x: Decimal | int, y: Decimal | int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="3" fill-opacity=".8"/>'


def _triangle(x: Decimal | int, y: Decimal | int, told: str = "") -> str:
    title = f"<title>{escape(told)}</title>" if told else ""
    shape = f"M{x} {y + Decimal('4.6')}l-4.6 -8.2h9.2z"
    return f'<path d="{shape}">{title}</path>' if title else f'<path d="{shape}"/>'


def _told(point: GatePoint, words: GateWords) -> str:
    return words.point.format(gate=point.gate, error=f"{point.error:.3g}", limit=f"{point.limit:.3g}")


def _legend(possible: int, impossible: int, faulty: int, words: GateWords) -> Iterator[str]:
    yield group(Colour.POSSIBLE, [_circle(_LEFT + 6, 34)])
    yield text_at(_LEFT + 16, 38, words.possible.format(count=possible))
    yield group(Colour.IMPOSSIBLE, [_triangle(_LEFT + 126, 34)])
    yield text_at(_LEFT + 137, 38, words.impossible.format(count=impossible))
    if faulty:
        yield text_at(_RIGHT, 38, words.faulty.format(count=faulty), anchor="end", faint=True)
