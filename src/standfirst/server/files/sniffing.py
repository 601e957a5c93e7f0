"""What sort of file bytes are, by the bytes. The name is only asked whether it agrees. Pure."""

import re
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final

import puremagic

HEAD: Final = 2**16  # bytes that are looked at: more than the longest mark that is known

PLAIN: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"
ARCHIVE: Final = "application/zip"

_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_TEXT: Final = re.compile(r"text/|.*[+/-](?:json|xml|yaml|toml|javascript|sql|sh|csh|tcl|latex|tex)\Z")
_OFFICE: Final = re.compile(r"application/(?:vnd\.|epub|java-archive|x-?zip)")
_NAMES: Final = MimeTypes()
_NAMES.add_type("application/yaml", ".yaml")
_NAMES.add_type("application/yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """``media_type`` is told; ``candidates`` are all that these bytes may be."""

    media_type: str
    candidates: frozenset[str]


def sniff(head: bytes) -> Sniffed:
    """What a file that begins with ``head`` (1 to ``HEAD`` bytes) is."""
    known = _known(head)
    if _is_text(head):
        # Letters at the start that are some format's mark are only letters where text follows.
        known = [kind for kind in known if _TEXT.match(kind) or kind == "image/svg+xml"]
        return Sniffed(known[0] if known else PLAIN, frozenset({*known, PLAIN}))
    if head.startswith(b"PK\x03\x04") and len(set(known)) != 1:
        return Sniffed(ARCHIVE, frozenset({*known, ARCHIVE}))
    return Sniffed(known[0] if known else UNKNOWN, frozenset(known or (UNKNOWN,)))


def contradicted(name: str, found: Sniffed) -> str:
    """The type that the name tells, where the bytes are something else; else empty."""
    told, packed = _NAMES.guess_type(name)
    if told is None or packed or told in found.candidates:
        return ""
    if PLAIN in found.candidates:
        # Plain text is every format of text; what is known to be one of them is not another.
        agrees = found.media_type == PLAIN and _TEXT.match(told) is not None
    elif ARCHIVE in found.candidates:
        agrees = _OFFICE.match(told) is not None
    else:
        agrees = found.media_type == UNKNOWN and _TEXT.match(told) is None
    return "" if agrees else told


def _known(head: bytes) -> list[str]:
    """Likeliest first."""
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return []
    return [one.mime_type for one in found if one.mime_type]


def _is_text(head: bytes) -> bool:
    if _CONTROLS.search(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as fault:
        return (
            len(head) == HEAD and fault.start > len(head) - 4
        )  # a letter that the end of the head cut in two
    return True
