"""A Merkle tree as tiles and entry bundles (C2SP tlog-tiles v0.1.0): their names, their bytes, and a tree over them.

A tile holds up to 256 hashes side by side; 256 leaves make one hash of tile level 1, 256 of those one of level 2, and
so on. Inside a tile lie seven more levels of the tree, which are computed, never stored. Nothing here reads a file:
what is at a path is asked of a `Fetch`, and believed only if it hashes to what stands above it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, Self, TypeAlias

from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_SIZE,
    MerkleFlaw,
    MerkleRejected,
    Proof,
    consistency_proof,
    range_hash,
)

HEIGHT: Final = 8
"""Tree levels in one tile."""

WIDTH: Final = 1 << HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

TILE_BYTES: Final = WIDTH * HASH_SIZE

MAX_ENTRY: Final = 65_535
"""Bytes in the largest entry: its length travels as uint16."""

MAX_LEVEL: Final = 63
"""Highest tile level that a path may name; a tree of `MAX_SIZE` leaves needs only 7."""

Fetch: TypeAlias = Callable[[str], bytes | None]
"""What stands at a path of the log such as `tile/0/x001/067`; None where nothing does."""


class TileFlaw(StrEnum):
    """Why a tile, a bundle or their name is refused. Parameter `path` says which."""

    PATH = "tile.path"
    MISSING = "tile.missing"
    LENGTH = "tile.length"
    HASH_DIFFERS = "tile.hash-differs"
    ROOT_DIFFERS = "tile.root-differs"
    ENTRY_CUT_SHORT = "tile.entry-cut-short"
    ENTRY_COUNT = "tile.entry-count"
    ENTRY_TOO_LONG = "tile.entry-too-long"


class TileRejected(Rejected):
    """What the tiles hold is not the tree that was asked for, or no tile at all."""


# --- names ---


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes `index * 256` and following of tile level `level`; a partial tile has a width below 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_number(self.index)}{_suffix(self.width)}"

    @property
    def full(self) -> "Tile":
        return Tile(self.level, self.index)


@dataclass(frozen=True, slots=True)
class EntryBundle:
    """The entries whose hashes are in the tile of level 0 with the same index and width."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/entries/{_number(self.index)}{_suffix(self.width)}"

    @property
    def full(self) -> "EntryBundle":
        return EntryBundle(self.index)

    @property
    def start(self) -> int:
        """The index of its first entry in the log."""
        return self.index * WIDTH


def _number(index: int) -> str:
    """1234067 is `x001/x234/067`: no folder grows beyond a thousand names, and none is a file's name too."""
    path = f"{index % 1000:03}"
    while index := index // 1000:
        path = f"x{index % 1000:03}/{path}"
    return path


def _suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def tile_at(path: str) -> Tile | EntryBundle:
    """What `path` names. Raises `TileRejected` unless it is the one name of a tile or bundle that a log can have."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise TileRejected(TileFlaw.PATH, {"path": path})
    index = int(re.sub("[x/]", "", found["number"]))
    width = int(found["width"] or WIDTH)
    tile = (
        EntryBundle(index, width) if found["level"] == "entries" else Tile(int(found["level"]), index, width)
    )
    level = 0 if isinstance(tile, EntryBundle) else tile.level
    # Not x000/067 for 067, no .p/256, no level above 63, nothing beyond the largest tree.
    if tile.path != path or level > MAX_LEVEL or index > MAX_SIZE >> HEIGHT * (level + 1):
        raise TileRejected(TileFlaw.PATH, {"path": path})
    return tile


# --- which tiles a tree has ---


def partial_tile(level: int, size: int) -> Tile | None:
    """The tile at the right edge of a tree of `size` leaves; None where that level ends with a full tile."""
    width = (size >> HEIGHT * level) % WIDTH
    return Tile(level, size >> HEIGHT * (level + 1), width) if width else None


def tiles_between(first: int, second: int) -> Iterator[Tile]:
    """The tiles of the tree of `second` leaves that the tree of `first` leaves has not, lowest level first."""
    level = 0
    while count := second >> HEIGHT * level:
        known = first >> HEIGHT * level
        if count > known:
            yield from (Tile(level, index) for index in range(known // WIDTH, count // WIDTH))
            if (partial := partial_tile(level, second)) is not None:
                yield partial
        level += 1


def bundles_between(first: int, second: int) -> Iterator[EntryBundle]:
    """The bundles that hold the entries from index `first` up to `second`, as the tree of `second` leaves has them."""
    if first < second:
        yield from (EntryBundle(index) for index in range(first // WIDTH, second // WIDTH))
        if second % WIDTH:
            yield EntryBundle(second // WIDTH, second % WIDTH)


# --- their bytes ---


def check_entries(entries: Sequence[bytes]) -> None:
    """Raises `TileRejected` with the place of the first entry of more than `MAX_ENTRY` bytes."""
    if max(map(len, entries), default=0) > MAX_ENTRY:
        place, size = next((i, len(entry)) for i, entry in enumerate(entries) if len(entry) > MAX_ENTRY)
        raise TileRejected(TileFlaw.ENTRY_TOO_LONG, {"place": place, "bytes": size, "limit": MAX_ENTRY})


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Each entry after its length as big-endian uint16. Raises `TileRejected` as `check_entries`."""
    check_entries(entries)
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def unpack_entries(data: bytes, *, path: str) -> tuple[bytes, ...]:
    """All entries in `data`. Raises `TileRejected` with the place of an entry that is cut short."""
    entries: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > end:
            raise TileRejected(TileFlaw.ENTRY_CUT_SHORT, {"path": path, "place": len(entries)})
        entries.append(data[begin:at])
    return tuple(entries)


def read_tile(fetch: Fetch, tile: Tile) -> bytes:
    """The hashes of a tile. A partial tile that is gone is the beginning of the full one, as tlog-tiles allows.

    Raises `TileRejected` where neither is there, or its length is not that of its width.
    """
    data, found = _fetched(fetch, tile)
    if len(data) != found.width * HASH_SIZE:
        raise TileRejected(
            TileFlaw.LENGTH, {"path": found.path, "bytes": len(data), "expected": found.width * HASH_SIZE}
        )
    return data[: tile.width * HASH_SIZE]


def read_bundle(fetch: Fetch, bundle: EntryBundle) -> tuple[bytes, ...]:
    """The entries of a bundle, from the full one where the partial one is gone.

    Raises `TileRejected` where neither is there, an entry is cut short, or there are not as many as it is wide.
    """
    data, found = _fetched(fetch, bundle)
    entries = unpack_entries(data, path=found.path)
    if len(entries) != found.width:
        raise TileRejected(
            TileFlaw.ENTRY_COUNT, {"path": found.path, "entries": len(entries), "expected": found.width}
        )
    return entries[: bundle.width]


def _fetched(fetch: Fetch, wanted: "Tile | EntryBundle") -> "tuple[bytes, Tile | EntryBundle]":
    for tile in dict.fromkeys((wanted, wanted.full)):
        if (data := fetch(tile.path)) is not None:
            return data, tile
    raise TileRejected(TileFlaw.MISSING, {"path": wanted.path})


# --- a tree over tiles ---

_PAIR: Final = 2 * HASH_SIZE

FullRows: TypeAlias = tuple[bytes, ...]
"""The levels inside one full tile, lowest first: 256 hashes, 128, ..., 2."""

CACHED: Final = 1024
"""Full tiles kept with their inner levels: 16 KiB each, so 16 MiB for a quarter of a million leaves."""


class TiledTree:
    """A tree of which only the right edge is in memory; full tiles are fetched when a proof needs them.

    A fetched tile is believed when it hashes to what stands in the tile above it, and so on up to the edge, which
    is believed when it gives the root. So no proof comes out of a damaged tile: its path is told instead.
    """

    def __init__(self, fetch: Fetch, *, cached: int = CACHED) -> None:
        self._fetch = fetch
        self._edge: list[list[bytearray]] = []  # the tile at the right of each level, never full
        self._filled: list[int] = []  # how many full tiles stand before it
        self._recent: dict[tuple[int, int], FullRows] = {}
        self._older: dict[tuple[int, int], FullRows] = {}
        self._rests: dict[tuple[int, int], bytes] = {}
        self._cached = max(2, cached)

    @classmethod
    def read(cls, fetch: Fetch, size: int, root: bytes, *, cached: int = CACHED) -> Self:
        """The tree of `size` leaves with that `root`, both from one checkpoint.

        Raises `TileRejected` where its edge is missing or has another root.
        """
        tree = cls(fetch, cached=cached)
        level = 0
        while size >> HEIGHT * level:
            partial = partial_tile(level, size)
            rows = _no_rows()
            if partial is not None:
                _raise(rows, read_tile(fetch, partial))
            tree._edge.append(rows)
            tree._filled.append(size >> HEIGHT * (level + 1))
            level += 1
        if tree.root() != root:
            raise TileRejected(TileFlaw.ROOT_DIFFERS, {"size": size})
        return tree

    @property
    def size(self) -> int:
        return self._filled[0] * WIDTH + len(self._edge[0][0]) // HASH_SIZE if self._edge else 0

    def extend(self, leaf_hashes: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Adds leaf hashes: one node hash each on average. Returns the tiles that became full, with their bytes."""
        if set(map(len, leaf_hashes)) - {HASH_SIZE}:
            raise MerkleRejected(MerkleFlaw.HASH_SIZE, {"size": max(map(len, leaf_hashes))})
        if self.size + len(leaf_hashes) > MAX_SIZE:
            raise MerkleRejected(MerkleFlaw.SIZE_OUT_OF_RANGE, {"size": self.size + len(leaf_hashes)})
        full: list[tuple[Tile, bytes]] = []
        self._grow(0, b"".join(leaf_hashes), full)
        return full

    def _grow(self, level: int, hashes: bytes, full: list[tuple[Tile, bytes]]) -> None:
        if level == len(self._edge):
            self._edge.append(_no_rows())
            self._filled.append(0)
        at = 0
        while at < len(hashes):
            rows = self._edge[level]
            room = at + TILE_BYTES - len(rows[0])
            above = _raise(rows, hashes[at:room])
            at = room
            if above:
                index, done = self._filled[level], tuple(map(bytes, rows))
                full.append((Tile(level, index), done[0]))
                self._remember(level, index, done)
                self._edge[level] = _no_rows()
                self._filled[level] += 1
                self._grow(level + 1, above, full)

    # --- reading

    def node(self, level: int, position: int) -> bytes:
        """As `merkle.NodeReader`. Raises `TileRejected` where a tile is missing or damaged."""
        tile_level, inner = level >> 3, level & 7
        index = position >> (HEIGHT - inner)
        at = (position & (WIDTH - 1 >> inner)) * HASH_SIZE
        if index == self._filled[tile_level]:
            return bytes(self._edge[tile_level][inner][at : at + HASH_SIZE])
        rows = self._recent.get((tile_level, index)) or self._full(tile_level, index)
        return rows[inner][at : at + HASH_SIZE]

    def hashes(self, tile: Tile) -> bytes:
        """The bytes of a tile of this tree, full or partial."""
        at_edge = tile.index == self._filled[tile.level]
        rows = self._edge[tile.level] if at_edge else self._full(tile.level, tile.index)
        return bytes(rows[0][: tile.width * HASH_SIZE])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all of them where no size is named."""
        if size is not None:
            return range_hash(self.node, 0, self._known(size))
        root = b""
        for rows in self._edge:
            for row in rows:
                if len(row) % _PAIR:  # a full subtree that has no neighbour yet: smallest first
                    peak = bytes(row[-HASH_SIZE:])
                    root = sha256(b"\x01" + peak + root).digest() if root else peak
        return root or EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> Proof:
        """As `merkle.inclusion_proof`, level by level: RFC 9162 2.1.3.1 without asking for what is known already."""
        size = self._known(size)
        if not 0 <= index < size:
            raise MerkleRejected(MerkleFlaw.OUTSIDE_TREE, {"index": index, "size": size})
        path: list[bytes] = []
        for level in range((size - 1).bit_length()):
            beside = index >> level ^ 1
            if beside + 1 << level <= size:
                path.append(self.node(level, beside))
            elif beside << level < size:
                path.append(self._rest(beside << level, size))
        return tuple(path)

    def consistency_proof(self, first: int, second: int | None = None) -> Proof:
        return consistency_proof(self.node, first, self._known(second))

    def _rest(self, start: int, size: int) -> bytes:
        """The hash over the right edge of the tree of `size`, which every proof for that size needs."""
        found = self._rests.get((start, size))
        if found is None:
            if len(self._rests) >= self._cached:
                self._rests.clear()
            found = self._rests[start, size] = range_hash(self.node, start, size)
        return found

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise MerkleRejected(MerkleFlaw.OUTSIDE_TREE, {"size": size, "leaves": self.size})
        return size

    def _full(self, level: int, index: int) -> FullRows:
        rows = self._older.get((level, index)) or self._fetched(level, index)
        self._remember(level, index, rows)
        return rows

    def _fetched(self, level: int, index: int) -> FullRows:
        rows = _no_rows()
        above = _raise(rows, read_tile(self._fetch, Tile(level, index)))
        if above != self.node(HEIGHT * (level + 1), index):
            raise TileRejected(TileFlaw.HASH_DIFFERS, {"path": Tile(level, index).path})
        return tuple(map(bytes, rows))

    def _remember(self, level: int, index: int, rows: FullRows) -> None:
        """In two generations: what is asked for again moves to the younger, and the older goes as a whole."""
        if len(self._recent) >= self._cached // 2:
            self._older, self._recent = self._recent, {}
        self._recent[level, index] = rows


def _no_rows() -> list[bytearray]:
    return [bytearray() for _ in range(HEIGHT)]


def _raise(rows: list[bytearray], hashes: bytes) -> bytes:
    """Puts `hashes` behind those of the lowest row and raises the rows above; the hash above all once the tile is full."""
    for row in rows:
        unpaired = len(row) % _PAIR
        row.extend(hashes)
        if len(hashes) == HASH_SIZE:  # one at a time is the usual case at the edge, and worth being quick
            if not unpaired:
                return b""
            hashes = sha256(b"\x01" + row[-_PAIR:]).digest()
        else:
            hashes = _paired(bytes(row[-len(hashes) - unpaired :]))
            if not hashes:
                return b""
    return hashes


def _paired(hashes: bytes) -> bytes:
    """The node above every two hashes; one that is left over waits for the next."""
    pairs = range(0, len(hashes) - HASH_SIZE, _PAIR)
    return b"".join([sha256(b"\x01" + hashes[at : at + _PAIR]).digest() for at in pairs])
