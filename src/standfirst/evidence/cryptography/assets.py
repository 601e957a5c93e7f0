"""The cryptographic assets of a bill of materials: found wherever components stand, their fields read one by one.

Components stand in ``components``, in ``metadata.component`` and in ``formulation[].components``, each with components of
its own. What a pedigree names is what a component was made from, and tools are not part of the product: neither counts.
An asset is a component of type ``cryptographic-asset``, and any other that carries ``cryptoProperties`` all the same.
Fields of the wrong type are left out of the reading and told as faults; nothing else is guessed from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from standfirst.evidence.cryptography.reading import Members, json_type

ASSET_TYPE: Final = "cryptographic-asset"


class AssetKind(StrEnum):
    """CycloneDX 1.6 and 1.7, ``cryptoProperties.assetType``; the last is ours, for what says none of them."""

    ALGORITHM = "algorithm"
    CERTIFICATE = "certificate"
    PROTOCOL = "protocol"
    MATERIAL = "related-crypto-material"
    UNKNOWN = "unknown"


WITHOUT_ALGORITHM: Final = frozenset(
    ("initialization-vector", "nonce", "seed", "salt", "password", "credential", "token", "additional-data")
)
"""Related material that no algorithm is strong or weak in: there is nothing to judge in it by itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that cannot be read (``wrong-type``) or that readers take differently (``repeated-member``)."""

    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a field points to by ``bom-ref``."""

    target: str
    place: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a protocol states, with what it stands for: ``suite``, ``group`` or ``scheme``."""

    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Asset:
    """One cryptographic asset as it is stated. Fields that are absent or unreadable are None or empty.

    ``references`` lead to algorithms and keys that it rests on; ``other_references`` to what protects it. ``level`` and
    ``classical`` are the declared ``nistQuantumSecurityLevel`` and ``classicalSecurityLevel``.
    """

    place: str
    kind: AssetKind
    name: str = ""
    ref: str | None = None
    oid: str | None = None
    family: str | None = None
    parameters: str | None = None
    curve: str | None = None
    primitive: str | None = None
    functions: tuple[str, ...] = ()
    mode: str | None = None
    level: int | None = None
    classical: int | None = None
    size: int | None = None
    material: str | None = None
    protocol: str | None = None
    named: tuple[Named, ...] = ()
    ike_groups: tuple[int, ...] = ()
    references: tuple[Reference, ...] = ()
    other_references: tuple[Reference, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Two readers of the same bytes may see two different assets."""
        return any(fault.code == "repeated-member" for fault in self.faults)


def find_assets(document: Members) -> list[Asset]:
    """Every asset, in the order of the file."""
    return [_asset(component, place) for component, place in components(document) if _is_asset(component)]


def components(document: Members) -> Iterator[tuple[Members, str]]:
    """Every component with its JSON path, parents first. A nested one stands at the depth the reader allows."""
    waiting: list[tuple[Any, str]] = []
    metadata = document.get("metadata")
    if isinstance(metadata, Members):
        waiting.append((metadata.get("component"), "$.metadata.component"))
    waiting += _listed(document.get("components"), "$.components")
    formulation = document.get("formulation")
    for index, formula in enumerate(formulation if isinstance(formulation, list) else ()):
        if isinstance(formula, Members):
            waiting += _listed(formula.get("components"), f"$.formulation[{index}].components")
    waiting.reverse()
    while waiting:
        component, place = waiting.pop()
        if isinstance(component, Members):
            yield component, place
            waiting += reversed(_listed(component.get("components"), f"{place}.components"))


def _listed(value: object, place: str) -> list[tuple[Any, str]]:
    return [(one, f"{place}[{index}]") for index, one in enumerate(value)] if isinstance(value, list) else []


def _is_asset(component: Members) -> bool:
    return component.get("type") == ASSET_TYPE or "cryptoProperties" in component


def faults_of_shape(document: Members) -> list[Fault]:
    """Members that stand twice in an object anywhere in the document, and components that are none."""
    found: list[Fault] = []
    waiting: list[tuple[Any, str]] = [(document, "$")]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, Members):
            found += [Fault("repeated-member", f"{place}.{name}") for name in value.repeated]
            waiting += [(inside, f"{place}.{name}") for name, inside in value.items()]
            listed = value.get("components")
            if isinstance(listed, list):
                found += [
                    Fault("wrong-type", f"{place}.components[{index}]")
                    for index, one in enumerate(listed)
                    if not isinstance(one, Members)
                ]
            elif listed is not None:
                found.append(Fault("wrong-type", f"{place}.components"))
        elif isinstance(value, list):
            waiting += [(inside, f"{place}[{index}]") for index, inside in enumerate(value)]
    return found


# --- one asset -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Look:
    """Reads fields of expected types, and notes what it finds instead."""

    faults: list[Fault] = field(default_factory=list)

    def members(self, body: Members, name: str, place: str) -> Members:
        value = body.get(name)
        if isinstance(value, Members):
            return value
        self._note(value, f"{place}.{name}", "object")
        return Members([])

    def text(self, body: Members, name: str, place: str) -> str | None:
        value = body.get(name)
        if isinstance(value, str):
            return value
        self._note(value, f"{place}.{name}", "string")
        return None

    def whole(self, body: Members, name: str, place: str) -> int | None:
        value = body.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._note(value, f"{place}.{name}", "whole number")
        return None

    def items(self, body: Members, name: str, place: str) -> list[tuple[Any, str]]:
        value = body.get(name)
        if isinstance(value, list):
            return _listed(value, f"{place}.{name}")
        self._note(value, f"{place}.{name}", "array")
        return []

    def texts(self, body: Members, name: str, place: str) -> list[tuple[str, str]]:
        found = []
        for value, where in self.items(body, name, place):
            if isinstance(value, str):
                found.append((value, where))
            else:
                self._note(value, where, "string", null_is_absent=False)
        return found

    def objects(self, body: Members, name: str, place: str) -> list[tuple[Members, str]]:
        found = []
        for value, where in self.items(body, name, place):
            if isinstance(value, Members):
                found.append((value, where))
            else:
                self._note(value, where, "object", null_is_absent=False)
        return found

    def reference(self, body: Members, name: str, place: str) -> list[Reference]:
        target = self.text(body, name, place)
        return [] if target is None else [Reference(target, f"{place}.{name}")]

    def references(self, body: Members, name: str, place: str) -> list[Reference]:
        return [Reference(target, where) for target, where in self.texts(body, name, place)]

    def related(self, body: Members, place: str) -> list[Reference]:
        """``relatedCryptographicAssets`` of CycloneDX 1.7."""
        listed = self.objects(body, "relatedCryptographicAssets", place)
        return [reference for one, where in listed for reference in self.reference(one, "ref", where)]

    def _note(self, value: object, place: str, expected: str, *, null_is_absent: bool = True) -> None:
        absent = value is None and null_is_absent
        if not absent and json_type(value) != expected:
            self.faults.append(Fault("wrong-type", place))


def _asset(component: Members, place: str) -> Asset:
    look = _Look()
    look.faults += _repeats(component, place)
    body, at = look.members(component, "cryptoProperties", place), f"{place}.cryptoProperties"
    stated = look.text(body, "assetType", at)
    kind = AssetKind(stated) if stated in set(AssetKind) - {AssetKind.UNKNOWN} else AssetKind.UNKNOWN
    facts: dict[str, Any] = {
        "name": look.text(component, "name", place) or "",
        "ref": look.text(component, "bom-ref", place),
        "oid": look.text(body, "oid", at),
    }
    if kind in (AssetKind.ALGORITHM, AssetKind.UNKNOWN):
        facts |= _algorithm(look, look.members(body, "algorithmProperties", at), f"{at}.algorithmProperties")
    elif kind is AssetKind.CERTIFICATE:
        facts |= _certificate(
            look, look.members(body, "certificateProperties", at), f"{at}.certificateProperties"
        )
    elif kind is AssetKind.PROTOCOL:
        facts |= _protocol(look, look.members(body, "protocolProperties", at), f"{at}.protocolProperties")
    else:
        inside = "relatedCryptoMaterialProperties"
        facts |= _material(look, look.members(body, inside, at), f"{at}.{inside}")
    return Asset(place=place, kind=kind, **facts, faults=tuple(look.faults))


def _repeats(component: Members, place: str) -> list[Fault]:
    """Members that stand twice in this component, not in those nested in it."""
    found: list[Fault] = []
    waiting: list[tuple[Any, str]] = [(component, place)]
    while waiting:
        value, where = waiting.pop()
        if isinstance(value, Members):
            found += [Fault("repeated-member", f"{where}.{name}") for name in value.repeated]
            waiting += [
                (inside, f"{where}.{name}")
                for name, inside in value.items()
                if not (value is component and name == "components")
            ]
        elif isinstance(value, list):
            waiting += _listed(value, where)
    return found


def _algorithm(look: _Look, body: Members, at: str) -> dict[str, Any]:
    curve = look.text(body, "ellipticCurve", at) or look.text(body, "curve", at)
    return {
        "family": look.text(body, "algorithmFamily", at),
        "parameters": look.text(body, "parameterSetIdentifier", at),
        "curve": curve,
        "primitive": look.text(body, "primitive", at),
        "functions": tuple(text for text, _ in look.texts(body, "cryptoFunctions", at)),
        "mode": look.text(body, "mode", at),
        "level": look.whole(body, "nistQuantumSecurityLevel", at),
        "classical": look.whole(body, "classicalSecurityLevel", at),
    }


def _certificate(look: _Look, body: Members, at: str) -> dict[str, Any]:
    references = [
        *look.reference(body, "signatureAlgorithmRef", at),
        *look.reference(body, "subjectPublicKeyRef", at),
        *look.related(body, at),
    ]
    return {"references": tuple(references)}


def _protocol(look: _Look, body: Members, at: str) -> dict[str, Any]:
    references = [*look.references(body, "cryptoRefArray", at), *look.related(body, at)]
    named: list[Named] = []
    for suite, where in look.objects(body, "cipherSuites", at):
        references += look.references(suite, "algorithms", where)
        name = look.text(suite, "name", where)
        named += [] if name is None else [Named(name, "suite")]
        named += [Named(text, "group") for text, _ in look.texts(suite, "tlsGroups", where)]
        named += [Named(text, "scheme") for text, _ in look.texts(suite, "tlsSignatureSchemes", where)]
    ike_names, ike_references, groups = _ike(
        look, look.members(body, "ikev2TransformTypes", at), f"{at}.ikev2TransformTypes"
    )
    kind, version = look.text(body, "type", at), look.text(body, "version", at)
    return {
        "protocol": " ".join(part for part in (kind, version) if part),
        "named": (*named, *ike_names),
        "ike_groups": tuple(groups),
        "references": (*references, *ike_references),
    }


def _ike(look: _Look, body: Members, at: str) -> tuple[list[Named], list[Reference], list[int]]:
    """IKEv2 transforms: references in 1.6; in 1.7 objects with a name, a key length, a group number or a reference."""
    names: list[Named] = []
    references: list[Reference] = []
    groups: list[int] = []
    for field_name in ("encr", "prf", "integ", "ke", "auth"):
        for value, where in look.items(body, field_name, at):
            if isinstance(value, str):
                references.append(Reference(value, where))
            elif isinstance(value, Members):
                references += look.reference(value, "algorithm", where)
                name, length = look.text(value, "name", where), look.whole(value, "keyLength", where)
                if name is not None:
                    names.append(Named(name if length is None else f"{name} {length}", "transform"))
                group = look.whole(value, "group", where)
                groups += [] if group is None else [group]
            else:
                look.faults.append(Fault("wrong-type", where))
    return names, references, groups


def _material(look: _Look, body: Members, at: str) -> dict[str, Any]:
    secured = look.members(body, "securedBy", at)
    return {
        "material": look.text(body, "type", at),
        "size": look.whole(body, "size", at),
        "references": (*look.reference(body, "algorithmRef", at), *look.related(body, at)),
        "other_references": tuple(look.reference(secured, "algorithmRef", f"{at}.securedBy")),
    }
