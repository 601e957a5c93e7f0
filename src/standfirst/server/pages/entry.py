"""How a request becomes a page: who asks and where, and what every page of an organisation says."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, TypeAlias

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from standfirst.server.access import Place, place_of
from standfirst.server.organisations import Purpose
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

View: TypeAlias = Callable[..., HttpResponseBase]

READING: Final = ("GET", "HEAD")
WRITING: Final = ("GET", "HEAD", "POST")


def within(*methods: str) -> Callable[[View], View]:
    """A view within an organisation: called with the place where it stands. Nobody is taken to the sign-in."""

    def decorated(view: View) -> View:
        @require_http_methods(list(methods))
        @login_required
        @wraps(view)
        def entered(request: HttpRequest, organisation: str, **parts: Any) -> HttpResponseBase:
            return view(request, place_of(request, organisation), **parts)

        return entered

    return decorated


def page(
    request: HttpRequest, place: Place, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    given = {"organisation": place.organisation, "notices": notices(place), **context}
    return render(request, f"pages/{template}", given, status=status)


def notices(place: Place) -> list[str]:
    """What nobody may overlook on any page: that time, organisation or installation are not what they seem."""
    said = {
        "notice.simulation": place.head.simulation,
        "notice.fictional": place.head.fictional,
        "notice.demonstration": place.purpose is Purpose.DEMONSTRATION,
    }
    return [sentence(Reason(code)) for code, holds in said.items() if holds]
