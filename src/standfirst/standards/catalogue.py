"""The catalogue: requirements, in clause groups, in an edition. What is asked, and of whom."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from standfirst.standards.validation import Name, RequirementId, Strict, Text
from standfirst.standards.vocabulary import Aspect, Confidence, Domain, Goal, Relation, Stage

Principle = Annotated[str, StringConstraints(pattern=r"^(?:S|E|A|P[1-9]|P10)$")]
Tier = Annotated[int, Field(ge=0, le=3)]


class RelatedDocument(Strict):
    """A standard or law by identifier: a fact about it, never its text."""

    document: Text
    relation: Relation
    confidence: Confidence
    note: Text | None = None


class Requirement(Strict):
    """One requirement. ``sentence`` is normative; everything else explains or sorts it."""

    id: RequirementId
    title: Text
    sentence: Annotated[Text, StringConstraints(pattern=r"\bshall\b")]
    intent: Text
    guidance: Text
    stages: tuple[Stage, ...] = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1)
    goals: tuple[Goal, ...] = Field(min_length=1)
    aspects: tuple[Aspect, ...] = Field(min_length=1)
    principles: tuple[Principle, ...] = Field(min_length=1)
    from_tier: Tier = 0
    related: tuple[RelatedDocument, ...] = ()
    typical_evidence: tuple[Text, ...] = Field(min_length=1)


class ClauseGroup(Strict):
    clause: Annotated[str, StringConstraints(pattern=r"^(?:A\.)?[1-9][0-9]?$")]
    title: Text
    requirements: tuple[Requirement, ...] = Field(min_length=1)


class PrincipleText(Strict):
    tag: Principle
    title: Text
    confidence: Confidence


class EditionHeader(Strict):
    """``edition.yaml``: what the file set is, and how honest its status."""

    id: Name
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d+$")]
    title: Text
    status: Text
    published: Text
    language: Literal["en"]
    licence: Text
    clauses: tuple[Text, ...] = Field(min_length=1)
    annex_prefix: Text
    whole_system: tuple[Text, ...]
    principles: tuple[PrincipleText, ...]


class Edition(Strict):
    """An immutable set of requirements. ``digest`` is over its files' names and bytes."""

    header: EditionHeader
    groups: tuple[ClauseGroup, ...]
    digest: str

    def __iter__(self) -> Iterator[Requirement]:  # type: ignore[override]
        return (requirement for group in self.groups for requirement in group.requirements)

    @cached_property
    def by_id(self) -> Mapping[str, Requirement]:
        return {requirement.id: requirement for requirement in self}

    @property
    def name(self) -> str:
        return f"{self.header.id} {self.header.version}"

    def of_whole_system(self, requirement_id: str) -> bool:
        """Is it about the management system as a whole? Then domains and stages sort it and leave nobody out."""
        return requirement_id.split(".", maxsplit=1)[0] in self.header.whole_system

    def may_be_excluded(self, requirement_id: str) -> bool:
        """Only annex requirements may be declared not applicable; clauses 4 to 10 are asked of everybody."""
        return requirement_id.startswith(self.header.annex_prefix)
