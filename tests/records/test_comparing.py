"""Two versions side by side, and two people's edits of one."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.records.comparing import (
    ALIGNMENT,
    PAGE,
    Effort,
    Piece,
    Sort,
    Touched,
    _aligned,
    differences,
    merge,
    words,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab ", max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)


def told(before: Any, after: Any) -> list[tuple[str, Sort, Any, Any]]:
    return [
        ("/".join(map(str, found.path)), found.sort, found.before, found.after)
        for found in differences(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", Sort.CHANGED, 1, 2)]),
        ({"a": 1}, {"b": 1}, [("b", Sort.ADDED, None, 1), ("a", Sort.REMOVED, 1, None)]),
        ({"a": 1}, {"a": True}, [("a", Sort.CHANGED, 1, True)]),
        ({"a": {"b": "x", "c": "y"}}, {"a": {"b": "x", "c": "z"}}, [("a/c", Sort.CHANGED, "y", "z")]),
        (["a", "b", "c"], ["a", "c"], [("1", Sort.REMOVED, "b", None)]),
        (["a", "c"], ["a", "b", "c"], [("1", Sort.ADDED, None, "b")]),
        ([{"n": 1}, {"n": 2}], [{"n": 0}, {"n": 1}, {"n": 2}], [("0", Sort.ADDED, None, {"n": 0})]),
        ([{"n": 1, "m": 1}], [{"n": 2, "m": 1}], [("0/n", Sort.CHANGED, 1, 2)]),
        ({"a": [1]}, {"a": "1"}, [("a", Sort.CHANGED, [1], "1")]),
    ],
)
def test_differences(before: Any, after: Any, expected: list[object]) -> None:
    assert told(before, after) == expected


@given(VALUES)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert told(value, value) == []


@given(VALUES, VALUES)
def test_what_is_not_equal_differs(one: Any, other: Any) -> None:
    same = repr(_without_nothing(one)) == repr(_without_nothing(other))
    assert (told(one, other) == []) == same


def _without_nothing(value: Any) -> Any:
    """A field that says nothing is as one that is not there; the order of fields says nothing."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(item) for key, item in sorted(value.items())}
        return {key: item for key, item in kept.items() if item is not None}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


def test_words() -> None:
    found = [(piece.sort, piece.text) for piece in words("The laser fails.", "The red laser failed.")]
    assert found == [
        (Sort.SAME, "The "),
        (Sort.ADDED, "red "),
        (Sort.SAME, "laser "),
        (Sort.REMOVED, "fails"),
        (Sort.ADDED, "failed"),
        (Sort.SAME, "."),
    ]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(p.text for p in pieces if p.sort is not Sort.ADDED) == before
    assert "".join(p.text for p in pieces if p.sort is not Sort.REMOVED) == after


@given(
    st.lists(st.sampled_from(["a", ",", "b\n", "c", " "]), max_size=60),
    st.lists(st.sampled_from(["a", ",", "b\n", "c", " "]), max_size=60),
    st.integers(0, 400),
)
def test_both_texts_can_be_read_however_little_effort_is_left(
    one: list[str], other: list[str], left: int
) -> None:
    before, after = "".join(one), "".join(other)
    pieces = words(before, after, effort=Effort(left))
    assert _sides(pieces) == (before, after)


def _sides(pieces: Sequence[Piece]) -> tuple[str, str]:
    return (
        "".join(p.text for p in pieces if p.sort is not Sort.ADDED),
        "".join(p.text for p in pieces if p.sort is not Sort.REMOVED),
    )


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_the_fewest_differences_are_found(one: list[int], other: list[int]) -> None:
    """As many as the textbook's table of the longest common subsequence says."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, item in enumerate(one):
        for j, another in enumerate(other):
            longest = max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = table[i][j] + 1 if item == another else longest
    runs = _aligned(one, other, Effort()).runs
    assert sum(b - a for same, a, b, _, _ in runs if same) == table[-1][-1]
    assert all(one[a:b] == other[c:d] for same, a, b, c, d in runs if same)
    assert [i for _, a, b, _, _ in runs for i in range(a, b)] == list(range(len(one)))
    assert [j for _, _, _, c, d in runs for j in range(c, d)] == list(range(len(other)))


# --- what it takes, in steps ---


HOSTILE = {
    "a comma before each word": (
        ",".join(f"a{i}" for i in range(900)),
        ",".join(f"b{i}" for i in range(900)),
    ),
    "many commas, other words": ("".join(f",{chr(0x4E00 + i)}" for i in range(990)), ",".join("xyz" * 300)),
    "two words, over and over": ("a b " * 90_000, "b a " * 90_000),
    "two words and lines": ("a\nb\n" * 900, "b\nb\na\n" * 600),
    "every line another": (
        "".join(f",a{i}\n" for i in range(9_000)),
        "".join(f",b{i}\n" for i in range(9_000)),
    ),
}


@pytest.mark.parametrize(("before", "after"), HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_more_than_a_page_may(before: str, after: str) -> None:
    effort = Effort()
    assert _sides(words(before, after, effort=effort)) == (before, after)
    longest = len(before) + len(after)  # one run that is the same may be longer than what was left
    assert PAGE - effort.left <= PAGE + longest


def test_an_alignment_is_given_up_after_as_many_steps_as_it_may_take() -> None:
    before, after = HOSTILE["a comma before each word"]
    effort = Effort()
    pieces = words(before, after, effort=effort)
    assert [piece.sort for piece in pieces] == [Sort.REMOVED, Sort.ADDED]
    assert PAGE - effort.left <= ALIGNMENT + 1


def test_all_fields_of_a_page_share_its_effort() -> None:
    shuffled = " ".join(Random(7).choices("abcdefg", k=1_200))  # noqa: S311 - a text, no secret
    some = {f"field {i}": shuffled for i in range(40)}
    others = dict.fromkeys(some, shuffled[::-1])  # as many of each, in another order
    effort = Effort()
    found = list(differences(some, others, effort=effort))
    assert [_sides(one.pieces) for one in found] == [(some[key], others[key]) for key in some]
    assert -40 * len(shuffled) <= effort.left <= 0  # the first ones are aligned until nothing is left


def test_long_texts_with_few_differences_are_compared_by_their_words() -> None:
    before = "".join(f"Line {i} says {i * 7 % 13} and more of the same.\n" for i in range(9_000))
    after = before.replace("Line 4000 says", "Line 4000 said").replace("Line 70 ", "Line seventy ")
    changed = [(p.sort, p.text) for p in words(before, after) if p.sort is not Sort.SAME]
    assert changed == [
        (Sort.REMOVED, "70"),
        (Sort.ADDED, "seventy"),
        (Sort.REMOVED, "says"),
        (Sort.ADDED, "said"),
    ]


def test_long_lists_are_compared_by_their_items() -> None:
    found = told(list(range(9_000)), list(range(1, 9_001)))
    assert found == [("0", Sort.REMOVED, 0, None), ("8999", Sort.ADDED, None, 9_000)]


def test_a_merge_loses_nothing() -> None:
    base = {"title": "A", "text": "x", "size": 1, "sort": "s"}
    theirs = {"title": "B", "text": "x", "size": 2, "sort": "t"}
    mine = {"title": "A", "text": "y", "size": 3, "sort": "t", "new": True}
    found = {one.field: (one.touched, one.proposed) for one in merge(base, theirs, mine)}
    assert found == {
        "title": (Touched.OTHERS, "B"),
        "text": (Touched.ME, "y"),
        "size": (Touched.BOTH, 3),
        "sort": (Touched.ALIKE, "t"),
        "new": (Touched.ME, True),
    }


@given(*[st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)] * 3)
def test_what_only_one_changed_is_kept(
    base: dict[str, int], theirs: dict[str, int], mine: dict[str, int]
) -> None:
    for one in merge(base, theirs, mine):
        before, other, own = base.get(one.field), theirs.get(one.field), mine.get(one.field)
        if other != before and own == before:
            assert one.proposed == other
        if own != before and other == before:
            assert one.proposed == own
        assert (one.touched is Touched.BOTH) == (before != own != other != before)
