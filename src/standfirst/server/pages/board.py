"""A kind as a board: its states as columns, from where work begins to where it ends. Cards are moved by the pages that move records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from standfirst.records.actor import Actor
from standfirst.records.kind import Kind
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.lists.cells import Cell, Cells
from standfirst.server.lists.querying import CAP, Found, Row
from standfirst.server.lists.wanted import Wanted, wanted
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.families import many
from standfirst.server.pages.listing import address, asking_of
from standfirst.server.pages.outlook import move_name
from standfirst.server.pages.shapes import called, capital
from standfirst.server.pages.tones import tone
from standfirst.server.people import names
from standfirst.words import render
from standfirst.words.language import number

CARDS: Final = 25
"""Cards of one column; the list has all."""


@dataclass(frozen=True, slots=True)
class Onward:
    """A move that leads on from a state. ``only``: who alone may, where that is not who asks."""

    name: str
    words: str
    only: str


@dataclass(frozen=True, slots=True)
class Card:
    row: Row
    line: Sequence[str]
    owner: str
    due: Cell | None
    due_words: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A column. ``more``: where all of it stands, if there is more than the cards."""

    state: str
    words: str
    tone: str
    count: str
    cards: Sequence[Card]
    onward: Sequence[Onward]
    more: str


@within(*READING)
def board(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    if not found.view.board:
        raise reading.missing()
    asked = Wanted(mine=wanted(found, request.GET).mine)
    asking = asking_of(place, found, asked)
    hits = Found(asking, asked)
    by_state = hits.stages(CARDS)
    counts = hits.counts()
    fields = [*found.view.summary, *found.view.due, found.view.owner]
    shown = [row.record for rows in by_state.values() for row in rows[:CARDS]]
    cells = Cells(place, found, shown, fields, asking.today)
    cells.names = names(place, cells.people)
    actor = place.actor(place.store)
    context = {
        "kind": found,
        "many": many(kind),
        "one": render.kind(kind).one,
        "can_be_made": found.by_hand,
        "asked": asked,
        "stages": [
            Stage(
                state,
                capital(render.state(state)),
                tone(found, state),
                _count(len(rows), counts.get(state, 0) if counts is not None else None),
                [_card(found, row, cells) for row in rows[:CARDS]],
                _onward(found, actor, state),
                address(asked.but(state=state)) if len(rows) > CARDS else "",
            )
            for state, rows in by_state.items()
        ],
        "is_empty": not any(by_state.values()),
    }
    return page(request, place, "board.html", context)


def _count(read: int, counted: int | None) -> str:
    """``counted``: None where that would have cost more than it tells."""
    if counted is None:
        return f"{number(CARDS)}+" if read > CARDS else number(read)
    return f"{number(CAP)}+" if counted > CAP else number(max(read, counted))


def _card(kind: Kind, row: Row, cells: Cells) -> Card:
    """Its summary without what stands below it anyway: the owner, and what is due."""
    apart = {*kind.view.due, kind.view.owner}
    line = [_told(kind, name, cells.of(row.record, name)) for name in kind.view.summary if name not in apart]
    dues = [(name, cell) for name in kind.view.due if (cell := cells.of(row.record, name, row.state))]
    name, due = min(dues, key=lambda one: one[1].iso) if dues else ("", None)
    if row.state in kind.settled:
        name, due = "", None
    return Card(
        row, [one for one in line if one], cells.owner(row.record), due, render.field(name) if name else ""
    )


def _told(kind: Kind, name: str, cell: Cell) -> str:
    """A figure says nothing without what it is a figure of."""
    return f"{called(kind, name)} {cell.text}" if cell and cell.sort in {"number", "day"} else cell.text


def _onward(kind: Kind, actor: Actor, state: str) -> list[Onward]:
    return [
        Onward(
            move.name,
            move_name(kind.name, move),
            ""
            if not move.roles or actor.roles & set(move.roles)
            else _("only %(roles)s")
            % {"roles": render.joined([render.title(role) for role in move.roles], "or")},
        )
        for move in kind.lifecycle.transitions
        if state in move.sources
    ]
