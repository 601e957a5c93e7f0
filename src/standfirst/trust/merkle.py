"""The Merkle tree of RFC 9162 (the same as RFC 6962's) over SHA-256: roots, and proofs made and verified.

Everything but `leaf_hash` works on leaf hashes, never on leaf data, and on positions counted from 0. Section
and step numbers are those of RFC 9162; where it leaves an edge open, the check says so and what was decided.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeAlias

from standfirst.trust.errors import Rejected

HASH_SIZE: Final = 32

MAX_SIZE: Final = 2**63 - 1
"""Largest tree: sizes travel as signed 64-bit numbers."""

MAX_PROOF: Final = 63
"""Hashes in the longest proof: the largest tree has 63 levels above its leaves."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""2.1.1: the root of a tree without leaves."""

Proof: TypeAlias = tuple[bytes, ...]

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""The hash of the full subtree at (level, position): that of 2^level leaves from position * 2^level on."""


class MerkleFlaw(StrEnum):
    """Why a proof does not prove, or a tree cannot be built or asked."""

    SIZE_OUT_OF_RANGE = "merkle.size-out-of-range"
    OUTSIDE_TREE = "merkle.outside-tree"
    SIZES_REVERSED = "merkle.sizes-reversed"
    HASH_SIZE = "merkle.hash-size"
    PEAK_COUNT = "merkle.peak-count"
    PROOF_TOO_LONG = "merkle.proof-too-long"
    PROOF_TOO_SHORT = "merkle.proof-too-short"
    ROOT_DIFFERS = "merkle.root-differs"
    FIRST_ROOT_DIFFERS = "merkle.first-root-differs"
    SECOND_ROOT_DIFFERS = "merkle.second-root-differs"


class MerkleRejected(Rejected):
    """A tree was given or asked something that no tree has."""


class ProofFailed(MerkleRejected):
    """A proof does not prove its claim. `step` is the place in RFC 9162, such as `2.1.3.2 step 4a`."""

    def __init__(self, code: StrEnum, step: str) -> None:
        super().__init__(code, {"step": step})
        self.args = (code, step)  # what pickling calls the class with
        self.step = step


class InclusionFailed(ProofFailed):
    """It was not shown that the leaf stands at that index of that tree."""


class ConsistencyFailed(ProofFailed):
    """It was not shown that the second tree only adds to the first."""


# --- hashes (2.1.1) ---


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf. Its prefix is not a node's, so that neither can be passed off as the other."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over `leaf_hashes`, in one pass and O(log n) memory."""
    growing = CompactRange()
    for leaf in leaf_hashes:
        growing.append(leaf)
    return growing.root()


class CompactRange:
    """A tree that remembers only what it needs to grow: its peaks, the roots of full subtrees, largest first.

    `size` and `peaks` are all of its state; storing both and passing them in again continues the same tree.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Raises `MerkleRejected` unless each 1 in the binary form of `size` has one peak of 32 bytes."""
        _check_size(size)
        if len(peaks) != size.bit_count():
            raise MerkleRejected(MerkleFlaw.PEAK_COUNT, {"size": size, "peaks": len(peaks)})
        for peak in peaks:
            _check_hash(peak)
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash: one node hash on average, log2(size) at worst."""
        self.grow(leaf)

    def grow(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Adds one leaf hash. Returns the full subtrees that this completes, the leaf first, as a `NodeReader` has them.

        Each is (level, position, hash); whoever keeps some levels of them can make every proof later.
        """
        _check_hash(leaf)
        _check_size(self._size + 1)
        position, level = self._size, 0
        grown = [(0, position, leaf)]
        while position & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            level, position = level + 1, position >> 1
            grown.append((level, position, leaf))
        self._peaks.append(leaf)
        self._size += 1
        return grown

    def root(self) -> bytes:
        return _fold(self._peaks)


def _fold(peaks: Sequence[bytes]) -> bytes:
    """The root over full subtrees that lie side by side, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


# --- making proofs ---


def range_hash(node: NodeReader, start: int, end: int) -> bytes:
    """The root over leaves `start` to `end` (exclusive), from at most log2(end - start) + 1 full subtrees.

    `start` must be where a subtree of the tree begins: 0 or a multiple of a power of two >= end - start.
    """
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return _fold(peaks)


def inclusion_proof(node: NodeReader, index: int, size: int) -> Proof:
    """2.1.3.1 PATH: the proof that leaf `index` is in the tree of `size` leaves, lowest hash first.

    Raises `MerkleRejected` where there is no such leaf.
    """
    _check_size(size)
    if not 0 <= index < size:
        raise MerkleRejected(MerkleFlaw.OUTSIDE_TREE, {"index": index, "size": size})
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append(range_hash(node, middle, end))
            end = middle
        else:
            path.append(range_hash(node, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(node: NodeReader, first: int, second: int) -> Proof:
    """2.1.4.1 PROOF: that the tree of `second` leaves begins with that of `first` leaves, lowest hash first.

    Empty where nothing needs proof: `first` is 0 (left open by the RFC) or equals `second`.
    Raises `MerkleRejected` where `first` is larger than `second`.
    """
    _check_size(first)
    _check_size(second)
    if first > second:
        raise MerkleRejected(MerkleFlaw.SIZES_REVERSED, {"first": first, "second": second})
    if first in (0, second):
        return ()
    path: list[bytes] = []
    start, end = 0, second
    while end != first:  # SUBPROOF narrows to the subtree that ends where the first tree ends
        middle = _middle(start, end)
        if first <= middle:
            path.append(range_hash(node, middle, end))
            end = middle
        else:
            path.append(range_hash(node, start, middle))
            start = middle
    if start > 0:  # else that subtree is the whole first tree, whose root the verifier has
        path.append(range_hash(node, start, end))
    return tuple(reversed(path))


def _middle(start: int, end: int) -> int:
    """Where the RFC splits a tree: after the largest power of two smaller than its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


class MerkleTree:
    """A tree that keeps the hash of every full subtree, for many proofs and for any earlier size.

    64 bytes of memory a leaf. A proof costs O(log n), also for a size that the tree has long outgrown.
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        # Level k holds the hashes of the full subtrees of 2^k leaves, one after the other.
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaf_hashes:
            self.append(leaf)

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH_SIZE

    def append(self, leaf: bytes) -> None:
        _check_hash(leaf)
        level = 0
        nodes = self._levels[0]
        nodes += leaf
        while len(nodes) % (2 * HASH_SIZE) == 0:
            parent = sha256(b"\x01" + nodes[-2 * HASH_SIZE :]).digest()
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            nodes = self._levels[level]
            nodes += parent

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all of them where no size is named."""
        return range_hash(self._node, 0, self._known(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> Proof:
        return inclusion_proof(self._node, index, self._known(size))

    def consistency_proof(self, first: int, second: int | None = None) -> Proof:
        return consistency_proof(self._node, first, self._known(second))

    def _node(self, level: int, position: int) -> bytes:
        return bytes(self._levels[level][position * HASH_SIZE : (position + 1) * HASH_SIZE])

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise MerkleRejected(MerkleFlaw.OUTSIDE_TREE, {"size": size, "leaves": self.size})
        return size


# --- verifying proofs ---


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """2.1.3.2: returns when `proof` shows leaf hash `leaf` at `index` of the tree (`size`, `root`).

    Raises `InclusionFailed` with the failing step otherwise. A tree of size 0 holds no leaf (step 1); in a
    tree of size 1 the leaf hash is the root and the proof is empty (steps 4a and 5).

    A root does not say of how many leaves it is, and some sizes share the shape of a proof: take `size` and `root`
    from one signed checkpoint, never from two places.
    """
    # Not in the RFC: values that no tree has are refused before anything is computed.
    if not _is_size(size):
        raise InclusionFailed(MerkleFlaw.SIZE_OUT_OF_RANGE, "2.1.3.2 before step 1")
    if not all(len(value) == HASH_SIZE for value in (leaf, root, *proof)):
        raise InclusionFailed(MerkleFlaw.HASH_SIZE, "2.1.3.2 before step 1")
    # Step 1. The RFC's index cannot be negative; ours could.
    if not 0 <= index < size:
        raise InclusionFailed(MerkleFlaw.OUTSIDE_TREE, "2.1.3.2 step 1")
    # Steps 2 and 3.
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        # Step 4a.
        if sn == 0:
            raise InclusionFailed(MerkleFlaw.PROOF_TOO_LONG, "2.1.3.2 step 4a")
        # Step 4b.
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        # Step 4c.
        fn, sn = fn >> 1, sn >> 1
    # Step 5.
    if sn != 0:
        raise InclusionFailed(MerkleFlaw.PROOF_TOO_SHORT, "2.1.3.2 step 5")
    if r != root:
        raise InclusionFailed(MerkleFlaw.ROOT_DIFFERS, "2.1.3.2 step 5")


def verify_consistency(
    *, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """2.1.4.2: returns when `proof` shows that the second tree begins with all leaves of the first.

    Raises `ConsistencyFailed` with the failing step otherwise. From size 0 every tree grows: then nothing is
    said about `second_root`.
    """
    # Not in the RFC, which asks for 0 < first < second: values no tree has, and the cases without a proof.
    before = "2.1.4.2 before step 1"
    if not (_is_size(first) and _is_size(second)):
        raise ConsistencyFailed(MerkleFlaw.SIZE_OUT_OF_RANGE, before)
    if not all(len(value) == HASH_SIZE for value in (first_root, second_root, *proof)):
        raise ConsistencyFailed(MerkleFlaw.HASH_SIZE, before)
    if first > second:
        raise ConsistencyFailed(MerkleFlaw.SIZES_REVERSED, before)
    if first == 0 and first_root != EMPTY_ROOT:
        raise ConsistencyFailed(MerkleFlaw.FIRST_ROOT_DIFFERS, before)
    if first in (0, second):
        if proof:
            raise ConsistencyFailed(MerkleFlaw.PROOF_TOO_LONG, before)
        if first == second and first_root != second_root:
            raise ConsistencyFailed(MerkleFlaw.SECOND_ROOT_DIFFERS, before)
        return
    # Step 1.
    if not proof:
        raise ConsistencyFailed(MerkleFlaw.PROOF_TOO_SHORT, "2.1.4.2 step 1")
    # Step 2.
    path = (first_root, *proof) if first.bit_count() == 1 else proof
    _climb(first, first_root, second, second_root, path)


def _climb(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> None:
    """2.1.4.2 from step 3 on: both roots from one path, upwards from the first tree's last full subtree."""
    # Steps 3 and 4.
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    # Step 5.
    fr = sr = path[0]
    for c in path[1:]:
        # Step 6a.
        if sn == 0:
            raise ConsistencyFailed(MerkleFlaw.PROOF_TOO_LONG, "2.1.4.2 step 6a")
        # Step 6b.
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        # Step 6c.
        fn, sn = fn >> 1, sn >> 1
    # Step 7.
    if sn != 0:
        raise ConsistencyFailed(MerkleFlaw.PROOF_TOO_SHORT, "2.1.4.2 step 7")
    if fr != first_root:
        raise ConsistencyFailed(MerkleFlaw.FIRST_ROOT_DIFFERS, "2.1.4.2 step 7")
    if sr != second_root:
        raise ConsistencyFailed(MerkleFlaw.SECOND_ROOT_DIFFERS, "2.1.4.2 step 7")


# --- what a tree can have ---


def _is_size(size: int) -> bool:
    return 0 <= size <= MAX_SIZE


def _check_size(size: int) -> None:
    if not _is_size(size):
        raise MerkleRejected(MerkleFlaw.SIZE_OUT_OF_RANGE, {"size": size})


def _check_hash(value: bytes) -> None:
    if len(value) != HASH_SIZE:
        raise MerkleRejected(MerkleFlaw.HASH_SIZE, {"size": len(value)})
