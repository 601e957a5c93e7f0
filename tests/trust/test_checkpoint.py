"""Checkpoints: one text for one tree head."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.checkpoint import Checkpoint, CheckpointFlaw, CheckpointRejected
from standfirst.trust.merkle import EMPTY_ROOT

# C2SP tlog-checkpoint, the example at its top.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ORIGIN, SIZE, ROOT = SOFA.splitlines()


def test_the_published_checkpoint() -> None:
    checkpoint = Checkpoint.parse(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert checkpoint.extensions == ()
    assert checkpoint.text == SOFA
    assert checkpoint.plain() is checkpoint


def test_an_origin_may_hold_spaces() -> None:
    """Item 1 only recommends otherwise, and the Go checksum database has them."""
    assert Checkpoint.parse(SOFA.replace(ORIGIN, "go.sum database tree")).origin == "go.sum database tree"


def test_extension_lines_are_kept_and_can_be_refused() -> None:
    checkpoint = Checkpoint.parse(SOFA + "extension 1\n— not a signature here\n")
    assert checkpoint.extensions == ("extension 1", "— not a signature here")
    assert checkpoint.text.startswith(SOFA)
    with pytest.raises(CheckpointRejected) as caught:
        checkpoint.plain()
    assert caught.value.code is CheckpointFlaw.EXTENSIONS
    assert caught.value.parameters == {"count": 2}


NO_CHECKPOINTS = {
    "nothing": ("", CheckpointFlaw.UNTERMINATED),
    "no last newline": (SOFA[:-1], CheckpointFlaw.UNTERMINATED),
    "two lines": (f"{ORIGIN}\n{SIZE}\n", CheckpointFlaw.TOO_SHORT),
    "no origin": (f"\n{SIZE}\n{ROOT}\n", CheckpointFlaw.EMPTY_LINE),
    "an empty line at the end": (SOFA + "\n", CheckpointFlaw.EMPTY_LINE),
    "an empty line before an extension": (SOFA + "\nx\n", CheckpointFlaw.EMPTY_LINE),
    "a control character": (SOFA.replace("sofa", "so\tfa"), CheckpointFlaw.CONTROL_CHARACTER),
    "a control character further down": (SOFA + "x\r\n", CheckpointFlaw.CONTROL_CHARACTER),
    "a surrogate": (SOFA.replace("sofa", "\ud800"), CheckpointFlaw.NOT_UTF8),
    "an origin of 256 bytes": (SOFA.replace(ORIGIN, "é" * 128), CheckpointFlaw.ORIGIN_TOO_LONG),
    "leading zeros": (SOFA.replace(SIZE, "007"), CheckpointFlaw.SIZE_TEXT),
    "two zeros": (SOFA.replace(SIZE, "00"), CheckpointFlaw.SIZE_TEXT),
    "a plus": (SOFA.replace(SIZE, "+1"), CheckpointFlaw.SIZE_TEXT),
    "a minus": (SOFA.replace(SIZE, "-1"), CheckpointFlaw.SIZE_TEXT),
    "an underscore": (SOFA.replace(SIZE, "1_000"), CheckpointFlaw.SIZE_TEXT),
    "a space": (SOFA.replace(SIZE, " 1"), CheckpointFlaw.SIZE_TEXT),
    "Arabic digits": (SOFA.replace(SIZE, "٣"), CheckpointFlaw.SIZE_TEXT),
    "an empty size": (SOFA.replace(SIZE, ""), CheckpointFlaw.SIZE_TEXT),
    "64 bits": (SOFA.replace(SIZE, str(2**63)), CheckpointFlaw.SIZE_OUT_OF_RANGE),
    "a bomb of digits": (SOFA.replace(SIZE, "9" * 100_000), CheckpointFlaw.SIZE_OUT_OF_RANGE),
    "a root without padding": (SOFA.replace("=", ""), CheckpointFlaw.ROOT_TEXT),
    "a root with bits in its padding": (SOFA.replace("q2I=", "q2J="), CheckpointFlaw.ROOT_TEXT),
    "a root in hexadecimal": (SOFA.replace(ROOT, "0a" * 32), CheckpointFlaw.ROOT_SIZE),
    "a root that is too short": (SOFA.replace(ROOT, "CsUY"), CheckpointFlaw.ROOT_SIZE),
    "an empty root": (SOFA.replace(ROOT, ""), CheckpointFlaw.ROOT_SIZE),
    "an empty tree with a root": (SOFA.replace(SIZE, "0"), CheckpointFlaw.ROOT_OF_EMPTY),
}


@pytest.mark.parametrize(("text", "flaw"), NO_CHECKPOINTS.values(), ids=NO_CHECKPOINTS)
def test_what_is_not_a_checkpoint(text: str, flaw: CheckpointFlaw) -> None:
    with pytest.raises(CheckpointRejected) as caught:
        Checkpoint.parse(text)
    assert caught.value.code is flaw


def test_edges_that_are_allowed() -> None:
    assert Checkpoint("x", 0, EMPTY_ROOT).text == "x\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    largest = Checkpoint("é" * 127, 2**63 - 1, bytes(32))
    assert Checkpoint.parse(largest.text) == largest


def test_what_no_text_can_say_is_not_made() -> None:
    for size in (-1, 2**63):
        with pytest.raises(CheckpointRejected) as caught:
            Checkpoint("x", size, bytes(32))
        assert caught.value.code is CheckpointFlaw.SIZE_OUT_OF_RANGE
    with pytest.raises(CheckpointRejected) as caught:
        Checkpoint("x\n5", 1, bytes(32))
    assert caught.value.code is CheckpointFlaw.CONTROL_CHARACTER
    with pytest.raises(CheckpointRejected) as caught:
        Checkpoint("x", 1, bytes(32), ("",))
    assert caught.value.code is CheckpointFlaw.EMPTY_LINE


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=60)


@given(LINES, st.integers(1, 2**63 - 1), st.binary(), st.lists(LINES, max_size=3))
def test_every_checkpoint_comes_back(origin: str, size: int, seed: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, hashlib.sha256(seed).digest(), tuple(extensions))
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@given(st.text("x\n0123456789", max_size=20).map(lambda text: f"{text}{ROOT}\n"))
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except CheckpointRejected:
        return
    assert checkpoint.text == text
