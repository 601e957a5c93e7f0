"""How the states of a kind look: a badge for each, and its lifecycle as steps from left to right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from standfirst.records.kind import Kind
from standfirst.server.pages.tones import tone
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in words, and the tone of its badge."""

    words: str
    tone: str


def mark(kind: Kind | None, state: str) -> Mark:
    return Mark(render.state(state), tone(kind, state))


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a lifecycle, as a record stands to it: ``was`` there, is there ``now``, or can go there ``next``."""

    words: str
    place: str
    signed: bool


def cycle(kind: Kind, now: str, before: Collection[str]) -> Sequence[Step]:
    """All states of a kind in their order; none where there is only one. ``before``: those in which it has stood."""
    table = kind.lifecycle
    if len(table.states) == 1:
        return ()
    onward = {move.target for move in table.transitions if now in move.sources}
    signed = {move.target for move in table.transitions if move.signs}
    at = table.states.index(now) if now in table.states else len(table.states)
    found = []
    for position, state in enumerate(table.states):
        passed = state in before and position < at
        place = "now" if state == now else "was" if passed else "next" if state in onward else ""
        found.append(Step(render.state(state), place, state in signed))
    return found
