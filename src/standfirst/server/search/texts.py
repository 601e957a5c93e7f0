"""What a record says, as pieces of text: what is searched, and what a hit shows. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from standfirst.records.kind import Body, Kind
from standfirst.records.record import Content

LONGEST: Final = 400_000
"""Characters of a record that are searched, and of a file."""

_UNSAID: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Digests and ids: nobody looks for them by their parts, and one of an erased file would confirm a guess."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A value of a body, under the name of the field in which it stands."""

    field: str
    text: str


def title_of(kind: Kind | None, body: Body) -> str:
    return str(body.get(kind.titled_by, "")) if kind else ""


def pieces(kind: Kind | None, body: Body, content: Content) -> list[Piece]:
    """All that a record says but its title, in the order of its fields, as far as ``LONGEST``."""
    found: list[Piece] = []
    room = LONGEST
    for piece in _all(kind, body, content):
        if room <= 0:
            break
        found.append(Piece(piece.field, piece.text[:room]))
        room -= len(piece.text)
    return found


def _all(kind: Kind | None, body: Body, content: Content) -> Iterator[Piece]:
    names = list(kind.body.model_fields) if kind else []
    order = [*(name for name in names if name in body), *(name for name in body if name not in names)]
    titled_by = kind.titled_by if kind else ""
    for name in order:
        if name != titled_by:
            yield from (Piece(name, text) for text in _said(body[name]))
    yield from (Piece("serves", requirement) for requirement in content.serves)


def _said(value: Any) -> Iterator[str]:
    """Texts within a value. Numbers and flags say nothing without their place."""
    if isinstance(value, str):
        if value and not _UNSAID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _said(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _said(part)


def digests(body: Body) -> list[str]:
    """Of the files that it attaches."""
    told = body.get("attachments") or ()
    return list(dict.fromkeys(str(one["sha256"]) for one in told if one.get("sha256")))
