"""The Merkle tree of a ledger from its rows: what a commit adds to it, and proofs that read few of them.

Of the nodes above the leaves only every eighth level is kept (``Node``): a proof then reads at most 256 hashes of each
kept level at each of its two edges, however long the ledger is.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Q

from standfirst.server.store.models import Entry, Node
from standfirst.trust.merkle import HASH_SIZE, CompactRange, MerkleRejected, NodeReader, root_of

LEVELS: Final = (8, 16, 24)
"""Levels whose full subtrees are kept; ``Node.level`` is one of them. A leaf's level is 0."""

CHUNK: Final = 5000

T = TypeVar("T")

Full = tuple[int, int, bytes]
"""A full subtree: level, position, root."""

Range = tuple[int, int, int]
"""Level 0 or a kept one, and the positions there, from and to (exclusive)."""


def add(tree: CompactRange, leaves: Iterable[bytes]) -> list[Full]:
    """Appends them, and tells which subtrees of the kept levels they have made full."""
    return [full for leaf in leaves for full in tree.grow(leaf) if full[0] in LEVELS]


def hashes_in(data: bytes) -> list[bytes]:
    """Hashes that lie one after the other."""
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def first_wrong_node(organisation: UUID, size: int, root: bytes) -> tuple[int, int] | None:
    """Level and position of the first kept subtree that is not that of a ledger whose leaves give this root.

    Nodes of the lowest kept level that give the root together with the leaves after them are all true: nobody finds
    others. Only where they do not are the leaves below each looked at.
    """
    kept = Node.objects.filter(organisation=organisation).order_by("level", "position")
    there = {(level, at): bytes(one) for level, at, one in kept.values_list("level", "position", "hash")}
    lowest = LEVELS[0]
    full = size >> lowest
    blocks = [there.get((lowest, position), b"") for position in range(full)]
    true: dict[tuple[int, int], bytes] = {}
    try:
        above = CompactRange()
        true |= {
            (lowest + level, position): one
            for block in blocks
            for level, position, one in above.grow(block)
            if lowest + level in LEVELS
        }
        rest = CompactRange()
        for leaf in _leaves(organisation, full << lowest, size):
            rest.append(leaf)
        agreed = CompactRange(size, (*above.peaks, *rest.peaks)).root() == root
    except MerkleRejected:
        agreed = False
    if agreed:
        return min(
            (place for place in true.keys() | there.keys() if true.get(place) != there.get(place)),
            default=None,
        )
    for position, block in enumerate(blocks):
        if root_of(_leaves(organisation, position << lowest, (position + 1) << lowest)) != block:
            return lowest, position
    return lowest, full


def rebuild(organisation: UUID) -> CompactRange:
    """Make the kept nodes anew, from the leaves, and tell what tree they give. The caller holds the ledger's lock."""
    Node.objects.filter(organisation=organisation).delete()
    leaves = (
        Entry.objects.filter(organisation=organisation).order_by("sequence").values_list("leaf", flat=True)
    )
    grown = CompactRange()
    Node.objects.bulk_create(
        Node(organisation_id=organisation, level=level, position=position, hash=root)
        for level, position, root in add(grown, map(bytes, leaves.iterator(CHUNK)))
    )
    return grown


def _leaves(organisation: UUID, start: int, end: int) -> Iterable[bytes]:
    rows = Entry.objects.filter(organisation=organisation, sequence__gte=start, sequence__lt=end)
    return [bytes(leaf) for leaf in rows.order_by("sequence").values_list("leaf", flat=True)]


def prove(organisation: UUID, proof: Callable[[NodeReader], T]) -> T:
    """What ``proof`` makes of the ledger's tree, in at most two queries. Raises KeyError where a row is not there.

    ``proof`` is called twice: first to learn which nodes it reads. Whatever the rows say: who is handed the result
    verifies it.
    """
    asked: dict[tuple[int, int], Range] = {}

    def ask(level: int, position: int) -> bytes:
        asked[level, position] = _rows_below(level, position)
        return bytes(32)

    proof(ask)
    found = _fetched(organisation, set(asked.values()))

    def node(level: int, position: int) -> bytes:
        kept, start, end = asked[level, position]
        return root_of(found[kept, at] for at in range(start, end))

    return proof(node)


def _rows_below(level: int, position: int) -> Range:
    kept = max(each for each in (0, *LEVELS) if each <= level)
    width = 1 << (level - kept)
    return kept, position * width, (position + 1) * width


def _fetched(organisation: UUID, wanted: Iterable[Range]) -> dict[tuple[int, int], bytes]:
    # The organisation stands in each part: SQLite looks a part up in an index only if the part names all of it.
    leaves, nodes = Q(), Q()
    for level, start, end in wanted:
        if level == 0:
            leaves |= Q(organisation=organisation, sequence__gte=start, sequence__lt=end)
        else:
            nodes |= Q(organisation=organisation, level=level, position__gte=start, position__lt=end)
    found: dict[tuple[int, int], bytes] = {}
    if leaves:
        rows = Entry.objects.filter(leaves).values_list("sequence", "leaf")
        found |= {(0, sequence): bytes(leaf) for sequence, leaf in rows}
    if nodes:
        kept = Node.objects.filter(nodes).values_list("level", "position", "hash")
        found |= {(level, position): bytes(hash_) for level, position, hash_ in kept}
    return found
