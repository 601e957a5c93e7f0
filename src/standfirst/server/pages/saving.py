"""Saved views of lists: keeping one, beginning with it, deleting it."""

from urllib.parse import parse_qs

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.records.change import Refused
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.desk import saved
from standfirst.server.desk.models import ALL, SavedView
from standfirst.server.lists.facets import by_name, facets, people_in
from standfirst.server.lists.wanted import wanted
from standfirst.server.pages.entry import WRITING, page, within
from standfirst.server.pages.families import many
from standfirst.server.pages.listing import address, asking_of, chips
from standfirst.server.people import names
from standfirst.words import render
from standfirst.words.render import sentence


@within(*WRITING)
def save(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    """All views of a kind, and a form to keep what is looked at."""
    found = reading.kind_of(place, kind)
    query = request.POST.get("query", "")
    if request.method != "POST":
        return _all(request, place, kind)
    try:
        view = saved.save(
            place,
            found,
            request.POST.get("name", ""),
            query,
            shared=bool(request.POST.get("shared")),
            first=bool(request.POST.get("first")),
        )
    except Refused as refused:
        messages.error(request, sentence(refused.reason))
        return redirect(f"{reverse('records', args=(place.organisation.slug, kind))}?{_sound(query)}")
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(_address(place, view))


def _all(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    asked = wanted(found, request.GET)
    offered = facets(asking_of(place, found, asked), asked)
    called = names(place, people_in(found, offered))
    kept = saved.views(place, kind)
    shown = next((view for view in kept if str(view.pk) == request.GET.get("view", "")), None)
    context = {
        "kind": found,
        "many": many(kind),
        "asked": asked,
        "address": address(asked),
        "chips": [chip.words for chip in chips(found, asked, by_name(found, offered, called))],
        "state": render.state(asked.state) if asked.state else "",
        "views": kept,
        "view": shown,
        "limit": saved.NAME,
    }
    return page(request, place, "views.html", context)


@within(*WRITING)
def one(request: HttpRequest, place: Place, view: int) -> HttpResponse:
    """What can be done with a view: begin with it, or not any more; delete it, which is asked again."""
    found = saved.view_of(place, view)
    if request.method == "POST":
        return _done(request, place, found, request.POST.get("do", ""))
    context = {
        "view": found,
        "address": _address(place, found),
        "many": many(found.kind),
        "may_delete": saved.may_delete(place, found),
    }
    return page(request, place, "view.html", context)


def _done(request: HttpRequest, place: Place, view: SavedView, do: str) -> HttpResponse:
    match do:
        case "delete":
            saved.delete(place, view)
            messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
            return redirect(f"{reverse('records', args=(place.organisation.slug, view.kind))}?{ALL}")
        case "first":
            saved.begin_with(place, view)
            messages.success(
                request, _("Your lists of this kind begin with “%(name)s” now.") % {"name": view.name}
            )
        case "not-first":
            saved.begin_plainly(place, view.kind)
            messages.success(request, _("Your lists of this kind begin with all records again."))
        case _:
            raise reading.missing()
    return redirect(_address(place, view))


def _address(place: Place, view: SavedView) -> str:
    return f"{reverse('records', args=(place.organisation.slug, view.kind))}?{view.address}"


def _sound(query: str) -> str:
    """Parameters as an address takes them, whatever somebody sent."""
    return QueryDict(query).urlencode() if parse_qs(query) else ALL
