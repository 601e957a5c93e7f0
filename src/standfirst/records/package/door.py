"""The door of a package: a folder or a zip, read as names and bytes. What is hostile is refused here, with its place.

Nothing is ever extracted: a zip is read in memory, name by name, within limits that its own headers cannot widen.
"""

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from standfirst.standards.problems import Problem, Unusable, problem

MANIFEST = "standfirst.yaml"
HANDOVER = "handover.json"

MAX_FILES = 50_000  # 5,000 records with a dozen files each would be a crowd
MAX_FILE_BYTES = (
    64 * 2**20
)  # the largest calibration export seen is 0.8 MB; raw data belong into a data store
MAX_TOTAL_BYTES = 512 * 2**20
MAX_RATIO = 200  # text deflates 3 to 20 times; a bomb a thousand
MAX_PATH_DEPTH = 12
IGNORED_FOLDERS = frozenset({"__MACOSX"})


class Files(Protocol):
    """The files of a package by their names below it, with forward slashes."""

    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...


class FolderFiles:
    """A folder on disk; symbolic links and special files are refused, hidden files (.git, .DS_Store) passed over."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sizes: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._walk(root, 0)
        _check(self._problems, self._sizes)

    def names(self) -> list[str]:
        return sorted(self._sizes)

    def read(self, name: str) -> bytes:
        with (self.root / name).open("rb") as file:
            return _bounded(file.read(MAX_FILE_BYTES + 1), name)

    def _walk(self, folder: Path, depth: int) -> None:
        for item in sorted(os.scandir(folder), key=lambda item: item.name):
            name = Path(item.path).relative_to(self.root).as_posix()
            if item.name.startswith(".") or item.name in IGNORED_FOLDERS:
                continue
            if (flaw := _name_flaw(name)) is not None:
                self._problems.append(problem(_shown(name), flaw))
            elif item.is_symlink():
                self._problems.append(problem(name, "file.symlink"))
            elif item.is_dir():
                self._walk(Path(item.path), depth + 1)
            elif item.is_file():
                self._sizes[name] = item.stat().st_size
            else:
                self._problems.append(problem(name, "file.special"))
            if len(self._sizes) > MAX_FILES:
                raise Unusable([problem(str(self.root), "package.too-many-files", limit=MAX_FILES)])


class ZipFiles:
    """A zip archive, read in memory. A single folder around everything is looked through."""

    def __init__(self, path: Path) -> None:
        self.root = path
        try:
            self._archive = zipfile.ZipFile(path)
            entries = self._archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Unusable([problem(path.name, "package.broken-zip", detail=str(error)[:120])]) from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        problems: list[Problem] = []
        if len(entries) > MAX_FILES:
            raise Unusable([problem(path.name, "package.too-many-files", limit=MAX_FILES)])
        for entry in entries:
            flaw = _entry_flaw(entry)
            if flaw is not None:
                problems.append(problem(f"{path.name}!{_shown(entry.filename)}", flaw))
            elif not entry.is_dir() and not _ignored(entry.filename):
                if entry.filename in self._entries:
                    problems.append(problem(f"{path.name}!{entry.filename}", "file.twice"))
                self._entries[entry.filename] = entry
        _check(problems, {name: entry.file_size for name, entry in self._entries.items()}, f"{path.name}!")
        self._prefix = self._single_folder()

    def names(self) -> list[str]:
        return sorted(name.removeprefix(self._prefix) for name in self._entries)

    def read(self, name: str) -> bytes:
        entry = self._entries[self._prefix + name]
        try:
            with self._archive.open(entry) as file:
                return _bounded(file.read(MAX_FILE_BYTES + 1), name)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
            zlib.error,
        ) as error:
            raise Unusable(
                [problem(f"{self.root.name}!{name}", "package.broken-zip", detail=str(error)[:120])]
            ) from None

    def _single_folder(self) -> str:
        if MANIFEST in self._entries or HANDOVER in self._entries:
            return ""
        tops = {name.split("/")[0] for name in self._entries}
        top = next(iter(tops)) if len(tops) == 1 else ""
        return f"{top}/" if top and all("/" in name for name in self._entries) else ""


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


def _check(problems: list[Problem], sizes: Mapping[str, int], where: str = "") -> None:
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            problems.append(problem(where + name, "file.too-large", bytes=size, limit=MAX_FILE_BYTES))
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        problems.append(
            problem(where or "package", "package.too-large", bytes=sum(sizes.values()), limit=MAX_TOTAL_BYTES)
        )
    problems.extend(
        problem(where + second, "file.same-name", other=first) for first, second in _same_names(sizes)
    )
    if problems:
        raise Unusable(problems)


def _same_names(names: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Names that another system would take for one."""
    seen: dict[str, str] = {}
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            yield seen[folded], name
        seen[folded] = name


def _entry_flaw(entry: zipfile.ZipInfo) -> str | None:
    mode = entry.external_attr >> 16
    if (flaw := _name_flaw(entry.filename)) is not None:
        return flaw
    if mode and stat.S_ISLNK(mode):
        return "file.symlink"
    if entry.flag_bits & 0x1:
        return "file.encrypted"
    if entry.file_size > 2**20 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return "file.zip-bomb"
    return None


def _name_flaw(name: str) -> str | None:
    parts = PurePosixPath(name).parts
    if not name or name.startswith(("/", "\\")) or "\\" in name or (len(name) > 1 and name[1] == ":"):
        return "file.unsafe-name"
    if ".." in parts or "." in name.rstrip("/").split("/") or any(ord(c) < 32 or ord(c) == 127 for c in name):
        return "file.unsafe-name"
    if len(parts) > MAX_PATH_DEPTH or len(name) > 400:
        return "file.name-too-long"
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "file.unsafe-name"
    return None


def _ignored(name: str) -> bool:
    return any(part.startswith(".") or part in IGNORED_FOLDERS for part in PurePosixPath(name).parts)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise Unusable([problem(name, "file.too-large", bytes=len(data), limit=MAX_FILE_BYTES)])
    return data


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode().encode("unicode_escape").decode()[:200]
