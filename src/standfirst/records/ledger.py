"""The organisation's ledger: who did what, when, to which record, as a Merkle log that shows every later change.

An entry's leaf is the RFC 9162 hash of its canonical bytes, and each entry names the leaf before it. The leaves stand
beside the entries, so that while the head's root vouches for the leaves, the first broken entry is named exactly. A
head that somebody noted elsewhere also shows truncation and a history rewritten from end to end.

Where the first broken entry cannot be named: the last entries were rewritten in one piece, leaves and all. They agree
with each other, and a root says that its leaves differ, not which. What is named then is the first entry that nothing
vouches for any more: the one after a noted head that still agrees, else the very first.

An entry may erase: it names earlier entries whose content and salt were destroyed with it. What they commit to can then
be neither read nor guessed, and the tree is the same. A content that is gone without such an entry was taken away. Where
the entry that erases is itself not vouched for, neither is that what it names was rightly erased.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from json.encoder import encode_basestring as _text  # RFC 8785 escapes as it does
from typing import Any, Final, TypeAlias

from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.trust import merkle
from standfirst.trust.canonical import MAX_INTEGER, canonical_bytes
from standfirst.trust.digests import SALT_SIZE, Domain, commitment
from standfirst.trust.errors import Rejected

UNREADABLE = (Rejected, ValueError, KeyError, TypeError, AttributeError)
"""What reading an entry or a content may raise: bytes that are not canonical, or a value of another shape."""

_RECORD: Final = Domain.RECORD.value  # looked up faster than the member, whose hash Python computes

NO_LEAF = "0" * 64  # what the first entry names as the leaf before it

REPLACED, MISSING = "ledger.replaced", "ledger.content-missing"


class Deed(StrEnum):
    """What can be done, as the ledger writes it."""

    FOUNDED = "organisation:founded"
    CREATED = "record:created"
    AMENDED = "record:amended"
    MOVED = "record:moved"
    SIGNED = "record:signed"  # by one of several who have to, before it moves
    IMPORTED = "record:imported"


_DEEDS: Final[Mapping[str, Deed]] = {deed.value: deed for deed in Deed}
_read: Final = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. ``actor`` is pseudonymous; what was written is only committed to.

    ``signature`` is {meaning, assurance, roles} where the deed left one: it is bound to ``commitment``.
    ``erases`` are the sequences, ascending, of entries whose contents were destroyed with this one. ``simulation`` and
    ``fictional`` stand in the first entry alone.
    """

    sequence: int
    recorded_at: datetime
    deed: Deed
    actor: str
    kind: str
    record: str
    number: str
    version: int
    commitment: str
    previous: str
    transition: str = ""
    signature: Mapping[str, Any] | None = None
    simulation: bool | None = None
    fictional: bool | None = None
    erases: tuple[int, ...] = ()

    @property
    def moved(self) -> str:
        """The transition that was taken here; empty where it was only signed for, by one of several who have to."""
        return "" if self.deed is Deed.SIGNED else self.transition

    def to_bytes(self) -> bytes:
        """The canonical bytes, member by member in their order: a ledger is read as fast as its entries are written."""
        erases = f',"erases":[{",".join(map(str, self.erases))}]' if self.erases else ""
        signature = "" if self.signature is None else f',"signature":{_object(self.signature)}'
        transition = f',"transition":{_text(self.transition)}' if self.transition else ""
        text = (
            f'{{"actor":{_text(self.actor)},"commitment":{_text(self.commitment)},"deed":{_text(self.deed)}'
            f'{erases}{_mark("fictional", self.fictional)},"kind":{_text(self.kind)}'
            f',"number":{_text(self.number)},"previous":{_text(self.previous)},"record":{_text(self.record)}'
            f',"recorded_at":"{self.recorded_at.isoformat()}","sequence":{self.sequence}'
            f'{signature}{_mark("simulation", self.simulation)}{transition},"version":{self.version}}}'
        )
        return text.encode() if text.isascii() else canonical_bytes(json.loads(text))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Entry":
        """Raises one of ``UNREADABLE``. What is read and written again as the same bytes was read right."""
        value = _value(data)
        whole = (value["sequence"], value["version"], *value.get("erases", ()))
        for number in whole:
            if type(number) is not int or abs(number) > MAX_INTEGER:
                raise ValueError("sequences and versions are whole numbers")
        if (time := datetime.fromisoformat(value["recorded_at"])).tzinfo is None:
            raise ValueError("a time has a zone")
        if (signature := value.get("signature")) is not None:
            _require_signature(signature)
        entry = cls(
            sequence=value["sequence"],
            recorded_at=time,
            deed=_DEEDS[value["deed"]],
            actor=value["actor"],
            kind=value["kind"],
            record=value["record"],
            number=value["number"],
            version=value["version"],
            commitment=value["commitment"],
            previous=value["previous"],
            transition=value.get("transition", ""),
            signature=signature,
            simulation=value.get("simulation"),
            fictional=value.get("fictional"),
            erases=whole[2:],
        )
        if entry.erases and not _ascending((-1, *entry.erases, entry.sequence)):
            raise ValueError("an entry erases earlier ones, each named once, in their order")
        if entry.to_bytes() != data:
            raise ValueError("an entry says what is read of it, and nothing else")
        return entry


def _value(data: bytes) -> Any:
    """What stands behind it is not looked at: who writes the value again finds that the bytes are others."""
    try:
        return _read(data.decode())[0]
    except RecursionError:
        raise ValueError("an entry is not that deep") from None


def _object(value: Mapping[str, Any]) -> str:
    return canonical_bytes(dict(value)).decode()


def _mark(name: str, value: bool | None) -> str:
    return "" if value is None else f',"{name}":{"true" if value else "false"}'


def _ascending(numbers: Sequence[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _require_signature(value: Any) -> None:
    Assurance(value["assurance"])
    if not isinstance(value["meaning"], str) or not all(isinstance(role, str) for role in value["roles"]):
        raise ValueError("a signature has a meaning and roles")


@dataclass(frozen=True, slots=True)
class Head:
    """How long the ledger is, and the Merkle root that commits to all of it."""

    size: int
    root: str

    def __str__(self) -> str:
        return f"{self.size}:{self.root}"


EMPTY = Head(0, merkle.root_of([]).hex())


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry as stored: its bytes, its leaf, and the content that it commits to. Once erased: no salt, and None."""

    entry: bytes
    leaf: str
    salt: bytes
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing in a ledger that does not hold; ``sequence`` counts from 0."""

    sequence: int
    reason: Reason


def leaf_of(entry: bytes) -> str:
    return merkle.leaf_hash(entry).hex()


def commitment_to(salt: bytes, content: bytes) -> str:
    return commitment(_RECORD, salt, content).hex()


def head_of(ledger: Sequence[Sealed]) -> Head:
    """The head that these leaves give, whatever any other says. Empty root where a leaf is no leaf."""
    return Head(len(ledger), _root(ledger))


History: TypeAlias = Iterable[Sealed]
"""A ledger as it is stored, entry by entry; read from its beginning each time, so a generator will not do."""


Seen: TypeAlias = Callable[["Sealed", "Entry"], None]
"""Is handed each entry that holds so far, together with what it was read from."""


def check(
    history: History, head: Head, *, noted: Sequence[Head] = (), seen: Seen | None = None
) -> Break | None:
    """Prove a whole history, or name its first broken entry. ``noted`` are heads kept elsewhere, of any size.

    One pass, that remembers the tree's peaks and a few numbers for each erased content; a second where it is broken.

    Steps: 1 each entry against its leaf; 2 its sequence and the leaf before; 3 its content against its commitment;
    4 time does not go back; 5 what it erases is gone; 6 what is gone was erased; 7 length against the head; 8 the root;
    9 each noted head's root at its size.
    """
    if isinstance(history, Iterator):
        raise TypeError("a history is read again where it is broken")
    reading = _Reading({one.size for one in noted}, seen)
    for sealed in history:
        if (broken := reading.take(sealed)) is not None:
            return _first(broken, reading, history, head)
    if missing := reading.unexplained(reading.tree.size):
        return _break(min(missing), MISSING)
    return _against(reading, head, noted)


class _Reading:
    """How far a history has been read, and what has to be remembered of it."""

    def __init__(self, sizes: set[int], seen: Seen | None) -> None:
        self.tree = merkle.CompactRange()
        self.roots = {0: EMPTY.root}  # at the sizes that are asked for
        self.gone: dict[int, int | None] = {}  # sequences without content, and which entry erased each
        self.erasing: set[int] = set()
        self._sizes, self._seen = sizes, seen
        self._previous = NO_LEAF
        self._last_time: datetime | None = None

    def take(self, sealed: Sealed) -> Break | None:
        """The next entry; what does not hold there, or what it shows not to hold before."""
        sequence = self.tree.size
        leaf = merkle.leaf_hash(sealed.entry)
        if leaf.hex() != sealed.leaf:
            return _break(sequence, "ledger.entry-changed")
        try:
            entry = Entry.from_bytes(sealed.entry)
        except UNREADABLE:
            return _break(sequence, "ledger.entry-unreadable")
        if entry.sequence != sequence:
            return _break(sequence, "ledger.out-of-order", stated=entry.sequence)
        if entry.previous != self._previous:
            return _break(sequence, REPLACED)
        if sealed.content is None and not sealed.salt:
            self.gone[sequence] = None
        elif not _committed(sealed, entry):
            return _break(sequence, "ledger.content-changed")
        if self._last_time is not None and entry.recorded_at < self._last_time:
            return _break(sequence, "ledger.time-back", time=entry.recorded_at.isoformat())
        if entry.erases and (broken := self._erase(entry)) is not None:
            return broken
        self._previous, self._last_time = sealed.leaf, entry.recorded_at
        self._add(leaf)
        if self._seen is not None:
            self._seen(sealed, entry)
        return None

    def _add(self, leaf: bytes) -> None:
        self.tree.append(leaf)
        if self.tree.size in self._sizes:
            self.roots[self.tree.size] = self.tree.root().hex()

    def _erase(self, entry: Entry) -> Break | None:
        for sequence in entry.erases:
            if sequence in self.erasing:  # else nobody could say any more why something is gone
                return _break(entry.sequence, "ledger.erases-erasure", erased=sequence)
            if sequence not in self.gone:
                return _break(sequence, "ledger.erased-content-there", by=entry.sequence)
            if self.gone[sequence] is not None:
                return _break(entry.sequence, "ledger.erased-twice", erased=sequence)
            self.gone[sequence] = entry.sequence
        self.erasing.add(entry.sequence)
        return None

    def unexplained(self, start: int, erased: Collection[int] = ()) -> list[int]:
        """Contents that are gone where neither an entry before ``start`` erased them, nor one that is vouched for."""
        gone = self.gone.items()
        return [n for n, by in gone if (by is None or by >= start) and n not in erased]

    def unvouched(self, start: int) -> int:
        """The first entry that nothing vouches for, where nothing does from ``start`` on."""
        return min([start, *self.unexplained(start)])


def _committed(sealed: Sealed, entry: Entry) -> bool:
    """Whether a content stands there, with its salt, and is the one that the entry commits to."""
    return (
        sealed.content is not None
        and len(sealed.salt) == SALT_SIZE
        and commitment_to(sealed.salt, sealed.content) == entry.commitment
    )


def _against(reading: _Reading, head: Head, noted: Sequence[Head]) -> Break | None:
    """Entries that all hold, against the heads."""
    have = reading.tree.size
    if have < head.size:
        return _break(have, "ledger.truncated", have=have, head=head.size)
    if have > head.size:
        return _break(reading.unvouched(head.size), "ledger.beyond-head", have=have, head=head.size)
    agreed = {one.size for one in noted if reading.roots.get(one.size) == one.root}
    if reading.tree.root().hex() != head.root:
        return _break(reading.unvouched(max(agreed, default=0)), "ledger.root", head=str(head))
    for one in sorted(noted, key=lambda one: one.size):
        if one.size > have:
            return _break(have, "ledger.shorter-than-noted", have=have, noted=one.size)
        if reading.roots[one.size] != one.root:
            vouched = max((size for size in agreed if size < one.size), default=0)
            return _break(reading.unvouched(vouched), "ledger.other-than-noted", noted=str(one))
    return None


# --- where it is broken ---


def _first(met: Break, reading: _Reading, history: History, head: Head) -> Break:
    """The first break of a history where ``met`` is the first that was met: later entries tell of earlier ones.

    They tell which entry was replaced, if one was, and which contents before are rightly gone.
    """
    start = at = reading.tree.size
    look = _Look(history, at)
    if met.reason.code == REPLACED:
        start = at if look.differ and look.told.gives(head) else max(at - 1, 0)
        met = _break(start, REPLACED, sequence=min(start + 1, look.size - 1))
    erased = next((way.erased for way in (look.stated, look.told) if way.gives(head)), {})
    missing = [_break(n, MISSING) for n in reading.unexplained(start, erased)]
    there = [n for n in erased if n < at and n not in reading.gone and n not in reading.erasing]
    still = [_break(n, "ledger.erased-content-there", by=erased[n]) for n in there]
    return min([*missing, met, *still], key=lambda one: one.sequence)


class _Look:
    """A second reading. Each entry tells the leaf before it, also where that one was replaced together with its entry.

    So the leaves can be taken in two ways: as they are stated, and from entry ``at`` on as the entry after each tells
    it. If the leaves as told give the head's root, and those stated do not, then the leaf before ``at`` is true and the
    word of ``at`` is not. Else it is the one before, or cannot be told, and the earlier of the two is named.
    """

    def __init__(self, history: History, at: int) -> None:
        self.stated, self.told, self.differ, self.size = _Way(), _Way(), False, 0
        before: Sealed | None = None
        entry: Entry | None = None
        for sealed in history:
            after = _entry(sealed) if self.size >= at else None
            if before is not None:
                told = after.previous if after is not None and self.size > at else before.leaf
                self._take(before, entry, told)
            before, entry = sealed, after
            self.size += 1
        if before is not None:
            self._take(before, entry, before.leaf)

    def _take(self, sealed: Sealed, entry: Entry | None, told: str) -> None:
        true = leaf_of(sealed.entry) if entry is not None else ""
        self.stated.take(sealed.leaf, entry if true == sealed.leaf else None)
        self.told.take(told, entry if true == told else None)
        self.differ |= told != sealed.leaf


class _Way:
    """Leaves taken in one way. ``erased``: what the entries that have those leaves erase, and which of them does."""

    def __init__(self) -> None:
        self.tree = merkle.CompactRange()
        self.erased: dict[int, int] = {}
        self._whole = True

    def take(self, leaf: str, entry: Entry | None) -> None:
        try:
            self.tree.append(bytes.fromhex(leaf))
        except (Rejected, ValueError):
            self._whole = False
        if entry is not None:
            self.erased |= dict.fromkeys(entry.erases, entry.sequence)

    def gives(self, head: Head) -> bool:
        return self._whole and self.tree.root().hex() == head.root


def _entry(sealed: Sealed) -> Entry | None:
    with suppress(*UNREADABLE):
        return Entry.from_bytes(sealed.entry)
    return None


def _root(ledger: Sequence[Sealed]) -> str:
    """Empty where a leaf is no leaf."""
    try:
        return merkle.root_of(bytes.fromhex(sealed.leaf) for sealed in ledger).hex()
    except (Rejected, ValueError):
        return ""


def _break(sequence: int, code: str, /, **parameters: str | int) -> Break:
    return Break(sequence, Reason(code, parameters))
