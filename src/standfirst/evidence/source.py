"""An input as bytes, with its name and digest: what a measurement result says it was made from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from standfirst.evidence.errors import Problem, UnusableInput
from standfirst.evidence.result import InputFile

MAX_BYTES: Final = 32 * 1024 * 1024
"""Largest input read. One snapshot of 156 qubits takes about 0.7 MB as JSON and 0.4 MB as CSV, so this holds more than
two months of daily snapshots in one file. Reading that much takes under 10 s and ten times its size in memory."""


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    data: bytes

    def as_input(self) -> InputFile:
        return InputFile(name=self.name, sha256=hashlib.sha256(self.data).hexdigest(), size=len(self.data))


def open_source(source: Path | str | bytes, *, file_name: str = "", max_bytes: int = MAX_BYTES) -> Source:
    """The bytes of a file, or bytes as they are, under the name that results and problems will show.

    Never reads more than `max_bytes` + 1. Raises `UnusableInput` when the file cannot be read, is empty or too large.
    """
    if isinstance(source, bytes):
        name, data, size = _printable(file_name or "input"), source, len(source)
    else:
        path = Path(source)
        name = _printable(file_name or path.name or str(path))
        try:
            with path.open("rb") as handle:
                data = handle.read(max_bytes + 1)
                size = path.stat().st_size
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnusableInput((Problem(name, "input.unreadable", params={"reason": reason}),)) from None
        except ValueError:  # a path that holds a null character
            raise UnusableInput((Problem(name, "input.unreadable", params={"reason": "bad path"}),)) from None
    if not data:
        raise UnusableInput((Problem(name, "input.empty"),))
    if len(data) > max_bytes:
        params = {"bytes": max(size, len(data)), "limit": max_bytes}
        raise UnusableInput((Problem(name, "input.too-large", params=params),))
    return Source(name, data)


def _printable(name: str) -> str:
    """A file name as results may hold it: file systems allow control characters and broken text in names."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )[:200]


def text_of(source: Source) -> str:
    """The text of a UTF-8 input, without a byte order mark. Raises `UnusableInput`."""
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableInput(
            (Problem(source.name, "input.not-utf8", params={"offset": error.start}),)
        ) from None
