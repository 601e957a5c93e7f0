"""Values as people read them: what templates walk through. No template looks into JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from standfirst.records.kind import Body, Kind
from standfirst.server.pages.shapes import Sort, label, shapes
from standfirst.words import render
from standfirst.words.visible import visible

LONG: Final = 200
"""Characters from which on a text stands in paragraphs of its own."""


@dataclass(frozen=True, slots=True)
class Value:
    """``sort``: nothing, text, long, word, list, table or fields. Only what belongs to it is filled in."""

    sort: str
    text: str = ""
    items: Sequence["Value"] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence["Value"]] = ()
    fields: Sequence[tuple[str, "Value"]] = ()


NOTHING: Final = Value("nothing")


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its question and its answer."""

    name: str
    label: str
    question: str
    value: Value


def fields_of(kind: Kind | None, body: Body) -> Sequence[Field]:
    """A body in reading form, in the order of its kind. Title and files stand elsewhere."""
    if kind is None:
        return [Field(name, label(name), "", value(part)) for name, part in body.items()]
    return [
        Field(
            shape.name,
            shape.label,
            shape.question,
            value(shape.arranged(body.get(shape.name)), words=shape.sort in {Sort.CHOICE, Sort.CHOICES}),
        )
        for shape in shapes(kind)
        if shape.sort is not Sort.FILES and shape.name != kind.titled_by
    ]


def value(part: Any, *, words: bool = False) -> Value:
    """``words``: values of a closed list, by what they are called."""
    if part is None or part in ("", [], {}):
        return NOTHING
    if isinstance(part, bool):
        return Value("word", "yes" if part else "no")
    if isinstance(part, Mapping):
        return Value("fields", fields=[(label(str(n)), value(p)) for n, p in part.items() if p is not None])
    if isinstance(part, list | tuple):
        return _many(part, words=words)
    text = render.title(str(part)) if words else visible(str(part))
    return Value("word" if words else "long" if len(text) > LONG or "\n" in text else "text", text)


def _many(parts: Sequence[Any], *, words: bool) -> Value:
    if not all(isinstance(part, Mapping) for part in parts):
        return Value("list", items=[value(part, words=words) for part in parts])
    names = list(dict.fromkeys(name for part in parts for name in part))
    rows = [[value(part.get(name)) for name in names] for part in parts]
    return Value("table", head=[label(str(name)) for name in names], rows=rows)


# --- times -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with its zone, for people and for programs."""

    at: datetime
    iso: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "iso", self.at.isoformat())

    def __str__(self) -> str:
        return f"{self.at.day} {self.at:%b %Y, %H:%M} UTC"

    @property
    def exact(self) -> str:
        return f"{self.at.day} {self.at:%b %Y, %H:%M:%S} UTC"
