"""Names that look like other names: told to people, never taken for one another.

The idea is that of Unicode Technical Standard #39: two texts that give the same skeleton look alike. The table is our
own and small: letters of the Greek, Cyrillic, Armenian and Cherokee scripts that are drawn like Latin ones in common
typefaces, digits and strokes that pass for letters, and pairs of letters that pass for one.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

_SAME_AS_LATIN: Final[dict[str, str]] = {
    # Cyrillic
    "а": "a", "ѕ": "s", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "ӏ": "l", "о": "o", "р": "p",
    "ԛ": "q", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y", "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "І": "I",
    "Ј": "J", "К": "K", "М": "M", "О": "O", "Р": "P", "Ѕ": "S", "Т": "T", "Х": "X", "У": "Y", "Ү": "Y", "Ӏ": "I",
    "Ԛ": "Q", "Ԝ": "W", "Ѵ": "V", "Ԍ": "G",
    # Greek
    "α": "a", "ο": "o", "ρ": "p", "ν": "v", "ι": "i", "ϲ": "c", "ϳ": "j", "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z",
    "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Υ": "Y", "Χ": "X", "Ϲ": "C",
    "Ϻ": "M",
    # Armenian and Cherokee
    "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "ք": "p", "յ": "j", "Օ": "O", "Տ": "S", "Լ": "L", "Ꭺ": "A",
    "Ᏼ": "B", "Ꮯ": "C", "Ꭼ": "E", "Ꮋ": "H", "Ꭻ": "J", "Ꮶ": "K", "Ꮇ": "M", "Ꮲ": "P", "Ꭱ": "R", "Ꭲ": "T", "Ꮩ": "V",
    "Ꮃ": "W", "Ꮓ": "Z", "Ꮪ": "S",
}  # fmt: skip
"""Letters of other scripts that common typefaces draw as they draw a Latin letter."""

_LIKE_LATIN: Final[dict[str, str]] = {
    **_SAME_AS_LATIN,
    "в": "b", "г": "r", "ґ": "r", "з": "3", "З": "3", "к": "k", "м": "m", "н": "h", "п": "n", "т": "t", "ү": "y",
    "ҽ": "e", "ѡ": "w", "γ": "y", "ε": "e", "η": "n", "κ": "k", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
    "ı": "i", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʟ": "L", "ꞵ": "b", "ƅ": "b", "ƍ": "g",
}  # fmt: skip
"""These, and letters that a quick eye takes for a Latin one."""

_SAME_SHAPE: Final = str.maketrans({
    "0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    "_": "-", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
})  # fmt: skip
"""Of small letters. A capital I is one stroke like l and 1, so all of them are."""

_TO_LATIN: Final = str.maketrans(_LIKE_LATIN)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))

_SCRIPTS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"})
"""Scripts that share letter shapes. Others, such as kana and Han together, are written mixed and look like nothing else."""

_WORD: Final = re.compile(r"[^\W\d_]+")


class Deception(StrEnum):
    """Why a name deserves a second look."""

    MIXED_SCRIPTS = "lookalike.mixed-scripts"
    FOREIGN_WORD = "lookalike.foreign-word"


@lru_cache(maxsize=1_000)
def skeleton(text: str) -> str:
    """What ``text`` looks like, roughly: equal skeletons look alike, and mean nothing else.

    A skeleton is its own: one pass can make what the next one changes, such as a pair of letters.
    """
    while (again := _simplified(text)) != text:
        text = again
    return text


def _simplified(text: str) -> str:
    # UTS #39, 4: compatibility forms (full width, mathematical letters) first, then the table.
    latin = unicodedata.normalize("NFKC", text.translate(_TO_LATIN)).translate(_TO_LATIN)
    plain = " ".join(latin.casefold().translate(_SAME_SHAPE).split())
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain


def look_alike(one: str, other: str) -> bool:
    """Whether two different texts could be read as one."""
    return one != other and skeleton(one) == skeleton(other)


def deceptions(text: str) -> Iterator[tuple[Deception, str]]:
    """Words of ``text`` that seem to be Latin and are not, or not wholly."""
    if text.isascii():
        return
    words = _WORD.findall(text)
    scripts = [{_script(letter) for letter in word} & _SCRIPTS for word in words]
    latin_beside = any("LATIN" in used for used in scripts)
    # Without a letter that only its own script has, a whole name passes for a Latin one.
    disguised = all(letter in _SAME_AS_LATIN for word in words for letter in word)
    for word, used in zip(words, scripts, strict=True):
        if len(used) > 1 and any(letter in _SAME_AS_LATIN for letter in word):
            yield Deception.MIXED_SCRIPTS, word
        elif (
            len(word) > 1 and all(letter in _SAME_AS_LATIN for letter in word) and (latin_beside or disguised)
        ):
            yield Deception.FOREIGN_WORD, word


def _script(letter: str) -> str:
    """The first word of the character's name, which for letters is that of their script."""
    return unicodedata.name(letter, "").partition(" ")[0]
