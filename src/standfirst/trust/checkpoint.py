"""Checkpoints: how large a log is and which root it has.

C2SP tlog-checkpoint v1.0.0, github.com/C2SP/C2SP at 2793893.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from standfirst.trust.spelling import Misspelt, SpellingFlaw, base64_text, read_base64, read_decimal

MAX_ORIGIN: Final = 255
"""Most bytes in an origin: as many as an ML-DSA-44 cosignature can commit to (tlog-cosignature)."""

_CONTROL: Final = re.compile("[\x00-\x1f]")


class CheckpointFlaw(StrEnum):
    """Why a text is not a checkpoint."""

    UNTERMINATED = "checkpoint.unterminated"
    TOO_SHORT = "checkpoint.too-short"
    EMPTY_LINE = "checkpoint.empty-line"
    CONTROL_CHARACTER = "checkpoint.control-character"
    ORIGIN_TOO_LONG = "checkpoint.origin-too-long"
    NOT_UTF8 = "checkpoint.not-utf8"
    SIZE_TEXT = "checkpoint.size-text"
    SIZE_OUT_OF_RANGE = "checkpoint.size-out-of-range"
    ROOT_TEXT = "checkpoint.root-text"
    ROOT_SIZE = "checkpoint.root-size"
    ROOT_OF_EMPTY = "checkpoint.root-of-empty"
    EXTENSIONS = "checkpoint.extensions"


class CheckpointRejected(Rejected):
    """A text is not a checkpoint, or no checkpoint can say this."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's origin, its number of leaves and the root over them.

    `extensions` are lines that mean nothing here. Ed25519 signatures cover them; ML-DSA-44 cosignatures do not,
    so whoever relies on those has to read the lines as words of nobody, or refuse them with `plain`.
    Raises `CheckpointRejected` for what no checkpoint can say.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Note text, items 1 and 4.
        for line in (self.origin, *self.extensions):
            _check_line(line)
        # Not in tlog-checkpoint: an origin that tlog-cosignature has no room for.
        if len(self.origin.encode("utf-8")) > MAX_ORIGIN:
            raise CheckpointRejected(CheckpointFlaw.ORIGIN_TOO_LONG)
        # Items 2 and 3; RFC 6962, 2.1, fixes the root of the empty tree.
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointRejected(CheckpointFlaw.SIZE_OUT_OF_RANGE)
        if len(self.root) != HASH_SIZE:
            raise CheckpointRejected(CheckpointFlaw.ROOT_SIZE, {"size": len(self.root)})
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointRejected(CheckpointFlaw.ROOT_OF_EMPTY)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint that a note's text is, exactly: `Checkpoint.parse(text).text == text`.

        Raises `CheckpointRejected`.
        """
        if not text.endswith("\n"):
            raise CheckpointRejected(CheckpointFlaw.UNTERMINATED)
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3:
            raise CheckpointRejected(CheckpointFlaw.TOO_SHORT)
        origin, size, root, *extensions = lines
        return cls(origin, _size(size), _root(root), tuple(extensions))

    @property
    def text(self) -> str:
        """The text that a note signs, with its final newline."""
        return "".join(
            f"{line}\n" for line in (self.origin, str(self.size), base64_text(self.root), *self.extensions)
        )

    def plain(self) -> "Checkpoint":
        """This checkpoint, known to have no extension lines. Raises `CheckpointRejected`."""
        if self.extensions:
            raise CheckpointRejected(CheckpointFlaw.EXTENSIONS, {"count": len(self.extensions)})
        return self


def _check_line(line: str) -> None:
    if not line:
        raise CheckpointRejected(CheckpointFlaw.EMPTY_LINE)
    if _CONTROL.search(line):  # as in every note (signed-note, Format); newlines too
        raise CheckpointRejected(CheckpointFlaw.CONTROL_CHARACTER)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        raise CheckpointRejected(CheckpointFlaw.NOT_UTF8) from None


def _size(text: str) -> int:
    try:
        return read_decimal(text)
    except Misspelt as found:
        too_large = found.code is SpellingFlaw.NUMBER_TOO_LARGE
        flaw = CheckpointFlaw.SIZE_OUT_OF_RANGE if too_large else CheckpointFlaw.SIZE_TEXT
        raise CheckpointRejected(flaw) from None


def _root(text: str) -> bytes:
    try:
        return read_base64(text)
    except Misspelt:
        raise CheckpointRejected(CheckpointFlaw.ROOT_TEXT) from None
