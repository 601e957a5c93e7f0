"""Facts about cryptographic algorithms (names, OIDs, what breaks them, strengths): ``content/cryptography/algorithms.yaml``.

No dated fact of policy stands here: those are in the profiles of jurisdictions. Reading is strict: an unknown field, a
reference that leads nowhere or a pattern that cannot be read is a problem with its line.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from standfirst.standards.cryptography.references import References
from standfirst.standards.library import content
from standfirst.standards.validation import Name, Strict, Text, read_model
from standfirst.standards.vocabulary import Confidence
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


# --- reading ---------------------------------------------------------------------------------------------------------


@lru_cache
def algorithm_table() -> tuple[AlgorithmTable, str]:
    """The shipped table and the digest of its file. Raises Unusable when it is broken."""
    file = f"{ALGORITHMS}.yaml"
    data = (content() / FOLDER / file).read_bytes()
    return read_algorithms(data, file=f"{FOLDER}/{file}"), sha256_hex(data)


def read_algorithms(data: bytes, *, file: str) -> AlgorithmTable:
    """Raises Unusable with every fault, also names that stand for two things and references to what is not there."""
    table, located = read_model(AlgorithmTable, data, file=file)
    check = References(file, located)
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
