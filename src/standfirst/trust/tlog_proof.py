"""One file that shows offline that an entry is in a log.

C2SP tlog-proof v1, which has no tag yet: github.com/C2SP/C2SP at 0065ea5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import HASH_SIZE, MAX_PROOF, Proof, verify_inclusion
from standfirst.trust.note import MAX_SIZE as MAX_NOTE
from standfirst.trust.note import Note
from standfirst.trust.spelling import MAX_NUMBER, Misspelt, base64_text, read_base64, read_decimal

MAX_EXTRA: Final = 1 << 16
"""Most bytes of extra data: as many as one entry of a log."""

MAX_SIZE: Final = MAX_NOTE + 2 * MAX_EXTRA
"""Most bytes in a proof: a note, and room for everything above it."""

HEADER: Final = "c2sp.org/tlog-proof@v1"
"""The first line of every proof."""

_EXTRA: Final = "extra "
_INDEX: Final = "index "


class TlogProofFlaw(StrEnum):
    """Why bytes are not a proof of logging."""

    TOO_LARGE = "tlog-proof.too-large"
    NOT_UTF8 = "tlog-proof.not-utf8"
    HEADER = "tlog-proof.header"
    EXTRA = "tlog-proof.extra"
    INDEX = "tlog-proof.index"
    HASH = "tlog-proof.hash"
    TOO_MANY_HASHES = "tlog-proof.too-many-hashes"
    CHECKPOINT_MISSING = "tlog-proof.checkpoint-missing"


class TlogProofRejected(Rejected):
    """The bytes are not a proof."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A position, the path from there to the root, and the signed checkpoint that names the root.

    `path` begins with the leaf's sibling. `extra` is signed by nobody. Nothing here is believed before the note's
    signatures are verified and `verify_entry` returns.
    """

    index: int
    path: Proof
    note: Note
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_NUMBER:
            raise TlogProofRejected(TlogProofFlaw.INDEX)
        if len(self.path) > MAX_PROOF:
            raise TlogProofRejected(TlogProofFlaw.TOO_MANY_HASHES, {"limit": MAX_PROOF})
        if any(len(node) != HASH_SIZE for node in self.path):
            raise TlogProofRejected(TlogProofFlaw.HASH)
        # Format: without extra data there is no such line, so no data is not empty data.
        if self.extra is not None and not 0 < len(self.extra) <= MAX_EXTRA:
            raise TlogProofRejected(TlogProofFlaw.EXTRA)
        Checkpoint.parse(self.note.text)

    @classmethod
    def parse(cls, data: bytes) -> "TlogProof":
        """The proof that `data` is, exactly: `TlogProof.parse(data).format() == data`.

        Raises `TlogProofRejected`, and `NoteRejected` or `CheckpointRejected` for what is below the empty line.
        """
        if len(data) > MAX_SIZE:
            raise TlogProofRejected(TlogProofFlaw.TOO_LARGE, {"limit": MAX_SIZE})
        # The first empty line ends the proof; the checkpoint below it has an empty line of its own.
        head, separator, note = data.partition(b"\n\n")
        if not separator:
            raise TlogProofRejected(TlogProofFlaw.CHECKPOINT_MISSING)
        try:
            lines = head.decode("utf-8").split("\n")
        except UnicodeDecodeError:
            raise TlogProofRejected(TlogProofFlaw.NOT_UTF8) from None
        if lines.pop(0) != HEADER:
            raise TlogProofRejected(TlogProofFlaw.HEADER)
        extra = _extra(lines.pop(0)) if lines and lines[0].startswith(_EXTRA) else None
        index = _index(lines.pop(0) if lines else "")
        return cls(index, _path(lines), Note.parse(note), extra)

    def format(self) -> bytes:
        """The proof as it is stored, in files that end in `.tlog-proof`."""
        extra = () if self.extra is None else (_EXTRA + base64_text(self.extra),)
        lines = (HEADER, *extra, f"{_INDEX}{self.index}", *map(base64_text, self.path))
        return "".join(f"{line}\n" for line in lines).encode("utf-8") + b"\n" + self.note.format()

    def verify_entry(self, leaf: bytes, checkpoint: Checkpoint) -> None:
        """Returns when leaf hash `leaf` stands at `index` in the log of `checkpoint`.

        `checkpoint` is what `cosignature.verify_log` returned for `note`: size and root come from nowhere else.
        Raises `merkle.InclusionFailed`; a ValueError says that the checkpoint is another one than the note's.
        """
        if checkpoint.text != self.note.text:
            raise ValueError("the checkpoint is not that of this proof")
        verify_inclusion(
            leaf=leaf, index=self.index, size=checkpoint.size, proof=self.path, root=checkpoint.root
        )


def _extra(line: str) -> bytes:
    try:
        return read_base64(line.removeprefix(_EXTRA))
    except Misspelt:
        raise TlogProofRejected(TlogProofFlaw.EXTRA) from None


def _index(line: str) -> int:
    if not line.startswith(_INDEX):
        raise TlogProofRejected(TlogProofFlaw.INDEX)
    try:
        return read_decimal(line.removeprefix(_INDEX))
    except Misspelt:
        raise TlogProofRejected(TlogProofFlaw.INDEX) from None


def _path(lines: Sequence[str]) -> Proof:
    if len(lines) > MAX_PROOF:  # counted before any of them is read
        raise TlogProofRejected(TlogProofFlaw.TOO_MANY_HASHES, {"limit": MAX_PROOF})
    try:
        return tuple(map(read_base64, lines))
    except Misspelt:
        raise TlogProofRejected(TlogProofFlaw.HASH) from None
