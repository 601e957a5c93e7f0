"""Words in PostgreSQL: a table with tsvector columns and GIN indexes.

The vectors hold words without places, which PostgreSQL would cut off (16,383 places, 256 of one word). A phrase is looked
up by its words, and then in the folded text itself, which stands between spaces. Each vector also names its organisation,
so that an index finds the words of that one alone.

What has the words is found first, by the indexes, and only then put in order. The planner takes reading the vectors for
cheap, though most of them lie out of line, and does not know how seldom a word is: it would read a whole table for one
page. So functions that may not do that give the numbers of documents.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import connection

from standfirst.server.search.asking import Query, Term
from standfirst.server.search.models import REACH
from standfirst.server.search.shelving import Answers, Ask, Row, Tier, answers

_HAVING: Final = """
CREATE FUNCTION {vector}_having(wanted tsquery) RETURNS SETOF bigint LANGUAGE sql STABLE SET enable_seqscan = off
AS 'SELECT id FROM search_words WHERE {vector} @@ wanted'
"""
TABLE: Final = (
    """
    CREATE TABLE search_words (
        id bigint PRIMARY KEY, kind text NOT NULL, state text NOT NULL, title text NOT NULL,
        head text NOT NULL, body text NOT NULL, files text NOT NULL,
        in_head tsvector NOT NULL, in_record tsvector NOT NULL, in_files tsvector NOT NULL
    ) WITH (toast_tuple_target = 512)
    """,
    "CREATE INDEX search_in_head ON search_words USING gin (in_head) WITH (fastupdate = off)",
    "CREATE INDEX search_in_record ON search_words USING gin (in_record) WITH (fastupdate = off)",
    "CREATE INDEX search_in_files ON search_words USING gin (in_files) WITH (fastupdate = off)",
    *(_HAVING.format(vector=vector) for vector in ("in_head", "in_record", "in_files")),
)

_PUT: Final = """
INSERT INTO search_words (id, kind, state, title, head, body, files, in_head, in_record, in_files)
VALUES (%s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s), array_to_tsvector(%s), array_to_tsvector(%s))
"""
_WITH: Final = "{name} AS MATERIALIZED ({ids})"
_TIER: Final = """
(
    SELECT {ask} AS ask, {tier} AS tier, id FROM {name} WHERE id < coalesce(%s, id + 1){apart}
    ORDER BY id DESC LIMIT %s
)
"""
_APART: Final = " AND id NOT IN (SELECT id FROM {})"
_NEWEST: Final = """
(
    SELECT {ask} AS ask, {tier} AS tier, id FROM search_words word
    WHERE {condition} AND id >= {base} AND id < coalesce(%s, {base} + {reach})
    ORDER BY id DESC LIMIT %s
)
"""
_COUNTS: Final = """
WITH found AS MATERIALIZED ({ids}), newest AS MATERIALIZED (SELECT id FROM found ORDER BY id DESC LIMIT %s)
SELECT kind, count(*)
FROM (SELECT (SELECT kind FROM search_words word WHERE word.id = newest.id) AS kind FROM newest) kinds
GROUP BY kind ORDER BY count(*) DESC, kind
"""
"""Row by row: for a thousand of them the planner would read all rows there are."""

_BASE: Final = f"(SELECT id * {REACH} FROM search_progress WHERE organisation_id = %s)"  # noqa: S608 - a number of ours

_Sql: TypeAlias = tuple[str, list[Any]]
"""A piece of a statement and its values."""


class _TextSearch:
    def put(self, rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(_PUT, [_values(row) for row in rows])

    def drop(self, ids: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_words WHERE id = ANY(%s)", [list(ids)])

    def drop_all(self, first: int, end: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_words WHERE id >= %s AND id < %s", [first, end])

    def hits(self, organisation: UUID, asks: Sequence[Ask], *, fresh: int = 0) -> Answers:
        found, asked = _Pieces(), _Pieces()
        for number, ask in enumerate(asks):
            if ask.query.terms:
                _by_words(found, asked, organisation, number, ask)
            else:
                _newest(asked, organisation, number, ask)
        return answers(asked.sql, [*found.values, *asked.values], organisation, fresh, found.sql)

    def counts(self, organisation: UUID, query: Query, limit: int) -> list[tuple[str, int]]:
        own = _owner(organisation)
        ids, values = _passing(own, Ask(query, limit), _anywhere(own, query))
        return _rows(_COUNTS.format(ids=ids), [*values, limit])

    def settle(self) -> None:
        """A GIN index keeps a word that no row has any more; only a new one forgets it."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) search_words")
            cursor.execute("REINDEX TABLE CONCURRENTLY search_words")


SHELVES: Final = _TextSearch()


@dataclass(slots=True)
class _Pieces:
    """Of a statement that grows, with their values."""

    sql: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, values: Iterable[Any]) -> None:
        self.sql.append(sql)
        self.values += values


def _by_words(found: _Pieces, asked: _Pieces, organisation: UUID, number: int, ask: Ask) -> None:
    """What each tier finds has a name, so that later tiers leave it out."""
    own = _owner(organisation)
    before: list[str] = []
    for tier in Tier:
        name = f"of_{number}_{tier:d}"
        ids, values = _passing(own, ask, _having(own, ask.query.terms, ask.query.whole, tier))
        found.add(_WITH.format(name=name, ids=ids), values)
        if tier in ask.tiers:
            apart = "".join(_APART.format(one) for one in before)
            part = _TIER.format(ask=number, tier=int(tier), name=name, apart=apart)
            asked.add(part, [ask.below(tier), ask.limit])
        before.append(name)


def _newest(asked: _Pieces, organisation: UUID, number: int, ask: Ask) -> None:
    """Where no word is asked for, an organisation's own rows are read from the newest on."""
    of_kind, values = _of_kind(ask)
    apart, more = _apart(_owner(organisation), ask, "word.id")
    condition = " AND ".join([part for part in (of_kind, apart) if part] or ["true"])
    values = [*values, *more]
    for tier in ask.tiers:
        part = _NEWEST.format(ask=number, tier=int(tier), condition=condition, base=_BASE, reach=REACH)
        asked.add(part, [*values, organisation, ask.below(tier), organisation, ask.limit])


def _values(row: Row) -> tuple[Any, ...]:
    own = _owner(row.organisation)
    head, body, files = row.head.split(), row.body.split(), row.files.split()
    vectors = ([*set(head), own], [*{*head, *body}, own], [*set(files), own] if files else [])
    return (row.id, row.kind, row.state, row.title, *map(_spaced, (row.head, row.body, row.files)), *vectors)


def _owner(organisation: UUID) -> str:
    """A word that no text has."""
    return f"={organisation.hex}"


def _spaced(text: str) -> str:
    return f" {text} " if text else ""


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


# --- numbers of documents ---------------------------------------------------------------------------------------------


def _having(own: str, terms: Sequence[Term], whole: str, tier: Tier) -> _Sql:
    """Those that have all terms where a tier looks; of its files: and some of them there."""
    every = " & ".join([f"'{own}'", *map(_vector, terms)])
    match tier:
        case Tier.TITLE:
            words = " & ".join(f"'{word}'" for word in sorted({own, *whole.split()}))
            return _ids("in_head", "word.title = %s"), [words, whole]
        case Tier.HEAD | Tier.RECORD:
            texts = ("head",) if tier is Tier.HEAD else ("head", "body")
            phrases = [_phrase(texts, term) for term in terms if len(term.words) > 1]
            vector = "in_head" if tier is Tier.HEAD else "in_record"
            return _ids(vector, *(sql for sql, _ in phrases)), [every, *_together(phrases)]
        case Tier.FILES:
            some = f"'{own}' & ({' | '.join(f'({_vector(term)})' for term in terms)})"
            each = [_in_record_or_files(term) for term in terms]
            return _ids("in_files", *(sql for sql, _ in each)), [some, *_together(each)]


def _anywhere(own: str, query: Query) -> _Sql:
    """What any tier finds."""
    if not query.terms:
        return _ids("in_head"), [f"'{own}'"]
    record, values = _having(own, query.terms, query.whole, Tier.RECORD)
    files, more = _having(own, query.terms, query.whole, Tier.FILES)
    return f"{record} UNION {files}", [*values, *more]


def _passing(own: str, ask: Ask, ids: _Sql) -> _Sql:
    """Of these numbers those that pass what else is asked."""
    of_kind, values = _of_kind(ask)
    apart, more = _apart(own, ask, "passing.id")
    conditions = [*([_row("passing.id", of_kind)] if of_kind else []), *([apart] if apart else [])]
    if not conditions:
        return ids
    statement = f"SELECT id FROM ({ids[0]}) passing WHERE {' AND '.join(conditions)}"  # noqa: S608 - names of ours
    return statement, [*ids[1], *values, *more]


def _of_kind(ask: Ask) -> _Sql:
    """What a row's own columns say; empty where nothing is asked of them."""
    sql: list[str] = []
    values: list[Any] = []
    for column, names in (("kind", ask.query.kinds), ("kind", ask.kinds), ("state", ask.query.states)):
        if names:
            sql.append(f"word.{column} = ANY(%s)")
            values.append(list(names))
    if ask.apart:
        sql.append("word.kind <> %s")
        values.append(ask.apart)
    return " AND ".join(sql), values


def _apart(own: str, ask: Ask, number: str) -> _Sql:
    """Numbers of documents that have what nobody wants are looked up once."""
    sql: list[str] = []
    values: list[Any] = []
    for term in ask.query.without:
        for tier in (Tier.RECORD, Tier.FILES):
            ids, wanted = _having(own, (term,), "", tier)
            sql.append(f"{number} NOT IN ({ids})")
            values += wanted
    return " AND ".join(sql), values


def _ids(vector: str, *conditions: str) -> str:
    """Of the documents whose vector has the words; the table itself is only read for what else they have to have."""
    having = f"SELECT found AS id FROM {vector}_having(%s::tsquery) found"  # noqa: S608 - names of ours
    return f"{having} WHERE {_row('found', ' AND '.join(conditions))}" if conditions else having


def _row(number: str, condition: str) -> str:
    """Asked row by row: in a join the planner would ask it of all rows there are, before it looks which are wanted."""
    return f"(SELECT {condition} FROM search_words word WHERE word.id = {number})"  # noqa: S608 - names of ours


def _in_record_or_files(term: Term) -> _Sql:
    vector, several = _vector(term), len(term.words) > 1
    sql, values = [], []
    for name, texts in (("in_record", ("head", "body")), ("in_files", ("files",))):
        phrase, wanted = _phrase(texts, term) if several else ("true", [])
        sql.append(f"(word.{name} @@ %s::tsquery AND {phrase})")
        values += [vector, *wanted]
    return f"({' OR '.join(sql)})", values


def _phrase(texts: Sequence[str], term: Term) -> _Sql:
    """Words have no signs of LIKE in them: they are letters and digits."""
    phrase = f"% {' '.join(term.words)}{'' if term.open else ' '}%"
    return "(" + " OR ".join(f"word.{text} LIKE %s" for text in texts) + ")", [phrase] * len(texts)


def _vector(term: Term) -> str:
    """All words of a term. They have no quotation marks in them either."""
    *whole, last = term.words
    return " & ".join([*(f"'{word}'" for word in whole), f"'{last}'{':*' if term.open else ''}"])


def _together(pieces: Iterable[_Sql]) -> list[Any]:
    return [value for _, values in pieces for value in values]
