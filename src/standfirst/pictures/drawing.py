"""A figure as SVG: the same specification for a page in light or dark, and for paper.

Vega-Lite draws through ``vl-convert-python`` (extra ``report``), offline and without a browser. What it leaves is then
made ours: colours become CSS variables on a page, ids get a prefix, what only a live chart needs goes, and a title and
a description come first. Text stays text. One specification gives the same bytes each time with the same release of
the library, because labels are measured with a font that it carries.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any, Final
from unicodedata import category
from xml.etree import ElementTree as ET

from standfirst.pictures.figure import Figure
from standfirst.pictures.palette import INK, LINE, SERIES, SOFT, TONES, variable

EXTRA: Final = "report"
WIDTH: Final = 640
_MODULE: Final = "vl_convert"
_MEASURED_WITH: Final = "Liberation Sans"  # carried by vl-convert; as wide as Arial and Helvetica
_SCREEN_FONT: Final = "'Liberation Sans', Arial, Helvetica, system-ui, sans-serif"
_PAPER_FONT: Final = "'Libertinus Serif', sans-serif"
_SVG: Final = "http://www.w3.org/2000/svg"

_CONFIG: Final[Mapping[str, Any]] = {
    "background": None,
    "font": _MEASURED_WITH,
    "aria": False,
    "padding": 6,
    "view": {"stroke": None},
    "range": {"category": list(SERIES)},
    "axis": {
        "domainColor": SOFT,
        "tickColor": SOFT,
        "tickSize": 4,
        "gridColor": LINE,
        "labelColor": SOFT,
        "labelFontSize": 12,
        "labelPadding": 5,
        "labelFlush": False,
        "titleColor": INK,
        "titleFontSize": 12.5,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "legend": {
        "orient": "top",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12.5,
        "labelLimit": 300,
        "symbolSize": 80,
        "symbolStrokeWidth": 1.5,
        "columnPadding": 18,
        "padding": 0,
        "offset": 12,
    },
    "header": {"labelColor": INK, "labelFontSize": 12.5, "titleColor": INK},
    "text": {"color": INK, "fontSize": 12},
    "rule": {"color": INK},
    "point": {"filled": True, "size": 55, "opacity": 0.85},
    "bar": {"color": SERIES[0]},
    "line": {"color": SERIES[0], "strokeWidth": 2},
}


class Medium(Enum):
    PAGE = "page"
    PAPER = "paper"


class Undrawn(Exception):
    """There is no drawing. ``extra`` names what would have to be installed; without it the library gave up."""

    def __init__(self, extra: str | None, detail: str) -> None:
        self.extra = extra
        self.detail = detail
        super().__init__(detail)


def is_available() -> bool:
    return find_spec(_MODULE) is not None


def svg(figure: Figure, medium: Medium = Medium.PAGE, *, prefix: str = "") -> str:
    """One ``<svg>`` element that needs nothing else. ``prefix`` keeps its ids apart from those of other pictures.

    Raises Undrawn where the extra is not installed or the library cannot draw the specification.
    """
    root = ET.fromstring(_drawn(figure))  # noqa: S314 - written by the library just now, no document type
    _clean(root)
    _name_ids(root, f"{prefix}{figure.name}")
    if medium is Medium.PAGE:
        _follow_the_page(root)
    _introduce(root, figure, f"{prefix}{figure.name}", medium)
    return ET.tostring(root, encoding="unicode")


def _drawn(figure: Figure) -> str:
    try:
        library = import_module(_MODULE)
    except ImportError as error:
        raise Undrawn(EXTRA, str(error)) from None
    specification = {
        "width": WIDTH,
        "autosize": {"type": "fit", "contains": "padding"},
        **_legible(figure.spec),
    }
    try:
        found: str = library.vegalite_to_svg(specification, config=dict(_CONFIG), allowed_base_urls=[])
    except ValueError as error:
        raise Undrawn(None, str(error)[:500]) from None
    return found


_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls of the reading direction (Unicode Annex 9), with which one text can look like another."""


def _legible(value: Any) -> Any:
    """Text from outside without what XML cannot hold or nobody could see: written out as [U+001B]."""
    if isinstance(value, str):
        return "".join(map(_letter, value)) if not value.isprintable() else value
    if isinstance(value, Mapping):
        return {name: _legible(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(inside) for inside in value]
    return value


def _letter(character: str) -> str:
    is_control = category(character) in ("Cc", "Cs", "Cn", "Co") and character not in "\n\t"
    return f"[U+{ord(character):04X}]" if is_control or character in _TURNING else character


# --- what the library leaves, made ours ------------------------------------------------------------------------------

_LIVE: Final = frozenset({"class", "role", "aria-hidden", "aria-roledescription", "pointer-events", "cursor"})
_PLAIN: Final = {"opacity": "1", "transform": "translate(0,0)", "font-family": None, "font-style": "normal"}
_NUMBER: Final = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-?\d+")
_GEOMETRY: Final = frozenset({"d", "transform", "x", "y", "x1", "y1", "x2", "y2", "width", "height"})
_NOTHING: Final = frozenset({"", "M0,0h0v0h0Z"})


def _clean(element: ET.Element) -> None:
    """Names without their namespace, places to a hundredth of a pixel, and nothing that draws nothing."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    told = element.attrib.pop("aria-label", None)
    for name in [n for n, value in element.attrib.items() if n in _LIVE or _PLAIN.get(n, 0) in (None, value)]:
        del element.attrib[name]
    for name in _GEOMETRY & element.attrib.keys():
        element.attrib[name] = _NUMBER.sub(_rounded, element.attrib[name])
    for child in list(element):
        _clean(child)
        if _draws_nothing(child):
            element.remove(child)
    _lift(element)
    if told:
        title = ET.Element("title")
        title.text = told
        element.insert(0, title)


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _draws_nothing(element: ET.Element) -> bool:
    match element.tag:
        case "g" | "defs":
            return not len(element)
        case "path":
            unseen = "fill" not in element.attrib and "stroke" not in element.attrib
            return element.get("d", "") in _NOTHING or element.get("display") == "none" or unseen
        case "text":
            return not (element.text or len(element)) or element.get("opacity") == "0"
        case _:
            return False


def _lift(element: ET.Element) -> None:
    """Groups that say nothing give way to what is in them."""
    children: list[ET.Element] = []
    for child in list(element):
        children += list(child) if child.tag == "g" and not child.attrib else [child]
        element.remove(child)
    element.extend(children)


def _name_ids(root: ET.Element, prefix: str) -> None:
    """Ids by order: the library counts on from picture to picture."""
    numbers = count(1)
    new = {e.attrib["id"]: f"{prefix}-{next(numbers)}" for e in root.iter() if "id" in e.attrib}
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.attrib[name] = new[value]
            elif value.startswith("url(#"):
                element.attrib[name] = f"url(#{new[value[5:-1]]})"


@lru_cache
def _variables() -> Mapping[str, str]:
    return {colour: variable(colour) for colour in (INK, *TONES)}


def _follow_the_page(root: ET.Element) -> None:
    for element in root.iter():
        for name in ("fill", "stroke"):
            value = element.attrib.get(name, "")
            if value in _variables():
                element.attrib[name] = _variables()[value]


def _introduce(root: ET.Element, figure: Figure, prefix: str, medium: Medium) -> None:
    """The frame: size, font, and for a page the words of somebody who does not see it."""
    width, height = root.attrib["width"], root.attrib["height"]
    words = [ET.Element("title"), ET.Element("desc")]
    for element, text in zip(words, (figure.title, figure.description), strict=True):
        element.text = _legible(text)
        element.attrib["id"] = f"{prefix}-{element.tag}"
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": _SVG,
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "overflow": "visible",
            "font-family": _SCREEN_FONT if medium is Medium.PAGE else _PAPER_FONT,
        }
    )
    for place, element in enumerate(words):
        root.insert(place, element)
