"""Profiles: which part of an edition is asked, by domain, stage and tier."""

from collections.abc import Iterable
from typing import Annotated

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
    """A selection. Profiles are combined by intersection: ``computing+operation+tier-2``."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-+][a-z0-9]+)*$")]
    title: Text
    domains: tuple[Domain, ...] = Field(default=tuple(Domain), min_length=1)
    stages: tuple[Stage, ...] = Field(default=tuple(Stage), min_length=1)
    tier: Tier = 3

    @property
    def reach(self) -> Reach:
        return Reach(frozenset(self.domains), frozenset(self.stages), self.tier)

    def leaves_out(self, requirement: Requirement) -> Reason | None:
        """Why a requirement is not asked, or None where it is."""
        if not set(self.domains) & set(requirement.domains):
            return Reason("profile.domain", {"asked_of": tuple(requirement.domains), "profile": self.id})
        if not set(self.stages) & set(requirement.stages):
            return Reason("profile.stage", {"asked_of": tuple(requirement.stages), "profile": self.id})
        if self.tier < requirement.from_tier:
            return Reason(
                "profile.tier", {"from_tier": requirement.from_tier, "tier": self.tier, "profile": self.id}
            )
        return None

    def asked(self, edition: Edition) -> list[Requirement]:
        return [requirement for requirement in edition if self.leaves_out(requirement) is None]


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
    """The intersection. Raises :class:`Unusable` when nothing is left."""
    chosen = list(profiles)
    domains = [d for d in Domain if all(d in p.domains for p in chosen)]
    stages = [s for s in Stage if all(s in p.stages for p in chosen)]
    if not domains or not stages:
        raise Unusable([problem("--profile", "profile.empty", field=name)])
    title = " + ".join(p.title for p in chosen)
    return Profile(
        id=name, title=title, domains=tuple(domains), stages=tuple(stages), tier=min(p.tier for p in chosen)
    )
