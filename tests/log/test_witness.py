"""What a witness answers to add-checkpoint, and that it never cosigns a smaller tree or a second history."""

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.cast import (
    LOG,
    LOG_KEY,
    NOON,
    NORTH,
    ORIGIN,
    OTHER_KEY,
    OTHER_ORIGIN,
    SIGNER,
    SOUTH,
    begun,
    code,
    entries,
    key,
    signed,
    told,
    tree_of,
    witness,
)

from standfirst.log.add_checkpoint import Answer, Request, RequestRejected, Status
from standfirst.log.asking import ask
from standfirst.log.flaws import WitnessRejected
from standfirst.log.folder import Folder
from standfirst.log.guilt import Offence, guilt
from standfirst.log.witness import LogWitness
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey, NoteSigner, NoteType, cosignatures
from standfirst.trust.keys import Algorithm
from standfirst.trust.note import Note, NoteSignature

LEAVES = entries(12)
TREE = tree_of(LEAVES)
NOTES = [signed(LEAVES[:size]).format() for size in range(13)]
FORK = [*LEAVES[:4], *entries(8, of="another")]
OTHER_SIGNER = NoteSigner(OTHER_ORIGIN, OTHER_KEY, NoteType.ED25519)


def grow(asked: LogWitness, first: int, second: int, *, now: int = NOON) -> Answer:
    return asked.add_checkpoint(first, TREE.consistency_proof(first, second), NOTES[second], now=now)


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of an answer that is a no, and can be told in words."""
    assert answer.cosignature is None
    assert answer.reason is not None
    return answer.status, told(answer.reason, dict(answer.parameters))


@pytest.fixture
def north(tmp_path: Path) -> LogWitness:
    return witness(tmp_path / "north")


def size_of(asked: LogWitness, origin: str = ORIGIN) -> int:
    seen = asked.seen(origin)
    return 0 if seen is None else seen.checkpoint.size


# --- yes ---


def test_a_log_that_grows_is_cosigned_with_ml_dsa_44(north: LogWitness) -> None:
    assert north.key.type is NoteType.ML_DSA_44_COSIGNATURE
    for first, second, now in ((0, 3, NOON), (3, 3, NOON + 1), (3, 10, NOON + 2)):
        answer = grow(north, first, second, now=now)
        assert (answer.status, answer.reason) == (Status.OK, None)
        assert answer.cosignature is not None
        assert answer.body == answer.cosignature.line.encode()
        whole = Note.parse(NOTES[second]).signed_by(answer.cosignature)
        assert cosignatures(whole, [north.key]) == {north.key: now}
        seen = north.seen(ORIGIN)
        assert seen is not None
        assert (seen.checkpoint.size, seen.timestamp) == (second, now)


def test_an_empty_log_is_cosigned(north: LogWitness) -> None:
    assert grow(north, 0, 0).status is Status.OK
    assert grow(north, 0, 5).status is Status.OK


def test_a_witness_may_cosign_with_ed25519(tmp_path: Path) -> None:
    ed = LogWitness(tmp_path, SOUTH, key(SOUTH, Algorithm.ED25519), [LOG], type=NoteType.ED25519_COSIGNATURE)
    answer = grow(ed, 0, 5)
    assert answer.cosignature is not None
    assert cosignatures(Note.parse(NOTES[5]).signed_by(answer.cosignature), [ed.key]) == {ed.key: NOON}


def test_logs_are_kept_apart(north: LogWitness) -> None:
    assert grow(north, 0, 5).status is Status.OK
    other = signed(LEAVES[:7], by=OTHER_SIGNER).format()
    assert refusal(north.add_checkpoint(5, TREE.consistency_proof(5, 7), other, now=NOON)) == (
        409,
        "witness.old-size-differs",
    )
    assert north.add_checkpoint(0, (), other, now=NOON).status is Status.OK
    assert (size_of(north), size_of(north, OTHER_ORIGIN)) == (5, 7)


def test_what_was_seen_is_there_for_the_next_process(tmp_path: Path, north: LogWitness) -> None:
    grow(north, 0, 5)
    assert refusal(grow(witness(tmp_path / "north"), 0, 7)) == (409, "witness.old-size-differs")
    assert grow(witness(tmp_path / "north"), 5, 7).status is Status.OK


def test_of_several_keys_of_a_log_one_is_enough(tmp_path: Path) -> None:
    newer = NoteSigner(ORIGIN, key("newer", Algorithm.ED25519), NoteType.ED25519)
    north = witness(tmp_path, NORTH, newer.key, LOG)
    assert grow(north, 0, 5).status is Status.OK
    note = signed(LEAVES[:7], by=newer).format()
    assert north.add_checkpoint(5, TREE.consistency_proof(5, 7), note, now=NOON).status is Status.OK


def test_lines_of_others_are_neither_judged_nor_kept(north: LogWitness) -> None:
    """Even one that claims to be the witness's own, or an unknown log key's under the origin's name."""
    lies = [
        NoteSignature(SOUTH, b"1234", b"anything"),
        NoteSignature(NORTH, north.key.key_id, bytes(2428)),
        NoteSignature(ORIGIN, b"1234", bytes(64)),
    ]
    note = Note.parse(NOTES[5]).signed_by(*lies)
    assert north.add_checkpoint(0, (), note.format(), now=NOON).status is Status.OK
    seen = north.seen(ORIGIN)
    assert seen is not None
    assert [line.name for line in seen.note.signatures] == [ORIGIN, NORTH]


# --- no ---

FIVE_SEEN: dict[str, tuple[Callable[[LogWitness], Answer], tuple[int, str]]] = {
    "old size too small": (lambda w: grow(w, 3, 7), (409, "witness.old-size-differs")),
    "old size zero": (
        lambda w: w.add_checkpoint(0, (), NOTES[7], now=NOON),
        (409, "witness.old-size-differs"),
    ),
    "old size too large": (lambda w: grow(w, 6, 7), (409, "witness.old-size-differs")),
    "a smaller tree, rolled back": (lambda w: grow(w, 3, 3), (409, "witness.old-size-differs")),
    "a smaller tree, as if from ours": (
        lambda w: w.add_checkpoint(5, (), NOTES[3], now=NOON),
        (400, "witness.old-size-too-large"),
    ),
    "a negative old size": (
        lambda w: w.add_checkpoint(-1, (), NOTES[7], now=NOON),
        (400, "witness.old-size-too-large"),
    ),
    "no proof": (lambda w: w.add_checkpoint(5, (), NOTES[7], now=NOON), (422, "merkle.proof-too-short")),
    "a proof for another size": (
        lambda w: w.add_checkpoint(5, TREE.consistency_proof(5, 8), NOTES[7], now=NOON),
        (422, "merkle.second-root-differs"),
    ),
    "a proof from another size": (
        lambda w: w.add_checkpoint(5, TREE.consistency_proof(6, 7), NOTES[7], now=NOON),
        (422, "merkle.proof-too-short"),
    ),
    "an over-long proof": (
        lambda w: w.add_checkpoint(5, (*TREE.consistency_proof(5, 7), bytes(32)), NOTES[7], now=NOON),
        (422, "merkle.proof-too-long"),
    ),
    "a proof between equal sizes": (
        lambda w: w.add_checkpoint(5, (bytes(32),), NOTES[5], now=NOON),
        (422, "merkle.proof-too-long"),
    ),
    "a fork with its own proof": (
        lambda w: w.add_checkpoint(
            5, tree_of(FORK).consistency_proof(5, 7), signed(FORK[:7]).format(), now=NOON
        ),
        (422, "merkle.first-root-differs"),
    ),
    "a second root for our size": (
        lambda w: w.add_checkpoint(5, (), signed(FORK[:5]).format(), now=NOON),
        (409, "witness.root-differs"),
    ),
    "64 lines of proof": (
        lambda w: w.add_checkpoint(5, (bytes(32),) * 64, NOTES[7], now=NOON),
        (400, "witness.proof-too-long"),
    ),
    "half a hash": (
        lambda w: w.add_checkpoint(5, (bytes(16),), NOTES[7], now=NOON),
        (400, "witness.proof-line"),
    ),
    "no note": (lambda w: w.add_checkpoint(5, (), b"", now=NOON), (400, "note.unterminated")),
    "no checkpoint": (
        lambda w: w.add_checkpoint(5, (), NOTES[7].replace(b"\n7\n", b"\n07\n"), now=NOON),
        (400, "checkpoint.size-text"),
    ),
    "a changed checkpoint": (
        lambda w: w.add_checkpoint(5, (), NOTES[7].replace(b"\n7\n", b"\n8\n"), now=NOON),
        (403, "witness.not-signed-by-log"),
    ),
    "signed by another log": (
        lambda w: w.add_checkpoint(
            5, TREE.consistency_proof(5, 7), replayed(ORIGIN, OTHER_SIGNER).format(), now=NOON
        ),
        (403, "witness.not-signed-by-log"),
    ),
    "a log's note under another origin": (
        lambda w: w.add_checkpoint(0, (), replayed(OTHER_ORIGIN, SIGNER).format(), now=NOON),
        (403, "witness.not-signed-by-log"),
    ),
    "an unknown log": (
        lambda w: w.add_checkpoint(0, (), replayed("nobody.example", SIGNER).format(), now=NOON),
        (404, "witness.unknown-log"),
    ),
    "a homoglyph of the origin": (
        lambda w: w.add_checkpoint(0, (), replayed("l\u043eg.example/2026", SIGNER).format(), now=NOON),
        (404, "witness.unknown-log"),
    ),
}


def replayed(origin: str, by: NoteSigner) -> Note:
    """A checkpoint of seven entries under `origin`, with the line of somebody who signed it."""
    checkpoint = Checkpoint(origin, 7, TREE.root(7))
    return Note(checkpoint.text, (by.sign_log(checkpoint),))


@pytest.mark.parametrize("case", list(FIVE_SEEN))
def test_it_says_no_and_keeps_what_it_knows(north: LogWitness, case: str) -> None:
    grow(north, 0, 5)
    known = north.seen(ORIGIN)
    asked, expected = FIVE_SEEN[case]
    answer = asked(north)
    assert refusal(answer) == expected
    assert north.seen(ORIGIN) == known
    assert north.seen(OTHER_ORIGIN) is None
    if answer.status is Status.CONFLICT:
        assert (answer.body, answer.content_type) == (b"5\n", "text/x.tlog.size")


def test_a_first_request_needs_an_empty_proof(north: LogWitness) -> None:
    assert refusal(north.add_checkpoint(0, (bytes(32),), NOTES[5], now=NOON)) == (
        422,
        "merkle.proof-too-long",
    )
    assert refusal(grow(north, 3, 5)) == (409, "witness.old-size-differs")
    assert north.seen(ORIGIN) is None


def test_a_second_root_for_one_size_convicts_the_log(north: LogWitness) -> None:
    grow(north, 0, 5)
    lies = NoteSignature(NORTH, north.key.key_id, bytes(2428))
    answer = north.add_checkpoint(5, (), signed(FORK[:5]).signed_by(lies).format(), now=NOON)
    (proof,) = answer.guilt
    assert (proof.offence, proof.party) == (Offence.SPLIT_VIEW, ORIGIN)
    assert {Checkpoint.parse(note.text).root for note in (proof.first, proof.second)} == {
        TREE.root(5),
        tree_of(FORK[:5]).root(),
    }


def test_a_second_root_under_another_key_of_the_log_convicts_neither_key(tmp_path: Path) -> None:
    newer = NoteSigner(ORIGIN, key("newer", Algorithm.ED25519), NoteType.ED25519)
    north = witness(tmp_path, NORTH, LOG, newer.key)
    grow(north, 0, 5)
    answer = north.add_checkpoint(5, (), signed(FORK[:5], by=newer).format(), now=NOON)
    assert refusal(answer) == (409, "witness.root-differs")
    assert answer.guilt == ()


def test_a_clock_that_went_back_is_not_signed_with(north: LogWitness) -> None:
    grow(north, 0, 5, now=NOON)
    with pytest.raises(WitnessRejected) as refused:
        grow(north, 5, 7, now=NOON - 1)
    assert code(refused) == "witness.clock-went-back"
    assert size_of(north) == 5
    assert grow(north, 5, 7, now=NOON).status is Status.OK


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-2],
        lambda data: data.replace(b"\n5\n", b"\n4\n"),
        lambda data: data.replace(ORIGIN.encode(), OTHER_ORIGIN.encode()),
        lambda data: data.rpartition("— ".encode())[0],
    ],
    ids=["empty", "cut", "another size", "another log", "unsigned"],
)
def test_a_changed_state_is_never_taken_for_none(
    north: LogWitness, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    grow(north, 0, 5)
    (state,) = (tmp_path / "north").glob("*.checkpoint")
    state.write_bytes(damage(state.read_bytes()))
    for asked in (lambda: grow(north, 0, 7), lambda: grow(north, 5, 7), lambda: north.seen(ORIGIN)):
        with pytest.raises(WitnessRejected) as refused:
            asked()
        assert code(refused) == "witness.state-damaged"


def test_the_state_of_another_log_is_not_taken_for_this_ones(north: LogWitness, tmp_path: Path) -> None:
    grow(north, 0, 5)
    north.add_checkpoint(0, (), signed(LEAVES[:7], by=OTHER_SIGNER).format(), now=NOON)
    states = sorted((tmp_path / "north").glob("*.checkpoint"))
    one, other = (state.read_bytes() for state in states)
    states[0].write_bytes(other)
    states[1].write_bytes(one)
    for origin in (ORIGIN, OTHER_ORIGIN):
        with pytest.raises(WitnessRejected) as refused:
            north.seen(origin)
        assert code(refused) == "witness.state-damaged"


def test_nothing_is_given_away_that_could_not_be_kept(
    north: LogWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "put", full)
        with pytest.raises(OSError, match="No space"):
            grow(north, 0, 5)
    assert north.seen(ORIGIN) is None


def test_a_witness_trusts_only_keys_that_logs_sign_with(tmp_path: Path) -> None:
    cosigner = NoteKey(ORIGIN, NoteType.ED25519_COSIGNATURE, LOG_KEY.public)
    with pytest.raises(ValueError, match="logs sign"):
        witness(tmp_path, NORTH, cosigner)


# --- two at once ---


def test_state_is_read_and_replaced_under_one_lock(
    north: LogWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def watched(do: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*arguments: Any, **named: Any) -> Any:
            held.append(Folder(north._folder.root).take_lock() is None)
            return do(*arguments, **named)

        return watching

    monkeypatch.setattr(LogWitness, "seen", watched(LogWitness.seen))
    monkeypatch.setattr(Folder, "put", watched(Folder.put))
    assert grow(north, 0, 5).status is Status.OK
    assert held == [True, True]


def test_without_the_lock_a_slow_request_would_take_growth_back(
    north: LogWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race of tlog-witness, played: what the lock is there for. While A (3 -> 5) signs, B (3 -> 10) is answered."""
    grow(north, 0, 3)
    monkeypatch.setattr(Folder, "alone", lambda _: nullcontext())
    cosign, answers = NoteSigner.cosign, []

    def slow(signer: NoteSigner, checkpoint: Checkpoint, timestamp: int) -> NoteSignature:
        if checkpoint.size == 5:
            answers.append(grow(north, 3, 10))
        return cosign(signer, checkpoint, timestamp)

    monkeypatch.setattr(NoteSigner, "cosign", slow)
    answers.append(grow(north, 3, 5))
    assert [answer.status for answer in answers] == [Status.OK, Status.OK]
    assert size_of(north) == 5  # rolled back: five entries that it vouched for are forgotten


def pushing(path: Path, seed: int) -> list[tuple[int, int]]:
    """A log's side in a hurry: what (old, new) sizes it got cosigned, each asked from where the witness said it was."""
    north, cosigned, old = witness(path), [], 0
    for step in range(12):
        new = old + (seed + step) % 3
        if new >= len(NOTES):
            break
        answer = grow(north, old, new)
        if answer.status is Status.OK:
            cosigned.append((old, new))
            old = new
        else:
            assert answer.status is Status.CONFLICT
            assert answer.size is not None
            assert answer.size > old
            old = answer.size
    return cosigned


@pytest.mark.parametrize("several", ["threads", "processes"])
def test_many_at_once_cannot_roll_back(tmp_path: Path, several: str) -> None:
    pool = (
        ThreadPoolExecutor(4)
        if several == "threads"
        else ProcessPoolExecutor(4, mp_context=get_context("fork"))
    )
    with pool:
        runs = list(pool.map(pushing, [tmp_path] * 8, range(8)))
    steps = sorted(step for run in runs for step in run if step[0] != step[1])
    assert [new for _, new in steps[:-1]] == [old for old, _ in steps[1:]], (
        "each step begins where the last ended"
    )
    assert all(one < other for one, other in pairwise(new for _, new in steps))
    assert size_of(witness(tmp_path)) == steps[-1][1]


# --- a state that was put back ---


def test_who_puts_an_older_state_back_makes_the_witness_guilty(tmp_path: Path, north: LogWitness) -> None:
    """The witness cannot know; two checkpoints with its cosignature, of one size and two roots, tell everybody."""
    grow(north, 0, 4)
    shutil.copytree(tmp_path / "north", tmp_path / "backup")
    one = grow(north, 4, 10)
    shutil.rmtree(tmp_path / "north")
    shutil.copytree(tmp_path / "backup", tmp_path / "north")
    fork = signed(FORK[:10])
    other = north.add_checkpoint(4, tree_of(FORK).consistency_proof(4, 10), fork.format(), now=NOON + 60)
    assert (one.status, other.status) == (Status.OK, Status.OK)

    assert one.cosignature is not None
    assert other.cosignature is not None
    shown = Note.parse(NOTES[10]).signed_by(one.cosignature), fork.signed_by(other.cosignature)
    assert {(one.offence, one.party) for one in guilt(*shown, LOG, [north.key])} == {
        (Offence.SPLIT_VIEW, ORIGIN),
        (Offence.SPLIT_VIEW, NORTH),
    }


# --- the words of the protocol ---

EXAMPLE = Request(5, (bytes(32), b"\xff" * 32), NOTES[7])


def test_a_request_is_written_as_the_specification_says() -> None:
    assert EXAMPLE.format().startswith(
        b"old 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        b"//////////////////////////////////////////8=\n\nlog.example/2026\n7\n"
    )


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=80),
)
def test_every_request_is_read_as_it_was_written(old: int, proof: list[bytes], note: bytes) -> None:
    request = Request(old, tuple(proof), note)
    assert Request.parse(request.format()) == request


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        (b"", "witness.request-cut-short"),
        (b"old 5\n", "witness.request-cut-short"),
        (b"old 5\n" + NOTES[7].partition(b"\n\n")[0], "witness.request-cut-short"),
        (b"\n\n" + NOTES[7], "witness.old-size-line"),
        (b"Old 5\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old  5\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old 5 \n\n" + NOTES[7], "witness.old-size-line"),
        (b"old 5\r\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old 007\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old +7\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old -0\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old 7.0\n\n" + NOTES[7], "witness.old-size-line"),
        (b"old 9223372036854775808\n\n" + NOTES[7], "witness.old-size-line"),
        ("old ٧\n\n".encode() + NOTES[7], "witness.old-size-line"),
        (b"old 5\nAAAA\n\n" + NOTES[7], "witness.proof-line"),
        (b"old 5\n" + b"A" * 43 + b"\n\n" + NOTES[7], "witness.proof-line"),
        (b"old 5\n" + b"A" * 42 + b"B=\n\n" + NOTES[7], "witness.proof-line"),
        (b"old 5\n" + b"A" * 43 + b"= \n\n" + NOTES[7], "witness.proof-line"),
        (b"old 5\n" + b"_" * 43 + b"=\n\n" + NOTES[7], "witness.proof-line"),
        (b"old 5\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + NOTES[7], "witness.proof-too-long"),
        (bytes(2_000_000), "witness.request-too-large"),
    ],
)
def test_a_request_that_is_none_is_refused(north: LogWitness, body: bytes, flaw: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        Request.parse(body)
    assert code(refused) == flaw
    answer = north.answer(body, now=NOON)
    assert refusal(answer) == (400, flaw)
    assert (answer.body, answer.content_type) == (f"{flaw}\n".encode(), "text/plain; charset=utf-8")


def test_a_request_is_answered_as_the_call(north: LogWitness) -> None:
    assert north.answer(Request(0, (), NOTES[5]).format(), now=NOON).status is Status.OK
    proof = TREE.consistency_proof(5, 7)
    assert north.answer(Request(5, proof, NOTES[7]).format(), now=NOON).status is Status.OK
    assert refusal(north.answer(Request(5, proof, NOTES[7]).format(), now=NOON)) == (
        409,
        "witness.old-size-differs",
    )


# --- the log's side ---


def test_a_log_asks_from_where_the_witness_stands(tmp_path: Path, north: LogWitness) -> None:
    with begun(tmp_path / "log") as log:
        for count in (0, 3, 0, 300):
            log.append(entries(count, log.size))
            answer = ask(north, log, now=NOON)
            assert answer.status is Status.OK
            assert size_of(north) == log.size
        assert refusal(ask(north, log, now=NOON, size=100)) == (409, "witness.old-size-differs")


def test_a_log_that_forked_is_told_no(tmp_path: Path, north: LogWitness) -> None:
    grow(north, 0, 5)
    with begun(tmp_path / "log") as log:
        log.append(FORK)
        assert refusal(ask(north, log, now=NOON)) == (422, "merkle.first-root-differs")
        assert refusal(ask(north, log, now=NOON, size=5)) == (409, "witness.root-differs")
