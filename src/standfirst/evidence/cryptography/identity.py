"""Which algorithm an asset is: by its OID first, then by its name, then by its other fields; and where they disagree.

The first of these that says something decides; the others fill in what it leaves open. Where two say different things
the first still decides, and the contradiction is kept: an OID that is copied wrongly, or on purpose, shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from standfirst.evidence.cryptography.algorithm import Algorithm, hash_set, is_public_key, set_of, size_of
from standfirst.evidence.cryptography.assets import Asset
from standfirst.evidence.cryptography.names import Names, Reading, normalised, parts_of
from standfirst.standards.cryptography.algorithms import AlgorithmTable, Family, Measure, OidEntry, Purpose

_PRIMITIVES: Final = {
    "signature": Purpose.SIGNATURE,
    "kem": Purpose.KEY_ESTABLISHMENT,
    "key-agree": Purpose.KEY_ESTABLISHMENT,
    "block-cipher": Purpose.ENCRYPTION,
    "stream-cipher": Purpose.ENCRYPTION,
    "ae": Purpose.ENCRYPTION,
    "key-wrap": Purpose.ENCRYPTION,
    "hash": Purpose.HASH,
    "xof": Purpose.HASH,
    "mac": Purpose.MAC,
    "kdf": Purpose.KEY_DERIVATION,
    "drbg": Purpose.RANDOM,
}
"""CycloneDX primitives that say what an algorithm is for. ``pke`` does not: generators write it for any public key."""
_FUNCTIONS: Final = {
    "sign": Purpose.SIGNATURE,
    "verify": Purpose.SIGNATURE,
    "encapsulate": Purpose.KEY_ESTABLISHMENT,
    "decapsulate": Purpose.KEY_ESTABLISHMENT,
    "encrypt": Purpose.KEY_ESTABLISHMENT,
    "decrypt": Purpose.KEY_ESTABLISHMENT,
}
"""CycloneDX functions, as they apply to a public key."""
_SHORTEST_MODULUS, _LONGEST_MODULUS = 512, 32_768
_SHORTEST_KEY, _LONGEST_KEY = 40, 512
_PUBLIC: Final = (Purpose.SIGNATURE, Purpose.KEY_ESTABLISHMENT)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two fields of one asset that cannot both be right, and about what."""

    first: str
    second: str
    about: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The algorithms of an asset. ``decided_by`` names the field; ``unknown_because`` says why there are none."""

    algorithms: tuple[Algorithm, ...] = ()
    decided_by: str = "nothing"
    unknown_because: str | None = None
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one field says."""

    field: str
    algorithms: tuple[Algorithm, ...]


def identify(asset: Asset, names: Names) -> Identity:
    """The algorithms that an asset of kind algorithm, or key material by itself, states."""
    table = names.table
    claims = [claim for claim in _claims(asset, names) if claim.algorithms]
    if not claims:
        return Identity(unknown_because=_why_unknown(asset))
    first, *others = claims
    found, contradictions = list(first.algorithms), list[Contradiction]()
    for claim in others:
        found, more = _joined(table, found, first.field, claim)
        contradictions += more
    if len(found) == 1:
        found[0], more = _with_parameters(names, found[0], first.field, asset)
        contradictions += more
        found[0], more = _for_its_purpose(table, found[0], first.field, asset)
        contradictions += more
    settled = tuple(_settled(table, one) for one in found)
    return Identity(settled, first.field, None, tuple(dict.fromkeys(contradictions)))


def _why_unknown(asset: Asset) -> str:
    if asset.name and not normalised(asset.name):
        return "name-unreadable"
    if asset.primitive == "pke":
        return "public-key-of-no-named-algorithm"
    return "name-unknown" if asset.name else "name-missing"


# --- what each field says --------------------------------------------------------------------------------------------


def _claims(asset: Asset, names: Names) -> Iterator[_Claim]:
    yield _Claim("oid", by_oid(asset.oid, names))
    yield _Claim("name", names.read(asset.name).algorithms)
    yield _Claim("family", names.read(asset.family or "").algorithms)
    yield _Claim("curve", _by_curve(asset.curve, names))
    said = names.read(asset.parameters or "")
    # The hash in "P-256/SHA-256" is a parameter of something else; alone it would name the asset.
    yield _Claim("parameters", said.algorithms if not said.curve else ())


def oid_entry(oid: str | None, table: AlgorithmTable) -> tuple[Family, OidEntry] | None:
    return table.oid_entries.get((oid or "").strip().removeprefix("urn:oid:"))


def by_oid(oid: str | None, names: Names) -> tuple[Algorithm, ...]:
    """The algorithm that an OID names, if the table has it."""
    entry = oid_entry(oid, names.table)
    if entry is None:
        return ()
    family, detail = entry
    return (_of_oid(names, family, detail),)


def _of_oid(names: Names, family: Family, entry: OidEntry) -> Algorithm:
    return Algorithm(
        family=family.id,
        purposes=entry.purposes or family.purposes,
        set=entry.set,
        curve=entry.curve,
        hash=entry.hash,
        mode=entry.mode,
        parts=parts_of(names, entry.parts or family.parts),
    )


def _by_curve(text: str | None, names: Names) -> tuple[Algorithm, ...]:
    """An elliptic curve by its name, or by the form ``collection/name`` of CycloneDX 1.7."""
    if not text:
        return ()
    collection, slash, plain = text.rpartition("/") if text.count("/") == 1 else ("", "", text)
    said = names.read(plain)
    curves = [one for one in said.algorithms if names.table.family_by_id[one.family].measure is Measure.CURVE]
    if curves:
        return (Algorithm("ecc", _PUBLIC, curve=curves[0].curve, size=curves[0].size),)
    if slash and collection in names.table.curve_collections:
        return (Algorithm("ecc", _PUBLIC, curve=normalised(text) or "other"),)
    return ()


# --- putting it together ---------------------------------------------------------------------------------------------


def _joined(
    table: AlgorithmTable, found: list[Algorithm], first: str, claim: _Claim
) -> tuple[list[Algorithm], list[Contradiction]]:
    """What was found with what one more field says about the same algorithm."""
    if (
        claim.field == "parameters"
        and len(claim.algorithms) == 1
        and _is_about(table, found, claim.algorithms[0])
    ):
        return found, []  # read as parameters below
    if len(found) == 1 and len(claim.algorithms) == 1:
        one, contradictions = _merged(table, found[0], first, claim.algorithms[0], claim.field)
        return [one], contradictions
    for index, one in enumerate(found):
        for other in claim.algorithms:
            if are_related(table, one, other):
                merged, contradictions = _merged(table, one, first, other, claim.field)
                rest = [more for more in claim.algorithms if more is not other]
                kept = [*found[:index], merged, *found[index + 1 :]]
                return [*kept, *(more for more in rest if len(found) == 1)], contradictions
    return found, [Contradiction(first, claim.field, "family")]


def _is_about(table: AlgorithmTable, found: list[Algorithm], said: Algorithm) -> bool:
    """Whether a parameter set names the hash, curve or cipher of what was found, and no other algorithm."""
    purposes = table.family_by_id[said.family].purposes if said.family else ()
    return purposes == (Purpose.HASH,) and any(
        one.hash is not None or (one.family and table.family_by_id[one.family].takes_hash) for one in found
    )


def _merged(
    table: AlgorithmTable, one: Algorithm, first: str, other: Algorithm, second: str
) -> tuple[Algorithm, list[Contradiction]]:
    if _is_part(one, other) and second != "name":
        return one, []  # a field beside the name often names one part of a combination
    if not are_related(table, one, other):
        return one, [Contradiction(first, second, "family")]
    if one.parts or other.parts:
        return (one if one.parts else replace(one, parts=other.parts)), []
    contradictions = []
    shared = tuple(purpose for purpose in one.purposes if purpose in other.purposes)
    if not shared:
        contradictions.append(Contradiction(first, second, "purpose"))
    if size_of(table, one) and size_of(table, other) and not _same_size(table, one, other):
        contradictions.append(Contradiction(first, second, "parameters"))
    for name in ("hash", "mode"):
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours and theirs and ours != theirs and not _is_family_of(table, ours, theirs):
            contradictions.append(Contradiction(first, second, name))
    family = other.family if _is_more_special(table, other, one) else one.family
    same_family = one.family == other.family
    merged = replace(
        one,
        family=family,
        purposes=shared or one.purposes,
        set=one.set or (other.set if same_family or family == other.family else None),
        size=one.size or other.size,
        curve=one.curve or other.curve,
        hash=one.hash or other.hash,
        mode=one.mode or other.mode,
    )
    return merged, contradictions


def _is_family_of(table: AlgorithmTable, one: str, other: str) -> bool:
    """Whether one of two names of hashes is only the family of the other."""
    return any(
        general not in table.family_of_set
        and (family := table.family_of_set.get(special)) is not None
        and family.id == general
        for general, special in ((one, other), (other, one))
    )


def _same_size(table: AlgorithmTable, one: Algorithm, other: Algorithm) -> bool:
    if one.set and other.set:
        return one.set == other.set
    if one.curve and other.curve:
        return one.curve == other.curve
    return size_of(table, one) == size_of(table, other)


def _is_part(one: Algorithm, other: Algorithm) -> bool:
    return not other.parts and any(other.family == part.family for part in one.parts)


def are_related(table: AlgorithmTable, one: Algorithm, other: Algorithm) -> bool:
    """The same family, one a kind of the other, or two combinations of the same families."""
    if not one.family or not other.family or one.parts or other.parts:
        return bool(one.parts and other.parts) and {part.family for part in one.parts} == {
            part.family for part in other.parts
        }
    first, second = table.family_by_id[one.family], table.family_by_id[other.family]
    return second.id in (first.id, first.kind_of) or second.kind_of == first.id


def _is_more_special(table: AlgorithmTable, one: Algorithm, other: Algorithm) -> bool:
    return table.family_by_id[one.family].kind_of == other.family


def _with_parameters(
    names: Names, one: Algorithm, first: str, asset: Asset
) -> tuple[Algorithm, list[Contradiction]]:
    """The algorithm with its stated parameter set: a size, a set, a curve or a hash."""
    table = names.table
    if one.parts or not asset.parameters:
        return one, []
    said = names.read(asset.parameters)
    other = _said_parameters(table, one, said)
    if other is None:
        return one, []
    if first != "parameters" and _conflict(table, one, other):
        return one, [Contradiction(first, "parameters", "parameters")]
    filled = {name: getattr(one, name) or getattr(other, name) for name in ("set", "size", "curve", "hash")}
    return replace(one, **filled), []


def _said_parameters(table: AlgorithmTable, one: Algorithm, said: Reading) -> Algorithm | None:
    """``said`` as parameters of the family of ``one``; None where it says nothing about it."""
    family = table.family_by_id[one.family]
    own = next((other for other in said.algorithms if other.family == one.family), None)
    hashed = next((stated.id for other in said.hashes if (stated := set_of(table, other)) is not None), None)
    if own is not None:
        return own
    curve = said.curve if family.measure is Measure.CURVE else None
    inside = hash_set(table, one.hash)
    for number in said.numbers:
        if inside is not None and inside.size == number:
            continue  # "512" of SHA512withRSA: the size of its hash
        named = next((s.id for s in family.sets if s.size == number or s.id.endswith(f"-{number}")), None)
        if named is not None:
            return replace(one, set=named, size=None)
        if _may_be_a_size(table, family, number):
            return replace(one, set=None, size=number, curve=None)
    if curve is None and (hashed is None or not family.takes_hash):
        return None
    return replace(one, set=None, size=None, curve=curve, hash=hashed)


def _may_be_a_size(table: AlgorithmTable, family: Family, number: int) -> bool:
    match family.measure:
        case Measure.MODULUS:
            return _SHORTEST_MODULUS <= number <= _LONGEST_MODULUS
        case Measure.CURVE:
            return any(curve.size == number for curve in table.curves)
        case Measure.KEY:
            return _SHORTEST_KEY <= number <= _LONGEST_KEY
        case _:
            return False


def _conflict(table: AlgorithmTable, one: Algorithm, other: Algorithm) -> bool:
    ours, theirs = size_of(table, one), size_of(table, other)
    if one.set and other.set and one.set != other.set:
        return True
    if ours and theirs and ours != theirs:
        return True
    return bool(one.hash and other.hash and one.hash != other.hash)


def _for_its_purpose(
    table: AlgorithmTable, one: Algorithm, first: str, asset: Asset
) -> tuple[Algorithm, list[Contradiction]]:
    """Narrowed to what the primitive and the functions say it is for; a public key is for signing or for keys."""
    if one.parts:
        return one, []
    public = is_public_key(table.family_by_id[one.family])
    primitive = _PRIMITIVES.get(asset.primitive or "")
    if primitive is not None and (primitive in _PUBLIC) != public:
        return one, [Contradiction(first, "primitive", "purpose")]
    if not public:
        return one, []
    stated = {primitive} | {_FUNCTIONS.get(function) for function in asset.functions}
    narrowed = tuple(purpose for purpose in one.purposes if purpose in stated)
    if primitive is not None and primitive not in one.purposes:
        return one, [Contradiction(first, "primitive", "purpose")]
    return (replace(one, purposes=narrowed) if narrowed else one), []


def _settled(table: AlgorithmTable, one: Algorithm) -> Algorithm:
    """ECDH on Curve25519 is X25519, ECDSA on it EdDSA; the mode that only the field ``mode`` states is no identity."""
    if one.family == "ecc" and one.curve in ("curve25519", "curve448"):
        if one.purposes == (Purpose.KEY_ESTABLISHMENT,):
            return replace(one, family="xdh")
        if one.purposes == (Purpose.SIGNATURE,):
            return replace(one, family="eddsa")
    return one if one.parts or one.set else replace(one, set=_only_set(table, one))


def _only_set(table: AlgorithmTable, one: Algorithm) -> str | None:
    stated = set_of(table, one)
    return None if stated is None else stated.id
