"""One bundle under verification: what was handed in, what has been shown, what is doubted."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from standfirst.trust.accreditation import Accreditation
from standfirst.trust.bundle import Bundle
from standfirst.trust.certificate import Certificate
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.errors import Parameter, Rejected
from standfirst.trust.note import Note
from standfirst.trust.policy import Policy, Root
from standfirst.trust.status import Chain, Snapshot
from standfirst.trust.verdict import Notice, Shown, Status

CLOCK_SKEW: Final = timedelta(minutes=10)
"""How far two honest clocks may differ."""


class Contradiction(Rejected):
    """Two parts of a bundle that are each genuine and do not fit together: the bundle is not valid."""


class Case:
    """``data``, ``policy``, ``at`` and ``now`` are given. Each other part is there once its step has passed.

    A step adds to ``doubts`` what leaves the answer open or unrecognised, and goes on; it raises `Rejected` for what
    makes the bundle not valid, and then nothing else is looked at.
    """

    bundle: Bundle
    root: Root
    accreditation: Accreditation
    certificate: Certificate
    note: Note
    checkpoint: Checkpoint
    certificate_chain: Chain
    accreditation_chain: Chain
    snapshots: tuple[Snapshot, Snapshot]
    quorum_time: datetime

    def __init__(self, data: bytes, policy: Policy, at: datetime, now: datetime) -> None:
        self.data = data
        self.policy = policy
        self.at = at
        self.now = now
        self.shown = Shown()
        self.notices: list[Notice] = []
        self.doubts: list[tuple[Status, str, dict[str, Parameter]]] = []

    def doubt(self, status: Status, code: StrEnum, **parameters: Parameter) -> None:
        self.doubts.append((status, code.value, parameters))

    def tell(self, code: StrEnum, **parameters: Parameter) -> None:
        self.notices.append(Notice(code.value, parameters))
