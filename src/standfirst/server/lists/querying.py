"""The queries behind a list: a page of it, how many there are, all of it. Each costs the same however many records there are.

A sort is a chain of *segments*, one after the other: of a field first its numbers, then its days, its texts, and the records
that say nothing. Each segment is one order that an index of the table keeps, read from where the page before ended; so a page
costs what its rows cost. A filter that few records pass is asked first and leads the query (``_led``); filters that many
pass are asked of each row as it comes. Which is which is counted, and never further than ``FEW``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import connection

from standfirst.records.kind import Kind
from standfirst.server.lists.filters import Asking, Filter, Part, filters_of, in_state, joined, marks, own_of
from standfirst.server.lists.wanted import (
    CHANGED,
    NUMBER,
    SORTED,
    STATE,
    Cursor,
    Wanted,
    bound,
    field_of,
)

PAGE: Final = 50
"""Records on one page of a list."""

FEW: Final = 2000
"""Records that a filter may leave to lead the query: then all that pass are counted, by state too."""

SOME: Final = 8000
"""As many may it leave where there are other filters, since each alone tells little of what passes all."""

CAP: Final = 1000
"""Beyond this many nobody counts: a list says that there are more."""


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


# --- orders ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """Rows in one order. ``among``: which of them; ``by``: their order, whose last column is the record's own place."""

    among: Part
    by: tuple[str, ...]


_NUMBERS: Final = _Segment(Part("s.number IS NOT NULL"), ("s.number", "s.first"))
_DAYS: Final = _Segment(Part("s.day IS NOT NULL"), ("s.day", "s.first"))
_WORDS: Final = _Segment(
    Part("s.number IS NULL AND s.day IS NULL AND s.folded > ''"), ("s.folded", "s.first")
)
_NOTHING: Final = _Segment(Part("s.number IS NULL AND s.day IS NULL AND s.folded = ''"), ("s.first",))


def _segments(wanted: Wanted, kind: Kind) -> list[_Segment]:
    """In the order in which they are read. What says nothing comes last, whichever way it is sorted."""
    way = -1 if wanted.descending else 1
    match wanted.sort:
        case name if name == NUMBER:
            return [_Segment(Part("c.first IS NOT NULL"), ("c.first",))]
        case name if name == CHANGED:
            return [_Segment(Part("c.sequence IS NOT NULL"), ("c.sequence",))]
        case name if name == STATE:
            return [
                _Segment(Part("c.state = %s", (state,)), ("c.first",))
                for state in kind.lifecycle.states[::way]
            ]
        case _:
            return [*(_NUMBERS, _DAYS, _WORDS)[::way], _NOTHING]


_KEYS: Final = ("by_number", "by_day", "by_text")

_COLUMNS: Final = "c.record, c.number, c.version, c.state, c.title, c.recorded_at, c.sequence"


def _way(wanted: Wanted) -> tuple[str, str]:
    return ("DESC", "<") if wanted.descending else ("ASC", ">")


def _past(wanted: Wanted, segment: _Segment) -> Part:
    """The rows of a segment that come after those of the page before."""
    given = wanted.after.values if wanted.after is not None else ()
    return Part(f"({', '.join(segment.by)}) {_way(wanted)[1]} ({marks(segment.by)})", given)


def _keys(field: str) -> str:
    """What a row is sorted by, in columns of one type: PostgreSQL takes a bare NULL for a text."""
    if field:
        return "s.number, s.day, s.folded"
    if connection.vendor == "sqlite":
        return "NULL, NULL, NULL"
    return "CAST(NULL AS double precision), CAST(NULL AS date), CAST(NULL AS varchar)"


class _Statement:
    """A SELECT whose tables are asked in the order in which they are named: the planner of neither engine is to find another,
    since none can know how soon a page is full. PostgreSQL takes no inner SELECT apart that has an OFFSET; SQLite does what
    CROSS JOIN says.
    """

    def __init__(self, first: str) -> None:
        self._tables = [Part(first)]
        self._where: list[Part] = []

    def where(self, sql: str, *given: Any) -> None:
        self._where.append(Part(sql, given))

    def look_up(self, table: str, name: str, key: str, *given: Any) -> None:
        """One row by its key, in which ``{}`` stands for the table."""
        if connection.vendor == "sqlite":
            self._tables.append(Part(f"CROSS JOIN {table} {name}"))
            self.where(key.replace("{}", name), *given)
            return
        inner = f"SELECT * FROM {table} x WHERE {key.replace('{}', 'x')} OFFSET 0"
        self._tables.append(Part(f"CROSS JOIN LATERAL ({inner}) {name}", given))

    def selecting(self, what: str, then: str) -> Part:
        tables, where = joined(self._tables, " "), joined(self._where)
        return Part(
            f"SELECT {what} FROM {tables.sql} WHERE {where.sql} {then}", (*tables.given, *where.given)
        )


def _walked(  # noqa: PLR0917
    asking: Asking, wanted: Wanted, place: int, segment: _Segment, beside: Sequence[Part], limit: int | str
) -> Part:
    """The rows of one segment as its index has them, each asked what else it has to be. ``limit``: a number, or SQL."""
    own, kind = own_of(asking)
    field = _field(wanted)
    if field:
        statement = _Statement("store_indexed s")
        statement.where(
            "s.organisation_id = %s AND s.kind = %s AND s.field = %s AND s.position = 0", own, kind, field
        )
        statement.look_up(
            "store_current", "c", "{}.organisation_id = %s AND {}.record = s.record AND NOT {}.erased", own
        )
    else:
        statement = _Statement("store_current c")
        statement.where("c.organisation_id = %s AND c.kind = %s AND NOT c.erased", own, kind)
    for part in (segment.among, *beside):
        statement.where(part.sql, *part.given)
    if wanted.after is not None and wanted.after.segment == place:
        past = _past(wanted, segment)
        statement.where(past.sql, *past.given)
    order = ", ".join(f"{column} {_way(wanted)[0]}" for column in segment.by)
    return statement.selecting(
        f"{place}, {_keys(field)}, c.first, {_COLUMNS}", f"ORDER BY {order} LIMIT {limit}"
    )


_OUTSIDE: Final = {
    "s.number": "by_number",
    "s.day": "by_day",
    "s.folded": "by_text",
    "s.first": "came",
    "c.first": "came",
    "c.sequence": "sequence",
}
"""What rows are sorted by, as the columns of an inner SELECT."""


def _led(
    asking: Asking, wanted: Wanted, segments: Sequence[_Segment], beside: Sequence[Part], limit: int
) -> Part:
    """The rows among those that lead, sorted: there are few. Where a page begins is asked of what has been found, since
    as a condition of the tables it would tempt SQLite to look for rows by it.
    """
    own, kind = own_of(asking)
    field = _field(wanted)
    statement = _Statement("lead")
    statement.look_up(
        "store_current", "c", "{}.organisation_id = %s AND {}.kind = %s AND {}.first = lead.first", own, kind
    )
    if field:
        key = "{}.organisation_id = %s AND {}.record = c.record AND {}.field = %s AND {}.position = 0"
        statement.look_up("store_indexed", "s", key, own, field)
    statement.where("NOT c.erased")
    for part in beside:
        statement.where(part.sql, *part.given)
    cases = joined(
        [Part(f"WHEN {one.among.sql} THEN {place}", one.among.given) for place, one in enumerate(segments)],
        " ",
    )
    keys = ", ".join(f"{key} AS {name}" for key, name in zip(_keys(field).split(", "), _KEYS, strict=True))
    inner = statement.selecting(
        f"CASE {cases.sql} END AS place, {keys}, c.first AS came, {_COLUMNS}", f"LIMIT {SOME * 2} OFFSET 0"
    )
    way, sign = _way(wanted)
    past = Part("")
    if (after := wanted.after) is not None:
        by = segments[after.segment].by
        columns = ", ".join(_OUTSIDE[one] for one in by)
        past = Part(
            f"WHERE place > {after.segment} OR (place = {after.segment} AND ({columns}) {sign} ({marks(by)}))",
            after.values,
        )
    last = _OUTSIDE[segments[0].by[-1]]
    text = "CASE WHEN by_number IS NULL AND by_day IS NULL THEN by_text END"
    order = f"place ASC, by_number {way}, by_day {way}, {text} {way}, {last} {way}"
    return Part(
        f"SELECT * FROM ({inner.sql}) AS found {past.sql} ORDER BY {order} LIMIT {limit}",
        (*cases.given, *inner.given, *past.given),
    )


def _field(wanted: Wanted) -> str:
    """The field that it is sorted by; empty where it is sorted by what every kind has."""
    return "" if wanted.sort in SORTED else field_of(wanted.sort)


# --- what leads ------------------------------------------------------------------------------------------------------


def _how_many(filters: Sequence[Filter]) -> list[int]:
    """How many records pass each filter, as far as ``SOME`` and one more. One query; none without filters."""
    if not filters:
        return []
    counts = [f"(SELECT COUNT(*) FROM ({one.alone.sql} LIMIT {SOME + 1}) AS x)" for one in filters]
    return list(
        _all(Part(f"SELECT {', '.join(counts)}", tuple(v for one in filters for v in one.alone.given)))[0]
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """How filters are asked: ``lead`` first, if there is one, the others of each row."""

    lead: Part | None
    beside: tuple[Part, ...]

    def statement(self, body: Part) -> Part:
        if self.lead is None:
            return body
        return Part(
            f"WITH lead AS MATERIALIZED (SELECT DISTINCT first FROM ({self.lead.sql}) AS x) {body.sql}",
            (*self.lead.given, *body.given),
        )


def _planned(filters: Sequence[Filter], many: Sequence[int]) -> _Plan:
    """The filter that the fewest records pass leads, where these are few."""
    first = min(range(len(filters)), key=lambda place: many[place]) if many else None
    if first is not None and many[first] > (SOME if len(filters) > 1 else FEW):
        first = None
    beside = tuple(one.beside for place, one in enumerate(filters) if place != first)
    return _Plan(filters[first].alone if first is not None else None, beside)


# --- what is asked ---------------------------------------------------------------------------------------------------


class Found:
    """A list, as it is wanted: its plan is made once, whatever is asked of it then."""

    def __init__(self, asking: Asking, wanted: Wanted) -> None:
        self.asking, self.wanted = asking, wanted
        filters = filters_of(asking, wanted)
        state = [in_state(asking, wanted.state)] if wanted.state else []
        many = _how_many([*filters, *state]) if filters or (state and _field(wanted)) else []
        self._many = many
        self._plan = _planned([*filters, *state], many)
        self._of_all_states = _planned(filters, many[: len(filters)]) if state else self._plan

    def page(self, limit: int = PAGE) -> tuple[list[Row], Cursor | None]:
        """The rows of a page, and where the next begins."""
        segments = _segments(self.wanted, self.asking.kind)
        after = self.wanted.after
        if after is not None and not _fits(after, segments):
            after = None
        wanted = replace(self.wanted, after=after)
        rows = [self._row(segments, row) for row in self._found(wanted, segments, limit + 1)]
        rows.sort(key=lambda row: row.cursor.segment)  # stable: each segment came in its own order
        return rows[:limit], rows[limit - 1].cursor if len(rows) > limit else None

    def _found(self, wanted: Wanted, segments: Sequence[_Segment], limit: int) -> list[Any]:
        """In one query. Where a field is walked, each of its orders is asked only for what those before it leave to be
        found: to ask it for more would cost as much as there are records that do not pass.
        """
        if self._plan.lead is not None:
            return _all(self._plan.statement(_led(self.asking, wanted, segments, self._plan.beside, limit)))
        if not _field(wanted):
            return _all(self._in_segments(wanted, segments, limit))
        begin = wanted.after.segment if wanted.after is not None else 0
        parts, left = [], str(limit)
        for place, segment in enumerate(segments[begin:], begin):
            walked = _walked(self.asking, wanted, place, segment, self._plan.beside, left)
            parts.append(Part(f"s{place} AS MATERIALIZED ({walked.sql})", walked.given))
            left += f" - (SELECT COUNT(*) FROM s{place})"
        walks = joined(parts, ", ")
        read = " UNION ALL ".join(f"SELECT * FROM s{place}" for place in range(begin, len(segments)))
        return _all(Part(f"WITH {walks.sql} {read}", walks.given))

    def stages(self, limit: int) -> Mapping[str, list[Row]]:
        """The newest of each state, in one query: at most so many of each, and one more."""
        wanted = self.wanted.but(sort=STATE, descending=True, state="")
        segments = _segments(wanted, self.asking.kind)
        if self._plan.lead is not None:
            body = _led(self.asking, wanted, segments, self._plan.beside, FEW + SOME)
        else:
            body = self._in_segments(wanted, segments, limit + 1)
        found: dict[str, list[Row]] = {state: [] for state in self.asking.kind.lifecycle.states}
        for row in _all(self._plan.statement(body)):
            read = self._row(segments, row)
            if len(found[read.state]) <= limit:
                found[read.state].append(read)
        return found

    def _in_segments(self, wanted: Wanted, segments: Sequence[_Segment], limit: int) -> Part:
        begin = wanted.after.segment if wanted.after is not None else 0
        parts = [
            _walked(self.asking, wanted, place, segment, self._plan.beside, limit)
            for place, segment in enumerate(segments)
            if place >= begin
        ]
        inner = [
            Part(f"SELECT * FROM ({part.sql}) AS s{place}", part.given) for place, part in enumerate(parts)
        ]
        return joined(inner, " UNION ALL ")

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

    def counts(self) -> Mapping[str, int] | None:
        """How many records stand in each state, filters other than the state respected: at most one more than ``CAP`` each.
        None where filters leave so many that counting them would cost more than it tells.
        """
        plan, states = self._of_all_states, self.asking.kind.lifecycle.states
        own, kind = own_of(self.asking)
        if plan.lead is None and plan.beside:
            return None
        if plan.lead is not None:
            statement = _Statement("lead")
            statement.look_up(
                "store_current",
                "c",
                "{}.organisation_id = %s AND {}.kind = %s AND {}.first = lead.first",
                own,
                kind,
            )
            statement.where("NOT c.erased")
            for part in plan.beside:
                statement.where(part.sql, *part.given)
            found = dict(_all(plan.statement(statement.selecting("c.state, COUNT(*)", "GROUP BY c.state"))))
        else:
            one = (
                "SELECT {place}, COUNT(*) FROM (SELECT 1 FROM store_current c WHERE c.organisation_id = %s "
                f"AND c.kind = %s AND c.state = %s LIMIT {CAP + 1}) AS x{{place}}"
            )
            body = Part(
                " UNION ALL ".join(one.format(place=place) for place in range(len(states))),
                tuple(value for state in states for value in (own, kind, state)),
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
            return (
                isinstance(value, str) and isinstance(day := bound(value), date) and day.isoformat() == value
            )
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
