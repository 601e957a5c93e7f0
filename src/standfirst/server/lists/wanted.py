"""What somebody wants of a list: from the address, and back into it. Nothing is asked of the database here.

Whatever an address says that cannot be meant is left out and told in words: a link that somebody kept, or got from a colleague
whose release knew other fields, still opens.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from standfirst.records.indexing import indexed
from standfirst.records.kind import Kind
from standfirst.server.bodies import plain
from standfirst.standards.reason import Reason
from standfirst.trust.spelling import Misspelt, base64url_text, read_base64url

NUMBER, STATE, VERSION, CHANGED = "number", "state", "version", "changed"
"""Columns that no kind has to declare; where a kind has a field of that name, the field is ``field.NAME``."""

OWN: Final = (NUMBER, STATE, VERSION, CHANGED)
SORTED: Final = (NUMBER, STATE, CHANGED)

LATE, SOON = "late", "soon"
SOON_DAYS: Final = 30

MOST_VALUES: Final = 50
LONGEST: Final = 200


class Test(StrEnum):
    """What a filter asks of a field."""

    ONE_OF = ""
    HAS = "has"
    FROM = "from"
    TO = "to"


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    test: Test
    values: tuple[str, ...]

    @property
    def parameter(self) -> str:
        return f"f.{self.field}" + (f".{self.test}" if self.test else "")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after a row, in one of the orders that a sort is made of."""

    segment: int
    values: tuple[Any, ...]

    def __str__(self) -> str:
        return base64url_text(json.dumps([self.segment, *self.values]).encode())


@dataclass(frozen=True, slots=True)
class Wanted:
    """``text`` is looked for in titles. ``due``: late, or soon. ``mine``: what names the person who asks as its owner."""

    state: str = ""
    conditions: tuple[Condition, ...] = ()
    text: str = ""
    due: str = ""
    mine: bool = False
    sort: str = NUMBER
    descending: bool = True
    columns: tuple[str, ...] = ()
    after: Cursor | None = None
    strange: tuple[Reason, ...] = field(default=(), compare=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether something other than a state narrows it."""
        return bool(self.conditions or self.text or self.due or self.mine)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """As an address says it, without where a page begins: in a settled order, nothing that goes without saying."""
        if self.state:
            yield "state", self.state
        if self.text:
            yield "q", self.text
        if self.due:
            yield "due", self.due
        if self.mine:
            yield "mine", "yes"
        for condition in self.conditions:
            for value in condition.values:
                yield condition.parameter, value
        if (self.sort, self.descending) != (NUMBER, True):
            yield "sort", f"-{self.sort}" if self.descending else self.sort
        if self.columns:
            yield "columns", ",".join(self.columns)

    @property
    def query(self) -> str:
        return urlencode(list(self.pairs()))

    def but(self, **changes: Any) -> "Wanted":
        """The same with something else, from its first page on."""
        return replace(self, **{"after": None, **changes})

    def without(self, condition: Condition, value: str) -> "Wanted":
        """The same with one value of a filter less."""
        left = tuple(one for one in condition.values if one != value)
        kept = (replace(one, values=left) if one is condition else one for one in self.conditions)
        return self.but(conditions=tuple(one for one in kept if one.values))

    def by(self, sort: str) -> "Wanted":
        """The same sorted by a column; the other way round where it is already."""
        first = sort in {NUMBER, CHANGED}  # where the newest come first
        return self.but(sort=sort, descending=not self.descending if sort == self.sort else first)


def choosable(kind: Kind) -> tuple[str, ...]:
    """The columns that a list of this kind can show beside the title."""
    return (
        NUMBER,
        *(_column(one) for one in indexed(kind) if one != kind.titled_by),
        STATE,
        VERSION,
        CHANGED,
    )


def shown_at_first(kind: Kind) -> tuple[str, ...]:
    told = tuple(_column(one) for one in kind.view.columns if one != kind.titled_by)
    return (NUMBER, STATE, *told) if told else (NUMBER, STATE, CHANGED)


def _column(name: str) -> str:
    return f"field.{name}" if name in OWN else name


def field_of(column: str) -> str:
    """The indexed field that a column shows; empty for those that every kind has."""
    return "" if column in OWN else column.removeprefix("field.")


def wanted(kind: Kind, asked: QueryDict) -> Wanted:
    """From the parameters of an address."""
    strange: list[Reason] = []
    said = Wanted(
        state=_known(asked, "state", kind.lifecycle.states, strange),
        conditions=tuple(_conditions(kind, asked, strange)),
        text=_text(asked.get("q", "")),
        due=_known(asked, "due", (LATE, SOON) if kind.view.due else (), strange),
        mine=bool(asked.get("mine")) and bool(kind.view.owner),
        columns=_columns(kind, asked, strange),
        after=_cursor(asked.get("after", "")),
    )
    sort, descending = _sort(kind, asked.get("sort", ""), strange)
    return replace(said, sort=sort, descending=descending, strange=tuple(strange))


def parse(kind: Kind, query: str) -> Wanted:
    """From what a saved view keeps."""
    return wanted(kind, plain(QueryDict(query)))


def _known(asked: QueryDict, name: str, known: Sequence[str], strange: list[Reason]) -> str:
    value = asked.get(name, "")
    if value and value not in known:
        strange.append(Reason("list.unknown", {"parameter": name, "value": _text(value)}))
        return ""
    return value


def _text(value: str) -> str:
    """In one line, and no longer than anybody means."""
    return " ".join(value.split())[:LONGEST]


def _conditions(kind: Kind, asked: QueryDict, strange: list[Reason]) -> Iterator[Condition]:
    known = indexed(kind)
    for parameter in asked:
        if not parameter.startswith("f."):
            continue
        name, _, test = parameter.removeprefix("f.").partition(".")
        values = tuple(dict.fromkeys(_text(value) for value in asked.getlist(parameter)))[:MOST_VALUES]
        if name not in known or test not in set(Test):
            strange.append(
                Reason("list.unknown", {"parameter": _text(parameter), "value": "; ".join(values)[:LONGEST]})
            )
            continue
        condition = Condition(name, Test(test), values)
        if condition.test is Test.ONE_OF:
            yield condition
        elif values := tuple(value for value in values if value)[:1]:
            if condition.test in {Test.FROM, Test.TO} and bound(values[0]) is None:
                strange.append(Reason("list.no-bound", {"parameter": _text(parameter), "value": values[0]}))
                continue
            yield replace(condition, values=values)


def bound(value: str) -> date | float | None:
    """A day or a number that something can be compared with."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _columns(kind: Kind, asked: QueryDict, strange: list[Reason]) -> tuple[str, ...]:
    """Those that are asked for, in the kind's order; none where they are those that are shown anyway."""
    named = [one for value in asked.getlist("columns") for one in value.split(",") if one]
    known = choosable(kind)
    strange += [
        Reason("list.unknown", {"parameter": "columns", "value": _text(one)})
        for one in named
        if one not in known
    ]
    ordered = dict.fromkeys((*shown_at_first(kind), *known))
    chosen = tuple(one for one in ordered if one in named)
    return () if chosen == shown_at_first(kind) else chosen


def _sort(kind: Kind, asked: str, strange: list[Reason]) -> tuple[str, bool]:
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if not asked:
        return NUMBER, True
    if name in SORTED or (field_of(name) or "-") in indexed(kind):
        return name, descending
    strange.append(Reason("list.unknown", {"parameter": "sort", "value": _text(asked)}))
    return NUMBER, True


_UNSTORED: Final = re.compile(r"[\x00\ud800-\udfff]")
"""What no column holds."""


def _cursor(text: str) -> Cursor | None:
    """None also for one that no page has written: then the list begins at its beginning."""
    if not text or len(text) > 1000:
        return None
    try:
        segment, *values = json.loads(read_base64url(text))
    except (Misspelt, ValueError, TypeError, RecursionError):
        return None
    plain = all(
        (isinstance(one, str) and not _UNSTORED.search(one))
        or (type(one) in (int, float) and -(2**53) < one < 2**53)
        for one in values
    )
    return Cursor(segment, tuple(values)) if type(segment) is int and plain else None
