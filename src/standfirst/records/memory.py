"""The store in memory: the reference behaviour of every store, and the ground on which the package store stands."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import RLock

from standfirst.records.change import Change, Conflict, Draft, Refused
from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, NO_LEAF, Entry, Head, Sealed, commitment_to, leaf_of
from standfirst.records.record import Content, Record, Version
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.standards.reason import Reason
from standfirst.trust import merkle
from standfirst.trust.digests import new_salt

Clock = Callable[[], datetime]

NUMBER = re.compile(r"([A-Z]{2,4})-([0-9]{4,8})\Z")


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class MemoryStore:
    """One organisation's records in memory. ``clock`` gives the time of recording; it is asked under the lock."""

    def __init__(self, kinds: Kinds, *, clock: Clock = now) -> None:
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
        self._simulation = False

    # --- reading

    @property
    def founded(self) -> bool:
        return bool(self._ledger)

    @property
    def simulation(self) -> bool:
        return self._simulation

    @property
    def last_time(self) -> datetime | None:
        return self._last.recorded_at if self._last else None

    @property
    def head(self) -> Head:
        return Head(len(self._ledger), self._tree.root().hex()) if self._ledger else EMPTY

    def ledger(self) -> Sequence[Sealed]:
        return tuple(self._ledger)

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        wanted: Iterable[str] = self._versions if ids is None else (i for i in ids if i in self._versions)
        found = {i: Record(tuple(self._versions[i])) for i in wanted}
        return found if kinds is None else {i: record for i, record in found.items() if record.kind in kinds}

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: self._numbers[number] for number in numbers if number in self._numbers}

    # --- writing

    def perform(self, deed: DeedFunction) -> Receipt:
        with self._lock:
            return self._commit(deed(self))

    def _commit(self, change: Change) -> Receipt:
        time = self._time()
        sealed = self._seal(change, time)
        self._persist(sealed)
        for item in sealed:
            self._take(item)
        numbers = {draft.record: self._versions[draft.record][-1].number for draft in change.drafts}
        return Receipt(numbers, len(sealed), self.head, time)

    def _persist(self, sealed: Sequence[Sealed]) -> None:
        """For stores that outlive the process; raises before anything in memory has changed."""

    def _time(self) -> datetime:
        """Time never goes back: a simulated clock that does is refused, a real one waits at the last entry's time."""
        time = self.clock()
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
        versions = {
            record: len(known)
            for record, known in self._versions.items()
            if record in {d.record for d in change.drafts}
        }
        numbers = _Numbers(self._numbers, self._counters, self.kinds)
        previous = self._ledger[-1].leaf if self._ledger else NO_LEAF
        for draft in change.drafts:
            current = versions.get(draft.record, 0)
            if current != draft.expected:
                raise Conflict(
                    Reason(
                        "record.conflict",
                        {"record": draft.record, "expected": draft.expected, "current": current},
                    )
                )
            versions[draft.record] = current + 1
            known = self._versions.get(draft.record)
            number = known[-1].number if known else numbers.give(draft)
            item = _sealed(
                draft,
                change,
                time,
                len(self._ledger) + len(sealed),
                number,
                previous,
                first=not (self._ledger or sealed),
                kinds=self.kinds,
            )
            previous = item.leaf
            sealed.append(item)
        return sealed

    def _take(self, sealed: Sealed) -> None:
        """Make a sealed entry part of what is read. Raises ValueError for one that cannot be."""
        entry = Entry.from_bytes(sealed.entry)
        if sealed.content is not None:
            content = Content.from_bytes(sealed.content)
            self._versions.setdefault(content.record, []).append(Version(content, entry))
            self._numbers[entry.number] = content.record
            self._count(entry.number)
        if entry.sequence == 0:
            self._simulation = bool(entry.simulation)
        self._ledger.append(sealed)
        self._tree.append(bytes.fromhex(sealed.leaf))
        self._last = entry

    def _count(self, number: str) -> None:
        if match := NUMBER.match(number):
            prefix, count = match[1], int(match[2])
            self._counters[prefix] = max(self._counters.get(prefix, 0), count)


class _Numbers:
    """Numbers for one change: the wanted one where it is free, else the next."""

    def __init__(self, taken: Mapping[str, str], counters: Mapping[str, int], kinds: Kinds) -> None:
        self.taken, self.counters, self.kinds = taken, dict(counters), kinds
        self.given: dict[str, str] = {}

    def give(self, draft: Draft) -> str:
        if draft.record in self.given:
            return self.given[draft.record]
        prefix = self.kinds[draft.kind].prefix
        number = draft.wanted_number or self._next(prefix)
        match = NUMBER.match(number)
        if match is None or match[1] != prefix:
            raise Refused(Reason("number.malformed", {"number": number, "prefix": prefix}))
        if number in self.taken or number in self.given.values():
            raise Refused(Reason("number.taken", {"number": number}))
        self.counters[prefix] = max(self.counters.get(prefix, 0), int(match[2]))
        self.given[draft.record] = number
        return number

    def _next(self, prefix: str) -> str:
        return f"{prefix}-{self.counters.get(prefix, 0) + 1:04d}"


def _sealed(
    draft: Draft,
    change: Change,
    time: datetime,
    sequence: int,
    number: str,
    previous: str,
    *,
    first: bool,
    kinds: Kinds,
) -> Sealed:
    content = Content(
        record=draft.record,
        kind=draft.kind,
        schema=kinds[draft.kind].schema,
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
        simulation=change.simulation if first else None,
    ).to_bytes()
    return Sealed(entry, leaf_of(entry), salt, content)
