"""The bundle: one file that holds a certificate with everything that a stranger needs to verify it offline.

One canonical JSON object. Its checksum shows damage, and nothing else: whoever changes the file can also write a new
checksum, and then signatures and proofs are what speaks against it. Form, notice and checksum stay where they are in
all later forms, so that a reader can always tell "written by a later release" from "damaged".
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias

from standfirst.trust.canonical import (
    MAX_INTEGER,
    Flaw,
    JsonValue,
    NotCanonical,
    Unrepresentable,
    canonical_bytes,
    parse_canonical,
)
from standfirst.trust.digests import Domain, sha256_hex
from standfirst.trust.envelope import Envelope
from standfirst.trust.errors import Rejected
from standfirst.trust.members import MemberFlaw, Members
from standfirst.trust.merkle import HASH_SIZE, leaf_hash
from standfirst.trust.spelling import Misspelt, read_hex
from standfirst.trust.status import Reference

FORM: Final = "standfirst-bundle/1"
NOTICE: Final = "SPECIMEN. Made with a demonstration of a draft scheme; issued by fictional bodies; not accredited by any real body."

MAX_BYTES: Final = 16 * 2**20
"""Of a bundle: most is the snapshot, where a subject takes 200 bytes; eighty thousand certificates fit."""

MAX_LEAF: Final = 65_535
"""Bytes in a leaf: what an entry bundle of the log can hold (C2SP tlog-tiles)."""

MOST_LEAVES: Final = 256
"""A certificate has a handful of events in three years."""

_LONGEST_PATH: Final = 63

_DASH: Final = "\u2014"

_FORM_MARK: Final = re.compile(rb'"form"[ \t\r\n]{0,16}:[ \t\r\n]{0,16}"standfirst-bundle\\?/')
_HEAD: Final = b'{"accreditation":{"domain":"standfirst/accreditation/v1"'


class BundleFlaw(StrEnum):
    """Why a file is no bundle, or not exactly one."""

    NOT_A_BUNDLE = "bundle.not-a-bundle"
    TOO_LARGE = "bundle.too-large"
    LATER_FORM = "bundle.later-form"
    NOT_CANONICAL = "bundle.not-canonical"
    CHECKSUM = "bundle.checksum"
    OTHER_DOMAIN = "bundle.other-domain"
    HASH_TEXT = "bundle.hash-text"
    LEAVES_ORDER = "bundle.leaves-order"
    LEAF_NOT_CANONICAL = "bundle.leaf-not-canonical"
    LEAF_UNKNOWN = "bundle.leaf-unknown"
    LEAF_TOO_LARGE = "bundle.leaf-too-large"


class NotABundle(Rejected):
    """Nothing can be said about a certificate: the bytes are something else, too many, or of a later form."""


class BundleRejected(Rejected):
    """The bytes want to be a bundle and are not exactly one."""


Content: TypeAlias = Envelope | Reference


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of the log with its audit path (RFC 9162, 2.1.3), lowest hash first."""

    index: int
    data: bytes
    path: tuple[bytes, ...]

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.data)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Read, and nothing of it believed. ``contents`` are what the leaves hold, in the same order.

    The digests are those of the four envelopes (`Envelope.digest`), taken from the bytes as they stand in the file.
    """

    certificate: Envelope
    accreditation: Envelope
    certificate_snapshot: Envelope
    accreditation_snapshot: Envelope
    certificate_digest: str
    accreditation_digest: str
    certificate_snapshot_digest: str
    accreditation_snapshot_digest: str
    checkpoint: bytes
    leaves: tuple[Leaf, ...]
    contents: tuple[Content, ...]


def build(
    *,
    certificate: Envelope,
    accreditation: Envelope,
    certificate_snapshot: Envelope,
    accreditation_snapshot: Envelope,
    checkpoint: bytes,
    leaves: Sequence[Leaf],
    notice: str = NOTICE,
) -> bytes:
    """The file. Leaves may come in any order. Raises what `read` raises for parts that make no bundle."""
    inside: dict[str, JsonValue] = {
        "form": FORM,
        "notice": notice,
        "certificate": certificate.as_json(),
        "accreditation": accreditation.as_json(),
        "snapshots": [certificate_snapshot.as_json(), accreditation_snapshot.as_json()],
        "log": {
            "checkpoint": checkpoint.decode("utf-8"),
            "leaves": [_written(leaf) for leaf in sorted(leaves, key=lambda leaf: leaf.index)],
        },
    }
    data = canonical_bytes({**inside, "checksum": checksum(inside)})
    read(data)
    return data


def _written(leaf: Leaf) -> JsonValue:
    path: list[JsonValue] = [each.hex() for each in leaf.path]
    return {"index": leaf.index, "leaf": leaf.data.decode("utf-8"), "path": path}


def checksum(inside: dict[str, JsonValue]) -> str:
    """SHA-256 over the canonical form of all members but the checksum itself."""
    return sha256_hex(canonical_bytes({name: value for name, value in inside.items() if name != "checksum"}))


# --- reading ---


def read(data: bytes) -> Bundle:
    """The bundle that ``data`` is, exactly: no other bytes make the same one.

    Raises `NotABundle` for what was never one, and for later forms; `BundleRejected`, `DocumentRejected` or
    `EnvelopeRejected` for what only resembles one.
    """
    if len(data) > MAX_BYTES:
        raise NotABundle(BundleFlaw.TOO_LARGE, {"limit": MAX_BYTES})
    if not (data.startswith(_HEAD) or _FORM_MARK.search(data)):
        raise NotABundle(BundleFlaw.NOT_A_BUNDLE)
    value = _parsed(data)
    if value.get("form") != FORM:
        raise _other_form(value)
    places = _Places.of(data)
    if value.get("checksum") != places.checksum:
        raise BundleRejected(BundleFlaw.CHECKSUM)
    found = Members(
        value, "bundle", "form", "notice", "checksum", "certificate", "accreditation", "snapshots", "log"
    )
    _kept(found.text("notice"))
    snapshots = found.items("snapshots", least=2, most=2)
    log = found.child("log", "checkpoint", "leaves")
    leaves = tuple(_leaf(each) for each in log.children("leaves", "index", "leaf", "path", most=MOST_LEAVES))
    for earlier, later in pairwise(leaves):
        if earlier.index >= later.index:
            raise BundleRejected(BundleFlaw.LEAVES_ORDER, {"index": later.index})
    return Bundle(
        certificate=_envelope(found.raw("certificate"), "certificate", Domain.CERTIFICATE),
        accreditation=_envelope(found.raw("accreditation"), "accreditation", Domain.ACCREDITATION),
        certificate_snapshot=_envelope(snapshots[0], "snapshots[0]", Domain.STATUS_SNAPSHOT),
        accreditation_snapshot=_envelope(snapshots[1], "snapshots[1]", Domain.STATUS_SNAPSHOT),
        certificate_digest=places.digest(places.certificate),
        accreditation_digest=places.digest(places.accreditation),
        certificate_snapshot_digest=places.digest(places.first_snapshot),
        accreditation_snapshot_digest=places.digest(places.second_snapshot),
        checkpoint=_checkpoint(log),
        leaves=leaves,
        contents=tuple(_content(leaf, f"log.leaves[{at}].leaf") for at, leaf in enumerate(leaves)),
    )


def _parsed(data: bytes) -> dict[str, JsonValue]:
    """The object that the bytes hold, read leniently: whether they are its canonical form, writing it again shows.

    Members that stand twice, other spellings and white space do not survive that. What canonical JSON refuses in values
    (fractions, large numbers, text that is not NFC, depth) is refused where each member is read, all of them by type.
    """
    try:
        text = data.decode("utf-8")
        value: JsonValue = json.loads(text)
        written = _encoder.encode(value)
    except (ValueError, RecursionError):
        raise _not_canonical(data) from None
    if written != text:
        raise _not_canonical(data)
    if type(value) is not dict:
        raise BundleRejected(MemberFlaw.NOT_AN_OBJECT, {"where": "bundle"})
    return value


_encoder: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def _not_canonical(data: bytes) -> BundleRejected:
    """The strict reader's name for what is wrong with the bytes."""
    try:
        parse_canonical(data)
    except NotCanonical as error:
        return BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": error.code.value})
    return BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": Flaw.OTHER_FORM.value})


def _other_form(value: dict[str, JsonValue]) -> Rejected:
    """A later form may have other members. It is believed to be one only with the right checksum: else it is damaged."""
    form = value.get("form")
    try:
        whole = value.get("checksum") == checksum(value)
    except Unrepresentable:
        whole = False
    if whole and type(form) is str and re.fullmatch(r"standfirst-bundle/[1-9][0-9]{0,5}", form):
        return NotABundle(BundleFlaw.LATER_FORM, {"form": form})
    return BundleRejected(MemberFlaw.WRONG_VALUE, {"where": "bundle.form", "expected": FORM})


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of a canonical bundle lie in its bytes, so that each is hashed as it stands.

    Members are in the order of their names, and a quotation mark inside a text is escaped: what separates two members
    stands nowhere else, in a file whose members turn out to be those of a bundle. In any other file the places mean
    nothing, and its members are refused.
    """

    data: bytes
    accreditation: slice
    certificate: slice
    first_snapshot: slice
    second_snapshot: slice
    checksum: str

    @classmethod
    def of(cls, data: bytes) -> "_Places":
        first = len(b'{"accreditation":')
        second = max(data.find(b',"certificate":', first), first)
        summed = max(data.find(_CHECKSUM, second), second)
        third = max(data.rfind(b',"snapshots":['), summed)
        fourth = max(data.find(b']},{"domain":', third), third)
        rest = hashlib.sha256(data[:summed])
        rest.update(data[summed + len(_CHECKSUM) + 65 :])
        return cls(
            data,
            slice(first, second),
            slice(second + len(b',"certificate":'), summed),
            slice(third + len(b',"snapshots":['), fourth + 2),
            slice(fourth + 3, len(data) - 2),
            rest.hexdigest(),
        )

    def digest(self, part: slice) -> str:
        return sha256_hex(self.data[part])


_CHECKSUM: Final = b',"checksum":"'


def _kept(text: str) -> str:
    """``text``, known to be what canonical JSON keeps: NFC without lone surrogates or noncharacters."""
    # A note is ASCII but for the dashes of its signature lines, with which nothing composes.
    if not text.isascii() and not text.replace(_DASH, "").isascii():
        try:
            canonical_bytes(text)
        except Unrepresentable as error:
            raise BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": error.code.value}) from None
    return text


def _envelope(value: JsonValue, where: str, domain: Domain) -> Envelope:
    envelope = Envelope.read(value, where=where)
    # Said here as well as by every signature: what is shown for one purpose is not taken for another.
    if envelope.domain is not domain:
        parameters = {"where": where, "found": envelope.domain.value, "expected": domain.value}
        raise BundleRejected(BundleFlaw.OTHER_DOMAIN, parameters)
    return envelope


def _checkpoint(log: Members) -> bytes:
    text = log.raw("checkpoint")
    if type(text) is not str:
        raise log.flaw(MemberFlaw.WRONG_TYPE, "checkpoint", expected="string")
    return _kept(text).encode("utf-8")


def _leaf(found: Members) -> Leaf:
    index = found.integer("index", 0, MAX_INTEGER)
    text = found.raw("leaf")
    if type(text) is not str:
        raise found.flaw(MemberFlaw.WRONG_TYPE, "leaf", expected="string")
    data = text.encode("utf-8")
    if len(data) > MAX_LEAF:
        raise BundleRejected(BundleFlaw.LEAF_TOO_LARGE, {"where": found.where, "limit": MAX_LEAF})
    path = found.items("path", most=_LONGEST_PATH)
    return Leaf(index, data, tuple(_hash(each, found.where) for each in path))


def _hash(value: JsonValue, where: str) -> bytes:
    try:
        read = read_hex(value) if type(value) is str else b""
    except Misspelt:
        read = b""
    if len(read) != HASH_SIZE:
        raise BundleRejected(BundleFlaw.HASH_TEXT, {"where": f"{where}.path"})
    return read


def _content(leaf: Leaf, where: str) -> Content:
    """What a leaf holds: a signed status event, or the reference of a snapshot. Other leaves have no place here."""
    try:
        value: JsonValue = json.loads(leaf.data)
        canonical = canonical_bytes(value) == leaf.data
    except (ValueError, RecursionError, Unrepresentable):
        canonical, value = False, None
    if not canonical:
        raise BundleRejected(BundleFlaw.LEAF_NOT_CANONICAL, {"where": where})
    if type(value) is dict and "domain" in value:
        return _envelope(value, where, Domain.STATUS_EVENT)
    if type(value) is dict and "form" in value:
        return Reference.read(value, where)
    raise BundleRejected(BundleFlaw.LEAF_UNKNOWN, {"where": where})
