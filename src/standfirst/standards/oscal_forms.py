"""What every OSCAL file of this project is made of: its version, namespace, identifiers, properties, links and text.

OSCAL reads titles and prose as CommonMark. Ours is plain, so ``line`` and ``prose`` write it so that it is read as it was
written. What no reader could see has to be written out before (``words.visible``): here is no room for words.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from standfirst.trust.digests import sha256_hex

Assembly: TypeAlias = dict[str, object]

OSCAL_VERSION: Final = "1.2.1"
"""The release of the JSON schemas that the tests validate against."""

PROJECT: Final = UUID("1f73e100-88a4-42f4-b316-74222ffb8b7b")
"""This project, for ever: drawn once at random. It is the party, and every other UUID is derived from it."""

NAMESPACE: Final = PROJECT.urn
"""Qualifies our names. A UUID is a registered kind of URN and needs neither a host nor a registration."""

YEARS: Final = range(1900, 3000)
"""The years that OSCAL can write (the pattern of its date-time-with-timezone)."""


def name_uuid(*path: str) -> str:
    """Version 5. The path is written as JSON, so that no two paths give one name."""
    return str(uuid5(PROJECT, json.dumps(path)))


def instant(day: date) -> str:
    """OSCAL wants a time with its zone: the first moment of the day, UTC. Raises ``ValueError`` outside ``YEARS``."""
    if day.year not in YEARS:
        raise ValueError(f"OSCAL cannot write the year of {day.isoformat()}")
    return datetime.combine(day, time(), UTC).isoformat().replace("+00:00", "Z")


def prop(name: str, value: str, *, group: str | None = None) -> Assembly:
    """A property in our namespace. A value is a plain string on one line, not Markdown."""
    made: Assembly = {"name": name, "ns": NAMESPACE, "value": " ".join(value.split())}
    return made if group is None else made | {"group": group}


def reference(resource: str, *, text: str | None = None) -> Assembly:
    """A link to a resource of the same file's back matter, by its UUID."""
    link: Assembly = {"href": f"#{resource}", "rel": "reference"}
    return link if text is None else link | {"text": line(text)}


def file_resource(uuid: str, title: str, href: str, data: bytes) -> Assembly:
    """Another OSCAL file as a resource, with the digest by which a reader knows that it is the one."""
    digest = {"algorithm": "SHA-256", "value": sha256_hex(data)}
    rlink = {"href": href, "media-type": "application/oscal+json", "hashes": [digest]}
    return {"uuid": uuid, "title": line(title), "rlinks": [rlink]}


def as_file(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


# --- text as Markdown ---

# Also OSCAL's own ~subscript~, ^superscript^ and {{ insertion }}. An underscore inside a word is only itself.
_MARKUP: Final = re.compile(
    r"""[\\`*\[\]~^] | <(?=[A-Za-z/!?]) | &(?=\#?\w+;) | \{(?=\{) | (?<=\{)\{
    | (?<![0-9A-Za-z])_ | _(?![0-9A-Za-z])
    | ^[\#>+=-]""",
    re.VERBOSE,
)
_LIST_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def line(text: str) -> str:
    """One line of Markdown that is read as exactly this text."""
    return _LIST_NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def prose(*texts: str) -> str:
    """Paragraphs of Markdown, one for each line of each text."""
    parts = [part for text in texts for part in text.splitlines()]
    return "\n\n".join(line(part) for part in parts if part.strip())
