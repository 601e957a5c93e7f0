"""In which language somebody is spoken to: as their account says, else as this browser was told, else as it asks."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from standfirst.server.accounts.models import User


class OfTheAccount:
    """Middleware, after Django's own, which has looked at cookie and browser: an account's choice goes before these.

    Asks for the account where there is a session: every page of one asks for it anyway.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        if getattr(view, "looks_at_no_cookie", False):
            chosen = _asked_by_the_browser(request)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            chosen = _of(request)
        else:
            return
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen  # as Django's own middleware does


def _asked_by_the_browser(request: HttpRequest) -> str:
    """For views that promise to look at no cookie (``looks_at_no_cookie``)."""
    bare = HttpRequest()
    bare.META = {"HTTP_ACCEPT_LANGUAGE": request.META.get("HTTP_ACCEPT_LANGUAGE", "")}
    return translation.get_language_from_request(bare)


def _of(request: HttpRequest) -> str:
    """The choice of who is signed in; empty where there is none, or none that is spoken here any more."""
    chosen = getattr(request.user, "language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Told by a form with ``language`` and ``next``: kept in a cookie, and in the account of who is signed in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return set_language(request)
