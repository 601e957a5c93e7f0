"""Reading: whatever is not exactly the canonical form of a value is refused, and says why."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from standfirst.trust.canonical import MAX_DEPTH, Flaw, NotCanonical, canonical_bytes, parse_canonical

HOSTILE: dict[str, tuple[bytes, Flaw]] = {
    # bytes
    "nothing": (b"", Flaw.MALFORMED),
    "byte order mark": (b"\xef\xbb\xbf{}", Flaw.BYTE_ORDER_MARK),
    "utf-16": ('{"a":1}'.encode("utf-16-le"), Flaw.MALFORMED),
    "utf-16 with mark": ('{"a":1}'.encode("utf-16"), Flaw.NOT_UTF8),
    "latin-1": ('"é"'.encode("latin-1"), Flaw.NOT_UTF8),
    "overlong slash": (b'"\xc0\xaf"', Flaw.NOT_UTF8),
    "overlong nul": (b'"\xc0\x80"', Flaw.NOT_UTF8),
    "surrogate in utf-8": (b'"\xed\xa0\x80"', Flaw.NOT_UTF8),
    "pair of surrogates in utf-8": (b'"\xed\xa0\xbd\xed\xb8\x80"', Flaw.NOT_UTF8),
    "beyond unicode": (b'"\xf4\x90\x80\x80"', Flaw.NOT_UTF8),
    "cut character": (b'"\xe2\x82', Flaw.NOT_UTF8),
    # the end
    "second value": (b"{}{}", Flaw.TRAILING_BYTES),
    "line end": (b"{}\n", Flaw.TRAILING_BYTES),
    "nul after the value": (b"{}\x00", Flaw.TRAILING_BYTES),
    "leading zero": (b"007", Flaw.TRAILING_BYTES),
    "cut object": (b'{"a":1', Flaw.MALFORMED),
    "cut string": (b'"a', Flaw.MALFORMED),
    # numbers
    "fraction": (b'{"a":1.5}', Flaw.FLOAT),
    "whole float": (b"1.0", Flaw.FLOAT),
    "exponent": (b"1e3", Flaw.FLOAT),
    "overflowing exponent": (b"1e400", Flaw.FLOAT),
    "minus zero as float": (b"-0.0", Flaw.FLOAT),
    "minus zero": (b'{"a":[-0]}', Flaw.MINUS_ZERO),
    "nan": (b"NaN", Flaw.FLOAT),
    "infinity": (b"[Infinity]", Flaw.FLOAT),
    "minus infinity": (b"-Infinity", Flaw.FLOAT),
    "2^53": (b"9007199254740992", Flaw.INTEGER_TOO_LARGE),
    "2^53 + 1": (b"9007199254740993", Flaw.INTEGER_TOO_LARGE),
    "-2^53": (b"-9007199254740992", Flaw.INTEGER_TOO_LARGE),
    "ten thousand digits": (b"9" * 10_000, Flaw.INTEGER_TOO_LARGE),
    "leading zero in a list": (b"[01]", Flaw.MALFORMED),
    "plus sign": (b"+1", Flaw.MALFORMED),
    "hexadecimal": (b"[0x10]", Flaw.MALFORMED),
    "minus alone": (b"-", Flaw.MALFORMED),
    "point alone": (b".5", Flaw.MALFORMED),
    "arabic digits": ("[\u0661]".encode(), Flaw.MALFORMED),
    # keys
    "repeated key": (b'{"a":1,"a":1}', Flaw.DUPLICATE_KEY),
    "repeated key, once escaped": (b'{"a":1,"\\u0061":2}', Flaw.DUPLICATE_KEY),
    "repeated key below": (b'{"x":[{"a":1,"b":2,"a":3}]}', Flaw.DUPLICATE_KEY),
    "repeated empty key": (b'{"":1,"":2}', Flaw.DUPLICATE_KEY),
    "keys out of order": (b'{"b":1,"a":2}', Flaw.OTHER_FORM),
    "keys in code point order": ('{"\uff01":1,"😀":2}'.encode(), Flaw.OTHER_FORM),
    "bare key": (b"{a:1}", Flaw.MALFORMED),
    "single quotes": (b"{'a':1}", Flaw.MALFORMED),
    # text
    "lone surrogate": (b'"\\ud800"', Flaw.LONE_SURROGATE),
    "lone low surrogate in a key": (b'{"\\udc00":1}', Flaw.LONE_SURROGATE),
    "surrogates in the wrong order": (b'"\\ude00\\ud83d"', Flaw.LONE_SURROGATE),
    "escaped pair": (b'"\\ud83d\\ude00"', Flaw.OTHER_FORM),
    "noncharacter": ('"\uffff"'.encode(), Flaw.NONCHARACTER),
    "not nfc": ('{"a":"e\u0301"}'.encode(), Flaw.NOT_NFC),
    "not nfc by escape": (b'"e\\u0301"', Flaw.NOT_NFC),
    "needless escape": (b'"\\u0041"', Flaw.OTHER_FORM),
    "escaped slash": (b'"\\/"', Flaw.OTHER_FORM),
    "long escape for a short one": (b'"\\u000a"', Flaw.OTHER_FORM),
    "capital hexadecimal": (b'"\\u001F"', Flaw.OTHER_FORM),
    "raw control": (b'"\x01"', Flaw.MALFORMED),
    "raw line end": (b'"a\nb"', Flaw.MALFORMED),
    "unknown escape": (b'"\\x41"', Flaw.MALFORMED),
    "signed escape": (b'"\\u+041"', Flaw.MALFORMED),
    # form
    "space before": (b" {}", Flaw.MALFORMED),
    "space inside": (b'{"a": 1}', Flaw.OTHER_FORM),
    "comma at the end": (b"[1,]", Flaw.MALFORMED),
    "comma at the end of an object": (b'{"a":1,}', Flaw.MALFORMED),
    "comment": (b"{}/**/", Flaw.TRAILING_BYTES),
    "capital literal": (b"True", Flaw.MALFORMED),
    "nothing between commas": (b"[1,,2]", Flaw.MALFORMED),
    # depth
    "one too deep": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), Flaw.TOO_DEEP),
    "deep lists": (b"[" * 100_000 + b"]" * 100_000, Flaw.TOO_DEEP),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, Flaw.TOO_DEEP),
    "deep and unfinished": (b"[" * 1_000_000, Flaw.TOO_DEEP),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    data, flaw = HOSTILE[name]
    with pytest.raises(NotCanonical) as caught:
        parse_canonical(data)
    assert caught.value.code is flaw


def test_the_place_is_named() -> None:
    for data, parameters in (
        (b'{"body":{"title":"e\\u0301"}}', {"path": "$.body.title"}),
        (b'{"a":1}x', {"offset": 7}),
        (b'{"b":1,"a":1}', {"offset": 2}),
        (b'{"a":\xff}', {"offset": 5}),
        (b'{"a" 1}', {"offset": 5}),
    ):
        with pytest.raises(NotCanonical) as caught:
            parse_canonical(data)
        assert caught.value.parameters == parameters


SPLINTERS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b'"a"',
    b'"\\u0061"',
    b'"\xc3\xa9"',
    b"1",
    b"-",
    b"0",
    b".5",
    b"e1",
]


@given(st.one_of(st.binary(max_size=40), st.lists(st.sampled_from(SPLINTERS), max_size=12).map(b"".join)))
@example(b"null")
@example(b'{"a":[1,-2,"x"]}')
def test_any_bytes_are_refused_or_are_the_canonical_form(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except NotCanonical:
        return
    assert canonical_bytes(value) == data
