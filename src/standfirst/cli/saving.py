"""Writing what was asked for, whole or not at all."""

import os
from pathlib import Path

from standfirst.records.package.stamping import put
from standfirst.standards.problems import Unusable, problem


def save(path: Path, data: bytes) -> None:
    """Raises :class:`Unusable` where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, data)
    except OSError as error:
        raise Unusable([problem(str(path), "file.not-writable", detail=error.strerror or "")]) from None


def require_outside(path: Path, package: Path) -> None:
    """What is made of a package is not laid into it. Raises :class:`Unusable`."""
    wanted, folder = os.path.realpath(path), os.path.realpath(package)
    if package.is_dir() and os.path.commonpath([wanted, folder]) == folder:
        raise Unusable([problem(str(path), "out.inside-package")])


def require_writable(path: Path) -> None:
    """Raises :class:`Unusable` where a file could not be written: for asking before a deed that is not taken back."""
    folder = path.parent
    usable = not path.is_dir() and folder.is_dir() and os.access(folder, os.W_OK)
    if not usable or (path.exists() and not os.access(path, os.W_OK)):
        raise Unusable([problem(str(path), "file.not-writable", detail="")])


def save_new(path: Path, data: bytes, *, mode: int) -> None:
    """A file that is not there yet, never readable by more than ``mode`` says. Raises :class:`Unusable`."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Unusable([problem(str(path), "file.exists")]) from None
    except OSError as error:
        raise Unusable([problem(str(path), "file.not-writable", detail=error.strerror or "")]) from None
