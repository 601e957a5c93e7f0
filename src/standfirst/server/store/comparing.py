"""Whether the read models are what the records say, row by row, without making them anew."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Subquery

from standfirst.records.kind import NewerContent
from standfirst.records.ledger import UNREADABLE
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import SIGNED_CONTENT
from standfirst.records.record import Content as RecordContent
from standfirst.server.store import index
from standfirst.server.store.models import Content, Current, Entry, Indexed, Link, Unique
from standfirst.server.store.models import Due as DueRow
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason

CHUNK: Final = 1000

Row = tuple[Any, ...]

UNIQUE, LINKS, FIELDS, DUE = "unique-values", "links", "indexed-fields", "due-days"
"""What the read models beside the table of records are called where one of them differs."""

_RECORD, _LAST = index.CURRENT.index("record"), index.CURRENT.index("sequence")


def first_difference(store: DatabaseStore) -> tuple[Reason, int | None] | None:
    """The first record of which a read model holds something else, or whose content cannot be read; then with its entry.

    Everything comes in the order of the records' last entries, so that it can be laid side by side. Entries and contents
    have been proved before.
    """
    beside = {
        UNIQUE: _Beside(store, Unique, "record", "kind", "number", "field", "value"),
        LINKS: _Beside(store, Link, "source", "relation", "position", "target"),
        FIELDS: _Beside(store, Indexed, "record", *index.INDEXED),
        DUE: _Beside(store, DueRow, "record", *index.DUE),
    }
    count = 0
    for row in _current(store):
        record, last = row[_RECORD], row[_LAST]
        try:
            table = _differing(store, row, {name: rows.of(last) for name, rows in beside.items()})
        except NewerContent:
            return Reason("ledger.newer"), last
        except UNREADABLE:
            return Reason("ledger.content-unreadable"), last
        if table:
            return _differs(table, record), None
        count += 1
    # Each row was some record's own, so that only the number of records can still differ.
    if (missing := _missing(store, count)) is not None:
        return _differs("records", missing), None
    return next(((_differs(name, ""), None) for name, rows in beside.items() if not rows.ended), None)


def _differing(store: DatabaseStore, row: Row, beside: Mapping[str, Sequence[Row]]) -> str:
    """The read model that holds something else of this record; empty where none does. Raises as ``_content`` does."""
    *values, entry, content, eraser, came, newest = row
    if entry is None or came is None:
        return "records"
    read = _entry(bytes(entry))
    latest = index.Latest(
        read,
        None if content is None else _content(bytes(content)),
        came,
        None if content is not None else _eraser(eraser, read.sequence),
    )
    body = index.body_of(store.kinds, latest)
    own = (read.kind, read.number)
    if read.version != newest or tuple(values) != index.current_values(store.kinds, latest, body):
        return "records"
    expected: Mapping[str, Sequence[Row]] = {
        UNIQUE: [(*own, *one) for one in index.unique_values(store.kinds, latest, body)],
        LINKS: index.link_values(latest),
        FIELDS: index.indexed_values(store.kinds, latest, body),
        DUE: index.due_values(store.kinds, latest, body),
    }
    return next((name for name, rows in expected.items() if beside[name] != sorted(rows)), "")


def _differs(table: str, record: str) -> Reason:
    """``record`` is empty where a row is about no record at all."""
    return Reason("store.read-model", {"table": table, "record": record})


def _current(store: DatabaseStore) -> Iterator[Row]:
    """Each row of ``Current``, with the entry and the content that it says are the last, the entry that it says erased.

    Then the sequence of the record's first version, and its newest version, as the entries' rows have them.
    """
    own = Entry.objects.filter(organisation=store.organisation)
    last, versions = own.filter(sequence=OuterRef("sequence")), own.filter(record=OuterRef("record"))
    data = Content.objects.filter(organisation=store.organisation, sequence=OuterRef("sequence"))
    found = Current.objects.filter(organisation=store.organisation).annotate(
        entry=Subquery(last.values("data")[:1]),
        content=Subquery(data.values("data")[:1]),
        eraser=Subquery(own.filter(sequence=OuterRef("erased_by")).values("data")[:1]),
        came=Subquery(versions.filter(version=1).values("sequence")[:1]),
        newest=Subquery(versions.order_by("-version").values("version")[:1]),
    )
    columns = (*index.CURRENT, "entry", "content", "eraser", "came", "newest")
    return found.order_by("sequence").values_list(*columns).iterator(CHUNK)


def _missing(store: DatabaseStore, count: int) -> str | None:
    """A record that the table of records lacks, where it has only ``count``."""
    begun = Entry.objects.filter(organisation=store.organisation, version=1)
    if begun.count() == count:
        return None
    shown = Current.objects.filter(organisation=store.organisation, record=OuterRef("record"))
    return begun.filter(~Exists(shown)).order_by("sequence").values_list("record", flat=True).first()


def _entry(data: bytes) -> LedgerEntry:
    """Of bytes that were proved: read without asking again whether they are canonical, which would take most of the time."""
    value = json.loads(data.decode())
    value["recorded_at"] = datetime.fromisoformat(value["recorded_at"])
    return LedgerEntry(**value)


def _content(data: bytes) -> RecordContent:
    """Raises NewerContent, and one of ``UNREADABLE`` for what was proved and says nothing."""
    value = json.loads(data.decode())
    if value.pop("content") > SIGNED_CONTENT:
        raise NewerContent("content")
    return RecordContent(**value)


def _eraser(entry: bytes | None, sequence: int) -> int:
    """The sequence of the entry that a row names as its record's eraser; that of none where it erases something else."""
    eraser = LedgerEntry.from_bytes(bytes(entry)) if entry is not None else None
    return eraser.sequence if eraser is not None and sequence in eraser.erases else -1


class _Beside:
    """Rows about records, in the order of these records' last entries; those about no record at the end."""

    def __init__(
        self, store: DatabaseStore, table: type[Unique | Link | Indexed | DueRow], record: str, *columns: str
    ) -> None:
        own = Current.objects.filter(organisation=store.organisation, record=OuterRef(record))
        found = table._default_manager.filter(organisation=store.organisation)  # noqa: SLF001 - Django's name for it
        found = found.annotate(at=Subquery(own.values("sequence")[:1]))
        self._rows = found.order_by(F("at").asc(nulls_last=True)).values_list("at", *columns).iterator(CHUNK)
        self._next = next(self._rows, None)

    @property
    def ended(self) -> bool:
        return self._next is None

    def of(self, sequence: int) -> list[Row]:
        """Those about the record whose last entry this is."""
        rows: list[Row] = []
        while self._next is not None and self._next[0] == sequence:
            rows.append(tuple(bytes(one) if isinstance(one, memoryview) else one for one in self._next[1:]))
            self._next = next(self._rows, None)
        return sorted(rows)
