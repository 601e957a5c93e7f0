"""One spelling for one value: whatever else a lenient reader would take is refused."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.spelling import (
    MAX_NUMBER,
    Misspelt,
    SpellingFlaw,
    base64_text,
    base64url_text,
    read_base64,
    read_base64url,
    read_decimal,
    read_hex,
)


@given(st.binary(max_size=64))
def test_what_is_written_is_read(value: bytes) -> None:
    assert base64_text(value) == b64encode(value).decode()
    assert read_base64(base64_text(value)) == value
    assert read_hex(value.hex()) == value
    assert base64url_text(value) == urlsafe_b64encode(value).decode().rstrip("=")
    assert read_base64url(base64url_text(value)) == value


@given(st.integers(0, MAX_NUMBER))
def test_numbers_are_read(number: int) -> None:
    assert read_decimal(str(number)) == number


@given(st.text(max_size=8))
def test_nothing_has_two_spellings(text: str) -> None:
    written: list[Callable[[], str]] = [
        lambda: base64_text(read_base64(text)),
        lambda: base64url_text(read_base64url(text)),
        lambda: read_hex(text).hex(),
        lambda: str(read_decimal(text)),
    ]
    for again in written:
        with suppress(Misspelt):
            assert again() == text


@pytest.mark.parametrize(
    "text",
    [
        "QQ",  # no padding
        "QQ=",
        "QQ===",
        "QR==",  # unused bits set: RFC 4648, 3.5
        "QUF=",
        "QQ==\n",
        "QQ=\n=",
        " QQ==",
        "QQ==QQ==",
        "Q_-=",  # the other alphabet
        "Ｑ" + "Q==",  # full width
        "=",
    ],
)
def test_base64_is_strict(text: str) -> None:
    with pytest.raises(Misspelt) as caught:
        read_base64(text)
    assert caught.value.code is SpellingFlaw.BASE64


@pytest.mark.parametrize("text", ["A0", "a", "a0 b0", "0xa0", "a0\n", "٠٠"])
def test_hexadecimal_is_strict(text: str) -> None:
    with pytest.raises(Misspelt) as caught:
        read_hex(text)
    assert caught.value.code is SpellingFlaw.HEX


NOT_DECIMAL = [
    "",
    "007",
    "00",
    "+1",
    "-1",
    "-0",
    "1_000",
    "1.0",
    "1e3",
    " 1",
    "1 ",
    "1\n",
    "٣",
    "１",
    "²",
    "0x1",
]


@pytest.mark.parametrize("text", NOT_DECIMAL)
def test_decimals_are_strict(text: str) -> None:
    with pytest.raises(Misspelt) as caught:
        read_decimal(text)
    assert caught.value.code is SpellingFlaw.DECIMAL


@pytest.mark.parametrize("text", [str(MAX_NUMBER + 1), str(2**64), "9" * 5000])
def test_numbers_end_at_63_bits(text: str) -> None:
    assert read_decimal(str(MAX_NUMBER)) == 2**63 - 1
    with pytest.raises(Misspelt) as caught:
        read_decimal(text)
    assert caught.value.code is SpellingFlaw.NUMBER_TOO_LARGE
