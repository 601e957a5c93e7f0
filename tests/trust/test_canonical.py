"""The canonical form: published vectors, an independent implementation, and properties."""

import json
import pickle
from enum import StrEnum
from random import Random

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    Flaw,
    JsonValue,
    Unrepresentable,
    canonical_bytes,
    parse_canonical,
)


def allowed(text: str) -> bool:
    try:
        canonical_bytes(text)
    except Unrepresentable:
        return False
    return True


TEXTS = st.one_of(
    st.text(alphabet='abz/\\"\n\x01\x7fé€\ue000\uff01😀', max_size=8), st.text(max_size=8)
).filter(allowed)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER), TEXTS)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)

# RFC 8785, its appendices and the author's test data, less what the subset leaves out (non-integers; text that is not
# NFC, which is why U+FB33 of the sorting example is U+FB01 here: also between the emoji's units and U+FFFF).
PUBLISHED = {
    "arrays": ('[56, {"d": true, "10": null, "1": []}]', '[56,{"1":[],"10":null,"d":true}]'),
    "french": (
        (
            '{"peach": "This sorting order", "péché": "is wrong according to French",'
            ' "pêche": "but canonicalization MUST", "sin": "ingnore locale"}'
        ),
        (
            '{"peach":"This sorting order","péché":"is wrong according to French",'
            '"pêche":"but canonicalization MUST","sin":"ingnore locale"}'
        ),
    ),
    "structures": (
        '{"1": {"f": {"f": "hi", "F": 5}, "\\n": 56}, "10": {}, "": "empty", "a": {}, "111": [{}], "A": {}}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    ),
    "values": (
        (
            '{"numbers": [333333333], "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",'
            ' "literals": [null, true, false]}'
        ),
        '{"literals":[null,true,false],"numbers":[333333333],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    "weird": (
        (
            '{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb01": "Ligature", "1": "One",'
            ' "\\ud83d\\ude00": "Emoji", "\\u0080": "Control\\u007f", "\\u00f6": "O", "</script>": "Browser Challenge"}'
        ),
        (
            '{"\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"O",'
            '"€":"Euro Sign","😀":"Emoji","\ufb01":"Ligature"}'
        ),
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_vectors(name: str) -> None:
    given_text, expected = PUBLISHED[name]
    value = json.loads(given_text)
    assert canonical_bytes(value) == expected.encode()
    assert parse_canonical(expected.encode()) == value


def test_published_integers() -> None:
    """RFC 8785, appendix B, the rows that are integers inside the range."""
    assert (
        canonical_bytes([0, 9007199254740991, -9007199254740991]) == b"[0,9007199254740991,-9007199254740991]"
    )


def test_every_escape_of_the_rfc() -> None:
    """RFC 8785, 3.2.2.2: five short escapes, other controls as lower-case hexadecimal, nothing else escaped."""
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
    for point in range(0x100):
        expected = short.get(point, f"\\u{point:04x}" if point < 0x20 else chr(point))
        assert canonical_bytes(chr(point)) == f'"{expected}"'.encode()


@given(VALUES)
def test_agrees_with_an_independent_implementation(value: JsonValue) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(VALUES)
def test_round_trip(value: JsonValue) -> None:
    data = canonical_bytes(value)
    again = parse_canonical(data)
    assert again == value
    assert canonical_bytes(again) == data


@given(st.dictionaries(TEXTS, SCALARS, max_size=8), st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(members: dict[str, JsonValue], random: Random) -> None:
    keys = list(members)
    random.shuffle(keys)
    assert canonical_bytes({key: members[key] for key in keys}) == canonical_bytes(members)


def test_keys_are_in_utf16_order_at_every_depth() -> None:
    inner = {"\uff01": 1, "😀": 2}
    assert canonical_bytes([{"b": inner, "a": (inner,)}]) == (
        '[{"a":[{"😀":2,"\uff01":1}],"b":{"😀":2,"\uff01":1}}]'.encode()
    )


def test_tuples_are_written_as_lists() -> None:
    assert canonical_bytes({"a": (1, ("x",))}) == b'{"a":[1,["x"]]}'


class Colour(StrEnum):
    RED = "red"


class Count(int):
    """An integer that may show itself as it likes."""


UNREPRESENTABLE = {
    "float": (1.5, Flaw.FLOAT, "$"),
    "whole float": ({"a": 1.0}, Flaw.FLOAT, "$.a"),
    "not a number": ({"body": {"level": float("nan")}}, Flaw.FLOAT, "$.body.level"),
    "infinity": ([0, float("inf")], Flaw.FLOAT, "$[1]"),
    "too large": ({"n": 2**53}, Flaw.INTEGER_TOO_LARGE, "$.n"),
    "too small": ({"n": [1, -(2**53)]}, Flaw.INTEGER_TOO_LARGE, "$.n[1]"),
    "huge": (10**5000, Flaw.INTEGER_TOO_LARGE, "$"),
    "bytes": ({"a": b"x"}, Flaw.UNKNOWN_TYPE, "$.a"),
    "set": ({"a": {"x"}}, Flaw.UNKNOWN_TYPE, "$.a"),
    "enum member": ({"colour": Colour.RED}, Flaw.UNKNOWN_TYPE, "$.colour"),
    "integer subclass": ([Count(1)], Flaw.UNKNOWN_TYPE, "$[0]"),
    "integer key": ({"a": {1: "x"}}, Flaw.KEY_NOT_TEXT, "$.a"),
    "null key": ({None: "x"}, Flaw.KEY_NOT_TEXT, "$"),
    "enum key": ({Colour.RED: "x"}, Flaw.KEY_NOT_TEXT, "$"),
    "lone high surrogate": ({"body": {"title": "a\ud800"}}, Flaw.LONE_SURROGATE, "$.body.title"),
    "lone low surrogate": (["\udc00"], Flaw.LONE_SURROGATE, "$[0]"),
    "surrogate pair in halves": ("\ud83d\ude00", Flaw.LONE_SURROGATE, "$"),
    "surrogate in a key": ({"\ud800": 1}, Flaw.LONE_SURROGATE, '$["\\ud800"]'),
    "noncharacter": ("\ufffe", Flaw.NONCHARACTER, "$"),
    "noncharacter block": ("\ufdd0", Flaw.NONCHARACTER, "$"),
    "noncharacter of the last plane": ({"a": "x\U0010ffff"}, Flaw.NONCHARACTER, "$.a"),
    "decomposed": ({"body": {"title": "Gro\u0308\u00dfe"}}, Flaw.NOT_NFC, "$.body.title"),
    "decomposed key": ({"e\u0301": 1}, Flaw.NOT_NFC, '$["e\\u0301"]'),
    "singleton": (["\u212b"], Flaw.NOT_NFC, "$[0]"),
    "composition exclusion": ({"\ufb33": 1}, Flaw.NOT_NFC, '$["\\ufb33"]'),
    "marks out of order": ({"a": ["x", "a\u0301\u0323"]}, Flaw.NOT_NFC, "$.a[1]"),
    "direction control in the path": ({"\u202e": 1.0}, Flaw.FLOAT, '$["\\u202e"]'),
}


@pytest.mark.parametrize("name", UNREPRESENTABLE)
def test_refused_with_its_path(name: str) -> None:
    value, flaw, path = UNREPRESENTABLE[name]
    with pytest.raises(Unrepresentable) as caught:
        canonical_bytes(value)
    assert caught.value.code is flaw
    assert caught.value.parameters == {"path": path}


def test_neighbours_of_noncharacters_are_allowed() -> None:
    for text in (
        "\ufdcf",
        "\ufdf0",
        "\ufffd",
        "\U0001fffd",
        "\U0002f7ff".replace("\U0002f7ff", "\U00010000"),
    ):
        assert parse_canonical(canonical_bytes(text)) == text


def nested(depth: int) -> JsonValue:
    value: JsonValue = []
    for level in range(depth - 1):
        value = [value] if level % 2 else {"a": value}
    return value


def test_nesting_up_to_the_limit() -> None:
    assert parse_canonical(canonical_bytes(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 10_000):
        with pytest.raises(Unrepresentable) as caught:
            canonical_bytes(nested(depth))
        assert caught.value.code is Flaw.TOO_DEEP


def test_a_value_that_holds_itself_is_too_deep() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(Unrepresentable) as caught:
        canonical_bytes(value)
    assert caught.value.code is Flaw.TOO_DEEP


def test_refusals_survive_pickling() -> None:
    error = Unrepresentable(Flaw.FLOAT, {"path": "$.a"})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.code, again.parameters, str(again)) == (
        Flaw.FLOAT,
        {"path": "$.a"},
        "canonical.float (path=$.a)",
    )
