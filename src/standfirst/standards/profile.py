"""Profiles: which part of an edition is asked, by domain, stage and tier."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from standfirst.standards.catalogue import Edition, Requirement, Tier
from standfirst.standards.facts import Reach
from standfirst.standards.library import content
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text, read_model
from standfirst.standards.vocabulary import Domain, Stage

PROFILES = "profiles.yaml"


class Profile(Strict):
    """A selection, joined with ``+``: ``computing+sensing+operation+tier-2``.

    Domains add up, and so do stages; what is asked lies in one of the domains and in one of the stages.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-+][a-z0-9]+)*$")]
    title: Text
    domains: tuple[Domain, ...] = Field(default=tuple(Domain), min_length=1)
    stages: tuple[Stage, ...] = Field(default=tuple(Stage), min_length=1)
    tier: Tier = 3

    @property
    def reach(self) -> Reach:
        return Reach(frozenset(self.domains), frozenset(self.stages), self.tier)

    def leaves_out(self, requirement: Requirement, edition: Edition) -> Reason | None:
        """Why a requirement is not asked, or None where it is."""
        whole = edition.of_whole_system(requirement.id)
        if not whole and not set(self.domains) & set(requirement.domains):
            return Reason("profile.domain", {"asked_of": tuple(requirement.domains), "profile": self.id})
        if not whole and not set(self.stages) & set(requirement.stages):
            return Reason("profile.stage", {"asked_of": tuple(requirement.stages), "profile": self.id})
        if self.tier < requirement.from_tier:
            return Reason(
                "profile.tier", {"from_tier": requirement.from_tier, "tier": self.tier, "profile": self.id}
            )
        return None

    def asked(self, edition: Edition) -> list[Requirement]:
        return [requirement for requirement in edition if self.leaves_out(requirement, edition) is None]


class Profiles(Strict):
    profiles: tuple[Profile, ...]


def shipped_profiles() -> tuple[Profile, ...]:
    """Raises :class:`Unusable` when the shipped file is broken."""
    return read_model(Profiles, (content() / PROFILES).read_bytes(), file=PROFILES)[0].profiles


def profile_named(name: str) -> Profile:
    """One shipped profile, or several joined by ``+``. Raises :class:`Unusable` for an unknown or empty one."""
    known = {profile.id: profile for profile in shipped_profiles()}
    parts = [part.strip() for part in name.split("+")]
    unknown = [part for part in parts if part not in known]
    if unknown:
        raise Unusable(
            [problem("--profile", "profile.unknown", field=part, known=tuple(known)) for part in unknown]
        )
    return combined([known[part] for part in parts], "+".join(parts))


def combined(profiles: Iterable[Profile], name: str) -> Profile:
    """The domains that any of them names, the stages that any of them names, and the lowest tier."""
    chosen = list(profiles)
    domains = _added_up(Domain, [profile.domains for profile in chosen])
    stages = _added_up(Stage, [profile.stages for profile in chosen])
    title = " + ".join(p.title for p in chosen)
    return Profile(id=name, title=title, domains=domains, stages=stages, tier=min(p.tier for p in chosen))


Choice = TypeVar("Choice", Domain, Stage)


def _added_up(every: type[Choice], chosen: Iterable[tuple[Choice, ...]]) -> tuple[Choice, ...]:
    """The union of those that choose at all; everything where none does."""
    named = [set(one) for one in chosen if set(one) != set(every)]
    union = set().union(*named) if named else set(every)
    return tuple(value for value in every if value in union)
