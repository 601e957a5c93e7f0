"""Drawings: the same bytes each time, nothing from outside, words for whoever does not see, colours for day and night."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from standfirst.pictures import drawing
from standfirst.pictures.drawing import Medium, Undrawn, svg
from standfirst.pictures.figure import Figure
from standfirst.pictures.palette import BAD, GOOD, INK, TONES

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = """</text><script>alert(1)</script><image href="https://example.org/x.png"/>&'" datum.x {{a}}"""


def figure(hostile: str = "calm", **more: Any) -> Figure:
    """Points inside a frame, so that the drawing also has a clip path with an id."""
    return Figure(
        "points",
        f"Points of {hostile}",
        f"Two kinds of points, one {hostile}.",
        {
            "height": 200,
            "data": {
                "values": [
                    {"x": 1, "y": 2, "kind": "in order", "says": "one"},
                    {"x": 2, "y": 30.25, "kind": hostile, "says": hostile},
                ]
            },
            "mark": {"type": "point", "clip": True},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "title": hostile},
                "y": {"field": "y", "type": "quantitative", "scale": {"type": "log"}},
                "shape": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": ["in order", hostile], "range": ["circle", "triangle-down"]},
                },
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": ["in order", hostile], "range": [GOOD, BAD]},
                },
                "description": {"field": "says", "type": "nominal"},
            },
            **more,
        },
    )


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own text


@pytest.mark.parametrize("medium", Medium)
def test_the_same_bytes_each_time(medium: Medium) -> None:
    first = svg(figure(), medium, prefix="a-")
    svg(figure("another in between"), medium)
    assert svg(figure(), medium, prefix="a-") == first


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize("words", ["calm", HOSTILE])
def test_it_is_whole_and_needs_nothing(medium: Medium, words: str) -> None:
    text = svg(figure(words), medium)
    root = parsed(text)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "line", "text", "rect", "defs", "clipPath"}
    assert not [
        name for element in root.iter() for name in element.attrib if name.startswith(("on", "xlink"))
    ]
    for value in (value for element in root.iter() for value in element.attrib.values()):
        assert not re.search(r"url\((?!#)|//|javascript:", value.replace("http://www.w3.org/2000/svg", ""))


@pytest.mark.parametrize("medium", Medium)
def test_it_says_what_it_shows_to_whoever_does_not_see_it(medium: Medium) -> None:
    root = parsed(svg(figure(HOSTILE), medium, prefix="MEA-0001-"))
    assert root.attrib["role"] == "img"
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    title, description = (named[name] for name in root.attrib["aria-labelledby"].split())
    assert (title.tag, title.text) == (f"{SVG}title", f"Points of {HOSTILE}")
    assert (description.tag, description.text) == (f"{SVG}desc", f"Two kinds of points, one {HOSTILE}.")


def test_text_stays_text_and_marks_say_what_they_are() -> None:
    root = parsed(svg(figure(HOSTILE)))
    assert HOSTILE in {element.text for element in root.iter(f"{SVG}text")}
    told = [element.findtext(f"{SVG}title") for element in root.iter(f"{SVG}path")]
    assert [words for words in told if words] == ["one", HOSTILE]


def test_what_no_reader_could_see_is_written_out() -> None:
    text = svg(figure("a\x1b[31m \u202eexe \ud83d \x00 ü – 東"))
    shown = "a[U+001B][31m [U+202E]exe [U+D83D] [U+0000] ü – 東"
    assert shown in {element.text for element in parsed(text).iter(f"{SVG}text")}
    assert f'<title id="points-title">Points of {shown}</title>' in text
    text.encode()


def test_ids_of_different_pictures_never_meet() -> None:
    ids = [
        {
            element.attrib["id"]
            for element in parsed(svg(figure(), prefix=prefix)).iter()
            if "id" in element.attrib
        }
        for prefix in ("MEA-0001-", "MEA-0002-")
    ]
    assert all(len(found) == 3 for found in ids)
    assert not ids[0] & ids[1]
    root = parsed(svg(figure(), prefix="p-"))
    clips = {element.attrib["id"] for element in root.iter(f"{SVG}clipPath")}
    used = {element.attrib["clip-path"] for element in root.iter() if "clip-path" in element.attrib}
    assert used == {f"url(#{name})" for name in clips}


def test_a_page_chooses_the_colours() -> None:
    text = svg(figure(), Medium.PAGE)
    assert f"var(--figure-good, {GOOD})" in text
    assert "currentColor" in text
    assert not re.search(rf'"({"|".join((INK, *TONES))})"', text)


def test_paper_has_its_colours() -> None:
    text = svg(figure(), Medium.PAPER)
    assert "var(" not in text
    assert "currentColor" not in text
    for colour in (GOOD, BAD, INK):
        assert f'"{colour}"' in text
    assert "Libertinus Serif" in text


def test_it_is_as_wide_as_it_is_asked_to_be() -> None:
    assert parsed(svg(figure())).attrib["width"] == "640"
    assert int(parsed(svg(figure(width=300))).attrib["width"]) == 300


def test_nothing_is_drawn_that_nobody_sees() -> None:
    for element in parsed(svg(figure())).iter():
        assert element.tag != f"{SVG}g" or len(element)
        assert element.get("opacity") != "0"
        if element.tag == f"{SVG}path":
            assert {"fill", "stroke"} & element.attrib.keys()


def test_even_a_specification_that_reaches_out_fetches_nothing() -> None:
    smuggled: dict[str, Any] = {"mark": "point", "data": {"values": []}}
    reaching = Figure("points", "Points", "None.", smuggled)
    smuggled["data"] = {"url": "http://127.0.0.1:9/rows.json"}
    with pytest.raises(Undrawn, match="not allowed"):
        svg(reaching)


def test_without_the_extra_there_is_no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_MODULE", "a_module_that_is_not_there")
    assert not drawing.is_available()
    with pytest.raises(Undrawn) as refused:
        svg(figure())
    assert refused.value.extra == "report"


def test_a_specification_that_is_none_is_not_drawn() -> None:
    with pytest.raises(Undrawn) as refused:
        svg(Figure("odd", "Odd", "Nothing.", {"mark": "no-such-mark", "encoding": 7}))
    assert refused.value.extra is None
    assert refused.value.detail
