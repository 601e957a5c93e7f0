"""What is due, by day: a month as a table, or one day after the other. Of all kinds or one, of everybody or of who asks."""

from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format

from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.due import Asked, Due, due
from standfirst.server.lists.cells import nearness
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.families import many
from standfirst.server.people import names, own_names
from standfirst.words.language import day as day_words

IN_A_DAY: Final = 4
"""Entries of a day that a month shows; the others are counted, and stand in the list of the day."""

IN_A_MONTH: Final = 1000
ONE_AFTER_THE_OTHER: Final = 200
"""Entries of the agenda."""

YEARS: Final = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is due. ``tone``: bad where it is late, warn where it is near."""

    due: Due
    words: str
    tone: str
    aside: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    words: str
    number: int
    items: Sequence[Item]
    more: int
    is_today: bool
    is_other: bool
    address: str


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: str
    mine: bool
    agenda: bool
    month: date
    day: date | None

    def but(self, **changes: Any) -> str:
        """As an address says it."""
        said = {
            "kind": self.kind,
            "mine": "yes" if self.mine else "",
            "as": "agenda" if self.agenda else "",
            "month": f"{self.month:%Y-%m}",
            **changes,
        }
        return urlencode({name: value for name, value in said.items() if value})


@within(*READING)
def calendar(request: HttpRequest, place: Place) -> HttpResponse:
    today = reading.today(place)
    kinds = [kind.name for kind in place.store.kinds if kind.view.due]
    asked = _asked(request, kinds, today)
    shown = Asked(
        limit=IN_A_MONTH,
        owners=own_names(place) if asked.mine else (),
        kinds=[asked.kind] if asked.kind else None,
    )
    context = {
        "asked": asked,
        "kinds": [(name, many(name), name == asked.kind) for name in kinds],
        "month_words": _month(asked.month),
        "before": asked.but(month=f"{_first(asked.month, -1):%Y-%m}"),
        "after": asked.but(month=f"{_first(asked.month, 1):%Y-%m}"),
        "now": asked.but(month=f"{today:%Y-%m}"),
        "is_now": (asked.month.year, asked.month.month) == (today.year, today.month),
        "as_month": asked.but(**{"as": ""}),
        "as_agenda": asked.but(**{"as": "agenda"}),
        "everybody": asked.but(mine=""),
        "mine": asked.but(mine="yes"),
        "weekdays": [(WEEKDAYS_ABBR[at], WEEKDAYS[at]) for at in range(7)],
    }
    if asked.agenda or asked.day is not None:
        context |= _agenda(place, asked, today, shown)
    else:
        context |= _weeks(place, asked, today, shown)
    return page(request, place, "calendar.html", context)


def _asked(request: HttpRequest, kinds: Sequence[str], today: date) -> _Asked:
    """Whatever cannot be meant is as if it were not said: a calendar always shows some month."""
    kind = request.GET.get("kind", "")
    return _Asked(
        kind if kind in kinds else "",
        bool(request.GET.get("mine")),
        request.GET.get("as") == "agenda",
        _day(f"{request.GET.get('month', '')}-01") or today.replace(day=1),
        _day(request.GET.get("day", "")),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _first(month: date, step: int) -> date:
    """The first day of the month before or after."""
    return (month.replace(day=15) + timedelta(days=30 * step)).replace(day=1)


def _month(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def _due(place: Place, asked: Asked) -> list[Due]:
    """With people by their names, in one query more."""
    found = due(place, asked)
    called = names(place, {one.owner for one in found})
    return [replace(one, owner=called.get(one.owner, one.owner)) for one in found]


# --- a month ---------------------------------------------------------------------------------------------------------


def _weeks(place: Place, asked: _Asked, today: date, shown: Asked) -> dict[str, Any]:
    weeks = Calendar().monthdatescalendar(asked.month.year, asked.month.month)
    first, last = weeks[0][0], weeks[-1][-1]
    found = _due(place, replace(shown, after=first, before=last + timedelta(days=1)))
    by = {day: list(those) for day, those in groupby(found, key=lambda one: one.day)}
    return {
        "weeks": [[_of(asked, day, by.get(day, []), today) for day in week] for week in weeks],
        "is_empty": not any(day.month == asked.month.month for day in by),
        "cut": len(found) == IN_A_MONTH,
        "count": len(found),
    }


def _of(asked: _Asked, day: date, those: Sequence[Due], today: date) -> Day:
    return Day(
        day,
        day_words(day),
        day.day,
        list(_items(those[:IN_A_DAY], today)),
        max(len(those) - IN_A_DAY, 0),
        day == today,
        day.month != asked.month.month,
        asked.but(day=day.isoformat()),
    )


def _items(those: Sequence[Due], today: date) -> Iterator[Item]:
    for one in those:
        aside, tone = nearness(one.day, today)
        yield Item(one, day_words(one.day), tone, aside)


# --- one day after the other -----------------------------------------------------------------------------------------


def _agenda(place: Place, asked: _Asked, today: date, shown: Asked) -> dict[str, Any]:
    """One day; or from the month on, with what is late before it where the month is the one of today."""
    now = (asked.month.year, asked.month.month) == (today.year, today.month)
    first: date | None
    before: date | None
    if asked.day is not None:
        first, before = asked.day, asked.day + timedelta(days=1)
    else:
        first, before = (None if now else asked.month), None
    found = _due(place, replace(shown, after=first, before=before, limit=ONE_AFTER_THE_OTHER))
    late = [one for one in found if one.day < today] if asked.day is None else []
    rest = found[len(late) :]
    days = [
        (day, day_words(day), WEEKDAYS[day.weekday()], day == today, list(_items(list(those), today)))
        for day, those in groupby(rest, key=lambda one: one.day)
    ]
    return {
        "agenda": True,
        "from_today": asked.day is None and now,
        "late": list(_items(late, today)),
        "days": days,
        "is_empty": not found,
        "cut": len(found) == ONE_AFTER_THE_OTHER,
        "limit": ONE_AFTER_THE_OTHER,
        "only": day_words(asked.day) if asked.day else "",
        "whole_month": asked.but(month=f"{asked.day:%Y-%m}") if asked.day else "",
    }
