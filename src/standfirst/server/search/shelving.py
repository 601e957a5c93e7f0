"""The words of documents, and how they are asked for: one interface, and an engine for each database.

Hits come in tiers: those whose title is the query; then those that have every word in number and title; then in what the
record says; then also in its files. Within a tier the newest come first. So a page of hits is found without looking at
all of them, and both engines give the same, in the same order.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import connection

from standfirst.server.search.asking import Query
from standfirst.server.search.folding import words

MOST: Final = 500_000
"""Bytes of different words of one text: PostgreSQL takes about twice as many in one value."""


class Tier(IntEnum):
    TITLE = 0
    HEAD = 1
    RECORD = 2
    FILES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A document. ``head`` is number and title; all texts are folded."""

    id: int
    organisation: UUID
    kind: str
    state: str
    title: str
    head: str
    body: str
    files: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. ``after``: tier and number of the last hit that was seen. ``apart``: a kind that is left out."""

    query: Query
    limit: int
    kinds: tuple[str, ...] = ()
    apart: str = ""
    after: tuple[Tier, int] | None = None

    @property
    def tiers(self) -> Sequence[Tier]:
        """Where nothing is asked for by words, each record that passes is as good as the next."""
        if not self.query.terms:
            return (Tier.RECORD,)
        return [tier for tier in Tier if self.after is None or tier >= self.after[0]]

    def below(self, tier: Tier) -> int | None:
        """Hits of a tier are those before this number."""
        return self.after[1] if self.after is not None and self.after[0] is tier else None


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: to which of the questions it is an answer, and how good."""

    ask: int
    tier: Tier
    id: int
    record: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answers:
    """``fresh``: records of the newest entries that no worker has come to yet."""

    found: Sequence[Found]
    fresh: Sequence[str] = ()


class Shelves(Protocol):
    def put(self, rows: Iterable[Row]) -> None: ...

    def drop(self, ids: Collection[int]) -> None: ...

    def drop_all(self, first: int, end: int) -> None:
        """From this number up to, and without, that one."""
        ...

    def hits(self, organisation: UUID, asks: Sequence[Ask], *, fresh: int = 0) -> Answers:
        """In one query: of each question at most ``limit``, the best first; and whose entries came last."""
        ...

    def counts(self, organisation: UUID, query: Query, limit: int) -> list[tuple[str, int]]:
        """How many of the newest ``limit`` hits are of which kind."""
        ...

    def settle(self) -> None:
        """What is dropped leaves the index too. Not within a transaction; harmless when repeated."""
        ...


def shelves() -> Shelves:
    from standfirst.server.search import postgres, sqlite  # noqa: PLC0415 - each needs this module

    return sqlite.SHELVES if connection.vendor == "sqlite" else postgres.SHELVES


_FRESH: Final = """
SELECT * FROM (
    SELECT -1 AS ask, 0 AS tier, sequence AS id, record, '' AS kind FROM store_entry
    WHERE organisation_id = %s
      AND sequence >= coalesce((SELECT size FROM search_progress WHERE organisation_id = %s), 0)
    ORDER BY sequence DESC LIMIT %s
) fresh
"""
_HITS: Final = """
{found}
SELECT found.ask, found.tier, found.id, document.record, document.kind
FROM ({tiers}) found JOIN search_document document ON document.id = found.id
UNION ALL {fresh}
ORDER BY 1, 2, 3 DESC
"""


def answers(
    tiers: Sequence[str], values: Sequence[Any], own: Any, fresh: int, found: Sequence[str] = ()
) -> Answers:
    """``tiers``: queries of an engine for question, tier and number of hits, and ``found`` what they use. ``own``: the
    organisation, as columns have it.
    """
    first = f"WITH {', '.join(found)}" if found else ""
    statement = _HITS.format(found=first, tiers=" UNION ALL ".join(tiers), fresh=_FRESH)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, own, own, fresh])
        rows = list(cursor.fetchall())
    hits = [Found(ask, Tier(tier), *rest) for ask, tier, *rest in rows if ask >= 0]
    return Answers(hits, list(dict.fromkeys(record for ask, _, _, record, _ in rows if ask < 0)))


def fit(text: str) -> str:
    """A text's words, folded, as far as an engine takes them."""
    found = words(text)
    joined = " ".join(found)
    if len(joined) * 4 <= MOST or len(joined.encode()) <= MOST:
        return joined
    seen: set[str] = set()

    def new(word: str) -> int:
        size = 0 if word in seen else len(word.encode()) + 8
        seen.add(word)
        return size

    kept = sum(size <= MOST for size in accumulate(map(new, found)))
    return " ".join(found[:kept])
