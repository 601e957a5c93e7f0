"""What a report shows of a measurement: its checks and its pictures, or what stands in their place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standfirst.pictures.drawing import Medium, Undrawn, svg
from standfirst.pictures.figure import Figure
from standfirst.standards.reason import Reason
from standfirst.words.visible import visible

ROWS = 24  # of the data behind a picture that is not drawn


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of a measurement, in words and figures."""

    check: str
    verdict: str
    found: str
    limit: str


@dataclass(frozen=True, slots=True)
class ElementTable:
    """What was found about each element of what was measured, one a row; ``more`` rows are left out."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One current measurement. ``unseen``: why it has no pictures, where its collector would have some."""

    checks: Sequence[CheckRow] = ()
    figures: Sequence[Figure] = ()
    unseen: Reason | None = None
    elements: ElementTable | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as a document shows it: drawn, or its data as a table with ``more`` rows left out.

    ``undrawn`` is None where there is a drawing; else the name of the extra that draws, or "" where even it could not.
    """

    figure: Figure
    svg: str
    undrawn: str | None = None
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    more: int = 0


def drawings(label: str, measured: Measured, medium: Medium) -> Iterator[Drawing]:
    """``label`` keeps the ids of different measurements apart."""
    for figure in measured.figures:
        try:
            yield Drawing(figure, visible(svg(figure, medium, prefix=f"{label}-")))
        except Undrawn as undrawn:
            yield _in_figures(figure, undrawn.extra or "")


def _in_figures(figure: Figure, undrawn: str) -> Drawing:
    columns = list(dict.fromkeys(name for row in figure.rows for name in row))
    rows = [[_text(row.get(name)) for name in columns] for row in figure.rows[:ROWS]]
    return Drawing(figure, "", undrawn, columns, rows, max(0, len(figure.rows) - ROWS))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def by_label(measured: Mapping[str, Measured]) -> Sequence[tuple[str, Measured]]:
    return sorted(measured.items())
