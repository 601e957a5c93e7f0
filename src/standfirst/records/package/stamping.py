"""What the program writes into a working file that people wrote: id, number and state, and not a byte besides.

JSON, which machines write, is written anew.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from standfirst.records.package.working import machine_file

DRAFTS = f".{'[0-9a-f]' * 16}.tmp"
"""The names of drafts, as ``Path.glob`` reads it."""

_KIND_LINE = re.compile(r"^kind:[^\r\n]*", re.MULTILINE)
_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


def write_fields(path: Path, fields: Mapping[str, str]) -> None:
    """Put top-level fields into a working file, durably. Raises OSError, and ValueError where it is no longer readable."""
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""  # a byte order mark
    write = _json if path.suffix == ".json" else _markdown if path.suffix == ".md" else _yaml
    written = mark + write(data.removeprefix(mark).decode(), fields).encode()
    if written != data:
        put(path, written)


def field_in(path: Path, name: str) -> str | None:
    """A top-level field that holds one word, as it stands in the file now; None where there is none to be found."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix != ".json":
            found = _line_of(name).search(_front(text)[0] if path.suffix == ".md" else text)
            return found["value"].strip("\"'") or None if found else None
        value: Any = json.loads(text)
        return str(value[name]) if value.get(name) else None
    except (OSError, ValueError, AttributeError):
        return None


def put(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step that survives a power cut. A leftover draft is hidden and passed over.

    The draft is always new: a link that somebody left under its name is not written through. Raises OSError.
    """
    draft = path.parent / f".{token_hex(8)}.tmp"
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable: a file's own fsync does not."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _json(text: str, fields: Mapping[str, str]) -> str:
    value = json.loads(text, parse_float=str)  # as it is read: 1.50 stays 1.50
    return machine_file({**value, **fields}).decode()


def _markdown(text: str, fields: Mapping[str, str]) -> str:
    """Only between the two fences: a line of the prose may begin with ``state:`` as well."""
    front, prose = _front(text)
    return _yaml(front, fields) + prose


def _front(text: str) -> tuple[str, str]:
    fences = list(_FENCE.finditer(text))[:2]
    end = fences[-1].start() if len(fences) == 2 else len(text)
    return text[:end], text[end:]


def _yaml(text: str, fields: Mapping[str, str]) -> str:
    for name, value in reversed(list(fields.items())):  # each new line goes right below kind:
        line = f"{name}: {value}"
        if found := _line_of(name).search(text):
            text = text[: found.start()] + line + text[found.end() :]
        elif kind := _KIND_LINE.search(text):
            newline = "\r\n" if text.startswith("\r\n", kind.end()) else "\n"
            text = text[: kind.end()] + newline + line + text[kind.end() :]
    return text


def _line_of(name: str) -> re.Pattern[str]:
    """A top-level field and its value of one word; the spaces, comment and line end behind it are left."""
    return re.compile(rf"^([\"']?){name}\1[ \t]*:[ \t]*(?P<value>[^\s#]*)", re.MULTILINE)
