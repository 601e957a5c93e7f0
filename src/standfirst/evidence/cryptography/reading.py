"""A CycloneDX document from its bytes: JSON read exactly, without trusting its shape, size or depth.

Only what cannot be read at all is refused here. An object that names a member twice is kept, with the fact that it
does: readers differ on which of the two they take, so whatever rests on such an object is not certain.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any, Final

from standfirst.evidence.source import Source
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.yaml_text import decode, line_of

MAX_DEPTH: Final = 64
"""Most brackets open at once. The real files seen need 12; every level of nested components takes two."""
_MOST_DIGITS: Final = 18
_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_TYPES: Final = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


class Members(dict[str, Any]):
    """A JSON object. ``repeated`` are the names that stand in it more than once; the last value is kept."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: tuple[str, ...] = ()
        if len(self) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            self.repeated = tuple(sorted(name for name, count in counts.items() if count > 1))


def read_document(source: Source) -> Members:
    """The top-level object of a CycloneDX BOM in JSON with at least one component, whatever else is wrong with it.

    Raises Unusable: not UTF-8, not JSON, nested too deeply, no object, not CycloneDX, nothing that could be an inventory.
    """
    text = decode(source.data, file=source.name)
    _refuse_depth(text, source.name)
    document = _parse(text, source.name)
    if not isinstance(document, Members):
        raise _wrong(source, document, "object", "$")
    if document.get("bomFormat") != "CycloneDX":
        raise Unusable([problem(source.name, "cbom.not-cyclonedx", field="$.bomFormat")])
    metadata = document.get("metadata")
    described = isinstance(metadata, Members) and isinstance(metadata.get("component"), Members)
    if "components" not in document and not described:
        raise Unusable([problem(source.name, "cbom.no-components", field="$.components")])
    if "components" in document and not isinstance(document["components"], list):
        raise _wrong(source, document["components"], "array", "$.components")
    return document


def json_type(value: object) -> str:
    return "object" if isinstance(value, Members) else _TYPES.get(type(value), "number")


def _wrong(source: Source, value: object, expected: str, path: str) -> Unusable:
    return Unusable(
        [problem(source.name, "cbom.wrong-type", field=path, found=json_type(value), expected=expected)]
    )


def _refuse_depth(text: str, file: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        mark = found[0][0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = line_of(text, found.start())
                raise Unusable([problem(file, "cbom.too-deep", line=line, limit=MAX_DEPTH)])
        elif mark in "]}":
            depth -= 1


class _NotJson(Exception):
    """A word such as NaN, which is no JSON."""


def _parse(text: str, file: str) -> object:
    def constant(word: str) -> object:
        raise _NotJson(word)

    def whole(digits: str) -> object:
        return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)

    decoder = json.JSONDecoder(object_pairs_hook=Members, parse_int=whole, parse_constant=constant)
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Unusable([problem(file, "cbom.not-json", line=error.lineno, column=error.colno)]) from None
    except _NotJson as word:
        place = text.find(str(word))
        column = place - text.rfind("\n", 0, place)
        raise Unusable([problem(file, "cbom.not-json", line=line_of(text, place), column=column)]) from None
