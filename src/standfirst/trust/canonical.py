"""The one way a value becomes bytes: RFC 8785 (JSON canonicalization) on a subset of I-JSON (RFC 7493).

Narrower than the RFC where the RFC leaves room for two readings of one record: numbers are integers that
any JSON reader keeps exact (a non-integer is a decimal string with a unit), text is NFC, nesting has a limit.
NFC is judged by the Unicode tables of the running Python. Unicode promises that text of assigned characters
which is NFC stays NFC: newer tables agree with older ones except on characters that the older did not know.
"""

import json
import unicodedata
from enum import StrEnum
from itertools import takewhile
from operator import eq
from typing import Any, Final, NoReturn, TypeAlias

from standfirst.trust.errors import Rejected

JsonValue: TypeAlias = bool | int | str | list["JsonValue"] | dict[str, "JsonValue"] | None

MAX_INTEGER: Final = 2**53 - 1
"""Largest magnitude of an integer: beyond it readers that hold numbers as doubles round (RFC 7493, 2.2)."""

MAX_DEPTH: Final = 64
"""Most containers open at once. Our deepest record needs about ten; Python's own limit is near a thousand."""


class Flaw(StrEnum):
    """Why a value or its bytes are refused."""

    FLOAT = "canonical.float"
    INTEGER_TOO_LARGE = "canonical.integer-too-large"
    MINUS_ZERO = "canonical.minus-zero"
    UNKNOWN_TYPE = "canonical.unknown-type"
    KEY_NOT_TEXT = "canonical.key-not-text"
    LONE_SURROGATE = "canonical.lone-surrogate"
    NONCHARACTER = "canonical.noncharacter"
    NOT_NFC = "canonical.not-nfc"
    TOO_DEEP = "canonical.too-deep"
    BYTE_ORDER_MARK = "canonical.byte-order-mark"
    NOT_UTF8 = "canonical.not-utf8"
    MALFORMED = "canonical.malformed"
    DUPLICATE_KEY = "canonical.duplicate-key"
    TRAILING_BYTES = "canonical.trailing-bytes"
    OTHER_FORM = "canonical.other-form"


class Unrepresentable(Rejected):
    """`canonical_bytes` was given a value outside the subset; parameter `path` says where."""


class NotCanonical(Rejected):
    """`parse_canonical` was given bytes that are not the canonical form of any value.

    Parameters: `path` where a value was read that the subset refuses, `offset` where the text itself is at
    fault (in bytes for NOT_UTF8 and OTHER_FORM, in characters for the others).
    """


def canonical_bytes(value: object) -> bytes:
    """The canonical UTF-8 of `value`: exactly dict, list, tuple, str, int, bool or None, no subclasses.

    Subclasses (enum members too) are refused because what they show and what is written could differ.
    Raises `Unrepresentable` with the path of the first value at fault, such as `$.body.title`.
    """
    try:
        return _encode(value)
    except _Flawed as found:
        raise Unrepresentable(found.flaw, {"path": found.path()}) from None


def parse_canonical(data: bytes) -> JsonValue:
    """The value whose canonical form is exactly `data`. Raises `NotCanonical` for all other bytes.

    Whatever is written again as `data` is right, whichever reader read it: the quickest is tried first. For the rest
    the slow reader names what it recognises (a float, a repeated key, ...), and what slips past it is caught by
    writing the value again and comparing.
    """
    try:
        value: JsonValue = json.loads(data.decode("utf-8"))
        if _encode(value) == data:
            return value
    except (ValueError, RecursionError, _Flawed):
        pass
    value = _read(data)
    try:
        written = _encode(value)
    except _Flawed as found:
        raise NotCanonical(found.flaw, {"path": found.path()}) from None
    if written != data:
        raise NotCanonical(Flaw.OTHER_FORM, {"offset": _common_length(written, data)})
    return value


def _common_length(written: bytes, data: bytes) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, written, data)))


class _Flawed(Exception):
    """Carries a flaw up to the surface, collecting the steps to it on the way."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.steps: list[str | int] = []  # innermost first

    def path(self) -> str:
        return "$" + "".join(_step(step) for step in reversed(self.steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    # ASCII escapes keep surrogates and direction controls out of logs.
    return f".{step}" if step.isascii() and step.isidentifier() else f"[{json.dumps(step)}]"


# --- writing ---

_sorting_encoder: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_keeping_encoder: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=False, separators=(",", ":")
)


def _encode(value: object) -> bytes:
    """RFC 8785: 3.2.1 no whitespace, 3.2.2.2 escapes (the standard encoder's own), 3.2.3 order of keys."""
    _check(value, 0)  # the encoder trusts what it gets: everything refused is refused here
    text = _sorting_encoder.encode(value)
    if text.isascii():
        return text.encode("ascii")
    # Code point order, which the encoder sorts by, differs from the required UTF-16 order only where a
    # character needs two units.
    if len(text.encode("utf-16-le")) != 2 * len(text):
        text = _keeping_encoder.encode(_in_utf16_order(value))
    return text.encode("utf-8")


def _in_utf16_order(value: Any) -> Any:
    if type(value) is dict:
        keys = sorted(value) if "".join(value).isascii() else sorted(value, key=_utf16_units)
        return {key: _in_utf16_order(value[key]) for key in keys}
    if type(value) is list or type(value) is tuple:
        return [_in_utf16_order(item) for item in value]
    return value


def _utf16_units(key: str) -> bytes:
    return key.encode("utf-16-be")


# --- what may be written ---


def _check(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value)
    elif kind is dict:
        _check_object(value, depth)
    elif kind is list or kind is tuple:
        _check_array(value, depth)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _Flawed(Flaw.INTEGER_TOO_LARGE)
    elif kind is float:
        raise _Flawed(Flaw.FLOAT)
    elif kind is not bool and value is not None:
        raise _Flawed(Flaw.UNKNOWN_TYPE)


def _check_object(value: dict[Any, Any], depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise _Flawed(Flaw.TOO_DEEP)
    for key, item in value.items():
        if type(key) is not str:
            raise _Flawed(Flaw.KEY_NOT_TEXT)
        try:
            if not key.isascii():
                _check_text(key)
            if type(item) is not str or not item.isascii():
                _check(item, depth + 1)
        except _Flawed as found:
            found.steps.append(key)
            raise


def _check_array(value: list[Any] | tuple[Any, ...], depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise _Flawed(Flaw.TOO_DEEP)
    for index, item in enumerate(value):
        try:
            if type(item) is not str or not item.isascii():
                _check(item, depth + 1)
        except _Flawed as found:
            found.steps.append(index)
            raise


def _check_text(value: str) -> None:
    if value.isascii():
        return
    try:
        encoded = value.encode("utf-8")
    except UnicodeEncodeError:
        raise _Flawed(Flaw.LONE_SURROGATE) from None
    # Every noncharacter holds one of these byte pairs; few other characters do, so the slow look is rare.
    if b"\xef\xb7" in encoded or b"\xbf\xbe" in encoded or b"\xbf\xbf" in encoded:
        _check_noncharacters(value)
    if not unicodedata.is_normalized("NFC", value):
        raise _Flawed(Flaw.NOT_NFC)


def _check_noncharacters(value: str) -> None:
    """RFC 7493, 2.1: U+FDD0 to U+FDEF and the last two code points of each plane."""
    for character in value:
        point = ord(character)
        if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
            raise _Flawed(Flaw.NONCHARACTER)


# --- reading ---


def _read(data: bytes) -> JsonValue:
    """Strict UTF-8, then JSON, with repeated keys and non-integers refused while they can still be seen."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonical(Flaw.NOT_UTF8, {"offset": error.start}) from None
    if text.startswith("\ufeff"):
        raise NotCanonical(Flaw.BYTE_ORDER_MARK)
    try:
        value: JsonValue
        value, end = _decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        raise NotCanonical(Flaw.MALFORMED, {"offset": error.pos}) from None
    except RecursionError:
        raise NotCanonical(Flaw.TOO_DEEP) from None
    if end != len(text):
        raise NotCanonical(Flaw.TRAILING_BYTES, {"offset": end})
    return value


def _read_object(members: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(members)
    if len(value) != len(members):
        raise NotCanonical(Flaw.DUPLICATE_KEY)
    return value


def _read_integer(digits: str) -> int:
    if digits == "-0":
        raise NotCanonical(Flaw.MINUS_ZERO)
    if len(digits) > 17:  # a sign and sixteen digits reach past 2^53; longer ones cost time to no end
        raise NotCanonical(Flaw.INTEGER_TOO_LARGE)
    return int(digits)


def _refuse_float(_digits: str) -> NoReturn:
    raise NotCanonical(Flaw.FLOAT)


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_int=_read_integer,
    parse_float=_refuse_float,
    parse_constant=_refuse_float,
)
