"""Steps 7 to 9: events invented, left out, moved, back-dated; snapshots exchanged, stale, or saying something else."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.verification.world import (
    AS_OF,
    AT,
    BODY,
    DECIDED,
    GRANTED,
    ORIGIN,
    RECOGNISED,
    ROOT,
    SPRING,
    WITNESSED,
    WITNESSES,
    Happened,
    Log,
    Parts,
    Tale,
    answer,
    asked,
    body_keys,
    checkpoint,
    honest,
    key,
    log_signer,
    moment,
    root_keys,
    sealed,
    told,
)

from standfirst.trust.bundle import BundleRejected, Leaf
from standfirst.trust.digests import Domain
from standfirst.trust.keys import Algorithm
from standfirst.trust.status import Reference

AFTER = AS_OF + timedelta(minutes=1)
SUSPENDED = Happened("suspended", SPRING)


def events(*happened: Happened) -> Tale:
    return Tale(events=happened)


def lied(**changes: Any) -> Happened:
    """The granting event with a lie in it."""
    return Happened("granted", DECIDED, GRANTED.effective, changes)


# --- 7 the certificate's events --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (lied(log="log.elsewhere.example"), "status.other-log"),
        (lied(issuer=ROOT), "status.other-issuer"),
        (lied(about="accreditation"), "status.other-sort"),
        (lied(subject="00" * 32), "status.other-subject"),
        (lied(sequence=1), "status.sequence"),
        (lied(previous="00" * 32), "status.previous"),
        (lied(event="restored"), "status.not-allowed"),
        (lied(event="vanished"), "document.wrong-value"),
        (lied(sequence=-1), "document.out-of-range"),
        (lied(specimen=False), "document.not-a-specimen"),
        (lied(form="standfirst-status-event/2"), "document.later-form"),
        (lied(person="Ada Auditor"), "document.member-unknown"),
        (lied(decided="2026-06-01"), "document.not-an-instant"),
        (lied(effective="2026-06-31T00:00:00Z"), "document.not-an-instant"),
        (Happened("granted", DECIDED, DECIDED - timedelta(days=1, seconds=1)), "status.backdated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_that_cannot_be(event: Happened, code: str) -> None:
    assert answer(told(events(event))) == ("NOT VALID", "certificate-history", code)


def test_an_event_signed_by_nobody_of_the_two() -> None:
    mallory = [key("mallory", algorithm) for algorithm in (Algorithm.ED25519, Algorithm.ML_DSA_65)]
    forged = events(Happened("granted", DECIDED, GRANTED.effective, keys=mallory))
    assert answer(told(forged)) == ("NOT VALID", "certificate-history", "history.event-of-nobody")


def test_an_event_signed_half_by_somebody_else() -> None:
    mixed = [body_keys()[0], key("mallory", Algorithm.ML_DSA_65)]
    forged = events(Happened("granted", DECIDED, GRANTED.effective, keys=mixed))
    assert answer(told(forged)) == ("NOT VALID", "certificate-history", "envelope.unknown-key")


def test_an_event_signed_with_one_algorithm() -> None:
    forged = events(Happened("granted", DECIDED, GRANTED.effective, keys=body_keys()[:1]))
    assert answer(told(forged)) == ("NOT VALID", "certificate-history", "envelope.required-missing")


def test_keys_of_both_bodies_under_one_event() -> None:
    mixed = [root_keys()[0], body_keys()[1]]
    forged = events(Happened("granted", DECIDED, GRANTED.effective, keys=mixed))
    assert answer(told(forged)) == ("NOT VALID", "certificate-history", "envelope.unknown-key")


def test_the_root_cannot_grant_and_the_body_cannot_be_its_own_root() -> None:
    by_root = events(Happened("granted", DECIDED, GRANTED.effective, keys=root_keys()))
    assert answer(told(by_root)) == ("NOT VALID", "certificate-history", "status.no-events")
    by_body = Tale(recognised=(Happened("granted", RECOGNISED.on, keys=body_keys()),))
    assert answer(told(by_body))[:2] == ("NOT VALID", "certificate-history")


def test_a_certificate_that_was_never_granted() -> None:
    assert answer(told(events())) == ("NOT VALID", "certificate-history", "status.no-events")
    assert answer(told(Tale(shown_events=0))) == ("NOT VALID", "certificate-history", "status.no-events")


def test_events_in_an_order_that_cannot_be() -> None:
    for chain in (
        (SUSPENDED,),
        (GRANTED, Happened("granted", SPRING)),
        (GRANTED, Happened("restored", SPRING)),
        (GRANTED, SUSPENDED, SUSPENDED),
        (GRANTED, SUSPENDED, Happened("transferred", SPRING)),
        (GRANTED, Happened("withdrawn", SPRING), Happened("restored", SPRING)),
        (GRANTED, Happened("voided", SPRING), Happened("restored", SPRING)),
    ):
        assert answer(told(events(*chain)))[2] == "status.not-allowed"


def test_events_that_go_back_in_time() -> None:
    early = datetime(2026, 7, 1, tzinfo=UTC)
    decided_back = (GRANTED, SUSPENDED, Happened("restored", early, SPRING))
    assert answer(told(events(*decided_back)))[2] == "status.decided-earlier"
    effective_back = (
        GRANTED,
        Happened("suspended", SPRING, SPRING + timedelta(days=9)),
        Happened("restored", SPRING, SPRING + timedelta(days=2)),
    )
    assert answer(told(events(*effective_back)))[2] == "status.effective-earlier"


def test_a_gap_in_the_chain() -> None:
    """Suspended and restored; the suspension is left out of the bundle, the log has it."""
    whole = told(events(GRANTED, SUSPENDED, Happened("restored", SPRING + timedelta(days=30))))
    gapped = whole.but(leaves=tuple(leaf for leaf in whole.leaves if leaf is not whole.leaves[2]))
    assert len(gapped.leaves) == len(whole.leaves) - 1
    assert answer(gapped) == ("NOT VALID", "certificate-history", "status.sequence")


def test_the_first_event_left_out() -> None:
    whole = told(events(GRANTED, SUSPENDED))
    gapped = whole.but(leaves=(whole.leaves[0], *whole.leaves[2:]))
    assert answer(gapped) == ("NOT VALID", "certificate-history", "status.sequence")


def test_a_chain_that_continues_another() -> None:
    """The second event follows a first one that is not in this bundle: previous names another leaf."""
    changes = {"previous": "11" * 32}
    assert (
        answer(told(events(GRANTED, Happened("suspended", SPRING, changes=changes))))[2] == "status.previous"
    )


def test_events_of_another_certificate_of_the_same_body() -> None:
    other = told(Tale(certificate={"number": "CC-2026-0002"}))
    mixed = honest().but(certificate=other.certificate, accreditation=other.accreditation)
    assert answer(mixed) == (
        "NOT VALID",
        "certificate-history",
        "status.other-subject",
    )


# --- 8 the accreditation's events ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"log": "log.elsewhere.example"}, "status.other-log"),
        ({"issuer": BODY}, "status.other-issuer"),
        ({"about": "certificate"}, "status.other-sort"),
        ({"subject": "00" * 32}, "status.other-subject"),
        ({"event": "transferred"}, "status.not-allowed"),
        ({"sequence": 3}, "status.sequence"),
    ],
)
def test_an_event_of_the_accreditation_that_cannot_be(changes: dict[str, Any], code: str) -> None:
    lie = Tale(recognised=(Happened("granted", RECOGNISED.on, changes=changes),))
    assert answer(told(lie)) == ("NOT VALID", "accreditation-history", code)


def test_an_accreditation_is_never_transferred() -> None:
    lie = Tale(recognised=(RECOGNISED, Happened("transferred", SPRING)))
    assert answer(told(lie)) == ("NOT VALID", "accreditation-history", "status.not-allowed")


def test_an_accreditation_that_was_never_granted() -> None:
    assert answer(told(Tale(recognised=()))) == ("NOT VALID", "accreditation-history", "status.no-events")


# --- 9 snapshots -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"about": "accreditation"}, "snapshot.other-sort"),
        ({"issuer": ROOT}, "snapshot.other-issuer"),
        ({"log": "log.elsewhere.example"}, "snapshot.other-log"),
        ({"log_size": 10_000}, "snapshot.beyond-log"),
        ({"log_size": 13}, "snapshot.logged-before"),
        ({"subjects": []}, "snapshot.subject-missing"),
        ({"log_size": 3}, "snapshot.subject-early"),
        ({"as_of": moment(DECIDED - timedelta(seconds=1))}, "snapshot.decided-after"),
        ({"form": "standfirst-status-snapshot/2"}, "document.later-form"),
        ({"as_of": "yesterday"}, "document.not-an-instant"),
        ({"count": 4}, "document.member-unknown"),
    ],
)
def test_a_snapshot_that_cannot_be(changes: dict[str, Any], code: str) -> None:
    assert answer(told(Tale(snapshot=changes))) == ("NOT VALID", "snapshots", code)
    root = {"accreditation": "certificate"}.get(str(changes.get("about")), changes.get("about"))
    issuer = {ROOT: BODY}.get(str(changes.get("issuer")), changes.get("issuer"))
    mirrored = {**changes, **({"about": root} if root else {}), **({"issuer": issuer} if issuer else {})}
    if "as_of" not in changes:
        assert answer(told(Tale(root_snapshot=mirrored))) == ("NOT VALID", "snapshots", code)


def test_a_snapshot_that_repeats_or_misplaces_a_subject() -> None:
    found = json.loads(honest().certificate_snapshot.payload)["subjects"]
    for wrong in (found[::-1], [*found, found[-1]], [found[0], *found]):
        assert answer(told(Tale(snapshot={"subjects": wrong}))) == (
            "NOT VALID",
            "snapshots",
            "status.subjects-order",
        )


def test_an_exchanged_snapshot() -> None:
    """Genuine, of the same body, younger or older: not the one that stands in this log."""
    other = told(Tale(snapshot={"as_of": moment(AS_OF + timedelta(hours=1))}))
    assert answer(honest().but(certificate_snapshot=other.certificate_snapshot)) == (
        "NOT VALID",
        "snapshots",
        "snapshot.not-logged",
    )


def test_the_two_snapshots_exchanged() -> None:
    swapped = honest().but(
        certificate_snapshot=honest().accreditation_snapshot,
        accreditation_snapshot=honest().certificate_snapshot,
    )
    assert answer(swapped)[:2] == ("NOT VALID", "snapshots")


def test_a_snapshot_that_is_not_in_the_log() -> None:
    hidden = honest().but(leaves=(*honest().leaves[:2], honest().leaves[3]))
    assert answer(hidden) == ("NOT VALID", "snapshots", "snapshot.not-logged")


def test_a_reference_to_a_snapshot_that_is_not_shown() -> None:
    other = told(Tale(snapshot={"as_of": moment(AS_OF - timedelta(hours=1))}))
    assert answer(other.but(certificate_snapshot=honest().certificate_snapshot))[2] == "snapshot.not-logged"


# --- suspended, withdrawn, and not shown -----------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["suspended", "withdrawn", "expired", "transferred", "voided"])
def test_what_is_not_active_is_not_valid(event: str) -> None:
    ended = Happened(event, SPRING)
    for tale in (Tale(events=(GRANTED, ended)), Tale(events_after=(Happened(event, AFTER),))):
        assert answer(told(tale)) == ("NOT VALID", "state", "state.not-active")


def test_reduced_is_not_valid_any_more_as_it_stands() -> None:
    for chain in ((GRANTED, Happened("reduced", SPRING)), (GRANTED, SUSPENDED, Happened("reduced", SPRING))):
        assert answer(told(events(*chain))) == ("NOT VALID", "state", "state.reduced")


def test_a_suspension_left_out_that_the_snapshot_knows() -> None:
    hidden = told(Tale(events=(GRANTED, SUSPENDED), shown_events=1))
    assert answer(hidden) == ("NOT VALID", "snapshots", "snapshot.other-event")


def test_a_snapshot_that_says_active_all_the_same() -> None:
    """The body lies in its snapshot: the events, which it shows, say otherwise."""
    parts = told(Tale(events=(GRANTED, SUSPENDED)))
    lines = json.loads(parts.certificate_snapshot.payload)["subjects"]
    kinder = [{**each, "state": "active"} for each in lines]
    assert _resnapshot(parts, kinder) == ("NOT VALID", "snapshots", "snapshot.other-state")


def _resnapshot(parts: Parts, lines: Sequence[dict[str, str]]) -> tuple[str, str, str]:
    """The same log up to the snapshots, then a snapshot with these lines, logged and witnessed again."""
    log = Log()
    payload = json.loads(parts.certificate_snapshot.payload)
    for data in parts.data[: payload["log_size"]]:
        log.append(data)
    snapshot = sealed(Domain.STATUS_SNAPSHOT, {**payload, "subjects": list(lines)}, body_keys())
    references = [
        log.append(Reference(issuer, digest).leaf)
        for issuer, digest in ((BODY, snapshot.digest), (ROOT, parts.accreditation_snapshot.digest))
    ]
    shown = [leaf.index for leaf in parts.leaves if leaf.index < payload["log_size"]] + references
    note = checkpoint(log.tree, dict.fromkeys(WITNESSES, WITNESSED), log_signer())
    return answer(
        parts.but(
            certificate_snapshot=snapshot,
            leaves=tuple(log.leaf(index) for index in shown),
            checkpoint=note,
            tree=log.tree,
        )
    )


def test_a_withdrawal_left_out_with_an_older_snapshot() -> None:
    """Withdrawn after the snapshot: whoever hides that can do so only until the snapshot is too old."""
    withdrawn = Tale(events_after=(Happened("withdrawn", AFTER),), shown_events=1)
    hidden = told(withdrawn)
    assert answer(told(Tale(events_after=withdrawn.events_after)))[2] == "state.not-active"
    limit = timedelta(hours=168)
    assert answer(hidden, at=AS_OF + limit)[0] == "VALID"
    assert answer(hidden, at=AS_OF + limit + timedelta(seconds=1)) == (
        "UNKNOWN",
        "times",
        "times.snapshot-stale",
    )


def test_a_witness_that_was_rolled_back() -> None:
    """All witnesses of two blocs cosign an old, shorter tree again today: fresh cosignatures on a stale snapshot."""
    whole = told(Tale(events=(GRANTED,), events_after=(Happened("withdrawn", AFTER),)))
    before = [leaf for leaf in whole.leaves if leaf.index < 12]
    old = told(Tale()).tree.size - 2
    assert old == 12
    later = AT + timedelta(days=20)
    rolled = whole.but(
        checkpoint=checkpoint(whole.tree, dict.fromkeys(WITNESSES, later), log_signer(), size=old),
        leaves=tuple(
            Leaf(leaf.index, leaf.data, whole.tree.inclusion_proof(leaf.index, old)) for leaf in before
        ),
    )
    assert answer(rolled, at=AT, now=later)[0] == "VALID"  # then it was, and the events say so
    assert answer(rolled, at=later) == ("UNKNOWN", "times", "times.snapshot-stale")


def test_a_certificate_younger_than_the_snapshot() -> None:
    """Granted after the snapshot was taken: nothing says that it still stands, until the next one does."""
    late = AS_OF + timedelta(minutes=1)
    young = Tale(
        certificate={
            "decided_on": "2026-11-22",
            "effective_from": "2026-11-22",
            "first_certified_on": "2026-11-22",
        },
        events=(),
        events_after=(Happened("granted", late),),
    )
    assert answer(told(young)) == ("UNKNOWN", "snapshots", "snapshot.subject-later")


def test_an_event_that_was_logged_long_after_its_decision() -> None:
    """A snapshot in between did not know it: it is back-dated."""
    late = Happened("extended", AS_OF - timedelta(days=7, seconds=1))
    assert answer(told(Tale(events_after=(late,)))) == ("NOT VALID", "snapshots", "snapshot.logged-late")
    assert answer(told(Tale(events_after=(Happened("extended", AS_OF - timedelta(days=7)),))))[0] == "VALID"


def test_a_grant_dated_back_before_what_stands_before_it() -> None:
    """Suspended in September and restored, the body logs a certificate in November as decided in June."""
    spell = (RECOGNISED, SUSPENDED, Happened("restored", SPRING + timedelta(days=10)))
    assert answer(told(Tale(recognised=spell)))[0] == "VALID"
    back = Tale(recognised=spell, out_of_order=True)
    assert answer(told(back)) == ("NOT VALID", "snapshots", "history.out-of-order")


def test_the_order_of_decisions_allows_for_the_delay_of_logging() -> None:
    for more, expected in ((timedelta(0), "VALID"), (timedelta(seconds=1), "NOT VALID")):
        extended = Happened("extended", DECIDED + timedelta(days=7) + more)
        tale = Tale(recognised=(RECOGNISED, extended), out_of_order=True)
        assert answer(told(tale))[0] == expected


def test_an_event_logged_late_by_the_other_issuers_snapshot() -> None:
    """The body's snapshot is dated early enough for its event; the root's, below it in the log, is not."""
    late = Tale(
        snapshot={"as_of": moment(AS_OF - timedelta(days=6))},
        events_after=(Happened("extended", AS_OF - timedelta(days=8)),),
    )
    assert answer(told(late)) == ("NOT VALID", "snapshots", "snapshot.logged-late")


def test_a_young_snapshot_of_an_old_log() -> None:
    """It is dated today and covers the log of long ago: whatever was logged since is left out."""
    for between, code in ((15, ""), (16, "snapshot.behind-log"), (500, "snapshot.behind-log")):
        status, step, found = answer(told(Tale(entries_between=between)))
        assert (status, step, found) == (("UNKNOWN", "snapshots", code) if code else ("VALID", "", ""))


def test_a_third_snapshot_in_the_log() -> None:
    """A second snapshot of the same log size, shown to somebody else perhaps: its reference has no place here."""
    log = Log()
    for data in honest().data:
        log.append(data)
    third = log.append(Reference(BODY, "00" * 32).leaf)
    more = honest().but(
        leaves=tuple(log.leaf(index) for index in (*[leaf.index for leaf in honest().leaves], third)),
        checkpoint=checkpoint(log.tree, dict.fromkeys(WITNESSES, WITNESSED), log_signer()),
    )
    assert answer(more) == ("NOT VALID", "snapshots", "snapshot.reference-of-nobody")


def test_more_leaves_than_belong_here() -> None:
    """Entries of others have no place in a bundle: nothing in it is passed over."""
    parts = honest()
    with pytest.raises(BundleRejected, match="leaf"):
        parts.but(leaves=(Leaf(0, parts.data[0], parts.tree.inclusion_proof(0)), *parts.leaves)).bundle()


def test_what_the_log_is_called_everywhere() -> None:
    assert asked(honest()).shown.log == ORIGIN
