"""What the pages of what crosses share, and their first: what was granted to us, what came and what went."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from standfirst.management.exchange import (
    ENVELOPE,
    SENT_ENVELOPE,
)
from standfirst.management.sharing import RECEIVED_GRANT
from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.exchange.service import address_of
from standfirst.server.notices import notices
from standfirst.server.pages.entry import READING, within
from standfirst.server.store.models import Current
from standfirst.words import render as words
from standfirst.words.render import hint, sentence

PAGE: Final = 50


def page(
    request: HttpRequest, place: Place, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    given = {"organisation": place.organisation, "notices": notices(place), **context}
    return render(request, f"exchange/{template}", given, status=status)


def telling(refused: Refused) -> list[str]:
    return [text for text in (sentence(refused.reason), hint(refused.reason)) if text]


@within(*READING)
def index(request: HttpRequest, place: Place) -> HttpResponse:
    """What was granted to us, what came and what went, the newest first."""
    context = {
        "grants": _newest(place, RECEIVED_GRANT.name),
        "envelopes": _newest(place, ENVELOPE.name),
        "sent": _newest(place, SENT_ENVELOPE.name),
        "identity": place.organisation.pk,
        "address": address_of(place.organisation),
    }
    return page(request, place, "index.html", context)


def _newest(place: Place, kind: str) -> list[tuple[Current, str]]:
    own = Current.objects.filter(organisation=place.organisation, kind=kind, erased=False)
    return [(row, words.state(row.state)) for row in own.order_by("-first")[:PAGE]]
