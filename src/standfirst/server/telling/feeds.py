"""Calendars of due dates: somebody's own, and the address that a calendar program asks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.pages.entry import WRITING, page, within
from standfirst.server.telling import feeding
from standfirst.server.telling.feeding import Issued
from standfirst.server.telling.forms import FeedForm
from standfirst.words.render import sentence


@within(*WRITING)
def feeds(request: HttpRequest, place: Place) -> HttpResponse:
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, everybody = form.cleaned_data["name"], form.cleaned_data["whose"] == "all"
        try:
            return _shown(request, place, feeding.issue(place, name=name, everybody=everybody, now=now()))
        except Refused as refused:
            form.add_error(None, sentence(refused.reason))
    context = {"feeds": list(feeding.own(place)), "form": form}
    return page(request, place, "telling/feeds.html", context, status=422 if form.errors else 200)


@within("POST")
def renew(request: HttpRequest, place: Place, feed: UUID) -> HttpResponse:
    return _shown(request, place, feeding.renew(place, feed, now=now()))


@within("POST")
def revoke(request: HttpRequest, place: Place, feed: UUID) -> HttpResponse:
    feeding.revoke(place, feed, now=now())
    messages.success(request, _("That calendar's address leads nowhere any more."))
    return redirect("feeds", place.organisation.slug)


def _shown(request: HttpRequest, place: Place, issued: Issued) -> HttpResponse:
    """The answer to the form shows the address, once: it is on no other page."""
    return page(request, place, "telling/feed_issued.html", {"feed": issued.feed, "address": issued.address})


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which have the address and no session. It is asked often, so what is unchanged costs little."""
    feed, place = feeding.opened(secret)
    with translation.override(feed.user.language or "en"):
        tag = f'"{feeding.state_of(feed, place)}"'
        unchanged = get_conditional_response(request, etag=tag)
        if isinstance(unchanged, HttpResponseNotModified):
            response: HttpResponse = unchanged
        else:
            response = HttpResponse(
                feeding.calendar(feed, place), content_type="text/calendar; charset=utf-8"
            )
            response["Content-Disposition"] = 'inline; filename="due.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
