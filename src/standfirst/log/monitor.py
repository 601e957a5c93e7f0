"""Reading a whole log as a stranger: does every entry stand under the root that the log signed, and did it only grow?

Entries decide: they are hashed, every tile is made from them anew, and what the log serves is compared. Where the
roots agree, a tile that differs is the one at fault; where they do not, the tiles below a true root show which entry.
"""

from collections.abc import Iterable, Iterator, Sequence

from standfirst.log.checking import first_difference
from standfirst.log.flaws import LogFault, MonitorFlaw
from standfirst.log.folder import Folder
from standfirst.log.published import read_checkpoint
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey, verify_log
from standfirst.trust.merkle import EMPTY_ROOT, HASH_SIZE, leaf_hash
from standfirst.trust.note import Note
from standfirst.trust.tiles import (
    HEIGHT,
    WIDTH,
    EntryBundle,
    Fetch,
    Tile,
    TiledTree,
    TileRejected,
    bundles_between,
    partial_tile,
    read_bundle,
    read_tile,
    tile_at,
)


def audit(fetch: Fetch, key: NoteKey, earlier: Iterable[Note] = ()) -> Note:
    """The log's checkpoint, after all of it was read and every earlier checkpoint was found to be of the same tree.

    Raises `LogFault` naming the first wrong tile or entry, or with the two notes that cannot both be true;
    `TileRejected` with the path of what is missing or malformed; `LogRejected` or a `Rejected` of `trust` where there
    is no checkpoint of this log.
    """
    note = read_checkpoint(fetch)
    checkpoint = verify_log(note, key)
    before = [(one, verify_log(one, key)) for one in earlier]
    for one, known in before:
        _refuse_contradiction(one, known, note, checkpoint)
    tree = _audited(fetch, Checkpoint(checkpoint.origin, 0, EMPTY_ROOT), checkpoint)
    for one, known in before:
        if tree.root(known.size) != known.root:
            raise LogFault(
                MonitorFlaw.NOT_CONTINUED, {"first": known.size, "second": checkpoint.size}, one, note
            )
    return note


def follow(fetch: Fetch, key: NoteKey, earlier: Note) -> Note:
    """As `audit`, but of the entries only those that came after `earlier`, a checkpoint that was audited.

    Where the log's right edge no longer gives that checkpoint's root, all of it is read, to tell what happened.
    """
    note = read_checkpoint(fetch)
    checkpoint, known = verify_log(note, key), verify_log(earlier, key)
    _refuse_contradiction(earlier, known, note, checkpoint)
    try:
        TiledTree.read(fetch, known.size, known.root)
    except TileRejected:
        return audit(fetch, key, [earlier])
    _audited(fetch, known, checkpoint)
    return note


def audit_folder(folder: Folder, key: NoteKey, earlier: Iterable[Note] = ()) -> Note:
    """As `audit`, and every older partial tile or bundle is the beginning of what was audited.

    What lies beyond the checkpoint is passed over: the log has not vouched for it yet.
    """
    note = audit(folder.fetch, key, earlier)
    checkpoint = Checkpoint.parse(note.text)
    tree = TiledTree.read(folder.fetch, checkpoint.size, checkpoint.root)
    for path in folder.names("tile"):
        try:
            tile = tile_at(path)
        except TileRejected:
            raise LogFault(MonitorFlaw.STRAY_FILE, {"path": path}) from None
        _check_older(folder.fetch, tree, tile)
    return note


def _refuse_contradiction(earlier: Note, known: Checkpoint, note: Note, checkpoint: Checkpoint) -> None:
    """What two checkpoints say without any entry."""
    if known.size > checkpoint.size:
        raise LogFault(MonitorFlaw.SHRUNK, {"first": known.size, "second": checkpoint.size}, earlier, note)
    if known.size == checkpoint.size and known.root != checkpoint.root:
        raise LogFault(MonitorFlaw.SPLIT_VIEW, {"size": known.size}, earlier, note)


# --- entries against tiles and root ---


def _audited(fetch: Fetch, known: Checkpoint, checkpoint: Checkpoint) -> TiledTree:
    """The tree of the checkpoint, made from that of `known` and all entries after it, and the same as the tiles."""
    tree = TiledTree.read(fetch, known.size, known.root)
    differing = [
        (tile, place)
        for tile, made in _made(fetch, tree, checkpoint.size)
        if (place := first_difference(_hashes(made), read_tile(fetch, tile))) is not None
    ]
    if tree.root() == checkpoint.root:
        for tile, place in differing:
            raise LogFault(MonitorFlaw.TILE_WRONG, {"path": tile.path, "place": place})
        return tree
    for tile, place in differing:
        if tile.level == 0:
            true_tiles = _root_of_tiles(fetch, known, checkpoint.size) == checkpoint.root
            code = MonitorFlaw.ENTRY_WRONG if true_tiles else MonitorFlaw.ENTRY_OR_TILE_WRONG
            raise _entry_fault(code, EntryBundle(tile.index, tile.width), place)
    # The entries agree with their hashes, and neither with what was signed.
    raise LogFault(MonitorFlaw.ROOT_WRONG, {"size": checkpoint.size})


def _made(fetch: Fetch, tree: TiledTree, size: int) -> Iterator[tuple[Tile, bytes]]:
    """Adds the entries up to `size` to `tree`; gives every tile that comes of it, each once as wide as it gets."""
    for bundle in bundles_between(tree.size, size):
        leaves = [leaf_hash(entry) for entry in read_bundle(fetch, bundle)]
        old = tree.size - bundle.start
        if (
            old
            and (place := first_difference(leaves[:old], tree.hashes(Tile(0, bundle.index, old)))) is not None
        ):
            raise _entry_fault(MonitorFlaw.ENTRY_WRONG, bundle, place)
        yield from tree.extend(leaves[old:])
    level = 0
    while size >> HEIGHT * level:
        if (partial := partial_tile(level, size)) is not None:
            yield partial, tree.hashes(partial)
        level += 1


def _root_of_tiles(fetch: Fetch, known: Checkpoint, size: int) -> bytes:
    """The root that the served hashes of entries give, whatever the entries are."""
    tree = TiledTree.read(fetch, known.size, known.root)
    for bundle in bundles_between(known.size, size):
        served = read_tile(fetch, Tile(0, bundle.index, bundle.width))
        tree.extend(_hashes(served)[tree.size - bundle.start :])
    return tree.root()


def _check_older(fetch: Fetch, tree: TiledTree, tile: Tile | EntryBundle) -> None:
    level = 0 if isinstance(tile, EntryBundle) else tile.level
    there = min(WIDTH, (tree.size >> HEIGHT * level) - tile.index * WIDTH)
    if tile.width >= there or tile.width == WIDTH:
        return  # beyond the checkpoint, or audited with it
    believed = tree.hashes(Tile(level, tile.index, tile.width))
    if isinstance(tile, EntryBundle):
        place = first_difference(map(leaf_hash, read_bundle(fetch, tile)), believed)
        if place is not None:
            raise _entry_fault(MonitorFlaw.ENTRY_WRONG, tile, place)
    else:
        place = first_difference(_hashes(read_tile(fetch, tile)), believed)
        if place is not None:
            raise LogFault(MonitorFlaw.TILE_WRONG, {"path": tile.path, "place": place})


def _entry_fault(code: MonitorFlaw, bundle: EntryBundle, place: int) -> LogFault:
    return LogFault(code, {"index": bundle.start + place, "path": bundle.path, "place": place})


def _hashes(tile: bytes) -> Sequence[bytes]:
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]
