"""From answers to proposals: which requirements are asked, what applies, and what a certificate touches. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.translation import gettext as _

from standfirst.conformity.telling import reach
from standfirst.standards.catalogue import ClauseGroup, Edition, Requirement
from standfirst.standards.library import edition
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Domain, Relation, Stage
from standfirst.words.render import joined, sentence, title

HARMONISED: Final = "ISO/IEC Directives Part 1, Annex SL (Harmonized Structure)"
"""The structure that ISO's management system standards share, so that a system by one of them has its clauses."""

STANDARDS: Final[Mapping[str, bool]] = {
    "ISO 9001:2015": True,
    "ISO/IEC 27001:2022": True,
    "ISO/IEC 42001:2023": True,
    "ISO 13485:2016": False,  # older than the structure, and not made by it
    "ISO 37301:2021": True,
    "ISO 14001": True,
    "ISO 45001": True,
    "ISO 22301:2019": True,
    "ISO/IEC 27701:2025": True,
    "ISO 56001:2024": True,
    "ISO/IEC 17025": False,
}
"""Management system standards of which the edition knows relations, and whether each follows the harmonised structure."""

_TOUCHES: Final = frozenset(
    {Relation.SUPPORTS, Relation.IS_SUPPORTED_BY, Relation.INTERSECTS_WITH, Relation.EQUIVALENT_TO}
)


# --- the profile -----------------------------------------------------------------------------------------------------


def profile_of(domains: Sequence[str], stages: Sequence[str], tier: int) -> Profile:
    """What is asked of somebody who says this of themself, as the assessment will read it from their record."""
    return Profile(
        id="as-recorded",
        title="As the organisation says",
        domains=tuple(each for each in Domain if each.value in domains),
        stages=tuple(each for each in Stage if each.value in stages),
        tier=tier,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement, and why it is left out; None where it is asked."""

    requirement: Requirement
    left_out: Reason | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    group: ClauseGroup
    requirements: Sequence[Asked]

    @property
    def asked(self) -> int:
        return sum(each.left_out is None for each in self.requirements)


def tailored(profile: Profile, whole: Edition | None = None) -> list[Clause]:
    """The whole edition, each requirement with what the profile says of it."""
    chosen = whole or edition()
    return [
        Clause(
            group, [_asked(each, profile.leaves_out(each, chosen), profile) for each in group.requirements]
        )
        for group in chosen.groups
    ]


def _asked(requirement: Requirement, left_out: Reason | None, profile: Profile) -> Asked:
    return Asked(requirement, left_out, why_not(left_out, profile) if left_out else "")


def why_not(left_out: Reason, profile: Profile) -> str:
    """By what the organisation has said of itself, for the statement of applicability."""
    asked_of = left_out.parameters.get("asked_of", ())
    named = joined([title(str(each)) for each in (asked_of if isinstance(asked_of, tuple) else ())])
    if left_out.code == "profile.domain":
        ours = joined([title(each.value) for each in profile.domains])
        return _("It is asked in %(domains)s; we work in %(ours)s.") % {"domains": named, "ours": ours}
    if left_out.code == "profile.stage":
        ours = joined([title(each.value) for each in profile.stages])
        return _("It is asked at the stages %(stages)s; we work at %(ours)s.") % {
            "stages": named,
            "ours": ours,
        }
    if left_out.code == "profile.tier":
        told = {"from": left_out.parameters["from_tier"], "tier": profile.tier}
        return _("It is asked from tier %(from)s on; we work at tier %(tier)s.") % told
    return sentence(left_out)


# --- applicability ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposed:
    """Whether an annex requirement applies, and why. ``fixed``: the profile does not ask it, so nobody has to decide."""

    requirement: Requirement
    applies: bool
    reason: str
    fixed: bool


def applicability(profile: Profile) -> list[Proposed]:
    """Every annex requirement, in order: what is asked of whoever works as the profile says applies until they say no."""
    whole = edition()
    return [
        Proposed(
            each,
            left_out is None,
            why_not(left_out, profile) if left_out else why_applies(each, profile),
            left_out is not None,
        )
        for each in whole
        if whole.may_be_excluded(each.id)
        for left_out in [profile.leaves_out(each, whole)]
    ]


def why_applies(requirement: Requirement, profile: Profile) -> str:
    """By what the organisation has said of itself, and nothing else."""
    domains = [each for each in profile.domains if each in requirement.domains]
    stages = [each for each in profile.stages if each in requirement.stages]
    return _(
        "It is asked in %(domains)s (%(stages)s) from tier %(from)s on; we work there, at tier %(tier)s."
    ) % {
        "domains": joined([title(each.value) for each in domains]),
        "stages": reach(stages)
        if len(stages) == len(Stage)
        else joined([title(each.value) for each in stages]),
        "from": requirement.from_tier,
        "tier": profile.tier,
    }


# --- certificates ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ground:
    """What a standard and the edition have in common: requirements that it touches itself, and through its structure."""

    standard: str
    own: Sequence[Requirement]
    shared: Sequence[Requirement]

    @property
    def all(self) -> Sequence[Requirement]:
        return [*self.own, *self.shared]


@cache
def ground_of(standard: str) -> Ground:
    """By the number of the standard, whatever its year; nothing for one that the edition does not name."""
    wanted = _number(standard)
    own = [
        each
        for each in edition()
        if any(_number(r.document) == wanted for r in each.related if r.relation in _TOUCHES)
    ]
    follows = next((follows for name, follows in STANDARDS.items() if _number(name) == wanted), False)
    shared = [
        each
        for each in edition()
        if follows and each not in own and any(related.document == HARMONISED for related in each.related)
    ]
    return Ground(standard, own, shared)


def _number(document: str) -> str:
    """Such as ISO/IEC 27001 of "ISO/IEC 27001:2022 + Amd 1:2024"; what is no standard of theirs as it is."""
    found = re.match(r"ISO(?:/IEC)? \d+(?:-\d+)?", document)
    return found[0] if found else document
