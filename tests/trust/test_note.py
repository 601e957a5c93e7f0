"""Signed notes: published notes read and written byte for byte, and everything that is not one refused."""

import hashlib
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.note import (
    MAX_SIGNATURES,
    MAX_SIZE,
    Note,
    NoteFlaw,
    NoteRejected,
    NoteSignature,
    check_name,
    key_id,
)

# golang.org/x/mod/sumdb/note, the package's own examples.
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"

# C2SP signed-note, the example at its top: a text with an empty line of its own.
QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)


def refused(data: bytes | str) -> NoteRejected:
    with pytest.raises(NoteRejected) as caught:
        Note.parse(data.encode() if isinstance(data, str) else data)
    return caught.value


# --- published notes ---


@pytest.mark.parametrize("whole", [f"{TEXT}\n{PETER}", f"{TEXT}\n{PETER}{ENOCH}", QUASIMODO])
def test_published_notes_come_back_byte_for_byte(whole: str) -> None:
    assert Note.parse(whole.encode()).format() == whole.encode()


def test_the_last_empty_line_separates() -> None:
    note = Note.parse(QUASIMODO.encode())
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    (signature,) = note.signatures
    assert (signature.name, len(signature.value)) == ("quasimodo.example/salvatore", 64)
    assert signature.key_id.hex() == "367ba04b"


def test_the_published_note_is_made_again() -> None:
    """With the example's private key, where the seed follows a type byte."""
    material = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    key = PrivateKey.from_seed(Algorithm.ED25519, material[1:])
    identifier = key_id("PeterNeumann", material[0], key.public.raw)
    assert identifier.hex() == "c74f20a3"
    note = Note(TEXT, (NoteSignature("PeterNeumann", identifier, key.sign(TEXT.encode())),))
    assert note.format() == f"{TEXT}\n{PETER}".encode()


def test_key_ids_are_over_name_type_and_key() -> None:
    expected = hashlib.sha256(b"example.com/w\n\x04" + bytes(32)).digest()[:4]
    assert key_id("example.com/w", 4, bytes(32)) == expected
    assert key_id("example.com/w", 1, bytes(32)) != expected


# --- what is refused ---

WHOLE = f"{TEXT}\n{PETER}"

NO_NOTES = {
    "nothing": ("", NoteFlaw.UNTERMINATED),
    "a newline": ("\n", NoteFlaw.NO_SIGNATURES),
    "text alone": (TEXT, NoteFlaw.NO_SIGNATURES),
    "text and an empty line": (TEXT + "\n", NoteFlaw.NO_SIGNATURES),
    "no empty line": (TEXT + PETER, NoteFlaw.NO_SIGNATURES),
    "no text": (PETER, NoteFlaw.NO_SIGNATURES),
    "no last newline": (WHOLE[:-1], NoteFlaw.UNTERMINATED),
    "an empty line at the end": (WHOLE + "\n", NoteFlaw.NO_SIGNATURES),
    "a line more": (WHOLE + "Unexpected line.\n", NoteFlaw.SIGNATURE_LINE),
    "a tab": ("\t" + WHOLE, NoteFlaw.CONTROL_CHARACTER),
    "a carriage return": (WHOLE.replace("\n", "\r\n"), NoteFlaw.CONTROL_CHARACTER),
    "a NUL": ("\x00" + WHOLE, NoteFlaw.CONTROL_CHARACTER),
    "a control in the name": (WHOLE.replace("PeterN", "Peter\x1fN"), NoteFlaw.CONTROL_CHARACTER),
    "another dash": (WHOLE.replace("—", "-"), NoteFlaw.SIGNATURE_LINE),
    "no dash": (WHOLE.replace("— ", ""), NoteFlaw.SIGNATURE_LINE),
    "no space after the dash": (WHOLE.replace("— ", "—"), NoteFlaw.SIGNATURE_LINE),
    "no signature": (f"{TEXT}\n— PeterNeumann\n", NoteFlaw.SIGNATURE_LINE),
    "an empty signature": (f"{TEXT}\n— PeterNeumann \n", NoteFlaw.SIGNATURE_TOO_SHORT),
    "three bytes": (f"{TEXT}\n— PeterNeumann DEAD\n", NoteFlaw.SIGNATURE_TOO_SHORT),
    "a key id alone": (f"{TEXT}\n— PeterNeumann x08gow==\n", NoteFlaw.SIGNATURE_TOO_SHORT),
    "no name": (f"{TEXT}\n—  x08go/ZJ\n", NoteFlaw.NAME),
    "a name with a space": (WHOLE.replace("PeterN", "Peter N"), NoteFlaw.SIGNATURE_TEXT),
    "a name with another space": (WHOLE.replace("PeterN", "Peter\u2003N"), NoteFlaw.NAME),
    "a name with a line separator": (WHOLE.replace("PeterN", "Peter\u2028N"), NoteFlaw.NAME),
    "a name with a plus": (WHOLE.replace("PeterN", "Peter+N"), NoteFlaw.NAME),
    "base64 without padding": (WHOLE.replace("=", ""), NoteFlaw.SIGNATURE_TEXT),
    "base64 with bits in the padding": (WHOLE.replace("nAM=", "nAN="), NoteFlaw.SIGNATURE_TEXT),
    "base64 of URLs": (WHOLE.replace("/", "_"), NoteFlaw.SIGNATURE_TEXT),
    "two spaces": (WHOLE.replace("Neumann ", "Neumann  "), NoteFlaw.SIGNATURE_TEXT),
    "a space at the end": (WHOLE.replace("=\n", "= \n"), NoteFlaw.SIGNATURE_TEXT),
}


@pytest.mark.parametrize(("data", "flaw"), NO_NOTES.values(), ids=NO_NOTES)
def test_what_is_not_a_note(data: str, flaw: NoteFlaw) -> None:
    assert refused(data).code is flaw


@pytest.mark.parametrize("byte", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x80"])
def test_what_is_not_text(byte: bytes) -> None:
    assert refused(byte + WHOLE.encode()).code is NoteFlaw.NOT_UTF8


def test_the_line_at_fault_is_told() -> None:
    assert refused(f"{TEXT}\n{PETER}{ENOCH}— x y\n").parameters == {"line": 3}


def test_many_signatures_and_large_notes_end_somewhere() -> None:
    assert len(Note.parse(f"{TEXT}\n{PETER * MAX_SIGNATURES}".encode()).signatures) == 100
    assert refused(f"{TEXT}\n{PETER * (MAX_SIGNATURES + 1)}").code is NoteFlaw.TOO_MANY_SIGNATURES
    # Counted before any is read: the garbage behind them is not looked at.
    garbage = "garbage\n" * 50_000
    assert refused(f"{TEXT}\n{PETER * 100}{garbage}").code is NoteFlaw.TOO_MANY_SIGNATURES
    filler = "x" * (MAX_SIZE - len(WHOLE.encode()) - 1) + "\n"
    assert len(Note.parse(f"{filler}{WHOLE}".encode()).text) == len(filler) + len(TEXT)
    assert refused(f"x{filler}{WHOLE}").code is NoteFlaw.TOO_LARGE


def test_sixteen_of_the_largest_signatures_fit() -> None:
    """The specification's lower limit, with the largest signature that anyone assigns: ML-DSA-87's 4627 bytes."""
    large = [NoteSignature(f"w{number}", bytes(4), bytes(8 + 4627)) for number in range(16)]
    assert Note.parse(Note("t\n", tuple(large)).format()).signatures == tuple(large)


def test_what_cannot_be_written_is_not_made() -> None:
    signature = NoteSignature("n", bytes(4), b"s")
    for text, flaw in (
        ("", NoteFlaw.UNTERMINATED),
        ("no newline", NoteFlaw.UNTERMINATED),
        ("tab\t\n", NoteFlaw.CONTROL_CHARACTER),
        ("\ud800\n", NoteFlaw.NOT_UTF8),
    ):
        with pytest.raises(NoteRejected) as caught:
            Note(text, (signature,))
        assert caught.value.code is flaw
    with pytest.raises(NoteRejected) as caught:
        Note("t\n", ())
    assert caught.value.code is NoteFlaw.NO_SIGNATURES
    with pytest.raises(NoteRejected) as caught:
        Note("t\n", (signature,) * 101)
    assert caught.value.code is NoteFlaw.TOO_MANY_SIGNATURES
    for identifier, value in ((bytes(3), b"s"), (bytes(5), b"s"), (bytes(4), b"")):
        with pytest.raises(NoteRejected):
            NoteSignature("n", identifier, value)


@pytest.mark.parametrize("name", ["", " ", "a b", "a+b", "a\u00a0b", "a\u3000", "a\nb", "a\x00b", "\ud800"])
def test_what_is_not_a_name(name: str) -> None:
    with pytest.raises(NoteRejected):
        check_name(name)
    with pytest.raises(NoteRejected):
        NoteSignature(name, bytes(4), b"s")


def test_signatures_are_added_at_the_end() -> None:
    note = Note.parse(WHOLE.encode())
    more = note.signed_by(NoteSignature.parse(ENOCH.rstrip("\n")))
    assert more.format() == f"{WHOLE}{ENOCH}".encode()
    assert note.format() == WHOLE.encode()


# --- properties ---

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "Cc"], exclude_characters="+"), min_size=1
)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)


@given(st.lists(LINES, min_size=1), st.lists(SIGNATURES, min_size=1, max_size=5))
@settings(max_examples=100)
def test_every_note_comes_back(lines: list[str], signatures: list[NoteSignature]) -> None:
    note = Note("".join(f"{line}\n" for line in lines), tuple(signatures))
    assert Note.parse(note.format()) == note


@given(st.binary(max_size=60) | st.text("—ab+ \n=A", max_size=60).map(str.encode))
def test_whatever_is_read_is_written_the_same(data: bytes) -> None:
    try:
        note = Note.parse(data)
    except NoteRejected:
        return
    assert note.format() == data


@given(st.data())
def test_no_changed_byte_leaves_the_same_note(data: st.DataObject) -> None:
    original = QUASIMODO.encode()
    position = data.draw(st.integers(0, len(original) - 1))
    changed = original[:position] + bytes((original[position] ^ data.draw(st.integers(1, 255)),))
    changed += original[position + 1 :]
    try:
        note = Note.parse(changed)
    except NoteRejected:
        return
    assert note != Note.parse(original)
