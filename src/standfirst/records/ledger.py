"""The organisation's ledger: who did what, when, to which record, as a Merkle log that shows every later change.

An entry's leaf is the RFC 9162 hash of its canonical bytes, and each entry names the leaf before it. The leaves stand
beside the entries, so that while the head's root vouches for the leaves, the first broken entry is named exactly. A
head that somebody noted elsewhere also shows truncation and a history rewritten from end to end.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    ``simulation`` stands in the first entry alone.
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
        return canonical_bytes(value)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Entry":
        """Raises :class:`Rejected` for bytes that are not canonical, ValueError or KeyError for another shape."""
        value: Any = parse_canonical(data)
        texts = ("deed", "actor", "kind", "record", "number", "commitment", "previous", "recorded_at")
        if not all(isinstance(value[name], str) for name in texts):
            raise ValueError("a ledger entry's fields are text")
        if not (type(value["sequence"]) is type(value["version"]) is int):
            raise ValueError("sequence and version are whole numbers")
        if datetime.fromisoformat(value["recorded_at"]).tzinfo is None:
            raise ValueError("a time has a zone")
        if (signature := value.get("signature")) is not None:
            _require_signature(signature)
        return cls(
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
        )


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


def check(ledger: Sequence[Sealed], head: Head, *, noted: Head | None = None) -> Break | None:
    """Prove a whole history, or name its first broken entry. ``noted`` is a head kept elsewhere.

    Steps: 1 length against the head; 2 each entry against its leaf; 3 its sequence and the leaf before; 4 its content
    against its commitment; 5 time does not go back; 6 the root; 7 the noted head's root at the noted size.
    """
    first = next(_breaks(ledger), None)
    if first is not None:
        return first
    if len(ledger) < head.size:
        return _break(len(ledger), "ledger.truncated", have=len(ledger), head=head.size)
    if len(ledger) > head.size:
        return _break(head.size, "ledger.beyond-head", have=len(ledger), head=head.size)
    leaves = [bytes.fromhex(sealed.leaf) for sealed in ledger]
    if merkle.root_of(leaves).hex() != head.root:
        return _break(0, "ledger.root", head=str(head))
    if noted is not None:
        if noted.size > len(ledger):
            return _break(len(ledger), "ledger.shorter-than-noted", have=len(ledger), noted=noted.size)
        if merkle.root_of(leaves[: noted.size]).hex() != noted.root:
            return _break(0, "ledger.other-than-noted", noted=str(noted))
    return None


def _breaks(ledger: Sequence[Sealed]) -> Iterator[Break]:
    previous, last_time = NO_LEAF, ""
    for sequence, sealed in enumerate(ledger):
        if leaf_of(sealed.entry) != sealed.leaf:
            yield _break(sequence, "ledger.entry-changed")
        try:
            value: Any = parse_canonical(sealed.entry)
            stated, before, time = value["sequence"], value["previous"], str(value["recorded_at"])
            committed = value["commitment"]
        except (Rejected, KeyError, TypeError):
            yield _break(sequence, "ledger.entry-unreadable")
            return
        if stated != sequence:
            yield _break(sequence, "ledger.out-of-order", stated=stated)
        if before != previous:
            yield _break(max(sequence - 1, 0), "ledger.replaced", sequence=sequence)
        if sealed.content is None:
            yield _break(sequence, "ledger.content-missing")
        elif len(sealed.salt) != SALT_SIZE or commitment_to(sealed.salt, sealed.content) != committed:
            yield _break(sequence, "ledger.content-changed")
        if time < last_time:
            yield _break(sequence, "ledger.time-back", time=time)
        previous, last_time = sealed.leaf, time


def _break(sequence: int, code: str, /, **parameters: str | int) -> Break:
    return Break(sequence, Reason(code, parameters))
