"""What is acknowledged was waited for: a file is on the disk before it gets its name, and its name before the checkpoint."""

from pathlib import Path

import pytest
from tests.log.cast import NOON, begun, entries, opened, signed, witness

from standfirst.log.folder import MAX_FILE, Folder


def told(syncs: list[str], root: Path) -> list[str]:
    """Paths as in the folder, drafts by what they became."""
    names = {}
    for line in syncs:
        word, *paths = line.replace(f"{root}/", "").replace(str(root), ".").split(" ")
        if word == "replace":
            names[paths[0]] = paths[1]
    lines = [line.replace(f"{root}/", "").replace(str(root), ".").split(" ") for line in syncs]
    return [
        f"{word} {names.get(paths[0], paths[0]) if word == 'sync' else paths[1]}" for word, *paths in lines
    ]


def test_an_append_is_one_wait(tmp_path: Path, syncs: list[str]) -> None:
    with begun(tmp_path) as log:
        syncs.clear()
        log.append(entries(300))
        assert told(syncs, tmp_path) == ["sync journal"]
        log.append(entries(300))
        assert told(syncs, tmp_path) == ["sync journal"], "a repeat is durable already"


def test_a_checkpoint_comes_after_all_it_vouches_for(tmp_path: Path, syncs: list[str]) -> None:
    with begun(tmp_path) as log:
        log.append(entries(300))
        syncs.clear()
        log.publish()
    done = told(syncs, tmp_path)
    published = [
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]
    for path in published:
        synced, placed = done.index(f"sync {path}"), done.index(f"replace {path}")
        named = [done.index(f"sync {folder}") for folder in map(str, Path(path).parents)]
        assert synced < placed < min(named) <= max(named) < done.index("sync checkpoint")
    assert done[-3:] == ["sync checkpoint", "replace checkpoint", "sync ."]


def test_a_small_publication_waits_for_little(tmp_path: Path, syncs: list[str]) -> None:
    """Folders whose names are durable already are not waited for again."""
    with begun(tmp_path) as log:
        for size in (301, 302):
            log.append(entries(size))
            syncs.clear()
            log.publish()
    done = [line for line in told(syncs, tmp_path) if line.startswith("sync")]
    assert sorted(done) == sorted(
        f"sync {path}"
        for path in (
            "tile/0/001.p/46",
            "tile/entries/001.p/46",
            "tile/0/001.p",
            "tile/entries/001.p",
            "checkpoint",
            ".",
        )
    )


def test_a_new_log_is_durable_with_the_folders_it_is_in(tmp_path: Path, syncs: list[str]) -> None:
    begun(tmp_path / "a/b").close()
    done = told(syncs, tmp_path)
    assert {"sync .", "sync a", "sync a/b"} <= set(done)
    assert done.index("sync a/b/checkpoint") < done.index("replace a/b/checkpoint")


def test_a_witness_waits_before_it_answers(tmp_path: Path, syncs: list[str]) -> None:
    north = witness(tmp_path / "north")
    syncs.clear()
    north.add_checkpoint(0, (), signed(entries(3)).format(), now=NOON)
    (state,) = (tmp_path / "north").glob("*.checkpoint")
    name = f"north/{state.name}"
    assert told(syncs, tmp_path) == [f"sync {name}", f"replace {name}", "sync north"]


def test_drafts_of_the_dead_are_cleared_away(tmp_path: Path) -> None:
    begun(tmp_path).close()
    (tmp_path / "drafts").mkdir(exist_ok=True)
    (tmp_path / "drafts/0123").write_bytes(b"half")
    opened(tmp_path).close()
    assert not (tmp_path / "drafts/0123").exists()
    north = witness(tmp_path / "north")
    (tmp_path / "north/drafts").mkdir()
    (tmp_path / "north/drafts/0123").write_bytes(b"half")
    north.add_checkpoint(0, (), signed(entries(3)).format(), now=NOON)
    assert not (tmp_path / "north/drafts/0123").exists()


def test_a_lock_is_held_until_it_is_closed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    lock = folder.take_lock()
    assert lock is not None
    assert folder.take_lock() is None
    lock.close()
    with folder.alone():
        assert folder.take_lock() is None


@pytest.mark.parametrize("path", ["nothing", "file/below", "folder"])
def test_what_is_no_file_is_not_there(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    assert Folder(tmp_path).fetch(path) is None


def test_no_more_is_read_than_any_log_has(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(MAX_FILE + 100))
    assert len(Folder(tmp_path).fetch("large") or b"") == MAX_FILE + 1
