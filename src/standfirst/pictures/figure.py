"""One picture, said once: a Vega-Lite specification with its data in it, and what it tells in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ELSEWHERE: Final = frozenset({"url", "href", "font", "labelFont", "titleFont", "config"})
"""Members of a specification that would fetch something, lead somewhere or choose what the drawing chooses."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that a collector offers and a page or a printed report draws (``drawing.svg``).

    Attributes:
        name: short and plain (``ages``), unlike any other of the same result; part of ids.
        title: one line of plain text; the document that holds the picture shows it, so the specification has none.
        description: what somebody who does not see the picture must know: kind of chart, counts, what stands out.
        spec: a Vega-Lite 5 or 6 specification. Its data stand in it as ``{"values": [...]}``: at the top level the
            rows that the reader should know, deeper only what helps to draw. Colours come from ``palette``; fonts,
            sizes of text and background are the drawing's. Width is 640 pixels in all unless it says otherwise.
            Where every mark should say something when pointed at, it encodes ``description``.

    Raises ValueError for a specification that reaches out or a name that no id can hold: a fault of the collector.
    """

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"a figure's name is short and plain, unlike {self.name!r}")
        if not (self.title.strip() and self.description.strip()):
            raise ValueError(f"the figure {self.name} says nothing to a reader who does not see it")
        if found := sorted(_members(self.spec) & _ELSEWHERE):
            raise ValueError(
                f"the figure {self.name} names {', '.join(found)}, which is the drawing's choice"
            )

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The top-level data, as a reader gets them in a table where there is no drawing."""
        found: Sequence[Mapping[str, Any]] = self.spec.get("data", {}).get("values", ())
        return found


def _members(value: object) -> frozenset[str]:
    return frozenset(_walk(value))


def _walk(value: object) -> Iterator[str]:
    """The names of all members, but not those of data rows, which come from outside and are drawn as values."""
    if isinstance(value, Mapping):
        for name, inside in value.items():
            yield str(name)
            if name != "values":
                yield from _walk(inside)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item)
