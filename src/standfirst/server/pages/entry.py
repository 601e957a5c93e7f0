"""How a request becomes a page: who asks and where, and what every page of an organisation says."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from standfirst.server.access import Place, place_of
from standfirst.server.notices import notices
from standfirst.server.refusals import wants_part

View: TypeAlias = Callable[..., HttpResponseBase]
Otherwise = TypeVar("Otherwise", int, None)

READING: Final = ("GET", "HEAD")
WRITING: Final = ("GET", "HEAD", "POST")

_OF_CHANCE: Final = 4
"""The version of such a UUID."""

_DIGITS: Final = 15
"""Of a number that JavaScript and JSON keep exactly, and that any column of the database can be asked for."""


def within(*methods: str) -> Callable[[View], View]:
    """A view within an organisation: called with the place where it stands. Who is not signed in is taken to sign in."""

    def decorated(view: View) -> View:
        @require_http_methods(list(methods))
        @login_required
        @wraps(view)
        def entered(request: HttpRequest, organisation: str, **parts: Any) -> HttpResponseBase:
            return view(request, place_of(request, organisation), **parts)

        return entered

    return decorated


def page(
    request: HttpRequest,
    place: Place,
    template: str,
    context: Mapping[str, Any],
    *,
    otherwise: str = "",
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """``otherwise``: the template where there is none of the first name. ``fragment``: the part of the template
    (``{% partialdef %}``) that is enough for a page that asks to change itself.
    """
    given = {"organisation": place.organisation, "notices": notices(place), **context}
    part = f"#{fragment}" if fragment and wants_part(request) else ""
    names = [f"pages/{name}{part}" for name in (template, otherwise) if name]
    response = render(request, names, given, status=status)
    if fragment:
        patch_vary_headers(response, ("HX-Request",))
    return response


def identity_of(text: str) -> str:
    """The id that a form was made with, so that what is sent twice becomes one record; else a new one."""
    try:
        asked = UUID(text)
    except ValueError:
        return str(uuid4())
    return str(asked) if asked.version == _OF_CHANCE else str(uuid4())


def whole(text: str, *, otherwise: Otherwise) -> int | Otherwise:
    """A whole number in an address or a form, where pages themselves wrote it: of anything else nothing is told."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else otherwise
