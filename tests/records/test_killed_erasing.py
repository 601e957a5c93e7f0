"""A process that is killed while it erases, at any moment: all is there or all is gone, under no name is a byte left, and
work goes on.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.records.cast import FIRST, amend, doing, draft, found
from tests.records.erasing import KINDS, NAMED, carry_out, order
from tests.records.killing import killed_at, lines

from standfirst.records.ledger import check
from standfirst.records.package import store as package_store
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore, read_ledger

NUMBER = "THG-0002"
DRAFT = ".0123456789abcdef.tmp"


def opened(folder: Path) -> PackageStore:
    return PackageStore(FolderFiles(folder), KINDS, clock=lambda: FIRST)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of five entries: a thing of two versions that name somebody, another thing, and an order to erase the first.

    Beside it the draft of a process that was killed while it rewrote the contents.
    """
    folder = tmp_path_factory.mktemp("kept") / "acme"
    folder.mkdir()
    store = opened(folder)
    found(store)
    thing, other = draft(body={"title": NAMED}, why=NAMED), draft(body={"title": "Another"})
    store.perform(doing(thing, other))
    store.perform(amend(thing.record, count=1))
    store.perform(doing(order(thing.record)))
    shutil.copy(folder / "ledger/contents.jsonl", folder / "ledger" / DRAFT)
    return folder


def carry_out_the_order(folder: Path) -> None:
    store = opened(folder)
    (asked,) = store.records(kinds=["order"])
    store.perform(carry_out(asked))


def left(folder: Path) -> list[str]:
    """Names of files in which somebody is still named."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if NAMED.encode() in path.read_bytes())


def salts(folder: Path) -> list[bytes]:
    return [sealed.salt for sealed in read_ledger(FolderFiles(folder))[0]]


def sound(folder: Path) -> PackageStore:
    """As the next process finds it, before and after it has finished what was begun."""
    before = read_ledger(FolderFiles(folder))
    assert check(*before) is None
    store = opened(folder)
    assert check(*read_ledger(FolderFiles(folder))) is None
    assert read_ledger(FolderFiles(folder)) == before
    return store


def test_killed_at_every_line_of_an_erasure(kept: Path, tmp_path: Path) -> None:
    old = salts(kept)
    outcomes: list[bool] = []
    for line in lines():
        folder = tmp_path / str(line)
        shutil.copytree(kept, folder)
        alive = not killed_at(line, lambda folder=folder: carry_out_the_order(folder))  # type: ignore[misc]

        store = sound(folder)
        gone = store.head.size == 6
        assert gone or not alive, "what was acknowledged is done"
        assert (NUMBER in {r.number for r in store.records().values()}) is not gone
        assert left(folder) == ([] if gone else [DRAFT, "contents.jsonl"])
        assert salts(folder)[1] == (b"" if gone else old[1])
        assert salts(folder)[2] == old[2]
        text = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert (old[1].hex().encode() in text, old[3].hex().encode() in text) == (not gone, not gone)
        outcomes.append(gone)

        store.perform(doing(draft()))
        assert opened(folder).head.size == store.head.size == (7 if gone else 6)
        if alive:
            break
        shutil.rmtree(folder)
    assert outcomes == sorted(outcomes), "from one moment on it is committed, and stays so"
    assert outcomes.count(False) > 10
    assert outcomes.count(True) > 30


@pytest.fixture
def dead(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder as a process leaves it that was killed right after it had committed."""
    folder = tmp_path / "dead"
    shutil.copytree(kept, folder)
    with monkeypatch.context() as patched:
        patched.setattr(package_store, "_finish_pending", lambda _: None)
        carry_out_the_order(folder)
    return folder


def test_what_is_pending_is_read_as_gone(dead: Path) -> None:
    sealed, head = read_ledger(FolderFiles(dead))
    assert [one.content is None for one in sealed] == [False, True, False, True, False, False]
    assert check(sealed, head) is None
    assert NAMED.encode() not in (dead / "ledger/pending.json").read_bytes()


def test_killed_while_the_work_of_a_killed_one_is_finished(dead: Path, tmp_path: Path) -> None:
    for line in lines():
        folder = tmp_path / str(line)
        shutil.copytree(dead, folder)
        alive = not killed_at(line, lambda folder=folder: opened(folder))  # type: ignore[misc]
        assert sound(folder).head.size == 6
        assert left(folder) == []
        if alive:
            break
        shutil.rmtree(folder)


def states(folder: Path) -> Iterator[None]:
    """Every state in which a finisher can have left the files: contents as before or done, the others torn anywhere."""
    told = json.loads((folder / "ledger/pending.json").read_bytes())
    before = (folder / "ledger/contents.jsonl").read_bytes()
    pending = package_store._pending((folder / "ledger/pending.json").read_bytes())
    assert pending is not None
    for contents in (before, pending.carried_out("ledger/contents.jsonl", before)):
        (folder / "ledger/contents.jsonl").write_bytes(contents)
        for name in ("ledger/entries.jsonl", "ledger/leaves.txt"):
            old = (folder / name).read_bytes()[: told["sizes"][name]]
            added = "".join(f"{line}\n" for line in told["append"][name]).encode()
            for length in range(0, len(added) + 1, 41):
                (folder / name).write_bytes(old + added[:length])
                yield


def test_from_every_state_it_comes_to_the_same(dead: Path) -> None:
    whole = read_ledger(FolderFiles(dead))
    pending = (dead / "ledger/pending.json").read_bytes()
    files = ("contents.jsonl", "entries.jsonl", "leaves.txt")
    for count, _ in enumerate(states(dead)):
        assert read_ledger(FolderFiles(dead)) == whole
        if count % 5 == 0:
            torn = {name: (dead / "ledger" / name).read_bytes() for name in files}
            sound(dead)
            assert left(dead) == []
            for name, data in torn.items():
                (dead / "ledger" / name).write_bytes(data)
            (dead / "ledger/pending.json").write_bytes(pending)
