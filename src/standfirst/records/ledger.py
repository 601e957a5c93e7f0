"""The organisation's ledger: who did what, when, to which record, as a Merkle log that shows every later change.

An entry's leaf is the RFC 9162 hash of its canonical bytes, and each entry names the leaf before it. The leaves stand
beside the entries, so that while the head's root vouches for the leaves, the first broken entry is named exactly. A
head that somebody noted elsewhere also shows truncation and a history rewritten from end to end.

Where the first broken entry cannot be named: the last entries were rewritten in one piece, leaves and all. They agree
with each other, and a root says that its leaves differ, not which. What is named then is the first entry that nothing
vouches for any more: the one after a noted head that still agrees, else the very first.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.trust import merkle
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.digests import SALT_SIZE, Domain, commitment
from standfirst.trust.errors import Rejected

UNREADABLE = (Rejected, ValueError, KeyError, TypeError, AttributeError)
"""What reading an entry or a content may raise: bytes that are not canonical, or a value of another shape."""

NO_LEAF = "0" * 64  # what the first entry names as the leaf before it


class Deed(StrEnum):
    """What can be done, as the ledger writes it."""

    FOUNDED = "organisation:founded"
    CREATED = "record:created"
    AMENDED = "record:amended"
    MOVED = "record:moved"
    IMPORTED = "record:imported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. ``actor`` is pseudonymous; what was written is only committed to.

    ``signature`` is {meaning, assurance, roles} where the deed left one: it is bound to ``commitment``.
    ``simulation`` and ``fictional`` stand in the first entry alone.
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

    def to_bytes(self) -> bytes:
        value: dict[str, Any] = {
            "sequence": self.sequence,
            "recorded_at": self.recorded_at.isoformat(),
            "deed": self.deed.value,
            "actor": self.actor,
            "kind": self.kind,
            "record": self.record,
            "number": self.number,
            "version": self.version,
            "commitment": self.commitment,
            "previous": self.previous,
        }
        if self.transition:
            value["transition"] = self.transition
        if self.signature is not None:
            value["signature"] = dict(self.signature)
        if self.simulation is not None:
            value["simulation"] = self.simulation
        if self.fictional is not None:
            value["fictional"] = self.fictional
        return canonical_bytes(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Entry":
        """Raises one of ``UNREADABLE``."""
        value: Any = parse_canonical(data)
        texts = ("deed", "actor", "kind", "record", "number", "commitment", "previous", "recorded_at")
        if not all(
            isinstance(text, str) for text in (*(value[n] for n in texts), value.get("transition", ""))
        ):
            raise ValueError("a ledger entry's fields are text")
        if not (type(value["sequence"]) is type(value["version"]) is int):
            raise ValueError("sequence and version are whole numbers")
        if datetime.fromisoformat(value["recorded_at"]).tzinfo is None:
            raise ValueError("a time has a zone")
        if (signature := value.get("signature")) is not None:
            _require_signature(signature)
        if not all(type(value.get(mark, True)) is bool for mark in ("simulation", "fictional")):
            raise ValueError("simulation and fictional are true or false")
        entry = cls(
            sequence=value["sequence"],
            recorded_at=datetime.fromisoformat(value["recorded_at"]),
            deed=Deed(value["deed"]),
            actor=value["actor"],
            kind=value["kind"],
            record=value["record"],
            number=value["number"],
            version=value["version"],
            commitment=value["commitment"],
            previous=value["previous"],
            transition=value.get("transition", ""),
            signature=value.get("signature"),
            simulation=value.get("simulation"),
            fictional=value.get("fictional"),
        )
        if entry.to_bytes() != data:
            raise ValueError("an entry says what is read of it, and nothing else")
        return entry


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
    """One entry as stored: its bytes, its leaf, and the content that it commits to (None once erased)."""

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
    return commitment(Domain.RECORD, salt, content).hex()


def head_of(ledger: Sequence[Sealed]) -> Head:
    """The head that these leaves give, whatever any other says. Empty root where a leaf is no leaf."""
    return Head(len(ledger), _root(ledger))


def check(ledger: Sequence[Sealed], head: Head, *, noted: Head | None = None) -> Break | None:
    """Prove a whole history, or name its first broken entry. ``noted`` is a head kept elsewhere.

    Steps: 1 each entry against its leaf; 2 its sequence and the leaf before; 3 its content against its commitment;
    4 time does not go back; 5 length against the head; 6 the root; 7 the noted head's root at the noted size.
    """
    first = next(_breaks(ledger, head), None)
    if first is not None:
        return first
    if len(ledger) < head.size:
        return _break(len(ledger), "ledger.truncated", have=len(ledger), head=head.size)
    if len(ledger) > head.size:
        return _break(head.size, "ledger.beyond-head", have=len(ledger), head=head.size)
    agreed = noted is not None and noted.size <= len(ledger) and _root(ledger[: noted.size]) == noted.root
    if _root(ledger) != head.root:
        return _break(noted.size if noted and agreed else 0, "ledger.root", head=str(head))
    if noted is None or agreed:
        return None
    if noted.size > len(ledger):
        return _break(len(ledger), "ledger.shorter-than-noted", have=len(ledger), noted=noted.size)
    return _break(0, "ledger.other-than-noted", noted=str(noted))


def _breaks(ledger: Sequence[Sealed], head: Head) -> Iterator[Break]:
    previous = NO_LEAF
    last_time: datetime | None = None
    for sequence, sealed in enumerate(ledger):
        if leaf_of(sealed.entry) != sealed.leaf:
            yield _break(sequence, "ledger.entry-changed")
        try:
            entry = Entry.from_bytes(sealed.entry)
        except UNREADABLE:
            yield _break(sequence, "ledger.entry-unreadable")
            return
        if entry.sequence != sequence:
            yield _break(sequence, "ledger.out-of-order", stated=entry.sequence)
        if entry.previous != previous:
            replaced = _replaced(ledger, sequence, head)
            yield _break(replaced, "ledger.replaced", sequence=min(replaced + 1, len(ledger) - 1))
        if sealed.content is None:
            yield _break(sequence, "ledger.content-missing")
        elif len(sealed.salt) != SALT_SIZE or commitment_to(sealed.salt, sealed.content) != entry.commitment:
            yield _break(sequence, "ledger.content-changed")
        if last_time is not None and entry.recorded_at < last_time:
            yield _break(sequence, "ledger.time-back", time=entry.recorded_at.isoformat())
        previous, last_time = sealed.leaf, entry.recorded_at


def _replaced(ledger: Sequence[Sealed], at: int, head: Head) -> int:
    """Entry ``at`` names another leaf than the one before it: which of the two was replaced, together with its leaf?

    Each entry tells the leaf before it, also where that one was replaced. If the leaves as the later entries tell them
    give the head's root, and those that stand there do not, then the leaf before ``at`` is true and the word of ``at``
    is not. Else it is the one before, or cannot be told, and the earlier of the two is named.
    """
    leaves = [sealed.leaf for sealed in ledger]
    told = list(leaves)
    for sequence in range(at + 1, len(ledger)):
        with suppress(*UNREADABLE):
            told[sequence - 1] = Entry.from_bytes(ledger[sequence].entry).previous
    return at if told != leaves and _root_of(told) == head.root else max(at - 1, 0)


def _root(ledger: Sequence[Sealed]) -> str:
    return _root_of([sealed.leaf for sealed in ledger])


def _root_of(leaves: Sequence[str]) -> str:
    """Empty where a leaf is no leaf."""
    try:
        return merkle.root_of(map(bytes.fromhex, leaves)).hex()
    except (Rejected, ValueError):
        return ""


def _break(sequence: int, code: str, /, **parameters: str | int) -> Break:
    return Break(sequence, Reason(code, parameters))
