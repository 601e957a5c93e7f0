"""Verifying: every proof made verifies, no damaged one does, and every edge of the RFC has its own refusal."""

import pickle
from collections.abc import Iterator
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    ConsistencyFailed,
    InclusionFailed,
    MerkleFlaw,
    MerkleTree,
    Proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(131)]
TREE = MerkleTree(LEAVES)
ROOTS = [TREE.root(size) for size in range(132)]
STRAY = leaf_hash(b"stray")


class Inclusion(TypedDict):
    leaf: bytes
    index: int
    size: int
    proof: Proof
    root: bytes


class Consistency(TypedDict):
    first: int
    first_root: bytes
    second: int
    second_root: bytes
    proof: Proof


def inclusion(index: int, size: int) -> Inclusion:
    return {
        "leaf": LEAVES[index],
        "index": index,
        "size": size,
        "proof": TREE.inclusion_proof(index, size),
        "root": ROOTS[size],
    }


def consistency(first: int, second: int) -> Consistency:
    return {
        "first": first,
        "first_root": ROOTS[first],
        "second": second,
        "second_root": ROOTS[second],
        "proof": TREE.consistency_proof(first, second),
    }


def flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def damaged(proof: Proof) -> Iterator[Proof]:
    """Each single change: an element dropped, added, altered, swapped with the next, or cut short."""
    for place in range(len(proof) + 1):
        yield (*proof[:place], STRAY, *proof[place:])
    for place, element in enumerate(proof):
        before, after = proof[:place], proof[place + 1 :]
        yield (*before, *after)
        yield (*before, element, element, *after)
        yield (*before, flipped(element), *after)
        yield (*before, element[:-1], *after)
        yield (*before, element + b"\x00", *after)
        if after and after[0] != element:
            yield (*before, after[0], element, *after[1:])


def refused_inclusion(claim: Inclusion) -> InclusionFailed:
    try:
        verify_inclusion(**claim)
    except InclusionFailed as error:  # pytest.raises costs more than the proof, and there are many
        return error
    pytest.fail(f"verified: {claim}")


def refused_consistency(claim: Consistency) -> ConsistencyFailed:
    try:
        verify_consistency(**claim)
    except ConsistencyFailed as error:
        return error
    pytest.fail(f"verified: {claim}")


# --- inclusion ---


def test_every_leaf_of_every_tree_is_included() -> None:
    for size in range(1, 131):
        for index in range(size):
            verify_inclusion(**inclusion(index, size))


@pytest.mark.parametrize("size", range(1, 131))
def test_no_damaged_inclusion_proof_verifies(size: int) -> None:
    for index in range(size):
        claim = inclusion(index, size)
        for proof in damaged(claim["proof"]):
            refused_inclusion({**claim, "proof": proof})
        refused_inclusion({**claim, "leaf": flipped(claim["leaf"])})
        refused_inclusion({**claim, "root": flipped(claim["root"])})


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 63, 64, 65, 127, 128, 129, 130])
def test_no_inclusion_proof_verifies_for_another_place(size: int) -> None:
    for index in range(size):
        claim = inclusion(index, size)
        for other in range(-1, size + 2):
            if other != index:
                refused_inclusion({**claim, "index": other})
        for other in range(131):
            if other != size:
                refused_inclusion({**claim, "size": other, "root": ROOTS[other]})


@given(st.integers(1, 130), st.data())
def test_random_proofs_do_not_verify(size: int, data: st.DataObject) -> None:
    claim = inclusion(data.draw(st.integers(0, size - 1)), size)
    element = st.sampled_from([*claim["proof"], *LEAVES[:4], STRAY, EMPTY_ROOT])
    proof = tuple(data.draw(st.lists(element, max_size=9)))
    if proof != claim["proof"]:
        refused_inclusion({**claim, "proof": proof})


ONE = inclusion(0, 1)
FIVE_OF_EIGHT = inclusion(5, 8)
LAST_OF_FIVE = inclusion(4, 5)

INCLUSION_EDGES: dict[str, tuple[Inclusion, MerkleFlaw, str]] = {
    "empty tree": (
        {**ONE, "size": 0, "root": EMPTY_ROOT},
        MerkleFlaw.OUTSIDE_TREE,
        "2.1.3.2 step 1",
    ),
    "index is size": ({**FIVE_OF_EIGHT, "index": 8}, MerkleFlaw.OUTSIDE_TREE, "2.1.3.2 step 1"),
    "index beyond size": ({**FIVE_OF_EIGHT, "index": 2**70}, MerkleFlaw.OUTSIDE_TREE, "2.1.3.2 step 1"),
    "negative index": ({**FIVE_OF_EIGHT, "index": -3}, MerkleFlaw.OUTSIDE_TREE, "2.1.3.2 step 1"),
    "negative size": ({**FIVE_OF_EIGHT, "size": -8}, MerkleFlaw.SIZE_OUT_OF_RANGE, "2.1.3.2 before step 1"),
    "huge size": (
        {**FIVE_OF_EIGHT, "size": MAX_SIZE + 1},
        MerkleFlaw.SIZE_OUT_OF_RANGE,
        "2.1.3.2 before step 1",
    ),
    "one leaf, one hash": ({**ONE, "proof": (STRAY,)}, MerkleFlaw.PROOF_TOO_LONG, "2.1.3.2 step 4a"),
    "too long by one": (
        {**FIVE_OF_EIGHT, "proof": (*FIVE_OF_EIGHT["proof"], STRAY)},
        MerkleFlaw.PROOF_TOO_LONG,
        "2.1.3.2 step 4a",
    ),
    "very long": (
        {**FIVE_OF_EIGHT, "proof": (STRAY,) * 10_000},
        MerkleFlaw.PROOF_TOO_LONG,
        "2.1.3.2 step 4a",
    ),
    "right edge, too long": (
        {**LAST_OF_FIVE, "proof": (*LAST_OF_FIVE["proof"], STRAY)},
        MerkleFlaw.PROOF_TOO_LONG,
        "2.1.3.2 step 4a",
    ),
    "too short by one": (
        {**FIVE_OF_EIGHT, "proof": FIVE_OF_EIGHT["proof"][:-1]},
        MerkleFlaw.PROOF_TOO_SHORT,
        "2.1.3.2 step 5",
    ),
    "no hash for many leaves": ({**FIVE_OF_EIGHT, "proof": ()}, MerkleFlaw.PROOF_TOO_SHORT, "2.1.3.2 step 5"),
    "root passed off as leaf": (
        {**FIVE_OF_EIGHT, "leaf": ROOTS[8], "proof": ()},
        MerkleFlaw.PROOF_TOO_SHORT,
        "2.1.3.2 step 5",
    ),
    "one leaf, another root": ({**ONE, "root": STRAY}, MerkleFlaw.ROOT_DIFFERS, "2.1.3.2 step 5"),
    "another leaf": ({**FIVE_OF_EIGHT, "leaf": STRAY}, MerkleFlaw.ROOT_DIFFERS, "2.1.3.2 step 5"),
    "short leaf": ({**FIVE_OF_EIGHT, "leaf": bytes(31)}, MerkleFlaw.HASH_SIZE, "2.1.3.2 before step 1"),
    "empty root": ({**FIVE_OF_EIGHT, "root": b""}, MerkleFlaw.HASH_SIZE, "2.1.3.2 before step 1"),
    "two hashes in one": (
        {**FIVE_OF_EIGHT, "proof": (FIVE_OF_EIGHT["proof"][0] + FIVE_OF_EIGHT["proof"][1],)},
        MerkleFlaw.HASH_SIZE,
        "2.1.3.2 before step 1",
    ),
}


@pytest.mark.parametrize("name", INCLUSION_EDGES)
def test_inclusion_edges(name: str) -> None:
    claim, flaw, step = INCLUSION_EDGES[name]
    error = refused_inclusion(claim)
    assert (error.code, error.step) == (flaw, step)
    assert error.parameters == {"step": step}


# --- consistency ---


def test_all_pairs_are_consistent() -> None:
    for second in range(65):
        for first in range(second + 1):
            verify_consistency(**consistency(first, second))


@pytest.mark.parametrize("second", range(65))
def test_no_damaged_consistency_proof_verifies(second: int) -> None:
    for first in range(second + 1):
        claim = consistency(first, second)
        for proof in damaged(claim["proof"]):
            refused_consistency({**claim, "proof": proof})
        refused_consistency({**claim, "first_root": flipped(claim["first_root"])})
        if first:  # nothing ties the second root to an empty first tree
            refused_consistency({**claim, "second_root": flipped(claim["second_root"])})


@pytest.mark.parametrize("second", range(1, 65))
def test_no_consistency_proof_verifies_for_other_trees(second: int) -> None:
    for first in range(1, second):
        claim = consistency(first, second)
        for other in range(1, 66):
            if other != first:
                refused_consistency({**claim, "first": other, "first_root": ROOTS[other]})
            if other != second:
                refused_consistency({**claim, "second": other, "second_root": ROOTS[other]})


@given(st.integers(1, 64), st.data())
def test_a_rewritten_past_cannot_be_proved_consistent(second: int, data: st.DataObject) -> None:
    """Append-only: whatever leaf of the first tree is changed, no proof made from the changed tree verifies."""
    first = data.draw(st.integers(1, second))
    index = data.draw(st.integers(0, first - 1))
    rewritten = MerkleTree([STRAY if place == index else leaf for place, leaf in enumerate(LEAVES[:second])])
    claim = consistency(first, second)
    made = rewritten.consistency_proof(first, second)
    refused_consistency({**claim, "second_root": rewritten.root(), "proof": made})
    refused_consistency({**claim, "second_root": rewritten.root()})


@given(st.integers(1, 64), st.data())
def test_a_shortened_past_cannot_be_proved_consistent(second: int, data: st.DataObject) -> None:
    """Append-only: a log that dropped a leaf and went on cannot hide it."""
    first = data.draw(st.integers(1, second))
    index = data.draw(st.integers(0, first - 1))
    shortened = MerkleTree([*LEAVES[:index], *LEAVES[index + 1 : second + 1]])
    made = shortened.consistency_proof(first, second)
    refused_consistency({**consistency(first, second), "second_root": shortened.root(), "proof": made})


EQUAL = consistency(6, 6)
FOUR_TO_SIX = consistency(4, 6)
SIX_TO_EIGHT = consistency(6, 8)
FROM_NOTHING = consistency(0, 6)
BEFORE = "2.1.4.2 before step 1"

CONSISTENCY_EDGES: dict[str, tuple[Consistency, MerkleFlaw, str]] = {
    "from nothing, with a proof": ({**FROM_NOTHING, "proof": (STRAY,)}, MerkleFlaw.PROOF_TOO_LONG, BEFORE),
    "from nothing, first root invented": (
        {**FROM_NOTHING, "first_root": STRAY},
        MerkleFlaw.FIRST_ROOT_DIFFERS,
        BEFORE,
    ),
    "nothing to nothing, first root invented": (
        {**consistency(0, 0), "first_root": STRAY, "second_root": STRAY},
        MerkleFlaw.FIRST_ROOT_DIFFERS,
        BEFORE,
    ),
    "nothing to nothing, second root invented": (
        {**consistency(0, 0), "second_root": STRAY},
        MerkleFlaw.SECOND_ROOT_DIFFERS,
        BEFORE,
    ),
    "equal sizes, other root": ({**EQUAL, "second_root": STRAY}, MerkleFlaw.SECOND_ROOT_DIFFERS, BEFORE),
    "equal sizes, with a proof": ({**EQUAL, "proof": (STRAY,)}, MerkleFlaw.PROOF_TOO_LONG, BEFORE),
    "equal sizes, the root as proof": ({**EQUAL, "proof": (ROOTS[6],)}, MerkleFlaw.PROOF_TOO_LONG, BEFORE),
    "shrinking": (
        {**SIX_TO_EIGHT, "first": 8, "first_root": ROOTS[8], "second": 6, "second_root": ROOTS[6]},
        MerkleFlaw.SIZES_REVERSED,
        BEFORE,
    ),
    "shrinking to nothing": (
        {**SIX_TO_EIGHT, "second": 0, "second_root": EMPTY_ROOT, "proof": ()},
        MerkleFlaw.SIZES_REVERSED,
        BEFORE,
    ),
    "negative first": ({**SIX_TO_EIGHT, "first": -6}, MerkleFlaw.SIZE_OUT_OF_RANGE, BEFORE),
    "huge second": ({**SIX_TO_EIGHT, "second": MAX_SIZE + 1}, MerkleFlaw.SIZE_OUT_OF_RANGE, BEFORE),
    "short first root": ({**SIX_TO_EIGHT, "first_root": bytes(31)}, MerkleFlaw.HASH_SIZE, BEFORE),
    "long second root": ({**SIX_TO_EIGHT, "second_root": bytes(33)}, MerkleFlaw.HASH_SIZE, BEFORE),
    "empty hash in the proof": ({**SIX_TO_EIGHT, "proof": (b"",)}, MerkleFlaw.HASH_SIZE, BEFORE),
    "no proof": ({**SIX_TO_EIGHT, "proof": ()}, MerkleFlaw.PROOF_TOO_SHORT, "2.1.4.2 step 1"),
    "no proof from a power of two": (
        {**FOUR_TO_SIX, "proof": ()},
        MerkleFlaw.PROOF_TOO_SHORT,
        "2.1.4.2 step 1",
    ),
    "power of two, its own root in front": (
        {**FOUR_TO_SIX, "proof": (ROOTS[4], *FOUR_TO_SIX["proof"])},
        MerkleFlaw.PROOF_TOO_LONG,
        "2.1.4.2 step 6a",
    ),
    "too long by one": (
        {**SIX_TO_EIGHT, "proof": (*SIX_TO_EIGHT["proof"], STRAY)},
        MerkleFlaw.PROOF_TOO_LONG,
        "2.1.4.2 step 6a",
    ),
    "too short by one": (
        {**SIX_TO_EIGHT, "proof": SIX_TO_EIGHT["proof"][:-1]},
        MerkleFlaw.PROOF_TOO_SHORT,
        "2.1.4.2 step 7",
    ),
    "other first root": (
        {**SIX_TO_EIGHT, "first_root": STRAY},
        MerkleFlaw.FIRST_ROOT_DIFFERS,
        "2.1.4.2 step 7",
    ),
    "other second root": (
        {**SIX_TO_EIGHT, "second_root": STRAY},
        MerkleFlaw.SECOND_ROOT_DIFFERS,
        "2.1.4.2 step 7",
    ),
    "power of two, other first root": (
        {**FOUR_TO_SIX, "first_root": STRAY},
        MerkleFlaw.SECOND_ROOT_DIFFERS,
        "2.1.4.2 step 7",
    ),
}


@pytest.mark.parametrize("name", CONSISTENCY_EDGES)
def test_consistency_edges(name: str) -> None:
    claim, flaw, step = CONSISTENCY_EDGES[name]
    error = refused_consistency(claim)
    assert (error.code, error.step) == (flaw, step)


def test_from_nothing_every_tree_grows() -> None:
    verify_consistency(**FROM_NOTHING)
    unknown: Consistency = {**FROM_NOTHING, "second_root": STRAY}
    verify_consistency(**unknown)


def test_failures_survive_pickling() -> None:
    error = refused_inclusion({**ONE, "root": STRAY})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is InclusionFailed
    assert (again.code, again.step, str(again)) == (error.code, error.step, str(error))
