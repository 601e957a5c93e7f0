"""What happened to a certificate or an accreditation: its chain of events, and the snapshot of all that a body issued.

Nothing about a person or an organisation stands here: a subject is the digest of its document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from standfirst.trust.canonical import MAX_INTEGER, JsonValue, canonical_bytes
from standfirst.trust.errors import Rejected
from standfirst.trust.members import BODY_ID, DIGEST, Members
from standfirst.trust.moments import instant_text

EVENT_FORM: Final = "standfirst-status-event/1"
SNAPSHOT_FORM: Final = "standfirst-status-snapshot/1"
REFERENCE_FORM: Final = "standfirst-snapshot-reference/1"

MOST_SUBJECTS: Final = 200_000
"""In one snapshot: more than any body has issued."""

MAX_BACKDATING: Final = timedelta(days=1)
"""How far an event's effect may lie before its decision: a day that is stated as such begins before the hour of the
decision, and in some zone a day earlier. Whoever wants an earlier effect has to decide earlier."""


class About(StrEnum):
    CERTIFICATE = "certificate"
    ACCREDITATION = "accreditation"


class Happening(StrEnum):
    """ISO/IEC 17021-1, 9.5 and 9.6; IAF MD 2 for transfers. ``voided``: as if it had never been (fraud)."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    REDUCED = "reduced"
    EXTENDED = "extended"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TRANSFERRED = "transferred"
    VOIDED = "voided"


class State(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TRANSFERRED = "transferred"
    VOIDED = "voided"


_H, _S = Happening, State

AFTER: Final[Mapping[State | None, Mapping[Happening, State]]] = {
    None: {_H.GRANTED: _S.ACTIVE},
    _S.ACTIVE: {
        _H.SUSPENDED: _S.SUSPENDED,
        _H.REDUCED: _S.ACTIVE,
        _H.EXTENDED: _S.ACTIVE,
        _H.RENEWED: _S.ACTIVE,
        _H.WITHDRAWN: _S.WITHDRAWN,
        _H.EXPIRED: _S.EXPIRED,
        _H.TRANSFERRED: _S.TRANSFERRED,
        _H.VOIDED: _S.VOIDED,
    },
    # 9.6.5: restored, reduced or withdrawn. A suspended certificate is never transferred (IAF MD 2).
    _S.SUSPENDED: {
        _H.RESTORED: _S.ACTIVE,
        _H.REDUCED: _S.ACTIVE,
        _H.WITHDRAWN: _S.WITHDRAWN,
        _H.EXPIRED: _S.EXPIRED,
        _H.VOIDED: _S.VOIDED,
    },
    # 9.6.3.2.5: recertified within six months of expiry.
    _S.EXPIRED: {_H.RENEWED: _S.ACTIVE, _H.VOIDED: _S.VOIDED},
    # What has ended stays ended; that it never was can still come out.
    _S.WITHDRAWN: {_H.VOIDED: _S.VOIDED},
    _S.TRANSFERRED: {_H.VOIDED: _S.VOIDED},
    _S.VOIDED: {},
}
"""Which event may follow in which state (None: before the first), and the state after it."""

_ONLY_CERTIFICATES: Final = frozenset({Happening.TRANSFERRED})


class StatusFlaw(StrEnum):
    """Why events are not the history of one subject, or a snapshot does not fit it."""

    NO_EVENTS = "status.no-events"
    OTHER_LOG = "status.other-log"
    OTHER_ISSUER = "status.other-issuer"
    OTHER_SUBJECT = "status.other-subject"
    OTHER_SORT = "status.other-sort"
    SEQUENCE = "status.sequence"
    PREVIOUS = "status.previous"
    NOT_ALLOWED = "status.not-allowed"
    BACKDATED = "status.backdated"
    DECIDED_EARLIER = "status.decided-earlier"
    EFFECTIVE_EARLIER = "status.effective-earlier"
    SUBJECTS_ORDER = "status.subjects-order"


class StatusRejected(Rejected):
    """Parameter ``sequence`` is the place of the event at fault in its chain, counted from 0."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to ``subject``, the digest of a certificate's or an accreditation's envelope."""

    log: str
    issuer: str
    about: About
    subject: str
    sequence: int
    event: Happening
    effective: datetime
    decided: datetime
    previous: str | None

    @classmethod
    def read(cls, payload: JsonValue) -> "Event":
        """Raises `DocumentRejected`."""
        found = Members(
            payload, "event", "form", "specimen", "log", "issuer", "about", "subject", "sequence", "event",
            "effective", "decided", "previous", "signed_with",
        )  # fmt: skip
        found.form(EVENT_FORM)
        found.specimen()
        return cls(
            log=found.text("log"),
            issuer=found.coded("issuer", BODY_ID),
            about=found.one_of("about", About),
            subject=found.coded("subject", DIGEST),
            sequence=found.integer("sequence", 0, 100_000),
            event=found.one_of("event", Happening),
            effective=found.instant("effective"),
            decided=found.instant("decided"),
            previous=None if found.raw("previous") is None else found.coded("previous", DIGEST),
        )


@dataclass(frozen=True, slots=True)
class Logged:
    """An event where it stands: the index and the hash (hexadecimal) of its leaf."""

    event: Event
    index: int
    leaf: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that is shown to have happened to one subject, in the order of the log."""

    entries: tuple[Logged, ...]
    states: tuple[State, ...]

    def state_at(self, moment: datetime) -> State | None:
        """The state at ``moment``, by when events took effect; None before the first. Void means void from the start."""
        if self.states[-1] is State.VOIDED:
            return State.VOIDED
        count = sum(1 for entry in self.entries if entry.event.effective <= moment)
        return self.states[count - 1] if count else None

    def below(self, size: int) -> "Chain":
        """What stood in the log when it had ``size`` leaves. May be empty, and then has no state."""
        count = sum(1 for entry in self.entries if entry.index < size)
        return Chain(self.entries[:count], self.states[:count])

    def since(self, moment: datetime) -> Iterable[Event]:
        """What takes effect after ``moment``."""
        return (entry.event for entry in self.entries if entry.event.effective > moment)

    def until(self, moment: datetime) -> Iterable[Event]:
        """What has taken effect by ``moment``."""
        return (entry.event for entry in self.entries if entry.event.effective <= moment)


def chained(entries: Sequence[Logged], *, log: str, issuer: str, about: About, subject: str) -> Chain:
    """The chain that ``entries``, in the order of the log, make: one whole history of one subject, of one issuer.

    Raises `StatusRejected` with the first that cannot be.
    """
    if not entries:
        raise StatusRejected(StatusFlaw.NO_EVENTS, {"about": about.value})
    asked = (
        (StatusFlaw.OTHER_SORT, "about", about),
        (StatusFlaw.OTHER_SUBJECT, "subject", subject),
        (StatusFlaw.OTHER_ISSUER, "issuer", issuer),
        (StatusFlaw.OTHER_LOG, "log", log),
    )
    for place, entry in enumerate(entries):
        for flaw, name, expected in asked:
            if (found := getattr(entry.event, name)) != expected:
                raise StatusRejected(
                    flaw, {"sequence": place, "found": str(found), "expected": str(expected)}
                )
    for place, entry in enumerate(entries):
        _check_link(place, entry, entries[place - 1] if place else None)
    for earlier, later in pairwise(entries):
        _check_times(earlier.event, later.event)
    return Chain(tuple(entries), _replayed(entries, about))


def _check_link(place: int, entry: Logged, before: Logged | None) -> None:
    """Each event names its place and the leaf before it: none can be left out in the middle, moved or doubled."""
    event = entry.event
    if event.sequence != place:
        raise StatusRejected(StatusFlaw.SEQUENCE, {"sequence": event.sequence, "expected": place})
    if event.previous != (before.leaf if before else None):
        raise StatusRejected(StatusFlaw.PREVIOUS, {"sequence": place})
    if event.decided - event.effective > MAX_BACKDATING:
        moments = {"effective": instant_text(event.effective), "decided": instant_text(event.decided)}
        raise StatusRejected(StatusFlaw.BACKDATED, {"sequence": place, "event": event.event.value, **moments})


def _check_times(earlier: Event, later: Event) -> None:
    if later.decided < earlier.decided:
        raise StatusRejected(StatusFlaw.DECIDED_EARLIER, {"sequence": later.sequence})
    if later.effective < earlier.effective:
        raise StatusRejected(StatusFlaw.EFFECTIVE_EARLIER, {"sequence": later.sequence})


def _replayed(entries: Sequence[Logged], about: About) -> tuple[State, ...]:
    states: list[State] = []
    for place, entry in enumerate(entries):
        before, event = states[-1] if states else None, entry.event.event
        after = AFTER[before].get(event)
        if after is None or (about is not About.CERTIFICATE and event in _ONLY_CERTIFICATES):
            known = {"event": event.value, "state": before.value if before else "not-granted"}
            raise StatusRejected(StatusFlaw.NOT_ALLOWED, {"sequence": place, **known})
        states.append(after)
    return tuple(states)


# --- snapshots ---


@dataclass(frozen=True, slots=True)
class Listed:
    """A subject's line in a snapshot: its state and the leaf of its last event."""

    state: State
    event: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The states of all that ``issuer`` issued when ``log`` had ``log_size`` leaves.

    A state is that after the subject's last event in the log's order, also where it takes effect later.
    """

    log: str
    log_size: int
    issuer: str
    about: About
    as_of: datetime
    subjects: Mapping[str, Listed]

    @classmethod
    def read(cls, payload: JsonValue) -> "Snapshot":
        """Raises `DocumentRejected`, `StatusRejected`."""
        found = Members(
            payload, "snapshot", "form", "specimen", "log", "log_size", "issuer", "about", "as_of", "subjects",
            "signed_with",
        )  # fmt: skip
        found.form(SNAPSHOT_FORM)
        found.specimen()
        return cls(
            log=found.text("log"),
            log_size=found.integer("log_size", 0, MAX_INTEGER),
            issuer=found.coded("issuer", BODY_ID),
            about=found.one_of("about", About),
            as_of=found.instant("as_of"),
            subjects=_subjects(found),
        )


def _subjects(found: Members) -> Mapping[str, Listed]:
    listed: dict[str, Listed] = {}
    last = ""
    for line in found.children("subjects", "subject", "state", "event", most=MOST_SUBJECTS):
        subject = line.coded("subject", DIGEST)
        if subject <= last:  # sorted, each once: one spelling of one list
            raise StatusRejected(StatusFlaw.SUBJECTS_ORDER, {"where": line.where})
        listed[subject] = Listed(line.one_of("state", State), line.coded("event", DIGEST))
        last = subject
    return listed


@dataclass(frozen=True, slots=True)
class Reference:
    """The leaf that a snapshot leaves in the log, so that nobody is shown a snapshot that others cannot see."""

    issuer: str
    snapshot: str

    @classmethod
    def read(cls, value: JsonValue, where: str) -> "Reference":
        """Raises `DocumentRejected`."""
        found = Members(value, where, "form", "issuer", "snapshot")
        found.form(REFERENCE_FORM)
        return cls(found.coded("issuer", BODY_ID), found.coded("snapshot", DIGEST))

    @property
    def leaf(self) -> bytes:
        """The bytes of the leaf."""
        return canonical_bytes({"form": REFERENCE_FORM, "issuer": self.issuer, "snapshot": self.snapshot})
