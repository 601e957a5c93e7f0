"""How the states of a kind look: a badge for each, and its lifecycle as steps from left to right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from standfirst.records.kind import Kind
from standfirst.words import render

_TAKEN_BACK: Final = frozenset({"revocation", "withdrawal", "suspension", "invalidation"})
"""What signatures mean that vouch for nothing, but end what others vouched for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in words, and how its badge looks: ``good``, ``bad``, ``warn``, or nothing of these."""

    words: str
    tone: str


def mark(kind: Kind | None, state: str) -> Mark:
    return Mark(render.state(state), tone(kind, state) if kind else "")


def tone(kind: Kind, state: str) -> str:
    """Good is what somebody has signed for; on its way is what has left its first state and is not settled yet."""
    cycle = kind.lifecycle
    signed = {move.signs for move in cycle.transitions if move.target == state and move.signs}
    if signed:
        return "bad" if signed <= _TAKEN_BACK else "good"
    if state == cycle.initial or state in kind.settled or len(cycle.states) == 1:
        return ""
    return "warn"


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
