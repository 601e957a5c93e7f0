"""Text that people are to rely on: nothing stands in it that they could not see.

Refused are control, format, private-use and surrogate characters, line and paragraph separators (Unicode general
categories Cc, Cf, Co, Cs, Zl, Zp; the bidirectional controls of UAX #9 are among Cf), every space but the ordinary one
(Zs: none can be told from another by its look), and the characters that are drawn as nothing although they are letters or marks (Default_Ignorable_Code_Point, UAX #44, and the empty braille
pattern). Characters that this Python's Unicode tables do not know yet are let through: a verdict must not depend on
the age of the reader.
"""

import re
import unicodedata
from typing import Final

_UNSEEN_CATEGORIES: Final = frozenset(
    {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"}
)  # of Zs the space is seen to below

_MARKS: Final = frozenset({"Mn", "Me"})

MOST_MARKS: Final = 4
"""Combining marks on one letter: Vietnamese, Hebrew and Tibetan need three, after composition."""

_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def unseen(text: str) -> str | None:
    """The first character of ``text`` that no reader could see, as ``U+202E``; None where all can be seen."""
    if text.isascii() and text.isprintable():
        return None
    return next((f"U+{ord(character):04X}" for character in text if _hidden(character)), None)


def badly_spaced(text: str) -> bool:
    """Whether spaces stand anywhere but one by one between words: runs of them can push a forged line into place."""
    return "  " in text or text.startswith(" ") or text.endswith(" ")


def overloaded(text: str) -> bool:
    """Whether more than `MOST_MARKS` combining marks stand in a row, which paint over the lines around them."""
    return not text.isascii() and _piled(text)


def _piled(text: str) -> bool:
    row = 0
    for character in text:
        row = row + 1 if unicodedata.category(character) in _MARKS else 0
        if row > MOST_MARKS:
            return True
    return False


def in_plain_sight(text: str) -> str:
    """Text that nobody has signed, on one line: what cannot be seen written out, white space as single spaces.

    It is shown in quotation marks: its own become apostrophes.
    """
    spaced = " ".join(text.split()).replace('"', "'")
    marks = 0
    written = []
    for character in spaced:
        marks = marks + 1 if unicodedata.category(character) in _MARKS else 0
        written.append(f"[U+{ord(character):04X}]" if _hidden(character) or marks > MOST_MARKS else character)
    return "".join(written)


def _hidden(character: str) -> bool:
    if character == " ":
        return False
    category = unicodedata.category(character)
    return category in _UNSEEN_CATEGORIES or _DRAWN_AS_NOTHING.match(character) is not None
