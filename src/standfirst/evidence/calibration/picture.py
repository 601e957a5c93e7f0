"""The picture of a calibration record: every declared gate error over the smallest one that coherence allows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Any, Final

from standfirst.evidence.calibration.declared_against_possible import GatePoint, GateSurvey
from standfirst.evidence.calibration.finding import SIX_DIGITS
from standfirst.pictures.figure import Figure
from standfirst.pictures.labels import Named, sides
from standfirst.pictures.palette import IMPOSSIBLE, INK, POSSIBLE, SOFT

NAME: Final = "gates"
_HEIGHT: Final = 430
_LABELLED: Final = 3
"""So many of the worst gates carry their name in the picture."""
_ROUNDING: Final = Context(prec=20)
"""Set while axes are laid out, so that no setting of the calling program reaches them."""
_PLOT: Final = (565.0, 330.0)
"""About the size of the plot without its axes, for the places of names."""
_LIMIT, _DECLARED, _IS, _SAYS = "coherence limit", "declared error", "is", "in words"
_DRAWN: Final = "drawn"
"""The declared error, or the start of the axis for one below it."""

Spec = dict[str, Any]
_Steps = Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class GateWords:
    """What the figure of gate errors says; a door that speaks another language gives its own."""

    title: str = "Declared against possible: two-qubit gate errors of {device}"
    description: str = (
        "Scatter plot on logarithmic axes. Of {judged} declared two-qubit gate errors, {below} are better than the "
        "coherence limit that T1, T2 and the gate length of the same record allow[worst]. {faulty} gates are marked "
        "faulty and not drawn."
    )
    worst: str = "; the furthest below it is {gate}: declared {error}, limit {limit}"
    x_axis: str = "coherence limit from T1, T2 and gate length (average infidelity)"
    y_axis: str = "declared gate error"
    possible: str = "possible ({count})"
    impossible: str = "better than possible ({count})"
    faulty: str = "{count} marked faulty, not drawn"
    region: str = "better than coherence allows"
    nothing: str = "No declared two-qubit gate error could be judged."
    point: str = "{gate}: declared {error}, limit {limit}"


def declared_against_possible(
    gates: GateSurvey, *, device: str, words: GateWords | None = None
) -> Figure | None:
    """Declared error over coherence limit, with the diagonal below which no gate with these times can lie.

    None where no error could be judged: the checks of the result say why.
    """
    if not gates.points:
        return None
    words = words or GateWords()
    below = sorted((point for point in gates.points if point.is_below), key=lambda p: (p.ratio, p.gate))
    with localcontext(_ROUNDING):
        spec = _spec(gates, below, words)
    return Figure(NAME, words.title.format(device=device), _description(gates, below, words), spec)


def _description(gates: GateSurvey, below: Sequence[GatePoint], words: GateWords) -> str:
    worst = words.worst.format(**_told(below[0])) if below else ""
    template = words.description.replace("[worst]", "{worst}")
    return template.format(judged=len(gates.points), below=len(below), faulty=gates.faulty, worst=worst)


def _spec(gates: GateSurvey, below: Sequence[GatePoint], words: GateWords) -> Spec:
    limits = [point.limit for point in gates.points]
    errors = [point.error for point in gates.points if point.error > 0]
    x = _steps(min(limits), max(limits))
    y = _steps(min([*errors, *limits]), max([*errors, *limits]))
    kinds = (
        words.possible.format(count=len(gates.points) - len(below)),
        words.impossible.format(count=len(below)),
    )
    return {
        "height": _HEIGHT,
        "data": {"values": [_row(point, kinds, words) for point in gates.points]},
        "encoding": {"x": _axis(_LIMIT, x, words.x_axis), "y": _axis(_DRAWN, y, words.y_axis)},
        "layer": [
            *_limit_line(x, y, words.region),
            _points(kinds, y[0]),
            *_names(gates, below, x, y),
            *_note(gates.faulty, words.faulty),
        ],
    }


def _row(point: GatePoint, kinds: tuple[str, str], words: GateWords) -> Mapping[str, str | float]:
    return {
        "gate": point.gate,
        _LIMIT: float(SIX_DIGITS.plus(point.limit)),
        _DECLARED: float(SIX_DIGITS.plus(point.error)),
        _IS: kinds[point.is_below],
        _SAYS: words.point.format(**_told(point)),
    }


def _told(point: GatePoint) -> Mapping[str, str]:
    return {"gate": point.gate, "error": f"{point.error:.3g}", "limit": f"{point.limit:.3g}"}


# --- axes ------------------------------------------------------------------------------------------------------------


def _steps(smallest: Decimal, largest: Decimal) -> list[Decimal]:
    """1-2-5 steps from one at or below the smallest value to one at or above the largest, with a little room."""
    low, high = smallest / Decimal("1.08"), largest * Decimal("1.08")
    decades = range(low.adjusted(), high.adjusted() + 2)
    steps = [Decimal(digit).scaleb(decade) for decade in decades for digit in (1, 2, 5)]
    first = max(step for step in steps if step <= low)
    last = min(step for step in steps if step >= high)
    return [step for step in steps if first <= step <= last]


def _axis(field: str, steps: _Steps, title: str) -> Spec:
    """A logarithmic axis with all its steps, or with the powers of ten where it spans more than three decades."""
    named = (
        steps if len(steps) <= 10 else [step for step in steps if step == Decimal(1).scaleb(step.adjusted())]
    )
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"type": "log", "domain": [float(steps[0]), float(steps[-1])], "nice": False},
        "axis": {"values": [float(step) for step in named], "format": "~g", "labelOverlap": False},
    }


# --- layers ----------------------------------------------------------------------------------------------------------


def _limit_line(x: _Steps, y: _Steps, label: str) -> Iterator[Spec]:
    """The diagonal declared = limit, and the ground below it."""
    start, end = max(x[0], y[0]), min(x[-1], y[-1])
    if start >= end:
        return
    corner = [x[-1]] if end < x[-1] else []
    ground = [_at(at, min(at, y[-1])) for at in (start, end, *corner)]
    yield {
        "data": {"values": ground},
        "mark": {"type": "area", "color": IMPOSSIBLE, "opacity": 0.09},
        "encoding": {"y2": {"datum": float(y[0])}},
    }
    yield {
        "data": {"values": ground[:2]},
        "mark": {"type": "line", "color": INK, "strokeWidth": 1.2, "strokeDash": [5, 4]},
    }
    yield {
        "data": {"values": [_at(x[-1], y[0])]},
        "mark": {
            "type": "text",
            "text": label,
            "align": "right",
            "baseline": "bottom",
            "dx": -8,
            "dy": -8,
            "fontStyle": "italic",
        },
    }


def _points(kinds: tuple[str, str], floor: Decimal) -> Spec:
    """Circles and triangles; what lies below the axis (zero too) stands on its start."""
    domain = list(kinds)
    return {
        "transform": [{"calculate": f"max(datum['{_DECLARED}'], {float(floor)!r})", "as": _DRAWN}],
        "mark": {"type": "point"},
        "encoding": {
            "color": {
                "field": _IS,
                "type": "nominal",
                "scale": {"domain": domain, "range": [POSSIBLE, IMPOSSIBLE]},
            },
            "shape": {
                "field": _IS,
                "type": "nominal",
                "scale": {"domain": domain, "range": ["circle", "triangle-down"]},
            },
            "description": {"field": _SAYS, "type": "nominal"},
        },
    }


def _names(gates: GateSurvey, below: Sequence[GatePoint], x: _Steps, y: _Steps) -> Iterator[Spec]:
    """The names of the worst gates for which there is room."""
    drawn = [point for point in gates.points if point.error > 0]
    places = [(_share(x, point.limit) * _PLOT[0], -_share(y, point.error) * _PLOT[1]) for point in drawn]
    at = dict(zip((point.gate for point in drawn), places, strict=True))
    wanted = [point for point in below if point.error > 0]
    line = [(_share(x, value) * _PLOT[0], -_share(y, value) * _PLOT[1]) for value in _along(x)]
    side = sides([Named(*at[point.gate], point.gate) for point in wanted], [*places, *line], width=_PLOT[0])
    chosen = list(side)[:_LABELLED]
    for align, here in (("left", 1), ("right", -1)):
        named = [wanted[place] for place in chosen if side[place] == here]
        if named:
            yield {
                "data": {"values": [_at(p.limit, p.error, gate=p.gate) for p in named]},
                "mark": {"type": "text", "align": align, "baseline": "middle", "dx": 8 * here},
                "encoding": {"text": {"field": "gate", "type": "nominal"}},
            }


def _along(steps: _Steps) -> Iterator[Decimal]:
    """Values all along an axis: close enough together that no name fits between two of them."""
    low, span = steps[0].log10(), steps[-1].log10() - steps[0].log10()
    return (Decimal(10) ** (low + span * part / 200) for part in range(201))


def _share(steps: _Steps, value: Decimal) -> float:
    """How far along the axis ``value`` stands."""
    low, high = steps[0].log10(), steps[-1].log10()
    return float((value.log10() - low) / (high - low))


def _at(limit: Decimal, error: Decimal, **more: str) -> Mapping[str, str | float]:
    return {_LIMIT: float(limit), _DRAWN: float(error), **more}


def _note(faulty: int, template: str) -> Iterator[Spec]:
    """How many gates are not drawn, above the picture on the right."""
    if faulty:
        yield {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "text": template.format(count=faulty),
                "align": "right",
                "baseline": "bottom",
                "color": SOFT,
            },
            "encoding": {"x": {"value": "width"}, "y": {"value": -12}},
        }
