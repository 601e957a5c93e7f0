"""Steps 5, 6 and 10: other logs, other trees, leaves that stand nowhere, and witnesses that did not see this."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.world import (
    AT,
    BLOCS,
    ORIGIN,
    WITNESSED,
    WITNESSES,
    Log,
    Parts,
    Tale,
    answer,
    asked,
    checkpoint,
    edited,
    honest,
    honest_bundle,
    key,
    log_signer,
    policy,
    policy_document,
    told,
    witness,
)

from standfirst.trust.bundle import Leaf
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteSigner, NoteType
from standfirst.trust.keys import Algorithm
from standfirst.trust.merkle import MerkleTree, leaf_hash, node_hash
from standfirst.trust.note import Note

ELSEWHERE = "log.elsewhere.example/2026"
ALL = dict.fromkeys(WITNESSES, WITNESSED)
THIN_TALE = Tale(witnessed={f"{bloc}-1": WITNESSED for bloc in BLOCS})


def under(note: bytes, parts: Parts | None = None) -> Parts:
    return (parts or honest()).but(checkpoint=note)


def lines(parts: Parts) -> list[str]:
    return parts.checkpoint.decode().splitlines()


def with_lines(found: list[str]) -> bytes:
    return ("\n".join(found) + "\n").encode()


# --- 5 the checkpoint ------------------------------------------------------------------------------------------------


def test_a_log_that_the_policy_does_not_know() -> None:
    elsewhere = told(Tale(log=log_signer(ELSEWHERE)))
    assert answer(elsewhere) == ("NOT VALID", "certificate-history", "status.other-log")
    # What the log is weighs more than what stands in it only where all of it is of that log.
    renamed = policy(
        witnessing=[f"log {log_signer(ELSEWHERE).key.vkey}", *policy_document()["witnessing"][1:]]
    )
    found = asked(honest(), by=renamed)
    assert (found.status.value, found.reason and found.reason.code) == ("UNRECOGNISED", "log.not-in-policy")
    outcomes = {step.id.value: step.outcome.value for step in found.steps}
    assert outcomes["inclusion"] == outcomes["witnesses"] == outcomes["snapshots"] == "not-reached"
    assert outcomes["certificate-history"] == outcomes["state"] == outcomes["recognition"] == "passed"


def test_the_right_origin_signed_by_another_log() -> None:
    forged = log_signer(ORIGIN, of=ELSEWHERE)
    assert answer(told(Tale(log=forged))) == ("NOT VALID", "checkpoint", "cosignature.log-signature-missing")


def test_a_signature_of_another_log_under_the_right_key_id() -> None:
    forged = told(Tale(log=log_signer(ORIGIN, of=ELSEWHERE)))
    name, right = log_signer().key.name, log_signer().key.key_id
    note = Note.parse(forged.checkpoint)
    (wrong,) = [each for each in note.signatures if each.name == name]
    relabelled = type(wrong)(name, right, wrong.value)
    others = [each for each in note.signatures if each is not wrong]
    assert answer(under(Note(note.text, (relabelled, *others)).format(), forged)) == (
        "NOT VALID",
        "checkpoint",
        "cosignature.signature-failed",
    )


def test_a_checkpoint_of_another_log_of_the_same_policy() -> None:
    """Both logs are known; leaves and events are of the one, the checkpoint of the other (replay across logs)."""
    both = policy(witnessing=[f"log {log_signer(ELSEWHERE).key.vkey}", *policy_document()["witnessing"]])
    assert answer(honest(), by=both)[0] == "VALID"
    elsewhere = checkpoint(honest().tree, ALL, log_signer(ELSEWHERE))
    assert answer(under(elsewhere), by=both) == ("NOT VALID", "certificate-history", "status.other-log")


def test_a_log_that_changes_its_key_is_known_by_either() -> None:
    old = NoteSigner(ORIGIN, key("the log's old key", Algorithm.ED25519), NoteType.ED25519)
    both = policy(witnessing=[f"log {old.key.vkey}", *policy_document()["witnessing"]])
    assert answer(honest(), by=both)[0] == "VALID"
    assert answer(told(Tale(log=old)), by=both)[0] == "VALID"
    assert answer(told(Tale(log=old)))[2] == "cosignature.log-signature-missing"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda found: [found[0], "0" + found[1], *found[2:]], "checkpoint.size-text"),
        (lambda found: [found[0], "+" + found[1], *found[2:]], "checkpoint.size-text"),
        (lambda found: [found[0], found[1] + ".0", *found[2:]], "checkpoint.size-text"),
        (lambda found: [found[0], str(2**63), *found[2:]], "checkpoint.size-out-of-range"),
        (lambda found: [*found[:2], found[2][:-1], *found[3:]], "checkpoint.root-text"),
        (lambda found: [*found[:3], "an extension", *found[3:]], "checkpoint.extensions"),
        (lambda found: [found[0], str(int(found[1]) + 1), *found[2:]], "cosignature.signature-failed"),
        (lambda found: [found[0], "0", *found[2:]], "checkpoint.root-of-empty"),
        (lambda found: found[:3] + found[4:], "note.no-signatures"),
        (lambda found: found[:4], "note.no-signatures"),
        (lambda found: [*found[:4], found[4].replace("— ", "- "), *found[5:]], "note.signature-line"),
        (lambda found: [*found, *(found[4:5] * 100)], "note.too-many-signatures"),
    ],
)
def test_a_checkpoint_that_is_written_otherwise(change: Any, code: str) -> None:
    assert answer(under(with_lines(change(lines(honest()))))) == ("NOT VALID", "checkpoint", code)


def test_the_empty_tree_shows_nothing() -> None:
    empty = checkpoint(MerkleTree(), ALL, log_signer())
    assert answer(under(empty)) == ("NOT VALID", "inclusion", "log.not-included")


# --- 6 inclusion -----------------------------------------------------------------------------------------------------


def flaw(parts: Parts | bytes) -> tuple[str, str, Any]:
    found = asked(parts)
    assert found.reason is not None
    return found.status.value, found.reason.step.value, found.reason.parameters.get("flaw")


@pytest.mark.parametrize("at", range(4))
def test_an_over_long_and_a_short_proof(at: int) -> None:
    path = json.loads(honest_bundle())["log"]["leaves"][at]["path"]
    for longer in ([*path, "00" * 32], [*path, path[-1]], ["00" * 32, *path], path * 2):
        assert flaw(edited(honest_bundle(), {f"log.leaves.{at}.path": longer})) in (
            ("NOT VALID", "inclusion", "merkle.proof-too-long"),
            ("NOT VALID", "inclusion", "merkle.root-differs"),
        )
    nothing: list[str] = []
    for shorter in (path[:-1], path[1:], nothing):
        assert flaw(edited(honest_bundle(), {f"log.leaves.{at}.path": shorter}))[:2] == (
            "NOT VALID",
            "inclusion",
        )


def test_more_hashes_than_any_tree_has() -> None:
    longest = edited(honest_bundle(), {"log.leaves.0.path": ["00" * 32] * 64})
    assert answer(longest) == ("NOT VALID", "read", "document.too-long")


def test_an_index_beyond_the_size() -> None:
    last = honest().leaves[-1]
    for index in (honest().tree.size, honest().tree.size + 5, 2**53 - 1):
        beyond = honest().but(leaves=(*honest().leaves[:-1], Leaf(index, last.data, last.path)))
        assert flaw(beyond) == ("NOT VALID", "inclusion", "merkle.outside-tree")


def test_a_leaf_of_another_log_with_its_own_proof() -> None:
    """Genuine event, genuine proof, in a tree that is not this log's."""
    other = Log()
    other.filled(2)
    stray = other.append(honest().leaves[0].data)
    other.filled(honest().tree.size - other.tree.size)
    moved = honest().but(leaves=(other.leaf(stray), *honest().leaves[1:]))
    assert flaw(moved) == ("NOT VALID", "inclusion", "merkle.root-differs")


def test_a_tree_of_one_leaf() -> None:
    """The proof is empty and the leaf's hash is the root: sizes at the edge are no way round."""
    one = Log()
    one.append(honest().leaves[0].data)
    single = honest().but(leaves=(one.leaf(0),), checkpoint=checkpoint(one.tree, ALL, log_signer()))
    found = asked(single)
    outcomes = {step.id.value: step.outcome.value for step in found.steps}
    assert outcomes["inclusion"] == "passed"
    assert found.status.value == "NOT VALID"
    lying = honest().but(
        leaves=(Leaf(0, honest().leaves[1].data, ()),), checkpoint=checkpoint(one.tree, ALL, log_signer())
    )
    assert flaw(lying) == ("NOT VALID", "inclusion", "merkle.root-differs")


def test_a_node_offered_as_a_leaf() -> None:
    """A log whose first leaf is 64 bytes that look like a node's children: its hash is another, by the prefix."""
    left, right = (leaf_hash(data) for data in honest().data[:2])
    children = left + right
    assert leaf_hash(children) != node_hash(left, right)
    tree = honest().tree
    # The proof of the node at level 1 is that of its leaves without their first hash.
    upper = tree.inclusion_proof(0)[1:]
    text = children.decode("latin-1")
    offered = edited(
        honest_bundle(), {"log.leaves.0.leaf": text, "log.leaves.0.path": [h.hex() for h in upper]}
    )
    assert answer(offered) == ("NOT VALID", "read", "bundle.leaf-not-canonical")


def test_a_leaf_offered_as_a_node() -> None:
    """An event whose hash stands where a node should: one level higher the proof leads elsewhere."""
    first = honest().leaves[0]
    for cut in range(1, len(first.path) + 1):
        lifted = Leaf(first.index >> cut, first.data, first.path[cut:])
        lifted_parts = honest().but(leaves=(lifted, *honest().leaves[1:]))
        assert flaw(lifted_parts)[:2] == ("NOT VALID", "inclusion")


@given(st.integers(0, 3), st.integers(0, 60), st.integers(1, 2**20))
@settings(max_examples=60)
def test_no_other_place_in_no_other_tree(at: int, index: int, size: int) -> None:
    """Any index with any size: only the true pair shows the leaf, and the size is the one that witnesses signed."""
    leaf = honest().leaves[at]
    moved = Leaf(index, leaf.data, leaf.path)
    rest = tuple(each for each in honest().leaves if each is not leaf and each.index != index)
    head = Checkpoint(ORIGIN, size, honest().tree.root())
    note = Note(head.text, (log_signer().sign_log(head),)).format()
    found = asked(honest().but(leaves=(moved, *rest), checkpoint=note))
    assert found.status.value == "NOT VALID" or (index, size) == (leaf.index, honest().tree.size)


# --- 10 witnesses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bloc", BLOCS)
def test_one_bloc_missing(bloc: str) -> None:
    without = {name: time for name, time in ALL.items() if not name.startswith(bloc)}
    found = asked(told(Tale(witnessed=without)))
    assert (found.status.value, found.reason and found.reason.code) == ("UNKNOWN", "witnesses.quorum-missing")
    assert found.reason is not None
    assert found.reason.parameters["short"] == bloc
    assert {step.id.value: step.outcome.value for step in found.steps}["times"] == "not-reached"


@pytest.mark.parametrize(
    "names", [(), WITNESSES[:3], WITNESSES[:6], [f"{bloc}-1" for bloc in BLOCS], WITNESSES[:7]], ids=len
)
def test_too_few_witnesses(names: tuple[str, ...]) -> None:
    assert answer(told(Tale(witnessed=dict.fromkeys(names, WITNESSED)))) == (
        "UNKNOWN",
        "witnesses",
        "witnesses.quorum-missing",
    )


def test_the_same_witness_twice_counts_once() -> None:
    thin = told(THIN_TALE)
    found = lines(thin)
    assert answer(under(with_lines([*found, *found[5:]]), thin))[2] == "witnesses.quorum-missing"
    head = Checkpoint(ORIGIN, thin.tree.size, thin.tree.root())
    again = Note.parse(thin.checkpoint).signed_by(
        *(witness(f"{bloc}-1").cosign(head, int(WITNESSED.timestamp()) + 60) for bloc in BLOCS)
    )
    assert answer(under(again.format(), thin))[2] == "witnesses.quorum-missing"


def test_one_operator_under_the_names_of_others() -> None:
    """Lines by a key of one's own, under other witnesses' names: unknown, and not counted."""
    thin = told(Tale(witnessed={"north-1": WITNESSED}))
    head = Checkpoint(ORIGIN, thin.tree.size, thin.tree.root())
    note = Note.parse(thin.checkpoint)
    for name in WITNESSES:
        full = witness(name).key.name
        mallory = NoteSigner(full, key("mallory", Algorithm.ML_DSA_44), NoteType.ML_DSA_44_COSIGNATURE)
        note = note.signed_by(mallory.cosign(head, int(WITNESSED.timestamp())))
    assert answer(under(note.format(), thin))[2] == "witnesses.quorum-missing"


@pytest.mark.parametrize("name", [WITNESSES[0], WITNESSES[-1]])
def test_a_false_line_of_a_known_witness_spoils_the_note(name: str) -> None:
    """Also where there are enough others (C2SP signed-note, Signatures)."""
    note = Note.parse(honest().checkpoint)
    full = witness(name).key.name
    spoilt = [
        type(each)(each.name, each.key_id, each.value[:-1] + bytes([each.value[-1] ^ 1]))
        if each.name == full
        else each
        for each in note.signatures
    ]
    assert answer(under(Note(note.text, tuple(spoilt)).format())) == (
        "NOT VALID",
        "witnesses",
        "cosignature.signature-failed",
    )


def test_a_cosignature_with_another_time() -> None:
    note = Note.parse(honest().checkpoint)
    later = int((WITNESSED + timedelta(hours=1)).timestamp()).to_bytes(8, "big")
    moved = tuple(
        type(each)(each.name, each.key_id, later + each.value[8:]) if "witness" in each.name else each
        for each in note.signatures
    )
    assert answer(under(Note(note.text, moved).format()))[2] == "cosignature.signature-failed"


def test_cosignatures_of_another_tree_of_the_same_size() -> None:
    """A split view: the log signs a second tree for this reader, and the witnesses saw the first."""
    second = Log()
    second.filled(honest().tree.size)
    assert second.tree.size == honest().tree.size
    seen = Note.parse(checkpoint(second.tree, ALL, log_signer())).signatures[1:]
    head = Checkpoint(ORIGIN, honest().tree.size, honest().tree.root())
    split = Note(head.text, (log_signer().sign_log(head), *seen))
    assert answer(under(split.format())) == ("NOT VALID", "witnesses", "cosignature.signature-failed")


def test_cosignatures_of_an_earlier_size() -> None:
    earlier = Note.parse(checkpoint(honest().tree, ALL, log_signer(), size=9)).signatures[1:]
    head = Checkpoint(ORIGIN, honest().tree.size, honest().tree.root())
    grown = Note(head.text, (log_signer().sign_log(head), *earlier))
    assert answer(under(grown.format()))[2] == "cosignature.signature-failed"


def test_cosignatures_for_another_log() -> None:
    head = Checkpoint(ELSEWHERE, honest().tree.size, honest().tree.root())
    elsewhere = [witness(name).cosign(head, int(WITNESSED.timestamp())) for name in WITNESSES]
    here = Checkpoint(ORIGIN, honest().tree.size, honest().tree.root())
    moved = Note(here.text, (log_signer().sign_log(here), *elsewhere))
    assert answer(under(moved.format()))[2] == "cosignature.signature-failed"


def test_cosignatures_from_the_future_are_not_counted() -> None:
    ahead = told(Tale(witnessed=dict.fromkeys(WITNESSES, AT + timedelta(hours=1))))
    found = asked(ahead)
    assert (found.status.value, found.reason and found.reason.code) == ("UNKNOWN", "witnesses.quorum-missing")
    assert [(notice.code, notice.parameters) for notice in found.notices] == [
        ("witnesses.from-the-future", {"count": 9})
    ]
    assert answer(ahead, now=AT + timedelta(hours=2))[0] == "VALID"
    # A few fast clocks are left out, and the rest fill the quorum.
    some = {**ALL, "north-1": AT + timedelta(days=1), "east-2": AT + timedelta(days=400)}
    assert answer(told(Tale(witnessed=some)))[0] == "VALID"


def test_clocks_may_differ_a_little() -> None:
    assert answer(told(Tale(witnessed=dict.fromkeys(WITNESSES, AT + timedelta(minutes=9)))))[0] == "VALID"
