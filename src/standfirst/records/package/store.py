"""The package store: the ledger as files below ``ledger/``, written all or nothing.

    entries.jsonl   one canonical entry a line          leaves.txt    its leaf hash, one a line
    contents.jsonl  salt in hex, a space, the content   head.json     size and root

A commit is one file, ``pending.json``, made durable and renamed into place; only then are the others appended to. A
process killed at any moment leaves either the old ledger or a pending file from which the next one finishes the work.
Content and salt lie in ``contents.jsonl`` alone, so that erasure has one place to act on.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, Break, Head, Sealed, check
from standfirst.records.memory import Clock, MemoryStore, now
from standfirst.records.package.door import Files, FolderFiles
from standfirst.records.record import NewerContent
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import CompactRange

LEDGER = "ledger"
ENTRIES, LEAVES, CONTENTS = f"{LEDGER}/entries.jsonl", f"{LEDGER}/leaves.txt", f"{LEDGER}/contents.jsonl"
HEAD, PENDING = f"{LEDGER}/head.json", f"{LEDGER}/pending.json"
ERASED = b"-"


class PackageStore(MemoryStore):
    """A package's records. Read from any files; written only where they are a folder."""

    def __init__(self, files: Files, kinds: Kinds, *, clock: Clock = now) -> None:
        super().__init__(kinds, clock=clock)
        self.files = files
        self._load()

    def perform(self, deed: DeedFunction) -> Receipt:
        """As every store; the lock is the file ``ledger/lock``, so that it holds between processes too."""
        if not isinstance(self.files, FolderFiles):
            raise Unusable([problem(str(getattr(self.files, "root", "package")), "package.read-only")])
        folder = self.files.root / LEDGER
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("wb") as lock:
            flock(lock, LOCK_EX)
            self._finish_pending()
            self._load()
            return super().perform(deed)

    # --- reading

    def _load(self) -> None:
        """Raises :class:`Unusable` when the ledger's files are broken, naming the first broken entry's line."""
        self._clear()
        sealed, head = read_ledger(self.files)
        broken = check(sealed, head)
        if broken is not None:
            raise Unusable([_told(broken)])
        for sequence, item in enumerate(sealed):
            try:
                self._take(item)
            except NewerContent:
                raise Unusable([problem(CONTENTS, "ledger.newer", line=sequence + 1)]) from None
            except (Rejected, KeyError, TypeError, ValueError, AttributeError):
                raise Unusable([problem(ENTRIES, "ledger.entry-unreadable", line=sequence + 1)]) from None

    # --- writing

    def _persist(self, sealed: Sequence[Sealed]) -> None:
        assert isinstance(self.files, FolderFiles)
        root = self.files.root
        leaves = [*(item.leaf for item in self._ledger), *(item.leaf for item in sealed)]
        tree = CompactRange(self._tree.size, self._tree.peaks)
        for item in sealed:
            tree.append(bytes.fromhex(item.leaf))
        pending = {
            "sizes": {name: _size(root / name) for name in (ENTRIES, LEAVES, CONTENTS)},
            "append": {
                ENTRIES: [item.entry.decode() for item in sealed],
                LEAVES: [item.leaf for item in sealed],
                CONTENTS: [f"{item.salt.hex()} {(item.content or b'').decode()}" for item in sealed],
            },
            "head": {"size": len(leaves), "root": tree.root().hex()},
        }
        _replace(
            root / PENDING, json.dumps(pending, ensure_ascii=False).encode()
        )  # from here on it is committed
        self._finish_pending()

    def _finish_pending(self) -> None:
        """Carry out a committed change. Harmless when repeated: every file is first cut to its length before."""
        assert isinstance(self.files, FolderFiles)
        root = self.files.root
        try:
            pending = json.loads((root / PENDING).read_bytes())
        except FileNotFoundError:
            return
        for name, lines in pending["append"].items():
            with (root / name).open("ab") as file:
                file.truncate(pending["sizes"][name])
                file.write(b"".join(line.encode() + b"\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
        _replace(root / HEAD, json.dumps(pending["head"]).encode() + b"\n")
        (root / PENDING).unlink()
        self.files = FolderFiles(root)


def read_ledger(files: Files) -> tuple[list[Sealed], Head]:
    """The ledger as it stands in the files, a pending change included. Raises :class:`Unusable` when unreadable."""
    names = set(files.names())
    parts = {name: files.read(name) if name in names else b"" for name in (ENTRIES, LEAVES, CONTENTS)}
    head_bytes = files.read(HEAD) if HEAD in names else b""
    if PENDING in names:
        pending = _json(files.read(PENDING), PENDING)
        try:
            for name, lines in pending["append"].items():
                parts[name] = parts[name][: pending["sizes"][name]] + b"".join(
                    line.encode() + b"\n" for line in lines
                )
            head_bytes = json.dumps(pending["head"]).encode()
        except (KeyError, TypeError, AttributeError):
            raise Unusable([problem(PENDING, "ledger.pending-unreadable")]) from None
    entries, leaves, contents = (_lines(parts[name]) for name in (ENTRIES, LEAVES, CONTENTS))
    if not len(entries) == len(leaves) == len(contents):
        line = min(len(entries), len(leaves), len(contents)) + 1
        counts: dict[str, Parameter] = {
            "entries": len(entries),
            "leaves": len(leaves),
            "contents": len(contents),
        }
        raise Unusable([Problem(ENTRIES, line, "", Reason("ledger.lengths-differ", counts))])
    return [_sealed(*row) for row in zip(entries, leaves, contents, strict=True)], _head(
        head_bytes, bool(entries)
    )


def _sealed(entry: bytes, leaf: bytes, content: bytes) -> Sealed:
    salt, _, rest = content.partition(b" ")
    known = b"" if content == ERASED else salt
    with suppress(ValueError):  # a salt that is no salt breaks the entry, not the reading
        return Sealed(
            entry,
            leaf.decode("ascii", "replace"),
            bytes.fromhex(known.decode("ascii", "replace")),
            rest or None,
        )
    return Sealed(entry, leaf.decode("ascii", "replace"), b"", rest or None)


def _head(data: bytes, expected: bool) -> Head:
    if not data:
        if expected:
            raise Unusable([problem(HEAD, "ledger.head-missing")])
        return EMPTY
    value = _json(data, HEAD)
    if not (
        isinstance(value, dict) and isinstance(value.get("size"), int) and isinstance(value.get("root"), str)
    ):
        raise Unusable([problem(HEAD, "ledger.head-unreadable")])
    return Head(value["size"], value["root"])


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Unusable([problem(name, "json.syntax")]) from None


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1] if data.endswith(b"\n") or not data else data.split(b"\n")


def _told(broken: Break) -> Problem:
    return Problem(ENTRIES, broken.sequence + 1, "", broken.reason)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step that survives a power cut."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
