"""The queries behind a list: a page of it, how many there are, all of it. Each costs the same however many records there are.

A sort is a chain of *segments*, one after the other: of a field first its numbers, then its days, its texts, and the records
that say nothing. Each segment is one order that an index of the table keeps, read from where the page before ended; so a page
costs what its rows cost. A filter that few records pass is asked first and leads the query (``_Lead``); filters that many
pass are asked of each row as it comes. Which is which is counted, and never further than ``FEW``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from standfirst.records.kind import Kind
from standfirst.records.sealing import NUMBER as A_NUMBER
from standfirst.server.access import Place
from standfirst.server.lists.wanted import (
    CHANGED,
    LATE,
    NUMBER,
    SOON_DAYS,
    SORTED,
    STATE,
    Condition,
    Cursor,
    Test,
    Wanted,
    bound,
    field_of,
)
from standfirst.server.store.index import as_compared
from standfirst.server.store.models import Organisation

PAGE: Final = 50
"""Records on one page of a list."""

FEW: Final = 2000
"""Records that a filter may leave to lead the query, and to be counted exactly."""

CAP: Final = 1000
"""Beyond this many nobody counts: a list says that there are more."""

_EMPTY = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Of whose records, by whom, on which day. ``me``: how records name who asks."""

    place: Place
    kind: Kind
    today: date
    me: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list, as the read models have it."""

    record: str
    number: str
    version: int
    state: str
    title: str
    recorded_at: datetime
    sequence: int
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a statement, with what is filled into it."""

    sql: str
    given: tuple[Any, ...] = ()


# --- filters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Filter:
    """One filter, in two ways: ``alone``, the records that pass it; ``beside``, whether the record of a row does."""

    alone: Part
    beside: Part


def _filters(asking: Asking, wanted: Wanted) -> list[_Filter]:
    """Apart from the state."""
    found = []
    if wanted.text:
        found.append(_named(asking, wanted.text))
    if wanted.due:
        found.append(_due(asking, wanted.due))
    if wanted.mine:
        names = Condition(asking.kind.view.owner, Test.ONE_OF, tuple(asking.me) or ("\uffff",))
        found.append(_of_field(asking, names))
    return [*found, *(_of_field(asking, condition) for condition in wanted.conditions)]


def _state(asking: Asking, state: str) -> _Filter:
    alone = "SELECT record FROM store_current WHERE organisation_id = %s AND kind = %s AND state = %s"
    return _Filter(Part(alone, (*_own(asking), state)), Part("c.state = %s", (state,)))


def _named(asking: Asking, text: str) -> _Filter:
    """By the number, where it is one; else by what the title says."""
    number = text.upper()
    if A_NUMBER.match(number):
        alone = "SELECT record FROM store_current WHERE organisation_id = %s AND number = %s AND kind = %s"
        own, kind = _own(asking)
        return _Filter(Part(alone, (own, number, kind)), Part("c.number = %s", (number,)))
    return _of_field(asking, Condition(asking.kind.titled_by, Test.HAS, (text,)))


def _due(asking: Asking, due: str) -> _Filter:
    days = Part("d.day < %s", (_day(asking.today),))
    if due != LATE:
        until = _day(asking.today + timedelta(days=SOON_DAYS))
        days = Part("d.day >= %s AND d.day < %s", (_day(asking.today), until))
    own = _own(asking)
    return _Filter(
        Part(
            "SELECT record FROM store_due d WHERE d.organisation_id = %s AND d.kind = %s AND d.position = 0 "
            f"AND {days.sql}",
            (*own, *days.given),
        ),
        Part(
            "EXISTS (SELECT 1 FROM store_due d WHERE d.organisation_id = %s AND d.record = c.record "
            f"AND d.position = 0 AND {days.sql})",
            (own[0], *days.given),
        ),
    )


def _of_field(asking: Asking, condition: Condition) -> _Filter:
    test = _test(condition)
    own, kind = _own(asking)
    return _Filter(
        Part(
            "SELECT record FROM store_indexed f WHERE f.organisation_id = %s AND f.kind = %s AND f.field = %s "
            f"AND {test.sql}",
            (own, kind, condition.field, *test.given),
        ),
        Part(
            "EXISTS (SELECT 1 FROM store_indexed f WHERE f.organisation_id = %s AND f.record = c.record "
            f"AND f.field = %s AND {test.sql})",
            (own, condition.field, *test.given),
        ),
    )


_TEXTS: Final = "f.number IS NULL AND f.day IS NULL"
"""Rows that are compared as texts: as the index of texts says it, so that it is used."""


def _test(condition: Condition) -> Part:
    match condition.test:
        case Test.ONE_OF:
            values = tuple(as_compared(value) for value in condition.values)
            return Part(f"{_TEXTS} AND f.folded IN ({_places(values)})", values)
        case Test.HAS:
            return Part(rf"{_TEXTS} AND f.folded LIKE %s ESCAPE '\'", (f"%{_literal(as_compared(condition.values[0]))}%",))
        case Test.FROM | Test.TO:
            value = bound(condition.values[0])
            sign = ">=" if condition.test is Test.FROM else "<="
            if isinstance(value, date):
                return Part(f"f.day IS NOT NULL AND f.day {sign} %s", (_day(value),))
            return Part(f"f.number IS NOT NULL AND f.number {sign} %s", (value,))


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _own(asking: Asking) -> tuple[Any, str]:
    field = Organisation._meta.pk  # noqa: SLF001 - Django's name for it
    return field.get_db_prep_value(asking.place.organisation.pk, connection), asking.kind.name


def _day(value: date) -> str:
    return value.isoformat()


# --- segments --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """Rows in one order. ``among``: which of them; ``by``: their order, whose last column is the record's own place."""

    among: Part
    by: tuple[str, ...]
    field: str = ""


def _segments(wanted: Wanted, kind: Kind) -> list[_Segment]:
    match wanted.sort:
        case name if name == NUMBER:
            found = [_Segment(Part("TRUE"), ("c.first",))]
        case name if name == CHANGED:
            found = [_Segment(Part("TRUE"), ("c.sequence",))]
        case name if name == STATE:
            states = reversed(kind.lifecycle.states) if wanted.descending else kind.lifecycle.states
            return [_Segment(Part("c.state = %s", (state,)), ("c.first",)) for state in states]
        case name:
            field = field_of(name)
            found = [
                _Segment(Part("s.number IS NOT NULL"), ("s.number", "s.first"), field),
                _Segment(Part("s.day IS NOT NULL"), ("s.day", "s.first"), field),
                _Segment(
                    Part("s.number IS NULL AND s.day IS NULL AND s.folded > %s", (_EMPTY,)),
                    ("s.folded", "s.first"),
                    field,
                ),
            ]
            found = found[::-1] if wanted.descending else found
            nothing = Part("s.number IS NULL AND s.day IS NULL AND s.folded = %s", (_EMPTY,))
            found.append(_Segment(nothing, ("s.first",), field))
    return found


_COLUMNS: Final = "c.record, c.number, c.version, c.state, c.title, c.recorded_at, c.sequence"


def _selected(  # noqa: PLR0917
    asking: Asking, wanted: Wanted, place: int, segment: _Segment, beside: Sequence[Part], *, led: bool, limit: int
) -> Part:
    """The rows of one segment, from where the page begins."""
    own, kind = _own(asking)
    tables = "store_current c"
    where = [Part("c.organisation_id = %s AND c.kind = %s AND NOT c.erased", (own, kind))]
    if led:
        tables = "lead CROSS JOIN store_current c"
        where.append(Part("c.record = lead.record"))
    if segment.field:
        join = "c.organisation_id = s.organisation_id AND c.record = s.record"
        if led:
            tables += " CROSS JOIN store_indexed s"
            where.append(Part(f"{join} AND s.field = %s AND s.position = 0", (segment.field,)))
        else:
            tables = "store_indexed s CROSS JOIN store_current c"
            where = [
                Part(
                    "s.organisation_id = %s AND s.kind = %s AND s.field = %s AND s.position = 0",
                    (own, kind, segment.field),
                ),
                Part(f"{join} AND NOT c.erased"),
            ]
    where += [segment.among, *beside]
    after = wanted.after
    if after is not None and after.segment == place:
        sign = "<" if wanted.descending else ">"
        columns = ", ".join(segment.by)
        where.append(Part(f"({columns}) {sign} ({_places(segment.by)})", after.values))
    way = "DESC" if wanted.descending else "ASC"
    keys = ", ".join(
        name if name in segment.by else "NULL" for name in ("s.number", "s.day", "s.folded")
    ) if segment.field else "NULL, NULL, NULL"
    order = ", ".join(f"{column} {way}" for column in segment.by)
    return Part(
        f"SELECT {place}, {_typed(keys)}, c.first, {_COLUMNS} FROM {tables} "
        f"WHERE {' AND '.join(part.sql for part in where)} ORDER BY {order} LIMIT {limit}",
        tuple(value for part in where for value in part.given),
    )


def _typed(keys: str) -> str:
    """Columns of one type in all segments: PostgreSQL takes a bare NULL for a text."""
    if connection.vendor == "sqlite":
        return keys
    types = ("double precision", "date", "varchar")
    return ", ".join(f"CAST({key} AS {sort})" for key, sort in zip(keys.split(", "), types, strict=True))


# --- what leads ------------------------------------------------------------------------------------------------------


def _how_many(filters: Sequence[_Filter]) -> list[int]:
    """How many records pass each filter, as far as ``FEW`` and one more. One query; none without filters."""
    if not filters:
        return []
    counts = [f"(SELECT COUNT(*) FROM ({one.alone.sql} LIMIT {FEW + 1}) AS x)" for one in filters]
    return list(_all(Part(f"SELECT {', '.join(counts)}", tuple(v for one in filters for v in one.alone.given)))[0])


@dataclass(frozen=True, slots=True)
class _Plan:
    """How filters are asked: ``lead`` first, if there is one, the others of each row."""

    lead: Part | None
    beside: tuple[Part, ...]

    def statement(self, body: Part) -> Part:
        if self.lead is None:
            return body
        return Part(
            f"WITH lead AS MATERIALIZED (SELECT DISTINCT record FROM ({self.lead.sql}) AS x) {body.sql}",
            (*self.lead.given, *body.given),
        )


def _planned(filters: Sequence[_Filter], many: Sequence[int]) -> _Plan:
    """The filter that the fewest records pass leads, where these are few."""
    first = min(range(len(filters)), key=lambda place: many[place]) if many else None
    if first is not None and many[first] > FEW:
        first = None
    beside = tuple(one.beside for place, one in enumerate(filters) if place != first)
    return _Plan(filters[first].alone if first is not None else None, beside)


# --- what is asked ---------------------------------------------------------------------------------------------------


class Found:
    """A list, as it is wanted: its plan is made once, whatever is asked of it then."""

    def __init__(self, asking: Asking, wanted: Wanted) -> None:
        self.asking, self.wanted = asking, wanted
        filters = _filters(asking, wanted)
        state = [_state(asking, wanted.state)] if wanted.state else []
        by_field = bool(field_of(wanted.sort)) and wanted.sort not in SORTED
        many = _how_many([*filters, *state]) if filters or (state and by_field) else []
        self._plan = _planned([*filters, *state], many)
        self._of_all_states = _planned(filters, many[: len(filters)]) if state else self._plan

    def page(self, limit: int = PAGE) -> tuple[list[Row], Cursor | None]:
        """The rows of a page in one query, and where the next begins."""
        segments = _segments(self.wanted, self.asking.kind)
        after = self.wanted.after
        if after is not None and not _fits(after, segments):
            after = None
        wanted = replace(self.wanted, after=after)
        parts = [
            _selected(
                self.asking, wanted, place, segment, self._plan.beside, led=self._plan.lead is not None, limit=limit + 1
            )
            for place, segment in enumerate(segments)
            if after is None or place >= after.segment
        ]
        body = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) AS s{place}" for place, part in enumerate(parts))
        given = tuple(value for part in parts for value in part.given)
        rows = [self._row(segments, row) for row in _all(self._plan.statement(Part(body, given)))]
        rows.sort(key=lambda row: row.cursor.segment)  # stable: each segment came in its own order
        return rows[:limit], rows[limit - 1].cursor if len(rows) > limit else None

    def rows(self, *, at_once: int = 1000) -> Iterator[list[Row]]:
        """All of it, from its beginning on, so many at once."""
        after: Cursor | None = None
        while True:
            self.wanted = replace(self.wanted, after=after)
            rows, after = self.page(at_once)
            if rows:
                yield rows
            if after is None:
                return

    def ids(self, limit: int) -> list[str]:
        return [row.record for row in self.page(limit)[0]]

    def counts(self) -> Mapping[str, int]:
        """How many records stand in each state, filters other than the state respected: at most one more than ``CAP`` each."""
        plan, states = self._of_all_states, self.asking.kind.lifecycle.states
        own, kind = _own(self.asking)
        beside = "".join(f" AND {part.sql}" for part in plan.beside)
        given = tuple(value for part in plan.beside for value in part.given)
        if plan.lead is not None:
            body = Part(
                "SELECT c.state, COUNT(*) FROM lead CROSS JOIN store_current c WHERE c.record = lead.record "
                f"AND c.organisation_id = %s AND c.kind = %s AND NOT c.erased{beside} GROUP BY c.state",
                (own, kind, *given),
            )
            found = dict(_all(plan.statement(body)))
        else:
            one = (
                "SELECT {place}, COUNT(*) FROM (SELECT 1 FROM store_current c WHERE c.organisation_id = %s "
                f"AND c.kind = %s AND c.state = %s{beside} LIMIT {CAP + 1}) AS x{{place}}"
            )
            body = Part(
                " UNION ALL ".join(one.format(place=place) for place in range(len(states))),
                tuple(value for state in states for value in (own, kind, state, *given)),
            )
            found = {states[place]: count for place, count in _all(body)}
        return {state: found[state] for state in states if found.get(state)}

    @staticmethod
    def _row(segments: Sequence[_Segment], row: Sequence[Any]) -> Row:
        place, number, day, folded, first, record, label, version, state, title, recorded_at, sequence = row
        segment = segments[place]
        value = {"s.number": number, "s.day": str(day), "s.folded": folded}.get(segment.by[0])
        own = sequence if segment.by[-1] == "c.sequence" else first
        values = (own,) if len(segment.by) == 1 else (value, own)
        return Row(record, label, version, state, title, _time(recorded_at), sequence, Cursor(place, values))


def _fits(cursor: Cursor, segments: Sequence[_Segment]) -> bool:
    """Whether a page of this sort can have written it."""
    if not 0 <= cursor.segment < len(segments):
        return False
    by = segments[cursor.segment].by
    if len(cursor.values) != len(by) or type(cursor.values[-1]) is not int:
        return False
    if len(by) == 1:
        return True
    value = cursor.values[0]
    match by[0]:
        case "s.number":
            return type(value) in (int, float)
        case "s.day":
            return isinstance(value, str) and isinstance(bound(value), date)
        case _:
            return isinstance(value, str)


def _all(part: Part) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(part.sql, list(part.given))
        return list(cursor.fetchall())


def _time(value: Any) -> datetime:
    """SQLite hands out a text."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
