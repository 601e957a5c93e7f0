"""A ledger's files as somebody holds them who means to change them: lines that can be moved, and the tools to forge them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.records.cast import ADA, BEN, FIRST, KINDS, amend, doing, draft, found, move, note

from standfirst.records.ledger import NO_LEAF, Head, leaf_of
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.merkle import root_of

FILES = ("entries.jsonl", "leaves.txt", "contents.jsonl")


@dataclass
class Books:
    entries: list[bytes]
    leaves: list[bytes]
    contents: list[bytes]
    head: dict[str, Any]

    @property
    def files(self) -> tuple[list[bytes], list[bytes], list[bytes]]:
        return self.entries, self.leaves, self.contents

    def __len__(self) -> int:
        return len(self.entries)

    def copy(self) -> "Books":
        return Books(list(self.entries), list(self.leaves), list(self.contents), dict(self.head))

    def noted(self) -> Head:
        return Head(self.head["size"], self.head["root"])

    def rewrite(self, at: int, change: Callable[[dict[str, Any]], object]) -> None:
        """One entry and its leaf, so that the two agree again."""
        value: Any = parse_canonical(self.entries[at])
        change(value)
        self.entries[at] = canonical_bytes(value)
        self.leaves[at] = leaf_of(self.entries[at]).encode()

    def chain(self, start: int) -> None:
        """From ``start`` on every entry counts and names the leaf before it, as if it had always been so."""
        for at in range(start, len(self)):
            before = self.leaves[at - 1].decode() if at else NO_LEAF
            self.rewrite(at, lambda value, at=at, before=before: value.update(sequence=at, previous=before))  # type: ignore[misc]

    def crown(self) -> None:
        """A head for what stands there now."""
        root = root_of(bytes.fromhex(leaf.decode()) for leaf in self.leaves)
        self.head = {"size": len(self), "root": root.hex()}


def read(folder: Path) -> Books:
    entries, leaves, contents = ((folder / "ledger" / name).read_bytes().split(b"\n")[:-1] for name in FILES)
    return Books(entries, leaves, contents, json.loads((folder / "ledger/head.json").read_bytes()))


def write(folder: Path, books: Books) -> None:
    for name, lines in zip(FILES, books.files, strict=True):
        (folder / "ledger" / name).write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / "ledger/head.json").write_text(json.dumps(books.head))


def keep(folder: Path, *, text: str = "It holds") -> Path:
    """A package with nine entries: a thing counted, a note proposed, approved, taken back and dropped."""
    folder.mkdir()
    (folder / "standfirst.yaml").write_text("form: standfirst-package/1\norganisation: Acme\n")
    store = PackageStore(FolderFiles(folder), KINDS, clock=lambda: FIRST)
    found(store)
    thing = draft(body={"title": "A laser"})
    paper = note(body={"title": "A note", "text": text})
    store.perform(doing(thing, paper))
    store.perform(amend(thing.record, count=1))
    store.perform(move(paper.record, "propose", by=ADA))
    store.perform(move(paper.record, "approve", by=BEN))
    store.perform(doing(replace(note(), links={"about": (thing.record,)})))
    store.perform(amend(thing.record, count=2))
    store.perform(move(paper.record, "drop", by=ADA))
    return folder
