"""Offline verification: from the bytes of a bundle, a policy and a moment to one verdict that explains itself.

Fifteen steps, each with its source. A step that finds what cannot be ends it: NOT VALID. A step that finds something
open (UNKNOWN) or not recognised (UNRECOGNISED) lets all others go on that do not need it, because what they find may
weigh more. Needs nothing but the standard library, `cryptography` and this room; reads no clock and no file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from standfirst.trust.bundle import NotABundle
from standfirst.trust.errors import Rejected
from standfirst.trust.policy import Policy
from standfirst.trust.steps import history, logged, signed, standing
from standfirst.trust.steps.case import Case
from standfirst.trust.verdict import Objection, Outcome, Status, Step, StepId, Verification

FIRST_YEAR, LAST_YEAR = 2000, 2199  # documents can name no others (`moments`)


class MomentFlaw(StrEnum):
    OUT_OF_RANGE = "moment.out-of-range"


class Unaskable(Rejected):
    """No certificate can say anything about this time."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """``needs``: which steps have to have passed for this one to be asked at all."""

    id: StepId
    run: Callable[[Case], None]
    needs: tuple[StepId, ...]
    source: str


_S = StepId

STAGES: Final = (
    _Stage(_S.READ, signed.read, (), "RFC 8785; RFC 7493, 2"),
    _Stage(_S.ROOT, signed.find_root, (_S.READ,), "the policy's roots; UTS #39, 4"),
    _Stage(
        _S.ACCREDITATION,
        signed.open_accreditation,
        (_S.ROOT,),
        "RFC 8032, 5.1.7; FIPS 204, 5.3; ISO/IEC 17011, 7.8 and 7.9",
    ),
    _Stage(
        _S.CERTIFICATE,
        signed.open_certificate,
        (_S.ACCREDITATION,),
        "RFC 8032, 5.1.7; FIPS 204, 5.3; ISO/IEC 17021-1, 8.2.2",
    ),
    _Stage(
        _S.CHECKPOINT,
        logged.verify_checkpoint,
        (_S.READ,),
        "C2SP tlog-checkpoint; C2SP signed-note; C2SP tlog-policy, Defining a log",
    ),
    _Stage(_S.INCLUSION, logged.verify_leaves, (_S.CHECKPOINT,), "RFC 9162, 2.1.3.2"),
    _Stage(
        _S.CERTIFICATE_HISTORY, history.replay_certificate, (_S.CERTIFICATE,), "ISO/IEC 17021-1, 9.5 and 9.6"
    ),
    _Stage(
        _S.ACCREDITATION_HISTORY, history.replay_accreditation, (_S.ACCREDITATION,), "ISO/IEC 17011, 7.11"
    ),
    _Stage(
        _S.SNAPSHOTS,
        history.verify_snapshots,
        (_S.INCLUSION, _S.CERTIFICATE_HISTORY, _S.ACCREDITATION_HISTORY),
        "ISO/IEC 17021-1, 8.1.2; ISO/IEC 17011, 8.2",
    ),
    _Stage(
        _S.WITNESSES,
        logged.count_witnesses,
        (_S.CHECKPOINT,),
        "C2SP tlog-cosignature; C2SP tlog-policy, Defining the quorum",
    ),
    _Stage(
        _S.TIMES,
        standing.check_times,
        (_S.SNAPSHOTS, _S.WITNESSES),
        "the policy's limits; C2SP tlog-cosignature",
    ),
    _Stage(_S.STATE, standing.check_state, (_S.CERTIFICATE_HISTORY,), "ISO/IEC 17021-1, 9.6"),
    _Stage(_S.DAYS, standing.check_days, (_S.CERTIFICATE_HISTORY,), "ISO/IEC 17021-1, 8.2.2 and 9.1.3"),
    _Stage(
        _S.RECOGNITION,
        standing.check_recognition,
        (_S.CERTIFICATE_HISTORY, _S.ACCREDITATION_HISTORY),
        "ISO/IEC 17011, 7.8.1, 7.9.1 and 7.11",
    ),
    _Stage(_S.SCHEME, standing.check_scheme, (_S.CERTIFICATE,), "the policy's schemes"),
)
"""What verification is, in the order in which it is done and told."""


_STEPS: Final = {
    (stage.id, outcome): Step(number, stage.id, stage.source, outcome)
    for number, stage in enumerate(STAGES, 1)
    for outcome in Outcome
}


def verify(bundle: bytes, policy: Policy, at: datetime, *, now: datetime | None = None) -> Verification:
    """Whether the certificate in ``bundle`` is valid at ``at`` for a relying party with ``policy``.

    ``at`` may lie before the evidence was made: the events answer for it, by when they took effect. ``now`` is the
    verifier's clock, ``at`` where none is given: evidence from its future is not counted.

    Raises `NotABundle` where nothing can be said at all, `Unaskable` for times outside 2000 to 2199, and ValueError
    for a time without a zone.
    """
    case = Case(bundle, policy, _in_utc(at), _in_utc(at if now is None else now))
    passed: set[StepId] = set()
    steps: list[Step] = []
    objections: list[Objection] = []
    ended = False
    for stage in STAGES:
        if ended or not passed.issuperset(stage.needs):
            steps.append(_STEPS[stage.id, Outcome.NOT_REACHED])
        elif found := _asked(stage, case):
            steps.append(_STEPS[stage.id, Outcome.FAILED])
            objections += found
            ended = found[0].status is Status.NOT_VALID
        else:
            steps.append(_STEPS[stage.id, Outcome.PASSED])
            passed.add(stage.id)
    worst = {each.status for each in objections}
    return Verification(
        status=next((status for status in Status if status in worst), Status.VALID),
        policy=policy,
        at=case.at,
        now=case.now,
        steps=tuple(steps),
        objections=tuple(objections),
        notices=tuple(case.notices),
        shown=case.shown,
    )


def _asked(stage: _Stage, case: Case) -> list[Objection]:
    """What one step objects to."""
    case.doubts.clear()
    try:
        stage.run(case)
    except NotABundle:
        raise
    except Rejected as found:
        return [Objection(Status.NOT_VALID, stage.id, found.code.value, found.parameters)]
    return [Objection(status, stage.id, code, parameters) for status, code, parameters in case.doubts]


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment is asked about with its zone")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unaskable(MomentFlaw.OUT_OF_RANGE, {"first": FIRST_YEAR, "last": LAST_YEAR})
    return moment.astimezone(UTC)
