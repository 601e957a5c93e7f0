"""Two checkpoints that cannot both be honest: whoever holds both needs nothing else to convict whoever signed them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from standfirst.trust.cosignature import NoteKey, cosignatures, verify_log
from standfirst.trust.note import Note


class Offence(StrEnum):
    """What two signed statements of one party contradict each other in."""

    SPLIT_VIEW = "guilt.split-view"
    """One size, two roots: there is no tree of which both are true."""

    WENT_BACK = "guilt.went-back"
    """A witness said later that a smaller tree was the largest it had seen (tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class Guilt:
    """`party` is the name of the key that signed both notes, under which both still verify."""

    offence: Offence
    party: str
    first: Note
    second: Note


def guilt(first: Note, second: Note, log: NoteKey, witnesses: Iterable[NoteKey] = ()) -> tuple[Guilt, ...]:
    """Who of the log and these witnesses is convicted by two checkpoints of that log; nobody, where both can be true.

    Two sizes of a log that forked convict it only with its entries, which `monitor.audit` asks for.
    Raises a `Rejected` of `trust` where a note is not a checkpoint of this log, or a known line in it does not verify.
    """
    one, other = verify_log(first, log), verify_log(second, log)
    times = [cosignatures(note, known) for known in [tuple(witnesses)] for note in (first, second)]
    both = [key for key in times[0] if key in times[1]]
    if one.size == other.size and one.root != other.root:
        parties = [log.name, *(key.name for key in both)]
        return tuple(Guilt(Offence.SPLIT_VIEW, party, first, second) for party in parties)
    return tuple(
        Guilt(Offence.WENT_BACK, key.name, first, second)
        for key in both
        if (one.size - other.size) * (times[0][key] - times[1][key]) < 0
    )
