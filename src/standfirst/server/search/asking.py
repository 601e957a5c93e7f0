"""The query language, forgiving: words, "phrases", -without, kind:risk, state:approved. Every text is a query. Pure.

    laser "cooling failure" -budget kind:risk

All words are asked for. The last one may be unfinished, unless it stands in quotation marks. What is no kind or state of
the organisation after ``kind:`` or ``state:`` is read as words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from standfirst.server.search.folding import words

LONGEST: Final = 500
"""Characters of a query that are read."""

TERMS: Final = 16
"""Terms of a query that are asked for."""

PHRASE: Final = 32
"""Words of a phrase that are asked for."""

UNFINISHED: Final = 2
"""Characters from which on a last word may be the beginning of one; a single letter begins too many."""

_PART: Final = re.compile(
    r"""(?P<minus>-(?=\S))?(?:(?P<field>kind|state):(?=\S))?(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<word>[^\s"“”„]+))""",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"([a-z]{2,4})[-‐‑–−\s]?([0-9]{1,8})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One or several words, one after the other; ``open``: the last of them may go on."""

    words: tuple[str, ...]
    open: bool = False

    def holds(self, text: str) -> bool:
        """Whether it stands in a text that is folded."""
        return f" {' '.join(self.words)}{'' if self.open else ' '}" in f" {text} "


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand after ``kind:`` and ``state:``, as it is folded, and which names it means."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """``number``: what the whole query would be as the number of a record. ``whole``: all its words, folded."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    number: str = ""
    whole: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.without or self.kinds or self.states)


def asked(text: str, known: Vocabulary = Vocabulary()) -> Query:
    """What a text asks for."""
    text = text[:LONGEST].strip()
    terms: list[Term] = []
    without: list[Term] = []
    chosen: dict[str, list[str]] = {"kind": [], "state": []}
    for part in _PART.finditer(text):
        said = part["phrase"] if part["phrase"] is not None else part["word"]
        name = (part["field"] or "").lower()
        if name and not part["minus"] and (meant := _meant(name, said, known)):
            chosen[name].append(meant)
            continue
        last = part.end() == len(text) and part["phrase"] is None
        if (term := _term(f"{name} {said}", last=last)) is not None:
            (without if part["minus"] else terms).append(term)
    return Query(
        terms=tuple(terms[:TERMS]),
        without=tuple(Term(term.words) for term in without[:TERMS]),
        kinds=tuple(dict.fromkeys(chosen["kind"])),
        states=tuple(dict.fromkeys(chosen["state"])),
        number=_number(text),
        whole=" ".join(word for term in terms for word in term.words),
    )


def _meant(name: str, said: str, known: Vocabulary) -> str:
    names = known.kinds if name == "kind" else known.states
    return names.get(" ".join(words(said)), "")


def _term(said: str, *, last: bool) -> Term | None:
    found = tuple(words(said)[:PHRASE])
    if not found:
        return None
    return Term(found, open=last and len(found[-1]) >= UNFINISHED and found[-1].isalnum())


def _number(text: str) -> str:
    """``rsk 12`` and ``RSK-0012`` are one number."""
    found = _NUMBER.fullmatch(text)
    return f"{found[1].upper()}-{int(found[2]):04d}" if found else ""
