"""What waits for somebody: moves that others cannot take for them, such as an approval of what somebody else has written.

A record that could be moved is not yet one that waits. It waits where the way to a signature leads on from its state, where
nothing that it says itself stands in the way, and where this person is one of those who may.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NoReturn

from django.db.models import Q

from standfirst.records.actor import Actor
from standfirst.records.kind import Kind, Kinds
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.access import Place

LOOKED_AT: Final = 40
"""Records whose state lets something wait that are looked into; those that changed last."""

_TAKES_BACK: Final = frozenset({"invalidation", "release", "revocation", "suspension", "withdrawal"})
"""What signatures mean that end something which stands; nothing waits for that."""

_NOT_ASKED: Final = frozenset({("finding", "answer"), ("supplier", "suspend")})
"""Moves whose time somebody outside decides, or that are no next step."""

_AT_REST: Final = frozenset({("supplier", "conditional"), ("supplier", "suspended")})
"""States from which a signature could lead on, and that are meant to last."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Moves of which somebody is asked to take one, the best first. ``since``: from when the record is as it is."""

    record: Record
    kind: Kind
    moves: Sequence[Transition]
    since: datetime

    @property
    def move(self) -> Transition:
        return self.moves[0]

    @property
    def title(self) -> str:
        body = self.kind.upcast(self.record.current.content.body, self.record.current.content.schema)
        return str(body.get(self.kind.titled_by, ""))


def waiting(place: Place, actor: Actor) -> list[Waiting]:
    """What waits longest comes first; one query."""
    wanted = [
        (kind.name, state)
        for kind in place.store.kinds
        for state, moves in asking(kind).items()
        if any(not move.roles or actor.roles & set(move.roles) for move in moves)
    ]
    if not wanted:
        return []
    # The kinds and the states by themselves follow from the pairs. Said too, the index of both is taken; else every record
    # of the organisation is looked at.
    condition = Q()
    for name, state in wanted:
        condition |= Q(kind=name, state=state)
    condition &= Q(kind__in={name for name, _ in wanted}, state__in={state for _, state in wanted})
    records = place.store.chosen(condition, newest=LOOKED_AT).values()
    found = [one for record in records for one in _of(record, place.store.kinds, actor)]
    return sorted(found, key=lambda one: (one.since, one.record.number))


def _of(record: Record, kinds: Kinds, actor: Actor) -> Iterator[Waiting]:
    kind = kinds[record.kind]
    pen = Pen(_NOWHERE, actor, kind, record.id, record, "")
    moves = [
        move
        for move in asking(kind).get(pen.state, ())
        if pen.barred(move) is None and _says_enough(pen, move)
    ]
    if moves:
        yield Waiting(record, kind, moves, record.current.entry.recorded_at)


def _says_enough(pen: Pen, move: Transition) -> bool:
    """Whether nothing in the record itself stands in the way; what has to be looked up elsewhere is asked on its page."""
    content = pen.content
    if content is None:
        return False
    for guard in move.guards:
        try:
            if guard(Attempt(content, pen.actor, pen.workspace)) is not None:
                return False
        except _Unasked:
            continue
    return True


# --- which moves somebody can be waited for with ----------------------------------------------------------------------


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


class _Unasked(Exception):
    """A guard that wants to know more than the record says."""


class _Nowhere:
    """A workspace that is not asked: a list is no place to look something up for each of its rows."""

    def __getattr__(self, _name: str) -> Any:
        return _ask


def _ask(*_args: object, **_kwargs: object) -> NoReturn:
    raise _Unasked


_NOWHERE: Final[Workspace] = _Nowhere()
