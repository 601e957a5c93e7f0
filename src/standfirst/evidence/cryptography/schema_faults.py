"""Where a document leaves the CycloneDX schema: found by cyclonedx-python-lib, told as findings, never a refusal.

Two checks of the schema are made by ourselves, with the same outcome: that items of an array differ (the library
compares each with each), and that a URL is an IRI reference (its grammar takes a millisecond for two characters). A
file with a hundred thousand items would otherwise take hours.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from standfirst.evidence.cryptography.reading import Members

MOST_FAULTS: Final = 1_000
"""Counting stops here: who made such a file does not need a longer list."""
MOST_VALUES: Final = 400_000
"""Values above which the schema is not checked. An inventory of 20,000 components has about as many; it takes 20 s."""
_NOT_CHECKED, _RAISED = "schema-not-checked", "schema-check-failed"


@dataclass(frozen=True, slots=True, order=True)
class SchemaFault:
    """A place that breaks the schema, and the keyword of the schema that it breaks."""

    place: str
    keyword: str


@dataclass(frozen=True, slots=True)
class SchemaFindings:
    """``code`` says why nothing or not all was checked: no schema of this version, too large, or the check broke down.

    ``detail`` then names the error. ``is_complete`` is false when counting stopped.
    """

    faults: tuple[SchemaFault, ...] = ()
    code: str | None = None
    detail: str = ""
    is_complete: bool = True

    @property
    def was_checked(self) -> bool:
        return self.code is None


def schema_faults(document: Members) -> SchemaFindings:
    """The faults of a document against the schema of the version that it names."""
    version = document.get("specVersion")
    if not isinstance(version, str):
        return SchemaFindings(code="schema-version-not-stated")
    if _count(document) > MOST_VALUES:
        return SchemaFindings(code=_NOT_CHECKED, detail="too-large")
    try:
        validator = _validator(version)
        if validator is None:
            return SchemaFindings(code="schema-version-unknown")
        found: set[SchemaFault] = set()
        for error in validator.iter_errors(document):
            found.add(SchemaFault(_place(error.absolute_path), str(error.validator)))
            if len(found) == MOST_FAULTS:
                return SchemaFindings(tuple(sorted(found)), is_complete=False)
    except Exception as error:  # noqa: BLE001 - another's code on a hostile file: whatever it raises is a finding
        return SchemaFindings(code=_RAISED, detail=type(error).__name__)
    return SchemaFindings(tuple(sorted(found)))


def _count(document: Members) -> int:
    count, waiting = 0, [document]
    while waiting:
        value: Any = waiting.pop()
        inside = value.values() if isinstance(value, Members) else value if isinstance(value, list) else ()
        count += len(inside)
        waiting += inside
    return count


def _place(path: Any) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


@lru_cache
def _validator(version: str) -> Any:
    """The strict validator of cyclonedx-python-lib for a version, with our two checks in it; None if it has none."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from jsonschema import FormatChecker
    from jsonschema.validators import extend

    known = {one.to_version(): one for one in SchemaVersion}
    if version not in known:
        return None
    try:
        theirs: Any = JsonStrictValidator(known[version])
    except ValueError:  # CycloneDX 1.0 and 1.1 have no schema for JSON
        return None
    draft = theirs._validator  # noqa: SLF001 - its public method only takes a text and uses its own two checks
    formats = FormatChecker(())
    formats.checkers = {**draft.format_checker.checkers, "iri-reference": (is_iri_reference, ())}
    ours: Any = extend(type(draft), {"uniqueItems": _items_differ})  # type: ignore[no-untyped-call]
    return ours(draft.schema, registry=draft._registry, format_checker=formats)  # noqa: SLF001 - its own references


def _items_differ(_: object, differ: object, items: object, __: Mapping[str, object]) -> Iterator[Any]:
    from jsonschema import ValidationError

    if differ and isinstance(items, list) and len({_fingerprint(one) for one in items}) < len(items):
        yield ValidationError("an item stands twice")


def _fingerprint(value: object) -> object:
    """Equal for what JSON Schema calls equal: members without their order, 1 and 1.0, but not 1 and true."""
    if isinstance(value, dict):
        return ("object", frozenset((name, _fingerprint(inside)) for name, inside in value.items()))
    if isinstance(value, list):
        return ("array", tuple(_fingerprint(inside) for inside in value))
    if isinstance(value, bool) or value is None:
        return ("word", str(value))
    return value


# RFC 3987, 2.2: the characters of each component; everything beyond ASCII but controls and private use in paths.
_UCS: Final = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane + (0x1000 if plane == 0xE0000 else 0))}-{chr(plane + 0xFFFD)}"
    for plane in range(0x10000, 0xF0000, 0x10000)
)
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_PLAIN: Final = f"A-Za-z0-9._~!$&'()*+,;=\\-{_UCS}"
_ESCAPED: Final = "%[0-9A-Fa-f]{2}"
_IRI: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))"
    rf"(?:(?!//)|//(?:(?:[{_PLAIN}:]|{_ESCAPED})*+@)?(?:\[[0-9A-Fa-f:.]+\]|\[v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:\-]+\]|(?:[{_PLAIN}]|{_ESCAPED})*+)"
    rf"(?::[0-9]*)?(?=[/?#]|\Z))"
    rf"(?:[{_PLAIN}:@/]|{_ESCAPED})*+"
    rf"(?:\?(?:[{_PLAIN}:@/?{_PRIVATE}]|{_ESCAPED})*+)?"
    rf"(?:#(?:[{_PLAIN}:@/?]|{_ESCAPED})*+)?\Z"
)


def is_iri_reference(value: object) -> bool:
    """RFC 3987, rule IRI-reference. What stands in brackets as an IPv6 address is not looked into."""
    return not isinstance(value, str) or _IRI.match(value) is not None
