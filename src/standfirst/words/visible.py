"""Text from outside, made harmless to read: what no reader could see is written out.

Names of organisations, titles and reasons come from other people. A bidirectional override can make a label read as
another one, an escape sequence can repaint a terminal, and a zero-width space can make two names look the same.
"""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})  # Unicode general categories
_LINE_ENDS = frozenset("\n\t")
_JOINERS = frozenset("\u200c\u200d")  # part of the spelling in several scripts, and of many pictographs


def visible(text: str) -> str:
    """``text`` with every control and format character written as [U+202E]; line ends and tabs stay.

    A zero-width joiner stays between two characters beyond ASCII, where it belongs to the spelling.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(text, place) for place in range(len(text)))


def _shown(text: str, place: int) -> str:
    character = text[place]
    if character in _LINE_ENDS or unicodedata.category(character) not in _HIDDEN:
        return character
    if character in _JOINERS and _spells(text[place - 1 : place]) and _spells(text[place + 1 : place + 2]):
        return character
    return f"[U+{ord(character):04X}]"


def _spells(neighbour: str) -> bool:
    return neighbour > "\x7f" and unicodedata.category(neighbour) not in _HIDDEN
