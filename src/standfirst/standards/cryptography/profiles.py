"""What a jurisdiction asks of cryptographic algorithms from which date: a profile, one file each in ``content/cryptography``.

A dated fact of policy stands in a profile and nowhere else. Reading is strict: an unknown field, a source or an algorithm
that is not there is a problem with its line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from standfirst.standards.cryptography.algorithms import (
    ALGORITHMS,
    FOLDER,
    AlgorithmTable,
    Bits,
    Day,
    Id,
    Purpose,
    QuantumStatus,
    Version,
    algorithm_table,
)
from standfirst.standards.cryptography.references import References
from standfirst.standards.library import content
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.validation import Strict, Text, read_model
from standfirst.standards.vocabulary import Confidence
from standfirst.trust.digests import sha256_hex


class Standing(StrEnum):
    """How a profile treats an algorithm on a day. Best first."""

    PERMITTED = "permitted"
    DEPRECATED = "deprecated"
    INDETERMINATE = "indeterminate"
    NOT_APPROVED = "not-approved"
    DISALLOWED = "disallowed"

    @property
    def rank(self) -> int:
        return tuple(Standing).index(self)


class DocumentStage(StrEnum):
    """How far a document has come."""

    FINAL = "final"
    DRAFT = "draft"
    PROPOSED = "proposed"
    ANNOUNCED = "announced"


class Binding(StrEnum):
    """How strongly a document binds those whom it addresses, weakest first."""

    NONE = "none"
    ROADMAP = "roadmap"
    GUIDELINE = "guideline"
    STANDARD = "standard"
    AGENCY_REQUIREMENT = "agency-requirement"
    EXECUTIVE_ORDER = "executive-order"
    STATUTE = "statute"


class Stance(StrEnum):
    """What a jurisdiction says of hybrids: a classical and a post-quantum algorithm together."""

    RECOMMENDED = "recommended"
    ALLOWED = "allowed"
    NOT_STATED = "not-stated"
    NOT_RECOMMENDED = "not-recommended"
    NOT_PERMITTED = "not-permitted"


class PolicySource(Strict):
    """A document of policy, how far it has come and how sure we are of what we say of it."""

    id: Id
    document: Text
    edition: Text
    stage: DocumentStage
    binding: Binding
    confidence: Confidence
    as_of: Day
    url: Text | None = None
    note: Text | None = None


class Selector(Strict):
    """Which algorithms a rule is about: every field that is given must hold.

    Strengths and sizes in bits, ``_from`` inclusive, ``_below`` exclusive. ``parts``: combinations of which one part is
    of these sets or families. A combination is matched by ``parts``, ``quantum`` and ``purposes`` only.
    """

    families: tuple[Id, ...] = ()
    sets: tuple[Id, ...] = ()
    quantum: tuple[QuantumStatus, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    hashes: tuple[Id, ...] = ()
    curves: tuple[Id, ...] = ()
    modes: tuple[Id, ...] = ()
    parts: tuple[Id, ...] = ()
    strength_from: Bits | None = None
    strength_below: Bits | None = None
    size_from: Bits | None = None
    size_below: Bits | None = None

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a rule says which algorithms it is about")
        return self


class Step(Strict):
    """From when on a standing holds: ``after`` a day (that day itself is still free of it), ``since`` a day, or always."""

    standing: Standing
    after: Day | None = None
    since: Day | None = None

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if self.after is not None and self.since is not None:
            raise ValueError("a step has one date, after or since")
        return self

    @property
    def dated(self) -> date | None:
        """The day as the document gives it."""
        return self.after or self.since

    def holds(self, on: date) -> bool:
        if self.after is not None:
            return on > self.after
        return self.since is None or on >= self.since


class PolicyRule(Strict):
    """One sentence of a document, as a rule. Without ``addressees`` it is for everybody whom the profile is for."""

    id: Id
    says: Text
    source: Id
    section: Text | None = None
    confidence: Confidence | None = Field(None, description="Where it differs from its source's")
    addressees: tuple[Id, ...] = ()
    where: Selector
    steps: tuple[Step, ...] = Field(min_length=1)
    note: Text | None = None


class Otherwise(Strict):
    """The standing where no rule holds, by quantum status. What no algorithm could be found for stays indeterminate."""

    says: Text
    confidence: Confidence
    resistant: Standing
    hybrid: Standing
    weakened: Standing
    indeterminate: Standing
    vulnerable: Standing
    broken: Standing

    def standing(self, status: QuantumStatus) -> Standing:
        found: Standing = getattr(self, status.value)
        return found


class HybridPosition(Strict):
    purpose: Purpose
    stance: Stance
    says: Text
    source: Id
    section: Text | None = None
    confidence: Confidence | None = None


class PolicyMilestone(Strict):
    """A date of the document that asks for plans or reports, not for other algorithms."""

    date: Day
    says: Text
    source: Id


class Addressee(Strict):
    id: Id
    title: Text


class CryptoProfile(Strict):
    """What one jurisdiction asks of algorithms."""

    form: Literal["standfirst-crypto-profile/1"]
    id: Id
    version: Version
    title: Text
    jurisdiction: Text
    authority: Text
    as_of: Day
    notice: Text
    sources: tuple[PolicySource, ...] = Field(min_length=1)
    addressees: tuple[Addressee, ...] = ()
    rules: tuple[PolicyRule, ...] = ()
    otherwise: Otherwise
    hybrids: tuple[HybridPosition, ...] = ()
    milestones: tuple[PolicyMilestone, ...] = ()

    @cached_property
    def source_by_id(self) -> Mapping[str, PolicySource]:
        return {source.id: source for source in self.sources}

    def rules_for(self, addressee: str | None) -> tuple[PolicyRule, ...]:
        """Those for everybody and for this addressee; without one, all."""
        return tuple(
            rule
            for rule in self.rules
            if addressee is None or not rule.addressees or addressee in rule.addressees
        )

    def dates(self, addressee: str | None = None) -> tuple[date, ...]:
        """Every date at which a rule changes a standing, in order."""
        steps = (step.dated for rule in self.rules_for(addressee) for step in rule.steps)
        return tuple(sorted({day for day in steps if day is not None}))


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """A profile, the table of algorithms that it speaks of, and the digests of both files."""

    profile: CryptoProfile
    algorithms: AlgorithmTable
    profile_digest: str
    algorithms_digest: str


def jurisdictions() -> tuple[str, ...]:
    """The ids of the profiles there are."""
    names = (item.name.removesuffix(".yaml") for item in (content() / FOLDER).iterdir())
    return tuple(sorted(name for name in names if name != ALGORITHMS and not name.startswith(("_", "."))))


@lru_cache
def published(jurisdiction: str) -> Published:
    """Raises Unusable when there is no such profile, or a shipped file is broken."""
    if jurisdiction not in jurisdictions():
        raise Unusable(
            [
                problem(
                    "--jurisdiction", "jurisdiction.unknown", field=jurisdiction[:60], known=jurisdictions()
                )
            ]
        )
    table, table_digest = algorithm_table()
    file = f"{jurisdiction}.yaml"
    data = (content() / FOLDER / file).read_bytes()
    profile = read_profile(data, file=f"{FOLDER}/{file}", algorithms=table)
    if profile.id != jurisdiction:
        raise Unusable([problem(f"{FOLDER}/{file}", "cryptography.other-name", field="id", id=profile.id)])
    return Published(profile, table, sha256_hex(data), table_digest)


def read_profile(data: bytes, *, file: str, algorithms: AlgorithmTable) -> CryptoProfile:
    """Raises Unusable with every fault, also references to sources, addressees and algorithms that are not there."""
    profile, located = read_model(CryptoProfile, data, file=file)
    check = References(file, located)
    sources = check.once(("sources",), [source.id for source in profile.sources])
    addressees = check.once(("addressees",), [addressee.id for addressee in profile.addressees])
    check.once(("rules",), [rule.id for rule in profile.rules])
    families, sets = set(algorithms.family_by_id), set(algorithms.family_of_set)
    for index, rule in enumerate(profile.rules):
        at = ("rules", index)
        check.known((*at, "source"), [rule.source], sources)
        check.known((*at, "addressees"), rule.addressees, addressees)
        check.known((*at, "where", "families"), rule.where.families, families)
        check.known((*at, "where", "sets"), rule.where.sets, sets)
        check.known((*at, "where", "hashes"), rule.where.hashes, sets)
        check.known((*at, "where", "curves"), rule.where.curves, set(algorithms.curve_by_id))
        check.known((*at, "where", "parts"), rule.where.parts, families | sets)
        check.known((*at, "where", "modes"), rule.where.modes, set(algorithms.modes))
    for field in ("hybrids", "milestones"):
        for index, one in enumerate(getattr(profile, field)):
            check.known((field, index, "source"), [one.source], sources)
    check.refuse()
    return profile
