"""Why a log, a log witness or a monitor says no: one closed list each."""

from collections.abc import Mapping
from enum import StrEnum

from standfirst.trust.errors import Parameter, Rejected
from standfirst.trust.note import Note


class LogFlaw(StrEnum):
    """Why a log cannot be opened or asked."""

    NOT_A_LOG = "log.not-a-log"
    NO_CHECKPOINT = "log.no-checkpoint"
    ALREADY_THERE = "log.already-there"
    IN_USE = "log.in-use"
    CLOSED = "log.closed"
    NOT_WRITABLE = "log.not-writable"
    MUST_BE_REOPENED = "log.must-be-reopened"
    SIZE_OUTSIDE = "log.size-outside"
    NO_SUCH_ENTRY = "log.no-such-entry"
    ENTRY_DAMAGED = "log.entry-damaged"
    JOURNAL_DAMAGED = "log.journal-damaged"
    JOURNAL_OF_ANOTHER = "log.journal-of-another"
    ROLLED_BACK = "log.rolled-back"


class LogRejected(Rejected):
    """The log was asked something it does not have, or its folder is not that of this log."""


class WitnessFlaw(StrEnum):
    """Why a witness does not cosign."""

    OLD_SIZE_LINE = "witness.old-size-line"
    PROOF_LINE = "witness.proof-line"
    PROOF_TOO_LONG = "witness.proof-too-long"
    REQUEST_CUT_SHORT = "witness.request-cut-short"
    REQUEST_TOO_LARGE = "witness.request-too-large"
    UNKNOWN_LOG = "witness.unknown-log"
    NOT_SIGNED_BY_LOG = "witness.not-signed-by-log"
    OLD_SIZE_TOO_LARGE = "witness.old-size-too-large"
    OLD_SIZE_DIFFERS = "witness.old-size-differs"
    ROOT_DIFFERS = "witness.root-differs"
    STATE_DAMAGED = "witness.state-damaged"
    CLOCK_WENT_BACK = "witness.clock-went-back"


class WitnessRejected(Rejected):
    """The witness cannot answer at all: its own state or clock is at fault, not the request."""


class MonitorFlaw(StrEnum):
    """What a monitor found wrong in a log."""

    SHRUNK = "monitor.shrunk"
    SPLIT_VIEW = "monitor.split-view"
    NOT_CONTINUED = "monitor.not-continued"
    ENTRY_WRONG = "monitor.entry-wrong"
    TILE_WRONG = "monitor.tile-wrong"
    ENTRY_OR_TILE_WRONG = "monitor.entry-or-tile-wrong"
    ROOT_WRONG = "monitor.root-wrong"
    STRAY_FILE = "monitor.stray-file"


class LogFault(Rejected):
    """The log is not what it says. `evidence`: the notes that show it to anybody, where notes alone do."""

    def __init__(
        self, code: StrEnum, parameters: Mapping[str, Parameter] | None = None, *evidence: Note
    ) -> None:
        super().__init__(code, parameters)
        self.args = (code, parameters, *evidence)  # what pickling calls the class with
        self.evidence = evidence
