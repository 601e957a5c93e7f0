"""Whoever owns the database: takes the guards away, writes what they please, and puts the guards back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from tests.records.cast import ADA, BEN, KINDS, amend, doing, draft, found, move, note, ticking
from tests.server.store.conftest import new_store

from standfirst.records.kind import Kinds
from standfirst.records.ledger import NO_LEAF, Head, leaf_of
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.server.store import index, tree
from standfirst.server.store.anchoring import AnchorLog, anchor
from standfirst.server.store.checking import Checked, check_organisation, from_outside
from standfirst.server.store.heads import sign_head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import Anchor, Content, Entry, LedgerHead, Node, SignedHead
from standfirst.server.store.outbox import Topic, drain
from standfirst.server.store.store import HEAD_MOVED, DatabaseStore
from standfirst.server.store.triggers import KEPT, restore
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.merkle import CompactRange

HOST = "qms.example.org"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
SIGNED_AT = (4, 8, 12)
"""Sizes at which the head of ``keep`` was signed and anchored. Entry 8, counted from 0, is the first after the middle one."""


@dataclass
class Books:
    """An organisation's ledger with all that vouches for it: keys and heads in a folder, anchors in a log."""

    store: DatabaseStore
    keys: KeyFolder
    log: AnchorLog

    @property
    def own(self) -> dict[str, object]:
        return {"organisation": self.store.organisation}

    def sign(self) -> None:
        """As the worker does, after which nothing is left to do."""
        note_ = sign_head(self.store, self.keys, host=HOST, now=NOW)
        assert note_ is not None
        anchor(self.store.organisation, note_, self.log, host=HOST)
        drain({HEAD_MOVED: Topic(lambda _: None, at_once=True)}, clock=lambda: datetime.now(UTC))

    def checked(self, *, anchors: bool = True, noted: tuple[Head, ...] = ()) -> Checked:
        key = self.log.key
        assert key is not None
        log = (self.log.folder, key) if anchors else None
        outside = from_outside(self.store.organisation, self.keys, log=log, noted=noted)
        return check_organisation(self.store, outside)


def opened(store: DatabaseStore, folder: Path) -> Books:
    return Books(store, KeyFolder(folder / "keys"), AnchorLog(folder / "anchors"))


def keep(folder: Path, kinds: Kinds = KINDS) -> Books:
    """Twelve entries: a thing that is counted, a note that is proposed, approved and about it, and other things."""
    books = opened(new_store(kinds), folder)
    store = books.store
    thing, paper = draft(body={"title": "A laser"}), note(body={"title": "A note", "text": "It holds"})
    found(store)
    store.perform(doing(thing, paper))
    store.perform(amend(thing.record, count=1))
    books.sign()
    store.perform(move(paper.record, "propose", by=ADA))
    store.perform(move(paper.record, "approve", by=BEN))
    store.perform(doing(note(links={"about": (thing.record, paper.record)})))
    store.perform(amend(thing.record, count=2))
    books.sign()
    store.perform(
        doing(
            draft(body={"title": "A pump"}),
            draft(body={"title": "A valve"}),
            note(links={"about": (thing.record,)}),
        )
    )
    store.perform(amend(thing.record, count=3))
    books.sign()
    return books


@contextmanager
def without_guards() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'store_%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for table in KEPT:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with transaction.atomic():
            restore(connection)


def rewrite(books: Books, at: int, **change: object) -> None:
    """One entry, and its leaf with it."""
    row = Entry.objects.get(**books.own, sequence=at)
    value = parse_canonical(bytes(row.data))
    assert isinstance(value, dict)
    data = canonical_bytes({**value, **change})
    Entry.objects.filter(**books.own, sequence=at).update(data=data, leaf=bytes.fromhex(leaf_of(data)))


def chain(books: Books, start: int) -> None:
    """From ``start`` on each entry counts and names the leaf before it, as if it had always been so; and a head for it."""
    rows = list(Entry.objects.filter(**books.own).order_by("sequence").values_list("sequence", "leaf"))
    for place, (sequence, _) in enumerate(rows[start:], start):
        before = Entry.objects.filter(**books.own, sequence__lt=sequence).order_by("-sequence").first()
        previous = bytes(before.leaf).hex() if before else NO_LEAF
        Entry.objects.filter(**books.own, sequence=sequence).update(sequence=place)
        Content.objects.filter(**books.own, sequence=sequence).update(sequence=place)
        rewrite(books, place, sequence=place, previous=previous)
    crown(books)


def crown(books: Books, *, rebuilding: bool = True) -> None:
    """Head, tree and, if they can be made, read models for what stands there now."""
    leaves = [
        bytes(leaf)
        for leaf in Entry.objects.filter(**books.own).order_by("sequence").values_list("leaf", flat=True)
    ]
    grown = CompactRange()
    Node.objects.filter(**books.own).delete()
    Node.objects.bulk_create(
        Node(organisation_id=books.store.organisation, level=level, position=position, hash=root)
        for level, position, root in tree.add(grown, leaves)
    )
    last = books.store.ledger()[-1:]
    LedgerHead.objects.filter(**books.own).update(
        size=grown.size,
        root=grown.root(),
        peaks=b"".join(grown.peaks),
        last_leaf=leaves[-1] if leaves else b"",
        last_time=_time(last[0].entry) if last else None,
    )
    if rebuilding:
        index.rebuild(books.store.organisation, books.store.kinds)


def _time(entry: bytes) -> datetime:
    return LedgerEntry.from_bytes(entry).recorded_at


def truncate(books: Books, size: int) -> None:
    """The ledger as if only its first entries had ever been written, heads and anchors too."""
    Entry.objects.filter(**books.own, sequence__gte=size).delete()
    Content.objects.filter(**books.own, sequence__gte=size).delete()
    SignedHead.objects.filter(**books.own, size__gt=size).delete()
    Anchor.objects.filter(**books.own, size__gt=size).delete()
    crown(books)


def other_history(books: Books, size: int) -> None:
    """With our own code: everything after ``size`` happened otherwise, and more of it."""
    truncate(books, size)
    books.store.clock = ticking(NOW)
    while books.store.head.size < SIGNED_AT[-1] + 2:
        title = f"Thing {books.store.head.size} of another history"
        books.store.perform(doing(draft(body={"title": title})))
