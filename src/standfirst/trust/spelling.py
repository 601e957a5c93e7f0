"""Bytes and numbers written as text: for every value one spelling, and every other spelling refused.

Readers that are lenient here let two texts mean one value, so that a signature, a digest or a comparison of
texts says less than it seems to.
"""

from binascii import a2b_base64, b2a_base64
from enum import StrEnum
from typing import Final

from standfirst.trust.errors import Rejected

MAX_NUMBER: Final = 2**63 - 1
"""Largest number read: sizes, positions and times travel as signed 64-bit numbers."""


class SpellingFlaw(StrEnum):
    BASE64 = "spelling.base64"
    BASE64URL = "spelling.base64url"
    HEX = "spelling.hex"
    DECIMAL = "spelling.decimal"
    NUMBER_TOO_LARGE = "spelling.number-too-large"


class Misspelt(Rejected):
    """A text is not the one spelling of any value."""


def base64_text(value: bytes) -> str:
    return b2a_base64(value, newline=False).decode("ascii")


def read_base64(text: str) -> bytes:
    """RFC 4648, 4, with padding, on one line, and with the unused bits zero (3.5). Raises `Misspelt`."""
    try:
        value = a2b_base64(text, strict_mode=True)
    except ValueError:  # binascii.Error is one, and text that is not ASCII raises one
        raise Misspelt(SpellingFlaw.BASE64) from None
    # Strict reading leaves open how the text ends: its length, and the unused bits of its last group.
    rest = len(value) % 3 or 3
    if len(text) != -(-len(value) // 3) * 4 or (value and base64_text(value[-rest:]) != text[-4:]):
        raise Misspelt(SpellingFlaw.BASE64)
    return value


def base64url_text(value: bytes) -> str:
    return base64_text(value).rstrip("=").translate(_TO_URL)


def read_base64url(text: str) -> bytes:
    """RFC 4648, 5, as web signatures have it: without padding, and with the unused bits zero. Raises `Misspelt`."""
    try:
        value = read_base64(text.translate(_FROM_URL) + "=" * (-len(text) % 4))
    except Misspelt:
        raise Misspelt(SpellingFlaw.BASE64URL) from None
    if base64url_text(value) != text:  # signs of the other alphabet, or padding
        raise Misspelt(SpellingFlaw.BASE64URL)
    return value


_TO_URL: Final = str.maketrans("+/", "-_")
_FROM_URL: Final = str.maketrans("-_", "+/")


def read_hex(text: str) -> bytes:
    """Lower-case hexadecimal, two digits a byte, nothing between. Raises `Misspelt`."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise Misspelt(SpellingFlaw.HEX) from None
    if value.hex() != text:
        raise Misspelt(SpellingFlaw.HEX)
    return value


def read_decimal(text: str) -> int:
    """ASCII digits without sign, separator or leading zero, at most `MAX_NUMBER`. Raises `Misspelt`."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise Misspelt(SpellingFlaw.DECIMAL)
    if len(text) > len(str(MAX_NUMBER)) or int(text) > MAX_NUMBER:
        raise Misspelt(SpellingFlaw.NUMBER_TOO_LARGE)
    return int(text)
