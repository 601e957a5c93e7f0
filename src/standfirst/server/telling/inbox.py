"""The inbox: what somebody was told, by day, and that they have read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.reading import today
from standfirst.server.refusals import wants_part
from standfirst.server.store.turn import turn
from standfirst.server.telling.models import Notification
from standfirst.server.telling.reading import mine
from standfirst.server.telling.saying import Told, told
from standfirst.server.telling.sorts import NAMES, Sort

PAGE: Final = 50
"""Notifications on one page."""

MOST: Final = 200
"""That one form may mark."""


@dataclass(frozen=True, slots=True)
class Day:
    """``word``: today and yesterday are called so."""

    day: date
    word: str
    lines: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow the list; ``count`` of what is unread."""

    name: str
    url: str
    count: int
    is_on: bool


@within(*READING)
def inbox(request: HttpRequest, place: Place) -> HttpResponse:
    return page(request, place, "telling/inbox.html", _context(request, place), fragment="list")


@within("POST")
def mark(request: HttpRequest, place: Place) -> HttpResponse:
    """``one`` or several by ``chosen``, or with ``all`` every one that the list shows; ``unread`` the other way."""
    asked = mine(place)
    if "all" in request.POST:
        asked = _narrowed(asked, request.POST.get("sort", ""))
    else:
        chosen = request.POST.getlist("one") or request.POST.getlist("chosen")
        asked = asked.filter(pk__in=[whole(each, otherwise=0) for each in chosen[:MOST]])
    with turn():
        if "unread" in request.POST:
            Notification.objects.filter(pk__in=asked.values("pk")).update(read=None)
        else:
            unread = asked.filter(read=None).values("pk")
            Notification.objects.filter(pk__in=unread).update(read=now())
    if wants_part(request):
        return page(request, place, "telling/inbox.html", _context(request, place), fragment="list")
    return redirect(_address(place, **_asked(request)))


def _context(request: HttpRequest, place: Place) -> dict[str, object]:
    """In four queries: the rows, how many are unread, names of records, and the door's."""
    asked = _asked(request)
    rows = _narrowed(mine(place), asked["sort"])
    if asked["show"] == "unread":
        rows = rows.filter(read=None)
    before = whole(asked["before"], otherwise=0)
    if before:
        last = mine(place).filter(pk=before)
        rows = rows.filter(Q(at__lt=last.values("at")[:1]) | Q(at=last.values("at")[:1], pk__lt=before))
    found = list(rows.order_by("-at", "-id")[: PAGE + 1])
    counts = dict(mine(place).filter(read=None).values_list("sort").annotate(count=Count("id")))
    more = _address(place, **{**asked, "before": str(found[PAGE - 1].pk)}) if len(found) > PAGE else ""
    return {
        "days": list(_days(told(place, found[:PAGE]), today(place))),
        "unread": sum(counts.values()),
        "filters": list(_filters(place, asked, counts)),
        "shows": list(_shows(place, asked, sum(counts.values()))),
        "sort": asked["sort"],
        "show": asked["show"],
        "more": more,
        "first": _address(place, **{**asked, "before": ""}) if before else "",
    }


def _asked(request: HttpRequest) -> dict[str, str]:
    """How the list is narrowed: in the address, or in the form that came from it."""
    given = request.POST if request.method == "POST" else request.GET
    sort, show = given.get("sort", ""), given.get("show", "")
    return {
        "sort": sort if sort in set(Sort) else "",
        "show": show if show == "unread" else "",
        "before": given.get("before", ""),
    }


def _narrowed(rows: QuerySet[Notification], sort: str) -> QuerySet[Notification]:
    return rows.filter(sort=sort) if sort in set(Sort) else rows


def _address(place: Place, **asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    way = reverse("inbox", args=[place.organisation.slug])
    return f"{way}?{query}" if query else way


def _shows(place: Place, asked: dict[str, str], unread: int) -> Iterator[Filter]:
    for show, name in (("", _("All")), ("unread", _("Unread"))):
        url = _address(place, sort=asked["sort"], show=show)
        yield Filter(name, url, unread if show else 0, asked["show"] == show)


def _filters(place: Place, asked: dict[str, str], counts: dict[str, int]) -> Iterator[Filter]:
    """Sorts of which something is unread, and the one that is chosen."""
    for sort in Sort:
        if counts.get(sort) or asked["sort"] == sort:
            is_on = asked["sort"] == sort
            url = _address(place, show=asked["show"], sort="" if is_on else sort.value)
            yield Filter(str(NAMES[sort]), url, counts.get(sort, 0), is_on)


def _days(lines: Sequence[Told], today: date) -> Iterator[Day]:
    for day, those in groupby(lines, key=lambda line: line.at.date()):
        word = {0: _("Today"), 1: _("Yesterday")}.get((today - day).days, "")
        yield Day(day, word, list(those))
