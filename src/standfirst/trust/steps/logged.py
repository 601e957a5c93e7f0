"""Steps 5, 6 and 10: the log's checkpoint, what stands in the log, and who saw the same log."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import CosignatureFlaw, CosignatureRejected, NoteKey, verify_log
from standfirst.trust.errors import Parameter
from standfirst.trust.merkle import InclusionFailed, verify_inclusion
from standfirst.trust.note import Note
from standfirst.trust.steps.case import CLOCK_SKEW, Case, Contradiction
from standfirst.trust.texts import in_plain_sight
from standfirst.trust.verdict import Bloc, Status


class LogFlaw(StrEnum):
    UNKNOWN = "log.not-in-policy"
    NOT_INCLUDED = "log.not-included"
    QUORUM_MISSING = "witnesses.quorum-missing"
    FROM_THE_FUTURE = "witnesses.from-the-future"


def verify_checkpoint(case: Case) -> None:
    """5. The checkpoint is signed by a log of the policy whose name is its origin (C2SP tlog-policy, Defining a log).

    Extension lines are refused: ML-DSA-44 cosignatures do not cover them.
    """
    case.note = Note.parse(case.bundle.checkpoint)
    case.checkpoint = Checkpoint.parse(case.note.text).plain()
    origin = case.checkpoint.origin
    logs = [log for log in case.policy.witnessing.logs if log.name == origin]
    if not logs:
        case.doubt(Status.UNRECOGNISED, LogFlaw.UNKNOWN, log=in_plain_sight(origin[:120]))
        return
    _verify_any(case.note, logs)
    case.shown.log, case.shown.log_size = origin, case.checkpoint.size


def _verify_any(note: Note, logs: Sequence[NoteKey]) -> None:
    """One name has several keys only while its log changes them: the signature of any of them will do."""
    for log in logs:
        try:
            verify_log(note, log)
        except CosignatureRejected as found:
            if found.code is not CosignatureFlaw.LOG_SIGNATURE_MISSING or log is logs[-1]:
                raise
        else:
            return


def verify_leaves(case: Case) -> None:
    """6. Every leaf stands in the log, at its index, under the checkpoint's root (RFC 9162, 2.1.3.2)."""
    size, root = case.checkpoint.size, case.checkpoint.root
    for leaf in case.bundle.leaves:
        try:
            verify_inclusion(leaf=leaf.hash, index=leaf.index, size=size, proof=leaf.path, root=root)
        except InclusionFailed as found:
            details: dict[str, Parameter] = {
                "index": leaf.index,
                "size": size,
                "flaw": found.code.value,
                "place": found.step,
            }
            raise Contradiction(LogFlaw.NOT_INCLUDED, details) from None


def count_witnesses(case: Case) -> None:
    """10. Enough witnesses of the policy cosigned this checkpoint (C2SP tlog-cosignature, tlog-policy).

    A line by a known key that does not verify makes the note invalid (signed-note, Signatures). Cosignatures from
    the verifier's future are not counted (tlog-cosignature, Format).
    """
    witnessing = case.policy.witnessing
    latest = int((case.now + CLOCK_SKEW).timestamp())
    cosigned = witnessing.cosigned(case.note)
    counted = {name: time for name, time in cosigned.items() if time <= latest}
    ahead = len(cosigned) - len(counted)
    if ahead:
        case.tell(LogFlaw.FROM_THE_FUTURE, count=ahead)
    case.shown.blocs = tuple(
        Bloc(
            name=name,
            cosigned=tuple(sorted(members & counted.keys())),
            of=len(members),
            needed=witnessing.groups[name].threshold,
        )
        for name, members in case.policy.blocs.items()
    )
    time = witnessing.quorum_time(counted)
    if time is None:
        short = [bloc.name for bloc in case.shown.blocs if len(bloc.cosigned) < bloc.needed]
        case.doubt(
            Status.UNKNOWN,
            LogFlaw.QUORUM_MISSING,
            cosigned=len(counted),
            witnesses=len(witnessing.witnesses),
            short=", ".join(short),
        )
        return
    case.quorum_time = case.shown.witnessed = datetime.fromtimestamp(time, UTC)
