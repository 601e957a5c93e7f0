"""What verification answers: one status, the steps with their outcomes, why, and what is covered and what is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from standfirst.trust.accreditation import Accreditation
from standfirst.trust.certificate import Certificate
from standfirst.trust.errors import Parameter
from standfirst.trust.policy import Policy, Root
from standfirst.trust.status import State


class Status(StrEnum):
    """Of several that hold, the first in this order is told."""

    NOT_VALID = "NOT VALID"
    UNRECOGNISED = "UNRECOGNISED"
    UNKNOWN = "UNKNOWN"
    VALID = "VALID"

    @property
    def exit(self) -> int:
        """The exit code of a command that asked. 2 is for input that cannot be used at all."""
        return {Status.VALID: 0, Status.NOT_VALID: 1, Status.UNKNOWN: 3, Status.UNRECOGNISED: 4}[self]


class StepId(StrEnum):
    """What is verified, in this order. ``Step.number`` counts from 1."""

    READ = "read"
    ROOT = "root"
    ACCREDITATION = "accreditation"
    CERTIFICATE = "certificate"
    CHECKPOINT = "checkpoint"
    INCLUSION = "inclusion"
    CERTIFICATE_HISTORY = "certificate-history"
    ACCREDITATION_HISTORY = "accreditation-history"
    SNAPSHOTS = "snapshots"
    WITNESSES = "witnesses"
    TIMES = "times"
    STATE = "state"
    DAYS = "days"
    RECOGNITION = "recognition"
    SCHEME = "scheme"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not-reached"


class NotCovered(StrEnum):
    """What a valid certificate says nothing about, however valid it is."""

    PRODUCTS = "not-covered.products"
    PERFORMANCE = "not-covered.performance"
    OTHER_SITES = "not-covered.other-sites"
    OTHER_SCOPE = "not-covered.other-scope"
    DRAFT = "not-covered.draft"
    FIRST_PARTY = "not-covered.first-party"
    STOLEN_KEYS = "not-covered.stolen-keys"
    ISSUERS_LIES = "not-covered.issuers-lies"
    SINCE = "not-covered.since"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the answer is not VALID, and at which step that came out."""

    status: Status
    step: StepId
    code: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Notice:
    """What does not change the answer and is to be told with it."""

    code: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Step:
    """``source``: which clause or section asks for it."""

    number: int
    id: StepId
    source: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Bloc:
    """A group of witnesses that the quorum rests on: who of it cosigned, and how many have to."""

    name: str
    cosigned: tuple[str, ...]
    of: int
    needed: int


@dataclass(slots=True)
class Shown:
    """What has been shown so far. Nothing is here before the step that shows it has passed."""

    root: Root | None = None
    accreditation: Accreditation | None = None
    certificate: Certificate | None = None
    certificate_digest: str | None = None
    log: str | None = None
    log_size: int | None = None
    state: State | None = None
    snapshot_as_of: datetime | None = None
    witnessed: datetime | None = None
    blocs: tuple[Bloc, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole answer. ``at`` is the moment that was asked about, ``now`` the verifier's clock."""

    status: Status
    policy: Policy
    at: datetime
    now: datetime
    steps: tuple[Step, ...]
    objections: tuple[Objection, ...]
    notices: tuple[Notice, ...]
    shown: Shown
    not_covered: tuple[NotCovered, ...] = field(default=tuple(NotCovered))

    @property
    def reason(self) -> Objection | None:
        """Why the status is what it is: the first objection of that status; None where it is VALID."""
        return next((found for found in self.objections if found.status is self.status), None)
