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
