"""The door of a package: a folder or a zip, read as names and bytes. What is hostile is refused here, with its place.

Nothing is ever extracted: a zip is read in memory, name by name, within limits that its own headers cannot widen. A
file in a folder is opened from the root down without following a link, also where the folder changes meanwhile.
"""

import errno
import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Protocol

from standfirst.standards.problems import Problem, Unusable, problem

MANIFEST = "standfirst.yaml"
HANDOVER = "handover.json"
LOGGED = "entry.tlog-proof"  # beside it where the keys of the ledger have signed its head

MAX_FILES = 50_000  # 5,000 records with a dozen files each would be a crowd
MAX_FILE_BYTES = (
    64 * 2**20
)  # the largest calibration export seen is 0.8 MB; raw data belong into a data store
MAX_TOTAL_BYTES = 512 * 2**20
MAX_RATIO = 200  # text deflates 3 to 20 times; a bomb a thousand
BOMB_BYTES = 2**20  # what unpacks to less harms nobody, whatever its ratio
MAX_PATH_DEPTH = 12
MAX_NAME, MAX_NAME_PART = 400, 255  # characters in all; bytes between two slashes, as file systems have it
IGNORED_FOLDERS = frozenset({"__MACOSX"})

_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode categories that no name needs
_ENTRY = b"PK\x01\x02"  # stands once in a zip's directory for every file
_ZIP_ENDS, _ZIP_BEGINS = b"PK\x05\x06", b"PK\x03\x04"
_ZIP_TAIL = 22 + 65_535  # the last record of a zip and its comment
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
_STEP = (
    os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
)  # not through a link, not waiting for a pipe


class Files(Protocol):
    """The files of a package by their names below it, with forward slashes."""

    def names(self) -> list[str]: ...

    def sizes(self) -> Mapping[str, int]: ...

    def read(self, name: str) -> bytes:
        """Raises :class:`Unusable` for a file that is gone or cannot be read."""
        ...


class Overlaid:
    """Files as they would be with some written and some taken away; nothing is. Raises :class:`Unusable` as a folder does."""

    def __init__(self, below: Files, written: Mapping[str, bytes], *, gone: Collection[str] = ()) -> None:
        self._below, self._written, self._gone = below, written, frozenset(gone)
        flaws = {name: name_flaw(name) for name in written}
        faults = [problem(shown(name), flaw) for name, flaw in flaws.items() if flaw is not None]
        faults += faults_of(self.sizes(), whole="package")
        if faults:
            raise Unusable(faults)

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def sizes(self) -> Mapping[str, int]:
        kept = {name: size for name, size in self._below.sizes().items() if name not in self._gone}
        return {**kept, **{name: len(data) for name, data in self._written.items()}}

    def read(self, name: str) -> bytes:
        return self._written[name] if name in self._written else self._below.read(name)


class FolderFiles:
    """A folder on disk; symbolic links and special files are refused, hidden files (.git, .DS_Store) passed over."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sizes: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._seen = 0
        self._walk(root, "")
        self._problems += faults_of(self._sizes, whole=str(root))
        if self._problems:
            raise Unusable(self._problems)

    def names(self) -> list[str]:
        return sorted(self._sizes)

    def sizes(self) -> Mapping[str, int]:
        return self._sizes

    def read(self, name: str) -> bytes:
        try:
            with _open_below(self.root, name) as file:
                return _bounded(file.read(MAX_FILE_BYTES + 1), name)
        except OSError as error:
            raise Unusable([_unreadable(name, error)]) from None

    def _walk(self, folder: Path, below: str) -> None:
        with os.scandir(folder) as items:
            found = sorted(items, key=lambda item: item.name)
        self._seen += len(found)
        if self._seen > 2 * MAX_FILES:  # folders, and what is passed over, count too
            raise Unusable([problem(str(self.root), "package.too-many-files", limit=MAX_FILES)])
        for item in found:
            if not (item.name.startswith(".") or item.name in IGNORED_FOLDERS):
                self._take(item, f"{below}{item.name}")

    def _take(self, item: "os.DirEntry[str]", name: str) -> None:
        try:
            if (flaw := name_flaw(name)) is not None:
                self._problems.append(problem(shown(name), flaw))
            elif item.is_symlink():
                self._problems.append(problem(name, "file.symlink"))
            elif item.is_dir():
                self._walk(Path(item.path), f"{name}/")
            elif item.is_file():
                self._sizes[name] = item.stat(follow_symlinks=False).st_size
            else:
                self._problems.append(problem(name, "file.special"))
        except FileNotFoundError:
            return  # gone since the folder was listed, as what another process writes comes and goes
        except OSError as error:
            self._problems.append(_unreadable(name, error))


class ZipFiles:
    """A zip archive, read in memory. A single folder around everything is looked through."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.root = path
        if (
            data.count(_ENTRY) > 4 * MAX_FILES
        ):  # before each becomes an object; zips inside may hold some of them
            raise Unusable([problem(path.name, "package.too-many-files", limit=MAX_FILES)])
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN_ZIP as error:
            raise Unusable([problem(path.name, "package.broken-zip", detail=shown(str(error)))]) from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        problems = list(self._faults())
        sizes = {name: entry.file_size for name, entry in self._entries.items()}
        problems += faults_of(sizes, whole=path.name, where=self._place(""))
        if problems:
            raise Unusable(problems)
        self._prefix = self._single_folder()

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def sizes(self) -> Mapping[str, int]:
        return {name.removeprefix(self._prefix): entry.file_size for name, entry in self._entries.items()}

    def read(self, name: str) -> bytes:
        entry = self._entries.get(self._prefix + name)
        if entry is None:
            raise _gone(name)
        try:
            with self._archive.open(entry) as file:
                data = file.read(entry.file_size + 1)  # no more is unpacked than was declared and allowed
        except _BROKEN_ZIP as error:
            raise self._broken(entry, str(error)) from None
        if len(data) != entry.file_size:
            raise self._broken(entry, f"{len(data)} bytes, declared are {entry.file_size}")
        return data

    def _broken(self, entry: zipfile.ZipInfo, detail: str) -> Unusable:
        return Unusable([problem(self._place(entry.filename), "package.broken-zip", detail=shown(detail))])

    def _place(self, name: str) -> str:
        return f"{self.root.name}!{shown(name)}"

    def _faults(self) -> Iterator[Problem]:
        for entry in self._archive.infolist():
            if (flaw := _unsafe_name(entry.orig_filename.removesuffix("/"))) is not None:
                yield problem(self._place(entry.orig_filename), flaw)
            elif _ignored(entry.filename):
                continue
            elif (flaw := _entry_flaw(entry)) is not None:
                yield problem(self._place(entry.filename), flaw)
            elif not entry.is_dir():
                if entry.filename in self._entries:
                    yield problem(self._place(entry.filename), "file.twice")
                self._entries[entry.filename] = entry

    def _single_folder(self) -> str:
        if MANIFEST in self._entries or HANDOVER in self._entries:
            return ""
        tops = {name.split("/")[0] for name in self._entries}
        top = next(iter(tops)) if len(tops) == 1 else ""
        return f"{top}/" if top and all("/" in name for name in self._entries) else ""


def open_files(path: Path) -> Files:
    """The files at ``path``. Raises :class:`Unusable` with every problem: absent, empty, no package, hostile names."""
    try:
        files: Files = FolderFiles(path) if path.is_dir() else ZipFiles(path, _zip_bytes(path))
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise Unusable([problem(str(path), "package.unreadable", detail=detail)]) from None
    names = files.names()
    if not names:
        raise Unusable([problem(str(path), "package.empty")])
    if MANIFEST not in names and HANDOVER not in names:
        raise Unusable([problem(str(path), "package.no-manifest", manifest=MANIFEST)])
    return files


def faults_of(sizes: Mapping[str, int], *, whole: str, where: str = "") -> list[Problem]:
    """What keeps these files, name to size, from lying in one package, on this system and on others."""
    found = [
        problem(where + name, "file.too-large", bytes=size, limit=MAX_FILE_BYTES)
        for name, size in sizes.items()
        if size > MAX_FILE_BYTES
    ]
    if len(sizes) > MAX_FILES:
        found.append(problem(whole, "package.too-many-files", limit=MAX_FILES))
    if (total := sum(sizes.values())) > MAX_TOTAL_BYTES:
        found.append(problem(whole, "package.too-large", bytes=total, limit=MAX_TOTAL_BYTES))
    for code, name, other in _clashes(sizes):
        found.append(problem(where + name, code, other=other))
    return found


def shown(text: str) -> str:
    """A name, or what another library says of one, without a character that could move what is read."""
    harmless = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:200])
    return "".join(harmless)


def _zip_bytes(path: Path) -> bytes:
    """All of a zip at once: what is checked is what is read later. Raises OSError, and Unusable for anything else."""
    if not path.exists():
        raise Unusable([problem(str(path), "package.no-such-path")])
    if not path.is_file():
        raise Unusable([problem(str(path), "package.not-a-package")])
    with path.open("rb") as file:
        begins = file.read(4)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _ZIP_TAIL))
        if begins != _ZIP_BEGINS and _ZIP_ENDS not in file.read(_ZIP_TAIL):
            raise Unusable([problem(str(path), "package.not-a-package")])
        if size > MAX_TOTAL_BYTES:
            raise Unusable([problem(str(path), "package.too-large", bytes=size, limit=MAX_TOTAL_BYTES)])
        file.seek(0)
        return file.read(MAX_TOTAL_BYTES)


def _open_below(root: Path, name: str) -> BinaryIO:
    """Raises OSError also for a link anywhere below ``root``, and for what is no file."""
    *folders, last = name.split("/")
    with ExitStack() as stack:
        at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, at)
        for folder in folders:
            at = os.open(folder, _STEP | os.O_DIRECTORY, dir_fd=at)
            stack.callback(os.close, at)
        file = os.fdopen(os.open(last, _STEP, dir_fd=at), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return file


def _clashes(names: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Names that another system would take for one, or of which one is a file and a folder to the other."""
    seen: dict[str, str] = {}
    for name in names:
        if (folded := _folded(name)) in seen:
            yield "file.same-name", name, seen[folded]
        seen[folded] = name
    for folded, name in seen.items():
        for folder in accumulate(folded.split("/")[:-1], "{}/{}".format):
            if folder in seen:
                yield "file.below-a-file", name, seen[folder]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _entry_flaw(entry: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if (flaw := name_flaw(entry.filename.removesuffix("/"))) is not None:
        return flaw
    if kind == stat.S_IFLNK:
        return "file.symlink"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "file.special"
    if entry.flag_bits & 0x1:
        return "file.encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "file.compression"
    if is_bomb(entry.file_size, entry.compress_size):
        return "file.zip-bomb"
    return None


def is_bomb(size: int, compressed: int) -> bool:
    return size > BOMB_BYTES and size > MAX_RATIO * max(compressed, 1)


def name_flaw(name: str) -> str | None:
    """The code of what keeps a file of this name out of a package; None for nothing."""
    parts = name.split("/")
    if (flaw := _unsafe_name(name)) is not None:
        return flaw
    too_long = len(name) > MAX_NAME or any(len(part.encode()) > MAX_NAME_PART for part in parts)
    return "file.name-too-long" if too_long or len(parts) > MAX_PATH_DEPTH else None


def _unsafe_name(name: str) -> str | None:
    parts = name.split("/")
    steps = any(part in ("", ".", "..") or part[1:2] == ":" for part in parts)
    plain = name.isascii() and name.isprintable()
    unseen = not plain and any(unicodedata.category(character) in _HIDDEN for character in name)
    return "file.unsafe-name" if steps or unseen or "\\" in name else None


def _ignored(name: str) -> bool:
    return any(part.startswith(".") or part in IGNORED_FOLDERS for part in name.split("/"))


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise Unusable([problem(name, "file.too-large", bytes=len(data), limit=MAX_FILE_BYTES)])
    return data


def _gone(name: str) -> Unusable:
    return Unusable([problem(name, "file.unreadable", detail=os.strerror(errno.ENOENT))])


def _unreadable(name: str, error: OSError) -> Problem:
    return problem(name, "file.unreadable", detail=error.strerror or type(error).__name__)
