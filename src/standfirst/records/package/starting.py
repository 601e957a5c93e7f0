"""Beginning a package, and new working files from a kind: what to fill in stands in [[double brackets]]."""

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.package.door import MANIFEST, name_flaw, shown
from standfirst.records.package.manifest import FORM, manifest_of
from standfirst.records.package.stamping import put
from standfirst.records.package.working import EVIDENCE, RECORDS
from standfirst.standards.problems import Unusable, problem

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def begin(path: Path, *, organisation: str) -> None:
    """Make the folder and its manifest.

    Raises :class:`Unusable` when something is there already, it cannot be written, or the name is no name.
    """
    lines = [f"form: {FORM}", f"organisation: {quoted(organisation)}"]
    data = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
    manifest_of(data)
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Unusable([problem(str(path), "package.not-empty")])
        for folder in (path / RECORDS, path / EVIDENCE):
            folder.mkdir(parents=True, exist_ok=True)
        put(path / MANIFEST, data)
    except OSError as error:
        raise Unusable([problem(str(path), "file.not-writable", detail=error.strerror or "")]) from None


def new_file(
    root: Path,
    kind: Kind,
    name: str,
    *,
    text: str = "",
    look: Callable[[Mapping[str, bytes]], object] | None = None,
) -> Path:
    """A working file for a new record: ``text``, or the kind's template. ``look`` sees it first, and may refuse it.

    Raises :class:`Unusable` when there is one of this name, the name leads elsewhere, or it cannot be written.
    """
    suffix = ".md" if "text" in kind.body.model_fields else ".yaml"
    file = f"{RECORDS}/{kind.folder}/{name}{suffix}"
    if not re.fullmatch(r"\w[\w .-]*", name) or name_flaw(file) is not None:
        raise Unusable([problem(shown(name), "file.no-plain-name")])
    path = root / file
    written = (text or template(kind)).encode()
    try:
        if path.exists():
            raise Unusable([problem(file, "file.exists")])
        if look is not None:
            look({file: written})
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, written)
    except OSError as error:
        raise Unusable([problem(file, "file.not-writable", detail=error.strerror or "")]) from None
    return path


def template(kind: Kind) -> str:
    """A working file in which every required field asks its question, and every other stands as a comment."""
    states = " -> ".join(kind.lifecycle.states)
    lines = [
        f"# {kind.title}. Replace what stands in [[double brackets]]; a file that still holds some is not recorded.",
        f"kind: {kind.name}",
        f"state: {kind.lifecycle.initial}    # {states}",
        'serves: []    # requirements that it serves, such as ["6.1.3"]',
    ]
    if kind.links:
        lines.append(
            "links: {}    # " + "; ".join(f"{rule.relation}: [{_led_to(rule)}]" for rule in kind.links)
        )
    prose = ""
    for name, info in kind.body.model_fields.items():
        if name == "text":
            prose = f"---\n\n[[{info.description}]]\n"
        else:
            lines += _field(name, info, "")
    if prose:
        return "---\n" + "\n".join(lines) + "\n" + prose
    return "\n".join(lines) + "\n"


def _led_to(rule: LinkRule) -> str:
    return "any record" if rule.targets == ANY_KIND else " or ".join(rule.targets)


def _field(name: str, info: FieldInfo, indent: str) -> list[str]:
    question = info.description or name
    choice = _choices(info.annotation)
    in_comment = _is_list(info.annotation) and not info.is_required()
    many = "a list, one a line behind a dash" if in_comment else ""
    hints = "; ".join(hint for hint in (choice, many) if hint)
    asked = f"{question} ({hints})" if hints else question
    inner = _model(info.annotation)
    if not info.is_required():
        if inner is None:
            return [f"{indent}# {name}:    # {asked}"]
        nested = _nested(name, inner, question, is_list=_is_list(info.annotation))
        return [f"{indent}# {line}" for line in nested]
    if inner is None and _is_list(info.annotation):
        return [f"{indent}{name}:", f"{indent}  - {quoted(f'[[{asked}]]')}"]
    if inner is None:
        return [f"{indent}{name}: {quoted(f'[[{asked}]]')}"]
    return [indent + line for line in _nested(name, inner, question, is_list=_is_list(info.annotation))]


def _nested(name: str, inner: type[BaseModel], question: str, *, is_list: bool) -> list[str]:
    lines = [f"{name}:    # {question}"]
    for position, (field_name, info) in enumerate(inner.model_fields.items()):
        first, *rest = _field(field_name, info, "")
        lead = "  - " if position == 0 and is_list else "    "
        lines += [lead + first, *(f"    {line}" for line in rest)]
    return lines


def _choices(annotation: Any) -> str:
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            return "one of: " + ", ".join(map(str, get_args(part)))
        if isinstance(part, type) and issubclass(part, StrEnum):
            return "one of: " + ", ".join(part)
        if part is bool:
            return "true or false"
        if part in (date, datetime):
            return "a day such as 2026-05-20"
        if part is int:
            return "a whole number"
    return ""


def _model(annotation: Any) -> type[BaseModel] | None:
    return next((p for p in _parts(annotation) if isinstance(p, type) and issubclass(p, BaseModel)), None)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) in (tuple, list) for part in _unwrapped(annotation))


def _parts(annotation: Any) -> list[Any]:
    """The innermost types of an annotation."""
    found: list[Any] = []
    for part in _unwrapped(annotation):
        if get_origin(part) in (tuple, list):
            found += [inner for argument in get_args(part) for inner in _parts(argument)]
        else:
            found.append(part)
    return found


def _unwrapped(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [inner for part in get_args(annotation) for inner in _unwrapped(part)]
    return [annotation]


def answered(text: str, field: str, answer: str) -> str:
    """A template in which one required field has its answer."""
    question = next(line for line in text.splitlines() if line.startswith(f"{field}: "))
    return text.replace(question, f"{field}: {quoted(answer)}")


def quoted(text: str) -> str:
    """A YAML double-quoted scalar."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", plain) + '"'
