"""Words in SQLite: a virtual table of FTS5. Its tokenizer only splits at the spaces that ``folding`` has made."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import connection

from standfirst.server.search.asking import Query, Term
from standfirst.server.search.models import REACH
from standfirst.server.search.shelving import Answers, Ask, Row, Tier, answers
from standfirst.server.store.turn import turn

TABLE: Final = """
CREATE VIRTUAL TABLE search_words USING fts5(
    facets, head, body, files, tokenize = 'ascii', prefix = '2 3', columnsize = 0
)
"""

PAGES: Final = 1_000
"""Of the index, which are merged at once while the others wait to write."""

_ALL: Final = "all"
_FILED: Final = "filed"
"""Where there is text of files: few have any, and this says so sooner than the words do."""

_COLUMNS: Final = {Tier.HEAD: "head", Tier.RECORD: "head body", Tier.FILES: "head body files"}

_TIER: Final = """
SELECT * FROM (
    SELECT {ask} AS ask, {tier} AS tier, rowid AS id FROM search_words
    WHERE search_words MATCH %s AND rowid >= {base} AND rowid < coalesce(%s, {base} + {reach})
    ORDER BY rowid DESC LIMIT %s
)
"""
_COUNTS: Final = """
SELECT document.kind, count(*)
FROM (
    SELECT rowid AS id FROM search_words
    WHERE search_words MATCH %s AND rowid >= {base} AND rowid < {base} + {reach} ORDER BY rowid DESC LIMIT %s
) found JOIN search_document document ON document.id = found.id
GROUP BY document.kind ORDER BY count(*) DESC, document.kind
"""
_BASE: Final = f"(SELECT id * {REACH} FROM search_progress WHERE organisation_id = %s)"  # noqa: S608 - a number of ours


class _Fts5:
    def put(self, rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (rowid, facets, head, body, files) VALUES (%s, %s, %s, %s, %s)",
                [(row.id, _facets(row), row.head, row.body, row.files) for row in rows],
            )

    def drop(self, ids: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(one,) for one in ids])

    def drop_all(self, first: int, end: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_words WHERE rowid >= %s AND rowid < %s", [first, end])

    def hits(self, organisation: UUID, asks: Sequence[Ask], *, fresh: int = 0) -> Answers:
        parts: list[str] = []
        values: list[Any] = []
        for number, ask in enumerate(asks):
            for tier in ask.tiers:
                parts.append(_TIER.format(ask=number, tier=int(tier), base=_BASE, reach=REACH))
                own = organisation.hex
                values += [_expression(ask, tier), own, ask.below(tier), own, ask.limit]
        return answers(parts, values, organisation.hex, fresh)

    def counts(self, organisation: UUID, query: Query, limit: int) -> list[tuple[str, int]]:
        values = [_passing(Ask(query, limit), _every(query, Tier.FILES)), *[organisation.hex] * 2, limit]
        return [(kind, count) for kind, count in _rows(_COUNTS.format(base=_BASE, reach=REACH), values)]

    def settle(self) -> None:
        """FTS5 keeps a deleted word beside a mark that it is deleted, until both are merged. Releases from 3.42 on can
        delete at once (``secure-delete``); older ones then no longer read the file, so this is done on all.
        """
        pages = -PAGES
        while _merged(pages):
            pages = PAGES


SHELVES: Final = _Fts5()


def _merged(pages: int) -> bool:
    """A piece of it, in our turn. Whether something was left to do: FTS5's own sign is that fewer than two rows changed."""
    with turn(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute("INSERT INTO search_words (search_words, rank) VALUES ('merge', %s)", [pages])
        return bool(connection.connection.total_changes - before >= 2)


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


# --- expressions: https://www.sqlite.org/fts5.html#full_text_query_syntax ---------------------------------------------


def _facets(row: Row) -> str:
    filed = (_FILED,) if row.files else ()
    return " ".join((_ALL, *filed, _facet("k", row.kind), _facet("s", row.state), _titled(row.title)))


def _facet(mark: str, name: str) -> str:
    """One word for a name, which may have hyphens."""
    return mark + "".join(letter if letter.isalnum() else "0" for letter in name.lower())


def _titled(title: str) -> str:
    """A title is found whole by its digest; as words it stands in ``head``."""
    return f"t{sha256(title.encode()).hexdigest()[:32]}"


def _expression(ask: Ask, tier: Tier) -> str:
    """What is found in this tier and in none before it."""
    query = ask.query
    if not query.terms:
        return _passing(ask, _in_facets(_ALL))
    before = [_every(query, Tier(each)) for each in range(tier)]
    every = _every(query, tier)
    found = _passing(ask, f"{_in_facets(_FILED)} AND {every}" if tier is Tier.FILES else every)
    return f"({found}) NOT ({' OR '.join(before)})" if before else found


def _every(query: Query, tier: Tier) -> str:
    """All words of the query, in the columns of a tier."""
    if not query.terms:
        return _in_facets(_ALL)
    if tier is Tier.TITLE:
        return _in_facets(_titled(query.whole))
    return "(" + " AND ".join(_in_columns(tier, term) for term in query.terms) + ")"


def _passing(ask: Ask, expression: str) -> str:
    """With what else is asked of a hit."""
    query = ask.query
    for mark, names in (("k", query.kinds), ("k", ask.kinds), ("s", query.states)):
        if names:
            expression += f" AND {_in_facets(*(_facet(mark, name) for name in names))}"
    out = [_in_columns(Tier.FILES, term) for term in query.without]
    out += [_in_facets(_facet("k", ask.apart))] if ask.apart else []
    return f"({expression}) NOT ({' OR '.join(out)})" if out else f"({expression})"


def _in_columns(tier: Tier, term: Term) -> str:
    """Words are letters and digits, and letters of other scripts: nothing that has a meaning within quotation marks."""
    return f'{{{_COLUMNS[tier]}}} : "{" ".join(term.words)}"{" *" if term.open else ""}'


def _in_facets(*names: str) -> str:
    return "{facets} : (" + " OR ".join(f'"{name}"' for name in names) + ")"
