"""Programs: who comes with a token is its member, in its one organisation, for what it was issued for."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from standfirst.records.change import Refused
from standfirst.server.accounts import tokens
from standfirst.server.clock import now
from standfirst.server.refusals import API, answer, told
from standfirst.standards.reason import Reason

_SCHEME: Final = "Bearer "


class Bearer:
    """Middleware, below ``/api/`` alone. A token stands instead of a session, not beside it: what it may not, nobody may.

    A browser never sends this header at another site's bidding, so nobody can be made to use their token: no CSRF check.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        header = request.headers.get("Authorization")
        if header is None or not request.path.startswith(API):
            return self.answer(request)
        if not header.startswith(_SCHEME):
            return unauthorised(request, Reason("token.scheme"))
        try:
            token = tokens.checked(header.removeprefix(_SCHEME).strip(), now=now())
        except Refused as refused:
            return unauthorised(request, refused.reason)
        request.user = token.user
        request.token = token  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own switch
        return self.answer(request)


def unauthorised(request: HttpRequest, reason: Reason) -> HttpResponseBase:
    response = answer(request, 401, [told(reason)])
    response.headers["WWW-Authenticate"] = 'Bearer realm="standfirst"'  # RFC 6750, 3
    return response
