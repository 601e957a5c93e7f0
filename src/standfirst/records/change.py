"""A change: all that one deed does. A deed is pure and returns one; the store commits it whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from standfirst.records.actor import Actor
from standfirst.records.body import Body as RecordBody
from standfirst.records.kind import Body, Kind
from standfirst.records.ledger import Deed
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature that a deed leaves: what it means and how surely it is bound to the actor.

    ``proof`` is what shows it, as ``signing.Proof.as_json`` writes it; None for one that is only declared.
    """

    meaning: str
    assurance: Assurance
    proof: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One new version. ``expected`` is the version it follows, 0 for a new record; the store refuses any other.

    ``wanted_number`` asks for a free number of the organisation's own; without it the store counts on. ``erases`` are
    the sequences of entries whose content and salt are destroyed in the same commit.
    """

    deed: Deed
    record: str
    kind: str
    expected: int
    state: str
    body: Body
    why: str
    serves: tuple[str, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    transition: str = ""
    signing: Signing | None = None
    wanted_number: str = ""
    origin: Mapping[str, Any] | None = None
    erases: tuple[int, ...] = ()


def begun(kind: Kind, body: RecordBody, why: str) -> Draft:
    """The first version of a new record that a deed leaves past the pen, whose guards keep hands off its kind."""
    return Draft(
        deed=Deed.CREATED,
        record=str(uuid4()),
        kind=kind.name,
        expected=0,
        state=kind.lifecycle.initial,
        body=body.values(),
        why=why,
    )


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a record is also kept as a working file: once committed, its id and number are written there.

    ``state`` too, unless empty. A store without working files passes stamps over.
    """

    record: str
    file: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    actor: Actor
    drafts: tuple[Draft, ...]
    simulation: bool | None = None  # said once, by the change that founds the ledger
    fictional: bool = False  # said with it: an invented organisation
    stamps: tuple[Stamp, ...] = ()


class Refused(Exception):
    """A deed that may not be done, with its reason (who, when, what must hold)."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.code)


class Conflict(Refused):
    """Somebody else has written in between: the version that the deed follows is no longer the current one."""
