"""How the heavy-output shares of the circuits lie about the threshold: a bar chart, and over it the mean's two intervals.

The counts of single circuits stand in a result as ``heavy-outputs-of-circuit-001`` and so on, in the order in which the
circuits were drawn: within its digest, and enough to judge again by any other rule.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.volume.judgement import CIRCUIT_LEVEL, SIMULATION, TWO_SIGMA
from standfirst.pictures.figure import Figure
from standfirst.pictures.palette import IMPOSSIBLE, INK, POSSIBLE

NAME: Final = "heavy-shares"
_OF_CIRCUIT: Final = "heavy-outputs-of-circuit-"
_BINS: Final = 48
_FIRST_ABOVE: Final = 32
"""Two thirds is the edge between two bins, so that every bar lies on one side of it."""
_FROM, _TO, _CIRCUITS, _REACHES = "from", "to", "circuits", "reaches two thirds"

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShareWords:
    """What the figure says; a door that speaks another language gives its own."""

    title: str = "Heavy-output shares of {circuits} circuits, {width} qubits of {device}, simulated"
    description: str = (
        "Bar chart. {above} of {circuits} circuits gave a heavy output in two thirds of their shots or more. "
        "The mean share is {share}. {intervals}."
    )
    interval: str = "{name} interval {lower} to {upper}: {verdict}"
    names: tuple[tuple[str, str], ...] = ((TWO_SIGMA, "two-sigma"), (CIRCUIT_LEVEL, "circuit-level"))
    threshold: str = "two thirds"
    across: str = "heavy-output share of a circuit"
    up: str = "circuits"


def heavy_counts(heavy: Sequence[int]) -> Mapping[str, int]:
    """As a result states them."""
    digits = max(3, len(str(len(heavy))))
    return {f"{_OF_CIRCUIT}{number:0{digits}}": count for number, count in enumerate(heavy, 1)}


def stated_heavy_counts(result: MeasurementResult) -> tuple[int, ...]:
    """The counts of single circuits that a result states, in the order of the circuits."""
    named = sorted((name, count) for name, count in result.counts.items() if name.startswith(_OF_CIRCUIT))
    return tuple(count for _, count in named)


@dataclass(frozen=True, slots=True)
class _Mean:
    """The mean share with one of its intervals, as a check states them."""

    name: str
    share: float
    lower: float
    upper: float
    verdict: str


def shares_figure(result: MeasurementResult, words: ShareWords | None = None) -> Figure | None:
    """None where the result has no counts of circuits: then nothing was measured."""
    heavy = stated_heavy_counts(result)
    if not heavy:
        return None
    words = words or ShareWords()
    shots = result.counts["shots"] // len(heavy)
    means = list(_means(result, words))
    described = words.description.format(
        above=sum(3 * count >= 2 * shots for count in heavy),
        circuits=len(heavy),
        share=result.value("heavy-output-share").value,
        intervals="; ".join(
            words.interval.format(
                name=mean.name, lower=f"{mean.lower:.4f}", upper=f"{mean.upper:.4f}", verdict=mean.verdict
            )
            for mean in means
        ),
    )
    title = words.title.format(
        circuits=len(heavy),
        width=next(f.value for f in result.check(SIMULATION).figures if f.name == "width"),
        device=result.subject.name,
    )
    return Figure(NAME, title, described, _spec(_bars(heavy, shots), means, words))


def _means(result: MeasurementResult, words: ShareWords) -> Iterator[_Mean]:
    for check, name in words.names:
        found = result.check(check)
        figures = {figure.name: float(figure.value) for figure in found.figures}
        if figures and found.verdict:
            verdict = found.verdict.value.replace("-", " ")
            yield _Mean(name, figures["mean-share"], figures["lower-end"], figures["upper-end"], verdict)


def _bars(heavy: Sequence[int], shots: int) -> list[Spec]:
    """A share on an edge belongs to the bin above it; a share of 1 to the last."""
    found = Counter(min(count * _BINS // shots, _BINS - 1) for count in heavy)
    return [
        {
            _FROM: round(place / _BINS, 4),
            _TO: round((place + 1) / _BINS, 4),
            _CIRCUITS: found[place],
            _REACHES: place >= _FIRST_ABOVE,
        }
        for place in sorted(found)
    ]


def _spec(bars: Sequence[Spec], means: Sequence[_Mean], words: ShareWords) -> Spec:
    most = max(bar[_CIRCUITS] for bar in bars)
    ends = [0.6, 0.75, bars[0][_FROM], bars[-1][_TO], *(end for m in means for end in (m.lower, m.upper))]
    across = {
        "type": "quantitative",
        "title": words.across,
        "scale": {"domain": [min(ends), max(ends)], "nice": True, "zero": False},
        "axis": {"format": ".2f", "grid": False, "tickCount": 8},
    }
    up = {
        "type": "quantitative",
        "title": words.up,
        "scale": {"domain": [0, most * 1.55], "nice": False},
        "axis": {"values": _ticks(most), "format": ",d"},
    }
    return {
        "height": 300,
        "data": {"values": list(bars)},
        "layer": [
            {
                "mark": {"type": "bar", "x2Offset": -1},
                "encoding": {
                    "x": {"field": _FROM, **across},
                    "x2": {"field": _TO},
                    "y": {"field": _CIRCUITS, **up},
                    "y2": {"datum": 0},
                    "color": {
                        "field": _REACHES,
                        "type": "nominal",
                        "scale": {"domain": [True, False], "range": [POSSIBLE, IMPOSSIBLE]},
                        "legend": None,
                    },
                },
            },
            *_threshold(words.threshold),
            *_intervals(means, most),
        ],
    }


def _ticks(most: int) -> list[int]:
    """At most seven whole numbers, none above the longest bar."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000) if most <= 6 * s)
    return list(range(0, most + 1, step))


def _threshold(label: str) -> Iterator[Spec]:
    here = {"data": {"values": [{"x": 2 / 3}]}}
    place = {"field": "x", "type": "quantitative"}
    yield {
        **here,
        "mark": {"type": "rule", "color": INK, "strokeDash": [5, 4]},
        "encoding": {"x": place, "y": {"value": 0}, "y2": {"value": "height"}},
    }
    yield {
        **here,
        "mark": {
            "type": "text",
            "text": label,
            "align": "left",
            "baseline": "top",
            "dx": 5,
            "fontStyle": "italic",
        },
        "encoding": {"x": place, "y": {"value": 0}},
    }


def _intervals(means: Sequence[_Mean], most: int) -> Iterator[Spec]:
    """One line each above the bars, from its lower to its upper end, with the mean as a point and its name under it."""
    rows = [
        {
            "y": most * (1.38 - 0.2 * place),
            "share": m.share,
            "lower": m.lower,
            "upper": m.upper,
            "name": m.name,
        }
        for place, m in enumerate(means)
    ]
    here, height = {"data": {"values": rows}}, {"field": "y", "type": "quantitative"}
    lower, upper = {"field": "lower", "type": "quantitative"}, {"field": "upper"}
    yield {
        **here,
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2},
        "encoding": {"x": lower, "x2": upper, "y": height},
    }
    for end in ("lower", "upper"):
        yield {
            **here,
            "mark": {"type": "tick", "color": INK, "orient": "vertical", "thickness": 2, "size": 10},
            "encoding": {"x": {"field": end, "type": "quantitative"}, "y": height},
        }
    yield {
        **here,
        "mark": {"type": "point", "color": INK},
        "encoding": {"x": {"field": "share", "type": "quantitative"}, "y": height},
    }
    yield {
        **here,
        "mark": {"type": "text", "align": "center", "baseline": "top", "dy": 7},
        "encoding": {"x": {"field": "share", "type": "quantitative"}, "y": height, "text": {"field": "name"}},
    }
