"""From drafts to ledger entries: numbers, times, salts and leaves, given in one place for every store.

A store looks up what this needs to know (``Ground``), under its lock, and writes what comes back. Nothing is read or
written here.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standfirst.records.change import Change, Conflict, Draft, Refused
from standfirst.records.kind import Kinds, NewerContent
from standfirst.records.ledger import Entry, Sealed, commitment_to, leaf_of
from standfirst.records.record import Content
from standfirst.records.signature import untimely
from standfirst.records.signing import Proof
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import new_salt
from standfirst.trust.errors import Rejected

NUMBER = re.compile(r"([A-Z]{2,4})-([0-9]{4,8})\Z")

Holding = tuple[str, str, bytes]
"""A kind, a field that is its records' own, and the canonical bytes of a value in it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a record has come: nowhere yet, by default."""

    version: int = 0
    kind: str = ""
    number: str = ""
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A content that is there: of which record, and whether its entry erases others, so that it stays."""

    record: str
    erasing: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What is recorded so far, as far as a change touches it.

    ``standing``: records that it adds to. ``counters``: the highest number given, by prefix. ``taken``: those of its
    wanted numbers that are taken. ``holders``: whose number holds a value that its drafts want for their own, drafts'
    own records left out. ``kept``: every content that is there of those records from which its drafts erase, by sequence.
    """

    size: int
    last_leaf: str
    standing: Mapping[str, Standing]
    counters: Mapping[str, int]
    taken: Collection[str]
    holders: Mapping[Holding, str] = field(default_factory=dict)
    kept: Mapping[int, Kept] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """One sealed entry together with what was sealed into it."""

    sealed: Sealed
    entry: Entry
    content: Content
    draft: Draft


def time_of(told: datetime, last: datetime | None, *, simulation: bool) -> datetime:
    """When it is recorded. Time never goes back: a simulated clock that does is refused, a real one waits at ``last``.

    Raises ValueError for a time without a zone.
    """
    if told.tzinfo is None:
        raise ValueError("a clock that names no zone")
    time = told.astimezone(UTC)
    if last is None or time >= last:
        return time
    if simulation:
        raise Refused(Reason("clock.back", {"time": time.isoformat(), "last": last.isoformat()}))
    return last


def require_founding(change: Change, *, founded: bool) -> None:
    """A ledger begins once, and nothing is recorded before. Raises Refused."""
    if founded == (change.simulation is not None):
        raise Refused(Reason("ledger.founded-once" if founded else "ledger.not-founded"))


def holdings(drafts: Iterable[Draft], kinds: Kinds) -> Sequence[tuple[Holding, str]]:
    """The values that these drafts want for their own, each with its record. Of several drafts of one the last counts."""
    latest = {draft.record: draft for draft in drafts}
    return [
        ((draft.kind, name, canonical_bytes(draft.body[name])), record)
        for record, draft in latest.items()
        for name in kinds[draft.kind].unique
        if draft.body.get(name) is not None  # what is absent is shared with nobody
    ]


def seal(change: Change, ground: Ground, *, kinds: Kinds, time: datetime) -> list[Written]:
    """The entries of a change, each naming the leaf before it.

    Raises Refused (Conflict where a record has moved on), and NewerContent or a ValueError for what could not be read
    back: that is never written.
    """
    try:
        return _seal(change, ground, kinds=kinds, time=time)
    except Rejected as flaw:
        raise Refused(Reason("record.not-canonical", {"detail": str(flaw)})) from None


def _seal(change: Change, ground: Ground, *, kinds: Kinds, time: datetime) -> list[Written]:
    _require_erasable(change.drafts, ground.kept)
    written: list[Written] = []
    numbers = _Numbers(ground, kinds)
    standing = dict(ground.standing)
    previous = ground.last_leaf
    for draft in change.drafts:
        before = standing.get(draft.record, Standing())
        _require_next(draft, before)
        number = before.number or numbers.give(draft)
        standing[draft.record] = Standing(before.version + 1, draft.kind, number)
        item = _written(
            draft,
            change,
            time=time,
            sequence=ground.size + len(written),
            number=number,
            previous=previous,
            schema=kinds[draft.kind].schema,
        )
        previous = item.sealed.leaf
        written.append(item)
    _require_unique(change.drafts, ground, standing, kinds)
    return written


def _require_unique(
    drafts: Sequence[Draft], ground: Ground, standing: Mapping[str, Standing], kinds: Kinds
) -> None:
    """A pen looks at what is recorded; two drafts of one change meet only here."""
    holders = dict(ground.holders)
    for holding, record in holdings(drafts, kinds):
        other = holders.setdefault(holding, standing[record].number)
        if other != standing[record].number:
            kind, name, _ = holding
            raise Refused(Reason("record.not-unique", {"kind": kind, "field": name, "other": other}))


def _require_erasable(drafts: Sequence[Draft], kept: Mapping[int, Kept]) -> None:
    """What is erased is there, is named once, and is not written to as well. Nothing current is left without its past:
    nobody would find the rest any more.
    """
    named = [sequence for draft in drafts for sequence in draft.erases]
    if gone := [s for s in named if s not in kept or named.count(s) > 1]:
        raise Refused(Reason("erasure.gone", {"entry": gone[0]}))
    if acts := [s for s in named if kept[s].erasing]:
        raise Refused(Reason("erasure.of-erasure", {"entry": acts[0]}))
    touched = {kept[sequence].record for sequence in named}
    if touched & {draft.record for draft in drafts}:
        raise Refused(Reason("erasure.written-too"))
    for record in touched:
        there = {sequence for sequence, content in kept.items() if content.record == record}
        if max(there) in named and not there <= set(named):
            raise Refused(Reason("erasure.in-part"))


def _require_next(draft: Draft, before: Standing) -> None:
    if before.erased:
        raise Refused(Reason("record.erased", {"record": before.number}))
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

    def __init__(self, ground: Ground, kinds: Kinds) -> None:
        self.taken, self.counters, self.kinds = ground.taken, dict(ground.counters), kinds
        self.given: set[str] = set()

    def give(self, draft: Draft) -> str:
        prefix = self.kinds[draft.kind].prefix
        number = draft.wanted_number or _numbered(prefix, self.counters.get(prefix, 0) + 1)
        match = NUMBER.match(number)
        if match is None or number != _numbered(prefix, int(match[2])):  # RSK-00012 is not another RSK-0012
            raise Refused(Reason("number.malformed", {"number": number, "prefix": prefix}))
        if number in self.taken or number in self.given:
            raise Refused(Reason("number.taken", {"number": number}))
        self.counters[prefix] = max(self.counters.get(prefix, 0), int(match[2]))
        self.given.add(number)
        return number


def _numbered(prefix: str, count: int) -> str:
    return f"{prefix}-{count:04d}"


def counted(numbers: Iterable[str]) -> dict[str, int]:
    """The highest count of each prefix among these numbers."""
    highest: dict[str, int] = {}
    for number in numbers:
        if match := NUMBER.match(number):
            highest[match[1]] = max(highest.get(match[1], 0), int(match[2]))
    return highest


def _written(
    draft: Draft, change: Change, *, time: datetime, sequence: int, number: str, previous: str, schema: int
) -> Written:
    signing = draft.signing
    if signing is not None and signing.proof is not None:
        _require_timely(signing.proof, time)
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
        signature=signing.proof if signing else None,
    ).to_bytes()
    salt = new_salt()
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
        signature=None
        if signing is None
        else {
            "meaning": signing.meaning,
            "assurance": signing.assurance.value,
            "roles": sorted(role.value for role in change.actor.roles),
        },
        simulation=change.simulation if sequence == 0 else None,
        fictional=change.fictional if sequence == 0 else None,
        erases=tuple(sorted(draft.erases)),
    ).to_bytes()
    sealed = Sealed(entry, leaf_of(entry), salt, content)
    return Written(sealed, *_agreeing(entry, content), draft)  # what could not be read back is never written


def _require_timely(proof: Mapping[str, Any], time: datetime) -> None:
    """What was signed names its time: it is recorded soon, or never. Raises Refused, or a Rejected for another form."""
    if (late := untimely(Proof.from_json(dict(proof)).statement.at, time)) is not None:
        raise Refused(late)


def read(sealed: Sealed, *, kinds: Kinds) -> tuple[Entry, Content | None]:
    """A sealed entry, and what it says; no content once it is erased.

    Raises NewerContent for what a later release wrote, and one of ``ledger.UNREADABLE`` for what cannot be read.
    """
    if sealed.content is None:
        return Entry.from_bytes(sealed.entry), None
    entry, content = _agreeing(sealed.entry, sealed.content)
    if content.kind in kinds and content.schema > kinds[content.kind].schema:
        raise NewerContent(f"{content.kind}, schema {content.schema}")
    return entry, content


def _agreeing(entry_bytes: bytes, content_bytes: bytes) -> tuple[Entry, Content]:
    entry, content = Entry.from_bytes(entry_bytes), Content.from_bytes(content_bytes)
    if (content.record, content.kind, content.version) != (entry.record, entry.kind, entry.version):
        raise ValueError("an entry and its content are about different versions")
    return entry, content
