"""The words between log and witness: request and answer of add-checkpoint (C2SP tlog-witness v1.0.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from standfirst.log.flaws import WitnessFlaw
from standfirst.log.guilt import Guilt
from standfirst.trust.errors import Parameter, Rejected
from standfirst.trust.merkle import HASH_SIZE, MAX_PROOF
from standfirst.trust.note import MAX_SIZE as MAX_NOTE
from standfirst.trust.note import NoteSignature
from standfirst.trust.spelling import Misspelt, base64_text, read_base64, read_decimal

MAX_REQUEST: Final = 64 + MAX_PROOF * 45 + MAX_NOTE
"""Bytes in the longest request: old size, proof lines of 44 characters, the longest note."""


class RequestRejected(Rejected):
    """A request is not one of add-checkpoint."""


class Status(IntEnum):
    """What a witness answers with, as HTTP counts."""

    OK = 200
    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    CONFLICT = 409
    NOT_PROVED = 422


@dataclass(frozen=True, slots=True)
class Request:
    """`note` stays bytes: what it holds is the witness's to judge."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """Raises `RequestRejected` for everything that is not exactly a request."""
        if len(body) > MAX_REQUEST:
            raise RequestRejected(WitnessFlaw.REQUEST_TOO_LARGE, {"bytes": len(body), "limit": MAX_REQUEST})
        head, empty_line, note = body.partition(b"\n\n")
        if not empty_line:
            raise RequestRejected(WitnessFlaw.REQUEST_CUT_SHORT)
        first, *lines = head.decode("ascii", "replace").split("\n")
        if len(lines) > MAX_PROOF:
            raise RequestRejected(WitnessFlaw.PROOF_TOO_LONG, {"limit": MAX_PROOF})
        return cls(_old_size(first), tuple(_hash(place, line) for place, line in enumerate(lines, 1)), note)

    def format(self) -> bytes:
        lines = [f"old {self.old_size}", *map(base64_text, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note


def _old_size(line: str) -> int:
    try:
        word, _, size = line.partition(" ")
        if word == "old":
            return read_decimal(size)
    except Misspelt:
        pass
    raise RequestRejected(WitnessFlaw.OLD_SIZE_LINE)


def _hash(place: int, line: str) -> bytes:
    try:
        value = read_base64(line)
    except Misspelt:
        value = b""
    if len(value) != HASH_SIZE:
        raise RequestRejected(WitnessFlaw.PROOF_LINE, {"line": place})
    return value


@dataclass(frozen=True, slots=True)
class Answer:
    """`size` is that of the witness's latest checkpoint where the status is CONFLICT; `reason` is None for OK alone.

    `guilt` says who is convicted where the request held a second root for a size that was cosigned.
    """

    status: Status
    cosignature: NoteSignature | None = None
    size: int | None = None
    reason: StrEnum | None = None
    parameters: tuple[tuple[str, Parameter], ...] = ()
    guilt: Sequence[Guilt] = ()

    @property
    def content_type(self) -> str:
        return "text/x.tlog.size" if self.status is Status.CONFLICT else "text/plain; charset=utf-8"

    @property
    def body(self) -> bytes:
        """Signature lines for OK, the size for CONFLICT, else the reason's code."""
        if self.cosignature is not None:
            return self.cosignature.line.encode()
        return f"{self.reason if self.size is None else self.size}\n".encode()
