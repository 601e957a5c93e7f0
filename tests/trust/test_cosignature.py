"""Logs' signatures and witnesses' cosignatures: published ones, the specification's words by hand, and attacks."""

import struct
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from dilithium_py.ml_dsa import ML_DSA_44
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.trust import cosignature
from standfirst.trust.checkpoint import Checkpoint, CheckpointFlaw, CheckpointRejected
from standfirst.trust.cosignature import (
    CosignatureFlaw,
    CosignatureRejected,
    NoteKey,
    NoteSigner,
    NoteType,
    cosignatures,
    cosigned_message,
    verify_log,
)
from standfirst.trust.keys import Algorithm, PrivateKey, PublicKey, SignatureFailed
from standfirst.trust.note import Note, NoteRejected, NoteSignature

ORIGIN = "log.example/2026"
CHECKPOINT = Checkpoint(ORIGIN, 7, sha256(b"root").digest())
TIME = 1_790_000_000


def signer(name: str, type: NoteType, seed: int = 0) -> NoteSigner:  # noqa: A002 - the specification's word
    return NoteSigner(name, PrivateKey.from_seed(type.algorithm, seed.to_bytes(32, "big")), type)


LOG = signer(ORIGIN, NoteType.ED25519, 1)
W1 = signer("w1.example", NoteType.ML_DSA_44_COSIGNATURE, 2)
W2 = signer("w2.example", NoteType.ED25519_COSIGNATURE, 3)
BOTH = [W1.key, W2.key]


def note(*signatures: NoteSignature, checkpoint: Checkpoint = CHECKPOINT) -> Note:
    return Note(checkpoint.text, signatures)


def cosigned() -> Note:
    return note(LOG.sign_log(CHECKPOINT), W1.cosign(CHECKPOINT, TIME), W2.cosign(CHECKPOINT, TIME + 60))


def refused(flaw: CosignatureFlaw, note: Note, keys: list[NoteKey] | None = None) -> None:
    with pytest.raises(CosignatureRejected) as caught:
        cosignatures(note, BOTH if keys is None else keys)
    assert caught.value.code is flaw


# --- published signatures ---

# sigsum-go, pkg/checkpoint: the key of the seed 17, 0, 0, ...
SIGSUM = PrivateKey.from_seed(Algorithm.ED25519, bytes([17]) + bytes(31))
SIGSUM_HEAD = "10\nHA5HAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
SIGSUM_ORIGIN = "sigsum.org/v1/tree/e796172b92befd62d9dc67e41c2f5bc9d3100a3023b20b1ca40288dd1c679e69"
SIGSUM_LINE = (
    "— example.org/witness "
    "ys8uUAAAAAAAAATSftMzceM8zssdZ9jin9SjwIxzx9iADMf63VqirX2hafol9RsqNqbofIz0LVRqHXI2kpEBSki5RTXFtxz1vo9+Cg==\n"
)


def test_a_published_cosignature_is_made_and_verified() -> None:
    witness = NoteSigner("example.org/witness", SIGSUM, NoteType.ED25519_COSIGNATURE)
    checkpoint = Checkpoint.parse("example.org/log\n" + SIGSUM_HEAD)
    assert witness.cosign(checkpoint, 1234).line == SIGSUM_LINE
    whole = Note.parse(f"{checkpoint.text}\n{SIGSUM_LINE}".encode())
    assert cosignatures(whole, [witness.key]) == {witness.key: 1234}


def test_published_lines_by_neighbours_of_that_key_are_ignored() -> None:
    """The same line with another key id, or another name, is nobody's: it is not even verified."""
    witness = NoteSigner("example.org/witness", SIGSUM, NoteType.ED25519_COSIGNATURE)
    checkpoint = Checkpoint.parse("example.org/log\n" + SIGSUM_HEAD)
    lines = SIGSUM_LINE.replace("ys8u", "yX8u") + SIGSUM_LINE.replace("witness ", "witness-2 ")
    assert not cosignatures(Note.parse(f"{checkpoint.text}\n{lines}".encode()), [witness.key])
    whole = Note.parse(f"{checkpoint.text}\n{lines}{SIGSUM_LINE}".encode())
    assert cosignatures(whole, [witness.key]) == {witness.key: 1234}


def test_a_published_checkpoint_is_signed_and_verified() -> None:
    log = NoteSigner(SIGSUM_ORIGIN, SIGSUM, NoteType.ED25519)
    line = (
        f"— {SIGSUM_ORIGIN} "
        "gJ2ho0n8F8olcerUF1FFdv235A/5as/coWrpLrtE7ovMeP5whgwouYExowG/lTznxu6OUGjjt5yJQ6bXtTcf718MqAQ=\n"
    )
    checkpoint = Checkpoint.parse(f"{SIGSUM_ORIGIN}\n{SIGSUM_HEAD}")
    assert log.sign_log(checkpoint).line == line
    assert verify_log(Note.parse(f"{checkpoint.text}\n{line}".encode()), log.key) == checkpoint


def test_the_go_checksum_database() -> None:
    """Fetched on 2024-09-23; its origin is not its key's name, which tlog-policy asks for, so it is no log here."""
    whole = Note.parse(
        "go.sum database tree\n30055305\nmXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM=\n\n— sum.golang.org "
        "Az3grpgEild5qw7+5dtV13Kf1C2Xurm8q4fhdxvcsDHnqNTaxL2AFjBY+2TyGKevucFcAAlWFJJYle3EJlDCrQ+y3A8=\n".encode()
    )
    key = NoteKey.read("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    (signature,) = whole.signatures
    assert signature.key_id == key.key_id
    key.public.verify(signature.value, whole.text.encode())
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(whole, key)
    assert caught.value.code is CosignatureFlaw.OTHER_ORIGIN


def test_the_specifications_example_line() -> None:
    """Its keys are not published; its timestamp is, in the example of the signed message."""
    line = (
        "— witness.example.com/w1 "
        "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    )
    signature = NoteSignature.parse(line)
    assert len(signature.value) == 8 + 64
    assert int.from_bytes(signature.value[:8], "big") == 1679315147


# --- the messages, built by hand from the specification ---

SOFA = Checkpoint.parse(
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)


def test_the_ed25519_message() -> None:
    expected = (
        b"cosignature/v1\n"
        b"time 1679315147\n"
        b"example.com/behind-the-sofa\n"
        b"20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert cosigned_message(W2.key, SOFA, 1679315147) == expected
    extended = replace(SOFA, extensions=("more",))
    assert cosigned_message(W2.key, extended, 1679315147) == expected + b"more\n"


def by_hand(name: bytes, time: int, origin: bytes, size: int, root: bytes) -> bytes:
    """The structure cosigned_message: label[12], name<1..255>, timestamp, origin<1..255>, start, end, hash[32]."""
    shape = f">12sB{len(name)}sQB{len(origin)}sQQ32s"
    return struct.pack(shape, b"subtree/v1\n\0", len(name), name, time, len(origin), origin, 0, size, root)


def test_the_ml_dsa_44_message() -> None:
    root = bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
    expected = by_hand(b"w1.example", 1679315147, b"example.com/behind-the-sofa", 20852163, root)
    assert cosigned_message(W1.key, SOFA, 1679315147) == expected
    assert expected[:13] == b"subtree/v1\n\x00\x0a"
    assert cosigned_message(W1.key, replace(SOFA, extensions=("more",)), 1679315147) == expected


@given(
    st.text("aé/.", min_size=1, max_size=60),
    st.text("aé /.", min_size=1, max_size=60),
    st.integers(0, 2**63 - 1),
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_every_ml_dsa_44_message(name: str, origin: str, time: int, size: int, root: bytes) -> None:
    key = replace(W1.key, name=name)
    message = cosigned_message(key, Checkpoint(origin, size, root), time)
    assert message == by_hand(name.encode(), time, origin.encode(), size, root)


def test_the_longest_names_fit() -> None:
    key = replace(W1.key, name="n" * 255)
    message = cosigned_message(key, Checkpoint("o" * 255, 1, bytes(32)), 0)
    assert message == by_hand(b"n" * 255, 0, b"o" * 255, 1, bytes(32))
    with pytest.raises(CosignatureRejected) as caught:
        replace(W1.key, name="é" * 128)
    assert caught.value.code is CosignatureFlaw.NAME_TOO_LONG


def test_another_implementation_verifies_our_ml_dsa_44_cosignature() -> None:
    line = W1.cosign(CHECKPOINT, TIME)
    message = by_hand(b"w1.example", TIME, ORIGIN.encode(), 7, CHECKPOINT.root)
    assert line.value[:8] == TIME.to_bytes(8, "big")
    assert ML_DSA_44.verify(W1.key.public.raw, message, line.value[8:])
    assert line.key_id == sha256(b"w1.example\n\x06" + W1.key.public.raw).digest()[:4]


def test_we_verify_another_implementations_ml_dsa_44_cosignature() -> None:
    public, secret = ML_DSA_44.key_derive((2).to_bytes(32, "big"))
    message = by_hand(b"w1.example", TIME, ORIGIN.encode(), 7, CHECKPOINT.root)
    value = TIME.to_bytes(8, "big") + ML_DSA_44.sign(secret, message, deterministic=True)
    identifier = sha256(b"w1.example\n\x06" + public).digest()[:4]
    assert cosignatures(note(NoteSignature("w1.example", identifier, value)), BOTH) == {W1.key: TIME}


# --- what holds ---


def test_log_and_witnesses_sign_one_note() -> None:
    whole = Note.parse(cosigned().format())
    assert verify_log(whole, LOG.key) == CHECKPOINT
    assert cosignatures(whole, BOTH) == {W1.key: TIME, W2.key: TIME + 60}
    assert cosignatures(whole, [W2.key]) == {W2.key: TIME + 60}
    assert not cosignatures(whole, [])


def test_a_log_may_sign_with_ml_dsa_44() -> None:
    log = signer(ORIGIN, NoteType.ML_DSA_44_COSIGNATURE, 9)
    assert verify_log(note(log.cosign(CHECKPOINT, 0)), log.key) == CHECKPOINT


def test_one_name_may_have_a_key_of_each_type() -> None:
    old = signer("w1.example", NoteType.ED25519_COSIGNATURE, 4)
    whole = note(W1.cosign(CHECKPOINT, TIME), old.cosign(CHECKPOINT, TIME + 1))
    assert cosignatures(whole, [W1.key, old.key]) == {W1.key: TIME, old.key: TIME + 1}


def test_of_two_cosignatures_by_one_key_the_latest_counts() -> None:
    times = [TIME + 5, TIME, TIME + 9, TIME + 1]
    whole = note(*(W1.cosign(CHECKPOINT, time) for time in times))
    assert cosignatures(whole, BOTH) == {W1.key: TIME + 9}


def test_times_at_the_edges() -> None:
    for time in (0, 2**63 - 1):
        for witness in (W1, W2):
            assert cosignatures(note(witness.cosign(CHECKPOINT, time)), BOTH) == {witness.key: time}
    for time in (-1, 2**63):
        with pytest.raises(CosignatureRejected) as caught:
            W1.cosign(CHECKPOINT, time)
        assert caught.value.code is CosignatureFlaw.TIMESTAMP


def test_unknown_lines_are_ignored_whatever_they_hold() -> None:
    unknown = [
        NoteSignature("w3.example", W1.key.key_id, b"x"),
        NoteSignature("w1.example", W2.key.key_id, b"x"),
        NoteSignature("w1.example", bytes(4), bytes(2428)),
    ]
    whole = note(*unknown, *cosigned().signatures, *unknown)
    assert cosignatures(whole, BOTH) == {W1.key: TIME, W2.key: TIME + 60}
    assert verify_log(whole, LOG.key) == CHECKPOINT


def test_ml_dsa_44_does_not_cover_extension_lines() -> None:
    extended = replace(CHECKPOINT, extensions=("added by anybody",))
    whole = note(W1.cosign(CHECKPOINT, TIME), checkpoint=extended)
    assert cosignatures(whole, [W1.key]) == {W1.key: TIME}
    with pytest.raises(CheckpointRejected) as caught:
        Checkpoint.parse(whole.text).plain()
    assert caught.value.code is CheckpointFlaw.EXTENSIONS
    # Ed25519 covers them.
    refused(CosignatureFlaw.SIGNATURE_FAILED, note(W2.cosign(CHECKPOINT, TIME), checkpoint=extended))
    with pytest.raises(CosignatureRejected):
        verify_log(note(LOG.sign_log(CHECKPOINT), checkpoint=extended), LOG.key)


# --- attacks ---


def _bent(signature: NoteSignature, position: int) -> NoteSignature:
    value = bytearray(signature.value)
    value[position] ^= 1
    return replace(signature, value=bytes(value))


@pytest.mark.parametrize("witness", [W1, W2], ids=["ML-DSA-44", "Ed25519"])
@pytest.mark.parametrize("position", [0, 7, 8, -1])
def test_one_bad_line_by_a_known_key_spoils_the_note(witness: NoteSigner, position: int) -> None:
    good = witness.cosign(CHECKPOINT, TIME)
    bad = _bent(good, position)
    for lines in ([bad], [good, bad], [bad, good]):
        refused(CosignatureFlaw.SIGNATURE_FAILED, note(*cosigned().signatures[:1], *lines))


def test_a_bad_line_by_the_log_spoils_the_note() -> None:
    good = LOG.sign_log(CHECKPOINT)
    for lines in ([_bent(good, 3)], [good, _bent(good, 3)]):
        with pytest.raises(CosignatureRejected) as caught:
            verify_log(note(*lines), LOG.key)
        assert caught.value.code is CosignatureFlaw.SIGNATURE_FAILED


def test_a_timestamp_is_signed() -> None:
    good = W1.cosign(CHECKPOINT, TIME)
    later = replace(good, value=(TIME + 1).to_bytes(8, "big") + good.value[8:])
    refused(CosignatureFlaw.SIGNATURE_FAILED, note(later))


@pytest.mark.parametrize("witness", [W1, W2], ids=["ML-DSA-44", "Ed25519"])
def test_timestamps_end_at_63_bits_even_where_signed(witness: NoteSigner) -> None:
    good = witness.cosign(CHECKPOINT, 0)
    for time in (2**63, 2**64 - 1):
        late = replace(good, value=time.to_bytes(8, "big") + good.value[8:])
        refused(CosignatureFlaw.TIMESTAMP, note(late))


@pytest.mark.parametrize("witness", [W1, W2], ids=["ML-DSA-44", "Ed25519"])
def test_a_cosignature_of_another_length_is_refused(witness: NoteSigner) -> None:
    good = witness.cosign(CHECKPOINT, TIME)
    for value in (good.value[:-1], good.value + b"\x00", good.value[:8], b"x", good.value[8:]):
        refused(CosignatureFlaw.SIGNATURE_SIZE, note(replace(good, value=value)))


@pytest.mark.parametrize("witness", [W1, W2], ids=["ML-DSA-44", "Ed25519"])
@pytest.mark.parametrize(
    "other",
    [
        replace(CHECKPOINT, origin="log.example/2027"),
        replace(CHECKPOINT, size=8),
        replace(CHECKPOINT, root=bytes(32)),
    ],
    ids=["origin", "size", "root"],
)
def test_a_cosignature_is_not_replayed(witness: NoteSigner, other: Checkpoint) -> None:
    whole = note(witness.cosign(CHECKPOINT, TIME), checkpoint=other)
    refused(CosignatureFlaw.SIGNATURE_FAILED, whole)


def test_ml_dsa_44_commits_to_the_cosigners_name_and_ed25519_does_not() -> None:
    for witness, name_is_signed in ((W1, True), (W2, False)):
        renamed = replace(witness.key, name="evil.example")
        good = witness.cosign(CHECKPOINT, TIME)
        moved = note(NoteSignature("evil.example", renamed.key_id, good.value))
        if name_is_signed:
            refused(CosignatureFlaw.SIGNATURE_FAILED, moved, [renamed])
        else:
            assert cosignatures(moved, [renamed]) == {renamed: TIME}


@pytest.mark.parametrize("witness", [W1, W2], ids=["ML-DSA-44", "Ed25519"])
def test_one_key_under_two_names_is_refused(witness: NoteSigner) -> None:
    renamed = replace(witness.key, name="evil.example")
    refused(CosignatureFlaw.KEY_SHARED, cosigned(), [witness.key, renamed])


def test_a_plain_signature_is_no_cosignature_and_the_other_way_round() -> None:
    private = PrivateKey.from_seed(Algorithm.ED25519, bytes(32))
    log = NoteSigner(ORIGIN, private, NoteType.ED25519)
    witness = NoteSigner(ORIGIN, private, NoteType.ED25519_COSIGNATURE)
    assert log.key.key_id != witness.key.key_id
    plain, timed = log.sign_log(CHECKPOINT), witness.cosign(CHECKPOINT, TIME)
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(note(timed), log.key)
    assert caught.value.code is CosignatureFlaw.LOG_SIGNATURE_MISSING
    assert not cosignatures(note(plain), [witness.key])
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(note(replace(timed, key_id=log.key.key_id)), log.key)
    assert caught.value.code is CosignatureFlaw.SIGNATURE_SIZE
    forged = replace(plain, key_id=witness.key.key_id, value=bytes(8) + plain.value)
    refused(CosignatureFlaw.SIGNATURE_FAILED, note(forged), [witness.key])


def test_keys_that_one_line_points_to_both_of_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes are soon found twice; here by a key id that does not depend on the key."""
    monkeypatch.setattr(cosignature, "key_id", lambda *_: b"same")
    one = signer("w1.example", NoteType.ML_DSA_44_COSIGNATURE, 2)  # a key computes its id once
    other = signer("w1.example", NoteType.ML_DSA_44_COSIGNATURE, 5)
    refused(CosignatureFlaw.KEY_CLASH, cosigned(), [one.key, other.key])
    # With the true key configured alone, a line by the colliding one spoils the note.
    refused(CosignatureFlaw.SIGNATURE_FAILED, note(other.cosign(CHECKPOINT, TIME)), [one.key])


def test_a_note_by_nobody_known_has_no_log() -> None:
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(note(W1.cosign(CHECKPOINT, TIME)), LOG.key)
    assert caught.value.code is CosignatureFlaw.LOG_SIGNATURE_MISSING
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(note(signer(ORIGIN, NoteType.ED25519, 8).sign_log(CHECKPOINT)), LOG.key)
    assert caught.value.code is CosignatureFlaw.LOG_SIGNATURE_MISSING


def test_a_log_speaks_for_its_own_origin_only() -> None:
    other = replace(CHECKPOINT, origin="log.example/2027")
    whole = note(replace(LOG.sign_log(other)), checkpoint=other)
    with pytest.raises(CosignatureRejected) as caught:
        verify_log(whole, LOG.key)
    assert caught.value.code is CosignatureFlaw.OTHER_ORIGIN


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    text = "not a checkpoint\n"
    signature = PrivateKey.from_seed(Algorithm.ED25519, (1).to_bytes(32, "big")).sign(text.encode())
    whole = Note(text, (NoteSignature(ORIGIN, LOG.key.key_id, signature),))
    for verify in (lambda: verify_log(whole, LOG.key), lambda: cosignatures(whole, BOTH)):
        with pytest.raises(CheckpointRejected):
            verify()


def test_types_that_do_not_do_what_is_asked_are_mistakes_of_the_caller() -> None:
    mistakes: list[Any] = [
        lambda: W1.sign_log(CHECKPOINT),
        lambda: LOG.cosign(CHECKPOINT, TIME),
        lambda: verify_log(cosigned(), W2.key),
        lambda: cosignatures(cosigned(), [LOG.key]),
    ]
    for mistake in mistakes:
        with pytest.raises(ValueError, match=r"time|type"):
            mistake()


@given(st.data())
@settings(max_examples=60)
def test_no_changed_bit_of_the_text_is_believed(data: st.DataObject) -> None:
    whole = bytearray(cosigned().format())
    bit = data.draw(st.integers(0, 8 * len(CHECKPOINT.text) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises((NoteRejected, CheckpointRejected, CosignatureRejected)):
        verify_log(Note.parse(bytes(whole)), LOG.key)
    with pytest.raises((NoteRejected, CheckpointRejected, CosignatureRejected)):
        cosignatures(Note.parse(bytes(whole)), BOTH)


# --- written keys ---

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.mark.parametrize("vkey", [PETER, LOG.key.vkey, W1.key.vkey, W2.key.vkey])
def test_written_keys_come_back(vkey: str) -> None:
    assert NoteKey.read(vkey).vkey == vkey


def test_a_published_key_is_read() -> None:
    key = NoteKey.read(PETER)
    assert (key.name, key.type, key.key_id.hex()) == ("PeterNeumann", NoteType.ED25519, "c74f20a3")
    foo = NoteKey.read("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    text = b"This is an example message.\n"
    line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    signature = NoteSignature.parse(line)
    assert signature.key_id == foo.key_id
    foo.public.verify(signature.value, text)
    with pytest.raises(SignatureFailed):
        foo.public.verify(signature.value, text + b"\n")


def test_no_part_and_no_mangling_of_a_published_key_is_one() -> None:
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(CosignatureRejected):
                    NoteKey.read(PETER[start:end])
    for position, character in enumerate(PETER):
        with pytest.raises(CosignatureRejected):
            NoteKey.read(PETER[:position] + chr(ord(character) + 1) + PETER[position + 1 :])


def _vkey(name: str, type: int, material: bytes) -> str:  # noqa: A002 - the specification's word
    identifier = sha256(name.encode() + b"\n" + bytes([type]) + material).hexdigest()[:8]
    return f"{name}+{identifier}+{b64encode(bytes([type]) + material).decode()}"


@pytest.mark.parametrize(
    ("vkey", "flaw"),
    [
        ("", CosignatureFlaw.KEY_TEXT),
        ("name", CosignatureFlaw.KEY_TEXT),
        ("name+00000000+", CosignatureFlaw.KEY_TEXT),
        (PETER.replace("c74f20a3", "C74F20A3"), CosignatureFlaw.KEY_TEXT),
        (PETER.replace("c74f20a3", "c7 4f20a3"), CosignatureFlaw.KEY_TEXT),
        (PETER.replace("c74f20a3", "c74f20"), CosignatureFlaw.KEY_TEXT),
        (PETER.replace("c74f20a3", "c74f20a300"), CosignatureFlaw.KEY_TEXT),
        (PETER.replace("c74f20a3", "c74f20a4"), CosignatureFlaw.KEY_ID),
        (PETER.replace("Peter", "Pater"), CosignatureFlaw.KEY_ID),
        (PETER + "=", CosignatureFlaw.KEY_TEXT),
        (PETER + "\n", CosignatureFlaw.KEY_TEXT),
        (" " + PETER, CosignatureFlaw.KEY_TEXT),
        ("+" + PETER, CosignatureFlaw.KEY_TEXT),
        # From the Go package's tests: another length, and a type that nobody assigned.
        (
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            CosignatureFlaw.KEY_TEXT,
        ),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", CosignatureFlaw.KEY_TYPE),
        (_vkey("n", 1, bytes(31) + b"\x05" + b"x"), CosignatureFlaw.KEY_TEXT),
        (_vkey("n", 2, bytes(91)), CosignatureFlaw.KEY_TYPE),
        (_vkey("n", 5, bytes(32)), CosignatureFlaw.KEY_TYPE),
        (_vkey("n", 255, bytes(32)), CosignatureFlaw.KEY_TYPE),
        (_vkey("n", 6, bytes(32)), CosignatureFlaw.KEY_TEXT),
        (_vkey("n", 1, bytes(1312)), CosignatureFlaw.KEY_TEXT),
        (_vkey("n", 1, bytes(32)), CosignatureFlaw.KEY_TEXT),  # a point of small order
        (_vkey("n" * 256, 6, W1.key.public.raw), CosignatureFlaw.NAME_TOO_LONG),
    ],
)
def test_what_is_not_a_key(vkey: str, flaw: CosignatureFlaw) -> None:
    with pytest.raises(CosignatureRejected) as caught:
        NoteKey.read(vkey)
    assert caught.value.code is flaw


@pytest.mark.parametrize(
    ("type_", "public"),
    [(NoteType.ED25519, W1.key.public), (NoteType.ML_DSA_44_COSIGNATURE, W2.key.public)],
)
def test_a_type_takes_its_own_algorithm_only(type_: NoteType, public: PublicKey) -> None:
    with pytest.raises(CosignatureRejected) as caught:
        NoteKey("n", type_, public)
    assert caught.value.code is CosignatureFlaw.KEY_TYPE
    with pytest.raises(NoteRejected):
        NoteKey("a b", NoteType.ED25519, LOG.key.public)
