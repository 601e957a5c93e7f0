"""Working files: records as people write them, YAML, or Markdown with front matter; JSON for machines.

    kind: risk            # which kind
    state: identified     # where it stands in its lifecycle
    serves: ["6.1.3"]     # requirements it serves
    links:
      about: [PRD-0001]   # by number, or by the file name of a record that has none yet
    title: ...            # the body's fields, as the kind asks for them

``id`` and ``number`` are written into the file when it is recorded.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from standfirst.records.faults import Evidence, body_faults, circles, frame_faults, link_fault
from standfirst.records.kind import Body, Kind, Kinds
from standfirst.records.package.door import Files
from standfirst.records.projection import placeholders
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.validation import Name, RequirementId, Strict, dotted, validate
from standfirst.standards.yaml_text import MAX_BYTES, Located, decode, read_yaml

RECORDS, EVIDENCE = "records", "evidence"
SUFFIXES = (".yaml", ".yml", ".md", ".json")
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
NUMBER = r"^[A-Z]{2,4}-[0-9]{4,8}$"
KIND_LINE = re.compile(r"^kind:.*$", re.MULTILINE)
_FENCE = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_STAMPED = re.compile(
    r"([\"']?)(kind|id|number|state)\1[ \t]*:"
)  # the fields that the program writes into a file
_WRITTEN = re.compile(
    r"([\"']?)(?P<name>\w+)\1[ \t]*:[ \t]+(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)[ \t]*(?:[ \t]#.*)?\r?"
)
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPED_IN_FILES = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Frame(Strict):
    """The fields that every working file has, apart from the body's own."""

    kind: Name
    id: Annotated[str, StringConstraints(pattern=UUID)] | None = None
    number: Annotated[str, StringConstraints(pattern=NUMBER)] | None = None
    state: Name | None = None
    serves: tuple[RequirementId, ...] = ()
    links: Mapping[Name, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Working:
    """One working file that reads well by itself. ``links`` are as written: numbers or file names."""

    file: str
    kind: Kind
    frame: Frame
    body: Body
    lines: Located
    templates: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return self.frame.state or self.kind.lifecycle.initial

    @property
    def stem(self) -> str:
        return PurePosixPath(self.file).stem

    def problem(self, code: str, *path: str | int, **parameters: Parameter) -> Problem:
        """``path`` is where in the file, such as ``"links", "about", 0``."""
        return self.told(Reason(code, parameters), *path)

    def told(self, reason: Reason, *path: str | int) -> Problem:
        return Problem(self.file, self.lines.line(path), dotted(path), reason)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a working file is read against: kinds, requirement ids, the day, and the digests of evidence files."""

    kinds: Kinds
    requirements: Collection[str]
    today: date
    evidence: Evidence
    problems: list[Problem] = field(default_factory=list)


def read_working_files(files: Files, reading: Reading) -> list[Working]:
    """Every file below ``records/`` that reads well; all problems of the others go to ``reading.problems``."""
    found: list[Working] = []
    for name in files.names():
        if PurePosixPath(name).parts[0] != RECORDS:
            continue
        if not name.endswith(SUFFIXES):
            reading.problems.append(problem(name, "file.unknown-suffix", suffixes=SUFFIXES))
            continue
        try:
            working = _read(name, files.read(name), reading)
            faults = list(_faults(working, reading))
        except Unusable as error:
            reading.problems.extend(error.problems)
            continue
        reading.problems.extend(faults)
        if not faults:
            found.append(working)
    return found


def _read(name: str, data: bytes, reading: Reading) -> Working:
    located = _located(name, data)
    if not isinstance(located.value, dict):
        raise Unusable([problem(name, "record.not-a-mapping", line=1)])
    value: dict[str, Any] = located.value
    if not name.endswith(".json"):
        _require_own_lines(name, data.decode("utf-8-sig"), located)
    own = {key: value[key] for key in Frame.model_fields if key in value}
    frame = validate(Frame, Located(own, located.lines), file=name)
    if frame.kind not in reading.kinds:
        line = located.line(("kind",))
        raise Unusable(
            [
                problem(
                    name,
                    "record.unknown-kind",
                    line=line,
                    field="kind",
                    kind=frame.kind,
                    known=reading.kinds.names,
                )
            ]
        )
    kind = reading.kinds[frame.kind]
    rest = {key: item for key, item in value.items() if key not in Frame.model_fields}
    templates = placeholders(rest)
    if templates:  # not yet anybody's: told as a template, not as a list of faults
        return Working(name, kind, frame, rest, located, templates)
    model = validate(kind.body, Located(rest, located.lines), file=name)
    body = _with_digests(model.values(), reading)
    return Working(name, kind, frame, body, located)


def _require_own_lines(name: str, text: str, located: Located) -> None:
    """The program writes id, number and state into people's files. So each has a line of its own, and nothing looks like it."""
    front = text[: _fenced(name, text)[1].start()] if name.endswith(".md") else text
    if "\r" in front.replace("\r\n", ""):
        raise Unusable([problem(name, "file.line-ends", line=1)])
    for number, line in enumerate(front.split("\n"), 1):
        if (stamped := _STAMPED.match(line)) is None:
            continue
        field_name, value = stamped[2], located.value.get(stamped[2])
        if located.lines.get((field_name,)) != number:
            raise Unusable([problem(name, "record.text-like-field", line=number, field=field_name)])
        if isinstance(value, str) and not _on_one_line(line, field_name, value):
            raise Unusable([problem(name, "record.field-on-one-line", line=number, field=field_name)])
    if located.flow or not KIND_LINE.search(front):
        raise Unusable([problem(name, "record.no-kind-line", line=1, field="kind")])


def _on_one_line(line: str, name: str, value: str) -> bool:
    written = _WRITTEN.fullmatch(line)
    return written is not None and (written["name"], written["value"]) == (name, value)


def _located(name: str, data: bytes) -> Located:
    if name.endswith(".json"):
        return _located_json(name, data)
    if not name.endswith(".md"):
        return read_yaml(data, file=name)
    if len(data) > MAX_BYTES:
        raise Unusable([problem(name, "file.too-large", bytes=len(data), limit=MAX_BYTES)])
    text = decode(data, file=name)
    opening, closing = _fenced(name, text)
    front = read_yaml(text[opening.end() : closing.start()].encode(), file=name, first_line=2)
    if not isinstance(front.value, dict):
        raise Unusable([problem(name, "record.not-a-mapping", line=2)])
    prose = unicodedata.normalize("NFC", text[closing.end() :].replace("\r\n", "\n")).strip()
    line = text.count("\n", 0, closing.end()) + 1
    if "text" in front.value:
        raise Unusable([problem(name, "record.text-twice", line=front.line(("text",)), field="text")])
    return Located(
        {**front.value, **({"text": prose} if prose else {})}, {**front.lines, ("text",): line}, front.flow
    )


def _fenced(name: str, text: str) -> tuple[re.Match[str], re.Match[str]]:
    """The two lines of dashes round the fields of a Markdown record."""
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        raise Unusable([problem(name, "record.no-front-matter", line=1)])
    return opening, closing


def _located_json(name: str, data: bytes) -> Located:
    """JSON is read as YAML, for its lines; what only JSON allows or forbids is looked at here."""
    if len(data) > MAX_BYTES:
        raise Unusable([problem(name, "file.too-large", bytes=len(data), limit=MAX_BYTES)])
    text = _PAIR.sub(_joined, decode(data, file=name))
    located = read_yaml(text.encode(), file=name)
    try:
        json.loads(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise Unusable([problem(name, "json.syntax", line=line)]) from None
    return located


def _joined(pair: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, which YAML has not."""
    high, low = int(pair[2], 16), int(pair[3], 16)
    return pair[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def machine_file(fields: Mapping[str, Any]) -> bytes:
    """A working file as programs write it: JSON that reads again as what it was made of."""
    text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
    return _ESCAPED_IN_FILES.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _with_digests(body: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Attached files with the digests that they have now."""
    for attachment in body.get("attachments", ()):
        digest = reading.evidence(attachment["file"])
        if digest is not None:
            attachment["sha256"] = digest
    return body


def _faults(working: Working, reading: Reading) -> Iterator[Problem]:
    kind, frame = working.kind, working.frame
    faults = frame_faults(
        kind,
        state=working.state,
        number=frame.number or "",
        serves=frame.serves,
        relations=frame.links,
        requirements=reading.requirements,
    )
    yield from (working.told(fault.reason, *fault.path) for fault in faults)
    if not working.templates:
        body = body_faults(kind, working.body, today=reading.today, evidence=reading.evidence)
        yield from (working.told(fault.reason, *fault.path) for fault in body)


def link_problems(
    working: Sequence[Working], known: Mapping[str, tuple[str, str]], *, unread: Collection[str] = ()
) -> Iterator[Problem]:
    """Links that lead nowhere, to the wrong kind, or round in a circle. ``known``: label -> (id, kind).

    ``unread`` are the names of files that did not read: a link to one of them, or to a number that one of them may
    hold, is not called broken.
    """
    graph: dict[str, list[str]] = {}
    for item in working:
        for relation, targets in item.frame.links.items():
            for index, target in enumerate(targets):
                found = known.get(target)
                if found is None and (target in unread or (unread and re.match(NUMBER, target))):
                    continue
                reason = link_fault(item.kind.relation(relation), target, found[1] if found else None)
                if reason is not None:
                    yield item.told(reason, "links", relation, index)
                elif found is not None:
                    graph.setdefault(item.frame.id or item.file, []).append(found[0])
    by_node = {item.frame.id or item.file: item for item in working}
    for circle in circles(graph):
        if circle[-1] in by_node:
            names = tuple(by_node[node].file if node in by_node else node for node in circle)
            yield by_node[circle[-1]].problem("link.cycle", "links", circle=names)
