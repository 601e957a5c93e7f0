"""A figure keeps what it promises to whoever draws it, and to whoever does not see it."""

from typing import Any

import pytest

from standfirst.pictures.figure import Figure

SPEC = {"data": {"values": [{"a": 1, "url": "https://example.org"}]}, "mark": "point"}


def figure(name: str = "ages", title: str = "Ages", description: str = "Bars.", **spec: Any) -> Figure:
    return Figure(name, title, description, {**SPEC, **spec})


def test_its_rows_are_the_data_that_readers_should_know() -> None:
    assert figure().rows == [{"a": 1, "url": "https://example.org"}]
    assert figure(data={"values": []}).rows == []
    assert Figure("a", "t", "d", {"layer": []}).rows == ()


@pytest.mark.parametrize("name", ["", "Ages", "1st", "a b", "a" * 41, 'x" onload="', "ü"])
def test_a_name_that_no_id_can_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name is short and plain"):
        figure(name)


@pytest.mark.parametrize("words", [{"title": " "}, {"description": ""}])
def test_a_picture_without_words_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        figure(**words)


@pytest.mark.parametrize(
    "reaching",
    [
        {"data": {"url": "https://example.org/data.json"}},
        {"layer": [{"mark": {"type": "image"}, "encoding": {"url": {"field": "a"}}}]},
        {"encoding": {"href": {"field": "a"}}},
        {"mark": {"type": "text", "font": "Papyrus"}},
        {"encoding": {"x": {"axis": {"labelFont": "Papyrus"}}}},
        {"config": {"background": "black"}},
    ],
)
def test_a_specification_that_reaches_out_or_dresses_itself_is_refused(reaching: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="drawing's choice"):
        figure(**reaching)
