"""The texts of the demonstration, as data: what invented people wrote. See ``content/demo``.

They are written for one client and say so; about another organisation the same words would be untrue.
"""

from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, Field

from standfirst.certification.accreditation import Number, Scheme
from standfirst.certification.application import Adjustment, Days, Threat
from standfirst.certification.audit import Concluded
from standfirst.certification.finding import Grade
from standfirst.certification.shipped import content
from standfirst.records.actor import Role
from standfirst.records.body import Sha256
from standfirst.standards.validation import RequirementId, Strict, Text, read_model
from standfirst.standards.vocabulary import Domain

Model = TypeVar("Model", bound=BaseModel)


class Founder(Strict):
    name: Text
    handle: Text


class Member(Strict):
    name: Text
    handle: Text
    roles: tuple[Role, ...] = ()
    outside: bool = False
    remarks: Text


class Body(Strict):
    name: Text
    country: Text
    founder: Founder
    people: tuple[Member, ...]

    def first(self, role: Role) -> str:
        """The handle of the first of its people who holds a role."""
        return next(member.handle for member in self.people if role in member.roles)


class Bodies(Strict):
    accreditation_body: Body
    certification_body: Body


class Accreditation(Strict):
    number: Number
    years: int = Field(ge=1, le=5)
    domains: tuple[Domain, ...]
    title: Text
    assessment: Text


class Advice(Strict):
    body: Text
    person: Text
    what: Text
    ended_days_before: int = Field(ge=1)


class Application(Strict):
    legal_entity: Text
    processes: tuple[Text, ...]
    outsourced: tuple[Text, ...]
    contact: Text
    consultancy: tuple[Advice, ...]
    enough_known: Text
    competence: Text
    threats: tuple[Threat, ...]
    adjustments: tuple[Adjustment, ...]
    on_site_days: Days


class Stage1(Strict):
    """``proposed``: who is put on the team first, and refused."""

    title: Text
    proposed: Text
    lead: Text
    days: Days
    plan: Text
    concerns: tuple[Text, ...]
    report: Text


class Stage2(Strict):
    title: Text
    lead: Text
    auditors: tuple[Text, ...]
    experts: tuple[Text, ...]
    days: Days
    plan: Text
    report: Text


class Review(Strict):
    title: Text
    by: Text
    review: Text


class Decision(Strict):
    """``attempted_by``: who tries first, and is refused."""

    title: Text
    by: Text
    attempted_by: Text
    reasons: Text


class Certificate(Strict):
    number: Number
    years: int = Field(ge=1, le=3)
    issued_by: Text


class Surveillance(Strict):
    title: Text
    months_after: int = Field(ge=1, le=12)
    lead: Text
    days: Days
    plan: Text


class File(Strict):
    client: Sha256
    edition: Scheme
    accreditation: Accreditation
    application: Application
    stage_1: Stage1
    stage_2: Stage2
    review: Review
    decision: Decision
    certificate: Certificate
    surveillance: Surveillance


class Raised(Strict):
    """A finding with what became of it. Of an opportunity nothing has to; of a major, everything."""

    grade: Grade
    against: tuple[RequirementId, ...]
    by: Text
    title: Text
    statement: Text
    evidence: Text
    seen: tuple[Text, ...]
    correction: Text | None = None
    cause: Text | None = None
    action: Text | None = None
    due_days: int = Field(default=0, ge=0)
    review: Text | None = None
    verification: Text | None = None


class Findings(Strict):
    findings: tuple[Raised, ...]


class Conclusions(Strict):
    conclusions: tuple[Concluded, ...]


class Texts(Strict):
    """Everything that people write in a play."""

    bodies: Bodies
    file: File
    conclusions: tuple[Concluded, ...]
    findings: tuple[Raised, ...]


@lru_cache
def demo_texts() -> Texts:
    """Raises :class:`Unusable` when a shipped file is broken."""
    return Texts(
        bodies=_read(Bodies, "bodies.yaml"),
        file=_read(File, "file.yaml"),
        conclusions=_read(Conclusions, "conclusions.yaml").conclusions,
        findings=_read(Findings, "findings.yaml").findings,
    )


def _read(model: type[Model], name: str) -> Model:
    return read_model(model, (content() / "demo" / name).read_bytes(), file=f"demo/{name}")[0]
