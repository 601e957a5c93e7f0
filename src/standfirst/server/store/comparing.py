"""Whether the read models are what the records say, row by row, without making them anew."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final

from django.db.models import F, Max, Min, OuterRef, Subquery

from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Content as RecordContent
from standfirst.server.store import index
from standfirst.server.store.models import Content, Current, Entry, Link, Unique
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason

CHUNK: Final = 5000

Row = tuple[Any, ...]

_FIRST, _LAST = index.CURRENT.index("first"), index.CURRENT.index("sequence")


def first_difference(store: DatabaseStore) -> Reason | None:
    """The first record of which a read model holds something else. Raises one of ``ledger.UNREADABLE`` and NewerContent.

    Everything comes in the order of the records' last entries, so that it can be laid side by side. Entries and contents
    have been proved before.
    """
    uniques = _Beside(store, Unique, "record", "kind", "number", "field", "value")
    links = _Beside(store, Link, "source", "relation", "position", "target")
    for span, row in zip_longest(_spans(store), _current(store)):
        if span is None or row is None or span != (row[0], row[_FIRST], row[_LAST]):
            known = span or row
            return _differs("records", known[0] if known else "")
        *values, entry, content, eraser = row
        record, first, last = span
        latest = index.Latest(
            LedgerEntry.from_bytes(bytes(entry)),
            RecordContent.from_bytes(bytes(content)) if content is not None else None,
            first,
            None if content is not None else _eraser(eraser, last),
        )
        body = index.body_of(store.kinds, latest)
        own = (latest.entry.kind, latest.entry.number)
        if tuple(values) != index.current_values(store.kinds, latest, body):
            return _differs("records", record)
        if uniques.of(last) != sorted((*own, *one) for one in index.unique_values(store.kinds, latest, body)):
            return _differs("unique-values", record)
        if links.of(last) != sorted(index.link_values(latest)):
            return _differs("links", record)
    if not uniques.ended:
        return _differs("unique-values", "")
    return None if links.ended else _differs("links", "")


def _differs(table: str, record: str) -> Reason:
    """``record`` is empty where a row is about no record at all."""
    return Reason("store.read-model", {"table": table, "record": record})


def _spans(store: DatabaseStore) -> Iterator[Row]:
    """Each record, with the sequences of its first and its last entry."""
    entries = Entry.objects.filter(organisation=store.organisation).values_list("record")
    spans = entries.annotate(came=Min("sequence"), last=Max("sequence")).order_by("last")
    return spans.iterator(CHUNK)


def _current(store: DatabaseStore) -> Iterator[Row]:
    """Each row of ``Current``, with the entry and the content that it says are the last."""
    at = {"organisation": store.organisation, "sequence": OuterRef("sequence")}
    found = Current.objects.filter(organisation=store.organisation).annotate(
        entry=Subquery(Entry.objects.filter(**at).values("data")[:1]),
        content=Subquery(Content.objects.filter(**at).values("data")[:1]),
        eraser=Subquery(Entry.objects.filter(**at | {"sequence": OuterRef("erased_by")}).values("data")[:1]),
    )
    return (
        found.order_by("sequence").values_list(*index.CURRENT, "entry", "content", "eraser").iterator(CHUNK)
    )


def _eraser(entry: bytes | None, sequence: int) -> int:
    """The sequence of the entry that a row names as its record's eraser; that of none where it erases something else."""
    eraser = LedgerEntry.from_bytes(bytes(entry)) if entry is not None else None
    return eraser.sequence if eraser is not None and sequence in eraser.erases else -1


class _Beside:
    """Rows about records, in the order of these records' last entries; those about no record at the end."""

    def __init__(self, store: DatabaseStore, table: type[Unique | Link], record: str, *columns: str) -> None:
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
