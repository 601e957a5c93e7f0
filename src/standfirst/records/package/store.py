"""The package store: the ledger as files below ``ledger/``, written all or nothing.

    entries.jsonl   one canonical entry a line          leaves.txt    its leaf hash, one a line
    contents.jsonl  salt in hex, a space, the content   head.json     size and root

A commit is one file, ``pending.json``, made durable and renamed into place; only then are the others appended to, and
the working files told the ids, numbers and states that their records now have. A process killed at any moment leaves
either the old ledger or a pending file from which the next one finishes the work, before it reads anything else.

Content and salt lie in ``contents.jsonl`` alone, so that erasure has one place to act on. Where an entry erases, that
file is written anew, with ``-`` for the lines that are gone, and put in the place of the old one; until then the pending
file says which they are, and they are read as gone. Drafts that killed processes left in ``ledger/`` are taken away too.
What is out of reach: blocks that a file system or a disk has freed and not yet overwritten, snapshots and backups (also
those of hard links), copies of the package that were handed on, and people's own files in ``records/`` and ``evidence/``.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_SH, flock
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, StringConstraints, ValidationError

from standfirst.records.change import Conflict, Stamp
from standfirst.records.kind import Kinds, NewerContent
from standfirst.records.ledger import EMPTY, UNREADABLE, Entry, Head, Sealed, check, head_of
from standfirst.records.memory import Clock, MemoryStore
from standfirst.records.package.door import MAX_FILE_BYTES, Files, FolderFiles
from standfirst.records.package.stamping import DRAFTS, field_in, put, sync_folder, write_fields
from standfirst.records.package.working import NUMBER, RECORDS, UUID
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.validation import Name, Strict
from standfirst.trust.merkle import CompactRange

LEDGER = "ledger"
Appended = Literal["ledger/entries.jsonl", "ledger/leaves.txt", "ledger/contents.jsonl"]
APPENDED: Final[tuple[Appended, ...]] = get_args(Appended)
ENTRIES, LEAVES, CONTENTS = APPENDED
HEAD, PENDING = f"{LEDGER}/head.json", f"{LEDGER}/pending.json"
LOCK = f"{LEDGER}/lock"
GONE = b"-"
"""The line of an erased content; a salt and a space begin every other."""
MAX_ENTRIES = MAX_FILE_BYTES // 256  # no entry is that short; lines of nothing are no ledger


class PackageStore(MemoryStore):
    """A package's records. Read from any files; written only where they are a folder."""

    def __init__(self, files: Files, kinds: Kinds, *, clock: Clock) -> None:
        """Raises :class:`Unusable` when the ledger's files are broken, naming the first broken entry's line."""
        super().__init__(kinds, clock=clock)
        self.files = files
        if isinstance(files, FolderFiles) and _size(files.root / PENDING):
            self._recover(files)
        with _reading(files):
            self._load(files)

    def perform(self, deed: DeedFunction) -> Receipt:
        """As every store; the lock is the file ``ledger/lock``, so that it holds between processes too."""
        with self._alone():
            return super().perform(deed)

    def adopt(self, longer: Sequence[Sealed]) -> None:
        """Take over what another copy of this ledger has beyond it. Raises :class:`Unusable` where it does not continue it."""
        if (broken := check(longer, head_of(longer))) is not None:
            raise Unusable([Problem(ENTRIES, broken.sequence + 1, "", broken.reason)])
        with self._alone():
            for line, (mine, theirs) in enumerate(zip_longest(self._ledger, longer), start=1):
                if mine is not None and (theirs is None or mine.leaf != theirs.leaf):
                    raise Unusable([problem(ENTRIES, "import.diverged", line=line)])
            rest = longer[len(self._ledger) :]
            read = [self._read(item) for item in rest]
            self._persist(rest, ())
            for one in read:
                self._take(one)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, and what others have written is known. Raises :class:`Unusable`."""
        files = self._folder()
        try:
            with _writing(files.root), self._lock:
                self._load(files)
                _finish_pending(files)
                yield
        except OSError as error:
            raise Unusable(
                [problem(str(files.root / LEDGER), "file.not-writable", detail=error.strerror or "")]
            ) from None

    # --- reading

    def _folder(self) -> FolderFiles:
        if not isinstance(self.files, FolderFiles):
            raise Unusable([problem(str(getattr(self.files, "root", "package")), "package.read-only")])
        return self.files

    def _load(self, files: Files) -> None:
        sealed, head = _read(files)
        broken = check(sealed, head)
        if broken is not None:
            raise Unusable([Problem(ENTRIES, broken.sequence + 1, "", broken.reason)])
        read = []
        for line, item in enumerate(sealed, start=1):
            try:
                read.append(self._read(item))
            except NewerContent:
                raise Unusable([problem(CONTENTS, "ledger.newer", line=line)]) from None
            except UNREADABLE:
                raise Unusable([problem(ENTRIES, "ledger.entry-unreadable", line=line)]) from None
        self._clear()
        for one in read:
            self._take(one)

    def _recover(self, files: FolderFiles) -> None:
        """Finish what a killed process has committed. Where that cannot be written, it is read as it lies there."""
        with suppress(OSError), _writing(files.root):
            self._load(files)
            _finish_pending(files)
            (files.root / PENDING).touch()  # who opened the folder has listed it; empty, nothing is pending

    # --- writing

    def _persist(self, sealed: Sequence[Sealed], stamps: Sequence[Stamp]) -> None:
        files = self._folder()
        _require_own(files.root, stamps)
        tree = CompactRange(self._tree.size, self._tree.peaks)
        for item in sealed:
            tree.append(bytes.fromhex(item.leaf))
        new = [Entry.from_bytes(item.entry) for item in sealed]
        entries = {entry.record: entry for entry in new}
        pending = _Pending(
            sizes={name: _size(files.root / name) for name in APPENDED},
            append={
                ENTRIES: tuple(item.entry.decode() for item in sealed),
                LEAVES: tuple(item.leaf for item in sealed),
                CONTENTS: tuple(_content_line(item).decode() for item in sealed),
            },
            erase=tuple(sequence for entry in new for sequence in entry.erases),
            head=_Head(size=tree.size, root=tree.root().hex()),
            stamps={s.file: _fields(s, entries[s.record]) for s in stamps if s.record in entries},
        )
        data = pending.model_dump_json().encode()
        _require_readable(pending, data)
        put(files.root / PENDING, data)  # from here on it is committed
        with suppress(OSError, Unusable):  # what cannot be carried out now, the next opening does
            _finish_pending(files)


def read_ledger(files: Files) -> tuple[list[Sealed], Head]:
    """The ledger as it stands in the files, a pending change included. Raises :class:`Unusable` when unreadable."""
    with _reading(files):
        return _read(files)


# --- what is pending

_Line = Annotated[str, StringConstraints(pattern=r"^[^\n]*$")]


class _Fields(Strict):
    id: Annotated[str, StringConstraints(pattern=UUID)]
    number: Annotated[str, StringConstraints(pattern=NUMBER)]
    state: Name | None = None


class _Head(Strict):
    size: Annotated[int, Field(ge=0)]
    root: str


class _Pending(Strict):
    """A change that is committed but not yet carried out. A package may come from anywhere, and this file with it."""

    sizes: Mapping[Appended, Annotated[int, Field(ge=0)]]
    append: Mapping[Appended, tuple[_Line, ...]]
    erase: tuple[Annotated[int, Field(ge=0)], ...] = ()
    head: _Head
    stamps: Mapping[str, _Fields] = Field(default_factory=dict)

    def appended(self, name: Appended) -> bytes:
        return b"".join(line.encode() + b"\n" for line in self.append[name])

    def carried_out(self, name: Appended, data: bytes) -> bytes:
        """The file as it is afterwards, whether ``data`` is as before, half way or done.

        A file that only grows is cut to its size before. One in which lines are gone is cut to its lines before.
        """
        if name != CONTENTS or not self.erase:
            return data[: self.sizes[name]] + self.appended(name)
        gone = set(self.erase)
        before = self.head.size - len(self.append[ENTRIES])
        kept = [GONE if n in gone else line for n, line in enumerate(_lines(data)[: max(before, 0)])]
        return b"".join(line + b"\n" for line in kept) + self.appended(name)


def _pending(data: bytes) -> _Pending | None:
    if not data:
        return None
    try:
        pending = _Pending.model_validate_json(data)
    except ValidationError:
        raise Unusable([problem(PENDING, "ledger.pending-unreadable")]) from None
    if not set(pending.sizes) == set(pending.append) == set(APPENDED):
        raise Unusable([problem(PENDING, "ledger.pending-unreadable")])
    return pending


def _fields(stamp: Stamp, entry: Entry) -> "_Fields":
    return _Fields(id=entry.record, number=entry.number, state=stamp.state or None)


def _finish_pending(files: FolderFiles) -> None:
    """Carry out a committed change. Harmless when repeated: what each file held before can still be told from it."""
    root = files.root
    pending = _pending(_bytes(files, PENDING))
    if pending is None:
        return
    if pending.erase:
        put(root / CONTENTS, pending.carried_out(CONTENTS, _bytes(files, CONTENTS)))
        _sweep(root / LEDGER)
    for name, size in pending.sizes.items():
        if name == CONTENTS and pending.erase:
            continue
        _require_one_name(root / name)
        with (root / name).open("ab") as file:
            file.truncate(size)
            file.write(pending.appended(name))
            file.flush()
            os.fsync(file.fileno())
    put(root / HEAD, pending.head.model_dump_json().encode() + b"\n")
    known = set(FolderFiles(root).names()) if pending.stamps else set()
    for working, fields in pending.stamps.items():
        if working in known and working.startswith(f"{RECORDS}/"):
            with suppress(ValueError):  # somebody has broken the file since; it is told when it is read
                write_fields(root / working, fields.model_dump(exclude_none=True))
    (root / PENDING).unlink()


def _require_one_name(path: Path) -> None:
    """A file that stands under a second name too, in a backup made of hard links, is ours alone before it grows."""
    with suppress(FileNotFoundError):
        if path.stat().st_nlink > 1:
            put(path, path.read_bytes())


def _sweep(folder: Path) -> None:
    """Drafts of killed processes can hold what is erased. Nobody else writes here now, so none is in use."""
    for draft in folder.glob(DRAFTS):
        draft.unlink()
    sync_folder(folder)


def _require_own(root: Path, stamps: Sequence[Stamp]) -> None:
    """A new working file that has an id by now was recorded by somebody else since it was read."""
    for stamp in stamps:
        if field_in(root / stamp.file, "id") not in (None, stamp.record):
            conflict: dict[str, Parameter] = {"record": stamp.record, "expected": 0, "current": 1}
            raise Conflict(Reason("record.conflict", conflict))


def _require_readable(pending: _Pending, data: bytes) -> None:
    """A file that has grown too large could be written, but never opened again."""
    grown = {name: pending.sizes[name] + len(pending.appended(name)) for name in APPENDED}
    for name, size in (*grown.items(), (PENDING, len(data))):
        if size > MAX_FILE_BYTES:
            raise Unusable([problem(name, "file.too-large", bytes=size, limit=MAX_FILE_BYTES)])


# --- locks


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    """Alone, among all processes. Raises OSError where nothing can be written."""
    if not (root / LEDGER).exists():
        (root / LEDGER).mkdir(exist_ok=True)
        sync_folder(root)
    with (root / LOCK).open("ab") as lock:
        flock(lock, LOCK_EX)
        yield


@contextmanager
def _reading(files: Files) -> Iterator[None]:
    """Not while somebody writes. Without a lock file nobody has written here yet."""
    try:
        lock = (files.root / LOCK).open("rb") if isinstance(files, FolderFiles) else None
    except OSError:
        lock = None
    if lock is None:
        yield
        return
    with lock:
        flock(lock, LOCK_SH)
        yield


# --- the files


def _read(files: Files) -> tuple[list[Sealed], Head]:
    parts = {name: _bytes(files, name) for name in APPENDED}
    head = _bytes(files, HEAD)
    pending = _pending(_bytes(files, PENDING))
    if pending is not None:
        parts = {name: pending.carried_out(name, data) for name, data in parts.items()}
        head = pending.head.model_dump_json().encode()
    for name, data in parts.items():
        if data.count(b"\n") > MAX_ENTRIES:
            raise Unusable([problem(name, "ledger.too-long", limit=MAX_ENTRIES)])
    rows = zip_longest(*(_lines(parts[name]) for name in APPENDED))
    sealed = [_sealed(entry or b"", leaf or b"", content) for entry, leaf, content in rows]
    return sealed, _head(head, bool(sealed))


def _bytes(files: Files, name: str) -> bytes:
    """Empty where there is none. A folder's list of names is as old as its opening, so it is not asked."""
    there = (files.root / name).exists() if isinstance(files, FolderFiles) else name in files.names()
    return files.read(name) if there else b""


def _sealed(entry: bytes, leaf: bytes, content: bytes | None) -> Sealed:
    """A row of the three files. What is damaged breaks its entry, not the reading."""
    if content in (None, GONE):
        return Sealed(entry, leaf.decode("ascii", "replace"), b"", None)
    salt, _, rest = content.partition(b" ")
    known = b""
    with suppress(ValueError):
        known = bytes.fromhex(salt.decode("ascii"))
    exact = known if known.hex().encode() == salt else b""
    return Sealed(entry, leaf.decode("ascii", "replace"), exact, rest)


def _content_line(sealed: Sealed) -> bytes:
    return GONE if sealed.content is None else sealed.salt.hex().encode() + b" " + sealed.content


def _head(data: bytes, expected: bool) -> Head:
    if not data:
        if expected:
            raise Unusable([problem(HEAD, "ledger.head-missing")])
        return EMPTY
    value = _json(data, HEAD)
    try:
        head = _Head.model_validate(value, strict=True)
    except ValidationError:
        raise Unusable([problem(HEAD, "ledger.head-unreadable")]) from None
    return Head(head.size, head.root)


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Unusable([problem(name, "json.syntax")]) from None


def _lines(data: bytes) -> list[bytes]:
    """Whole lines: one that does not end was not written by us."""
    return data.split(b"\n")[:-1]


def _size(path: Path) -> int:
    with suppress(FileNotFoundError, NotADirectoryError):
        return path.stat().st_size
    return 0
