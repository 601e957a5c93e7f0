"""Signed notes: text with one signature a line (C2SP signed-note v1.0.0, github.com/C2SP/C2SP at 0552876).

A note says who claims to have signed. Which keys are known, and whether they did sign, is for `cosignature`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from standfirst.trust.errors import Rejected
from standfirst.trust.spelling import Misspelt, base64_text, read_base64

MAX_SIZE: Final = 1 << 20
"""Most bytes in a note: a hundred of the largest signatures take half of it."""

MAX_SIGNATURES: Final = 100
"""Most signature lines. The specification asks for at least 16."""

KEY_ID_SIZE: Final = 4

_DASH: Final = "— "
_DASH_BYTES: Final = _DASH.encode("utf-8")
_CONTROL: Final = re.compile("[\x00-\x1f]")
_CONTROLS_BUT_NEWLINE: Final = bytes((*range(0x0A), *range(0x0B, 0x20)))


class NoteFlaw(StrEnum):
    """Why bytes are not a signed note."""

    TOO_LARGE = "note.too-large"
    NOT_UTF8 = "note.not-utf8"
    CONTROL_CHARACTER = "note.control-character"
    NO_SIGNATURES = "note.no-signatures"
    UNTERMINATED = "note.unterminated"
    TOO_MANY_SIGNATURES = "note.too-many-signatures"
    SIGNATURE_LINE = "note.signature-line"
    NAME = "note.name"
    SIGNATURE_TEXT = "note.signature-text"
    SIGNATURE_TOO_SHORT = "note.signature-too-short"


class NoteRejected(Rejected):
    """Parameter `line` counts the signature lines from 1 where one of them is at fault."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line. Raises `NoteRejected` for what no line can hold."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != KEY_ID_SIZE or not self.value:
            raise NoteRejected(NoteFlaw.SIGNATURE_TOO_SHORT)

    @classmethod
    def parse(cls, line: str) -> "NoteSignature":
        """Reads one line, without its newline: em dash, space, name, space, base64 of key id and signature."""
        try:
            return cls.of_bytes(line.encode("utf-8"))
        except UnicodeEncodeError:
            raise NoteRejected(NoteFlaw.NOT_UTF8) from None

    @classmethod
    def of_bytes(cls, line: bytes) -> "NoteSignature":
        """As `parse`, before the line is decoded: nearly all of it is base64, and the dash makes its text wide."""
        name, space, encoded = line.removeprefix(_DASH_BYTES).partition(b" ")
        if not line.startswith(_DASH_BYTES) or not space:
            raise NoteRejected(NoteFlaw.SIGNATURE_LINE)
        try:
            signature = read_base64(encoded.decode("ascii"))
        except (Misspelt, UnicodeDecodeError):
            raise NoteRejected(NoteFlaw.SIGNATURE_TEXT) from None
        return cls(_decoded(name), signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a newline, and who claims to have signed it, in the order of the lines.

    Raises `NoteRejected` for what cannot be written as a note.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        _check_text(self.text)
        if not self.signatures:
            raise NoteRejected(NoteFlaw.NO_SIGNATURES)
        if len(self.signatures) > MAX_SIGNATURES:
            raise NoteRejected(NoteFlaw.TOO_MANY_SIGNATURES, {"count": len(self.signatures)})

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """The note that `data` is, exactly: `Note.parse(data).format() == data`. Raises `NoteRejected`."""
        if len(data) > MAX_SIZE:
            raise NoteRejected(NoteFlaw.TOO_LARGE, {"size": len(data)})
        _check_bytes(data)
        # Format: the last empty line separates, so that the text may hold empty lines itself.
        text, separator, block = data.rpartition(b"\n\n")
        if not separator or not block:
            raise NoteRejected(NoteFlaw.NO_SIGNATURES)
        lines = block.removesuffix(b"\n").split(b"\n", MAX_SIGNATURES)
        if len(lines) > MAX_SIGNATURES:  # counted before any of them is read
            raise NoteRejected(NoteFlaw.TOO_MANY_SIGNATURES, {"limit": MAX_SIGNATURES})
        signatures = tuple(_signature(number, line) for number, line in enumerate(lines, 1))
        return cls(_decoded(text) + "\n", signatures)

    def format(self) -> bytes:
        """The note as it is stored and sent."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode("utf-8")

    def signed_by(self, *signatures: NoteSignature) -> "Note":
        """The same text with further signature lines at the end."""
        return Note(self.text, (*self.signatures, *signatures))


def key_id(name: str, kind: int, material: bytes) -> bytes:
    """The 4 bytes that, with the name, point at a key (Signatures). A pointer only: collisions can be made."""
    return sha256(name.encode("utf-8") + b"\n" + bytes((kind,)) + material).digest()[:KEY_ID_SIZE]


def check_name(name: str) -> None:
    """Format: a key's name is not empty and has no space of any script, no plus, and no control character."""
    if name.isascii() and name.isprintable():  # then the only space is the plain one
        if not name or "+" in name or " " in name:
            raise NoteRejected(NoteFlaw.NAME)
        return
    if "+" in name or _CONTROL.search(name) or any(map(str.isspace, name)):
        raise NoteRejected(NoteFlaw.NAME)
    _check_encodable(name)


def _check_text(text: str) -> None:
    try:
        _check_bytes(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise NoteRejected(NoteFlaw.NOT_UTF8) from None


def _check_bytes(data: bytes) -> None:
    # No byte of a longer UTF-8 sequence is a control's.
    if len(data.translate(None, _CONTROLS_BUT_NEWLINE)) != len(data):
        raise NoteRejected(NoteFlaw.CONTROL_CHARACTER)
    if not data.endswith(b"\n"):
        raise NoteRejected(NoteFlaw.UNTERMINATED)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteRejected(NoteFlaw.NOT_UTF8) from None


def _check_encodable(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NoteRejected(NoteFlaw.NOT_UTF8) from None


def _signature(number: int, line: bytes) -> NoteSignature:
    try:
        return NoteSignature.of_bytes(line)
    except NoteRejected as found:
        raise NoteRejected(found.code, {"line": number, **found.parameters}) from None
