"""Reading OSCAL strictly: by NIST's schemas, as CommonMark, and by the objects of a document."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend
from markdown_it import MarkdownIt  # comes with rich

SCHEMAS = Path(__file__).parents[1] / "data" / "oscal"
MODELS = {"plan-of-action-and-milestones": "poam"}
"""How NIST calls a model in a schema's file name, where that is another name than in a document."""

# --- NIST's schemas, with the patterns that Python's re would refuse or read otherwise ---


@lru_cache
def category(letter: str) -> str:
    r"""The members of a Unicode category as a class of re, which has no ``\p{L}``."""
    points = [
        point for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)).startswith(letter)
    ]
    runs = [[p for _, p in run] for _, run in groupby(enumerate(points), lambda item: item[1] - item[0])]
    return "[" + "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs) + "]"


@lru_cache
def python_pattern(ecmascript: str) -> re.Pattern[str]:
    r"""``\p{X}`` written out, and ``$`` as ``\Z``: Python's ``$`` also matches before a last newline."""
    written_out = re.sub(r"\\p\{(\w)\}", lambda found: category(found[1]), ecmascript)
    return re.compile(re.sub(r"\$$", r"\\Z", written_out))


def matches(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, str) and not python_pattern(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern}")


@lru_cache
def schema(model: str) -> Any:
    return json.loads((SCHEMAS / f"oscal_{MODELS.get(model, model)}_schema.json").read_bytes())


@lru_cache
def validator(model: str) -> Any:
    """Definitions are looked up by name: jsonschema's general way, with ids and registries, takes most of the time."""
    definitions = {f"#/definitions/{name}": part for name, part in schema(model)["definitions"].items()}

    def named(at: Any, name: str, value: object, _schema: object) -> Iterator[ValidationError]:
        yield from at.descend(value, definitions[name])

    checked = extend(Draft7Validator, {"pattern": matches, "$ref": named})  # type: ignore[no-untyped-call]
    return checked(schema(model))


def faults(document: Any) -> list[tuple[str | int, ...]]:
    """Where ``document`` is not valid; faults inside the alternatives of an ``anyOf`` included."""
    (model,) = document
    return [tuple(error.absolute_path) for error in flattened(validator(model).iter_errors(document))]


def flattened(errors: Any) -> Iterator[ValidationError]:
    for error in errors:
        yield error
        yield from flattened(error.context)


def as_read(document: object) -> Any:
    return json.loads(json.dumps(document))


# --- documents ---


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from objects(child)


def members(document: Any, name: str) -> list[dict[str, Any]]:
    return list(chain.from_iterable(holder.get(name, ()) for holder in objects(document)))


COMMONMARK = MarkdownIt("commonmark")


def read_text(markdown: str) -> str:
    """Paragraphs of plain text, as a reader of CommonMark understands them. Anything else is refused."""
    paragraphs = []
    tokens = COMMONMARK.parse(markdown)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}, markdown
    for token in tokens:
        if token.type == "inline":
            assert token.children is not None
            assert {child.type for child in token.children} <= {"text"}, markdown
            paragraphs.append("".join(child.content for child in token.children))
    return "\n".join(paragraphs)
