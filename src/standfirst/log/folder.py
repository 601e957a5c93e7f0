"""A folder that a log or a log witness keeps: every file in it is there as a whole or not at all, also after a crash."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_hex
from typing import IO, Final

from standfirst.trust.tiles import MAX_ENTRY, WIDTH

MAX_FILE: Final = WIDTH * (2 + MAX_ENTRY)
"""Bytes in the largest file that a log can have: a full bundle of the largest entries."""

LOCK: Final = "lock"
DRAFTS: Final = "drafts"
"""Where files are written before they are renamed into place; what a killed process leaves there means nothing."""


class Folder:
    """Paths are relative to `root`, with slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._durable: set[Path] = set()  # folders whose own names are known to survive a power cut

    def make(self) -> None:
        """Makes the folder, durably, where it is not there. Raises OSError."""
        missing = [path for path in (self.root, *self.root.parents) if not path.exists()]
        self.root.mkdir(parents=True, exist_ok=True)
        for path in missing:
            sync(path.parent)

    def fetch(self, path: str) -> bytes | None:
        """What stands at `path`, as `tiles.Fetch`. Of a file that no log can have, one byte more than the largest."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(MAX_FILE + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def names(self, below: str) -> Iterator[str]:
        """The paths of all files below a folder, in order."""
        for folder, folders, files in os.walk(self.root / below):
            folders.sort()
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def put(self, files: Mapping[str, bytes]) -> None:
        """Puts every file in place in one step each; when this returns, all survive a power cut. Raises OSError."""
        drafts = {path: self.root / DRAFTS / token_hex(8) for path in files}
        (self.root / DRAFTS).mkdir(exist_ok=True)
        for path, draft in drafts.items():
            draft.write_bytes(files[path])
        for draft in drafts.values():  # only after all are written: then the first has most of the work
            sync(draft)
        folders: set[Path] = set()
        for path, draft in drafts.items():
            target = self.root / path
            folders |= self._holding(target)
            draft.replace(target)
        for folder in folders:
            sync(folder)
        self._durable |= folders

    def _holding(self, target: Path) -> set[Path]:
        """The folder of `target`, made if need be; with those above it, unless their names are durable already."""
        folder = target.parent
        if folder in self._durable or folder == self.root:
            return {folder}
        folder.mkdir(exist_ok=True, parents=True)
        above = {self.root / path for path in folder.relative_to(self.root).parents}
        return {folder, *above}

    def clear_drafts(self) -> None:
        """For the one who holds the lock: nobody else is writing any."""
        shutil.rmtree(self.root / DRAFTS, ignore_errors=True)

    def remove_folders(self, paths: Iterable[str]) -> None:
        """Removes folders that are no longer needed; one that stays because it cannot be removed does no harm."""
        for path in paths:
            self._durable.discard(self.root / path)
            shutil.rmtree(self.root / path, ignore_errors=True)

    def take_lock(self) -> IO[bytes] | None:
        """The lock, held until it is closed or the process dies; None where somebody else has it. Raises OSError."""
        lock = (self.root / LOCK).open("ab")
        with suppress(BlockingIOError):
            flock(lock, LOCK_EX | LOCK_NB)
            return lock
        lock.close()
        return None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until nobody else holds the lock, thread or process. Raises OSError."""
        with (self.root / LOCK).open("ab") as lock:
            flock(lock, LOCK_EX)
            yield


def sync(path: Path) -> None:
    """Makes a file's bytes durable, or the names in a folder: a file's own sync does not. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
