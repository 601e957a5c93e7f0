"""What nobody may overlook on any page: that time, organisation or installation are not what they seem."""

import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.change import Refused
from standfirst.server.access import Place, place_for
from standfirst.server.accounts.models import User
from standfirst.server.organisations import Purpose
from standfirst.server.store.models import Installation, Organisation
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

_WORDS: Final = {
    "notice.simulation": gettext_noop("simulation"),
    "notice.fictional": gettext_noop("fictional"),
    "notice.demonstration": gettext_noop("demonstration"),
}

_WITHIN: Final = re.compile(r"/o/([-a-zA-Z0-9_]+)/")


@dataclass(frozen=True, slots=True)
class Notice:
    """``word`` stands where there is little room, and leads to the sentence."""

    word: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def notices(place: Place) -> list[Notice]:
    return _said(simulation=place.head.simulation, fictional=place.head.fictional, purpose=place.purpose)


def of_organisation(organisation: Organisation) -> list[Notice]:
    """For pages that look at nobody, so that nobody stands in a place; the organisation comes with its head."""
    head = organisation.head
    return _said(simulation=head.simulation, fictional=head.fictional, purpose=_purpose())


def on_every_page(request: HttpRequest) -> dict[str, object]:
    """A context processor. Asked only where the page says nothing itself: what the door has seen of the place, for nothing;
    where somebody stands in no organisation, the installation's purpose, in one query.
    """
    return {
        "notices": SimpleLazyObject(lambda: _of(request)),
        "way_back": SimpleLazyObject(lambda: _way_back(request)),
        "people_know": settings.ADDRESS,
    }


def _way_back(request: HttpRequest) -> Organisation | None:
    """For a page that says no: the organisation that its address names, where whoever asks belongs to it."""
    place: Place | None = getattr(request, "place", None)
    if place is not None:
        return place.organisation
    named = _WITHIN.match(request.path)
    user = getattr(request, "user", None)
    if named is None or not isinstance(user, User):
        return None
    try:
        return place_for(user, named[1]).organisation
    except Refused:
        return None


def _of(request: HttpRequest) -> list[Notice]:
    place: Place | None = getattr(request, "place", None)
    if place is not None:
        return notices(place)
    return _said(simulation=False, fictional=False, purpose=_purpose())


def _purpose() -> Purpose:
    return Purpose(Installation.objects.values_list("purpose", flat=True).first() or Purpose.OWN)


def _said(*, simulation: bool, fictional: bool, purpose: Purpose) -> list[Notice]:
    held = {
        "notice.simulation": simulation,
        "notice.fictional": fictional,
        "notice.demonstration": purpose is Purpose.DEMONSTRATION,
    }
    return [Notice(_(_WORDS[code]), sentence(Reason(code))) for code, holds in held.items() if holds]
