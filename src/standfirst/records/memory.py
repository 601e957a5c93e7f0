"""The store in memory: the reference behaviour of every store, and the ground on which the package store stands."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock

from standfirst.records.change import Change, Conflict, Draft, Refused, Stamp
from standfirst.records.kind import Kinds, NewerContent
from standfirst.records.ledger import EMPTY, NO_LEAF, Entry, Head, Sealed, commitment_to, leaf_of
from standfirst.records.record import Content, Record, Version
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust import merkle
from standfirst.trust.digests import new_salt
from standfirst.trust.errors import Rejected

Clock = Callable[[], datetime]

NUMBER = re.compile(r"([A-Z]{2,4})-([0-9]{4,8})\Z")


class MemoryStore:
    """One organisation's records in memory. ``clock`` gives the time of recording; it is asked under the lock."""

    def __init__(self, kinds: Kinds, *, clock: Clock) -> None:
        self.kinds = kinds
        self.clock = clock
        self._lock = RLock()
        self._clear()

    def _clear(self) -> None:
        self._ledger: list[Sealed] = []
        self._versions: dict[str, list[Version]] = {}
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
            found = {i: Record(tuple(self._versions[i])) for i in wanted}
        return found if kinds is None else {i: record for i, record in found.items() if record.kind in kinds}

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        with self._lock:
            return {number: self._numbers[number] for number in numbers if number in self._numbers}

    # --- writing

    def perform(self, deed: DeedFunction) -> Receipt:
        with self._lock:
            return self._commit(deed(self))

    def _commit(self, change: Change) -> Receipt:
        time = self._time()
        try:
            sealed = self._seal(change, time)
        except Rejected as flaw:
            raise Refused(Reason("record.not-canonical", {"detail": str(flaw)})) from None
        read = [self._read(item) for item in sealed]  # what could not be read back is never written
        if sealed:
            self._persist(sealed, change.stamps)
        for item in read:
            self._take(item)
        numbers = {item.entry.record: item.entry.number for item in read}
        return Receipt(numbers, len(sealed), self.head, time)

    def _persist(self, sealed: Sequence[Sealed], stamps: Sequence[Stamp]) -> None:
        """For stores that outlive the process; raises before anything in memory has changed."""

    def _time(self) -> datetime:
        """Time never goes back: a simulated clock that does is refused, a real one waits at the last entry's time."""
        time = self.clock()
        if time.tzinfo is None:
            raise ValueError("a clock that names no zone")
        time = time.astimezone(UTC)
        if self._last is None or time >= self._last.recorded_at:
            return time
        if self._simulation:
            last = self._last.recorded_at.isoformat()
            raise Refused(Reason("clock.back", {"time": time.isoformat(), "last": last}))
        return self._last.recorded_at

    def _seal(self, change: Change, time: datetime) -> list[Sealed]:
        if self.founded == (change.simulation is not None):
            raise Refused(Reason("ledger.founded-once" if self.founded else "ledger.not-founded"))
        sealed: list[Sealed] = []
        numbers = _Numbers(self._numbers, self._counters, self.kinds)
        standing = {draft.record: self._standing(draft.record) for draft in change.drafts}
        previous = self._ledger[-1].leaf if self._ledger else NO_LEAF
        for draft in change.drafts:
            before = standing[draft.record]
            _require_next(draft, before)
            number = before.number or numbers.give(draft)
            standing[draft.record] = _Standing(before.version + 1, draft.kind, number)
            item = _sealed(
                draft,
                change,
                time=time,
                sequence=len(self._ledger) + len(sealed),
                number=number,
                previous=previous,
                schema=self.kinds[draft.kind].schema,
            )
            previous = item.leaf
            sealed.append(item)
        self._require_unique(change.drafts, {record: after.number for record, after in standing.items()})
        return sealed

    def _require_unique(self, drafts: Sequence[Draft], numbers: Mapping[str, str]) -> None:
        """A pen looks at what is recorded; two drafts of one change meet only here."""
        for kind in (self.kinds[name] for name in {draft.kind for draft in drafts}):
            known = self.records(kinds=(kind.name,)) if kind.unique else {}
            bodies = {
                i: kind.upcast(r.current.content.body, r.current.content.schema) for i, r in known.items()
            }
            bodies |= {draft.record: draft.body for draft in drafts if draft.kind == kind.name}
            for field in kind.unique:
                holders: dict[object, str] = {}
                for record, body in bodies.items():
                    holder = holders.setdefault(
                        body.get(field, record), record
                    )  # what is absent is shared with nobody
                    if holder != record:
                        other = known[holder].number if holder in known else numbers[holder]
                        said = {"kind": kind.name, "field": field, "other": other}
                        raise Refused(Reason("record.not-unique", said))

    def _standing(self, record: str) -> "_Standing":
        known = self._versions.get(record)
        return _Standing(len(known), known[-1].content.kind, known[-1].number) if known else _Standing()

    def _read(self, sealed: Sealed) -> "_Read":
        """Raises NewerContent for what a later release wrote, and one of ``UNREADABLE`` for what cannot be read."""
        entry = Entry.from_bytes(sealed.entry)
        if sealed.content is None:
            return _Read(sealed, entry, None)
        content = Content.from_bytes(sealed.content)
        if content.kind in self.kinds and content.schema > self.kinds[content.kind].schema:
            raise NewerContent(f"{content.kind}, schema {content.schema}")
        if (content.record, content.kind, content.version) != (entry.record, entry.kind, entry.version):
            raise ValueError("an entry and its content are about different versions")
        return _Read(sealed, entry, content)

    def _take(self, read: "_Read") -> None:
        """Make an entry part of what is read."""
        entry = read.entry
        if read.content is not None:
            self._versions.setdefault(entry.record, []).append(Version(read.content, entry))
        self._numbers[entry.number] = entry.record
        self._count(entry.number)
        if entry.sequence == 0:
            self._simulation, self._fictional = bool(entry.simulation), bool(entry.fictional)
        self._ledger.append(read.sealed)
        self._tree.append(bytes.fromhex(read.sealed.leaf))
        self._last = entry

    def _count(self, number: str) -> None:
        if match := NUMBER.match(number):
            prefix, count = match[1], int(match[2])
            self._counters[prefix] = max(self._counters.get(prefix, 0), count)


@dataclass(frozen=True, slots=True)
class _Read:
    """A sealed entry, and what it says."""

    sealed: Sealed
    entry: Entry
    content: Content | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """How far a record has come: nowhere yet, by default."""

    version: int = 0
    kind: str = ""
    number: str = ""


def _require_next(draft: Draft, before: _Standing) -> None:
    if before.version != draft.expected:
        conflict: dict[str, Parameter] = {
            "record": draft.record,
            "expected": draft.expected,
            "current": before.version,
        }
        raise Conflict(Reason("record.conflict", conflict))
    if before.kind not in ("", draft.kind):
        raise Refused(Reason("record.other-kind", {"kind": draft.kind, "recorded": before.kind}))


class _Numbers:
    """Numbers for one change: the wanted one where it is free, else the next."""

    def __init__(self, taken: Mapping[str, str], counters: Mapping[str, int], kinds: Kinds) -> None:
        self.taken, self.counters, self.kinds = taken, dict(counters), kinds
        self.given: set[str] = set()

    def give(self, draft: Draft) -> str:
        prefix = self.kinds[draft.kind].prefix
        number = draft.wanted_number or _written(prefix, self.counters.get(prefix, 0) + 1)
        match = NUMBER.match(number)
        if match is None or number != _written(prefix, int(match[2])):  # RSK-00012 is not another RSK-0012
            raise Refused(Reason("number.malformed", {"number": number, "prefix": prefix}))
        if number in self.taken or number in self.given:
            raise Refused(Reason("number.taken", {"number": number}))
        self.counters[prefix] = max(self.counters.get(prefix, 0), int(match[2]))
        self.given.add(number)
        return number


def _written(prefix: str, count: int) -> str:
    return f"{prefix}-{count:04d}"


def _sealed(
    draft: Draft, change: Change, *, time: datetime, sequence: int, number: str, previous: str, schema: int
) -> Sealed:
    content = Content(
        record=draft.record,
        kind=draft.kind,
        schema=schema,
        version=draft.expected + 1,
        state=draft.state,
        body=draft.body,
        serves=draft.serves,
        links=draft.links,
        why=draft.why,
        origin=draft.origin,
    ).to_bytes()
    salt = new_salt()
    signature = None
    if draft.signing is not None:
        signature = {
            "meaning": draft.signing.meaning,
            "assurance": draft.signing.assurance.value,
            "roles": sorted(role.value for role in change.actor.roles),
        }
    entry = Entry(
        sequence=sequence,
        recorded_at=time,
        deed=draft.deed,
        actor=change.actor.id,
        kind=draft.kind,
        record=draft.record,
        number=number,
        version=draft.expected + 1,
        commitment=commitment_to(salt, content),
        previous=previous,
        transition=draft.transition,
        signature=signature,
        simulation=change.simulation if sequence == 0 else None,
        fictional=change.fictional if sequence == 0 else None,
    ).to_bytes()
    return Sealed(entry, leaf_of(entry), salt, content)
