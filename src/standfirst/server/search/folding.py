"""Text as it is compared: the same words for a query and for what is searched, and the same on both engines. Pure.

Each character becomes its compatible form without case and without accents (NFKC, casefold, combining marks of Latin,
Greek, Cyrillic, Arabic and Hebrew left out). Scripts that put no spaces between words are read character by character, so
that a Chinese word is found as the phrase of its characters. Neither engine's own tokenizer decides anything.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 64
"""Characters of a word that are told apart; what is longer is no word."""

_BESIDE: Final = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
"""Letters that Unicode does not take apart, by how they are typed where they are not on the keyboard."""

_SILENT: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05C7),
    (0x064B, 0x0655),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)
"""Marks that people leave out when they search: accents, points, vowel signs; variation selectors. Others spell."""

_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x312F),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
"""Scripts without spaces between words."""


def _within(ranges: Sequence[tuple[int, int]], point: int) -> bool:
    return any(first <= point <= last for first, last in ranges)


class _Table(dict[int, str]):
    """What each character becomes, for ``str.translate``; filled in as characters are met."""

    def __missing__(self, point: int) -> str:
        self[point] = "".join(map(_spelt, _plain(chr(point))))
        return self[point]


def _plain(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in apart if not _within(_SILENT, ord(part))).casefold()
    return unicodedata.normalize("NFKC", "".join(_BESIDE.get(part, part) for part in bare))


def _spelt(part: str) -> str:
    if _within(_SILENT, ord(part)) or unicodedata.category(part) == "Cf":
        return ""  # after casefold an accent may stand alone again, as in İ; soft hyphens and joiners say nothing
    if not (part.isalnum() or unicodedata.category(part).startswith("M")):
        return " "
    return f" {part} " if _within(_UNSPACED, ord(part)) else part


_TABLE: Final = _Table()


def composed(text: str) -> str:
    """Canonically composed: what ``words`` and ``spans`` read."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def words(text: str) -> list[str]:
    return [word[:LONGEST] for word in composed(text).translate(_TABLE).split()]


def folded(text: str) -> str:
    """Words with one space between each two."""
    return " ".join(words(text))


@dataclass(frozen=True, slots=True)
class Span:
    """A word, and where it stands in the text as ``composed``."""

    word: str
    start: int
    end: int


def spans(text: str) -> Iterator[Span]:
    """The words of a text that is composed, in order, each with the characters from which it was made."""
    word, start, end = "", 0, 0
    for place, character in enumerate(text):
        for part in _TABLE[ord(character)]:
            if part != " ":
                start = place if not word else start
                word, end = word + part, place + 1
            elif word:
                yield Span(word[:LONGEST], start, end)
                word = ""
        if word and not _TABLE[ord(character)]:
            end = place + 1  # an accent or a joiner belongs to the word before
    if word:
        yield Span(word[:LONGEST], start, end)
