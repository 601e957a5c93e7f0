"""Writing what was asked for, whole or not at all."""

from pathlib import Path

from standfirst.standards.problems import Unusable, problem


def save(path: Path, data: bytes) -> None:
    """Raises :class:`Unusable` where the file cannot be written."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise Unusable([problem(str(path), "file.not-writable", detail=error.strerror or "")]) from None
