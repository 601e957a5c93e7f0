"""Two figures for the report on a calibration record, as self-contained SVG with the same bytes everywhere.

They stand inside a page in light or dark: text and lines take `currentColor`, the two colours the CSS variables
`--figure-possible` and `--figure-impossible`. Both have fallbacks in presentation attributes, so that no style
sheet is needed, a strict content security policy allows them, and a renderer that knows no variables shows colours
too. What colour says, shape says as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from html import escape
from typing import Final

from standfirst.evidence.declared_against_possible import GatePoint, GateSurvey

_POSSIBLE: Final = "#3d7ab8"
_IMPOSSIBLE: Final = "#d1662c"
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
_DRAWING: Final = Context(prec=20)
_TENTH: Final = Decimal("0.1")

_WIDTH, _HEIGHT = 640, 470
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


def declared_against_possible(
    gates: GateSurvey, *, device: str, prefix: str = "gates", words: GateWords | None = None
) -> str:
    """Declared error over coherence limit, with the diagonal below which no gate with these times can lie.

    `prefix` keeps the ids of several figures on one page apart.
    """
    words = words or GateWords()
    below = [point for point in gates.points if point.is_below]
    above = [point for point in gates.points if not point.is_below]
    summary = words.summary.format(judged=len(gates.points), below=len(below), faulty=gates.faulty)
    if not gates.points:
        summary = words.nothing
    with localcontext(_DRAWING):
        parts = list(_plot(above, below, gates, words)) if gates.points else [_message(words.nothing)]
    return _document(
        prefix, words.title.format(device=device), summary, _HEIGHT if gates.points else 90, parts
    )


def _plot(
    above: list[GatePoint], below: list[GatePoint], gates: GateSurvey, words: GateWords
) -> Iterator[str]:
    limits = [point.limit for point in gates.points]
    errors = [point.error for point in gates.points if point.error > 0]
    x = _Axis(min(limits), max(limits), _LEFT, _RIGHT)
    y = _Axis(min([*errors, *limits]), max([*errors, *limits]), _BOTTOM, _TOP)
    yield from _grid(x, y)
    yield from _region(x, y, words.region)
    yield _group(_POSSIBLE, "possible", [_circle(x.at(p.limit), y.at(p.error)) for p in above])
    yield _group(
        _IMPOSSIBLE, "impossible", [_triangle(x.at(p.limit), y.at(p.error), _told(p, words)) for p in below]
    )
    middle = (_TOP + _BOTTOM) // 2
    yield _text((_LEFT + _RIGHT) // 2, _HEIGHT - 14, words.x_axis, anchor="middle")
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
        return (self._start + share * (self._end - self._start)).quantize(_TENTH, ROUND_HALF_EVEN)


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
        yield _text(x.at(tick), _BOTTOM + 18, _label(tick), anchor="middle")
    for tick in _thinned(y.ticks):
        yield _text(_LEFT - 8, y.at(tick) + 4, _label(tick), anchor="end")


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
    inner = f'<path d="{ground}" fill="var(--figure-impossible, {_IMPOSSIBLE})" fill-opacity=".09"/>'
    yield f'<g fill="{_IMPOSSIBLE}">{inner}</g>'
    yield (
        f'<path d="M{x0} {y0}L{x1} {y1}" stroke="currentColor" stroke-opacity=".75" stroke-dasharray="5 4" '
        'fill="none"/>'
    )
    yield _text(_RIGHT - 8, _BOTTOM - 10, label, anchor="end", italic=True)


def _group(colour: str, name: str, shapes: Iterable[str]) -> str:
    """Shapes in a colour that a page may set; the outer colour is for renderers that know no variables."""
    return f'<g fill="{colour}"><g fill="var(--figure-{name}, {colour})">{"".join(shapes)}</g></g>'


def _circle(x: Decimal | int, y: Decimal | int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="3" fill-opacity=".8"/>'


def _triangle(x: Decimal | int, y: Decimal | int, told: str = "") -> str:
    title = f"<title>{escape(told)}</title>" if told else ""
    shape = f"M{x} {y + Decimal('4.6')}l-4.6 -8.2h9.2z"
    return f'<path d="{shape}">{title}</path>' if title else f'<path d="{shape}"/>'


def _told(point: GatePoint, words: GateWords) -> str:
    return words.point.format(gate=point.gate, error=f"{point.error:.3g}", limit=f"{point.limit:.3g}")


def _legend(possible: int, impossible: int, faulty: int, words: GateWords) -> Iterator[str]:
    yield _group(_POSSIBLE, "possible", [_circle(_LEFT + 6, 34)])
    yield _text(_LEFT + 16, 38, words.possible.format(count=possible))
    yield _group(_IMPOSSIBLE, "impossible", [_triangle(_LEFT + 126, 34)])
    yield _text(_LEFT + 137, 38, words.impossible.format(count=impossible))
    if faulty:
        yield _text(_RIGHT, 38, words.faulty.format(count=faulty), anchor="end", faint=True)


# --- ages ---

_EDGES: Final = tuple(Decimal(edge) for edge in (1, 3, 7, 14, 30, 90, 365))
_BAR_LEFT, _BAR_RIGHT, _ROW, _BAR_TOP = 130, 540, 26, 44


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
        return _document(prefix, title, words.nothing, 90, [_message(words.nothing)])
    edges = sorted({*_EDGES, policy_days})
    with localcontext(_DRAWING):
        bars = _bars(ages, edges, words)
        parts = list(_draw_bars(bars, policy_days, words))
    policy = format(policy_days.normalize(), "f")
    summary = words.summary.format(
        total=len(ages),
        stale=sum(age > policy_days for age in ages),
        policy=policy,
        bars="; ".join(f"{bar.label}: {bar.count}" for bar in bars),
    )
    return _document(prefix, title, summary, _BAR_TOP + _ROW * len(bars) + 14, parts)


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
        y = _BAR_TOP + index * _ROW
        stale = bar.lower is not None and bar.lower >= policy
        last_kept = last_kept if stale else index
        share = Decimal(bar.count * (_BAR_RIGHT - _BAR_LEFT)) / most
        width = max(share, Decimal(2)).quantize(_TENTH, ROUND_HALF_EVEN) if bar.count else Decimal(0)
        yield _text(_BAR_LEFT - 10, y + 14, bar.label, anchor="end")
        if bar.count:
            colour, name = (_IMPOSSIBLE, "impossible") if stale else (_POSSIBLE, "possible")
            yield _group(
                colour, name, [f'<rect x="{_BAR_LEFT}" y="{y}" width="{width}" height="{_ROW - 8}"/>']
            )
        yield _text(_BAR_LEFT + width + 8, y + 14, str(bar.count))
    yield f'<path d="M{_BAR_LEFT} {_BAR_TOP - 6}V{_BAR_TOP + _ROW * len(bars)}" stroke="currentColor" fill="none"/>'
    y = _BAR_TOP + (last_kept + 1) * _ROW - 4
    yield (
        f'<path d="M24 {y}H{_RIGHT}" stroke="currentColor" stroke-opacity=".75" stroke-dasharray="5 4" fill="none"/>'
    )
    yield _text(_RIGHT, y - 6, words.policy.format(policy=_days_text(policy)), anchor="end", italic=True)


# --- the paper both are drawn on ---


def _document(prefix: str, title: str, summary: str, height: int, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" font-family="{_FONT}" '
        f'font-size="12.5" fill="currentColor">\n'
        f'<title id="{prefix}-title">{escape(title)}</title>\n'
        f'<desc id="{prefix}-desc">{escape(summary)}</desc>\n'
        f'<text x="{_WIDTH // 2}" y="16" text-anchor="middle" font-weight="600">{escape(title)}</text>\n'
        f"{body}\n</svg>\n"
    )


def _message(text: str) -> str:
    return _text(_WIDTH // 2, 56, text, anchor="middle", italic=True)


def _text(
    x: Decimal | int,
    y: Decimal | int,
    text: str,
    *,
    anchor: str = "start",
    italic: bool = False,
    faint: bool = False,
) -> str:
    style = ' font-style="italic"' if italic else ""
    shade = ' fill-opacity=".75"' if faint else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{style}{shade}>{escape(text)}</text>'
