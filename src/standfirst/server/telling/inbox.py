"""The inbox: what somebody was told, by day, and that they have read it."""

from django.http import HttpRequest, HttpResponse

from standfirst.server.access import Place
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.telling.reading import unread


@within(*READING)
def inbox(request: HttpRequest, place: Place) -> HttpResponse:
    return page(request, place, "telling/inbox.html", {"unread": unread(place)})
