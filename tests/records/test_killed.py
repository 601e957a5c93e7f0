"""A process that is killed, at any moment: what was acknowledged is there, nothing is half, and work goes on.

The child dies before every line of the functions that write, one after the other (SIGKILL: nothing is flushed, nothing
is closed), and at many lengths at which an append can be torn. Then some are killed from outside, at no chosen moment.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.records.cast import ADA, FIRST, KINDS, NOTE, amend, counted, doing, draft, found, note
from tests.records.killing import killed_at, lines

from standfirst.records.change import Change, Stamp
from standfirst.records.ledger import check
from standfirst.records.package import store as package_store
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore, read_ledger

FILE = "records/notes/first.yaml"
PAPER = "8b0f6c1e-0000-4000-8000-0000000000a1"


def opened(folder: Path) -> PackageStore:
    return PackageStore(FolderFiles(folder), KINDS, clock=lambda: FIRST)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of three entries, and a working file that is not recorded yet."""
    folder = tmp_path_factory.mktemp("kept") / "acme"
    (folder / "records/notes").mkdir(parents=True)
    (folder / FILE).write_text("kind: note\nstate: draft   # where it stands\ntitle: A note\n")
    store = opened(folder)
    found(store)
    store.perform(doing(draft(), note()))
    return folder


def record_the_note(folder: Path) -> None:
    """One change of three drafts: a note, its proposal, an amended thing; and the note's file is stamped."""
    paper = note(record=PAPER, body={"title": "A note", "text": "It holds"})
    store = opened(folder)
    thing = next(iter(store.records(kinds=["thing"])))

    def deed(workspace: Any) -> Change:
        (changed,) = amend(thing, title="Another")(workspace).drafts
        return Change(ADA, (paper, changed), stamps=(Stamp(PAPER, FILE, "proposed"),))

    store.perform(deed)


def sound(folder: Path) -> PackageStore:
    """As the next process finds it. Opening it may finish what was begun, so it is looked at before and after."""
    before = read_ledger(FolderFiles(folder))
    assert check(*before) is None
    store = opened(folder)
    assert check(*read_ledger(FolderFiles(folder))) is None
    assert read_ledger(FolderFiles(folder)) == before
    assert not (folder / "ledger/pending.json").exists() or not (folder / "ledger/pending.json").read_bytes()
    return store


def test_killed_at_every_line_of_a_write(kept: Path, tmp_path: Path) -> None:
    untouched = (kept / FILE).read_text()
    outcomes: list[bool] = []
    for line in lines():
        folder = tmp_path / str(line)
        shutil.copytree(kept, folder)
        alive = not killed_at(line, lambda folder=folder: record_the_note(folder))  # type: ignore[misc]

        store = sound(folder)
        there = PAPER in store.records()
        assert store.head.size == (5 if there else 3), "all of the change or nothing"
        assert there or not alive, "what was acknowledged is there"
        text = (folder / FILE).read_text()
        assert text == (stamped() if there else untouched)
        outcomes.append(there)

        store.perform(doing(note()))
        assert opened(folder).head.size == store.head.size == (6 if there else 4)
        if alive:
            break
    assert outcomes == sorted(outcomes), "from one moment on it is committed, and stays so"
    assert outcomes.count(False) > 10  # the change is made ready ...
    assert outcomes.count(True) > 30  # ... and carried out, one step after the other


def stamped() -> str:
    return f"kind: note\nid: {PAPER}\nnumber: {NOTE.prefix}-0002\nstate: proposed   # where it stands\ntitle: A note\n"


def test_killed_while_the_work_of_a_killed_one_is_finished(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = tmp_path / "dead"
    shutil.copytree(kept, dead)
    with monkeypatch.context() as patched:
        patched.setattr(package_store, "_finish_pending", lambda _: None)
        record_the_note(dead)
    for line in lines(step=3):
        folder = tmp_path / str(line)
        shutil.copytree(dead, folder)
        alive = not killed_at(line, lambda folder=folder: opened(folder))  # type: ignore[misc]
        store = sound(folder)
        assert (store.head.size, PAPER in store.records()) == (5, True)
        assert (folder / FILE).read_text() == stamped()
        if alive:
            break


def torn(folder: Path) -> Iterator[None]:
    """Every length at which the three appends can have stopped, one file after the other."""
    told = json.loads((folder / "ledger/pending.json").read_bytes())
    for name, added in told["append"].items():
        before = (folder / name).read_bytes()[: told["sizes"][name]]
        appended = "".join(f"{line}\n" for line in added).encode()
        for length in range(0, len(appended) + 1, 37):
            (folder / name).write_bytes(before + appended[:length])
            yield
        (folder / name).write_bytes(before + appended)
        yield


def test_an_append_torn_anywhere_is_done_again(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(kept, folder)
    with monkeypatch.context() as patched:
        patched.setattr(package_store, "_finish_pending", lambda _: None)
        record_the_note(folder)
        whole = read_ledger(FolderFiles(folder))
    pending = (folder / "ledger/pending.json").read_bytes()
    for count, _ in enumerate(torn(folder)):
        assert read_ledger(FolderFiles(folder)) == whole
        if count % 10 == 0:  # opening finishes the work; then back to where it was torn
            torn_files = {name: (folder / name).read_bytes() for name in json.loads(pending)["append"]}
            assert sound(folder).head == whole[1]
            for name, data in torn_files.items():
                (folder / name).write_bytes(data)
            (folder / "ledger/pending.json").write_bytes(pending)


WORK = """
import sys
from pathlib import Path
from tests.records.cast import counted, doing, note
from tests.records.test_killed import opened

store, shared = opened(Path(sys.argv[1])), sys.argv[2]
for turn in range(1, 10_000):
    store.perform(counted(shared))
    store.perform(doing(note(), note()))
    print(turn, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 4, 9])
def test_killed_from_outside(kept: Path, tmp_path: Path, acknowledged: int) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(kept, folder)
    shared = next(iter(opened(folder).records(kinds=["thing"])))
    with subprocess.Popen(
        [sys.executable, "-c", WORK, folder, shared], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(acknowledged):
            assert process.stdout.readline()
        process.kill()
        rest = process.stdout.read()
    turns = acknowledged + rest.count("\n")

    store = sound(folder)
    counted_to = store.records()[shared].current.content.body["count"]
    notes = sorted(record.number for record in store.records(kinds=["note"]).values())
    assert turns <= counted_to <= turns + 1
    assert 2 * turns <= len(notes) - 1 <= 2 * counted_to
    assert notes == [f"NTE-{count:04d}" for count in range(1, len(notes) + 1)]
    store.perform(counted(shared))
    assert opened(folder).records()[shared].current.content.body["count"] == counted_to + 1
