"""Taking files in: hashed, counted and limited while they arrive, on disk before anybody hears that they are.

A process that is killed leaves at most a file in ``incoming``. Each is locked by whoever writes it, so that the next
upload sees which are left over and takes them away.
"""

import fcntl
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from io import IOBase
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser

from standfirst.records.change import Refused
from standfirst.server.bodies import plain
from standfirst.server.files.shelves import CHUNK, shelf
from standfirst.server.files.sniffing import HEAD
from standfirst.standards.reason import Reason

FORM: Final = 2**20
"""Bytes that a form may have besides its files: boundaries, names and fields."""

_TAIL: Final = 512
"""Bytes kept of a body's end: a boundary has at most 70 characters (RFC 2046, 5.1.1); Django takes up to 201."""


def limit() -> int:
    """How many bytes one request may bring in files."""
    return int(settings.EVIDENCE_LIMIT)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here whole and on disk. ``name`` is what it was called; ``head`` its first bytes."""

    path: Path
    name: str
    digest: str
    size: int
    head: bytes


class Intake:
    """One file on its way in."""

    def __init__(self, incoming: Path, name: str) -> None:
        self.name = name
        self.size = 0
        self._digest = hashlib.sha256()
        self._head = b""
        self._path, self._handle = _new(incoming)

    def take(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.size += len(piece)
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def finish(self) -> Arrived:
        os.fsync(self._handle)
        return Arrived(self._path, self.name, self._digest.hexdigest(), self.size, self._head)

    def discard(self) -> None:
        """What is left of it. After it was put in its place, nothing is."""
        if self._handle >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)  # and with it the lock
            self._handle = -1


def _new(incoming: Path) -> tuple[Path, int]:
    """A new file, locked. Takes away what processes that are gone have left."""
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(incoming)
    while True:
        handle, name = mkstemp(dir=incoming)
        fcntl.flock(handle, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if Path(name).stat().st_ino == os.fstat(handle).st_ino:
                return Path(name), handle
        os.close(handle)  # swept away between making and locking it


def _sweep(incoming: Path) -> None:
    for path in incoming.iterdir():
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


class Delivery(FileUploadHandler):
    """All files of one request. Close it when the request is answered."""

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest, most: int | None = None) -> None:
        """``most``: how many bytes it may bring; where nothing is said, as many as any request (``limit``)."""
        super().__init__(request)
        self._request = request
        self.arrived: list[Arrived] = []
        self._intakes: list[Intake] = []
        self._most = self._left = limit() if most is None else most
        self._incoming = shelf().incoming

    def receive(self) -> None:
        """Reads the request to its end: fields into ``request.POST``, files to disk.

        Raises Refused: more than the limit, or less than was announced. Nobody else may have read the body before.
        """
        request = self._request
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
        if announced > self._left + FORM:
            raise _too_large(self._most)
        body = _Counted(request)
        if request.content_type == "multipart/form-data":
            parser = MultiPartParser(request.META, body, [self], request.encoding or "utf-8")
            said, _ = parser.parse()
            request.POST = plain(said)  # type: ignore[assignment]  # immutable, as Django leaves it
            end = f"--{(request.content_params or {}).get('boundary', '')}--"
        else:
            request.POST = plain(QueryDict(request.META.get("QUERY_STRING", "")))  # type: ignore[assignment]
            self._receive_raw(body, request.POST.get("name", ""))
            end = ""
        # The parser takes any end for the file's own.
        if body.count != announced or end.encode() not in body.tail:
            raise Refused(Reason("file.cut-off", {"bytes": body.count, "announced": announced}))

    def _receive_raw(self, body: "_Counted", name: str) -> None:
        if not name:
            raise Refused(Reason("file.unnamed"))
        self._begin(name)
        while piece := body.read(CHUNK):
            self._take(piece)
        self._finish()

    def close(self) -> None:
        for intake in self._intakes:
            intake.discard()

    # --- as Django's parser calls it

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._begin(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        self._take(raw_data)

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        self._finish()

    # ---

    def _begin(self, name: str) -> None:
        self._intakes.append(Intake(self._incoming, name))

    def _take(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise _too_large(self._most)
        self._intakes[-1].take(piece)

    def _finish(self) -> None:
        self.arrived.append(self._intakes[-1].finish())


class _Counted(IOBase):
    """A request's body: how much of it has come, and its last bytes."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.count = 0
        self.tail = b""

    def read(self, size: int | None = None, /) -> bytes:
        piece = self._request.read(CHUNK if size is None else size)
        self.count += len(piece)
        self.tail = (self.tail + piece[-_TAIL:])[-_TAIL:]
        return piece


def _too_large(most: int) -> Refused:
    return Refused(Reason("file.upload-too-large", {"limit": most}))
