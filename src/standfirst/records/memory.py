"""The store in memory: the reference behaviour of every store, and the ground on which the package store stands."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import RLock

from standfirst.records.change import Change, Stamp
from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, NO_LEAF, Entry, Head, Sealed
from standfirst.records.record import Content, Erased, Record, Version
from standfirst.records.sealing import (
    Ground,
    Holding,
    Kept,
    Standing,
    counted,
    read,
    require_founding,
    seal,
    time_of,
)
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.trust import merkle
from standfirst.trust.canonical import canonical_bytes

Clock = Callable[[], datetime]


class MemoryStore:
    """One organisation's records in memory. ``clock`` gives the time of recording; it is asked under the lock."""

    def __init__(self, kinds: Kinds, *, clock: Clock) -> None:
        self.kinds = kinds
        self.clock = clock
        self._lock = RLock()
        self._clear()

    def _clear(self) -> None:
        self._ledger: list[Sealed] = []
        self._entries: dict[str, list[Entry]] = {}  # of each record, all
        self._versions: dict[str, list[Version]] = {}  # of each record that is not erased, those that are not
        self._erased: dict[str, Erased] = {}
        self._numbers: dict[str, str] = {}
        self._counters: dict[str, int] = {}
        self._tree = merkle.CompactRange()
        self._last: Entry | None = None
        self._simulation = self._fictional = False

    # --- reading

    @property
    def founded(self) -> bool:
        return bool(self._ledger)

    @property
    def simulation(self) -> bool:
        return self._simulation

    @property
    def fictional(self) -> bool:
        return self._fictional

    @property
    def last_time(self) -> datetime | None:
        return self._last.recorded_at if self._last else None

    @property
    def head(self) -> Head:
        with self._lock:
            return Head(len(self._ledger), self._tree.root().hex()) if self._ledger else EMPTY

    def ledger(self) -> Sequence[Sealed]:
        with self._lock:
            return tuple(self._ledger)

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        with self._lock:
            wanted: Iterable[str] = self._versions if ids is None else (i for i in ids if i in self._versions)
            found = {i: self._record(i) for i in wanted}
        return found if kinds is None else {i: record for i, record in found.items() if record.kind in kinds}

    def _record(self, identity: str) -> Record:
        versions, entries = self._versions[identity], self._entries[identity]
        if len(versions) == len(entries):
            return Record(tuple(versions))
        there = {version.entry.version for version in versions}
        return Record(tuple(versions), tuple(entry for entry in entries if entry.version not in there))

    def erased(self, ids: Collection[str] | None = None) -> Mapping[str, Erased]:
        with self._lock:
            return {i: left for i, left in self._erased.items() if ids is None or i in ids}

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        with self._lock:
            return {number: self._numbers[number] for number in numbers if number in self._numbers}

    def holding(self, kind: str, field: str, value: object) -> Mapping[str, str]:
        known = self.records(kinds=(kind,)).items()
        return {i: r.number for i, r in known if self._own_value(r, field) == value}

    def reached(self, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        waiting = set(ids)
        while waiting:
            known = self.records(waiting)
            found |= {i: targets for i, record in known.items() if (targets := _targets(record))}
            waiting = {target for i in known for target in found.get(i, ())} - found.keys() - known.keys()
        return found

    # --- writing

    def perform(self, deed: DeedFunction) -> Receipt:
        with self._lock:
            return self._commit(deed(self))

    def _commit(self, change: Change) -> Receipt:
        time = time_of(self.clock(), self.last_time, simulation=self._simulation)
        require_founding(change, founded=self.founded)
        written = seal(change, self._ground(change), kinds=self.kinds, time=time)
        sealed = [item.sealed for item in written]
        if sealed:
            self._persist(sealed, change.stamps)
        for item in written:
            self._take(_Read(item.sealed, item.entry, item.content))
        numbers = {item.entry.record: item.entry.number for item in written}
        return Receipt(numbers, len(sealed), self.head, time)

    def _persist(self, sealed: Sequence[Sealed], stamps: Sequence[Stamp]) -> None:
        """For stores that outlive the process; raises before anything in memory has changed."""

    def _ground(self, change: Change) -> Ground:
        records = {draft.record for draft in change.drafts}
        wanted = {draft.wanted_number for draft in change.drafts}
        return Ground(
            size=len(self._ledger),
            last_leaf=self._ledger[-1].leaf if self._ledger else NO_LEAF,
            standing={record: self._standing(record) for record in records},
            counters=self._counters,
            taken=wanted & self._numbers.keys(),
            holders=self._holders({draft.kind for draft in change.drafts}, records),
            kept=self._kept({sequence for draft in change.drafts for sequence in draft.erases}),
        )

    def _standing(self, record: str) -> Standing:
        if record not in self._entries:
            return Standing()
        last = self._entries[record][-1]
        return Standing(last.version, last.kind, last.number, erased=record in self._erased)

    def _kept(self, wanted: Collection[int]) -> Mapping[int, Kept]:
        records = {self._entry(sequence).record for sequence in wanted if 0 <= sequence < len(self._ledger)}
        versions = (version for i in records for version in self._versions.get(i, ()))
        return {v.entry.sequence: Kept(v.entry.record, erasing=bool(v.entry.erases)) for v in versions}

    def _entry(self, sequence: int) -> Entry:
        return Entry.from_bytes(self._ledger[sequence].entry)

    def _holders(self, kinds: Collection[str], apart: Collection[str]) -> Mapping[Holding, str]:
        own = [name for name in kinds if self.kinds[name].unique]
        return {
            (record.kind, field, canonical_bytes(value)): record.number
            for i, record in (self.records(kinds=own) if own else {}).items()
            for field in self.kinds[record.kind].unique
            if i not in apart and (value := self._own_value(record, field)) is not None
        }

    def _own_value(self, record: Record, field: str) -> object:
        content = record.current.content
        return self.kinds[record.kind].upcast(content.body, content.schema).get(field)

    def _read(self, sealed: Sealed) -> "_Read":
        """Raises NewerContent for what a later release wrote, and one of ``UNREADABLE`` for what cannot be read."""
        return _Read(sealed, *read(sealed, kinds=self.kinds))

    def _take(self, read: "_Read") -> None:
        """Make an entry part of what is read."""
        entry = read.entry
        self._entries.setdefault(entry.record, []).append(entry)
        if read.content is not None:
            self._versions.setdefault(entry.record, []).append(Version(read.content, entry))
            self._erased.pop(entry.record, None)  # we do not write to what is erased; somebody else may have
        self._numbers[entry.number] = entry.record
        for prefix, count in counted((entry.number,)).items():
            self._counters[prefix] = max(self._counters.get(prefix, 0), count)
        if entry.sequence == 0:
            self._simulation, self._fictional = bool(entry.simulation), bool(entry.fictional)
        self._ledger.append(read.sealed)
        self._tree.append(bytes.fromhex(read.sealed.leaf))
        self._last = entry
        for sequence in entry.erases:
            self._erase(sequence, by=entry)

    def _erase(self, sequence: int, *, by: Entry) -> None:
        sealed, entry = self._ledger[sequence], self._entry(sequence)
        self._ledger[sequence] = Sealed(sealed.entry, sealed.leaf, b"", None)
        there = self._versions.get(entry.record, [])
        there[:] = [version for version in there if version.entry.sequence != sequence]
        if entry.version == self._entries[entry.record][-1].version:
            self._versions.pop(entry.record, None)
            self._erased[entry.record] = Erased(tuple(self._entries[entry.record]), by)


def _targets(record: Record) -> Sequence[str]:
    return [target for targets in record.current.content.links.values() for target in targets]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sealed entry, and what it says."""

    sealed: Sealed
    entry: Entry
    content: Content | None
