"""The filters of a list, each as pieces of statements: alone, which records pass it, and beside a row, whether its record does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from standfirst.records.kind import Kind
from standfirst.records.sealing import NUMBER as A_NUMBER
from standfirst.server.access import Place
from standfirst.server.lists.wanted import LATE, SOON_DAYS, Condition, Test, Wanted, bound
from standfirst.server.store.index import as_compared
from standfirst.server.store.models import Organisation


@dataclass(frozen=True, slots=True)
class Asking:
    """Of whose records, by whom, on which day. ``me``: how records name who asks."""

    place: Place
    kind: Kind
    today: date
    me: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a statement, with what is filled into it."""

    sql: str
    given: tuple[Any, ...] = ()


def joined(parts: Sequence[Part], word: str = " AND ") -> Part:
    return Part(word.join(part.sql for part in parts), tuple(value for part in parts for value in part.given))


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, in two ways: ``alone``, the records that pass it; ``beside``, whether the record of a row does."""

    alone: Part
    beside: Part


def filters_of(asking: Asking, wanted: Wanted) -> list[Filter]:
    """Apart from the state."""
    found = []
    if wanted.text:
        found.append(_named(asking, wanted.text))
    if wanted.due:
        found.append(_due(asking, wanted.due))
    if wanted.mine:
        names = Condition(asking.kind.view.owner, Test.ONE_OF, tuple(asking.me) or ("\uffff",))
        found.append(_of_field(asking, names))
    ends: dict[str, list[Condition]] = {}
    for condition in wanted.conditions:
        if condition.test in {Test.FROM, Test.TO}:
            ends.setdefault(condition.field, []).append(condition)
        else:
            found.append(_of_field(asking, condition))
    return [*found, *(_of_field(asking, *both) for both in ends.values())]


def in_state(asking: Asking, state: str) -> Filter:
    alone = "SELECT first FROM store_current WHERE organisation_id = %s AND kind = %s AND state = %s"
    return Filter(Part(alone, (*own_of(asking), state)), Part("c.state = %s", (state,)))


def _named(asking: Asking, text: str) -> Filter:
    """By the number, where it is one; else by what the title says."""
    number = text.upper()
    if A_NUMBER.match(number):
        alone = "SELECT first FROM store_current WHERE organisation_id = %s AND number = %s AND kind = %s"
        own, kind = own_of(asking)
        return Filter(Part(alone, (own, number, kind)), Part("c.number = %s", (number,)))
    return _of_field(asking, Condition(asking.kind.titled_by, Test.HAS, (text,)))


def _due(asking: Asking, due: str) -> Filter:
    days = Part("d.day < %s", (_day(asking.today),))
    if due != LATE:
        until = _day(asking.today + timedelta(days=SOON_DAYS))
        days = Part("d.day >= %s AND d.day < %s", (_day(asking.today), until))
    own = own_of(asking)
    return Filter(
        Part(
            "SELECT first FROM store_due d WHERE d.organisation_id = %s AND d.kind = %s AND d.position = 0 "
            f"AND {days.sql}",
            (*own, *days.given),
        ),
        Part(
            "(SELECT 1 FROM store_due d WHERE d.organisation_id = %s AND d.record = c.record "
            f"AND d.position < 1 AND {days.sql} LIMIT 1) IS NOT NULL",
            (own[0], *days.given),
        ),
    )


def _of_field(asking: Asking, *conditions: Condition) -> Filter:
    """Of one field: a day from and to is one filter, and few days lead."""
    test = joined([_test(condition) for condition in conditions])
    own, kind = own_of(asking)
    field = conditions[0].field
    return Filter(
        Part(
            "SELECT first FROM store_indexed f WHERE f.organisation_id = %s AND f.kind = %s AND f.field = %s "
            f"AND {test.sql}",
            (own, kind, field, *test.given),
        ),
        Part(
            "(SELECT 1 FROM store_indexed f WHERE f.organisation_id = %s AND f.record = c.record "
            f"AND f.field = %s AND {test.sql} LIMIT 1) IS NOT NULL",
            (own, field, *test.given),
        ),
    )


_TEXTS: Final = "f.number IS NULL AND f.day IS NULL"
"""Rows that are compared as texts: as the index of texts says it, so that it is used."""


def _test(condition: Condition) -> Part:
    match condition.test:
        case Test.ONE_OF:
            values = tuple(as_compared(value) for value in condition.values)
            return Part(f"{_TEXTS} AND f.folded IN ({marks(values)})", values)
        case Test.HAS:
            return Part(
                rf"{_TEXTS} AND f.folded LIKE %s ESCAPE '\'",
                (f"%{_literal(as_compared(condition.values[0]))}%",),
            )
        case Test.FROM | Test.TO:
            value = bound(condition.values[0])
            sign = ">=" if condition.test is Test.FROM else "<="
            if isinstance(value, date):
                return Part(f"f.day IS NOT NULL AND f.day {sign} %s", (_day(value),))
            return Part(f"f.number IS NOT NULL AND f.number {sign} %s", (value,))


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def own_of(asking: Asking) -> tuple[Any, str]:
    field = Organisation._meta.pk  # noqa: SLF001 - Django's name for it
    return field.get_db_prep_value(asking.place.organisation.pk, connection), asking.kind.name


def _day(value: date) -> str:
    return value.isoformat()
