"""Trees as the RFC defines them, recursively, against ours; and that ours stay cheap."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust import merkle
from standfirst.trust.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    CompactRange,
    MerkleFlaw,
    MerkleRejected,
    MerkleTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_hash,
    root_of,
)

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(130)]
TREE = MerkleTree(LEAVES)


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


def mth(leaves: Sequence[bytes]) -> bytes:
    """2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path(m: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """2.1.3.1, word for word."""
    if len(leaves) == 1:
        return ()
    k = split(len(leaves))
    if m < k:
        return (*path(m, leaves[:k]), mth(leaves[k:]))
    return (*path(m - k, leaves[k:]), mth(leaves[:k]))


def subproof(m: int, leaves: Sequence[bytes], *, known: bool) -> tuple[bytes, ...]:
    """2.1.4.1, word for word."""
    if m == len(leaves):
        return () if known else (mth(leaves),)
    k = split(len(leaves))
    if m <= k:
        return (*subproof(m, leaves[:k], known=known), mth(leaves[k:]))
    return (*subproof(m - k, leaves[k:], known=False), mth(leaves[:k]))


def test_roots_of_all_sizes() -> None:
    growing = CompactRange()
    for size in range(len(LEAVES) + 1):
        expected = mth(LEAVES[:size])
        assert growing.root() == root_of(LEAVES[:size]) == TREE.root(size) == expected
        if size < len(LEAVES):
            growing.append(LEAVES[size])


def test_inclusion_proofs_of_all_sizes() -> None:
    for size in (*range(1, 40), 63, 64, 65, 127, 128, 129, 130):
        for index in range(size):
            assert TREE.inclusion_proof(index, size) == path(index, LEAVES[:size])


def test_consistency_proofs_of_all_pairs() -> None:
    for second in range(1, 65):
        for first in range(1, second + 1):
            assert TREE.consistency_proof(first, second) == subproof(first, LEAVES[:second], known=True)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_any_changed_bit_of_a_leaf_changes_the_root(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = list(leaves)
    changed[index] = (int.from_bytes(leaves[index], "big") ^ (1 << bit)).to_bytes(32, "big")
    assert root_of(changed) != root_of(leaves)


@given(st.integers(0, 130), st.integers(0, 130))
def test_a_range_continues_from_its_state(stop: int, end: int) -> None:
    growing = CompactRange()
    for leaf in LEAVES[: min(stop, end)]:
        growing.append(leaf)
    continued = CompactRange(growing.size, growing.peaks)
    for leaf in LEAVES[min(stop, end) : end]:
        continued.append(leaf)
    assert continued.root() == TREE.root(end)
    assert continued.size == end


def test_growing_tells_the_subtrees_that_become_full() -> None:
    """Whoever keeps them can answer for every full subtree, each told once, and so make every proof."""
    growing, nodes = CompactRange(), {}
    for size, leaf in enumerate(LEAVES, start=1):
        grown = growing.grow(leaf)
        assert grown[0] == (0, size - 1, leaf)
        assert [level for level, _, _ in grown] == list(range(len(grown)))
        for level, position, hash_ in grown:
            assert (level, position) not in nodes
            nodes[level, position] = hash_
        assert growing.root() == TREE.root(size)
    node = lambda level, position: nodes[level, position]  # noqa: E731
    for first in range(1, len(LEAVES)):
        assert consistency_proof(node, first, len(LEAVES)) == TREE.consistency_proof(first)
        assert inclusion_proof(node, first, len(LEAVES)) == TREE.inclusion_proof(first)
    assert len(nodes) == sum(len(LEAVES) >> level for level in range(8))


def test_growing_costs_one_node_a_leaf_and_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = 0

    def counted(left: bytes, right: bytes) -> bytes:
        nonlocal hashed
        hashed += 1
        return node_hash(left, right)

    monkeypatch.setattr(merkle, "node_hash", counted)
    growing = CompactRange()
    for number in range(5000):
        growing.append(LEAVES[number % 130])
        assert len(growing.peaks) == growing.size.bit_count()
    assert hashed == 5000 - (5000).bit_count()


def test_the_largest_state_is_taken() -> None:
    growing = CompactRange(MAX_SIZE - 1, [LEAVES[0]] * 62)
    assert growing.size == MAX_SIZE - 1
    growing.append(LEAVES[1])
    assert (growing.size, len(growing.peaks)) == (MAX_SIZE, 63)
    with pytest.raises(MerkleRejected) as caught:
        growing.append(LEAVES[2])
    assert caught.value.code is MerkleFlaw.SIZE_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("index", "first", "size"), [(0, 1, 2**40), (2**40 - 2, 2**40 - 1, 2**40), (7, 3, 2**41 - 1)]
)
def test_proofs_read_few_nodes(index: int, first: int, size: int) -> None:
    read: list[tuple[int, int]] = []

    def node(level: int, position: int) -> bytes:
        assert (position + 1) << level <= size
        read.append((level, position))
        return LEAVES[0]

    assert len(inclusion_proof(node, index, size)) <= 41
    assert len(read) <= 2 * 41
    read.clear()
    assert len(consistency_proof(node, first, size)) <= 42
    assert len(read) <= 2 * 41


def test_a_tree_answers_for_sizes_that_it_has_outgrown() -> None:
    tree = MerkleTree()
    roots = [tree.root()]
    for leaf in LEAVES:
        tree.append(leaf)
        roots.append(tree.root())
    assert [tree.root(size) for size in range(131)] == roots
    assert tree.size == 130


def test_a_range_of_a_tree() -> None:
    assert range_hash(TREE._node, 64, 96) == mth(LEAVES[64:96])
    assert range_hash(TREE._node, 128, 130) == mth(LEAVES[128:130])
    assert range_hash(TREE._node, 5, 5) == EMPTY_ROOT


def refusal(flaw: MerkleFlaw, function: object, *arguments: object) -> None:
    assert callable(function)
    with pytest.raises(MerkleRejected) as caught:
        function(*arguments)
    assert caught.value.code is flaw


def test_refusals() -> None:
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.inclusion_proof, 130)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.inclusion_proof, -1)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.inclusion_proof, 5, 5)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.inclusion_proof, 0, 0)
    refusal(MerkleFlaw.OUTSIDE_TREE, MerkleTree().inclusion_proof, 0)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.inclusion_proof, 0, 131)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.root, 131)
    refusal(MerkleFlaw.OUTSIDE_TREE, TREE.root, -1)
    refusal(MerkleFlaw.SIZES_REVERSED, TREE.consistency_proof, 6, 5)
    refusal(MerkleFlaw.SIZE_OUT_OF_RANGE, TREE.consistency_proof, -1, 5)
    refusal(MerkleFlaw.HASH_SIZE, TREE.append, bytes(31))
    refusal(MerkleFlaw.HASH_SIZE, CompactRange().append, bytes(33))
    refusal(MerkleFlaw.HASH_SIZE, CompactRange, 1, [bytes(31)])
    refusal(MerkleFlaw.PEAK_COUNT, CompactRange, 3, [bytes(32)])
    refusal(MerkleFlaw.PEAK_COUNT, CompactRange, 0, [bytes(32)])
    refusal(MerkleFlaw.SIZE_OUT_OF_RANGE, CompactRange, -1, [])
    refusal(MerkleFlaw.SIZE_OUT_OF_RANGE, CompactRange, MAX_SIZE + 1, [bytes(32)])
    assert TREE.size == 130  # a refused leaf leaves no trace


def test_consistency_that_needs_no_proof() -> None:
    assert TREE.consistency_proof(0, 0) == TREE.consistency_proof(0, 9) == TREE.consistency_proof(9, 9) == ()
