"""The place in a text that a hit shows, with the words that were asked for marked. The text is shown as it was written.

Only as much of a text is taken apart as is shown: it is first looked where a word stands, block by block.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from standfirst.server.search.asking import Query, Term
from standfirst.server.search.folding import LONGEST, Span, composed, folded, spans
from standfirst.server.search.texts import Piece
from standfirst.words.visible import visible

AROUND: Final = 90
"""Characters that are shown before and after the first word."""

BLOCK: Final = 250
"""Characters that are looked through at once."""

OVERLAP: Final = 300


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """``field``: of a body, from which it is. ``cut``: whether more stands before or after it."""

    field: str
    parts: tuple[Part, ...]
    cut_before: bool = False
    cut_after: bool = False


def marked(text: str, query: Query) -> tuple[Part, ...]:
    """A short text, whole."""
    text = composed(text)
    return tuple(_parts(text, _hits(list(spans(text)), query.terms), 0, len(text)))


def snippet(pieces: Iterable[Piece], query: Query) -> Snippet | None:
    """Of the piece that has most of the words; the first of equals."""
    best: tuple[int, Piece] | None = None
    for piece in pieces:
        if query.terms and (count := _count(piece.text, query.terms)) > (best[0] if best else 0):
            best = (count, piece)
            if count == len(query.terms):
                break
    return _around(best[1], query.terms) if best else None


def _count(text: str, terms: Sequence[Term]) -> int:
    whole = folded(text)
    return sum(term.holds(whole) for term in terms)


def _around(piece: Piece, terms: Sequence[Term]) -> Snippet | None:
    text = composed(piece.text)
    for block in range(0, len(text), BLOCK):
        start, end = _edge(text, block), _edge(text, block + BLOCK + OVERLAP)
        if not _count(text[start:end], terms):
            continue
        if found := _hits(list(spans(text[start:end])), terms):
            places = [(start + first, start + last) for first, last in found]
            return _cut(piece.field, text, *places[0], places)
    return None


def _edge(text: str, at: int) -> int:
    """Here or a little later, where no word is cut in two."""
    if at == 0 or at >= len(text):
        return at
    return next((place for place in range(at, min(at + LONGEST, len(text))) if text[place].isspace()), at)


def _cut(field: str, text: str, first: int, last: int, found: Sequence[tuple[int, int]]) -> Snippet:
    start = max(0, first - AROUND)
    end = min(len(text), last + AROUND)
    if start:  # not in the middle of a word
        start = next((at + 1 for at in range(start, min(start + 20, first)) if text[at].isspace()), start)
    if end < len(text):
        end = next((at for at in range(end, max(end - 20, last), -1) if text[at].isspace()), end)
    within = [(a, b) for a, b in found if a >= start and b <= end]
    return Snippet(field, tuple(_parts(text, within, start, end)), start > 0, end < len(text))


def _hits(found: Sequence[Span], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """From where to where the terms stand, in order and apart."""
    hits = sorted(hit for term in terms for hit in _of(found, term))
    apart: list[tuple[int, int]] = []
    for start, end in hits:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _of(found: Sequence[Span], term: Term) -> Iterator[tuple[int, int]]:
    length = len(term.words)
    for at in range(len(found) - length + 1):
        if _stands(found[at : at + length], term):
            yield found[at].start, found[at + length - 1].end


def _stands(found: Sequence[Span], term: Term) -> bool:
    *whole, last = term.words
    if [span.word for span in found[:-1]] != whole:
        return False
    return found[-1].word.startswith(last) if term.open else found[-1].word == last


def _parts(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    """What no reader could see is written out: a text from outside may want to be read as another one."""
    at = start
    for first, last in found:
        if first > at:
            yield Part(visible(text[at:first]))
        yield Part(visible(text[first:last]), marked=True)
        at = last
    if at < end:
        yield Part(visible(text[at:end]))
