"""Destroying what records say: content and salt, in the commit that erases, with whatever is made from them.

What cannot be done within a transaction is done after it, from the outbox row that it leaves (``ERASED``): the row names
the files that were attached to what is gone. It keeps them only until that is done, since a digest confirms a guess.

How far it reaches. SQLite overwrites what it deletes (``secure_delete``), and ``settle`` empties the write-ahead log, so
that neither file holds it any more. PostgreSQL keeps old rows until they are vacuumed, and ``settle`` asks for that, and
for new statistics, which hold samples: then no query finds it, but bytes may stay in free space of the data files until
they are written over, and in the log (WAL) until that is recycled. Out of reach on both: backups, replicas, archived
logs, and blocks that a file system or a disk has freed. Whoever keeps backups says how long, and erases again what a
restored one brings back: the ledger names it.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Case, OuterRef, Q, Subquery, Value, When

from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Erased
from standfirst.records.sealing import Kept, Written
from standfirst.server.store.models import Content, Current, Due, Entry, Indexed, Link, Outbox, Unique
from standfirst.server.store.turn import turn

ERASED: Final = "erased"
"""The outbox topic of an erasure that was committed."""

DIGESTS: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""Whatever in a content could be a file's digest. More than needed does no harm: only files are destroyed."""

PATIENCE: Final = 2_000
"""Milliseconds for which readers are waited for. While the log is being emptied nobody writes."""

TABLES: Final = (Content, Current, Unique, Link, Indexed, Due, Outbox)
"""Those of this store that held something of what was erased."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What is there of the records from which a change erases: contents, by the sequence of their entries."""

    kept: Mapping[int, Kept]
    contents: Mapping[int, bytes]

    def files(self, sequences: Collection[int]) -> Sequence[str]:
        found = {digest for sequence in sequences for digest in DIGESTS.findall(self.contents[sequence])}
        return sorted(digest.decode() for digest in found)


NOTHING: Final = Touched({}, {})


def touched(organisation: UUID, wanted: Collection[int]) -> Touched:
    """All of the records to which these entries belong, in one query."""
    if not wanted:
        return NOTHING
    own = Entry.objects.filter(organisation=organisation)
    data = Content.objects.filter(organisation=organisation, sequence=OuterRef("sequence")).values("data")[:1]
    records = own.filter(sequence__in=list(wanted)).values("record")
    rows = own.filter(record__in=records).values_list("sequence", "record", "data", Subquery(data))
    there = [row for row in rows if row[3] is not None]
    return Touched(
        {at: Kept(record, erasing=_erases(bytes(entry))) for at, record, entry, _ in there},
        {at: bytes(content) for at, _, _, content in there},
    )


def _erases(entry: bytes) -> bool:
    return bool(LedgerEntry.from_bytes(entry).erases)


def destroy(organisation: UUID, written: Iterable[Written], found: Touched) -> None:
    """What these entries erase, within their commit."""
    erasing = [item.entry for item in written if item.entry.erases]
    if not erasing:
        return
    sequences = [sequence for entry in erasing for sequence in entry.erases]
    Content.objects.filter(organisation=organisation, sequence__in=sequences).update(salt=None, data=None)
    last = Current.objects.filter(organisation=organisation, sequence__in=sequences)
    gone = list(last.values_list("record", flat=True))
    by = Case(*(When(sequence__in=entry.erases, then=Value(entry.sequence)) for entry in erasing))
    last.update(erased=True, erased_by=by, state="", title="")
    Link.objects.filter(organisation=organisation, source__in=gone).delete()
    for table in (Unique, Indexed, Due):
        table.objects.filter(organisation=organisation, record__in=gone).delete()
    Outbox.objects.bulk_create(
        Outbox(
            organisation_id=organisation, topic=ERASED, size=entry.sequence + 1, payload=_left(entry, found)
        )
        for entry in erasing
    )


def _left(entry: LedgerEntry, found: Touched) -> str:
    """For the worker: which entry erased, of which record, and the files that may have to go."""
    files = list(found.files(entry.erases))
    return json.dumps(
        {"record": entry.record, "number": entry.number, "entry": entry.sequence, "files": files}
    )


def erased(organisation: UUID, ids: Collection[str] | None) -> Mapping[str, Erased]:
    """What is left of erased records, in two queries."""
    chosen = Current.objects.filter(organisation=organisation, erased=True)
    if ids is not None:
        chosen = chosen.filter(record__in=list(ids))
    rows = chosen.order_by("first").values_list("record", "erased_by")
    by = {record: sequence for record, sequence in rows if sequence is not None}
    if not by:
        return {}
    wanted = Q(record__in=list(by)) | Q(sequence__in=set(by.values()))
    found = Entry.objects.filter(wanted, organisation=organisation).order_by("sequence")
    entries = [LedgerEntry.from_bytes(bytes(data)) for data in found.values_list("data", flat=True)]
    at = {entry.sequence: entry for entry in entries}
    of: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        of.setdefault(entry.record, []).append(entry)
    return {record: Erased(tuple(of[record]), at[sequence]) for record, sequence in by.items()}


def settle(tables: Iterable[Any]) -> None:
    """What the database still keeps of rows as they were. Not within a transaction; harmless when repeated.

    Raises TimeoutError where others read for so long that the log could not be emptied.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(table._meta.db_table for table in tables)  # noqa: SLF001 - Django's name for it
            cursor.execute(f"VACUUM (ANALYZE) {names}")
        else:
            _empty_log(cursor)


def _empty_log(cursor: Any) -> None:
    """In our turn, so that writers queue and are not told that the database is busy; and not for long, if others read."""
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with turn():
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    if busy:
        raise TimeoutError("somebody reads what was there before")
