"""What lists, calendars and homes ask of a record: the fields that its kind's view names, as texts, numbers and days. Pure.

A field of the body is a number or a day where its model says so: a title that looks like one stays a text. Of a field that
is derived, its value says it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cache
from math import isfinite
from typing import Any, Final

from standfirst.records.body import Body as RecordBody
from standfirst.records.kind import Body, Kind

TEXT: Final = 200
"""Characters kept of a text: what a cell shows."""

_NUMBER: Final = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a field. ``position``: where it stands in a list. At most one of ``number`` and ``day`` is there.

    A field that says nothing is told too, once and empty: whoever sorts by it loses no record.
    """

    field: str
    position: int
    text: str = ""
    number: float | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day by which something has to be done. ``position`` counts those who do it; nobody is named by an empty owner."""

    field: str
    position: int
    day: date
    owner: str


def indexed(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that are told: its title first."""
    titled = (kind.titled_by,) if kind.titled_by in kind.body.model_fields else ()
    return tuple(dict.fromkeys((*titled, *kind.view.indexed)))


def told(kind: Kind, body: Body) -> list[Told]:
    """All values of a record's indexed fields, in their order."""
    return [one for field in indexed(kind) for one in _field(kind, body, field)]


def falling_due(kind: Kind, state: str, body: Body) -> list[DueDay]:
    """None where the record's state settles it. Owners are those that the view names; a day without any stands once."""
    if not kind.view.due or state in kind.settled:
        return []
    owners = (
        list(dict.fromkeys(one.text for one in _field(kind, body, kind.view.owner)))
        if kind.view.owner
        else [""]
    )
    days = ((field, one.day) for field in kind.view.due for one in _field(kind, body, field)[:1] if one.day)
    return [
        DueDay(field, position, day, owner) for field, day in days for position, owner in enumerate(owners)
    ]


def _field(kind: Kind, body: Body, field: str) -> list[Told]:
    if not body:
        return []
    if field in kind.derived:
        value: Any = kind.derived[field](body)
        read = _by_value
    else:
        value = body.get(field)
        read = _READ[sort_of(kind, field)]
    parts = value if isinstance(value, list | tuple) else [value]
    found = [read(field, position, one) for position, one in enumerate(parts) if one is not None]
    return found or [Told(field, 0)]


# --- one value -------------------------------------------------------------------------------------------------------


def _text(field: str, position: int, value: Any) -> Told:
    if isinstance(value, bool):
        return Told(field, position, "yes" if value else "no")
    if isinstance(value, Mapping):  # such as another organisation, by its name
        value = next((value[name] for name in ("name", "title") if value.get(name)), "")
    return Told(field, position, str(value)[:TEXT])


def _number(field: str, position: int, value: Any) -> Told:
    """Also of a decimal text. Two that differ beyond the sixteenth digit sort as one."""
    plain = _text(field, position, value)
    if isinstance(value, bool) or not _NUMBER.fullmatch(plain.text):
        return plain
    number = float(plain.text)
    return Told(field, position, plain.text, number=number) if isfinite(number) else plain


def _day(field: str, position: int, value: Any) -> Told:
    plain = _text(field, position, value)
    try:
        return Told(field, position, plain.text, day=date.fromisoformat(plain.text[:10]))
    except ValueError:
        return plain


def _by_value(field: str, position: int, value: Any) -> Told:
    if isinstance(value, int):
        return _number(field, position, value)
    is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    return _day(field, position, value) if is_day else _text(field, position, value)


class Sort(Enum):
    """What the values of a field are compared as."""

    TEXT = auto()
    NUMBER = auto()
    DAY = auto()


_READ: Final = {Sort.TEXT: _text, Sort.NUMBER: _number, Sort.DAY: _day}


# --- what a body's model says ----------------------------------------------------------------------------------------


def sort_of(kind: Kind, field: str) -> Sort:
    """Of a field of the body. Derived ones show it by their values only."""
    return _sort(kind.body, field)


@cache
def _sort(body: type[RecordBody], field: str) -> Sort:
    schema = body.model_json_schema()
    return _sort_of(schema.get("properties", {}).get(field, {}), schema.get("$defs", {}))


def _sort_of(part: Mapping[str, Any], defined: Mapping[str, Any]) -> Sort:
    given: Sequence[Mapping[str, Any]] = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if len(given) == 1:
        return _sort_of(given[0], defined)
    if "$ref" in part:
        return _sort_of(defined[str(part["$ref"]).rpartition("/")[2]], defined)
    match part.get("type"):
        case "array":
            return _sort_of(part.get("items", {}), defined)
        case "integer" | "number":
            return Sort.NUMBER
        case "string" if part.get("format") in {"date", "date-time"}:
            return Sort.DAY
        case "string" if _takes_numbers_alone(part):
            return Sort.NUMBER
        case _:
            return Sort.TEXT


def _takes_numbers_alone(part: Mapping[str, Any]) -> bool:
    """Whether the pattern of a text is that of a decimal number."""
    pattern = part.get("pattern")
    return bool(
        pattern
        and all(re.search(pattern, one) for one in ("0", "-1.5", "12"))
        and not any(re.search(pattern, one) for one in ("a", "1a", "1-2", ""))
    )


def fields_as_told(kinds: "Iterator[Kind] | Any") -> dict[str, Any]:
    """What decides how records are told, as data: where it differs, the index has to be made anew."""
    return {
        kind.name: {
            "schema": kind.schema,
            "fields": list(indexed(kind)),
            "due": list(kind.view.due),
            "owner": kind.view.owner,
            "settled": sorted(kind.settled) if kind.view.due else [],
        }
        for kind in kinds
    }
