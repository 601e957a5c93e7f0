"""Steps 7 to 9: what happened to certificate and accreditation, and the snapshots that leave nothing out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final

from standfirst.trust.digests import Domain
from standfirst.trust.envelope import Envelope, opened
from standfirst.trust.keys import Algorithm, PublicKey
from standfirst.trust.moments import instant_text
from standfirst.trust.status import About, Chain, Event, Logged, Reference, Snapshot, chained
from standfirst.trust.steps.case import Case, Contradiction
from standfirst.trust.verdict import Status

MAX_LOGGING_DELAY: Final = timedelta(days=7)
"""How long after its decision an event may still be missing from the log, as far as what stands before it there
shows it: a snapshot, or another event, of whichever issuer."""

MAX_BEHIND: Final = 16
"""Entries between what a snapshot covers and its own place in the log. An issuer takes a snapshot at the head of the log
as it stands, and only what others log in the same minutes comes between. A young snapshot of an old log would hide what
its issuer has logged since.

An issuer can still lie about its own subjects at the right size: nothing in one bundle shows that. Whoever replays every
event of the log (`standfirst.log.monitor`) finds it.
"""


class HistoryFlaw(StrEnum):
    EVENT_OF_NOBODY = "history.event-of-nobody"
    SNAPSHOT_OTHER_ISSUER = "snapshot.other-issuer"
    SNAPSHOT_OTHER_SORT = "snapshot.other-sort"
    SNAPSHOT_OTHER_LOG = "snapshot.other-log"
    SNAPSHOT_BEYOND_LOG = "snapshot.beyond-log"
    SNAPSHOT_NOT_LOGGED = "snapshot.not-logged"
    SNAPSHOT_LOGGED_BEFORE = "snapshot.logged-before"
    SNAPSHOT_BEHIND_LOG = "snapshot.behind-log"
    SNAPSHOT_OF_NOBODY = "snapshot.reference-of-nobody"
    SUBJECT_MISSING = "snapshot.subject-missing"
    SUBJECT_LATER = "snapshot.subject-later"
    SUBJECT_EARLY = "snapshot.subject-early"
    OTHER_STATE = "snapshot.other-state"
    OTHER_EVENT = "snapshot.other-event"
    DECIDED_AFTER = "snapshot.decided-after"
    LOGGED_LATE = "snapshot.logged-late"
    OUT_OF_ORDER = "history.out-of-order"


def replay_certificate(case: Case) -> None:
    """7. The certificate's events: signed by its body, a whole chain, in an order that can be.

    What is neither the body's nor the root's has no place in the bundle.
    """
    known = {key.id for key in (*case.accreditation.keys, *case.root.keys)}
    for leaf, content in zip(case.bundle.leaves, case.bundle.contents, strict=True):
        if isinstance(content, Envelope) and not _signers(content) & known:
            raise Contradiction(HistoryFlaw.EVENT_OF_NOBODY, {"index": leaf.index})
    case.certificate_chain = chained(
        list(_events(case, case.accreditation.keys, case.policy.body_required)),
        log=case.checkpoint.origin,
        issuer=case.accreditation.body.id,
        about=About.CERTIFICATE,
        subject=case.bundle.certificate_digest,
    )


def replay_accreditation(case: Case) -> None:
    """8. The accreditation's events: signed by the root, else as step 7."""
    case.accreditation_chain = chained(
        list(_events(case, case.root.keys, case.root.required)),
        log=case.checkpoint.origin,
        issuer=case.root.id,
        about=About.ACCREDITATION,
        subject=case.bundle.accreditation_digest,
    )


def _events(case: Case, keys: Sequence[PublicKey], required: frozenset[Algorithm]) -> Iterator[Logged]:
    """The events of whoever has ``keys``, in the order of the log. No key is both the body's and the root's."""
    own = {key.id for key in keys}
    for leaf, content in zip(case.bundle.leaves, case.bundle.contents, strict=True):
        if isinstance(content, Envelope) and _signers(content) & own:
            payload = opened(content, keys, required=required, domain=Domain.STATUS_EVENT)
            yield Logged(Event.read(payload), leaf.index, leaf.hash.hex())


def _signers(envelope: Envelope) -> set[str]:
    return {signature.key for signature in envelope.signatures}


# --- snapshots ---


def verify_snapshots(case: Case) -> None:
    """9. Each issuer's snapshot is signed, stands in the log, lists the subject, and says what its events say."""
    bundle, accreditation, root = case.bundle, case.accreditation, case.root
    certificates = _opened(bundle.certificate_snapshot, accreditation.keys, case.policy.body_required)
    accreditations = _opened(bundle.accreditation_snapshot, root.keys, root.required)
    references = {
        content.snapshot: (leaf.index, content.issuer)
        for leaf, content in zip(bundle.leaves, bundle.contents, strict=True)
        if isinstance(content, Reference)
    }
    asked = (
        (certificates, bundle.certificate_snapshot_digest, About.CERTIFICATE, accreditation.body.id),
        (accreditations, bundle.accreditation_snapshot_digest, About.ACCREDITATION, root.id),
    )
    for snapshot, digest, about, issuer in asked:
        _check_place(case, snapshot, about, issuer)
        _check_reference(case, snapshot, references.pop(digest, None), issuer)
    for index, _ in references.values():
        raise Contradiction(HistoryFlaw.SNAPSHOT_OF_NOBODY, {"index": index})
    _check_subject(case, certificates, case.certificate_chain, case.bundle.certificate_digest)
    _check_subject(case, accreditations, case.accreditation_chain, case.bundle.accreditation_digest)
    chains = case.certificate_chain, case.accreditation_chain
    _check_decisions((certificates, accreditations), chains)
    _check_order(chains)
    case.snapshots = (certificates, accreditations)
    case.shown.snapshot_as_of = certificates.as_of


def _opened(envelope: Envelope, keys: Sequence[PublicKey], required: frozenset[Algorithm]) -> Snapshot:
    return Snapshot.read(opened(envelope, keys, required=required, domain=Domain.STATUS_SNAPSHOT))


def _check_place(case: Case, snapshot: Snapshot, about: About, issuer: str) -> None:
    who = {"about": about.value}
    if snapshot.about is not about:
        raise Contradiction(HistoryFlaw.SNAPSHOT_OTHER_SORT, who)
    if snapshot.issuer != issuer:
        raise Contradiction(
            HistoryFlaw.SNAPSHOT_OTHER_ISSUER, {**who, "found": snapshot.issuer, "expected": issuer}
        )
    if snapshot.log != case.checkpoint.origin:
        names = {"found": snapshot.log, "expected": case.checkpoint.origin}
        raise Contradiction(HistoryFlaw.SNAPSHOT_OTHER_LOG, {**who, **names})
    if snapshot.log_size > case.checkpoint.size:
        sizes = {"size": snapshot.log_size, "log_size": case.checkpoint.size}
        raise Contradiction(HistoryFlaw.SNAPSHOT_BEYOND_LOG, {**who, **sizes})


def _check_reference(case: Case, snapshot: Snapshot, reference: tuple[int, str] | None, issuer: str) -> None:
    """What the issuer shows to one, it has shown to all: the snapshot's digest stands in the log, soon after what it covers."""
    who = {"about": snapshot.about.value}
    if reference is None or reference[1] != issuer:
        raise Contradiction(HistoryFlaw.SNAPSHOT_NOT_LOGGED, who)
    if reference[0] < snapshot.log_size:
        sizes = {"index": reference[0], "size": snapshot.log_size}
        raise Contradiction(HistoryFlaw.SNAPSHOT_LOGGED_BEFORE, {**who, **sizes})
    behind = reference[0] - snapshot.log_size
    if behind > MAX_BEHIND:
        case.doubt(Status.UNKNOWN, HistoryFlaw.SNAPSHOT_BEHIND_LOG, **who, behind=behind, limit=MAX_BEHIND)


def _check_subject(case: Case, snapshot: Snapshot, chain: Chain, subject: str) -> None:
    """The snapshot's line about the subject is the replay of the events below its size: none was left out before it."""
    who = {"about": snapshot.about.value}
    before = chain.below(snapshot.log_size)
    listed = snapshot.subjects.get(subject)
    if not before.states:
        if listed is not None:
            raise Contradiction(HistoryFlaw.SUBJECT_EARLY, who)
        case.doubt(Status.UNKNOWN, HistoryFlaw.SUBJECT_LATER, **who)
    elif listed is None:
        raise Contradiction(HistoryFlaw.SUBJECT_MISSING, who)
    elif listed.event != before.entries[-1].leaf:
        raise Contradiction(HistoryFlaw.OTHER_EVENT, {**who, "state": listed.state.value})
    elif listed.state is not before.states[-1]:
        states = {"state": listed.state.value, "replayed": before.states[-1].value}
        raise Contradiction(HistoryFlaw.OTHER_STATE, {**who, **states})


def _check_decisions(snapshots: Sequence[Snapshot], chains: Sequence[Chain]) -> None:
    """What stands below a snapshot was decided before it; what stands after it was not decided long before it.

    The first is asked of an issuer's own events, by its own clock; the second of those of both.
    """
    for snapshot, own in zip(snapshots, chains, strict=True):
        for entry in (entry for chain in chains for entry in chain.entries):
            below, decided = entry.index < snapshot.log_size, entry.event.decided
            if below and entry in own.entries and decided > snapshot.as_of:
                raise _misdated(HistoryFlaw.DECIDED_AFTER, entry.event, as_of=snapshot.as_of)
            if not below and decided < snapshot.as_of - MAX_LOGGING_DELAY:
                raise _misdated(HistoryFlaw.LOGGED_LATE, entry.event, as_of=snapshot.as_of)


def _check_order(chains: Sequence[Chain]) -> None:
    """The log's order against the decisions: what was decided long before an event would stand before it in the log."""
    entries = sorted((entry for chain in chains for entry in chain.entries), key=lambda entry: entry.index)
    latest = accumulate((entry.event.decided for entry in entries), max)
    for before, entry in zip(latest, entries[1:], strict=False):
        if entry.event.decided < before - MAX_LOGGING_DELAY:
            raise _misdated(HistoryFlaw.OUT_OF_ORDER, entry.event, before=before)


def _misdated(flaw: HistoryFlaw, event: Event, **moments: datetime) -> Contradiction:
    told = {name: instant_text(moment) for name, moment in moments.items()}
    return Contradiction(flaw, {"event": event.event.value, "decided": instant_text(event.decided), **told})
