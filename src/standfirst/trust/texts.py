"""Text that people are to rely on: nothing stands in it that they could not see.

Refused are control, format, private-use and surrogate characters, line and paragraph separators (Unicode general
categories Cc, Cf, Co, Cs, Zl, Zp; the bidirectional controls of UAX #9 are among Cf), and the characters that are
drawn as nothing although they are letters or marks (Default_Ignorable_Code_Point, UAX #44, and the empty braille
pattern). Characters that this Python's Unicode tables do not know yet are let through: a verdict must not depend on
the age of the reader.
"""

import re
import unicodedata
from typing import Final

_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})

_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def unseen(text: str) -> str | None:
    """The first character of ``text`` that no reader could see, as ``U+202E``; None where all can be seen."""
    if text.isascii() and text.isprintable():
        return None
    for character in text:
        if unicodedata.category(character) in _UNSEEN_CATEGORIES or _DRAWN_AS_NOTHING.match(character):
            return f"U+{ord(character):04X}"
    return None
