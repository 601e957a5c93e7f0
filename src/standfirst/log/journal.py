"""The journal: batches that a log has acknowledged and not yet published as tiles.

A record is its head (form, index of the first entry, bytes of the body; then 8 bytes of the SHA-256 over origin and
head), its body (entries as in an entry bundle) and the SHA-256 over origin, head and body. Records are only ever
added, each made durable by one fdatasync, and all dropped once the tiles hold what they hold.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Final

from standfirst.log.flaws import LogFlaw, LogRejected
from standfirst.log.folder import sync
from standfirst.trust.tiles import pack_entries, unpack_entries

_FORM: Final = b"sfj1"
_HEAD: Final = Struct(">4sQQ")
_HEAD_CHECK: Final = 8
_BODY_CHECK: Final = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries with consecutive indices from `first` on."""

    first: int
    entries: tuple[bytes, ...]


class Journal:
    """One process at a time writes it: the one that holds the log's lock."""

    def __init__(self, path: Path, origin: str) -> None:
        """Opens the file, and makes it where there is none. Raises OSError."""
        self._name = path.name
        self._origin = origin.encode("utf-8")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._end = 0
        sync(path.parent)  # a file is durable once its name is

    def read(self) -> Iterator[Batch]:
        """The batches in order. A last record that a killed process did not finish was never acknowledged: it is cut off.

        Raises `LogRejected` with the byte where a finished record is not what was written.
        """
        length = os.fstat(self._file).st_size
        self._end = 0
        while (record := self._record(length)) is not None:
            batch, size = record
            self._end += size
            yield batch
        if length > self._end:
            os.ftruncate(self._file, self._end)
            os.fsync(self._file)

    def append(self, first: int, entries: Sequence[bytes]) -> None:
        """Adds a batch; when this returns, it survives a power cut.

        Raises `TileRejected` for an entry that is too long, and OSError: then the file may hold some of it.
        """
        body = pack_entries(entries)
        head = _HEAD.pack(_FORM, first, len(body))
        seal = sha256(self._origin + head)
        check = seal.digest()[:_HEAD_CHECK]
        seal.update(body)
        record = b"".join((head, check, body, seal.digest()))
        written = 0
        while written < len(record):
            written += os.pwrite(self._file, record[written:], self._end + written)
        os.fdatasync(self._file)
        self._end += len(record)

    def clear(self) -> None:
        """Drops all records. Needs no sync: a record that comes back is known to be published, by its index."""
        os.ftruncate(self._file, 0)
        self._end = 0

    def close(self) -> None:
        os.close(self._file)

    # --- reading one record

    def _record(self, length: int) -> tuple[Batch, int] | None:
        """The record at the end of what was read, with its size; None where none was finished."""
        rest = length - self._end
        head = self._bytes(0, _HEAD.size + _HEAD_CHECK)
        if rest < _HEAD.size + _HEAD_CHECK:
            return None
        form, first, size = _HEAD.unpack_from(head)
        seal = sha256(self._origin + head[: _HEAD.size])
        if form != _FORM or head[_HEAD.size :] != seal.digest()[:_HEAD_CHECK]:
            self._refuse_written(len(head), rest)
            return None
        whole = len(head) + size + _BODY_CHECK
        if rest < whole:
            return None
        body = self._bytes(len(head), size)
        check = self._bytes(len(head) + size, _BODY_CHECK)
        seal.update(body)
        if check == seal.digest():
            return Batch(first, unpack_entries(body, path=self._name)), whole
        if seal.digest().startswith(check.rstrip(b"\x00")):
            self._refuse_written(whole, rest)
            return None
        raise LogRejected(LogFlaw.JOURNAL_DAMAGED, {"path": self._name, "byte": self._end})

    def _refuse_written(self, at: int, rest: int) -> None:
        """After a power cut a file may be as long as it was to become, and hold zeros where nothing was written."""
        if any(self._bytes(at, rest - at)):
            raise LogRejected(LogFlaw.JOURNAL_DAMAGED, {"path": self._name, "byte": self._end})

    def _bytes(self, at: int, size: int) -> bytes:
        """Fewer than `size` only where the file ends."""
        parts = bytearray()
        while part := os.pread(self._file, size - len(parts), self._end + at + len(parts)):
            parts += part
        return bytes(parts)
