"""The frame of every picture in this room: self-contained SVG with the same bytes everywhere.

A picture stands inside a page in light or dark: text and lines take `currentColor`, the two colours the CSS variables
`--figure-possible` and `--figure-impossible`. Both have fallbacks in presentation attributes, so that no style
sheet is needed, a strict content security policy allows them, and a renderer that knows no variables shows colours
too. What colour says, shape says as well.
"""

from collections.abc import Iterable
from decimal import Context, Decimal
from enum import Enum
from html import escape
from typing import Final

WIDTH: Final = 640
DRAWING: Final = Context(prec=20)
"""Set while a picture is drawn, so that no setting of the calling program reaches it."""
TENTH: Final = Decimal("0.1")
"""Places are rounded to tenths of a pixel."""
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


class Colour(Enum):
    POSSIBLE = ("possible", "#3d7ab8")
    IMPOSSIBLE = ("impossible", "#d1662c")

    @property
    def fallback(self) -> str:
        return self.value[1]

    @property
    def variable(self) -> str:
        name, fallback = self.value
        return f"var(--figure-{name}, {fallback})"


def document(prefix: str, title: str, summary: str, height: int, parts: Iterable[str]) -> str:
    """`title` is shown, `summary` read out where nobody looks; `prefix` keeps ids apart on one page."""
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" font-family="{_FONT}" '
        f'font-size="12.5" fill="currentColor">\n'
        f'<title id="{prefix}-title">{escape(title)}</title>\n'
        f'<desc id="{prefix}-desc">{escape(summary)}</desc>\n'
        f'<text x="{WIDTH // 2}" y="16" text-anchor="middle" font-weight="600">{escape(title)}</text>\n'
        f"{body}\n</svg>\n"
    )


def empty_document(prefix: str, title: str, summary: str) -> str:
    """A picture that only says that there is nothing to draw."""
    return document(
        prefix, title, summary, 90, [text_at(WIDTH // 2, 56, summary, anchor="middle", italic=True)]
    )


def text_at(
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


def group(colour: Colour, shapes: Iterable[str]) -> str:
    """Shapes in a colour that a page may set; the outer colour is for renderers that know no variables."""
    return f'<g fill="{colour.fallback}"><g fill="{colour.variable}">{"".join(shapes)}</g></g>'
