"""The keys that it takes to vouch for a certificate, and what bodies sign with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from standfirst.trust.keys import Algorithm, PrivateKey

BODY_ALGORITHMS: Final = (Algorithm.ED25519, Algorithm.ML_DSA_65)
"""What a certification body signs with; an accreditation names one key of each."""


@dataclass(frozen=True, slots=True)
class Signers:
    """In life these keys lie in as many hands as there are parties; in a play in one."""

    accreditation_body: Sequence[PrivateKey]
    certification_body: Sequence[PrivateKey]
    origin: str
    log: PrivateKey
    witnesses: Mapping[str, PrivateKey] = field(default_factory=dict)


def signed_with(keys: Iterable[PrivateKey]) -> list[str]:
    """What a payload that these keys sign says of itself (see ``trust.envelope``)."""
    return sorted(key.algorithm.value for key in keys)
