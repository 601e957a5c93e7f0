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
from itertools import pairwise
from json.encoder import encode_basestring as quoted  # RFC 8785, 3.2.2.2
from typing import Final

from standfirst.trust.bundle_parts import (
    BundleFlaw,
    BundleRejected,
    Content,
    Entry,
    Leaf,
    Sealed,
    kept,
    narrowed,
    quoted_note,
    stood_in,
    widened,
)
from standfirst.trust.canonical import (
    Flaw,
    JsonValue,
    NotCanonical,
    canonical_bytes,
    parse_canonical,
)
from standfirst.trust.digests import Domain, sha256_hex
from standfirst.trust.envelope import Envelope
from standfirst.trust.errors import Rejected
from standfirst.trust.members import DIGEST, Members

__all__ = [
    "Bundle",
    "BundleFlaw",
    "BundleRejected",
    "Content",
    "Leaf",
    "NotABundle",
    "build",
    "checksum",
    "read",
]

FORM: Final = "standfirst-bundle/1"
NOTICE: Final = "SPECIMEN. Made with a demonstration of a draft scheme; issued by fictional bodies; not accredited by any real body."

MAX_BYTES: Final = 16 * 2**20
"""Of a bundle: most is the snapshot, where a subject takes 200 bytes; eighty thousand certificates fit."""

MOST_PARTS: Final = 500_000
"""Brackets, braces and commas in a bundle, counted before anything is built: a file of nothing else would cost a thousand
times its size. A subject of a snapshot has four of them; eighty thousand certificates fit."""

MOST_LEAVES: Final = 256
"""A certificate has a handful of events in three years."""

_FORM_MARK: Final = re.compile(rb'"form"[ \t\r\n]{0,16}:[ \t\r\n]{0,16}"standfirst-bundle\\?/')
_HEAD: Final = b'{"accreditation":{"domain":"standfirst/accreditation/v1"'


class NotABundle(Rejected):
    """Nothing can be said about a certificate: the bytes are something else, too many, or of a later form."""


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
    if len(data) > MOST_PARTS and data.count(b"[") + data.count(b"{") + data.count(b",") > MOST_PARTS:
        raise NotABundle(BundleFlaw.TOO_MANY_PARTS, {"limit": MOST_PARTS})
    try:
        return _read(data)
    except Rejected as found:
        raise _why(data, found) from None


def _why(data: bytes, found: Rejected) -> Rejected:
    """The best name for what is wrong: damage before what damage looks like, a later form before strange members.

    A later form is believed to be one only with the right checksum: a damaged digit is damage.
    """
    try:
        value = parse_canonical(data)
    except NotCanonical as error:
        return BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": error.code.value})
    if type(value) is not dict or "checksum" not in value:
        return found
    if value["checksum"] != checksum(value):
        return BundleRejected(BundleFlaw.CHECKSUM)
    form = value.get("form")
    if form != FORM and type(form) is str and re.fullmatch(r"standfirst-bundle/[1-9][0-9]{0,5}", form):
        return NotABundle(BundleFlaw.LATER_FORM, {"form": form})
    return found


def _read(data: bytes) -> Bundle:
    """Read as JSON leniently, member by member strictly, and written again: only if that gives the file it is one."""
    text, value, dashes = _parsed(data)
    found = Members(
        value,
        "bundle",
        "form",
        "notice",
        "checksum",
        "certificate",
        "accreditation",
        "snapshots",
        "log",
    )
    found.only("form", FORM)
    accreditation = Sealed.read(found.raw("accreditation"), "accreditation", Domain.ACCREDITATION)
    certificate = Sealed.read(found.raw("certificate"), "certificate", Domain.CERTIFICATE)
    snapshots = [
        Sealed.read(item, f"snapshots[{at}]", Domain.STATUS_SNAPSHOT)
        for at, item in enumerate(found.items("snapshots", least=2, most=2))
    ]
    log = found.child("log", "checkpoint", "leaves")
    checkpoint = kept(log.string("checkpoint"))
    entries = [Entry.read(each) for each in log.children("leaves", "index", "leaf", "path", most=MOST_LEAVES)]
    for earlier, later in pairwise(entries):
        if earlier.leaf.index >= later.leaf.index:
            raise BundleRejected(BundleFlaw.LEAVES_ORDER, {"index": later.leaf.index})

    stated = found.coded("checksum", DIGEST)
    before = f'{{"accreditation":{accreditation.text},"certificate":{certificate.text}'
    written = (
        before,
        f',"checksum":"{stated}","form":"{FORM}","log":{{"checkpoint":',
        quoted_note(checkpoint),
        ',"leaves":[',
        ",".join([entry.text for entry in entries]),
        f']}},"notice":{quoted(kept(found.text("notice")))},"snapshots":[',
        snapshots[0].text,
        ",",
        snapshots[1].text,
        "]}",
    )
    if text != "".join(written):
        raise BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": Flaw.OTHER_FORM.value})
    first = before.encode("utf-8")
    digest = hashlib.sha256(first)
    digest.update(memoryview(data)[len(first) + len(f',"checksum":"{stated}"') :])
    if digest.hexdigest() != stated:
        raise BundleRejected(BundleFlaw.CHECKSUM)
    return Bundle(
        certificate=certificate.envelope,
        accreditation=accreditation.envelope,
        certificate_snapshot=snapshots[0].envelope,
        accreditation_snapshot=snapshots[1].envelope,
        certificate_digest=certificate.digest,
        accreditation_digest=accreditation.digest,
        certificate_snapshot_digest=snapshots[0].digest,
        accreditation_snapshot_digest=snapshots[1].digest,
        checkpoint=widened(checkpoint, dashes),
        leaves=tuple(entry.leaf for entry in entries),
        contents=tuple(entry.content for entry in entries),
    )


def _parsed(data: bytes) -> tuple[str, JsonValue, int]:
    """The file as text and as a value, and how many dashes of its checkpoint are stood in for: all or none."""
    try:
        text, dashes = narrowed(data)
        value: JsonValue = json.loads(text)
        if dashes and stood_in(value) != dashes:  # some stand elsewhere
            text, dashes = data.decode("utf-8"), 0
            value = json.loads(text)
    except (ValueError, RecursionError):
        raise BundleRejected(BundleFlaw.NOT_CANONICAL, {"flaw": Flaw.MALFORMED.value}) from None
    return text, value, dashes
