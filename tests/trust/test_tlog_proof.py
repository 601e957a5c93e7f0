"""Proofs of logging: one file, read and written byte for byte, and verified offline."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.checkpoint import Checkpoint, CheckpointRejected
from standfirst.trust.cosignature import NoteSigner, NoteType, verify_log
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.merkle import InclusionFailed, MerkleTree, leaf_hash
from standfirst.trust.note import Note, NoteRejected
from standfirst.trust.tlog_proof import (
    MAX_EXTRA,
    MAX_SIZE,
    TlogProof,
    TlogProofFlaw,
    TlogProofRejected,
)

LOG = NoteSigner("log.example", PrivateKey.from_seed(Algorithm.ED25519, bytes(32)), NoteType.ED25519)
WITNESS = NoteSigner(
    "w.example", PrivateKey.from_seed(Algorithm.ML_DSA_44, bytes(32)), NoteType.ML_DSA_44_COSIGNATURE
)
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]
TREE = MerkleTree(LEAVES)
CHECKPOINT = Checkpoint("log.example", TREE.size, TREE.root())
NOTE = Note(CHECKPOINT.text, (LOG.sign_log(CHECKPOINT), WITNESS.cosign(CHECKPOINT, 1_790_000_000)))
PROOF = TlogProof(5, TREE.inclusion_proof(5), NOTE)


def test_the_form_on_paper() -> None:
    lines = PROOF.format().decode().split("\n")
    path = [b64encode(node).decode() for node in TREE.inclusion_proof(5)]
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert lines[2 : 2 + len(path)] == path
    assert lines[2 + len(path)] == ""
    assert "\n".join(lines[3 + len(path) :]).encode() == NOTE.format()


@pytest.mark.parametrize("extra", [None, b"x", b"\x00" * 100])
@pytest.mark.parametrize("index", range(11))
def test_every_entry_is_proved_after_a_journey(index: int, extra: bytes | None) -> None:
    proof = TlogProof(index, TREE.inclusion_proof(index), NOTE, extra)
    travelled = TlogProof.parse(proof.format())
    assert travelled == proof
    travelled.verify_entry(LEAVES[index], verify_log(travelled.note, LOG.key))


def test_the_only_entry_of_a_log_needs_no_path() -> None:
    checkpoint = Checkpoint("log.example", 1, LEAVES[0])
    proof = TlogProof(0, (), Note(checkpoint.text, (LOG.sign_log(checkpoint),)))
    assert proof.format().startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example\n1\n")
    TlogProof.parse(proof.format()).verify_entry(LEAVES[0], checkpoint)


def test_another_entry_index_or_path_proves_nothing() -> None:
    PROOF.verify_entry(LEAVES[5], CHECKPOINT)
    wrong = [
        (PROOF, LEAVES[4]),
        (TlogProof(4, PROOF.path, NOTE), LEAVES[5]),
        (TlogProof(5, PROOF.path[:-1], NOTE), LEAVES[5]),
        (TlogProof(5, (*PROOF.path, bytes(32)), NOTE), LEAVES[5]),
        (TlogProof(5, PROOF.path[::-1], NOTE), LEAVES[5]),
        (TlogProof(11, PROOF.path, NOTE), LEAVES[5]),
        (TlogProof(2**63 - 1, PROOF.path, NOTE), LEAVES[5]),
    ]
    for proof, leaf in wrong:
        with pytest.raises(InclusionFailed):
            proof.verify_entry(leaf, CHECKPOINT)


def test_size_and_root_come_from_the_proofs_own_checkpoint() -> None:
    other = Checkpoint("log.example", 12, TREE.root())
    with pytest.raises(ValueError, match="checkpoint"):
        PROOF.verify_entry(LEAVES[5], other)


GOOD = PROOF.format().decode()
HEADER, INDEX, FIRST = GOOD.split("\n")[:3]

NO_PROOFS = {
    "nothing": ("", TlogProofFlaw.CHECKPOINT_MISSING),
    "a checkpoint alone": (NOTE.format().decode(), TlogProofFlaw.HEADER),
    "another version": (GOOD.replace("@v1", "@v2"), TlogProofFlaw.HEADER),
    "a space behind the header": (GOOD.replace("@v1", "@v1 "), TlogProofFlaw.HEADER),
    "a byte order mark": ("\ufeff" + GOOD, TlogProofFlaw.HEADER),
    "carriage returns": (GOOD.replace("\n", "\r\n"), TlogProofFlaw.CHECKPOINT_MISSING),
    "no checkpoint": (GOOD.partition("\n\n")[0] + "\n", TlogProofFlaw.CHECKPOINT_MISSING),
    "no index": (GOOD.replace(INDEX + "\n", ""), TlogProofFlaw.INDEX),
    "nothing but a header": (f"{HEADER}\n\n{NOTE.format().decode()}", TlogProofFlaw.INDEX),
    "an index with zeros": (GOOD.replace(INDEX, "index 05"), TlogProofFlaw.INDEX),
    "an index with a sign": (GOOD.replace(INDEX, "index +5"), TlogProofFlaw.INDEX),
    "an index below 0": (GOOD.replace(INDEX, "index -5"), TlogProofFlaw.INDEX),
    "an index with an underscore": (GOOD.replace(INDEX, "index 1_0"), TlogProofFlaw.INDEX),
    "an index with other digits": (GOOD.replace(INDEX, "index ٥"), TlogProofFlaw.INDEX),
    "an index with two spaces": (GOOD.replace(INDEX, "index  5"), TlogProofFlaw.INDEX),
    "an index of 64 bits": (GOOD.replace(INDEX, f"index {2**63}"), TlogProofFlaw.INDEX),
    "an empty index": (GOOD.replace(INDEX, "index "), TlogProofFlaw.INDEX),
    "extra data below the index": (GOOD.replace(INDEX, INDEX + "\nextra eA=="), TlogProofFlaw.HASH),
    "extra data twice": (GOOD.replace(INDEX, "extra eA==\nextra eA==\n" + INDEX), TlogProofFlaw.INDEX),
    "no extra data after the word": (GOOD.replace(INDEX, "extra \n" + INDEX), TlogProofFlaw.EXTRA),
    "extra data without padding": (GOOD.replace(INDEX, "extra eA\n" + INDEX), TlogProofFlaw.EXTRA),
    "the word extra alone": (GOOD.replace(INDEX, "extra\n" + INDEX), TlogProofFlaw.INDEX),
    "a hash without padding": (GOOD.replace(FIRST, FIRST.rstrip("=")), TlogProofFlaw.HASH),
    "a hash that is too short": (GOOD.replace(FIRST, "eA=="), TlogProofFlaw.HASH),
    "a hash in hexadecimal": (GOOD.replace(FIRST, "ab" * 32), TlogProofFlaw.HASH),
    "too many hashes": (GOOD.replace(INDEX, INDEX + f"\n{FIRST}" * 64), TlogProofFlaw.TOO_MANY_HASHES),
}


@pytest.mark.parametrize(("text", "flaw"), NO_PROOFS.values(), ids=NO_PROOFS)
def test_what_is_not_a_proof(text: str, flaw: TlogProofFlaw) -> None:
    with pytest.raises(TlogProofRejected) as caught:
        TlogProof.parse(text.encode())
    assert caught.value.code is flaw


def test_what_is_not_text_or_too_much() -> None:
    with pytest.raises(TlogProofRejected) as caught:
        TlogProof.parse(b"\xff" + PROOF.format())
    assert caught.value.code is TlogProofFlaw.NOT_UTF8
    with pytest.raises(TlogProofRejected) as caught:
        TlogProof.parse(b"x" * (MAX_SIZE + 1))
    assert caught.value.code is TlogProofFlaw.TOO_LARGE
    for extra in (b"", bytes(MAX_EXTRA + 1)):
        with pytest.raises(TlogProofRejected) as caught:
            TlogProof(0, (), NOTE, extra)
        assert caught.value.code is TlogProofFlaw.EXTRA
    assert TlogProof.parse(TlogProof(0, (), NOTE, bytes(MAX_EXTRA)).format()).extra == bytes(MAX_EXTRA)


def test_what_is_below_the_empty_line_is_a_signed_checkpoint() -> None:
    head = GOOD.partition("\n\n")[0] + "\n\n"
    for note in (CHECKPOINT.text, "", "\n" + CHECKPOINT.text, CHECKPOINT.text + "\n— w x\n"):
        with pytest.raises(NoteRejected):
            TlogProof.parse((head + note).encode())
    for text in ("no checkpoint\n", "\n" + CHECKPOINT.text, CHECKPOINT.text.replace("\n11\n", "\n011\n")):
        note = Note(text, NOTE.signatures).format().decode()
        with pytest.raises(CheckpointRejected):
            TlogProof.parse((head + note).encode())


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(min_size=1, max_size=100),
)
def test_every_proof_comes_back(index: int, path: list[bytes], extra: bytes | None) -> None:
    proof = TlogProof(index, tuple(path), NOTE, extra)
    assert TlogProof.parse(proof.format()) == proof


@given(st.data())
def test_whatever_is_read_is_written_the_same(data: st.DataObject) -> None:
    good = PROOF.format()
    position = data.draw(st.integers(0, len(good) - 1))
    changed = bytearray(good)
    changed[position] ^= data.draw(st.integers(1, 255))
    try:
        proof = TlogProof.parse(bytes(changed))
    except (TlogProofRejected, NoteRejected, CheckpointRejected):
        return
    assert proof.format() == bytes(changed)
    assert proof != PROOF
