"""The place that a hit shows: the words that were asked for, wherever they stand, and nothing else marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.server.search.asking import asked
from standfirst.server.search.folding import composed
from standfirst.server.search.snippets import marked, snippet
from standfirst.server.search.texts import Piece

FILLER = "lorem ipsum dolor sit amet "


def shown(text: str, query: str) -> tuple[str, list[str]]:
    found = snippet([Piece("field", text)], asked(query))
    assert found is not None
    return "".join(part.text for part in found.parts), [part.text for part in found.parts if part.marked]


@pytest.mark.parametrize("before", [0, 1, 5, 10, 11, 20, 50, 500])
def test_a_word_is_shown_wherever_it_stands(before: int) -> None:
    text = FILLER * before + "the LÄSER breaks at noon " + FILLER * 50
    whole, found = shown(text, "laser break")
    assert found == ["LÄSER", "breaks"]
    assert "the LÄSER breaks at noon" in whole
    assert len(whole) < 300


def test_parts_of_words_are_not_marked() -> None:
    for before in range(240, 262):
        text = "x" * (before % 7) + " " + "a " * (before // 2) + "laser ser " + FILLER * 30
        assert shown(text, '"ser"')[1] == ["ser"]


def test_of_several_texts_the_one_with_most_words() -> None:
    pieces = [Piece("a", "one laser"), Piece("b", "a laser in a cavity"), Piece("c", "cavity")]
    found = snippet(pieces, asked("laser cavity"))
    assert found is not None
    assert found.field == "b"
    assert snippet(pieces, asked("nothing")) is None
    assert snippet(pieces, asked("kind -laser")) is None


def test_what_no_reader_could_see_is_written_out() -> None:
    assert shown("a laser\u202egnp.exe", "laser")[0] == "a laser[U+202E]gnp.exe"


@given(text=st.text(max_size=80), query=st.text(max_size=20))
def test_no_text_is_lost(text: str, query: str) -> None:
    parts = marked(text, asked(query))
    if text.isprintable():
        assert "".join(part.text for part in parts) == composed(text)
    snippet([Piece("field", text)], asked(query))
