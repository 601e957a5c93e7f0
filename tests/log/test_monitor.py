"""A stranger reads the whole log: whatever was changed is named, and a second history is told from a longer one."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.cast import (
    LOG,
    OTHER,
    begun,
    code,
    entries,
    files,
    flip,
    opened,
    signed,
    told,
)

from standfirst.log.flaws import LogFault, LogRejected
from standfirst.log.folder import Folder
from standfirst.log.monitor import audit, audit_folder, follow
from standfirst.trust.errors import Rejected
from standfirst.trust.note import Note
from standfirst.trust.tiles import EntryBundle, Tile, tile_at

OLDER, SIZE = 560, 620


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of two full tiles and a partial one, with the partial tiles of an older size, and one entry unpublished."""
    path = tmp_path_factory.mktemp("kept") / "log"
    with begun(path) as log:
        for size in (100, OLDER, SIZE):
            log.append(entries(size))
            log.publish()
        log.append(entries(SIZE + 1))
    return path


@pytest.fixture
def copy(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "log"))


def fault(path: Path, *earlier: Note) -> tuple[str, dict[str, str | int]]:
    """What an audit of the folder finds, which can also be told in words."""
    try:
        audit_folder(Folder(path), LOG, earlier)
    except Rejected as error:
        return told(error.code, error.parameters), error.parameters
    pytest.fail("nothing was found")


def test_a_good_log_passes(copy: Path) -> None:
    folder = Folder(copy)
    now = signed(entries(SIZE))
    sizes = (0, 1, 99, 100, 255, 256, 257, OLDER, SIZE)
    older = [signed(entries(size)) for size in sizes]
    assert audit(folder.fetch, LOG) == audit(folder.fetch, LOG, older) == now
    assert audit_folder(folder, LOG, older) == now
    for note in older:
        assert follow(folder.fetch, LOG, note) == now


def test_an_empty_log_passes(tmp_path: Path) -> None:
    begun(tmp_path).close()
    assert audit_folder(Folder(tmp_path), LOG) == signed([])
    assert follow(Folder(tmp_path).fetch, LOG, signed([])) == signed([])


def test_a_log_of_more_than_a_full_tile_of_tiles_passes(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(66_000))
        log.publish()
        first = log.checkpoint(65_900)
    assert (tmp_path / "tile/1/000").stat().st_size == 8192
    folder = Folder(tmp_path)
    assert follow(folder.fetch, LOG, first) == audit_folder(folder, LOG, [first])
    flip(tmp_path / "tile/1/000", 8 * 32 * 9 + 1)
    assert fault(tmp_path) == ("monitor.tile-wrong", {"path": "tile/1/000", "place": 9})


# --- flipped bits ---


@settings(max_examples=150)
@given(st.data())
def test_a_flipped_bit_anywhere_is_named(
    kept: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("flipped") / "log"
    shutil.copytree(kept, path)
    name = data.draw(st.sampled_from(sorted(name for name in files(path) if name != "checkpoint")))
    length = (path / name).stat().st_size
    bit = data.draw(st.integers(0, length * 8 - 1))
    flip(path / name, bit)
    tile = tile_at(name)
    found, where = fault(path)
    assert where["path"] == name
    if isinstance(tile, Tile):
        assert (found, where["place"]) == ("monitor.tile-wrong", bit // 8 // 32)
    else:
        place, in_length = entry_at(tile, bit // 8)
        assert found in (
            ("tile.entry-cut-short", "tile.entry-count", "monitor.entry-wrong")
            if in_length
            else ("monitor.entry-wrong",)
        )
        if found == "monitor.entry-wrong":
            assert (where["index"], where["place"]) == (tile.start + place, place)
    shutil.rmtree(path)


def entry_at(bundle: EntryBundle, byte: int) -> tuple[int, bool]:
    """Which entry of a bundle of `entries` a byte belongs to, and whether to its length."""
    at = 0
    for place, entry in enumerate(entries(bundle.width, bundle.start)):
        if byte < at + 2 + len(entry):
            return place, byte < at + 2
        at += 2 + len(entry)
    raise AssertionError


@pytest.mark.parametrize("bit", [0, 100, 300, 500, 900, 1_400])
def test_a_flipped_bit_in_the_checkpoint_is_told(copy: Path, bit: int) -> None:
    flip(copy / "checkpoint", bit)
    with pytest.raises(Rejected):
        audit(Folder(copy).fetch, LOG)


@pytest.mark.parametrize(
    "name", ["tile/0/001", "tile/0/002.p/108", "tile/entries/000", "tile/entries/002.p/108"]
)
def test_what_is_missing_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert fault(copy) == ("tile.missing", {"path": name})


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\x00", lambda _: b""])
@pytest.mark.parametrize(
    "name", ["tile/0/001", "tile/0/002.p/48", "tile/entries/000", "tile/entries/002.p/108"]
)
def test_what_is_too_short_or_too_long_is_named(copy: Path, name: str, change: object) -> None:
    assert callable(change)
    (copy / name).write_bytes(change((copy / name).read_bytes()))
    found, where = fault(copy)
    assert found in ("tile.length", "tile.entry-cut-short", "tile.entry-count")
    assert where["path"] == name


def test_a_file_larger_than_any_log_has_is_not_read_to_its_end(copy: Path) -> None:
    with (copy / "tile/0/001").open("r+b") as file:
        file.truncate(50_000_000_000)  # sparse
    found, where = fault(copy)
    assert (found, where["path"]) == ("tile.length", "tile/0/001")


@pytest.mark.parametrize("name", ["tile/README", "tile/0/001.bak", "tile/0/x000/001", "tile/0/001.p/256"])
def test_a_stray_file_is_named(copy: Path, name: str) -> None:
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(b"")
    assert fault(copy) == ("monitor.stray-file", {"path": name})


def test_what_lies_beyond_the_checkpoint_is_not_vouched_for_yet(copy: Path) -> None:
    for name in ("tile/0/002", "tile/0/002.p/109", "tile/entries/003", "tile/2/000.p/1"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(b"not finished")
    assert audit_folder(Folder(copy), LOG) == signed(entries(SIZE))


# --- lies that hang together ---


def test_an_entry_replaced_together_with_its_hash_is_still_found(copy: Path) -> None:
    """Then nobody can say which of the two was right once: neither gives the root."""
    bundle, tile = copy / "tile/entries/001", copy / "tile/0/001"
    changed = bundle.read_bytes().replace(b"entry 300", b"entrx 300")
    bundle.write_bytes(changed)
    flip(tile, 44 * 256)
    assert fault(copy) == (
        "monitor.entry-or-tile-wrong",
        {"index": 300, "path": "tile/entries/001", "place": 44},
    )


def test_a_whole_history_replaced_under_the_old_checkpoint_is_found(copy: Path, tmp_path: Path) -> None:
    with begun(tmp_path / "other") as log:
        log.append(entries(SIZE, of="another"))
        log.publish()
    (tmp_path / "other/checkpoint").write_bytes((copy / "checkpoint").read_bytes())
    assert fault(tmp_path / "other") == ("monitor.root-wrong", {"size": SIZE})


def test_another_logs_files_are_not_taken_for_this_ones(copy: Path) -> None:
    with pytest.raises(Rejected):
        audit(Folder(copy).fetch, OTHER)


def test_no_checkpoint_no_log(tmp_path: Path) -> None:
    with pytest.raises(LogRejected) as refused:
        audit(Folder(tmp_path).fetch, LOG)
    assert code(refused) == "log.no-checkpoint"


# --- against earlier checkpoints ---


def rewritten(path: Path, size: int) -> Path:
    """The same key signs another history of that size."""
    with begun(path) as log:
        log.append([*entries(50), *entries(size - 50, of="another")])
        log.publish()
    return path


def both(path: Path, earlier: Note) -> tuple[Callable[[], Note], Callable[[], Note]]:
    fetch = Folder(path).fetch
    return lambda: audit(fetch, LOG, [earlier]), lambda: follow(fetch, LOG, earlier)


def test_two_roots_for_one_size_are_proof_by_themselves(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "log", SIZE)
    first = signed(entries(SIZE))
    for asked in both(path, first):
        with pytest.raises(LogFault) as found:
            asked()
        assert code(found) == "monitor.split-view"
        assert found.value.evidence == (first, signed([*entries(50), *entries(SIZE - 50, of="another")]))


@pytest.mark.parametrize("earlier", [51, 255, 256, 300, OLDER])
def test_a_rewritten_history_is_told_from_a_longer_one(tmp_path: Path, earlier: int) -> None:
    path = rewritten(tmp_path / "log", SIZE)
    first = signed(entries(earlier))
    for asked in both(path, first):
        with pytest.raises(LogFault) as found:
            asked()
        assert code(found) == "monitor.not-continued"
        assert found.value.evidence[0] == first
        assert found.value.parameters == {"first": earlier, "second": SIZE}


def test_a_log_that_shrank_is_told(copy: Path) -> None:
    later = signed(entries(SIZE + 1))
    with pytest.raises(LogFault) as found:
        audit(Folder(copy).fetch, LOG, [later])
    assert code(found) == "monitor.shrunk"
    assert found.value.evidence == (later, signed(entries(SIZE)))


def test_an_earlier_checkpoint_has_to_be_the_logs(copy: Path) -> None:
    forged = signed(entries(100)).format().replace(b"\n100\n", b"\n101\n")
    for asked in both(copy, Note.parse(forged)):
        with pytest.raises(Rejected):
            asked()


@pytest.mark.parametrize("earlier", [0, 100, 256, OLDER])
def test_who_follows_finds_what_is_wrong_in_what_was_added(copy: Path, earlier: int) -> None:
    flip(copy / "tile/entries/002.p/108", 8 * 1_170)
    with pytest.raises(LogFault) as found:
        follow(Folder(copy).fetch, LOG, signed(entries(earlier)))
    assert code(found) == "monitor.entry-wrong"
    assert found.value.parameters["path"] == "tile/entries/002.p/108"
    assert found.value.parameters["index"] in range(OLDER, SIZE)


@pytest.mark.parametrize("name", ["tile/0/002.p/108", "tile/1/000.p/2"])
def test_who_follows_finds_a_wrong_tile(copy: Path, name: str) -> None:
    flip(copy / name, 3)
    for earlier in (0, 100, OLDER):
        with pytest.raises(LogFault) as found:
            follow(Folder(copy).fetch, LOG, signed(entries(earlier)))
        assert code(found) == "monitor.tile-wrong"
        assert found.value.parameters == {"path": name, "place": 0}


def test_who_follows_finds_an_old_entry_changed_beside_new_ones(copy: Path) -> None:
    """The bundle at the edge is read again, and what was in it before has to be what it was."""
    flip(copy / "tile/entries/002.p/108", 8 * 5)
    with pytest.raises(LogFault) as found:
        follow(Folder(copy).fetch, LOG, signed(entries(OLDER)))
    assert (code(found), found.value.parameters["index"]) == ("monitor.entry-wrong", 512)


def test_who_follows_does_not_read_what_was_read_before(copy: Path) -> None:
    asked: list[str] = []

    def fetch(path: str) -> bytes | None:
        asked.append(path)
        return Folder(copy).fetch(path)

    follow(fetch, LOG, signed(entries(OLDER)))
    assert not {"tile/0/000", "tile/0/001", "tile/entries/000", "tile/entries/001"} & set(asked)


def test_a_fault_survives_a_process_border(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "log", 60)
    with pytest.raises(LogFault) as found:
        audit(Folder(path).fetch, LOG, [signed(entries(60))])
    again = pickle.loads(pickle.dumps(found.value))  # noqa: S301 - our own bytes
    assert (again.code, again.parameters, again.evidence) == (
        found.value.code,
        found.value.parameters,
        found.value.evidence,
    )


def test_a_log_that_went_on_passes_again(copy: Path) -> None:
    with opened(copy) as log:
        assert log.publish() == signed(entries(SIZE + 1))
    assert audit_folder(Folder(copy), LOG, [signed(entries(SIZE))]) == signed(entries(SIZE + 1))
