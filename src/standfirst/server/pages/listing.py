"""A list of the records of one kind: what of them is shown, in which order, narrowed to what somebody looks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from standfirst.records.kind import Kind
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.desk.models import ALL
from standfirst.server.desk.saved import first_view, views
from standfirst.server.lists.cells import Cell, Cells
from standfirst.server.lists.facets import Facet, by_name, facets, named_option, people_in
from standfirst.server.lists.filters import Asking
from standfirst.server.lists.querying import CAP, PAGE, Found, Row
from standfirst.server.lists.wanted import (
    CHANGED,
    LATE,
    NUMBER,
    OWN,
    SOON,
    SOON_DAYS,
    STATE,
    VERSION,
    Test,
    Wanted,
    choosable,
    field_of,
    shown_at_first,
    wanted,
)
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.families import many
from standfirst.server.pages.outlook import move_name
from standfirst.server.pages.shapes import called, capital
from standfirst.server.pages.showing import Moment
from standfirst.server.pages.states import Mark, mark
from standfirst.server.people import names, own_names
from standfirst.words import render
from standfirst.words.language import day, number
from standfirst.words.render import sentence


@within(*READING)
def listing(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    kept = views(place, kind)
    if not request.GET and (first := first_view(kept)) is not None:
        return redirect(f"{request.path}?{first.address}")
    asked = wanted(found, request.GET)
    asking = asking_of(place, found, asked)
    hits = Found(asking, asked)
    rows, onward = hits.page()
    counts = hits.counts()
    offered = facets(asking, asked)
    columns = columns_of(found, asked)
    cells = Cells(place, found, [row.record for row in rows], [one.field for one in columns], asking.today)
    cells.names = names(place, cells.people | people_in(found, offered))
    narrowed = by_name(found, offered, cells.names)
    context = {
        "kind": found,
        "can_be_made": found.by_hand,
        "many": many(kind),
        "one": render.kind(kind).one,
        "asked": asked,
        "address": address(asked),
        "hidden": [(name, value) for name, value in asked.pairs() if name in {"state", "sort", "columns"}],
        "tabs": _tabs(found, asked, counts),
        "counted": _counted(asked, counts, rows, onward is not None),
        "is_empty": counts == {} and not asked.is_narrowed,
        "chips": list(chips(found, asked, narrowed)),
        "facets": narrowed,
        "set": sum(one.count for one in narrowed) + bool(asked.due) + asked.mine,
        "dues": _dues(found, asked),
        "owned": bool(found.view.owner),
        "columns": columns,
        "title_column": _title_column(found, asked),
        "lines": [line(found, row, columns, cells) for row in rows],
        "onward": address(asked, after=str(onward)) if onward else "",
        "paged": asked.after is not None,
        "strange": [sentence(reason) for reason in asked.strange],
        "choosable": [
            (name, _column_name(found, name), name in _shown(found, asked)) for name in choosable(found)
        ],
        "views": [(view, view.query == asked.query) for view in kept],
        "view": next((view for view in kept if str(view.pk) == request.GET.get("view", "")), None),
        "moves": [(move.name, move_name(kind, move)) for move in found.lifecycle.transitions],
    }
    response = page(request, place, "list.html", context, fragment="found")
    response["HX-Push-Url"] = f"{request.path}?{address(asked)}"  # a form sends more than what it says
    return response


def asking_of(place: Place, kind: Kind, asked: Wanted) -> Asking:
    me = own_names(place) if asked.mine else ()
    return Asking(place, kind, reading.today(place), me)


def address(asked: Wanted, **more: str) -> str:
    """The parameters of a list, never none: an address without any means somebody's first view."""
    return urlencode([*asked.pairs(), *more.items()]) or ALL


# --- columns ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """``sorted``: as aria-sort says it. ``by``: where its name leads, to sort by it."""

    name: str
    words: str
    field: str
    sorted: str = ""
    by: str = ""


def _shown(kind: Kind, asked: Wanted) -> Sequence[str]:
    return asked.columns or shown_at_first(kind)


def columns_of(kind: Kind, asked: Wanted) -> list[Column]:
    """Those beside the title, in the order in which they are shown."""
    return [_column(asked, name, _column_name(kind, name)) for name in _shown(kind, asked)]


def _title_column(kind: Kind, asked: Wanted) -> Column:
    return _column(asked, kind.titled_by, _("Title"))


def _column(asked: Wanted, name: str, words: str) -> Column:
    way = ("descending" if asked.descending else "ascending") if asked.sort == name else "none"
    by = "" if name == VERSION else address(asked.by(name))
    return Column(name, words, field_of(name), way if by else "", by)


def _column_name(kind: Kind, name: str) -> str:
    own = {NUMBER: _("Number"), STATE: _("State"), VERSION: _("Version"), CHANGED: _("Changed")}
    return own[name] if name in OWN else called(kind, field_of(name))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: its record, and a cell for each column."""

    row: Row
    state: Mark
    at: Moment
    on: str
    cells: Sequence[tuple[str, Cell | None]]


def line(kind: Kind, row: Row, columns: Sequence[Column], cells: Cells) -> Line:
    told = [(one.name, cells.of(row.record, one.field, row.state) if one.field else None) for one in columns]
    return Line(row, mark(kind, row.state), Moment(row.recorded_at), day(row.recorded_at), told)


# --- what narrows it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tab:
    words: str
    address: str
    count: str
    is_shown: bool


def _tabs(kind: Kind, asked: Wanted, counts: Mapping[str, int] | None) -> list[Tab]:
    """A tab for each state that somebody stands in, and for the one that is asked."""
    told = counts or {}
    shown = [
        state for state in kind.lifecycle.states if counts is None or state in told or state == asked.state
    ]
    if len(shown) < 2 and not asked.state:
        return []
    every = Tab(_("All"), address(asked.but(state="")), _sum(counts), not asked.state)
    return [
        every,
        *(
            Tab(
                capital(render.state(state)),
                address(asked.but(state=state)),
                _capped(told.get(state, 0)) if counts is not None else "",
                state == asked.state,
            )
            for state in shown
        ),
    ]


def _capped(count: int) -> str:
    return f"{number(CAP)}+" if count > CAP else number(count)


def _sum(counts: Mapping[str, int] | None) -> str:
    if counts is None:
        return ""
    whole = sum(min(count, CAP) for count in counts.values())
    return f"{number(whole)}+" if any(count > CAP for count in counts.values()) else number(whole)


def _counted(asked: Wanted, counts: Mapping[str, int] | None, rows: Sequence[Row], goes_on: bool) -> str:
    """How many there are, in words: as far as anybody has counted."""
    if counts is not None:
        told = _capped(counts.get(asked.state, 0)) if asked.state else _sum(counts)
        only = told == "1"
    elif goes_on or asked.after is not None:
        told, only = f"{number(PAGE)}+", False
    else:
        told, only = number(len(rows)), len(rows) == 1
    return _("%(count)s record") % {"count": told} if only else _("%(count)s records") % {"count": told}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set. ``without``: the list when it is taken away."""

    words: str
    without: str


def chips(kind: Kind, asked: Wanted, narrowed: Sequence[Facet]) -> Iterator[Chip]:
    if asked.text:
        yield Chip(_("“%(text)s”") % {"text": asked.text}, address(asked.but(text="")))
    if asked.due:
        yield Chip(dict(_dues(kind, asked, words_only=True))[asked.due], address(asked.but(due="")))
    if asked.mine:
        yield Chip(_("Mine"), address(asked.but(mine=False)))
    by = {one.field: one for one in narrowed}
    for condition in asked.conditions:
        field = called(kind, condition.field)
        for value in condition.values:
            words = named_option(by.get(condition.field), kind, condition.field, value)
            told = {"field": field, "value": words or _("nothing said")}
            match condition.test:
                case Test.FROM:
                    said = _("%(field)s from %(value)s") % told
                case Test.TO:
                    said = _("%(field)s to %(value)s") % told
                case Test.HAS:
                    said = _("%(field)s with “%(value)s”") % told
                case _:
                    said = _("%(field)s: %(value)s") % told
            yield Chip(said, address(asked.without(condition, value)))


def _dues(kind: Kind, asked: Wanted, *, words_only: bool = False) -> list[Any]:
    """What a list can be narrowed to by days that are due; nothing where the kind knows none."""
    if not kind.view.due:
        return []
    told = [(LATE, _("Late")), (SOON, _("Due within %(days)s days") % {"days": SOON_DAYS})]
    return told if words_only else [(value, words, value == asked.due) for value, words in told]
