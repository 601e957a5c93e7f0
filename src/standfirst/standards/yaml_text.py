"""Text that people write, read with its line numbers: YAML by the 1.2 core schema, and JSON as its subset.

Built from libyaml's *events*, not from PyYAML's constructors, so that nothing is ever instantiated, anchors and
aliases (the means of a YAML bomb) are refused where they stand, and depth is bounded without recursion.
Schema: YAML 1.2.2, chapter 10.3 (core schema). Numbers with a fraction stay text: no binary float enters the house.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

import yaml

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Parameter, Reason

Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 24  # the deepest of our own files is 9; a person writes no deeper
MAX_VALUES = 100_000  # the largest of our own files holds 3,000; reading these takes two seconds
MAX_BYTES = 2_000_000  # a record of 2 MB is a file that belongs into evidence/
MAX_INTEGER = 2**53 - 1  # I-JSON (RFC 7493): beyond it, other readers lose digits

_NULL = re.compile(r"(?:~|null|Null|NULL)?\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_MAX_DIGITS = 53  # of MAX_INTEGER, were it written in base two
_NONCHARACTERS = "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NO_TEXT = f"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}"
_NOT_IN_VALUES = re.compile(f"[{_NO_TEXT}]")  # controls, and what RFC 7493 keeps out of JSON
_NOT_IN_FILES = re.compile(
    f"[{_NO_TEXT}\u2028\u2029]"
)  # two that end a line in YAML 1.1, not in 1.2 and JSON


@dataclass(frozen=True, slots=True)
class Located:
    """A value made of dict, list, str, int, bool and None, and the line on which each part of it stands.

    ``flow``: the whole is written in brackets, as JSON is, and not one field a line.
    """

    value: Any
    lines: Mapping[Path, int]
    flow: bool = False

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest part above it (a missing field stands where its owner does)."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being read; ``key`` is the mapping key waiting for its value."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None
    seen: set[str] = field(default_factory=set)


class _Reader:
    def __init__(self, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.documents = self.values = 0
        self.flow = False
        self.result: Any = None

    def take(self, event: yaml.Event) -> None:
        line = (event.start_mark.line if event.start_mark else 0) + self.first_line
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.fail(line, "yaml.second-document")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.fail(line, "yaml.alias")
            if isinstance(event, yaml.AliasEvent):
                self.put(None, line)
            else:
                self.node(event, line)
        else:
            self.node(event, line)

    def node(self, event: yaml.Event, line: int) -> None:
        if getattr(event, "tag", None) not in (None, "!"):
            self.fail(line, "yaml.tag", tag=str(event.tag))  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            self.put(self.scalar(event, line), line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.flow = self.flow if self.stack else bool(event.flow_style)
            self.open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self.stack.pop()
            if not self.stack:
                self.result = closed.value

    def open(self, value: dict[str, Any] | list[Any], line: int) -> None:
        path = self.put(value, line)
        self.stack.append(_Open(path, value))
        if len(self.stack) > MAX_DEPTH:
            self.fail(line, "yaml.too-deep", limit=MAX_DEPTH)
            raise Unusable(self.problems)

    def put(self, value: Any, line: int) -> Path:
        """Place a value where the stack says; returns its path."""
        self.values += 1
        if self.values > MAX_VALUES:
            self.fail(line, "yaml.too-many-values", limit=MAX_VALUES)
            raise Unusable(self.problems)
        if not self.stack:
            self.lines[()] = line
            self.result = value
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            top.value.append(value)
        elif top.key is None:
            top.key = self.new_key(top, value, line)
            return top.path
        else:
            path = (*top.path, top.key)
            top.value[top.key] = value
            top.key = None
        self.lines.setdefault(path, line)  # a field stands where its key stands
        return path

    def new_key(self, top: _Open, value: Any, line: int) -> str:
        if not isinstance(value, str):
            self.fail(line, "yaml.key-not-text", key=str(value)[:60])
            value = str(value)
        if value in top.seen:
            self.fail(line, "yaml.duplicate-key", key=value)
        top.seen.add(value)
        self.lines[(*top.path, value)] = line
        return str(value)

    def scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text = event.value
        if wrong := unkeepable(text):  # written with an escape, such as "\\e"
            self.fail(line, "yaml.character", character=wrong)
        if not event.implicit[0]:  # quoted or block text
            return unicodedata.normalize("NFC", text)
        if _NULL.match(text):
            return None
        if _TRUE.match(text) or _FALSE.match(text):
            return text[0] in "tT"
        for pattern, radix in ((_DECIMAL, 10), (_OCTAL, 8), (_HEX, 16)):
            if pattern.match(text):
                return self.integer(text, radix, line)
        return unicodedata.normalize("NFC", text)

    def integer(self, text: str, radix: int, line: int) -> int:
        digits = text.lstrip("+-").lstrip("0ox")  # Python refuses to read thousands of zeros
        if len(digits) > _MAX_DIGITS or (number := int(digits or "0", radix)) > MAX_INTEGER:
            self.fail(line, "yaml.integer-too-large", text=text[:40])
            return 0
        return -number if text.startswith("-") else number

    def fail(self, line: int, code: str, **parameters: Parameter) -> None:
        if len(self.problems) < 50:
            self.problems.append(Problem(self.file, line, "", Reason(code, parameters)))


def read_yaml(data: bytes, *, file: str, first_line: int = 1) -> Located:
    """Read one YAML document. Text is normalised to NFC; ``first_line`` is where ``data`` begins within ``file``.

    Raises :class:`Unusable` naming file and line: not UTF-8, over ``MAX_BYTES``, not YAML, an anchor or alias, a tag,
    a duplicate or non-text key, a second document, a control character, nesting beyond ``MAX_DEPTH``, more than
    ``MAX_VALUES`` values, an integer beyond 2**53.
    """
    if len(data) > MAX_BYTES:
        raise Unusable([problem(file, "file.too-large", bytes=len(data), limit=MAX_BYTES)])
    reader = _Reader(file, first_line)
    text = decode(data, file=file)
    for wrong in islice(_NOT_IN_FILES.finditer(text), 10):
        line = line_of(text, wrong.start()) + first_line - 1
        reader.fail(line, "yaml.character", character=code_point(wrong[0]))
    try:
        for event in _events(text):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else first_line
        reader.fail(line, "yaml.syntax", detail=str(error.problem or error.context or "not YAML"))
    except yaml.reader.ReaderError as error:
        if not reader.problems:
            reader.fail(first_line, "yaml.character", character=code_point(error.character))
    if reader.problems:
        raise Unusable(reader.problems)
    return Located(reader.result, reader.lines, reader.flow)


def decode(data: bytes, *, file: str) -> str:
    """UTF-8 text without a byte order mark. Raises :class:`Unusable` naming the line of the first wrong byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(
            [problem(file, "file.not-utf8", line=line, byte=f"0x{data[error.start]:02x}")]
        ) from None


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return iter(yaml.parse(text, Loader=loader))


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, on which the character at ``offset`` stands."""
    return text.count("\n", 0, offset) + text[:offset].replace("\r\n", "").count("\r") + 1


def unkeepable(text: str) -> str:
    """The first character that no value may hold, as in U+001B; empty where there is none."""
    found = _NOT_IN_VALUES.search(text)
    return code_point(found[0]) if found else ""


def code_point(character: int | str | bytes) -> str:
    """As in U+2028, for what cannot be shown."""
    return f"U+{character if isinstance(character, int) else ord(character[:1]):04X}"
