"""The relying party's policy: whom it believes, what it asks for, and how old evidence may be.

Integrity is the same for everybody; recognition is each relying party's own. A policy is a JSON file in any layout, but
strict: what it does not say in exactly the known words it does not say at all, and every fault is told at once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import Final, NoReturn

from standfirst.trust.accreditation import key_of
from standfirst.trust.canonical import JsonValue, Unrepresentable, canonical_bytes
from standfirst.trust.digests import sha256_hex
from standfirst.trust.errors import Parameter, Rejected, TrustError
from standfirst.trust.keys import Algorithm, PublicKey
from standfirst.trust.lookalikes import look_alike
from standfirst.trust.members import BODY_ID, SCHEME, DocumentRejected, MemberFlaw, Members, a_text
from standfirst.trust.witness_policy import WitnessPolicy

FORM: Final = "standfirst-policy/1"
MAX_BYTES: Final = 2**20
MOST_HOURS: Final = 366 * 24

MOST_ROOTS: Final = 64
"""Every one is compared with every other, by key and by look; nobody knows more accreditation bodies than that."""

_MEMBERS: Final = (
    "form", "name", "status", "specimen", "roots", "body_required", "schemes", "witnessing", "max_age_hours",
    "snapshot_max_age_hours",
)  # fmt: skip


class PolicyFlaw(StrEnum):
    """Why a file is no policy (what `document.*`, `witness-policy.*` and `accreditation.key-*` do not say)."""

    TOO_LARGE = "policy.too-large"
    NOT_JSON = "policy.not-json"
    DUPLICATE_KEY = "policy.duplicate-key"
    NUMBER = "policy.number"
    NOT_KEPT_EXACTLY = "policy.not-kept-exactly"
    TOO_MANY_ROOTS = "policy.too-many-roots"
    ROOT_REPEATED = "policy.root-repeated"
    ROOTS_LOOK_ALIKE = "policy.roots-look-alike"
    KEY_REPEATED = "policy.key-repeated"
    KEY_OF_ROOT = "policy.key-of-root"
    REQUIRED_WITHOUT_KEY = "policy.required-without-key"
    NO_LOG = "policy.no-log"
    NO_QUORUM = "policy.no-quorum"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a policy; ``where`` is the member."""

    where: str
    code: StrEnum
    parameters: Mapping[str, Parameter]


class PolicyUnusable(TrustError):
    """A policy that cannot be used, with every fault found."""

    def __init__(self, faults: "tuple[Fault, ...]") -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(f"{fault.where}: {fault.code}" for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Root:
    """An accreditation body that the relying party recognises, under the name that it has for it.

    ``required``: the algorithms with which it has to sign, all of them.
    """

    id: str
    name: str
    keys: tuple[PublicKey, ...]
    required: frozenset[Algorithm]


@dataclass(frozen=True)
class Policy:
    """``digest`` is the SHA-256 of the file: two verdicts under one digest were given by the same rules."""

    name: str
    status: str
    specimen: bool
    roots: tuple[Root, ...]
    body_required: frozenset[Algorithm]
    schemes: tuple[str, ...]
    witnessing: WitnessPolicy
    max_age: timedelta
    snapshot_max_age: timedelta
    digest: str

    @cached_property
    def blocs(self) -> Mapping[str, frozenset[str]]:
        """The groups of witnesses that the quorum rests on, by name."""
        return self.witnessing.blocs()

    @classmethod
    def read(cls, data: bytes) -> "Policy":
        """The policy that the file is. Raises `PolicyUnusable` with every fault."""
        value = _json(data)
        reading = _Reading()
        parts = reading.parts(value)
        if reading.faults:
            raise PolicyUnusable(tuple(reading.faults))
        return cls(**parts, digest=sha256_hex(data))  # type: ignore[arg-type]

    def root(self, id: str) -> Root | None:  # noqa: A002 - what bodies have
        return next((root for root in self.roots if root.id == id), None)


class _Reading:
    """Reads member after member and goes on after a fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def parts(self, value: JsonValue) -> dict[str, object]:
        if type(value) is not dict:
            self._fault("policy", MemberFlaw.NOT_AN_OBJECT, {"where": "policy"})
            return {}
        for name in _MEMBERS:
            if name not in value:
                self._fault("policy", MemberFlaw.MISSING, {"where": "policy", "name": name})
        for name in sorted(value.keys() - set(_MEMBERS)):
            self._fault("policy", MemberFlaw.UNKNOWN, {"where": "policy", "name": name[:80]})
        known: dict[str, JsonValue] = {name: value[name] for name in _MEMBERS if name in value}
        found = Members(known, "policy", *known)
        readers: dict[str, Callable[[], object]] = {
            "name": lambda: found.text("name"),
            "status": lambda: found.text("status"),
            "specimen": lambda: found.flag("specimen"),
            "roots": lambda: self._roots(found),
            "body_required": lambda: _algorithms(found, "body_required"),
            "schemes": lambda: found.codes("schemes", SCHEME, least=1, most=1_000),
            "witnessing": lambda: _witnessing(found),
            "max_age_hours": lambda: _hours(found, "max_age_hours"),
            "snapshot_max_age_hours": lambda: _hours(found, "snapshot_max_age_hours"),
        }
        if "form" in known:
            self._try("policy.form", lambda: found.form(FORM))
        read = {
            name: self._try(f"policy.{name}", reader) for name, reader in readers.items() if name in known
        }
        roots, witnessing = read.get("roots"), read.get("witnessing")
        if isinstance(roots, tuple) and isinstance(witnessing, WitnessPolicy):
            self._check_separate(roots, witnessing)
        return {name.removesuffix("_hours"): part for name, part in read.items()}

    def _try(self, where: str, read: Callable[[], object]) -> object:
        try:
            return read()
        except Rejected as found:
            place = str(found.parameters.get("where", where))
            if "line" in found.parameters:  # of the witnessing: its lines are the array's items
                place = f"{where}[{int(found.parameters['line']) - 1}]"
            self._fault(place, found.code, {"where": place, **found.parameters})
            return None

    def _fault(self, where: str, code: StrEnum, parameters: Mapping[str, Parameter]) -> None:
        self.faults.append(Fault(where, code, parameters))

    def _roots(self, found: Members) -> tuple[Root, ...]:
        items = found.items("roots", least=1, most=MAX_BYTES)
        if len(items) > MOST_ROOTS:
            raise DocumentRejected(PolicyFlaw.TOO_MANY_ROOTS, {"where": "policy.roots", "limit": MOST_ROOTS})
        places = [f"policy.roots[{at}]" for at in range(len(items))]
        read = [
            self._try(place, lambda item=item, place=place: _root(item, place))  # type: ignore[misc]
            for item, place in zip(items, places, strict=True)
        ]
        roots = tuple(root for root in read if isinstance(root, Root))
        for one, other in combinations(roots, 2):
            self._check_apart(one, other)
        return roots

    def _check_separate(self, roots: tuple[Root, ...], witnessing: WitnessPolicy) -> None:
        """Who accredits neither keeps the log nor watches it: one stolen key would open both doors."""
        owners = {key: root.id for root in roots for key in root.keys}
        for note_key in (*witnessing.logs, *witnessing.witnesses.values()):
            if root := owners.get(note_key.public):
                self._fault(
                    "policy.witnessing", PolicyFlaw.KEY_OF_ROOT, {"name": note_key.name, "root": root}
                )

    def _check_apart(self, one: Root, other: Root) -> None:
        pair: dict[str, Parameter] = {"one": one.id, "other": other.id}
        if one.id == other.id:
            self._fault("policy.roots", PolicyFlaw.ROOT_REPEATED, {"id": one.id})
        elif look_alike(one.id, other.id) or look_alike(one.name, other.name):
            self._fault("policy.roots", PolicyFlaw.ROOTS_LOOK_ALIKE, pair)
        if {key.id for key in one.keys} & {key.id for key in other.keys}:
            self._fault("policy.roots", PolicyFlaw.KEY_REPEATED, pair)


def _root(item: JsonValue, where: str) -> Root:
    found = Members(item, where, "id", "name", "keys", "required")
    keys = tuple(key_of(each) for each in found.children("keys", "algorithm", "public", least=1, most=8))
    required = _algorithms(found, "required")
    algorithms = [key.algorithm for key in keys]
    if len(set(algorithms)) != len(algorithms):
        raise DocumentRejected(MemberFlaw.REPEATED, {"where": f"{where}.keys"})
    for algorithm in sorted(required.difference(algorithms)):
        raise DocumentRejected(
            PolicyFlaw.REQUIRED_WITHOUT_KEY, {"where": f"{where}.required", "algorithm": algorithm.value}
        )
    return Root(found.coded("id", BODY_ID), found.text("name"), keys, required)


def _algorithms(found: Members, name: str) -> frozenset[Algorithm]:
    items = found.items(name, least=1, most=len(Algorithm))
    where = f"{found.where}.{name}"
    for at, item in enumerate(items):
        if item not in list(Algorithm):
            expected = " | ".join(Algorithm)
            raise DocumentRejected(MemberFlaw.WRONG_VALUE, {"where": f"{where}[{at}]", "expected": expected})
    read = frozenset(Algorithm(str(item)) for item in items)
    if len(read) != len(items):
        raise DocumentRejected(MemberFlaw.REPEATED, {"where": where})
    return read


def _witnessing(found: Members) -> WitnessPolicy:
    """C2SP tlog-policy, one line an item: no line end hides a second line in it.

    Without a log or a quorum nothing keeps a log from two histories.
    """
    items = found.items("witnessing", least=1, most=1_000)
    lines = [a_text(item, f"{found.where}.witnessing[{at}]") for at, item in enumerate(items)]
    read = WitnessPolicy.of_lines(lines)
    if not read.logs:
        raise _of_witnessing(found, PolicyFlaw.NO_LOG)
    if read.quorum is None:
        raise _of_witnessing(found, PolicyFlaw.NO_QUORUM)
    return read


def _of_witnessing(found: Members, flaw: PolicyFlaw) -> Rejected:
    return DocumentRejected(flaw, {"where": f"{found.where}.witnessing"})


def _hours(found: Members, name: str) -> timedelta:
    return timedelta(hours=found.integer(name, 1, MOST_HOURS))


# --- JSON in any layout ---


def _json(data: bytes) -> JsonValue:
    """Raises `PolicyUnusable` for what is no JSON, repeats a key or holds a number that is no plain integer."""
    if len(data) > MAX_BYTES:
        raise _unusable(PolicyFlaw.TOO_LARGE, limit=MAX_BYTES)
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unrepeated,
            parse_float=_refused,
            parse_constant=_refused,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        raise _unusable(PolicyFlaw.NOT_JSON, line=error.lineno) from None
    except (UnicodeDecodeError, RecursionError):
        raise _unusable(PolicyFlaw.NOT_JSON, line=0) from None
    try:
        canonical_bytes(value)  # NFC, no lone surrogates, not too deep
    except Unrepresentable as error:
        raise _unusable(PolicyFlaw.NOT_KEPT_EXACTLY, why=error.code.value) from None
    return value


def _unrepeated(members: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {}
    for name, item in members:
        if name in value:
            raise _unusable(PolicyFlaw.DUPLICATE_KEY, name=name[:80])
        value[name] = item
    return value


def _integer(digits: str) -> int:
    if len(digits) > 15 or digits == "-0":
        _refused(digits)
    return int(digits)


def _refused(text: str) -> NoReturn:
    raise _unusable(PolicyFlaw.NUMBER, text=text[:40])


def _unusable(flaw: PolicyFlaw, **parameters: Parameter) -> PolicyUnusable:
    return PolicyUnusable((Fault("", flaw, parameters),))
