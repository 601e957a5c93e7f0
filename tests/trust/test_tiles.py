"""Tiles: their names and bytes are those of C2SP tlog-tiles, and a tree over them is the tree of RFC 9162."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.trust.merkle import EMPTY_ROOT, MAX_SIZE, MerkleFlaw, MerkleRejected, MerkleTree, leaf_hash
from standfirst.trust.tiles import (
    MAX_ENTRY,
    EntryBundle,
    Tile,
    TiledTree,
    TileFlaw,
    TileRejected,
    bundles_between,
    pack_entries,
    partial_tile,
    read_bundle,
    read_tile,
    tile_at,
    tiles_between,
    unpack_entries,
)

NOTHING: dict[str, bytes] = {}
MANY = 70_000
LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(MANY)]
TREE = MerkleTree(LEAVES)


def published(size: int) -> dict[str, bytes]:
    """Every tile of the tree of `size` leaves, by definition: hash i of tile n is over 256^level leaves of its own."""
    return {tile.path: by_definition(tile) for tile in tiles_between(0, size)}


def by_definition(tile: Tile) -> bytes:
    span = 256**tile.level
    first = tile.index * 256 * span
    starts = range(first, first + tile.width * span, span)
    return b"".join(MerkleTree(LEAVES[start : start + span]).root() for start in starts)


EVERYTHING = published(MANY)


def grown(batches: Sequence[int], tiles: dict[str, bytes], *, cached: int = 1024) -> TiledTree:
    """A tree to which so many leaves were added at a time; its full tiles are in `tiles`."""
    tree = TiledTree(tiles.get, cached=cached)
    for batch in batches:
        for tile, data in tree.extend(LEAVES[tree.size : tree.size + batch]):
            tiles[tile.path] = data
    return tree


def refusal(error: pytest.ExceptionInfo[TileRejected]) -> tuple[str, object]:
    return error.value.code, error.value.parameters.get("path")


# --- names ---


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1234067), "tile/1/x001/x234/067"),
        (Tile(7, 0, 1), "tile/7/000.p/1"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (EntryBundle(0), "tile/entries/000"),
        (EntryBundle(1234067, 255), "tile/entries/x001/x234/067.p/255"),
    ],
)
def test_a_name_is_as_the_specification_writes_it(tile: Tile | EntryBundle, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@given(
    st.integers(0, 7),
    st.integers(0, MAX_SIZE >> 8),
    st.integers(1, 256),
)
def test_every_name_is_read_as_it_is_written(level: int, index: int, width: int) -> None:
    bundle = EntryBundle(index, width)
    assert tile_at(bundle.path) == bundle
    tile = Tile(level, index >> 8 * level, width)
    assert tile_at(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/067/",
        "/tile/0/067",
        "tile/00/067",
        "tile/01/067",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001",
        "tile/0/X001/067",
        "tile/0/x1/067",
        "tile/0/067.p",
        "tile/0/067.p/",
        "tile/0/067.p/0",
        "tile/0/067.p/01",
        "tile/0/067.p/256",
        "tile/0/067.p/1000",
        "tile/0/067.P/1",
        "tile/0/067.p/1\n",
        "tile/0/٠٦٧",
        "tile/٠/067",
        "tile/entries/x000/067",
        "tile/Entries/067",
        "tile/0/../0/067",
        EntryBundle((MAX_SIZE >> 8) + 1).path,
        "tile/8/001",
    ],
)
def test_any_other_name_is_refused(path: str) -> None:
    with pytest.raises(TileRejected) as refused:
        tile_at(path)
    assert refusal(refused) == (TileFlaw.PATH, path)


# --- which tiles a tree has ---


def test_the_tiles_of_the_example_in_the_specification() -> None:
    tiles = list(tiles_between(0, 70_000))
    full = [tile for tile in tiles if tile.width == 256]
    partial = [tile for tile in tiles if tile.width < 256]
    assert full == [*(Tile(0, index) for index in range(273)), Tile(1, 0)]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_between(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]


def test_an_empty_tree_has_no_tiles() -> None:
    assert list(tiles_between(0, 0)) == []
    assert list(bundles_between(0, 0)) == []
    assert partial_tile(0, 0) is None


@given(st.integers(0, 3 * 256**2), st.integers(0, 3 * 256**2))
def test_what_a_tree_adds_to_a_smaller_one_is_what_the_smaller_one_has_not(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert set(tiles_between(first, second)) == set(tiles_between(0, second)) - set(tiles_between(0, first))
    assert set(bundles_between(first, second)) == set(bundles_between(0, second)) - set(
        bundles_between(0, first)
    )


# --- bytes ---


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_entries_are_read_as_they_were_packed(entries: list[bytes]) -> None:
    packed = pack_entries(entries)
    assert unpack_entries(packed, path="") == tuple(entries)
    assert len(packed) == sum(map(len, entries)) + 2 * len(entries)


def test_an_entry_follows_its_length_in_two_bytes() -> None:
    assert (
        pack_entries([b"", b"a", b"\x00" * 258]) == b"\x00\x00" + b"\x00\x01a" + b"\x01\x02" + b"\x00" * 258
    )


def test_the_largest_entry_is_packed_and_a_larger_one_is_refused() -> None:
    largest = b"\xff" * MAX_ENTRY
    assert unpack_entries(pack_entries([b"a", largest]), path="") == (b"a", largest)
    with pytest.raises(TileRejected) as refused:
        pack_entries([b"a", largest, largest + b"\xff"])
    assert refused.value.code == TileFlaw.ENTRY_TOO_LONG
    assert refused.value.parameters == {"place": 2, "bytes": 65_536, "limit": 65_535}


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=10), st.data())
def test_no_beginning_of_a_bundle_reads_as_all_its_entries(entries: list[bytes], data: st.DataObject) -> None:
    packed = pack_entries(entries)
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))]
    ends = list(accumulate(len(entry) + 2 for entry in entries))
    whole = sum(end <= len(cut) for end in ends)
    if len(cut) in (0, *ends):
        assert list(unpack_entries(cut, path="tile/entries/000")) == entries[:whole]
        return
    with pytest.raises(TileRejected) as refused:
        unpack_entries(cut, path="tile/entries/000")
    assert refused.value.code == TileFlaw.ENTRY_CUT_SHORT
    assert refused.value.parameters == {"path": "tile/entries/000", "place": whole}


def test_a_partial_tile_that_is_gone_is_the_beginning_of_the_full_one() -> None:
    full = Tile(0, 3)
    tiles = {full.path: b"".join(LEAVES[768:1024])}
    assert read_tile(tiles.get, Tile(0, 3, 5)) == b"".join(LEAVES[768:773])
    bundles = {EntryBundle(3).path: pack_entries([bytes([place]) for place in range(256)])}
    assert read_bundle(bundles.get, EntryBundle(3, 2)) == (b"\x00", b"\x01")


@pytest.mark.parametrize("length", [0, 31, 5 * 32 - 1, 5 * 32 + 1, 6 * 32, 8192])
def test_a_tile_of_another_length_than_its_width_is_refused(length: int) -> None:
    tile = Tile(0, 3, 5)
    with pytest.raises(TileRejected) as refused:
        read_tile({tile.path: bytes(length)}.get, tile)
    assert refusal(refused) == (TileFlaw.LENGTH, tile.path)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_bundle_of_more_or_fewer_entries_than_its_width_is_refused(count: int) -> None:
    bundle = EntryBundle(3, 5)
    with pytest.raises(TileRejected) as refused:
        read_bundle({bundle.path: pack_entries([b"a"] * count)}.get, bundle)
    assert refusal(refused) == (TileFlaw.ENTRY_COUNT, bundle.path)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(TileRejected) as refused:
        read_tile(NOTHING.get, Tile(0, 3, 5))
    assert refusal(refused) == (TileFlaw.MISSING, "tile/0/003.p/5")
    with pytest.raises(TileRejected) as refused:
        read_bundle(NOTHING.get, EntryBundle(3, 5))
    assert refusal(refused) == (TileFlaw.MISSING, "tile/entries/003.p/5")


# --- the tree ---

sizes = st.one_of(st.integers(0, 5_000), st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, MANY]))


@given(st.lists(st.one_of(st.integers(0, 3), st.integers(0, 700)), max_size=12))
def test_a_tree_is_the_same_however_it_grew(batches: list[int]) -> None:
    tiles: dict[str, bytes] = {}
    tree = grown(batches, tiles)
    assert tree.size == sum(batches)
    assert tree.root() == TREE.root(tree.size)
    for tile in tiles_between(0, tree.size):
        expected = EVERYTHING.get(tile.path) or by_definition(tile)
        assert tree.hashes(tile) == expected
        assert (tile.path in tiles) == (tile.width == 256)


@settings(max_examples=60)
@given(sizes, st.data())
def test_roots_and_proofs_are_those_of_the_tree(size: int, data: st.DataObject) -> None:
    tiles = tiles_of(size)
    tree = TiledTree.read(tiles.get, size, TREE.root(size), cached=2)
    assert tree.size == size
    smaller = data.draw(st.integers(0, size))
    assert tree.root(smaller) == TREE.root(smaller)
    assert tree.consistency_proof(smaller) == TREE.consistency_proof(smaller, size)
    smallest = data.draw(st.integers(0, smaller))
    assert tree.consistency_proof(smallest, smaller) == TREE.consistency_proof(smallest, smaller)
    if smaller:
        index = data.draw(st.integers(0, smaller - 1))
        assert tree.inclusion_proof(index) == TREE.inclusion_proof(index, size)
        assert tree.inclusion_proof(index, smaller) == TREE.inclusion_proof(index, smaller)


def tiles_of(size: int) -> dict[str, bytes]:
    """The full tiles, and of each level the partial one that only this size has."""
    partial = (tile for level in range(3) if (tile := partial_tile(level, size)) is not None)
    return {**EVERYTHING, **{tile.path: by_definition(tile) for tile in partial}}


@given(st.integers(0, 1_500), st.integers(0, 1_500))
def test_a_tree_that_was_read_grows_on(size: int, more: int) -> None:
    tiles = tiles_of(size)
    tree = TiledTree.read(tiles.get, size, TREE.root(size))
    full = tree.extend(LEAVES[size : size + more])
    assert tree.root() == TREE.root(size + more)
    assert dict(full) == {
        tile: by_definition(tile) for tile in tiles_between(size, size + more) if tile.width == 256
    }


def test_every_proof_of_a_small_tree() -> None:
    tiles = tiles_of(300)
    tree = TiledTree.read(tiles.get, 300, TREE.root(300))
    for size in range(301):
        assert tree.root(size) == TREE.root(size)
        assert tree.consistency_proof(size) == TREE.consistency_proof(size, 300)
    for index in range(300):
        assert tree.inclusion_proof(index) == TREE.inclusion_proof(index, 300)


def test_the_empty_tree() -> None:
    tree = TiledTree.read(NOTHING.get, 0, EMPTY_ROOT)
    assert (tree.size, tree.root()) == (0, EMPTY_ROOT)
    assert tree.extend([]) == []
    assert tree.consistency_proof(0) == ()


@pytest.mark.parametrize(
    ("asked", "flaw"),
    [
        (lambda tree: tree.inclusion_proof(300), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.inclusion_proof(-1), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.inclusion_proof(0, 0), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.inclusion_proof(200, 200), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.inclusion_proof(0, 301), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.consistency_proof(301), MerkleFlaw.SIZES_REVERSED),
        (lambda tree: tree.consistency_proof(20, 19), MerkleFlaw.SIZES_REVERSED),
        (lambda tree: tree.consistency_proof(1, 301), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.root(301), MerkleFlaw.OUTSIDE_TREE),
        (lambda tree: tree.extend([LEAVES[0], b"short"]), MerkleFlaw.HASH_SIZE),
        (lambda tree: tree.extend([LEAVES[0][:31], LEAVES[0] + b"\x00"]), MerkleFlaw.HASH_SIZE),
    ],
)
def test_what_no_tree_has_is_refused(asked: object, flaw: MerkleFlaw) -> None:
    tree = grown([300], {})
    assert callable(asked)
    with pytest.raises(MerkleRejected) as refused:
        asked(tree)
    assert refused.value.code == flaw
    assert (tree.size, tree.root()) == (300, TREE.root(300))


# --- damage ---


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def every_answer(tree: TiledTree) -> Iterator[object]:
    for index in range(0, tree.size, 97):
        yield tree.inclusion_proof(index)
    yield tree.consistency_proof(100)
    yield tree.consistency_proof(1000)


@given(st.sampled_from(list(tiles_between(0, 1_100))), st.data())
def test_no_proof_comes_out_of_a_damaged_tile(tile: Tile, data: st.DataObject) -> None:
    tiles = published(1_100)
    tiles[tile.path] = flipped(tiles[tile.path], data.draw(st.integers(0, len(tiles[tile.path]) * 8 - 1)))
    with pytest.raises(TileRejected) as refused:
        list(every_answer(TiledTree.read(tiles.get, 1_100, TREE.root(1_100))))
    if tile.width == 256:
        assert refusal(refused) == (TileFlaw.HASH_DIFFERS, tile.path)
    else:  # at the edge, which is believed or not as a whole
        assert refused.value.code == TileFlaw.ROOT_DIFFERS


def test_a_tile_one_level_up_vouches_for_those_below() -> None:
    """Consistent lies: a leaf and its tile's hash above are both changed; the tile above that one tells."""
    tiles = published(MANY)
    low, high = Tile(0, 7), Tile(1, 0)
    tiles[low.path] = flipped(tiles[low.path], 5)
    told = MerkleTree([tiles[low.path][at : at + 32] for at in range(0, 8192, 32)]).root()
    tiles[high.path] = tiles[high.path][: 7 * 32] + told + tiles[high.path][8 * 32 :]
    tree = TiledTree.read(tiles.get, MANY, TREE.root(MANY))
    with pytest.raises(TileRejected) as refused:
        tree.inclusion_proof(7 * 256)
    assert refusal(refused) == (TileFlaw.HASH_DIFFERS, high.path)


def test_a_tile_that_is_missing_is_named() -> None:
    tiles = published(1_100)
    del tiles[Tile(0, 1).path]
    tree = TiledTree.read(tiles.get, 1_100, TREE.root(1_100))
    with pytest.raises(TileRejected) as refused:
        tree.inclusion_proof(300)
    assert refusal(refused) == (TileFlaw.MISSING, "tile/0/001")


def test_a_root_of_another_size_is_refused() -> None:
    with pytest.raises(TileRejected) as refused:
        TiledTree.read(published(300).get, 300, TREE.root(299))
    assert refused.value.code == TileFlaw.ROOT_DIFFERS


def test_a_leaf_is_no_node() -> None:
    """A tree of two leaves, and one whose only entry is those two hashes behind a node's prefix, have two roots."""
    two, one = TiledTree(NOTHING.get), TiledTree(NOTHING.get)
    two.extend(LEAVES[:2])
    one.extend([leaf_hash(b"\x01" + LEAVES[0] + LEAVES[1])])
    assert two.root() != one.root()
