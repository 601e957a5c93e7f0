"""OSCAL catalogues of others, read for their controls alone: id, label, title, family, parent, whether withdrawn.

Parameters, prose, parts and back matter are not read: what a control says stays in the catalogue, which its reader has. Any
catalogue in JSON is taken that keeps to the shape of the model (nested groups and controls, unique ids); it need not be of
a certain version, since nothing is read that versions disagree about.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason

MOST_CONTROLS: Final = 20_000
DEEPEST: Final = 12
"""Groups and controls within each other: the catalogues there are have three levels."""

LONGEST: Final = 1_000
_TOKEN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,199}\Z")
"""An OSCAL token, as far as ids of controls use it."""


@dataclass(frozen=True, slots=True)
class Control:
    """``id`` as the catalogue writes it (``ac-2.1``), ``label`` as people do (``AC-2(1)``)."""

    id: str
    label: str
    title: str
    family: str
    parent: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Controls:
    """``ignored``: how many parameters were passed over."""

    uuid: str
    title: str
    version: str
    controls: tuple[Control, ...]
    families: tuple[str, ...]
    ignored: int


def read_controls(data: bytes, *, file: str) -> Controls:
    """In the catalogue's order. Raises Unusable with every problem."""
    catalogue = _catalogue(data, file)
    metadata = catalogue.get("metadata")
    about = metadata if isinstance(metadata, dict) else {}
    reader = _Reader(file)
    controls = tuple(reader.controls(catalogue, "catalog", "", "", 0))
    if not controls:
        reader.fail("catalog", "oscal.no-controls")
    for name, told in (
        ("uuid", catalogue.get("uuid")),
        ("title", about.get("title")),
        ("version", about.get("version")),
    ):
        if not isinstance(told, str) or not told.strip():
            reader.fail(f"catalog.{'' if name == 'uuid' else 'metadata.'}{name}", "field.missing")
    if reader.problems:
        raise Unusable(reader.problems)
    families = tuple(dict.fromkeys(control.family for control in controls))
    title, version = (_line(str(about[name])) for name in ("title", "version"))
    return Controls(str(catalogue["uuid"]), title, version, controls, families, reader.ignored)


def _catalogue(data: bytes, file: str) -> Mapping[str, Any]:
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unusable([problem(file, "oscal.not-json")]) from None
    found = whole.get("catalog") if isinstance(whole, dict) else None
    if not isinstance(found, dict):
        raise Unusable([problem(file, "oscal.no-catalogue")])
    return found


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.ignored = 0

    def fail(self, field: str, code: str, **parameters: str | int) -> None:
        if len(self.problems) < 100:
            self.problems.append(Problem(self.file, 0, field, Reason(code, parameters)))

    def controls(
        self, holder: Mapping[str, Any], place: str, family: str, parent: str, depth: int
    ) -> Iterator[Control]:
        """Those of a catalogue, a group or a control: what stands in it, then what stands in that."""
        if depth > DEEPEST:
            return self.fail(place, "oscal.too-deep", limit=DEEPEST)
        self.ignored += len(_list(holder.get("params")))
        for count, group in enumerate(_list(holder.get("groups"))):
            where = f"{place}.groups[{count}]"
            if not isinstance(group, dict):
                self.fail(where, "oscal.no-object")
                continue
            named = _line(str(group.get("title") or group.get("id") or ""))
            yield from self.controls(group, where, family or named, "", depth + 1)
        for count, control in enumerate(_list(holder.get("controls"))):
            where = f"{place}.controls[{count}]"
            if not isinstance(control, dict):
                self.fail(where, "oscal.no-object")
                continue
            yield from self._control(control, where, family, parent, depth)
        return None

    def _control(
        self, control: Mapping[str, Any], place: str, family: str, parent: str, depth: int
    ) -> Iterator[Control]:
        identity, title = control.get("id"), control.get("title")
        if not isinstance(identity, str) or not _TOKEN.match(identity):
            return self.fail(f"{place}.id", "oscal.control-id", found=str(identity)[:100])
        if identity in self.ids:
            return self.fail(f"{place}.id", "oscal.repeated", control=identity)
        if not isinstance(title, str) or not title.strip():
            return self.fail(f"{place}.title", "field.missing")
        self.ids.add(identity)
        if len(self.ids) > MOST_CONTROLS:
            return (
                self.fail(place, "oscal.too-many", limit=MOST_CONTROLS)
                if len(self.ids) == MOST_CONTROLS + 1
                else None
            )
        props = [one for one in _list(control.get("props")) if isinstance(one, dict) and not one.get("class")]
        said = {str(one.get("name")): str(one.get("value")) for one in props}
        yield Control(
            id=identity,
            label=_line(said.get("label", "")) or identity.upper(),
            title=_line(title),
            family=family,
            parent=parent,
            withdrawn=said.get("status", "").lower() == "withdrawn",
        )
        yield from self.controls(control, place, family, identity, depth + 1)
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
