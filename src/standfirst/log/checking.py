"""Whether tiles and entries that were written say what a root says."""

from collections.abc import Iterable

from standfirst.log.flaws import LogFlaw, LogRejected
from standfirst.trust.merkle import HASH_SIZE, leaf_hash
from standfirst.trust.tiles import (
    EntryBundle,
    Fetch,
    Tile,
    TiledTree,
    bundles_between,
    read_bundle,
    tiles_between,
)


def check_added(fetch: Fetch, first: int, second: int, root: bytes) -> None:
    """All that the tree of `second` leaves with that `root` has and the tree of `first` leaves has not, hashed anew.

    Raises `TileRejected` or `LogRejected` with the path of what is not as it must be.
    """
    tree = TiledTree.read(fetch, second, root)
    for tile in tiles_between(first, second):
        tree.hashes(tile)
    for bundle in bundles_between(first, second):
        believed_entries(fetch, tree, bundle)


def believed_entries(fetch: Fetch, tree: TiledTree, bundle: EntryBundle) -> tuple[bytes, ...]:
    """The entries of a bundle of `tree`, each of which hashes to its leaf.

    Raises `TileRejected` where the bundle or a tile is missing or malformed, `LogRejected` with the index of an entry
    that was changed.
    """
    entries = read_bundle(fetch, bundle)
    place = first_difference(map(leaf_hash, entries), tree.hashes(Tile(0, bundle.index, bundle.width)))
    if place is not None:
        raise LogRejected(
            LogFlaw.ENTRY_DAMAGED, {"index": bundle.start + place, "path": bundle.path, "place": place}
        )
    return entries


def first_difference(hashes: Iterable[bytes], tile: bytes) -> int | None:
    """The place of the first of `hashes` that is not the one in `tile`."""
    for place, value in enumerate(hashes):
        if tile[place * HASH_SIZE : (place + 1) * HASH_SIZE] != value:
            return place
    return None
