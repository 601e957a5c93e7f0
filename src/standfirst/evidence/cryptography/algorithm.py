"""An algorithm as an inventory names it, and what follows from the table: strength, quantum status, what is left open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from standfirst.standards.cryptography.algorithms import (
    AlgorithmTable,
    Family,
    Maturity,
    Measure,
    ParameterSet,
    Purpose,
    QuantumStatus,
    Threat,
)

ENOUGH_AGAINST_SEARCH: Final = 128
"""Bits that have to be left after Grover's search for an algorithm to count as resistant: half of a 256-bit key."""
TOO_SHORT: Final = 80
"""Classical strength in bits below which an attacker of today breaks it: the factored RSA-829, exhausted 64-bit keys."""
_PUBLIC: Final = (Purpose.SIGNATURE, Purpose.KEY_ESTABLISHMENT)


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One algorithm with the parameters that are known. ``parts``: a combination, secure while one part is.

    ``purposes`` are those it may serve here: several where the inventory leaves it open. ``hash`` is a hash function or,
    where no more is stated, a family of them.
    """

    family: str
    purposes: tuple[Purpose, ...]
    set: str | None = None
    size: int | None = None
    curve: str | None = None
    hash: str | None = None
    mode: str | None = None
    parts: tuple["Algorithm", ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is known to break an algorithm. ``because`` is a code; ``effective`` what search leaves of it, in bits."""

    status: QuantumStatus
    because: str
    effective: int | None = None


def set_of(table: AlgorithmTable, algorithm: Algorithm) -> ParameterSet | None:
    """The parameter set that is stated, or the only one that the family has."""
    family = table.family_by_id.get(algorithm.family)
    if family is None:
        return None
    if algorithm.set is not None:
        return family.set_by_id.get(algorithm.set)
    return next((one for one in family.sets if one.only), None)


def hash_set(table: AlgorithmTable, name: str | None) -> ParameterSet | None:
    """The hash function of this name; None where only its family is known (``sha-2``)."""
    family = table.family_of_set.get(name or "")
    return None if family is None or name is None else family.set_by_id[name]


def is_public_key(family: Family) -> bool:
    return any(purpose in _PUBLIC for purpose in family.purposes)


def is_post_quantum(family: Family) -> bool:
    return family.threat is Threat.NONE_KNOWN and is_public_key(family)


def is_before_its_standard(table: AlgorithmTable, algorithm: Algorithm) -> bool:
    """Drafts and what came before them: resistant so far, but not what a standard describes."""
    if algorithm.parts:
        return any(is_before_its_standard(table, part) for part in algorithm.parts)
    family = table.family_by_id.get(algorithm.family)
    return family is not None and family.maturity in (Maturity.DRAFT, Maturity.PRE_STANDARD)


def strength_of(table: AlgorithmTable, algorithm: Algorithm) -> int | None:
    """Classical strength in bits; for a hash against collisions. None where it does not follow."""
    if algorithm.parts:
        known = [strength for part in algorithm.parts if (strength := strength_of(table, part)) is not None]
        return max(known, default=None)
    family, stated = table.family_by_id.get(algorithm.family), set_of(table, algorithm)
    if family is None:
        return None
    if stated is not None and stated.strength is not None:
        return stated.strength
    match family.measure:
        case Measure.MODULUS:
            return None if algorithm.size is None else table.modulus_strength(algorithm.size)
        case Measure.CURVE:
            return _curve_strength(table, algorithm)
        case Measure.KEY:
            return algorithm.size if stated is None else stated.size
        case Measure.DIGEST:
            return None if stated is None or stated.size is None else stated.size // 2
        case Measure.HASH:
            inside = hash_set(table, algorithm.hash)
            return None if inside is None else inside.size
        case Measure.SET | Measure.NONE:
            return None


def _curve_strength(table: AlgorithmTable, algorithm: Algorithm) -> int | None:
    if algorithm.curve is not None:
        curve = table.curve_by_id.get(algorithm.curve)
        return None if curve is None else curve.strength
    same = [curve.strength for curve in table.curves if curve.size == algorithm.size]
    return min(same, default=None)


def size_of(table: AlgorithmTable, algorithm: Algorithm) -> int | None:
    """Bits of modulus, field, key or digest, as documents state them."""
    if algorithm.curve is not None and (curve := table.curve_by_id.get(algorithm.curve)) is not None:
        return curve.size
    stated = set_of(table, algorithm)
    return stated.size if stated is not None and stated.size is not None else algorithm.size


def exposure_of(table: AlgorithmTable, algorithm: Algorithm) -> Exposure:
    """The quantum status, with the reason.

    Grover (1996): search over 2^n keys takes 2^(n/2) steps, and finding a preimage likewise; its cost in depth, which
    makes it harder in practice, is left out. Shor (1994): RSA, discrete logarithms and elliptic curves fall whole.
    """
    if algorithm.parts:
        return _of_combination(table, algorithm.parts)
    family = table.family_by_id[algorithm.family]
    strength = strength_of(table, algorithm)
    match family.threat:
        case Threat.CLASSICAL:
            return Exposure(QuantumStatus.BROKEN, "broken-classically", 0)
        case Threat.SHOR:
            if Purpose.SIGNATURE in algorithm.purposes and _hash_is_broken(table, algorithm.hash):
                return Exposure(QuantumStatus.BROKEN, "hash-broken-classically", 0)
            if strength is not None and strength < TOO_SHORT:
                return Exposure(QuantumStatus.BROKEN, "too-short", 0)
            return Exposure(QuantumStatus.VULNERABLE, "shor-breaks-it", 0)
        case Threat.NONE_KNOWN:
            return Exposure(QuantumStatus.RESISTANT, "no-quantum-attack-known")
        case Threat.SEARCH:
            return _under_search(table, algorithm)
        case Threat.PARTS:
            return Exposure(QuantumStatus.INDETERMINATE, "parts-not-stated")


def _under_search(table: AlgorithmTable, algorithm: Algorithm) -> Exposure:
    open_sizes = {_search_bits(table, one) for one in completions(table, algorithm)}
    if None in open_sizes or not open_sizes:
        return Exposure(QuantumStatus.INDETERMINATE, "size-not-stated")
    effective = {bits // 2 for bits in open_sizes if bits is not None}
    if max(effective) * 2 < TOO_SHORT:
        return Exposure(QuantumStatus.BROKEN, "too-short", max(effective))
    if min(effective) >= ENOUGH_AGAINST_SEARCH:
        return Exposure(QuantumStatus.RESISTANT, "search-leaves-enough", min(effective))
    if max(effective) < ENOUGH_AGAINST_SEARCH:
        return Exposure(QuantumStatus.WEAKENED, "search-halves-it", min(effective))
    return Exposure(QuantumStatus.INDETERMINATE, "size-not-stated")


def _search_bits(table: AlgorithmTable, algorithm: Algorithm) -> int | None:
    """Bits that a search has to run through: the key, or the digest for a preimage."""
    family = table.family_by_id[algorithm.family]
    if family.measure is Measure.HASH:
        inside = hash_set(table, algorithm.hash)
        return None if inside is None else inside.size
    stated = set_of(table, algorithm)
    return algorithm.size if stated is None else stated.size


def _of_combination(table: AlgorithmTable, parts: tuple[Algorithm, ...]) -> Exposure:
    """As good as its best part: RFC 9794 calls a scheme hybrid that is secure while one of its parts is."""
    statuses = [exposure_of(table, part).status for part in parts]
    best = min(statuses, key=lambda status: status.rank)
    if best is QuantumStatus.RESISTANT and any(status is not best for status in statuses):
        return Exposure(QuantumStatus.HYBRID, "hybrid-of-both")
    return Exposure(best, "best-of-its-parts")


def _hash_is_broken(table: AlgorithmTable, name: str | None) -> bool:
    family = table.family_of_set.get(name or "")
    return family is not None and family.threat is Threat.CLASSICAL


def level_of(table: AlgorithmTable, algorithm: Algorithm) -> int | None:
    """NIST's security category; 0 for what a quantum computer or an attacker of today breaks. None: not defined."""
    status = exposure_of(table, algorithm).status
    if status in (QuantumStatus.VULNERABLE, QuantumStatus.BROKEN):
        return 0
    if algorithm.parts:
        levels = [level for part in algorithm.parts if (level := level_of(table, part))]
        return max(levels, default=None)
    stated = set_of(table, algorithm)
    return None if stated is None else stated.level


def completions(table: AlgorithmTable, algorithm: Algorithm) -> tuple[Algorithm, ...]:
    """Every algorithm that this one may be: what is left open is filled with what is in use, one purpose at a time.

    What nothing can be said about stays open: a hash that is not stated beside a signature is no fact about it.
    """
    return tuple(
        replace(one, purposes=(purpose,))
        for one in _filled(table, algorithm)
        for purpose in (algorithm.purposes or (None,))
        if purpose is not None
    )


def _filled(table: AlgorithmTable, algorithm: Algorithm) -> Iterator[Algorithm]:
    hashes = table.family_by_id.get(algorithm.hash or "")
    if hashes is not None and hashes.sets and algorithm.hash not in table.family_of_set:
        for one in hashes.sets:
            yield from _sized(table, replace(algorithm, hash=one.id))
    else:
        yield from _sized(table, algorithm)


def _sized(table: AlgorithmTable, algorithm: Algorithm) -> Iterator[Algorithm]:
    family = table.family_by_id.get(algorithm.family)
    if (
        family is None
        or algorithm.parts
        or algorithm.size is not None
        or set_of(table, algorithm) is not None
    ):
        yield algorithm
    elif family.measure is Measure.MODULUS and family.sizes:
        yield from (replace(algorithm, size=size) for size in family.sizes)
    elif family.measure is Measure.CURVE and algorithm.curve is None and family.curves:
        yield from (replace(algorithm, curve=curve) for curve in family.curves)
    elif family.measure is Measure.HASH and algorithm.hash is None and family.hashes:
        yield from (replace(algorithm, hash=name) for name in family.hashes)
    elif family.measure in (Measure.KEY, Measure.DIGEST, Measure.SET) and family.sets:
        yield from (replace(algorithm, set=one.id) for one in family.sets)
    else:
        yield algorithm
