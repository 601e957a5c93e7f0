"""Two versions side by side, and two people's edits of one."""

from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.records.comparing import Sort, Touched, differences, merge, words

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


def test_long_texts_are_compared_soon() -> None:
    before = "".join(f"Line {i} says {i * 7 % 13} and more of the same.\n" for i in range(9_000))
    after = before.replace("Line 4000 says", "Line 4000 said")
    began = perf_counter()
    changed = [(p.sort, p.text) for p in words(before, after) if p.sort is not Sort.SAME]
    worst = words("a b " * 90_000, "b a " * 90_000)
    items = list(differences(list(range(9_000)), list(range(1, 9_001))))
    assert perf_counter() - began < 5
    assert changed == [(Sort.REMOVED, "says"), (Sort.ADDED, "said")]
    assert "".join(p.text for p in worst if p.sort is not Sort.ADDED) == "a b " * 90_000
    assert len(items) == 9_000


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
