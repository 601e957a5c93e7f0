"""A statement of applicability as people read it: what applies, what does not, and why, with the requirement's title."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.standards.library import edition
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    title: str
    applies: bool
    reason: str
    status: str
    tone: str
    known: bool


_TONES: Final = {"implemented": "good", "partly": "warn", "planned": "note"}


def sheet(given: Sheet) -> Mapping[str, Any]:
    whole = edition()
    entries = [_entry(one, whole.by_id) for one in given.body.get("entries", ())]
    asked = {one.id for one in whole if whole.may_be_excluded(one.id)}
    missing = asked - {one.id for one in entries}
    return {
        "sections": given.without({"entries"}),
        "entries": entries,
        "applying": sum(one.applies for one in entries),
        "excluded": sum(not one.applies for one in entries),
        "missing": [(one.id, one.title) for one in whole if one.id in missing],
    }


def _entry(said: Mapping[str, Any], known: Mapping[str, Any]) -> Entry:
    identity, status = str(said["requirement"]), str(said.get("status") or "")
    return Entry(
        identity,
        known[identity].title if identity in known else "",
        bool(said["applies"]),
        str(said["reason"]),
        render.title(status) if status else "",
        _TONES.get(status, ""),
        identity in known,
    )
