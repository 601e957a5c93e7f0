"""What can be done next with a record, or why not and what would help."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.management.founding import actor_from
from standfirst.management.organisation import PERSON
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.sealing import NUMBER
from standfirst.server.access import Place, not_a_member
from standfirst.server.accounts.inviting import INVITERS
from standfirst.server.pages.shapes import called, capital
from standfirst.server.pages.states import Mark, mark
from standfirst.server.pages.tones import BAD, GOOD, tone
from standfirst.server.people import Holder, holding
from standfirst.server.reading import Label
from standfirst.standards.reason import Reason
from standfirst.words import render

NAMED: Final = 4
"""People who are named of those who could do what somebody may not do."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where what is missing can be put right."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Move:
    """What can be done next; or why not, what would help (``ways``), and who could do it instead (``others``), or which
    role nobody else holds (``lacking``). ``unable``: who holds it, where none of them has an account.
    """

    transition: Transition
    name: str
    target: str
    mark: Mark
    meaning: str
    first: bool = False
    why_not: str = ""
    ways: Sequence[Way] = ()
    others: Sequence[Label] = ()
    more: int = 0
    lacking: str = ""
    unable: Sequence[Label] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """``editing``: why it cannot be edited, empty where it can; ``way_out``: the moves that lead to where it can; ``unable``:
    who could edit it with an account, where nobody who has one may. ``may_invite``: whether who asks may give one.
    """

    moves: Sequence[Move] = ()
    editing: str = ""
    editors: Sequence[Label] = ()
    way_out: Sequence[str] = ()
    unable: Sequence[Label] = ()
    may_invite: bool = False

    @property
    def free(self) -> Sequence[Move]:
        return [move for move in self.moves if not move.why_not]

    @property
    def blocked(self) -> Sequence[Move]:
        return [move for move in self.moves if move.why_not]

    @property
    def edits_first(self) -> bool:
        """Whether to edit it is the next thing to do: no move leads on from here yet."""
        return not self.editing and not any(move.first for move in self.moves)


_NAMES = {(PERSON.name, "leave"): gettext_noop("Record that they have left")}
_DOES = {
    (PERSON.name, "leave"): gettext_noop(
        "They are let in here no longer, from this moment on. What they did stays, under their name; "
        "their account at other organisations stays too."
    )
}
"""Moves whose own name says too little about what they do to somebody."""


def move_name(kind: str, move: Transition) -> str:
    told = _NAMES.get((kind, move.name))
    return _(told) if told else capital(render.deed(move.name))


def move_does(kind: str, move: Transition) -> str:
    told = _DOES.get((kind, move.name))
    return _(told) if told else ""


def outlook(place: Place, kind: Kind, found: Record, person: Record | None) -> Outlook:
    """For whom asks. One query for those who could do what they may not, besides those of the kind's guards."""
    actor = actor_from(person)
    if actor is None:
        raise not_a_member()
    pen = Pen(place.store, actor, kind, found.id, found, "")
    ahead, editing = list(pen.outlook()), pen.unwritable()
    asked = {role for move, reason in ahead for role in _roles_for(move, reason)} | set(_roles(editing))
    holders = holding(place, asked) if asked else {}
    first = _first(kind, pen.state, [move for move, reason in ahead if reason is None])
    moves = [_move(place, kind, found, move, reason, holders, first) for move, reason in ahead]
    moves.sort(key=lambda move: (bool(move.why_not), not move.first))
    editors = _able(_roles(editing), holders)
    return Outlook(
        moves,
        render.sentence(editing) if editing else "",
        _acting(editors)[:NAMED],
        _way_out(kind, pen.state) if editing else (),
        _unable(editors)[:NAMED],
        bool(actor.roles & INVITERS),
    )


def _first(kind: Kind, state: str, free: Sequence[Transition]) -> Transition | None:
    """The move that goes on: the first of those that lead further in the order of the states, but to no end unsigned, and
    not from what holds to what holds no longer.
    """
    return next((move for move in free if _goes_on(kind, state, move)), None)


def _goes_on(kind: Kind, state: str, move: Transition) -> bool:
    order = kind.lifecycle.states
    if order.index(move.target) <= order.index(state) or move_does(kind.name, move):
        return False
    if move.target in kind.settled and not move.signs and _is_end(kind, move.target):
        return False
    here, there = tone(kind, state), tone(kind, move.target)
    return there != BAD and (here != GOOD or there == GOOD)


def _is_end(kind: Kind, state: str) -> bool:
    """Whether nothing leads further from there. Where an action is done but not yet checked, nothing is due, and yet it goes on."""
    order = kind.lifecycle.states
    ahead = (move for move in kind.lifecycle.transitions if state in move.sources)
    return all(order.index(move.target) <= order.index(state) for move in ahead)


def _move(  # noqa: PLR0917
    place: Place,
    kind: Kind,
    found: Record,
    move: Transition,
    reason: Reason | None,
    holders: Mapping[str, Sequence[Holder]],
    first: Transition | None,
) -> Move:
    wrote = {entry.actor for entry in found.entries if not entry.transition} if move.second_person else set()
    others = [one for one in _able(_roles_for(move, reason), holders) if one.label.id not in wrote]
    able = _acting(others)
    return Move(
        move,
        move_name(kind.name, move),
        render.state(move.target),
        mark(kind, move.target),
        render.title(move.signs) if move.signs else "",
        move is first,
        render.sentence(reason) if reason else "",
        list(_ways(place, kind, found, reason)) if reason else (),
        able[:NAMED],
        max(0, len(able) - NAMED),
        "" if others else render.joined([render.title(role) for role in _roles_for(move, reason)], "or"),
        _unable(others)[:NAMED],
    )


def _roles(reason: Reason | None) -> Sequence[str]:
    """The roles that a refusal asks for."""
    asked: Any = reason.parameters.get("asked", ()) if reason and reason.code == "deed.role" else ()
    return [str(role) for role in asked]


def _roles_for(move: Transition, reason: Reason | None) -> Sequence[str]:
    """Whose turn it is where it is not theirs who ask: somebody with the role, and not who wrote it."""
    if reason is not None and reason.code == "deed.second-person":
        return [str(role) for role in move.roles]
    return _roles(reason)


def _able(roles: Collection[str], holders: Mapping[str, Sequence[Holder]]) -> list[Holder]:
    found = {one.label.id: one for role in roles for one in holders.get(role, ())}
    return sorted(found.values(), key=lambda one: str(one.label))


def _acting(holders: Sequence[Holder]) -> list[Label]:
    return [one.label for one in holders if one.acts]


def _unable(holders: Sequence[Holder]) -> list[Label]:
    """Nobody as long as one of them has an account: then that one can."""
    return [] if _acting(holders) else [one.label for one in holders]


def _ways(place: Place, kind: Kind, found: Record, reason: Reason) -> Iterator[Way]:
    """To the fields that are not filled in as they have to be, and to the records that stand in the way."""
    slug, number = place.organisation.slug, found.number
    fields: Any = reason.parameters.get("fields", ())
    known = kind.body.model_fields
    if found.current.content.state not in kind.lifecycle.frozen:
        for name in fields if isinstance(fields, tuple) else (fields,):
            if name in known:
                yield Way(
                    called(kind, str(name)), f"{reverse('record-edit', args=[slug, number])}#body-{name}"
                )
    for parameter in reason.parameters.values():
        for told in parameter if isinstance(parameter, tuple) else (parameter,):
            if isinstance(told, str) and told != number and NUMBER.match(told):
                yield Way(told, reverse("record", args=[slug, told]))


def _way_out(kind: Kind, state: str) -> list[str]:
    """The moves that lead from a state whose content is not edited to one whose content is."""
    frozen = kind.lifecycle.frozen
    return [
        move_name(kind.name, move)
        for move in kind.lifecycle.transitions
        if state in frozen and state in move.sources and move.target not in frozen
    ]
