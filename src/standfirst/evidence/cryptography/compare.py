"""Where jurisdictions contradict each other on one asset: what one accepts, another refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from standfirst.evidence.cryptography.inventory import Judged
from standfirst.evidence.cryptography.policy import Judgement, Policy, worst_of
from standfirst.standards.cryptography.algorithms import Purpose
from standfirst.standards.cryptography.profiles import Stance, Standing

_ACCEPTED = (Standing.PERMITTED, Standing.DEPRECATED)
_REFUSED = (Standing.NOT_APPROVED, Standing.DISALLOWED)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one jurisdiction says of an asset, and of combining classical with post-quantum algorithms for it."""

    jurisdiction: str
    judgement: Judgement
    hybrids: Stance


@dataclass(frozen=True, slots=True)
class Conflict:
    """An asset that some jurisdictions accept and others refuse. Opinions are in the order of the profiles."""

    place: str
    name: str
    accepted_by: tuple[Opinion, ...]
    refused_by: tuple[Opinion, ...]

    @property
    def told(self) -> str:
        """As in ``accepted: eu; refused: us-nss (otherwise)``."""
        accepted = ", ".join(one.jurisdiction for one in self.accepted_by)
        refused = ", ".join(f"{one.jurisdiction} ({one.judgement.rule})" for one in self.refused_by)
        return f"accepted: {accepted}; refused: {refused}"[:300]


def conflicts(asset: Judged, policies: Sequence[Policy], on: date) -> tuple[Conflict, ...]:
    """The conflict of these jurisdictions on one asset, or none.

    What is indeterminate for a jurisdiction is neither accepted nor refused by it. Only the algorithms that the asset
    states itself are compared; those that it rests on are assets of their own.
    """
    if not asset.algorithms:
        return ()
    opinions = [_opinion(asset, policy, on) for policy in policies]
    accepted = tuple(one for one in opinions if one.judgement.standing in _ACCEPTED)
    refused = tuple(one for one in opinions if one.judgement.standing in _REFUSED)
    if not accepted or not refused:
        return ()
    return (Conflict(asset.asset.place, asset.asset.name, accepted, refused),)


def _opinion(asset: Judged, policy: Policy, on: date) -> Opinion:
    judgement = worst_of(policy.judge(algorithm, on) for algorithm in asset.algorithms)
    purposes = {purpose for algorithm in asset.algorithms for purpose in algorithm.purposes}
    return Opinion(policy.profile.id, judgement, _stance(policy, purposes))


def _stance(policy: Policy, purposes: set[Purpose]) -> Stance:
    found = (position.stance for position in policy.profile.hybrids if position.purpose in purposes)
    return next(found, Stance.NOT_STATED)
