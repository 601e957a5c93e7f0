"""The assessment method: criteria as data, and for each requirement two cases that differ in one fact.

A criterion names kinds, states and fields of records, and measurement methods, by name only: which of them exist is
known to rooms further down, and checked above all rooms.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from standfirst.standards.catalogue import Tier
from standfirst.standards.facts import Reach
from standfirst.standards.validation import Name, RequirementId, Strict, Text
from standfirst.standards.vocabulary import Assurance, Domain, Stage, Verdict

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Scalar = bool | int | str
MaxAge = Annotated[
    int, Field(ge=1, le=3_660)
]  # days; the longest cycle in the field is a decade of retention


class Status(StrEnum):
    """What a requirement's facts come to. Its order, lowest first, is that of ``tuple(Status)``."""

    NOT_ASSESSABLE = "not-assessable"
    NOT_SHOWN = "not-shown"
    PARTLY = "partly"
    NEEDS_JUDGEMENT = "needs-judgement"
    SHOWN = "shown"
    NOT_APPLICABLE = "not-applicable"

    @property
    def rank(self) -> int:
        return tuple(Status).index(self)


class Condition(Strict):
    """One demand on one field; exactly one operator is given."""

    field: FieldName
    is_: Scalar | None = Field(default=None, alias="is")
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    present: Literal[True] | None = None
    at_least: int | None = None
    at_most: int | None = None
    includes_any: tuple[str, ...] | None = None
    includes_all: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def one_operator(self) -> Self:
        operators = self.model_fields_set - {"field"}
        if len(operators) != 1 or any(getattr(self, name) is None for name in operators):
            raise ValueError("a condition has a field and exactly one operator")
        return self

    @property
    def asked(self) -> tuple[str, Scalar | tuple[Scalar, ...]]:
        """The operator, and what it asks."""
        (name,) = self.model_fields_set - {"field"}
        return name.rstrip("_"), getattr(self, name)


class Subject(Strict):
    """The records that each need evidence of their own, such as every product in operation."""

    kind: Name
    states: tuple[Name, ...] = Field(min_length=1)
    where: tuple[Condition, ...] = ()


class Coverage(Strict):
    """The union of a field over the matching records must include these values."""

    field: FieldName
    values: tuple[str, ...] | None = None
    values_of: Literal["domains", "stages"] | None = None

    @model_validator(mode="after")
    def one_source(self) -> Self:
        if (self.values is None) == (self.values_of is None):
            raise ValueError("coverage names either values or values_of")
        return self


class Selection(Strict):
    """Which records count."""

    kind: Name
    states: tuple[Name, ...] = Field(min_length=1)
    serving: bool = False
    where: tuple[Condition, ...] = ()
    max_age_days: MaxAge | None = None


class RecordCriterion(Selection):
    at_least: Annotated[int, Field(ge=1)] = 1
    covers: Coverage | None = None
    for_each: Subject | None = None
    every: bool = False
    among: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def one_quantifier(self) -> Self:
        if self.every and (self.for_each or self.covers or self.at_least > 1):
            raise ValueError("every excludes for_each, covers and at_least")
        if self.for_each and self.covers:
            raise ValueError("covers speaks of all records together, for_each of each subject: choose one")
        if self.among and not self.every:
            raise ValueError("among belongs to every")
        if self.among and not set(self.states) <= set(self.among):
            raise ValueError("every asked-for state is among those that are looked at")
        return self


class MeasurementCriterion(Strict):
    """The latest measurement of a method (of each subject) has one of these verdicts and is fresh enough.

    Without a method: the latest of every method has one of the verdicts, and the newest of them is fresh enough.
    """

    method: Name | None = None
    verdicts: tuple[Verdict, ...] = Field(min_length=1)
    max_age_days: MaxAge | None = None
    for_each: Subject | None = None


class StatementCriterion(Selection):
    """A record that somebody signed with this meaning, at least this surely."""

    meaning: Name
    assurance: Assurance
    by_roles: tuple[Name, ...] = ()


class Criterion(Strict):
    id: Name
    says: Text
    asked_in: tuple[Domain, ...] = Field(
        default=tuple(Domain), min_length=1
    )  # only where one of these is worked in
    record: RecordCriterion | None = None
    measurement: MeasurementCriterion | None = None
    statement: StatementCriterion | None = None
    judgement: Text | None = None

    @property
    def subject(self) -> Subject | None:
        """The records that each need evidence of their own, where the criterion is about such."""
        form = self.record or self.measurement
        return form.for_each if form is not None else None

    def asked_of(self, reach: Reach) -> bool:
        """Is it asked in the domains that somebody works in?"""
        return bool(set(self.asked_in) & reach.domains)

    def about_stages(self, reach: Reach) -> bool:
        """Is it about things in life-cycle stages that somebody works in? Also where it is not about stages at all."""
        states = set(self.subject.states) if self.subject else set()
        in_stages = states <= {stage.value for stage in Stage}
        return not states or not in_stages or bool(states & {stage.value for stage in reach.stages})

    @model_validator(mode="after")
    def one_form(self) -> Self:
        if (
            sum(form is not None for form in (self.record, self.measurement, self.statement, self.judgement))
            != 1
        ):
            raise ValueError("a criterion is exactly one of record, measurement, statement, judgement")
        return self


class CaseSignature(Strict):
    meaning: Name
    assurance: Assurance
    roles: tuple[Name, ...] = ()


class CaseFact(Strict):
    """A fact as an example case writes it; ``links`` name other facts of the case."""

    name: Name
    kind: Name
    state: Name
    dated: date
    serves: tuple[RequirementId, ...] = ()
    fields: Mapping[FieldName, Scalar | tuple[str, ...]] = Field(default_factory=dict)
    links: tuple[Name, ...] = ()
    signatures: tuple[CaseSignature, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None


class CaseProfile(Strict):
    domains: tuple[Domain, ...] = tuple(Domain)
    stages: tuple[Stage, ...] = tuple(Stage)
    tier: Tier = 3


class MeetingCase(Strict):
    at: date
    profile: CaseProfile = CaseProfile()
    expect: Status
    facts: tuple[CaseFact, ...]


class Change(Strict):
    """The one difference: a fact removed, or some of its keys replaced (``fields`` merge)."""

    fact: Name | None = None
    set: Mapping[str, object] | None = None
    remove: Name | None = None

    @model_validator(mode="after")
    def one_change(self) -> Self:
        if (self.remove is None) == (self.fact is None) or (self.fact is None) != (self.set is None):
            raise ValueError("a change is either remove, or fact with set")
        return self


class FailingCase(Strict):
    turns_on: Text
    expect: Status
    change: Change


class Cases(Strict):
    meets: MeetingCase
    fails: FailingCase

    @model_validator(mode="after")
    def names_known(self) -> Self:
        names = [fact.name for fact in self.meets.facts]
        if len(set(names)) < len(names):
            raise ValueError("two facts of a case have the same name")
        change = self.fails.change
        named = {change.remove or change.fact, *(link for fact in self.meets.facts for link in fact.links)}
        if unknown := named - set(names):
            raise ValueError(f"no fact of the case is called {', '.join(sorted(map(str, unknown)))}")
        if self.failing_facts() == self.meets.facts:
            raise ValueError("the change of the failing case changes nothing")
        return self

    def failing_facts(self) -> tuple[CaseFact, ...]:
        """The facts of ``meets`` with the one change made."""
        change = self.fails.change
        name = change.remove or change.fact
        return tuple(
            _changed(fact, change) if fact.name == name else fact
            for fact in self.meets.facts
            if fact.name != change.remove
        )


def _changed(fact: CaseFact, change: Change) -> CaseFact:
    values = fact.model_dump(mode="json", exclude_unset=True)
    for key, value in (change.set or {}).items():
        values[key] = (
            {**values.get(key, {}), **value} if isinstance(value, dict) and key == "fields" else value
        )
    return CaseFact.model_validate(values)


class RequirementMethod(Strict):
    id: RequirementId
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    cases: Cases

    def asked(self, reach: Reach, has: Callable[[Subject], bool]) -> list[Criterion]:
        """The criteria that are asked of somebody with this reach; all of them where none would be left.

        ``has`` says whether there are such subjects: leaving a stage out of one's description hides no product in it.
        """
        asked = [
            criterion
            for criterion in self.criteria
            if criterion.asked_of(reach)
            and (criterion.about_stages(reach) or (criterion.subject is not None and has(criterion.subject)))
        ]
        return asked or list(self.criteria)

    @model_validator(mode="after")
    def criteria_named_once(self) -> Self:
        names = [criterion.id for criterion in self.criteria]
        if len(set(names)) < len(names):
            raise ValueError("two criteria of a requirement have the same id")
        return self

    @model_validator(mode="after")
    def some_criterion_everywhere(self) -> Self:
        if {domain for criterion in self.criteria for domain in criterion.asked_in} != set(Domain):
            raise ValueError("every domain is asked at least one criterion")
        return self


class MethodGroup(Strict):
    clause: Text
    requirements: tuple[RequirementMethod, ...] = Field(min_length=1)


class AdverseRule(Strict):
    """Records that speak against a requirement: of this kind, in these states, naming it in this field."""

    kind: Name
    states: tuple[Name, ...] = Field(min_length=1)
    field: FieldName


class ExclusionRule(Strict):
    """Records by which an organisation says which requirements apply and which do not, each with its reason.

    ``reasons`` and ``applicable_reasons`` are fields of the same length as ``field`` and ``applicable``.
    """

    kind: Name
    states: tuple[Name, ...] = Field(min_length=1)
    field: FieldName
    reasons: FieldName
    applicable: FieldName
    applicable_reasons: FieldName


class MethodHeader(Strict):
    """``method.yaml``: which edition the method assesses, and what counts against and out."""

    id: Name
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d+$")]
    title: Text
    status: Text
    edition: Text
    clauses: tuple[Text, ...] = Field(min_length=1)
    adverse: AdverseRule
    exclusion: ExclusionRule


class AssessmentMethod(Strict):
    header: MethodHeader
    groups: tuple[MethodGroup, ...]
    digest: str

    @cached_property
    def by_id(self) -> Mapping[str, RequirementMethod]:
        return {item.id: item for group in self.groups for item in group.requirements}

    @property
    def name(self) -> str:
        return f"{self.header.id} {self.header.version}"
