"""What is known about cryptographic algorithms, and what a jurisdiction asks of them from which date: typed data.

``content/cryptography/algorithms.yaml`` holds facts about algorithms (names, OIDs, what breaks them, strengths); every
other file there is the profile of one jurisdiction. A dated fact of policy stands in a profile and nowhere else.
Reading is strict: an unknown field, a source or parameter set that is not there, or a pattern that cannot be read is a
problem with its line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from standfirst.standards.library import content
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import Name, Strict, Text, read_model
from standfirst.standards.vocabulary import Confidence
from standfirst.standards.yaml_text import Located
from standfirst.trust.digests import sha256_hex

FOLDER: Final = "cryptography"
ALGORITHMS: Final = "algorithms"


class Threat(StrEnum):
    """The strongest attack known on a family of algorithms."""

    SHOR = "shor"
    SEARCH = "search"
    CLASSICAL = "classical"
    NONE_KNOWN = "none-known"
    PARTS = "parts"
    """Nothing follows without knowing what it is made of."""


class Measure(StrEnum):
    """What the strength of an algorithm follows from."""

    MODULUS = "modulus"
    CURVE = "curve"
    KEY = "key"
    DIGEST = "digest"
    HASH = "hash"
    """The digest of the hash function inside (HMAC, HKDF)."""
    SET = "set"
    NONE = "none"


class Purpose(StrEnum):
    """What an algorithm is for. Encryption with public keys is key establishment: it carries keys."""

    SIGNATURE = "signature"
    KEY_ESTABLISHMENT = "key-establishment"
    ENCRYPTION = "encryption"
    HASH = "hash"
    MAC = "mac"
    KEY_DERIVATION = "key-derivation"
    RANDOM = "random"
    PROTOCOL = "protocol"


class Maturity(StrEnum):
    """Whether a standard of the algorithm exists."""

    STANDARD = "standard"
    DRAFT = "draft"
    PRE_STANDARD = "pre-standard"
    ELSEWHERE = "elsewhere"
    """Recommended by some agencies, without a standard that all follow."""


class QuantumStatus(StrEnum):
    """What a large quantum computer, or an attacker of today, does to an algorithm. Best first."""

    RESISTANT = "resistant"
    HYBRID = "hybrid"
    WEAKENED = "weakened"
    INDETERMINATE = "indeterminate"
    VULNERABLE = "vulnerable"
    BROKEN = "broken"

    @property
    def rank(self) -> int:
        return tuple(QuantumStatus).index(self)


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


def _a_day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    raise ValueError("write a day like 2030-12-31, in quotes")


_GROUPS: Final = re.compile(r"\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\)")


def _a_pattern(text: str) -> str:
    if not re.match(r"[a-z0-9](?![?*{|])", text) or re.search(r"[A-Z_ ]", text):
        raise ValueError("a pattern starts with one certain letter or digit and is written in lower case")
    if "|" in _GROUPS.sub("", text):
        raise ValueError("alternatives of a pattern stand in a group")
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a pattern: {error}") from None
    return text


Day = Annotated[date, BeforeValidator(_a_day)]
Id = Name
Pattern = Annotated[str, StringConstraints(max_length=200), AfterValidator(_a_pattern)]
Template = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*(?:\{1\})?[a-z0-9-]*$", max_length=60)]
Oid = Annotated[str, StringConstraints(pattern=r"^[0-2](?:\.(?:0|[1-9][0-9]*))+$", max_length=100)]
Bits = Annotated[int, Field(ge=0, le=100_000)]
Version = Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d+$")]


# --- algorithms ------------------------------------------------------------------------------------------------------


class Source(Strict):
    id: Id
    document: Text
    confidence: Confidence
    url: Text | None = None


class ParameterSet(Strict):
    """A parameter set, key size or digest size with a name. ``only``: it is meant where none is stated.

    ``level`` is NIST's security category (1 to 5). ``strength`` is in bits and overrides what the family's measure gives.
    """

    id: Id
    size: Bits | None = None
    strength: Bits | None = None
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    only: bool = False


class Detail(Strict):
    """What a name or an OID says beyond the family. ``{1}`` stands for the first group of the name's pattern."""

    set: Template | None = None
    size: Bits | Literal["{1}"] | None = None
    curve: Id | None = None
    hash: Template | None = None
    mode: Template | None = None
    purposes: tuple[Purpose, ...] = ()


class NameForm(Detail):
    match: Pattern
    means: Id | None = Field(None, description="Another family that this name belongs to")


class OidEntry(Detail):
    oid: Oid
    parts: tuple[Text, ...] = Field((), description="Names of the algorithms that a combination is made of")


class Family(Strict):
    """Algorithms that stand and fall together.

    ``kind_of``: a more general family that names and OIDs may say instead. ``sizes``, ``curves`` and ``hashes``: those
    in use, where an inventory leaves them open. ``takes_hash``: a hash beside it belongs to it.
    """

    id: Id
    title: Text
    threat: Threat
    measure: Measure
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    source: Id
    maturity: Maturity = Maturity.STANDARD
    kind_of: Id | None = None
    takes_hash: bool = False
    sizes: tuple[Bits, ...] = ()
    curves: tuple[Id, ...] = ()
    hashes: tuple[Id, ...] = ()
    sets: tuple[ParameterSet, ...] = ()
    names: tuple[NameForm, ...] = ()
    oids: tuple[OidEntry, ...] = ()
    parts: tuple[Text, ...] = ()

    @cached_property
    def set_by_id(self) -> Mapping[str, ParameterSet]:
        return {one.id: one for one in self.sets}


class Curve(Strict):
    id: Id
    size: Bits
    strength: Bits
    names: tuple[Pattern, ...]
    oids: tuple[Oid, ...]


class StrengthStep(Strict):
    size: Bits
    strength: Bits


class ModulusStrengths(Strict):
    source: Id
    steps: tuple[StrengthStep, ...] = Field(min_length=1)


class NumberedGroup(Strict):
    number: Bits
    name: Text


class AlgorithmTable(Strict):
    """``algorithms.yaml``."""

    form: Literal["standfirst-algorithms/1"]
    version: Version
    as_of: Day
    sources: tuple[Source, ...] = Field(min_length=1)
    modulus_strengths: ModulusStrengths
    families: tuple[Family, ...] = Field(min_length=1)
    curve_collections: tuple[Id, ...]
    curves: tuple[Curve, ...]
    modes: tuple[Id, ...]
    fillers: tuple[Id, ...]
    ike_groups: tuple[NumberedGroup, ...]

    @cached_property
    def family_by_id(self) -> Mapping[str, Family]:
        return {family.id: family for family in self.families}

    @cached_property
    def curve_by_id(self) -> Mapping[str, Curve]:
        return {curve.id: curve for curve in self.curves}

    @cached_property
    def family_of_set(self) -> Mapping[str, Family]:
        return {one.id: family for family in self.families for one in family.sets}

    @cached_property
    def oid_entries(self) -> Mapping[str, tuple[Family, OidEntry]]:
        """Every OID with what it names; that of a curve names any use of elliptic curves."""
        ecc = self.family_by_id.get("ecc")
        found = {entry.oid: (family, entry) for family in self.families for entry in family.oids}
        if ecc is not None:
            for curve in self.curves:
                found |= {oid: (ecc, OidEntry(oid=oid, curve=curve.id)) for oid in curve.oids}
        return found

    def modulus_strength(self, size: int) -> int:
        """Classical strength in bits of a modulus of ``size`` bits: that of the largest step it reaches."""
        return max(step.strength for step in self.modulus_strengths.steps if step.size <= size)


# --- what a jurisdiction asks ----------------------------------------------------------------------------------------


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


@lru_cache
def algorithm_table() -> tuple[AlgorithmTable, str]:
    """The shipped table and the digest of its file. Raises Unusable when it is broken."""
    file = f"{ALGORITHMS}.yaml"
    data = (content() / FOLDER / file).read_bytes()
    return read_algorithms(data, file=f"{FOLDER}/{file}"), sha256_hex(data)


def read_algorithms(data: bytes, *, file: str) -> AlgorithmTable:
    """Raises Unusable with every fault, also names that stand for two things and references to what is not there."""
    table, located = read_model(AlgorithmTable, data, file=file)
    check = _References(file, located)
    sources = check.once(("sources",), [source.id for source in table.sources])
    families = check.once(("families",), [family.id for family in table.families])
    curves = check.once(("curves",), [curve.id for curve in table.curves])
    sets = {one.id for family in table.families for one in family.sets}
    check.once(
        ("families",),
        [entry.oid for family in table.families for entry in family.oids]
        + [oid for curve in table.curves for oid in curve.oids],
    )
    check.known(("modulus_strengths", "source"), [table.modulus_strengths.source], sources)
    for index, family in enumerate(table.families):
        at = ("families", index)
        check.known((*at, "source"), [family.source], sources)
        check.known((*at, "kind_of"), [family.kind_of], families)
        check.known((*at, "curves"), family.curves, curves)
        check.known((*at, "hashes"), family.hashes, sets)
        for place, detail in _details(family):
            check.known((*at, *place, "curve"), [detail.curve], curves)
            check.known((*at, *place, "set"), _written_out(detail, detail.set), set(family.set_by_id))
            check.known((*at, *place, "hash"), _written_out(detail, detail.hash), sets)
            if isinstance(detail, NameForm):
                check.known((*at, *place, "means"), [detail.means], families)
    check.refuse()
    return table


def read_profile(data: bytes, *, file: str, algorithms: AlgorithmTable) -> CryptoProfile:
    """Raises Unusable with every fault, also references to sources, addressees and algorithms that are not there."""
    profile, located = read_model(CryptoProfile, data, file=file)
    check = _References(file, located)
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


def _details(family: Family) -> Iterator[tuple[tuple[str, int], Detail]]:
    for field in ("names", "oids"):
        for index, detail in enumerate(getattr(family, field)):
            yield (field, index), detail


def _written_out(detail: Detail, template: str | None) -> list[str]:
    """The ids that a template can become: with each alternative of the pattern's group put in."""
    if template is None or "{1}" not in template:
        return [] if template is None else [template]
    group = re.search(r"\((?!\?)([^()]*)\)", detail.match) if isinstance(detail, NameForm) else None
    if group is None:
        return [template]
    listed = re.fullmatch(r"\[([^\]]*)\]", group[1])
    alternatives = list(listed[1]) if listed else group[1].split("|")
    return [template.replace("{1}", one) for one in alternatives]


class _References:
    """Ids that stand once, and references that lead somewhere: every fault with its line."""

    def __init__(self, file: str, located: Located) -> None:
        self._file, self._located = file, located
        self._found: list[Problem] = []

    def once(self, place: tuple[str | int, ...], ids: list[str]) -> set[str]:
        repeated = {one for one in ids if ids.count(one) > 1}
        for one in sorted(repeated):
            self._add(place, "cryptography.repeated", id=one)
        return set(ids)

    def known(
        self,
        place: tuple[str | int, ...],
        ids: "list[str | None] | list[str] | tuple[str, ...]",
        there: set[str],
    ) -> None:
        for one in ids:
            if one is not None and one not in there:
                self._add(place, "cryptography.unknown-reference", id=one)

    def refuse(self) -> None:
        if self._found:
            raise Unusable(self._found)

    def _add(self, place: tuple[str | int, ...], code: str, **parameters: str) -> None:
        field = ".".join(map(str, place))
        self._found.append(
            problem(self._file, code, line=self._located.line(place), field=field, **parameters)
        )
