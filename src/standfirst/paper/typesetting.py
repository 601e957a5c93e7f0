"""PDF by Typst (extra ``report``): a template of ours, and content that it can only print.

What comes from outside reaches Typst as JSON values and is never part of its source, so no name can become markup, open
a file or load a package. Every document is tagged, and checked while it is written, as PDF/A-2a (ISO 19005-2, to be
kept) and PDF/UA-1 (ISO 14289-1, to be read aloud); both forbid a glyph that is not there, so nothing is lost unseen.

Fonts: those that Typst carries (Libertinus Serif, DejaVu Sans Mono), so that the same content gives the same bytes
everywhere. Text in scripts that they lack is set in fonts of this machine; where it has none, the character is written
out as U+6771. The document says which of the two happened.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Final

from standfirst.words.visible import visible

EXTRA: Final = "report"
STANDARDS: Final = ("a-2a", "ua-1")
DRAWN: Final = "svg"
"""The member of content that holds a picture: its text is not broken."""
_MODULE: Final = "typst"
_LONG: Final = 30  # characters of a word that no line has to hold in one piece
_PIECE: Final = 20
_JOINT: Final = re.compile(r"[^/._-]*[/._-]|[^/._-]+")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")  # has room, and stays whole for whoever copies it
_PROBE: Final = (
    '#set document(title: "probe")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), lang: "en")\n'
    "#json(bytes(sys.inputs.content))"
)


class Unprinted(Exception):
    """There is no PDF. ``extra`` names what would have to be installed; without it Typst refused the document."""

    def __init__(self, extra: str | None, detail: str) -> None:
        self.extra = extra
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF. ``written_out``: characters that no font at hand has; ``machine_fonts``: its bytes depend on this machine."""

    pdf: bytes
    written_out: tuple[str, ...] = ()
    machine_fonts: bool = False


def is_available() -> bool:
    return find_spec(_MODULE) is not None


def typeset(room: str, templates: Sequence[str], content: Mapping[str, Any]) -> Printed:
    """The named templates of a room, one after the other, with ``content`` as their ``it``.

    Raises Unprinted where the extra is not installed or Typst refuses.
    """
    _library()
    shown = _changed(dict(content), _printable)
    lacking = _lacking(_beyond_ascii(shown), machine_fonts=False)
    machine_fonts = False
    if lacking:
        nowhere = _lacking(lacking, machine_fonts=True)
        machine_fonts, lacking = nowhere != lacking, nowhere
    written = _changed(shown, lambda text, _: _written_out(text, lacking)) if lacking else shown
    fonts = {"machine": machine_fonts, "written_out": [f"U+{ord(c):04X}" for c in sorted(lacking)]}
    source = "\n".join(_template(room, name) for name in templates)
    pdf = _compiled(source, {**written, "fonts": fonts}, machine_fonts=machine_fonts)
    return Printed(pdf, tuple(sorted(lacking)), machine_fonts)


@lru_cache
def _template(room: str, name: str) -> str:
    return files(room).joinpath("templates", name).read_text(encoding="utf-8")


def _library() -> Any:
    try:
        return import_module(_MODULE)
    except ImportError as error:
        raise Unprinted(EXTRA, str(error)) from None


def _compiled(source: str, content: object, *, machine_fonts: bool) -> bytes:
    """Raises Unprinted."""
    library = _library()
    try:
        pdf: bytes = library.compile(
            source.encode(),
            sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
            ignore_system_fonts=not machine_fonts,
            pdf_standards=list(STANDARDS),
            timestamp=0,
        )
    except library.TypstError as error:
        raise Unprinted(None, error.diagnostic.strip()[:500]) from None
    return pdf


# --- text that can be printed ----------------------------------------------------------------------------------------

Change = Callable[[str, str], str]


def _changed(value: Any, change: Change, name: str = "") -> Any:
    """The same value with every text changed; ``change`` also gets the name of the member that holds it."""
    if isinstance(value, str):
        return change(value, name)
    if isinstance(value, Mapping):
        return {key: _changed(inside, change, key) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(inside, change, name) for inside in value]
    return value


def _printable(text: str, name: str) -> str:
    """Nothing unseen, and a place to break in every word that no line can hold."""
    text = unicodedata.normalize("NFC", visible(text))
    if name == DRAWN:
        return text
    broken = " ".join(_breakable(word) for word in text.split(" ")) if len(text) > _LONG else text
    return f"\u2068{broken}\u2069" if _turns(text) else broken


def _turns(text: str) -> bool:
    """Does a part of it read from right to left? Then it is isolated, so that it turns nothing around it."""
    return not text.isascii() and any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in text
    )


def _breakable(word: str) -> str:
    """Breaks first where a path or a compound has its joints."""
    if len(word) <= _LONG or _DIGEST.fullmatch(word):
        return word
    return "\u200b".join(
        joint[at : at + _PIECE] for joint in _JOINT.findall(word) for at in range(0, len(joint), _PIECE)
    )


def _beyond_ascii(value: Any) -> frozenset[str]:
    found: set[str] = set()
    for text in _texts(value):
        if not text.isascii():
            found.update(text)
    return frozenset(character for character in found if not character.isascii())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inside in value.values():
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


def _written_out(text: str, lacking: frozenset[str]) -> str:
    return "".join(f"[U+{ord(c):04X}]" if c in lacking else c for c in text)


# --- which characters the fonts have ---------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _lacking(characters: frozenset[str], *, machine_fonts: bool) -> frozenset[str]:
    """Those that cannot be displayed: Typst refuses a document of the standards above that holds one."""
    return frozenset(_refused(sorted(characters), machine_fonts=machine_fonts))


def _refused(characters: Sequence[str], *, machine_fonts: bool) -> Iterator[str]:
    """By halves: most sets are printed at once."""
    if not characters:
        return
    try:
        _compiled(_PROBE, " ".join(characters), machine_fonts=machine_fonts)
    except Unprinted:
        if len(characters) == 1:
            yield characters[0]
            return
        middle = len(characters) // 2
        yield from _refused(characters[:middle], machine_fonts=machine_fonts)
        yield from _refused(characters[middle:], machine_fonts=machine_fonts)
