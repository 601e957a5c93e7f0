"""The door of a package: a folder or a zip, read as names and bytes. What is hostile is refused here, with its place.

Nothing is ever extracted: a zip is read in memory, name by name, within limits that its own headers cannot widen. A
folder is read from its root down, step by step without following a link, also when it changes while it is read.
"""

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Protocol

from standfirst.standards.problems import Problem, Unusable, problem

MANIFEST = "standfirst.yaml"
HANDOVER = "handover.json"

MAX_FILES = 50_000  # 5,000 records with a dozen files each would be a crowd
# The largest calibration export seen is 0.8 MB; raw data belong into a data store.
MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 512 * 2**20
MAX_RATIO = 200  # text deflates 3 to 20 times; a bomb a thousand
BOMB_BYTES = 2**20  # what unpacks to less harms nobody, whatever its ratio
MAX_DIRECTORY_BYTES = MAX_FILES * 512  # of a zip: 46 bytes and a name an entry
MAX_PATH_DEPTH = 12
MAX_NAME = 400
IGNORED_FOLDERS = frozenset({"__MACOSX"})

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode categories that no file name needs
_BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, zlib.error)
_ONE_STEP = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # never through a link, never waiting for a pipe


class Files(Protocol):
    """The files of a package by their names below it, with forward slashes."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes:
        """Raises :class:`Unusable` for a file that is gone or cannot be read."""
        ...


class MemoryFiles:
    """Files that stand nowhere yet, to be read as a package's are."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        return self._files[name]


class FolderFiles:
    """A folder on disk; symbolic links and special files are refused, hidden files (.git, .DS_Store) passed over."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sizes: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._seen = 0
        self._walk(root)
        self._problems += faults_of(self._sizes)
        if self._problems:
            raise Unusable(self._problems)

    def names(self) -> list[str]:
        return sorted(self._sizes)

    def read(self, name: str) -> bytes:
        try:
            with _open_below(self.root, name) as file:
                return _bounded(file.read(MAX_FILE_BYTES + 1), name)
        except OSError as error:
            raise Unusable([_unreadable(name, error)]) from None

    def _walk(self, folder: Path) -> None:
        for item in _items(folder):
            self._seen += 1
            if self._seen > 2 * MAX_FILES:  # folders and what is passed over count too
                raise Unusable([problem(str(self.root), "package.too-many-files", limit=MAX_FILES)])
            if not (item.name.startswith(".") or item.name in IGNORED_FOLDERS):
                self._take(item, Path(item.path).relative_to(self.root).as_posix())

    def _take(self, item: "os.DirEntry[str]", name: str) -> None:
        try:
            if (flaw := _name_flaw(name)) is not None:
                self._problems.append(problem(shown(name), flaw))
            elif item.is_symlink():
                self._problems.append(problem(name, "file.symlink"))
            elif item.is_dir():
                self._walk(Path(item.path))
            elif item.is_file():
                self._sizes[name] = item.stat().st_size
            else:
                self._problems.append(problem(name, "file.special"))
        except OSError as error:
            self._problems.append(_unreadable(name, error))


class ZipFiles:
    """A zip archive, read in memory. A single folder around everything is looked through."""

    def __init__(self, path: Path) -> None:
        self.root = path
        try:
            with path.open("rb") as file:
                data = file.read(MAX_TOTAL_BYTES + 1)
            if len(data) > MAX_TOTAL_BYTES:
                raise Unusable([problem(path.name, "package.too-large", bytes=len(data), limit=MAX_TOTAL_BYTES)])
            self._archive = zipfile.ZipFile(_Directory(data))
        except _BROKEN_ZIP as error:
            raise Unusable([problem(path.name, "package.broken-zip", detail=shown(str(error))[:120])]) from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        problems = list(self._faults())
        problems += faults_of({n: entry.file_size for n, entry in self._entries.items()}, f"{path.name}!")
        if problems:
            raise Unusable(problems)
        self._prefix = self._single_folder()

    def names(self) -> list[str]:
        return sorted(name.removeprefix(self._prefix) for name in self._entries)

    def read(self, name: str) -> bytes:
        entry = self._entries[self._prefix + name]
        try:
            with self._archive.open(entry) as file:
                return _bounded(file.read(entry.file_size + 1), name)  # no more is unpacked than was declared
        except _BROKEN_ZIP as error:
            place, detail = f"{self.root.name}!{name}", shown(str(error))[:120]
            raise Unusable([problem(place, "package.broken-zip", detail=detail)]) from None

    def _faults(self) -> Iterator[Problem]:
        entries = self._archive.infolist()
        if len(entries) > MAX_FILES:
            raise Unusable([problem(self.root.name, "package.too-many-files", limit=MAX_FILES)])
        for entry in entries:
            place = f"{self.root.name}!{shown(entry.orig_filename)}"
            if (flaw := _entry_flaw(entry)) is not None:
                yield problem(place, flaw)
            elif not entry.is_dir() and not _ignored(entry.filename):
                if entry.filename in self._entries:
                    yield problem(place, "file.twice")
                self._entries[entry.filename] = entry

    def _single_folder(self) -> str:
        if MANIFEST in self._entries or HANDOVER in self._entries:
            return ""
        tops = {name.split("/")[0] for name in self._entries}
        top = next(iter(tops)) if len(tops) == 1 else ""
        return f"{top}/" if top and all("/" in name for name in self._entries) else ""


class _Directory(io.BytesIO):
    """A zip's bytes. ``zipfile`` reads the directory in one, and makes an object of every entry in it."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() + (size or 0) == 0:
            return super().read(size)
        return super().read(size)


def open_files(path: Path) -> Files:
    """The files at ``path``. Raises :class:`Unusable` with every problem: absent, empty, no package, hostile names."""
    try:
        if path.is_dir():
            files: Files = FolderFiles(path)
        elif not path.exists():
            raise Unusable([problem(str(path), "package.no-such-path")])
        elif not path.is_file() or not zipfile.is_zipfile(path):
            raise Unusable([problem(str(path), "package.not-a-package")])
        else:
            files = ZipFiles(path)
        names = files.names()
    except OSError as error:
        raise Unusable(
            [problem(str(path), "package.unreadable", detail=error.strerror or type(error).__name__)]
        ) from None
    if not names:
        raise Unusable([problem(str(path), "package.empty")])
    if MANIFEST not in names and HANDOVER not in names:
        raise Unusable([problem(str(path), "package.no-manifest", manifest=MANIFEST)])
    return files
