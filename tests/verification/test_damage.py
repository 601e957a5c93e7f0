"""One byte of a good bundle changed, anywhere, and it is not valid; nor is it ever "no bundle at all"."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.world import answer, asked, edited, honest_bundle

from standfirst.trust.bundle import BundleFlaw
from standfirst.trust.verdict import Status

GOOD = honest_bundle()


def flipped(position: int, mask: int) -> bytes:
    return GOOD[:position] + bytes([GOOD[position] ^ mask]) + GOOD[position + 1 :]


def boundaries() -> list[int]:
    """Where a member of the bundle, of an envelope or of the log begins, as a name in quotation marks."""
    names = (
        "accreditation", "certificate", "checksum", "form", "log", "notice", "snapshots", "checkpoint", "leaves",
        "domain", "payload", "salt", "signatures", "algorithm", "key", "signature", "index", "leaf", "path",
    )  # fmt: skip
    found = set()
    for name in names:
        mark, place = f'"{name}":'.encode(), -1
        while (place := GOOD.find(mark, place + 1)) >= 0:
            found.add(place)
    return sorted(found)


NEAR = sorted(
    {position for place in boundaries() for position in range(max(place - 8, 0), min(place + 24, len(GOOD)))}
)


def test_every_byte_of_the_head_and_the_tail() -> None:
    for position in [*range(700), *range(len(GOOD) - 100, len(GOOD))]:
        assert answer(flipped(position, 1))[:2] == ("NOT VALID", "read"), position


def test_every_byte_around_every_boundary() -> None:
    assert len(NEAR) > 1_500
    for position in NEAR:
        assert answer(flipped(position, 0x20))[:2] == ("NOT VALID", "read"), position


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
@settings(max_examples=400)
def test_any_byte_and_any_other_value(position: int, mask: int) -> None:
    assert answer(flipped(position, mask))[:2] == ("NOT VALID", "read")


@given(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=3))
@settings(max_examples=200)
def test_bytes_put_in(position: int, more: bytes) -> None:
    assert answer(GOOD[:position] + more + GOOD[position:])[:2] == ("NOT VALID", "read")


@given(st.integers(60, len(GOOD) - 1))
@settings(max_examples=100)
def test_the_end_cut_off(length: int) -> None:
    assert answer(GOOD[:length])[:2] == ("NOT VALID", "read")


@given(st.integers(0, len(GOOD) - 2))
@settings(max_examples=100)
def test_one_byte_taken_out(position: int) -> None:
    assert answer(GOOD[:position] + GOOD[position + 1 :])[:2] == ("NOT VALID", "read")


def test_damage_is_called_damage() -> None:
    place = GOOD.index(b'"salt":"') + 10
    digit = b"0" if GOOD[place : place + 1] != b"0" else b"1"
    assert answer(GOOD[:place] + digit + GOOD[place + 1 :])[2] == BundleFlaw.CHECKSUM


# --- by an attacker, who also writes a new checksum ------------------------------------------------------------------


@cache
def texts() -> dict[str, str]:
    """Every text in the bundle by its path."""

    def walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from walk(item, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, f"{path}.{index}")
        elif isinstance(value, str):
            yield path, value

    found = dict(walk(json.loads(GOOD), ""))
    del found["checksum"]
    return found


def test_the_walk_finds_what_there_is() -> None:
    assert len(texts()) > 50


@pytest.mark.parametrize("path", [path for path in texts() if path != "notice"])
def test_no_text_can_be_changed_even_with_a_new_checksum(path: str) -> None:
    text = texts()[path]
    for place in {0, len(text) // 2, len(text) - 1}:
        other = "b" if text[place] != "b" else "c"
        changed = text[:place] + other + text[place + 1 :]
        status, step, _ = answer(edited(GOOD, {path: changed}))
        assert status in ("NOT VALID", "UNRECOGNISED"), (path, place)
        assert status == "NOT VALID" or step in ("root", "checkpoint"), (path, place)


@given(st.data())
@settings(max_examples=150)
def test_nowhere_in_any_text(data: st.DataObject) -> None:
    """But in the form, where another digit with the right checksum is a later form (`test_bundle`)."""
    path = data.draw(st.sampled_from(sorted(set(texts()) - {"notice", "form"})))
    text = texts()[path]
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii", min_codepoint=32).filter(lambda c: c != text[place]))
    found = asked(edited(GOOD, {path: text[:place] + other + text[place + 1 :]}))
    if found.status is Status.VALID:
        # The name or key id of a witness: its line is somebody's whom nobody knows, and the other eight are enough.
        assert path == "log.checkpoint"
        assert sum(len(bloc.cosigned) for bloc in found.shown.blocs) == 8


def test_the_notice_is_nobodys_word_and_is_never_shown() -> None:
    assert answer(edited(GOOD, {"notice": "Accredited by everybody"})) == ("VALID", "", "")


@pytest.mark.parametrize("index", range(4))
def test_an_index_cannot_be_changed(index: int) -> None:
    was = json.loads(GOOD)["log"]["leaves"][index]["index"]
    for other in (was + 1, 10**6, 2**53 - 1):
        status, _, code = answer(edited(GOOD, {f"log.leaves.{index}.index": other}))
        assert status == "NOT VALID"
        assert code in ("log.not-included", "bundle.leaves-order")
