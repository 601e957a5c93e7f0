"""Pages of webhooks, for who manages the system: where messages go, what they say, and what became of them."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.pages.entry import READING, WRITING, page, within
from standfirst.server.telling import managing, sending, signing
from standfirst.server.telling.events import EXPLAINED, Event
from standfirst.server.telling.forms import EndpointForm
from standfirst.server.telling.models import Delivery, Endpoint
from standfirst.standards.reason import Reason
from standfirst.words.render import advised, sentence

SHOWN: Final = 50
"""Deliveries on an endpoint's page: the last."""


@within(*READING)
def webhooks(request: HttpRequest, place: Place) -> HttpResponse:
    managing.require_manager(place.actor(place.store))
    endpoints = list(managing.own(place))
    return page(request, place, "telling/webhooks.html", {"endpoints": endpoints})


@within(*WRITING)
def new(request: HttpRequest, place: Place) -> HttpResponse:
    managing.require_manager(place.actor(place.store))
    form = EndpointForm(request.POST or None, initial={"events": [Event.RECORD_MOVED.value]})
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = managing.create(place, **form.asked(), now=now())
        except Refused as refused:
            form.add_error(None, advised(refused.reason))
        else:
            return _shown(request, place, endpoint)
    return page(
        request, place, "telling/webhook_new.html", {"form": form}, status=422 if form.errors else 200
    )


@within(*WRITING)
def webhook(request: HttpRequest, place: Place, endpoint: UUID) -> HttpResponse:
    """What it is, what became of its last messages, and a form to change it."""
    found = _found(place, endpoint)
    initial = {"name": found.name, "url": found.url, "events": sorted(found.wants)}
    form = EndpointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        managing.change(found, **form.asked())
        messages.success(request, _("The webhook is saved."))
        return redirect("webhook", place.organisation.slug, found.pk)
    context = {
        "endpoint": found,
        "form": form,
        "events": [(event, EXPLAINED[Event(event)]) for event in sorted(found.wants) if event in set(Event)],
        "deliveries": [_told(each) for each in found.deliveries.order_by("-id")[:SHOWN]],
        "because": sentence(Reason(found.because)) if found.because else "",
    }
    return page(request, place, "telling/webhook.html", context, status=422 if form.errors else 200)


def _told(delivery: Delivery) -> tuple[Delivery, str]:
    """With what was wrong, in words: never what the other server said."""
    if delivery.trouble:
        return delivery, sentence(Reason(delivery.trouble, {"address": ""}))
    return delivery, ""


@within("POST")
def act(request: HttpRequest, place: Place, endpoint: UUID, deed: str) -> HttpResponse:
    """What one button does: try it, a new secret, off, on, away."""
    found = _found(place, endpoint)
    if deed == "renew":
        return _shown(request, place, managing.renew(found, now=now()))
    if deed == "test":
        sending.try_out(found)
        messages.success(request, _("A test message is on its way; reload to see what became of it."))
    elif deed == "stop":
        managing.stop(found, now=now())
        messages.success(request, _("The webhook is off."))
    elif deed == "start":
        managing.start(found)
        messages.success(request, _("The webhook is on again, from now on."))
    elif deed == "delete":
        managing.delete(found)
        messages.success(request, _("The webhook is deleted."))
        return redirect("webhooks", place.organisation.slug)
    return redirect("webhook", place.organisation.slug, found.pk)


@within("POST")
def resend(request: HttpRequest, place: Place, endpoint: UUID, delivery: int) -> HttpResponse:
    sending.again(managing.delivery_of(_found(place, endpoint), delivery))
    messages.success(request, _("The message is on its way again, with the same id."))
    return redirect("webhook", place.organisation.slug, endpoint)


def _found(place: Place, endpoint: UUID) -> Endpoint:
    managing.require_manager(place.actor(place.store))
    return managing.found(place, endpoint)


def _shown(request: HttpRequest, place: Place, endpoint: Endpoint) -> HttpResponse:
    """The answer to the form shows the secret, once."""
    context = {"endpoint": endpoint, "secret": signing.secret(endpoint)}
    return page(request, place, "telling/webhook_secret.html", context)
