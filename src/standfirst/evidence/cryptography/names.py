"""Names of algorithms, read: ``SHA256withRSA``, ``AES-128-GCM``, ``ecdsa_secp256r1_sha256``, ``X25519MLKEM768``.

A name is cut into terms that the table of algorithms knows, longest first and with as little left over as can be; what
a word would only contain by chance ("des" in "description") is never found in it. Then the terms are put together:
which is the algorithm, which its hash, its curve, its key size, its mode.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from standfirst.evidence.cryptography.algorithm import Algorithm, is_post_quantum, set_of
from standfirst.standards.cryptography.algorithms import (
    AlgorithmTable,
    Detail,
    Family,
    Measure,
    Purpose,
    Threat,
    algorithm_table,
)

LONGEST: Final = 120
"""Longest name that is read. The longest cipher suite registered has 46 characters."""
_OTHERS: Final = re.compile(r"[^a-z0-9]+")
_WORD: Final = re.compile(r"[^-]+")
_PLAIN_START: Final = re.compile(r"[a-z0-9-]+")
_START: Final = 3
_DIGITS: Final = re.compile(r"[0-9]+")
_SHORTEST_NUMBER_IN_A_WORD: Final = 3
_SUITE: Final = frozenset({"tls", "dtls", "ssl"})
_PUBLIC: Final = frozenset({Purpose.SIGNATURE, Purpose.KEY_ESTABLISHMENT})


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a name. Exactly one of ``family``, ``number`` and ``curve`` alone, ``mode`` alone, or none (a filler)."""

    text: str
    family: str | None = None
    detail: Detail | None = None
    curve: str | None = None
    mode: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name says: the algorithms in it, and numbers, curves and hashes that belong to none of them."""

    algorithms: tuple[Algorithm, ...] = ()
    numbers: tuple[int, ...] = ()
    curve: str | None = None
    hashes: tuple[Algorithm, ...] = ()


_NOTHING: Final = Reading()


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    term: Term


class Names:
    """The reader of names for one table of algorithms."""

    def __init__(self, table: AlgorithmTable) -> None:
        self.table = table
        self.read = lru_cache(maxsize=4096)(self._read)

    @cached_property
    def _forms(self) -> Mapping[str, tuple[_Form, ...]]:
        """Every pattern by the characters that it certainly starts with, three at most."""
        found: dict[str, list[_Form]] = {}
        for text, term in self._patterns():
            found.setdefault(_certain_start(text), []).append(_Form(re.compile(text), term))
        return {start: tuple(forms) for start, forms in found.items()}

    def _patterns(self) -> Iterator[tuple[str, Term]]:
        for family in self.table.families:
            for form in family.names:
                yield form.match, Term("", family=form.means or family.id, detail=form)
        for curve in self.table.curves:
            for name in curve.names:
                yield name, Term("", curve=curve.id)
        for mode in self.table.modes:
            yield mode, Term("", mode=mode)
        for word in self.table.fillers:
            yield word, Term("")

    def _read(self, name: str, *, suite: bool = False) -> Reading:
        """What ``name`` says. ``suite``: it is a cipher suite, whose algorithms do different things side by side."""
        text = normalised(name)
        if not text:
            return _NOTHING
        terms = self._terms(text)
        named = [term.text for term in terms]
        return _composed(self, terms, suite=suite or bool(_SUITE & set(named)))

    # --- cutting -----------------------------------------------------------------------------------------------------

    def _terms(self, text: str) -> tuple[Term, ...]:
        """The cut with the fewest unknown words, then the fewest terms."""
        best: dict[int, tuple[int, int, tuple[Term, ...]] | None] = {len(text): (0, 0, ())}
        for start in range(len(text) - 1, -1, -1):
            if text[start] == "-":
                best[start] = best.get(start + 1)
                continue
            options = [
                (rest[0] + unknown, rest[1] + 1, (term, *rest[2]))
                for end, term, unknown in self._next(text, start)
                if (rest := best.get(end)) is not None
            ]
            best[start] = min(options, key=lambda option: option[:2]) if options else None
        found = best[0]
        return () if found is None else found[2]

    def _next(self, text: str, start: int) -> Iterator[tuple[int, Term, int]]:
        """Each term that may start here: where it ends, and 1 for an unknown word."""
        starts = {text[start : start + length] for length in range(1, _START + 1)}
        for form in (form for first in sorted(starts) for form in self._forms.get(first, ())):
            match = form.pattern.match(text, start)
            if match is not None and not _splits_number(text, match.end()):
                yield match.end(), _filled_in(form.term, match), 0
        whole = start == 0 or text[start - 1] == "-"
        digits = _DIGITS.match(text, start)
        if digits is not None and not _splits_number(text, start):
            ends_word = digits.end() == len(text) or text[digits.end()] == "-"
            long = digits.end() - start >= _SHORTEST_NUMBER_IN_A_WORD
            if ends_word and (whole or long):
                yield digits.end(), Term(digits[0], number=int(digits[0][:9])), 0
        if whole:
            word = _WORD.match(text, start)
            yield (word.end() if word else len(text)), Term("?"), 1


@lru_cache
def names() -> Names:
    """The reader for the shipped table."""
    return Names(algorithm_table()[0])


def normalised(name: str) -> str:
    """A name in lower case with hyphens for all else, without what stands after ``@``.

    Empty for a name that is too long, or that has a character beyond ASCII or a control character: a look-alike letter
    must not be read as the letter it looks like.
    """
    plain = name.split("@", 1)[0]
    if len(plain) > LONGEST or not plain.isascii() or not plain.isprintable():
        return ""
    return _OTHERS.sub("-", plain.lower()).strip("-")


def _certain_start(pattern: str) -> str:
    """The plain characters at the start of a pattern; the last of them not if it may be left out or repeated."""
    plain = _PLAIN_START.match(pattern)
    start = plain[0] if plain else ""
    follows = pattern[len(start) : len(start) + 1]
    return (start[:-1] if follows and follows in "?*{" else start)[:_START]


def _splits_number(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isdigit() and text[place].isdigit()


def _filled_in(term: Term, match: re.Match[str]) -> Term:
    """The term of a form with what its pattern caught put into its details."""
    if not isinstance(term.detail, Detail):
        return replace(term, text=match[0])
    caught = match[1] if match.re.groups else None
    detail = term.detail
    size = detail.size if isinstance(detail.size, int) else None
    plain = Detail.model_construct(
        set=_put(detail.set, caught),
        hash=_put(detail.hash, caught),
        mode=_put(detail.mode, caught),
        size=int(caught) if detail.size == "{1}" and caught is not None else size,
        curve=detail.curve,
        purposes=detail.purposes,
    )
    return replace(term, text=match[0], detail=plain)


def _put(template: str | None, caught: str | None) -> str | None:
    if template is None or "{1}" not in template:
        return template
    return None if caught is None else template.replace("{1}", caught)


# --- putting together ------------------------------------------------------------------------------------------------


def _composed(names_: Names, terms: tuple[Term, ...], *, suite: bool) -> Reading:
    table = names_.table
    found = [_algorithm(table, term) for term in terms if term.family is not None]
    hashes = [one for one in found if _is_hash(table, one)]
    mains = _without_repeats([one for one in found if not _is_hash(table, one)])
    numbers = tuple(term.number for term in terms if term.number is not None)
    curve = next((term.curve for term in terms if term.curve is not None), None)
    mode = next((term.mode for term in terms if term.mode is not None), None)
    if not mains and not hashes and curve is None:
        return Reading(numbers=numbers)
    if curve is not None:
        mains = _with_curve(table, mains, curve)
    mains = [_with_number(table, one, numbers) for one in mains]
    mains = [_with_mode(one, mode) for one in mains]
    mains = _with_parts(names_, _as_mac(table, mains))
    if len(mains) > 1 and (suite or _looks_like_a_suite(table, mains)):
        return Reading(tuple(_of_suite(table, mains, hashes)), numbers, curve)
    mains, loose = _with_hash(table, mains, hashes)
    mains = [*_as_hybrid(table, mains), *loose]
    return Reading(tuple(mains), numbers, curve, tuple(hashes))


def _algorithm(table: AlgorithmTable, term: Term) -> Algorithm:
    family, detail = table.family_by_id[term.family or ""], term.detail or Detail()
    return Algorithm(
        family=family.id,
        purposes=detail.purposes or family.purposes,
        set=detail.set,
        size=detail.size if isinstance(detail.size, int) else None,
        curve=detail.curve,
        hash=detail.hash,
        mode=detail.mode,
    )


def _family(table: AlgorithmTable, algorithm: Algorithm) -> Family:
    return table.family_by_id[algorithm.family]


def _is_hash(table: AlgorithmTable, algorithm: Algorithm) -> bool:
    return _family(table, algorithm).purposes == (Purpose.HASH,)


def _without_repeats(algorithms: list[Algorithm]) -> list[Algorithm]:
    """One of each family: what a later mention adds is put into the first."""
    found: dict[str, Algorithm] = {}
    for one in algorithms:
        first = found.get(one.family)
        if first is None:
            found[one.family] = one
            continue
        shared = tuple(purpose for purpose in first.purposes if purpose in one.purposes)
        found[one.family] = replace(
            first,
            purposes=shared or first.purposes,
            **{
                name: getattr(first, name) or getattr(one, name)
                for name in ("set", "size", "curve", "hash", "mode")
            },
        )
    return list(found.values())


def _with_curve(table: AlgorithmTable, mains: list[Algorithm], curve: str) -> list[Algorithm]:
    """The curve belongs to what works on curves; beside something post-quantum, or alone, it stands for itself."""
    if any(_family(table, one).measure is Measure.CURVE for one in mains):
        return [
            replace(one, curve=one.curve or curve) if _family(table, one).measure is Measure.CURVE else one
            for one in mains
        ]
    partner = next((one for one in mains if is_post_quantum(_family(table, one))), None)
    purposes = partner.purposes if partner else table.family_by_id["ecc"].purposes
    return [*mains, Algorithm("ecc", purposes, curve=curve)]


def _with_number(table: AlgorithmTable, algorithm: Algorithm, numbers: tuple[int, ...]) -> Algorithm:
    """The first number that can be a key size of this family."""
    family = _family(table, algorithm)
    if (
        algorithm.set is not None
        or algorithm.size is not None
        or family.measure in (Measure.HASH, Measure.NONE)
    ):
        return algorithm
    for number in numbers:
        named = next(
            (one.id for one in family.sets if one.size == number or one.id.endswith(f"-{number}")), None
        )
        if named is not None:
            return replace(algorithm, set=named)
        if family.measure is Measure.MODULUS and number >= 512:
            return replace(algorithm, size=number)
    return algorithm


def _with_mode(algorithm: Algorithm, mode: str | None) -> Algorithm:
    if mode is None or algorithm.mode is not None or Purpose.ENCRYPTION not in algorithm.purposes:
        return algorithm
    return replace(algorithm, mode=mode)


def _as_mac(table: AlgorithmTable, mains: list[Algorithm]) -> list[Algorithm]:
    """AES-CMAC is AES for another purpose; PBKDF2 with HMAC is PBKDF2; RSA with MGF1 is RSA."""
    if any(one.family == "rsa" for one in mains):
        mains = [one for one in mains if one.family != "mask-generation"]
    ciphers = [one for one in mains if one.purposes == (Purpose.ENCRYPTION,)]
    if len(ciphers) == 1 and any(one.family == "cipher-mac" for one in mains):
        others = [one for one in mains if one.family != "cipher-mac" and one is not ciphers[0]]
        return [replace(ciphers[0], purposes=(Purpose.MAC,)), *others]
    if any(_family(table, one).purposes == (Purpose.KEY_DERIVATION,) for one in mains):
        return [one for one in mains if one.family != "hmac"]
    return mains


def _with_parts(names_: Names, mains: list[Algorithm]) -> list[Algorithm]:
    """A combination that has a name of its own (X-Wing), with the algorithms that it is made of."""
    return [
        replace(one, parts=parts_of(names_, family.parts))
        if (family := _family(names_.table, one)).parts
        else one
        for one in mains
    ]


def parts_of(names_: Names, texts: tuple[str, ...]) -> tuple[Algorithm, ...]:
    return tuple(algorithm for text in texts for algorithm in names_.read(text).algorithms)


def _with_hash(
    table: AlgorithmTable, mains: list[Algorithm], hashes: list[Algorithm]
) -> tuple[list[Algorithm], list[Algorithm]]:
    """The hash goes to what takes one; where nothing does, it stands beside."""
    takers = [one for one in mains if _family(table, one).takes_hash]
    if not hashes or not takers:
        return mains, hashes
    name = _hash_name(table, hashes[0])
    return [_hashed(one, name) if one in takers else one for one in mains], []


def _hash_name(table: AlgorithmTable, algorithm: Algorithm) -> str:
    """The hash function, or its family where no more is stated."""
    stated = set_of(table, algorithm)
    return algorithm.family if stated is None else stated.id


def _hashed(algorithm: Algorithm, name: str) -> Algorithm:
    """With a hash beside it, what can sign does sign: ``SHA256withRSA``."""
    signs = Purpose.SIGNATURE in algorithm.purposes
    purposes = (Purpose.SIGNATURE,) if signs else algorithm.purposes
    return replace(algorithm, hash=algorithm.hash or name, purposes=purposes)


def _as_hybrid(table: AlgorithmTable, mains: list[Algorithm]) -> list[Algorithm]:
    """A post-quantum algorithm and a classical one in one name, for one purpose: a combination."""
    new = [one for one in mains if not one.parts and is_post_quantum(_family(table, one))]
    old = [one for one in mains if not one.parts and _family(table, one).threat is Threat.SHOR]
    shared = [
        purpose for purpose in Purpose if purpose in _PUBLIC and _some(new, purpose) and _some(old, purpose)
    ]
    if not shared:
        return mains
    parts = tuple(replace(one, purposes=tuple(shared)) for one in (*new, *old))
    others = [one for one in mains if one not in new and one not in old]
    return [Algorithm("", tuple(shared), parts=parts), *others]


def _looks_like_a_suite(table: AlgorithmTable, mains: list[Algorithm]) -> bool:
    """A public key and a cipher in one name, as OpenSSL writes suites: ``ECDHE-RSA-AES128-GCM-SHA256``."""
    return any(_family(table, one).threat is Threat.SHOR for one in mains) and any(
        Purpose.ENCRYPTION in one.purposes for one in mains
    )


def _some(algorithms: list[Algorithm], purpose: Purpose) -> bool:
    return any(purpose in one.purposes for one in algorithms)


def _of_suite(table: AlgorithmTable, mains: list[Algorithm], hashes: list[Algorithm]) -> Iterator[Algorithm]:
    """The algorithms of a TLS cipher suite (RFC 5246, A.5): with an ephemeral exchange, RSA only signs; without, it
    carries the key. The hash serves HMAC or the derivation of keys, never the signature.
    """
    agrees = any(
        Purpose.KEY_ESTABLISHMENT in one.purposes and Purpose.SIGNATURE not in one.purposes for one in mains
    )
    for one in mains:
        if set(one.purposes) >= _PUBLIC:
            only = Purpose.SIGNATURE if agrees else Purpose.KEY_ESTABLISHMENT
            yield replace(one, purposes=(only,))
        else:
            yield one
    for one in hashes:
        yield Algorithm("hmac", (Purpose.MAC,), hash=_hash_name(table, one))
