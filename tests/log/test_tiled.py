"""A log on a folder: what is appended is there, what is published is exactly the tiles, bundles and checkpoint of it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.cast import (
    LOG,
    LOG_KEY,
    NOON,
    NORTH,
    ORIGIN,
    OTHER_KEY,
    OTHER_ORIGIN,
    SIGNER,
    begun,
    code,
    entries,
    files,
    key,
    opened,
    signed,
    tree_of,
    witness,
)

from standfirst.log.flaws import LogRejected
from standfirst.log.folder import Folder
from standfirst.log.published import PublishedLog
from standfirst.log.tiled import TiledLog
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import cosignatures, verify_log
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm
from standfirst.trust.merkle import (
    EMPTY_ROOT,
    MerkleFlaw,
    MerkleRejected,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from standfirst.trust.note import Note
from standfirst.trust.tiles import TileRejected, bundles_between, pack_entries, tiles_between


def expected(leaves: list[bytes], sizes: list[int]) -> dict[str, bytes]:
    """The files of a log that was published at these sizes, by the definitions of tlog-tiles."""
    made: dict[str, bytes] = {"checkpoint": signed(leaves[: sizes[-1]]).format()}
    for first, size in zip([0, *sizes], sizes, strict=False):
        for tile in tiles_between(first, size):
            span = 256**tile.level
            starts = range(tile.index * 256 * span, (tile.index * 256 + tile.width) * span, span)
            made[tile.path] = b"".join(tree_of(leaves[start : start + span]).root() for start in starts)
        for bundle in bundles_between(first, size):
            made[bundle.path] = pack_entries(leaves[bundle.start : bundle.start + bundle.width])
    return {
        path: data for path, data in made.items() if path.partition(".p/")[0] not in made or ".p/" not in path
    }


# --- beginning ---


def test_a_new_log_is_empty_and_says_so(tmp_path: Path) -> None:
    with begun(tmp_path / "a" / "log") as log:
        assert (log.size, log.published) == (0, Checkpoint(ORIGIN, 0, EMPTY_ROOT))
        assert log.append([]) == ()
        assert log.consistency(0) == ()
    assert files(tmp_path / "a" / "log") == {"checkpoint": signed([]).format()}


@pytest.mark.parametrize("there", ["checkpoint", "tile/0/000", "journal"])
def test_a_log_does_not_begin_on_what_is_left_of_one(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_bytes(b"x")
    with pytest.raises(LogRejected) as refused:
        begun(tmp_path)
    assert code(refused) == "log.already-there"
    assert (tmp_path / there).read_bytes() == b"x"


def test_where_no_log_is_none_is_opened(tmp_path: Path) -> None:
    with pytest.raises(LogRejected) as refused:
        opened(tmp_path / "nowhere")
    assert code(refused) == "log.not-a-log"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("origin", "signing"), [(OTHER_ORIGIN, LOG_KEY), (ORIGIN, OTHER_KEY), (OTHER_ORIGIN, OTHER_KEY)]
)
def test_a_log_is_opened_with_its_own_origin_and_key_only(
    tmp_path: Path, origin: str, signing: object
) -> None:
    begun(tmp_path).close()
    with pytest.raises(Rejected):
        TiledLog.open(tmp_path, origin, signing)  # type: ignore[arg-type]
    opened(tmp_path).close()


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "o" * 256])
def test_an_origin_that_no_checkpoint_can_name_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(Rejected):
        TiledLog.create(tmp_path / "log", origin, LOG_KEY)
    assert not (tmp_path / "log").exists()


def test_a_log_signs_with_ed25519(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        TiledLog.create(tmp_path / "log", ORIGIN, key("x", Algorithm.ML_DSA_44))


# --- appending ---


def test_entries_are_read_back(tmp_path: Path) -> None:
    kept = [b"", b"\x00", b"a" * 65_535, *entries(300)]
    with begun(tmp_path) as log:
        assert log.append(kept) == tuple(range(303))
        assert [log.entry(index) for index in range(303)] == kept
        log.publish()
        assert [log.entry(index) for index in range(303)] == kept
        assert log.append([b"more"]) == (303,)
        assert log.entry(303) == b"more"
    with opened(tmp_path) as log:
        assert [log.entry(index) for index in range(304)] == [*kept, b"more"]
        for index in (-1, 304):
            with pytest.raises(LogRejected) as refused:
                log.entry(index)
            assert code(refused) == "log.no-such-entry"


def test_an_entry_that_is_there_already_keeps_its_index(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        assert log.append([b"a", b"b", b"a"]) == (0, 1, 0)
        assert log.append([b"b", b"c"]) == (1, 2)
        log.publish()
        before = log.checkpoint()
        assert log.append([b"c", b"a"]) == (2, 0)
        assert log.checkpoint() == before
        assert log.index_of(leaf_hash(b"c")) == 2
        assert log.index_of(leaf_hash(b"d")) is None
    with opened(tmp_path) as log:
        assert log.append([b"d", b"b"]) == (3, 1)


def test_a_batch_with_an_entry_that_is_too_long_is_refused_as_a_whole(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append([b"a"])
        with pytest.raises(TileRejected) as refused:
            log.append([b"b", b"x" * 65_536])
        assert code(refused) == "tile.entry-too-long"
        assert refused.value.parameters["place"] == 1
        assert (log.size, log.append([b"b"])) == (1, (1,))


def test_what_is_acknowledged_is_there_for_the_next_process_published_or_not(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(600))
        log.publish(size=300)
        log.append(entries(10, 600))
    with opened(tmp_path) as log:
        assert (log.size, log.published.size) == (610, 300)
        assert log.append(entries(610)) == tuple(range(610))
        log.publish()
    assert files(tmp_path) == expected(entries(610), [300, 610])


# --- publishing ---


@settings(max_examples=25)
@given(
    steps=st.lists(
        st.tuples(st.one_of(st.integers(0, 5), st.integers(0, 600)), st.booleans(), st.booleans()), max_size=6
    )
)
def test_what_is_published_are_the_tiles_bundles_and_checkpoints_of_its_sizes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool, bool]]
) -> None:
    path = tmp_path_factory.mktemp("log")
    log = begun(path)
    sizes = [0]
    for count, publishes, reopens in steps:
        log.append(entries(count, log.size))
        if publishes:
            log.publish()
            sizes.append(log.size)
        if reopens:
            log.close()
            log = opened(path)
        leaves = entries(log.size)
        assert log.published.size == sizes[-1]
        assert files(path) == expected(leaves, sizes)
        assert log.checkpoint() == signed(leaves)
    log.close()


def test_a_size_on_the_way_can_be_published(tmp_path: Path) -> None:
    """As when witnesses have cosigned it and the log has grown meanwhile."""
    with begun(tmp_path) as log:
        log.append(entries(1_000))
        for size in (100, 256, 300, 1_000):
            note = log.checkpoint(size)
            log.append(entries(10, 1_000 + size))
            assert log.publish(size=size) == note == signed(entries(size))
        assert log.size == 1_040
        for size in (999, 1_041, -1):
            with pytest.raises(LogRejected) as refused:
                log.publish(size=size)
            assert code(refused) == "log.size-outside"
    assert files(tmp_path) == expected(entries(1_000), [100, 256, 300, 1_000])


def test_the_checkpoint_carries_the_cosignatures_that_were_given(tmp_path: Path) -> None:
    north = witness(tmp_path / "north")
    with begun(tmp_path / "log") as log:
        log.append(entries(3))
        answer = north.add_checkpoint(0, (), log.checkpoint().format(), now=NOON)
        assert answer.cosignature is not None
        log.publish()
        log.publish([answer.cosignature])  # the same size, with a line more
    note = Note.parse((tmp_path / "log/checkpoint").read_bytes())
    assert verify_log(note, LOG) == Checkpoint(ORIGIN, 3, tree_of(entries(3)).root())
    assert cosignatures(note, [north.key]) == {north.key: NOON}
    assert [line.name for line in note.signatures] == [ORIGIN, NORTH]


@pytest.mark.parametrize("wrong", ["tile/0/000", "tile/0/001.p/244", "tile/entries/000", "tile/1/000.p/1"])
def test_what_was_not_written_as_it_should_is_not_vouched_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """A bit that flips between memory and disk, once: the checkpoint stays, and a second try puts it right."""
    put = Folder.put

    def flipping(folder: Folder, written: Mapping[str, bytes]) -> None:
        flipped = {path: data[:-1] + bytes([data[-1] ^ (path == wrong)]) for path, data in written.items()}
        put(folder, flipped)

    with begun(tmp_path) as log:
        log.append(entries(500))
        with monkeypatch.context() as patched:
            patched.setattr(Folder, "put", flipping)
            with pytest.raises((TileRejected, LogRejected)) as refused:
                log.publish()
        assert code(refused) in ("tile.hash-differs", "tile.root-differs", "log.entry-damaged")
        assert (tmp_path / "checkpoint").read_bytes() == signed([]).format()
        with pytest.raises(LogRejected) as closed:
            log.append([b"more"])
        assert code(closed) == "log.must-be-reopened"
    with opened(tmp_path) as log:
        assert log.size == 500
        log.publish()
    assert files(tmp_path) == expected(entries(500), [500])


# --- proving ---


@settings(max_examples=20)
@given(size=st.integers(1, 1_200), data=st.data())
def test_proofs_verify_whatever_is_published(
    tmp_path_factory: pytest.TempPathFactory, size: int, data: st.DataObject
) -> None:
    tree = tree_of(entries(size))
    with begun(tmp_path_factory.mktemp("log")) as log:
        log.append(entries(size))
        log.publish(size=data.draw(st.integers(0, size)))
        for _ in range(5):
            known = data.draw(st.integers(1, size))
            index = data.draw(st.integers(0, known - 1))
            first = data.draw(st.integers(0, known))
            verify_inclusion(
                leaf=leaf_hash(log.entry(index)),
                index=index,
                size=known,
                proof=log.inclusion(index, known),
                root=tree.root(known),
            )
            verify_consistency(
                first=first,
                first_root=tree.root(first),
                second=known,
                second_root=tree.root(known),
                proof=log.consistency(first, known),
            )


@pytest.mark.parametrize(
    ("asked", "flaw"),
    [
        (lambda log: log.inclusion(5), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.inclusion(-1), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.inclusion(3, 3), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.inclusion(0, 0), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.inclusion(0, 6), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.consistency(4, 3), MerkleFlaw.SIZES_REVERSED),
        (lambda log: log.consistency(6), MerkleFlaw.SIZES_REVERSED),
        (lambda log: log.consistency(1, 6), MerkleFlaw.OUTSIDE_TREE),
        (lambda log: log.consistency(-1), MerkleFlaw.SIZE_OUT_OF_RANGE),
    ],
)
def test_proofs_of_what_is_not_there_are_refused(
    tmp_path: Path, asked: Callable[[TiledLog | PublishedLog], object], flaw: MerkleFlaw
) -> None:
    with begun(tmp_path) as log:
        log.append(entries(5))
        log.publish()
        published = PublishedLog(Folder(tmp_path).fetch, LOG)
        for one in (log, published):
            with pytest.raises(MerkleRejected) as refused:
                asked(one)
            assert refused.value.code == flaw


@pytest.mark.parametrize("size", [1, 4, 5])
def test_proofs_from_nothing_and_to_itself_are_empty(tmp_path: Path, size: int) -> None:
    with begun(tmp_path) as log:
        log.append(entries(5))
        assert log.consistency(0, size) == ()
        assert log.consistency(size, size) == ()
        assert log.inclusion(0, 1) == ()


# --- reading what is published ---


def test_a_stranger_reads_the_published_log(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(600))
        log.publish()
        log.append([b"not yet published"])
        published = PublishedLog(Folder(tmp_path).fetch, LOG)
        assert published.note == signed(entries(600))
        assert [published.entry(index) for index in (0, 255, 256, 599)] == [
            entries(1, index)[0] for index in (0, 255, 256, 599)
        ]
        assert published.inclusion(599) == tree_of(entries(600)).inclusion_proof(599)
        assert published.consistency(17) == tree_of(entries(600)).consistency_proof(17)
        with pytest.raises(LogRejected) as refused:
            published.entry(600)
        assert code(refused) == "log.no-such-entry"


def test_who_reads_an_older_checkpoint_finds_its_tiles_after_the_log_grew(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(300))
        log.publish()
        older = dict(files(tmp_path))["checkpoint"]
        log.append(entries(300, 300))
        log.publish()
    assert not (tmp_path / "tile/0/001.p").exists()

    def fetch(path: str) -> bytes | None:
        return older if path == "checkpoint" else Folder(tmp_path).fetch(path)

    published = PublishedLog(fetch, LOG)
    assert published.checkpoint.size == 300
    assert published.entry(299) == b"entry 299"
    assert published.inclusion(299) == tree_of(entries(300)).inclusion_proof(299)


def test_a_log_without_checkpoint_is_none(tmp_path: Path) -> None:
    with pytest.raises(LogRejected) as refused:
        PublishedLog(Folder(tmp_path).fetch, LOG)
    assert code(refused) == "log.no-checkpoint"


# --- a folder that was changed behind the log's back ---


def test_an_older_checkpoint_that_was_put_back_is_not_gone_on_from(tmp_path: Path) -> None:
    """The log would otherwise give the same indices to other entries: two histories, both signed."""
    for size, more in ((300, 1), (300, 300), (256, 1), (0, 1), (0, 256)):
        path = tmp_path / f"{size}+{more}"
        with begun(path) as log:
            log.append(entries(size))
            log.publish()
            older = (path / "checkpoint").read_bytes()
            log.append(entries(more, size))
            log.publish()
        (path / "checkpoint").write_bytes(older)
        with pytest.raises(LogRejected) as refused:
            opened(path)
        assert code(refused) == "log.rolled-back"


@pytest.mark.parametrize(
    ("changed", "flaw"),
    [
        ("tile/0/001.p/44", "tile.root-differs"),
        ("tile/1/000.p/1", "tile.root-differs"),
        ("tile/entries/001.p/44", "log.entry-damaged"),
    ],
)
def test_a_log_whose_edge_was_changed_is_not_opened(tmp_path: Path, changed: str, flaw: str) -> None:
    with begun(tmp_path) as log:
        log.append(entries(300))
        log.publish()
    data = (tmp_path / changed).read_bytes()
    (tmp_path / changed).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(Rejected) as refused:
        opened(tmp_path)
    assert code(refused) == flaw


def test_nothing_false_comes_out_of_a_changed_tile_or_entry(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(600))
        log.publish()
    for path in ("tile/0/000", "tile/entries/001"):
        data = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with opened(tmp_path) as log:
        with pytest.raises(TileRejected) as refused:
            log.inclusion(0)
        assert (code(refused), refused.value.parameters) == ("tile.hash-differs", {"path": "tile/0/000"})
        with pytest.raises(LogRejected) as damaged:
            log.entry(511)
        assert code(damaged) == "log.entry-damaged"
        assert damaged.value.parameters["index"] == 511
        with pytest.raises(TileRejected):
            log.append([b"more"])  # it cannot know any more which entries it has
        assert log.size == 600


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with begun(tmp_path) as log:
        log.append([b"a"])
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
            with pytest.raises(LogRejected) as refused:
                log.append([b"b"])
            assert code(refused) == "log.not-writable"
        with pytest.raises(LogRejected) as closed:
            log.append([b"b"])
        assert code(closed) == "log.must-be-reopened"
        assert log.entry(0) == b"a"
    with opened(tmp_path) as log:
        assert log.append([b"b"]) == (1,)  # whether it was there already or not


def test_a_closed_log_takes_nothing(tmp_path: Path) -> None:
    log = begun(tmp_path)
    log.close()
    log.close()
    for deed in (lambda: log.append([b"a"]), log.publish):
        with pytest.raises(LogRejected) as refused:
            deed()
        assert code(refused) == "log.closed"


def test_a_checkpoint_signed_again_is_the_same(tmp_path: Path) -> None:
    with begun(tmp_path) as log:
        log.append(entries(7))
        assert log.checkpoint(5) == log.checkpoint(5) == signed(entries(5))
        assert SIGNER.key == log.key
