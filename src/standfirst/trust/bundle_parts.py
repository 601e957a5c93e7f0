"""The parts of a bundle as text: read strictly, and written again in the one way in which a bundle has them.

A file whose parts, written again, give its text is in canonical form: then nothing stood twice, in another order, in
another spelling or between white space. Text that was read as a digest, a number or base64 needs no escapes, so most
of a bundle is only copied.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from json.encoder import encode_basestring as quoted  # RFC 8785, 3.2.2.2
from typing import Any, Final, TypeAlias

from standfirst.trust.canonical import (
    MAX_INTEGER,
    JsonValue,
    Unrepresentable,
    canonical_bytes,
)
from standfirst.trust.digests import Domain, sha256_hex
from standfirst.trust.envelope import Envelope
from standfirst.trust.errors import Rejected
from standfirst.trust.members import Members
from standfirst.trust.merkle import HASH_SIZE, MAX_PROOF, leaf_hash
from standfirst.trust.spelling import Misspelt, read_hex
from standfirst.trust.status import Reference
from standfirst.trust.tiles import MAX_ENTRY


class BundleFlaw(StrEnum):
    """Why a file is no bundle, or not exactly one."""

    NOT_A_BUNDLE = "bundle.not-a-bundle"
    TOO_LARGE = "bundle.too-large"
    TOO_MANY_PARTS = "bundle.too-many-parts"
    LATER_FORM = "bundle.later-form"
    NOT_CANONICAL = "bundle.not-canonical"
    CHECKSUM = "bundle.checksum"
    OTHER_DOMAIN = "bundle.other-domain"
    HASH_TEXT = "bundle.hash-text"
    LEAVES_ORDER = "bundle.leaves-order"
    LEAF_NOT_CANONICAL = "bundle.leaf-not-canonical"
    LEAF_UNKNOWN = "bundle.leaf-unknown"
    LEAF_TOO_LARGE = "bundle.leaf-too-large"


class BundleRejected(Rejected):
    """The bytes want to be a bundle and are not exactly one."""


Content: TypeAlias = Envelope | Reference


@dataclass(frozen=True)
class Leaf:
    """A leaf of the log with its audit path (RFC 9162, 2.1.3), lowest hash first."""

    index: int
    data: bytes
    path: tuple[bytes, ...]

    @cached_property
    def hash(self) -> bytes:
        return leaf_hash(self.data)


# --- dashes ---

DASH: Final = "\u2014"
_STAND_IN: Final = "\x7f"
_DASH_BYTES, _STAND_IN_BYTES = DASH.encode("utf-8"), _STAND_IN.encode("ascii")
_MOST_DASHES: Final = 200


def narrowed(data: bytes) -> tuple[str, int]:
    """The file as text, and how many dashes in it a character of ASCII stands in for.

    A bundle is ASCII but for the dashes of the note's signature lines, and text with wider characters takes twice the
    room and thrice the time. So a control character that is not in the file stands in for dashes; where anything else
    beyond ASCII is in it, for none. Raises UnicodeDecodeError for what is not UTF-8.
    """
    pieces: list[bytes] = []
    start = 0
    while (place := data.find(_DASH_BYTES[:1], start)) >= 0:
        if data[place : place + 3] != _DASH_BYTES or len(pieces) == _MOST_DASHES:
            return data.decode("utf-8"), 0
        pieces.append(data[start:place])
        start = place + 3
    pieces.append(data[start:])
    narrow = _STAND_IN_BYTES.join(pieces)
    if _STAND_IN_BYTES in data or not narrow.isascii():
        return data.decode("utf-8"), 0
    return narrow.decode("ascii"), len(pieces) - 1


def widened(checkpoint: str, dashes: int) -> bytes:
    """The checkpoint as it was in the file, with its dashes again where they were stood in for."""
    data = checkpoint.encode("utf-8")
    return data.replace(_STAND_IN_BYTES, _DASH_BYTES) if dashes else data


def stood_in(bundle: JsonValue) -> int:
    """How many of the dashes that were stood in for are the checkpoint's; 0 where there is none."""
    log = bundle.get("log") if type(bundle) is dict else None
    checkpoint = log.get("checkpoint") if type(log) is dict else None
    return checkpoint.count(_STAND_IN) if type(checkpoint) is str else 0


# --- texts ---


def kept(text: str) -> str:
    """``text``, known to be what canonical JSON keeps: NFC without lone surrogates or noncharacters."""
    if not text.isascii() and not text.replace(DASH, "").isascii():  # nothing composes with a dash
        try:
            canonical_bytes(text)
        except Unrepresentable as error:
            raise BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": error.code.value}) from None
    return text


def quoted_note(note: str) -> str:
    """A note in quotation marks, quicker than any text: of what JSON escapes it may hold line ends only.

    What else it holds stays as it is, and is then found not to be the text of a file.
    """
    return quoted(note) if '"' in note or "\\" in note else '"' + note.replace("\n", "\\n") + '"'


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope, and its text in the file."""

    envelope: Envelope
    text: str

    @classmethod
    def read(cls, value: JsonValue, where: str, domain: Domain) -> "Sealed":
        """Raises `EnvelopeRejected`, `BundleRejected`."""
        envelope = Envelope.read(value, where=where)
        # Said here as well as by every signature: what is shown for one purpose is not taken for another.
        if envelope.domain is not domain:
            parameters = {
                "where": where,
                "found": envelope.domain.value,
                "expected": domain.value,
            }
            raise BundleRejected(BundleFlaw.OTHER_DOMAIN, parameters)
        return cls(envelope, _text_of(value))

    @property
    def digest(self) -> str:
        """`Envelope.digest`, without writing it a second time."""
        return sha256_hex(self.text.encode("utf-8"))


def _text_of(value: Any) -> str:
    """What `Envelope.read` has taken, in canonical form: but the payload all its texts are free of escapes."""
    signatures = ",".join(
        f'{{"algorithm":"{each["algorithm"]}","key":"{each["key"]}","signature":"{each["signature"]}"}}'
        for each in value["signatures"]
    )
    return (
        f'{{"domain":"{value["domain"]}","payload":{quoted(value["payload"])},"salt":"{value["salt"]}",'
        f'"signatures":[{signatures}]}}'
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf with what it holds, and its text in the file."""

    leaf: Leaf
    content: Content
    text: str

    @classmethod
    def read(cls, found: Members) -> "Entry":
        """Raises `DocumentRejected`, `EnvelopeRejected`, `BundleRejected`."""
        index = found.integer("index", 0, MAX_INTEGER)
        text = found.string("leaf")
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > MAX_ENTRY:
            raise BundleRejected(BundleFlaw.LEAF_TOO_LARGE, {"where": found.where, "limit": MAX_ENTRY})
        path = tuple(_hash(each, found.where) for each in found.items("path", most=MAX_PROOF))
        content = _content(text, f"{found.where}.leaf")
        # Of what JSON escapes, text that is itself canonical JSON holds these two only.
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        hashes = ",".join([f'"{each.hex()}"' for each in path])
        written = f'{{"index":{index},"leaf":"{escaped}","path":[{hashes}]}}'
        return cls(Leaf(index, data, path), content, written)


def _hash(value: JsonValue, where: str) -> bytes:
    try:
        read = read_hex(value) if type(value) is str else b""
    except Misspelt:
        read = b""
    if len(read) != HASH_SIZE:
        raise BundleRejected(BundleFlaw.HASH_TEXT, {"where": f"{where}.path"})
    return read


def _content(text: str, where: str) -> Content:
    """What a leaf holds: a signed status event, or the reference of a snapshot. Other leaves have no place here."""
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        raise BundleRejected(BundleFlaw.LEAF_NOT_CANONICAL, {"where": where}) from None
    content: Content
    if type(value) is dict and "domain" in value:
        sealed = Sealed.read(value, where, Domain.STATUS_EVENT)
        content, written = sealed.envelope, sealed.text
    elif type(value) is dict and "form" in value:
        content = Reference.read(value, where)
        written = content.leaf.decode("ascii")
    else:
        raise BundleRejected(BundleFlaw.LEAF_UNKNOWN, {"where": where})
    if written != text:
        raise BundleRejected(BundleFlaw.LEAF_NOT_CANONICAL, {"where": where})
    return content
