"""Two notes are enough to convict: of one size with two roots, or a witness that went back in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.cast import LOG, NOON, NORTH, ORIGIN, OTHER, SOUTH, entries, key, signed

from standfirst.log.guilt import Guilt, Offence, guilt
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteSigner, NoteType
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm
from standfirst.trust.note import Note, NoteSignature

WITNESSES = {
    name: NoteSigner(name, key(name, Algorithm.ML_DSA_44), NoteType.ML_DSA_44_COSIGNATURE)
    for name in (NORTH, SOUTH)
}
KEYS = [one.key for one in WITNESSES.values()]


def note(leaves: list[bytes], **times: int) -> Note:
    """A checkpoint, cosigned by `north` and `south` at so many seconds after noon."""
    plain = signed(leaves)
    checkpoint = Checkpoint.parse(plain.text)
    names = {"north": NORTH, "south": SOUTH}
    lines = [WITNESSES[names[name]].cosign(checkpoint, NOON + time) for name, time in times.items()]
    return plain.signed_by(*lines) if lines else plain


def convicted(first: Note, second: Note) -> set[tuple[Offence, str]]:
    proofs = guilt(first, second, LOG, KEYS)
    assert all((one.first, one.second) == (first, second) for one in proofs)
    return {(one.offence, one.party) for one in proofs}


HERE, THERE = entries(5), [*entries(4), b"another"]


def test_two_roots_for_one_size_convict_the_log_and_who_cosigned_both() -> None:
    assert convicted(note(HERE), note(THERE)) == {(Offence.SPLIT_VIEW, ORIGIN)}
    assert convicted(note(HERE, north=0), note(THERE, south=9)) == {(Offence.SPLIT_VIEW, ORIGIN)}
    assert convicted(note(HERE, north=0, south=1), note(THERE, south=9)) == {
        (Offence.SPLIT_VIEW, ORIGIN),
        (Offence.SPLIT_VIEW, SOUTH),
    }


def test_the_proof_needs_nothing_but_its_two_notes() -> None:
    (proof,) = guilt(note(HERE), note(THERE), LOG)
    again = guilt(Note.parse(proof.first.format()), Note.parse(proof.second.format()), LOG)
    assert again == (proof,) == (Guilt(Offence.SPLIT_VIEW, ORIGIN, note(HERE), note(THERE)),)


def test_a_witness_that_cosigned_less_later_is_convicted() -> None:
    more = entries(9)
    assert convicted(note(HERE, north=10), note(more, north=5)) == {(Offence.WENT_BACK, NORTH)}
    assert convicted(note(more, north=5), note(HERE, north=10)) == {(Offence.WENT_BACK, NORTH)}


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3), st.integers(0, 3))
def test_nobody_is_convicted_by_what_can_both_be_true(one: int, other: int, early: int, late: int) -> None:
    (first, at_first), (second, at_second) = sorted([(one, min(early, late)), (other, max(early, late))])
    times = sorted((at_first, at_second))
    assert convicted(note(entries(first), north=times[0]), note(entries(second), north=times[1])) == set()


def test_different_witnesses_do_not_convict_each_other() -> None:
    assert convicted(note(HERE, north=10), note(entries(9), south=5)) == set()


@pytest.mark.parametrize(
    "second",
    [
        Note(signed(HERE).text, (NoteSignature(ORIGIN, b"1234", bytes(64)),)),
        Note(signed(THERE).text, signed(HERE).signatures),
        Note(
            signed(THERE).text,
            (*signed(THERE).signatures, NoteSignature(NORTH, KEYS[0].key_id, bytes(2428))),
        ),
    ],
    ids=["not signed by the log", "another text", "a known witness's line that does not verify"],
)
def test_what_does_not_verify_convicts_nobody(second: Note) -> None:
    with pytest.raises(Rejected):
        guilt(signed(HERE), second, LOG, KEYS)
    with pytest.raises(Rejected):
        guilt(second, signed(HERE), LOG, KEYS)


def test_another_logs_checkpoint_convicts_nobody() -> None:
    with pytest.raises(Rejected):
        guilt(signed(HERE), signed(THERE), OTHER)
