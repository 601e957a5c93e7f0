"""What a report shows of a measurement, in words: its checks and its pictures, or what stands in their place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standfirst.pictures.drawing import Medium, Undrawn, svg
from standfirst.pictures.figure import Figure
from standfirst.pictures.measured import CheckRow, Measured
from standfirst.words.render import title
from standfirst.words.visible import visible

ROWS = 24  # of the data behind a picture that is not drawn


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


# --- checks and elements ---------------------------------------------------------------------------------------------


def verdict_words(row: CheckRow) -> str:
    return title(row.verdict) if row.verdict else "reported"


def found_words(row: CheckRow) -> str:
    """Figures, then what has to be known beside them."""
    codes = [title(code) for code in row.codes]
    return row.found + (f" ({'; '.join(codes)})" if codes else "")


def cell_words(value: str) -> str:
    """What stands beside an element's name: a day as it is, a code in words."""
    return value if value[:1].isdigit() else title(value)
