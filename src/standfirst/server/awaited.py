"""Which moves of a kind somebody can be waited for with: those on the way to a signature that nobody has given yet. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Lifecycle, Transition

_TAKES_BACK: Final = frozenset(
    {"invalidation", "release", "restoration", "revocation", "suspension", "withdrawal"}
)
"""What signatures mean that end something which stands, or let it stand again: made when somebody sees a reason to, so that
nothing waits for it.
"""

_NOT_ASKED: Final = frozenset({("finding", "answer"), ("supplier", "suspend")})
"""Moves whose time somebody outside decides, or that are no next step."""

_AT_REST: Final = frozenset({("supplier", "conditional"), ("supplier", "suspended")})
"""States from which a signature could lead on, and that are meant to last."""


def asking(kind: Kind) -> Mapping[str, Sequence[Transition]]:
    """By state: the moves from there that wait for somebody, those that sign first."""
    return _asking(kind.name, kind.lifecycle)


@cache
def _asking(kind: str, cycle: Lifecycle) -> Mapping[str, Sequence[Transition]]:
    before = _unsigned(cycle)
    found: dict[str, list[Transition]] = {}
    for move in sorted(cycle.transitions, key=lambda each: not each.signs):
        for state in move.sources:
            asked = (kind, move.name) not in _NOT_ASKED and (kind, state) not in _AT_REST
            if state in before and asked and _asks(cycle, move, state, before):
                found.setdefault(state, []).append(move)
    return found


def _asks(cycle: Lifecycle, move: Transition, state: str, before: set[str]) -> bool:
    if move.signs:
        return move.signs not in _TAKES_BACK
    forward = cycle.states.index(move.target) > cycle.states.index(state)
    return (
        bool(move.roles)
        and forward
        and move.target in before
        and _leads_to_a_signature(cycle, move.target, before)
    )


def _unsigned(cycle: Lifecycle) -> set[str]:
    """The states that are reached before anybody has signed."""
    found, waiting_ = {cycle.initial}, [cycle.initial]
    while waiting_:
        state = waiting_.pop()
        for move in cycle.transitions:
            if state in move.sources and not move.signs and move.target not in found:
                found.add(move.target)
                waiting_.append(move.target)
    return found


def _leads_to_a_signature(cycle: Lifecycle, state: str, before: set[str]) -> bool:
    order = cycle.states.index(state)
    return any(
        move.signs
        and any(source in before and cycle.states.index(source) >= order for source in move.sources)
        for move in cycle.transitions
    )
