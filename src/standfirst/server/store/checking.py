"""Proving an organisation's whole ledger as it lies in the database, and everything that is made from it.

Nobody who writes to the tables is believed: entries are held against their leaves, these against heads that were signed
with keys apart from the database, anchored in a log, or noted by somebody; and what lists and look-ups read against the
entries. All of it is read in one snapshot, entry by entry, whatever is written meanwhile.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from standfirst.records.ledger import Break, Entry, Head, Sealed, check
from standfirst.records.sealing import counted
from standfirst.server.store.anchoring import anchored
from standfirst.server.store.apart import Comparing, Difference, snapshot
from standfirst.server.store.comparing import first_difference
from standfirst.server.store.heads import head_in, is_signing
from standfirst.server.store.ledger_keys import KeyFolder, LedgerKeys
from standfirst.server.store.models import Content, LedgerHead, SignedHead
from standfirst.server.store.models import Entry as EntryRow
from standfirst.server.store.reading import Bytes
from standfirst.server.store.store import DatabaseStore
from standfirst.server.store.streaming import stream
from standfirst.server.store.tree import first_wrong_node, hashes_in
from standfirst.server.store.triggers import not_standing
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.cosignature import NoteKey
from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import CompactRange, MerkleRejected
from standfirst.trust.note import Note

CHUNK: Final = 1000


class Source(StrEnum):
    """Who vouches for a head."""

    SIGNED = "signed-head"  # in the database
    KEPT = "kept-head"  # by whoever signs, beside the keys
    ANCHORED = "anchored-head"
    NOTED = "noted-head"  # by whoever asks


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that does not hold; ``sequence`` of the entry that it is about, counted from 0, where it is about one."""

    reason: Reason
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Vouched:
    """Heads from outside the database. ``kept``: all that were signed. ``anchored``: notes, with their index in the log."""

    keys: LedgerKeys | None = None
    kept: Sequence[Head] = ()
    anchored: Sequence[tuple[int, Note]] = ()
    noted: Sequence[Head] = ()


def from_outside(
    organisation: UUID,
    folder: KeyFolder,
    *,
    keys: LedgerKeys | None = None,
    log: tuple[Path, NoteKey] | None = None,
    noted: Sequence[Head] = (),
) -> Vouched:
    """What stands beside the keys, and in a copy of the anchors' log. ``keys``: where others than the folder's are believed.

    Raises what ``anchored`` and ``KeyFolder.public`` raise.
    """
    keys = keys or folder.public(organisation)
    heads = () if log is None or keys is None else tuple(anchored(*log, keys.origin))
    return Vouched(keys, folder.heads(organisation), heads, noted)


@dataclass(slots=True)
class Checked:
    """What came of it. ``heads``: how many of each source agree; ``signed``: size of the newest that is signed."""

    head: Head
    wrong: list[Wrong] = field(default_factory=list)
    heads: dict[Source, int] = field(default_factory=dict)
    signed: int = 0


def check_organisation(store: DatabaseStore, vouched: Vouched, *, apart: Comparing | None = None) -> Checked:
    """Everything that does not hold, the first broken entry among it. ``apart``: a process that does the fifth step meanwhile.

    1 the guards of the tables; 2 each head's signatures; 3 the entries, against their contents, leaves and all heads;
    4 what stands beside the entries: repeated columns, the head's row, nodes of the tree; 5 the read models.
    """
    with _seeing(apart):
        checked = Checked(store.head)
        guards = not_standing(connection)
        if guards:
            checked.wrong.append(_wrong("store.guards", names=guards))
        told = _told(store, vouched, checked)
        rows = Rows(store)
        noted = [head for heads in told.values() for head in heads]
        broken = check(rows, checked.head, noted=noted, seen=rows.seen)
        if broken is not None:
            checked.wrong.append(_named(broken, told))
            return checked  # what is made from a broken ledger cannot be judged
        checked.heads = {source: len(heads) for source, heads in told.items() if heads}
        signed = (head.size for source, heads in told.items() if source is not Source.NOTED for head in heads)
        checked.signed = max(signed, default=0)
        checked.wrong += rows.wrong()
        if (differing := _difference(store, apart)) is not None:
            checked.wrong.append(Wrong(*differing))
    return checked


@contextmanager
def _seeing(apart: Comparing | None) -> Iterator[None]:
    """One state of the database, here and in the other process."""
    while True:
        with snapshot():
            if apart is None or _sees(apart):
                yield
                return


def _sees(apart: Comparing) -> bool:
    """Also where the other process has ended: then all is done here."""
    try:
        return apart.sees()
    except (EOFError, OSError):
        return True


def _difference(store: DatabaseStore, apart: Comparing | None) -> Difference:
    if apart is not None:
        with suppress(EOFError, OSError):
            return apart.told()
    return first_difference(store)


# --- heads ---


def _told(store: DatabaseStore, vouched: Vouched, checked: Checked) -> Mapping[Source, list[Head]]:
    """The heads that are vouched for, by source; those whose signatures do not hold are told and left out."""
    told: dict[Source, list[Head]] = {source: [] for source in Source}
    told[Source.NOTED] += vouched.noted
    told[Source.KEPT] += vouched.kept
    rows = SignedHead.objects.filter(organisation=store.organisation).order_by("size")
    notes = _signed_heads(rows.values_list("size", "note").iterator(CHUNK), checked)
    if vouched.keys is None:
        if rows.exists() or vouched.anchored:
            checked.wrong.append(_wrong("head.no-keys"))
        return told
    for source, size, note in (
        *((Source.SIGNED, size, note) for size, note in notes),
        *((Source.ANCHORED, None, note) for _, note in vouched.anchored),
    ):
        try:
            head = head_in(vouched.keys.verify(note))
        except Rejected as flaw:
            checked.wrong.append(
                _wrong("head.not-signed", source=source.value, size=size or 0, detail=str(flaw))
            )
            continue
        if size is not None and head.size != size:
            checked.wrong.append(_wrong("head.other-size", size=size, signed=head.size))
        told[source].append(head)
    there = {head.size for head in told[Source.SIGNED]}
    if is_signing(store.organisation) and vouched.kept:
        there.add(vouched.kept[-1].size)  # a worker keeps a head first, and is about to put it there
    for source in (Source.KEPT, Source.ANCHORED):
        if missing := sorted({head.size for head in told[source]} - there):
            checked.wrong.append(
                _wrong("head.taken-away", by=source.value, size=missing[0], count=len(missing))
            )
    return told


def _signed_heads(rows: Iterable[tuple[int, Bytes]], checked: Checked) -> Iterator[tuple[int, Note]]:
    for size, data in rows:
        try:
            yield size, Note.parse(bytes(data))
        except Rejected as flaw:
            source = Source.SIGNED.value
            checked.wrong.append(_wrong("head.not-signed", source=source, size=size, detail=str(flaw)))


def _named(broken: Break, told: Mapping[Source, list[Head]]) -> Wrong:
    """Where the history is not the one that a head vouches for, also which sort of head that is."""
    reason = broken.reason
    sources = [
        source
        for source, heads in told.items()
        for head in heads
        if reason.parameters.get("noted") in (str(head), head.size)
    ]
    if reason.code not in ("ledger.other-than-noted", "ledger.shorter-than-noted") or not sources:
        return Wrong(reason, broken.sequence)
    by = {"by": tuple(dict.fromkeys(source.value for source in sources))}
    code = {
        "ledger.other-than-noted": "ledger.other-than-vouched",
        "ledger.shorter-than-noted": "ledger.shorter-than-vouched",
    }[reason.code]
    return Wrong(Reason(code, {**reason.parameters, **by}), broken.sequence)


# --- entries ---


class Rows:
    """A ledger as its rows say, entry by entry; noticing on the way what else hangs on them.

    Read from the beginning each time, as ``ledger.check`` asks, which hands over (``seen``) what it has read and proved.
    """

    def __init__(self, store: DatabaseStore) -> None:
        self.own = {"organisation": store.organisation}
        self.size = 0
        self.first: Entry | None = None
        self.last: Entry | None = None
        self.last_leaf = b""
        self.counters: dict[str, int] = {}
        self.not_repeating: int | None = None  # the first row whose columns are not what its entry says
        self._columns: tuple[object, ...] = ()

    def __iter__(self) -> Iterator[Sealed]:
        contents = _Contents(Content.objects.filter(**self.own).order_by("sequence"))
        columns = ("sequence", "record", "version", "data", "leaf")
        for sequence, record, version, data, leaf in stream(
            EntryRow.objects.filter(**self.own).order_by("sequence").values_list(*columns)
        ):
            self._columns = sequence, record, version
            yield Sealed(_bytes(data), _bytes(leaf).hex(), *contents.at(sequence))

    def seen(self, sealed: Sealed, entry: Entry) -> None:
        """The entry of the last row, which holds."""
        if self.not_repeating is None and self._columns != (self.size, entry.record, entry.version):
            self.not_repeating = self.size
        if entry.version == 1:
            for prefix, count in counted((entry.number,)).items():
                self.counters[prefix] = max(self.counters.get(prefix, 0), count)
        self.first = self.first or entry
        self.last, self.last_leaf = entry, bytes.fromhex(sealed.leaf)
        self.size += 1

    def wrong(self) -> Iterator[Wrong]:
        """What does not agree with entries that were read to the end, and hold."""
        if self.not_repeating is not None:
            yield Wrong(Reason("store.row-differs"), self.not_repeating)
        row = LedgerHead.objects.get(**self.own)
        differing = [name for name, value in self._head().items() if _plain(getattr(row, name)) != value]
        if not _gives_root(row):
            differing.append("peaks")
        if differing:
            yield _wrong("store.head-row-differs", columns=tuple(differing))
        beyond = Content.objects.filter(**self.own, sequence__gte=self.size).order_by("sequence").first()
        if beyond is not None:
            yield _wrong("store.content-beyond", sequence=beyond.sequence)
        if (node := first_wrong_node(row.organisation_id, row.size, bytes(row.root))) is not None:
            yield _wrong("store.node-differs", level=node[0], position=node[1])

    def _head(self) -> Mapping[str, object]:
        """The columns of the head's row that ``ledger.check`` does not look at, as the entries give them."""
        return {
            "last_leaf": self.last_leaf,
            "last_time": self.last and self.last.recorded_at,
            "simulation": bool(self.first and self.first.simulation),
            "fictional": bool(self.first and self.first.fictional),
            "counters": json.dumps(self.counters, sort_keys=True),
        }


class _Contents:
    """Salts and contents, asked for by ascending sequence."""

    def __init__(self, found: QuerySet[Content]) -> None:
        self._rows = stream(found.values_list("sequence", "salt", "data"))
        self._next = next(self._rows, None)

    def at(self, sequence: int) -> tuple[bytes, bytes | None]:
        while self._next is not None and self._next[0] < sequence:
            self._next = next(self._rows, None)
        if self._next is None or self._next[0] != sequence:
            return b"", None
        _, salt, data = self._next
        return b"" if salt is None else _bytes(salt), None if data is None else _bytes(data)


def _bytes(value: object) -> bytes:
    """SQLite keeps in a column whatever is written to it: what is no bytes stands for others, so that it is found."""
    return value if type(value) is bytes else repr(value).encode()


def _gives_root(row: LedgerHead) -> bool:
    """Other peaks of a tree of that size do not give its root, which the entries have given."""
    try:
        return CompactRange(row.size, hashes_in(bytes(row.peaks))).root() == bytes(row.root)
    except MerkleRejected:
        return False


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _wrong(code: str, /, **parameters: Parameter) -> Wrong:
    return Wrong(Reason(code, parameters))
