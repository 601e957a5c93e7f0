"""Values as people read them: what templates walk through. No template looks into JSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.safestring import SafeString

from standfirst.records.kind import Body, Kind
from standfirst.records.view import Section, Widget
from standfirst.server.pages.prose import rendered
from standfirst.server.pages.shapes import Part, Sort, label, shapes
from standfirst.words import render
from standfirst.words.language import day, moment, translated
from standfirst.words.visible import visible

LONG: Final = 200
"""Characters from which on a text stands in paragraphs of its own."""

_BROAD: Final = 40
"""Characters from which on a cell is wide."""

SHOWN: Final = 12
"""Rows or items that stand open; a longer list is folded."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
_FOR_PROGRAMS: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Value:
    """``sort``: nothing, text, long, prose, word, time, code, list, table, entries or fields. Only what belongs to it is
    filled in. A table has one flat value a cell; what has more within is told entry by entry.
    """

    sort: str
    text: str = ""
    items: Sequence["Value"] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence["Value"]] = ()
    fields: Sequence[tuple[str, "Value"]] = ()
    html: SafeString | None = None

    @property
    def folded(self) -> int:
        """How many there are, of a list too long to stand open."""
        count = max(len(self.items), len(self.rows))
        return count if count > SHOWN else 0

    @property
    def broad(self) -> bool:
        """Whether a column of it is better not a narrow one."""
        return len(self.text) > _BROAD

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width, below its label."""
        return self.sort in {"prose", "table", "entries"}


NOTHING: Final = Value("nothing")
_FLAT: Final = frozenset({"nothing", "text", "word", "time", "code"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its question and its answer."""

    name: str
    label: str
    question: str
    value: Value

    @property
    def for_programs(self) -> bool:
        """An id or a digest, which nobody reads."""
        return self.value.sort == "code"


def fields_of(kind: Kind | None, body: Body) -> Sequence[Field]:
    """A body in reading form, in the order of its kind. Title and files stand elsewhere."""
    if kind is None:
        return [Field(name, label(name), "", value(part)) for name, part in body.items()]
    return [
        Field(
            shape.name,
            shape.label,
            shape.question,
            _prose(body.get(shape.name))
            if kind.view.widgets.get(shape.name) is Widget.MARKDOWN
            else value(
                shape.arranged(body.get(shape.name)),
                words=shape.sort in {Sort.CHOICE, Sort.CHOICES},
                form=Part(shape.part, shape.defined),
            ),
        )
        for shape in shapes(kind)
        if shape.sort is not Sort.FILES and shape.name != kind.titled_by
    ]


def _prose(text: Any) -> Value:
    return Value("prose", html=rendered(str(text))) if text else NOTHING


def grouped(sections: Sequence[Section], fields: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Fields, each with a ``name``, under the titles of their sections; those that no section names come last, under none."""
    by_name = {one.name: one for one in fields}
    found = [
        (translated(section.title), [by_name.pop(name) for name in section.fields if name in by_name])
        for section in sections
    ]
    return [
        *((title, those) for title, those in found if those),
        *([("", [*by_name.values()])] if by_name else []),
    ]


def value(part: Any, *, words: bool = False, form: Part | None = None) -> Value:
    """``words``: values of a closed list, by what they are called. ``form``: what its model says of it."""
    words = words or (form is not None and form.is_word)
    if part is None or part in ("", [], {}):
        return NOTHING
    if isinstance(part, bool):
        return Value("word", render.title("yes" if part else "no"))
    if isinstance(part, Mapping):
        return Value("fields", fields=list(_within(part, form)))
    if isinstance(part, list | tuple):
        return _many(part, words=words, form=form.items if form else None)
    return _one(str(part), words=words)


def _within(part: Mapping[str, Any], form: Part | None) -> Iterator[tuple[str, Value]]:
    for name, inner in part.items():
        if inner is not None:
            yield label(str(name)), value(inner, form=form.of(str(name)) if form else None)


def _one(said: str, *, words: bool) -> Value:
    if words:
        return Value("word", render.title(said))
    if _FOR_PROGRAMS.fullmatch(said):
        return Value("code", said)
    if (time := _time(said)) is not None:
        return time
    text = visible(said)
    return Value("long" if len(text) > LONG or "\n" in text else "text", text)


def _time(said: str) -> Value | None:
    try:
        if _DAY.fullmatch(said):
            return Value("time", day(date.fromisoformat(said)))
        if _INSTANT.fullmatch(said):
            return Value("time", moment(datetime.fromisoformat(said)))
    except ValueError:
        pass  # such as the 31st of February: shown as it was written
    return None


def _many(parts: Sequence[Any], *, words: bool, form: Part | None) -> Value:
    if not all(isinstance(part, Mapping) for part in parts):
        return Value("list", items=[value(part, words=words, form=form) for part in parts])
    names = [str(name) for name in dict.fromkeys(name for part in parts for name in part)]
    rows = [[value(part.get(name), form=form.of(name) if form else None) for name in names] for part in parts]
    if any(cell.sort not in _FLAT and cell.sort != "long" for row in rows for cell in row):
        return Value("entries", items=[value(part, form=form) for part in parts])
    used = [place for place in range(len(names)) if any(row[place] is not NOTHING for row in rows)]
    return Value(
        "table",
        head=[label(names[place]) for place in used],
        rows=[[row[place] for place in used] for row in rows],
    )


# --- times -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with its zone, for people and for programs."""

    at: datetime
    iso: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "iso", self.at.isoformat())

    def __str__(self) -> str:
        return moment(self.at)

    @property
    def exact(self) -> str:
        return moment(self.at, seconds=True)
