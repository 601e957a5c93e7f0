"""An input as bytes, with its name and digest: what a measurement result says it was made from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from standfirst.evidence.result import InputFile
from standfirst.standards.problems import Unusable, problem
from standfirst.trust.digests import sha256_hex

MAX_BYTES: Final = 32 * 1024 * 1024
"""Largest input read. One snapshot of 156 qubits takes about 0.7 MB as JSON and 0.4 MB as CSV, so this holds more than
two months of daily snapshots in one file. Reading that much takes under 10 s and ten times its size in memory."""


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    data: bytes

    def as_input(self) -> InputFile:
        return InputFile(name=self.name, sha256=sha256_hex(self.data), size=len(self.data))


def open_source(source: Path | str | bytes, *, file_name: str = "", max_bytes: int = MAX_BYTES) -> Source:
    """The bytes of a file, or bytes as they are, under the name that results and problems will show.

    Never reads more than `max_bytes` + 1. Raises Unusable when the file cannot be read, is empty or too large.
    """
    if isinstance(source, bytes):
        name, data, size = _printable(file_name or "input"), source, len(source)
    else:
        path = Path(source)
        name = _printable(file_name or path.name or str(path))
        data, size = _read(path, name, max_bytes)
    if not data:
        raise Unusable([problem(name, "input.empty")])
    if len(data) > max_bytes:
        raise Unusable([problem(name, "input.too-large", bytes=max(size, len(data)), limit=max_bytes)])
    return Source(name, data)


def _read(path: Path, name: str, max_bytes: int) -> tuple[bytes, int]:
    """The first bytes of a file, and its size."""
    try:
        with path.open("rb") as handle:
            return handle.read(max_bytes + 1), path.stat().st_size
    except OSError as error:
        detail = error.strerror or type(error).__name__
    except ValueError:  # a path that holds a null character
        detail = ""
    raise Unusable([problem(name, "file.unreadable", detail=detail)])


def _printable(name: str) -> str:
    """A file name as results may hold it: file systems allow control characters and broken text in names."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )[:200]
