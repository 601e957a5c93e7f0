"""Where an inventory comes from: the tools that made it, what it describes, when; and text of it made fit to show."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from standfirst.evidence.calibration.values import BadValue, instant
from standfirst.evidence.cryptography.reading import Members

_LONGEST: Final = 160
_UNKNOWN: Final = "(not stated)"
NAMELESS: Final = "(no name)"


@dataclass(frozen=True, slots=True)
class Tool:
    """A generator as the document names it: name and version, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Origin:
    """``described`` is the component that the document is about."""

    described: str
    tools: tuple[Tool, ...]
    made_at: datetime | None
    spec_version: str


def origin_of(document: Members) -> Origin:
    metadata = document.get("metadata")
    body = metadata if isinstance(metadata, Members) else Members([])
    component = body.get("component")
    named = _name_and_version(component) if isinstance(component, Members) else ""
    serial = document.get("serialNumber")
    version = document.get("specVersion")
    return Origin(
        described=named or (plain(serial) if isinstance(serial, str) else "") or _UNKNOWN,
        tools=tuple(_tools(body.get("tools"))),
        made_at=_time(body.get("timestamp")),
        spec_version=(plain(version) if isinstance(version, str) else "") or _UNKNOWN,
    )


def _tools(listed: object) -> Iterator[Tool]:
    """A list of tools (before CycloneDX 1.5), or an object with components and services."""
    groups: list[tuple[Any, str]] = [(listed, "$.metadata.tools")]
    if isinstance(listed, Members):
        groups = [(listed.get(name), f"$.metadata.tools.{name}") for name in ("components", "services")]
    for group, place in groups:
        for index, tool in enumerate(group if isinstance(group, list) else ()):
            if isinstance(tool, Members) and (text := _name_and_version(tool)):
                yield Tool(text, f"{place}[{index}]")


def _name_and_version(body: Members) -> str:
    parts = (body.get(name) for name in ("name", "version"))
    return plain(" ".join(part for part in parts if isinstance(part, str)))


def _time(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return instant(value, naive_is_utc=False)
    except BadValue:
        return None


def shown(text: str) -> str:
    """As `plain`, for a place where something has to stand."""
    return plain(text) or NAMELESS


def plain(text: str) -> str:
    """Text from outside as a result may hold it: NFC, short, and without anything that does not show as it is."""
    short = unicodedata.normalize("NFC", text[: _LONGEST * 2])
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in short
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
