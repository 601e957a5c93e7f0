"""The fields of a kind as pages need them: what each is called, what it asks, and what sort of value it takes.

Made from the body model's JSON schema, so that a new kind needs nothing here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache
from typing import Any, Final

from standfirst.records.body import Body
from standfirst.records.kind import Kind
from standfirst.words import render
from standfirst.words.language import current, translated

LONG: Final = 10_000
"""Characters from which on a text is one to be written at length."""


DEEPEST: Final = 2
"""Levels of fields within fields that a form asks for one by one."""


class Sort(Enum):
    LINE = auto()  # a short text
    TEXT = auto()  # some sentences
    DOCUMENT = auto()  # a text of any length
    CHOICE = auto()  # one of a closed list
    CHOICES = auto()  # several of a closed list
    FLAG = auto()
    WHOLE = auto()  # a whole number
    DAY = auto()
    LINES = auto()  # several texts, one a line
    FILES = auto()
    MOMENT = auto()  # a day and a time
    GROUP = auto()  # fields within a field
    ENTRIES = auto()  # rows of fields
    STRUCTURE = auto()  # what is nested deeper


@dataclass(frozen=True, slots=True)
class Shape:
    """One field of a body. ``options`` of a closed list: what is kept, and what it is called."""

    name: str
    label: str
    question: str
    sort: Sort
    required: bool
    options: Sequence[tuple[Any, str]] = ()
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    default: Any = None
    part: Mapping[str, Any] = field(default_factory=dict)
    defined: Mapping[str, Any] = field(default_factory=dict)

    def arranged(self, value: Any) -> Any:
        """Fields within fields in the order of their model, without those that say nothing: bytes are kept sorted."""
        return _arranged(value, self.part, self.defined)


@dataclass(frozen=True, slots=True)
class Part:
    """What a body's model says of one of its parts, however deep within."""

    schema: Mapping[str, Any]
    defined: Mapping[str, Any]

    @property
    def bare(self) -> Mapping[str, Any]:
        return _resolved(self.schema, self.defined)

    @property
    def is_word(self) -> bool:
        """Whether its values, or those that it lists, are of a closed list."""
        return bool(_options(self.bare) or _options(self.items.bare))

    @property
    def items(self) -> "Part":
        """Of those that a list holds."""
        items = self.bare.get("items", {})
        return Part(items if isinstance(items, Mapping) else {}, self.defined)

    def of(self, name: str) -> "Part":
        return Part(self.bare.get("properties", {}).get(name, {}), self.defined)

    @property
    def names(self) -> Sequence[str]:
        return tuple(self.bare.get("properties", ()))


def _arranged(value: Any, part: Mapping[str, Any], defined: Mapping[str, Any]) -> Any:
    bare = _resolved(part, defined)
    if isinstance(value, list | tuple):
        return [_arranged(item, bare.get("items", {}), defined) for item in value]
    if not isinstance(value, Mapping):
        return value
    parts = bare.get("properties", {})
    names = [*(name for name in parts if name in value), *(name for name in value if name not in parts)]
    return {
        name: _arranged(value[name], parts.get(name, {}), defined)
        for name in names
        if value[name] is not None
    }


def within(part: Part) -> Sequence[Shape]:
    """The fields of one entry of a list, or of a field that holds others."""
    bare = part.items.bare if part.bare.get("type") == "array" else part.bare
    required = set(bare.get("required", ()))
    return [
        _shape(name, inner, part.defined, titled_by="", required=name in required)
        for name, inner in bare.get("properties", {}).items()
    ]


def shapes(kind: Kind) -> Sequence[Shape]:
    """The fields of a kind's body, in the order in which they are asked; what all kinds have comes last."""
    return _shapes(kind.body, kind.titled_by, frozenset(kind.derived), current())


@cache
def _shapes(body: type[Body], titled_by: str, derived: frozenset[str], _language: str) -> Sequence[Shape]:
    schema = body.model_json_schema()
    defined, required = schema.get("$defs", {}), set(schema.get("required", ()))
    found = [
        replace(
            _shape(name, part, defined, titled_by=titled_by, required=name in required),
            label=_own_label(name, derived),
        )
        for name, part in schema["properties"].items()
    ]
    return sorted(found, key=lambda shape: shape.name in {"attachments", "remarks"})


def _shape(name: str, part: Any, defined: Mapping[str, Any], *, titled_by: str, required: bool) -> Shape:
    bare = _resolved(part, defined)
    items = _resolved(bare.get("items", {}), defined)
    options = _options(bare) or (_options(items) if bare.get("type") == "array" else [])
    sort = _sort(name, bare, items, titled_by=titled_by, has_options=bool(options))
    if sort is Sort.STRUCTURE and _depth(Part(part, defined)) <= DEEPEST:
        sort = Sort.ENTRIES if bare.get("type") == "array" else Sort.GROUP
    return Shape(
        name=name,
        label=label(name),
        question=translated(part.get("description", "")),
        sort=sort,
        required=required,
        options=[(value, render.title(str(value))) for value in options],
        least=bare.get("minimum"),
        most=bare.get("maximum") if sort is Sort.WHOLE else bare.get("maxLength"),
        pattern=bare.get("pattern", ""),
        default=part.get("default"),
        part=part,
        defined=defined,
    )


def _depth(part: Part) -> int:
    """How many levels of fields are within; more than any form asks for where something else than fields is."""
    bare = part.bare
    if bare.get("type") == "array":
        return _depth(part.items)
    if bare.get("type") == "object":
        names = part.names
        if not names or bare.get("additionalProperties") not in (None, False):
            return DEEPEST + 1
        return 1 + max(_depth(part.of(name)) for name in names)
    return 0 if "type" in bare or _options(bare) else DEEPEST + 1


def _resolved(part: Mapping[str, Any], defined: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without references, and without the alternative that there is nothing."""
    given = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if len(given) == 1:
        return _resolved(given[0], defined)
    if "$ref" in part:
        return _resolved(defined[str(part["$ref"]).rpartition("/")[2]], defined)
    return part


def _options(part: Mapping[str, Any]) -> Sequence[Any]:
    found: Sequence[Any] = part.get("enum", [part["const"]] if "const" in part else [])
    return found


def _sort(
    name: str, part: Mapping[str, Any], items: Mapping[str, Any], *, titled_by: str, has_options: bool
) -> Sort:
    match part.get("type"):
        case "array" if name == "attachments":
            return Sort.FILES
        case "array" if has_options:
            return Sort.CHOICES
        case "array" if items.get("type") == "string":
            return Sort.LINES
        case "boolean":
            return Sort.FLAG
        case _ if has_options:
            return Sort.CHOICE
        case "integer":
            return Sort.WHOLE
        case "string":
            return _sort_of_text(name, part, titled_by)
        case _:
            return Sort.STRUCTURE


def _sort_of_text(name: str, part: Mapping[str, Any], titled_by: str) -> Sort:
    if part.get("format") in {"date", "date-time"}:
        return Sort.DAY if part["format"] == "date" else Sort.MOMENT
    if part.get("maxLength", 0) >= LONG:
        return Sort.DOCUMENT
    short = "pattern" in part or "format" in part or name in {titled_by, "owner"}
    return Sort.LINE if short or part.get("maxLength", LONG) <= 200 else Sort.TEXT


def part_at(kind: Kind, steps: Sequence[str | int]) -> Part | None:
    """What a kind says of the place in its body that these steps lead to."""
    found: Part | None = None
    for step in steps:
        if found is None:
            shape = next((one for one in shapes(kind) if one.name == step), None)
            if shape is None:
                return None
            found = Part(shape.part, shape.defined)
        else:
            found = found.items if isinstance(step, int) else found.of(step)
    return found


def label(name: str) -> str:
    """What a field is called where it stands alone."""
    return capital(render.field(name))


def _own_label(name: str, derived: Collection[str]) -> str:
    """Where a kind derives something under a field's name, such as how many there are, that is what the words mean."""
    return capital(translated(name.replace("_", " "), "field")) if name in derived else label(name)


def called(kind: Kind | None, name: str) -> str:
    """A field of a kind's body, by name."""
    found = (shape.label for shape in shapes(kind) if shape.name == name) if kind else iter(())
    return next(found, label(name))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
