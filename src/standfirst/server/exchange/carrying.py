"""The files that go with an envelope: off our shelf, into a container for another installation, and onto a shelf there.

A container is a zip in which nothing is compressed: ``envelope.json``, and each file below ``files/`` by its digest. What
files are called, and that they are these and no others, the envelope says. No file is ever whole in memory.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Final, TypeAlias

from django.db import transaction

from standfirst.management.exchange import MAX_FILES, CarriedFile
from standfirst.records.change import Refused
from standfirst.server.accounts.models import User
from standfirst.server.files.bodies import uses
from standfirst.server.files.destroying import destroy_unreferenced
from standfirst.server.files.keeping import About, keep_fit, require_fit
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.receiving import Arrived, Intake
from standfirst.server.files.sending import as_handed_in
from standfirst.server.files.shelves import CHUNK, shelf
from standfirst.server.store.models import LedgerHead, Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason

Pieces: TypeAlias = Callable[[CarriedFile], Iterator[bytes]]
"""A file's bytes, from wherever it lies."""

ENVELOPE: Final = "envelope.json"
FILES: Final = "files/"
MARK: Final = b"PK\x03\x04"
"""How a container begins."""

MAX_DIRECTORY: Final = 2**17
"""Bytes of a container's directory, which is read whole: far more than as many files need as an envelope may have."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
_ENCRYPTED: Final = 0x1
_END: Final = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16
_LOCATOR: Final = struct.Struct("<4sLQL")  # 4.3.15
_END64: Final = struct.Struct("<4sQ2H2L4Q")  # 4.3.14


# --- off the shelf ---------------------------------------------------------------------------------------------------


def manifest(organisation: Organisation, named: Mapping[str, str]) -> Sequence[CarriedFile]:
    """What a record attaches, as it lies here. Raises Refused: too many, or naming each that is not here any more."""
    if len(named) > MAX_FILES:
        raise Refused(Reason("envelope.too-many-files", {"limit": MAX_FILES}))
    own = uses(organisation, set(named.values())) if named else {}
    here = {digest: file for digest, found in own.items() if (file := _lying(found[0])) is not None}
    if gone := sorted(name for name, digest in named.items() if digest not in here):
        raise Refused(Reason("envelope.file-gone", {"files": tuple(gone)}))
    return [
        CarriedFile(file=name, sha256=digest, size=here[digest].size, media_type=here[digest].media_type)
        for name, digest in sorted(named.items())
    ]


def _lying(use: FileUse) -> StoredFile | None:
    file = use.file
    return file if file is not None and shelf().size(file.digest) == file.size else None


def from_shelf(file: CarriedFile) -> Iterator[bytes]:
    """Raises ``Damaged`` before the last piece where these are not the bytes that were handed in."""
    return as_handed_in(shelf().read(file.sha256, 0, file.size), file.sha256)


# --- a container -----------------------------------------------------------------------------------------------------


def contained(envelope: bytes, files: Sequence[CarriedFile]) -> Iterator[bytes]:
    """The container, in pieces. Where a file of ours is damaged it breaks off, and nobody takes the half for the whole."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        with archive.open(_entry(ENVELOPE, len(envelope)), "w") as entry:
            entry.write(envelope)
        for file in _each(files):
            with archive.open(_entry(f"{FILES}{file.sha256}", file.size), "w") as entry:
                for piece in from_shelf(file):
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # the same bytes whenever it is made
    entry.file_size = size  # from 2 GiB on it takes the longer form
    return entry


def _each(files: Sequence[CarriedFile]) -> Sequence[CarriedFile]:
    """Those that differ: one file under two names goes once."""
    return list({file.sha256: file for file in files}.values())


class _Sink(io.RawIOBase):
    """What a zip is written to, and handed on from, piece by piece."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # whatever has bytes
        self._held.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


class Container:
    """One that arrived. Raises Unusable where it is none, or holds anything but files as they are."""

    def __init__(self, file: BinaryIO) -> None:
        _require_directory(file)
        try:
            self._archive = zipfile.ZipFile(file)
        except _BROKEN:
            raise _not_whole() from None
        self._sizes: dict[str, int] = {}
        for entry in self._archive.infolist():
            stored = entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
            if not stored or entry.flag_bits & _ENCRYPTED or entry.filename in self._sizes:
                raise Unusable([problem("", "envelope.not-stored", field=entry.filename[:200])])
            self._sizes[entry.filename] = entry.file_size

    def envelope(self, largest: int) -> bytes:
        """As many bytes of it as there are, and one more than ``largest`` at the most."""
        if ENVELOPE not in self._sizes:
            raise _not_whole()
        try:
            with self._archive.open(ENVELOPE) as entry:
                return entry.read(largest + 1)
        except _BROKEN:
            raise _not_whole() from None

    def require(self, files: Sequence[CarriedFile]) -> None:
        """It holds these and nothing else, each as long as is said. Raises Unusable with every file that is not so."""
        wanted = {f"{FILES}{file.sha256}": file for file in files}
        problems = [
            problem("", "envelope.file-extra", field=name[:200])
            for name in sorted(self._sizes.keys() - wanted.keys() - {ENVELOPE})[:50]
        ]
        for name, file in wanted.items():
            if name not in self._sizes:
                problems.append(problem("", "envelope.file-absent", field=file.file))
            elif self._sizes[name] != file.size:
                told = {"stated": file.size, "found": self._sizes[name]}
                problems.append(problem("", "envelope.file-size", field=file.file, **told))
        if problems:
            raise Unusable(problems)

    def pieces(self, file: CarriedFile) -> Iterator[bytes]:
        """What is broken ends early: the digest tells."""
        try:
            with self._archive.open(f"{FILES}{file.sha256}") as entry:
                while piece := entry.read(CHUNK):
                    yield piece
        except _BROKEN:
            return


def _require_directory(file: BinaryIO) -> None:
    """It ends as ours do, without a comment, and its directory is not too long. Raises Unusable."""
    tail = _END.size + _LOCATOR.size + _END64.size
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - tail))
    read = file.read(tail).rjust(tail, b"\0")
    mark, *_, size, _, comment = _END.unpack(read[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise _not_whole()
    located, _, at, _ = _LOCATOR.unpack(read[_END64.size : -_END.size])
    if located == b"PK\x06\x07":
        mark64, *_, size, _ = _END64.unpack(read[: _END64.size])
        if mark64 != b"PK\x06\x06" or at != end - tail:
            raise _not_whole()
    if size > MAX_DIRECTORY:
        raise Unusable([problem("", "envelope.too-many-files", field="file", limit=MAX_FILES)])


def _not_whole() -> Unusable:
    return Unusable([problem("", "envelope.not-whole", field="file")])


# --- onto the shelf --------------------------------------------------------------------------------------------------


def arriving(files: Sequence[CarriedFile], pieces: Pieces, stack: ExitStack) -> Sequence[Arrived]:
    """All of them on our disk, as the envelope says, and scanned; none is kept. What is left of them goes with ``stack``.

    Raises Unusable naming each file that is not so.
    """
    arrived: list[Arrived] = []
    problems: list[Problem] = []
    for file in _each(files):
        intake = Intake(shelf().incoming, PurePosixPath(file.file).name)
        stack.callback(intake.discard)
        try:
            arrived.append(_arrived(intake, file, pieces))
        except Refused as refused:
            problems.append(Problem("", 0, file.file, refused.reason))
    if problems:
        raise Unusable(problems)
    return arrived


def _arrived(intake: Intake, file: CarriedFile, pieces: Pieces) -> Arrived:
    """Raises Refused."""
    for piece in pieces(file):
        if intake.size + len(piece) > file.size:
            raise Refused(Reason("envelope.file-changed"))
        intake.take(piece)
    came = intake.finish()
    if (came.size, came.digest) != (file.size, file.sha256):
        raise Refused(Reason("envelope.file-changed"))
    require_fit(came)
    return came


def kept(
    arrived: Sequence[Arrived],
    about: About,
    *,
    organisation: Organisation,
    user: User | None,
    at: datetime,
    new: list[FileUse],
) -> Mapping[str, FileUse]:
    """Each by its digest. What is not there yet is added to ``new``: one that a killed process kept is not kept twice."""
    known = uses(organisation, {one.digest for one in arrived})
    for one in arrived:
        if one.digest not in known:
            kept_one = keep_fit(one, about, organisation=organisation, user=user, at=at)
            new.append(kept_one)
    return {**{digest: found[0] for digest, found in known.items()}, **{str(use.file_id): use for use in new}}


def given_back(new: Sequence[FileUse], *, organisation: Organisation, unless: Callable[[], bool]) -> None:
    """What was kept for an envelope that was not taken in after all. Under the ledger's lock: nobody names them meanwhile."""
    if not new:
        return
    with turn(), transaction.atomic():
        LedgerHead.objects.select_for_update().get(organisation=organisation)
        if unless():
            return
        FileUse.objects.filter(pk__in=[use.pk for use in new]).delete()
    for use in new:
        destroy_unreferenced(str(use.file_id))
