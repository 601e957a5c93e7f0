"""What only the package store does: processes, locks, files that others have touched."""

import json
import multiprocessing
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.records.cast import (
    ADA,
    FIRST,
    KINDS,
    counted,
    doing,
    draft,
    everything,
    found,
    note,
    ticking,
    unusable,
)

from standfirst.records.change import Change, Conflict, Refused, Stamp
from standfirst.records.ledger import check
from standfirst.records.package import store as package_store
from standfirst.records.package.door import FolderFiles, open_files
from standfirst.records.package.store import PackageStore, read_ledger

processes = multiprocessing.get_context("fork")


def opened(folder: Path) -> PackageStore:
    return PackageStore(FolderFiles(folder), KINDS, clock=lambda: FIRST)


def begun(folder: Path) -> PackageStore:
    folder.mkdir(exist_ok=True)
    store = opened(folder)
    found(store)
    return store


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# --- files ---


def test_four_files_and_a_lock(tmp_path: Path) -> None:
    begun(tmp_path)
    assert names(tmp_path) == [
        "ledger/contents.jsonl",
        "ledger/entries.jsonl",
        "ledger/head.json",
        "ledger/leaves.txt",
        "ledger/lock",
    ]


def test_opened_again_it_is_the_same(tmp_path: Path) -> None:
    store = begun(tmp_path)
    store.perform(doing(draft(), note()))
    assert everything(opened(tmp_path)) == everything(store)
    assert opened(tmp_path).simulation


def test_the_ledger_commits_to_the_bytes_that_lie_there(tmp_path: Path) -> None:
    store = begun(tmp_path)
    sealed, head = read_ledger(FolderFiles(tmp_path))
    assert (tuple(sealed), head) == (store.ledger(), store.head)
    entries = (tmp_path / "ledger/entries.jsonl").read_bytes()
    assert entries == b"".join(item.entry + b"\n" for item in sealed)


def test_a_zip_is_read_and_not_written(tmp_path: Path) -> None:
    store = begun(tmp_path / "acme")
    archive = tmp_path / "acme.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("standfirst.yaml", "form: standfirst-package/1\norganisation: Acme\n")
        for name in names(tmp_path / "acme"):
            zipped.write(tmp_path / "acme" / name, name)
    copy = PackageStore(open_files(archive), KINDS, clock=ticking())
    assert everything(copy) == everything(store)
    with unusable("package.read-only"):
        copy.perform(doing(draft()))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = begun(tmp_path)
    (tmp_path / "ledger/lock").unlink()
    (tmp_path / "ledger/lock").mkdir()
    with unusable("file.not-writable"):
        store.perform(doing(draft()))
    assert everything(opened(tmp_path)) == everything(store)


def test_it_never_grows_beyond_what_can_be_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = begun(tmp_path)
    monkeypatch.setattr(package_store, "MAX_FILE_BYTES", 20_000)
    before = everything(store)
    with unusable("file.too-large"):
        store.perform(doing(draft(body={"title": "x" * 30_000})))
    assert everything(store) == everything(opened(tmp_path)) == before
    store.perform(doing(draft()))


# --- others write too ---


def test_two_who_opened_an_empty_folder_found_it_once(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    found(first)
    with pytest.raises(Refused) as refused:
        found(second)
    assert refused.value.reason.code == "ledger.founded-once"
    assert everything(second) == everything(first)


def test_a_deed_sees_what_another_process_has_recorded(tmp_path: Path) -> None:
    first, second = begun(tmp_path), opened(tmp_path)
    thing = draft()
    first.perform(doing(thing))
    assert thing.record not in second.records()
    second.perform(counted(thing.record))
    assert second.records()[thing.record].current.content.body["count"] == 1


PROCESSES, DEEDS = 2, 50


def write_many(folder: Path, shared: str) -> None:
    store = opened(folder)
    for _ in range(DEEDS // 2):
        store.perform(counted(shared))
        store.perform(doing(note()))


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    shared = draft()
    begun(tmp_path).perform(doing(shared))
    together = [
        processes.Process(target=write_many, args=(tmp_path, shared.record)) for _ in range(PROCESSES)
    ]
    for process in together:
        process.start()
    heads = []
    while any(process.is_alive() for process in together):
        sealed, head = read_ledger(FolderFiles(tmp_path))  # a reader in between sees whole changes only
        assert check(sealed, head) is None
        heads.append(head.size)
    for process in together:
        process.join()
        assert process.exitcode == 0

    store = opened(tmp_path)
    assert heads == sorted(heads)
    assert store.head.size == 2 + PROCESSES * DEEDS
    assert store.records()[shared.record].current.content.body["count"] == PROCESSES * DEEDS // 2
    numbers = sorted(record.number for record in store.records(kinds=["note"]).values())
    assert numbers == [f"NTE-{count:04d}" for count in range(1, PROCESSES * DEEDS // 2 + 1)]


# --- a longer copy of the same ledger ---


@pytest.fixture
def copies(tmp_path: Path) -> tuple[PackageStore, PackageStore]:
    """One ledger in two folders; the second has gone on by two entries."""
    here = begun(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    there = opened(tmp_path / "there")
    there.perform(doing(draft(), note()))
    return here, there


def test_what_a_longer_copy_has_is_adopted(copies: tuple[PackageStore, PackageStore], tmp_path: Path) -> None:
    here, there = copies
    here.adopt(there.ledger())
    assert everything(here) == everything(there) == everything(opened(tmp_path / "here"))
    here.adopt(there.ledger())
    here.perform(doing(note()))
    assert here.head.size == 4


def test_what_went_another_way_is_not_adopted(copies: tuple[PackageStore, PackageStore]) -> None:
    here, there = copies
    here.perform(doing(draft()))
    before = everything(here)
    with unusable("import.diverged"):
        here.adopt(there.ledger())
    assert everything(here) == before


def test_a_shorter_copy_takes_nothing_away(copies: tuple[PackageStore, PackageStore]) -> None:
    here, there = copies
    before = everything(there)
    with unusable("import.diverged"):
        there.adopt(here.ledger())
    assert everything(there) == before


def test_what_was_tampered_with_is_not_adopted(copies: tuple[PackageStore, PackageStore]) -> None:
    here, there = copies
    before = everything(here)
    first, second, third = there.ledger()
    with unusable("ledger.content-changed"):
        here.adopt([first, replace(second, content=third.content), third])
    assert everything(here) == before


# --- a change that is committed, not carried out ---


def pending(folder: Path, make: Callable[[PackageStore], object], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder as it stands when a process dies right after a commit."""
    copy = folder.with_name(f"{folder.name}-dead")
    shutil.copytree(folder, copy)
    with monkeypatch.context() as patched:
        patched.setattr(package_store, "_finish_pending", lambda _: None)
        make(opened(copy))
    assert (copy / "ledger/pending.json").stat().st_size
    return copy


def test_a_pending_change_counts_and_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(tmp_path / "acme")
    thing = draft()
    dead = pending(tmp_path / "acme", lambda store: store.perform(doing(thing)), monkeypatch)
    sealed, head = read_ledger(FolderFiles(dead))
    assert (len(sealed), head.size) == (2, 2)

    assert thing.record in opened(dead).records()
    assert len((dead / "ledger/entries.jsonl").read_bytes().splitlines()) == 2
    opened(dead).perform(doing(draft()))
    assert opened(dead).head.size == 3


def test_a_store_that_was_open_meanwhile_finishes_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = begun(tmp_path / "acme").files.root  # type: ignore[attr-defined]
    survivor = opened(dead)
    thing = draft()
    with monkeypatch.context() as patched:
        patched.setattr(package_store, "_finish_pending", lambda _: None)
        opened(dead).perform(doing(thing))
    survivor.perform(counted(thing.record))
    assert survivor.head.size == 3
    assert check(*read_ledger(FolderFiles(dead))) is None


def test_where_it_cannot_be_finished_it_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path / "acme")
    thing = draft()
    dead = pending(tmp_path / "acme", lambda store: store.perform(doing(thing)), monkeypatch)
    (dead / "ledger/lock").unlink()
    (dead / "ledger/lock").mkdir()
    assert thing.record in opened(dead).records()
    assert (dead / "ledger/pending.json").stat().st_size


FILES = ("ledger/entries.jsonl", "ledger/leaves.txt", "ledger/contents.jsonl")
HEAD = {"size": 1, "root": "0"}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("{", "ledger.pending-unreadable"),
        ("[]", "ledger.pending-unreadable"),
        ({}, "ledger.pending-unreadable"),
        ({"sizes": {}, "append": {}, "head": HEAD}, "ledger.pending-unreadable"),
        (
            {"sizes": {"../victim": 0}, "append": {"../victim": ["owned"]}, "head": HEAD},
            "ledger.pending-unreadable",
        ),
        (
            {"sizes": dict.fromkeys(FILES, 0), "append": {f: ["a\nb"] for f in FILES}, "head": HEAD},
            "ledger.pending-unreadable",
        ),
        (
            {"sizes": dict.fromkeys(FILES, 0), "append": {f: ["{}"] for f in FILES}, "head": HEAD},
            "ledger.entry-changed",
        ),
    ],
    ids=["half", "list", "empty", "no files", "other files", "two lines in one", "does not check"],
)
def test_a_pending_change_from_elsewhere_touches_nothing(tmp_path: Path, told: object, code: str) -> None:
    begun(tmp_path / "acme")
    victim = tmp_path / "victim"
    victim.write_text("mine")
    text = told if isinstance(told, str) else json.dumps(told)
    (tmp_path / "acme/ledger/pending.json").write_text(text)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    with unusable(code):
        opened(tmp_path / "acme")
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_a_stamp_stays_below_records(tmp_path: Path) -> None:
    store = begun(tmp_path / "acme")
    (tmp_path / "victim.yaml").write_text("kind: thing\n")
    (tmp_path / "acme/standfirst.yaml").write_text("kind: thing\n")
    for file in ("../victim.yaml", "standfirst.yaml", "records/absent.yaml"):
        thing = draft()
        store.perform(lambda _, t=thing, f=file: Change(ADA, (t,), stamps=(Stamp(t.record, f),)))  # type: ignore[misc]
    assert (tmp_path / "victim.yaml").read_text() == "kind: thing\n"
    assert (tmp_path / "acme/standfirst.yaml").read_text() == "kind: thing\n"
    assert store.head.size == 4


def test_a_working_file_belongs_to_one_record(tmp_path: Path) -> None:
    store = begun(tmp_path)
    file = tmp_path / "records/things/laser.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("kind: thing\ntitle: A laser\n")

    def recorded(thing: str) -> None:
        stamp = Stamp(thing, "records/things/laser.yaml")
        store.perform(lambda _: Change(ADA, (draft(record=thing),), stamps=(stamp,)))

    recorded("8b0f6c1e-0000-4000-8000-000000000001")
    assert file.read_text() == (
        "kind: thing\nid: 8b0f6c1e-0000-4000-8000-000000000001\nnumber: THG-0002\ntitle: A laser\n"
    )
    with pytest.raises(Conflict):
        recorded("8b0f6c1e-0000-4000-8000-000000000002")
    assert store.head.size == 2
