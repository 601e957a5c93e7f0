"""How a refusal looks over HTTP: a page for people, JSON for programs, the same sentence in both."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.csrf import csrf_failure

from standfirst.records.change import Conflict, Refused
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.words.render import hint, sentence

API: Final = "/api/"

MISSING: Final = frozenset(
    {
        "actor.not-a-member",
        "record.missing",
        "file.missing",
        "speak-up.missing",
        "invitation.missing",
        "session.missing",
        "token.missing",
    }
)
"""Missing and forbidden look alike: whoever may not see a thing does not learn that it is there."""


class Refusals:
    """Middleware: turns what rooms raise into an answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Unusable):
            problems = [
                {"file": p.file, "line": p.line, "field": p.field, **told(p.reason)} for p in error.problems
            ]
            return answer(request, 422, problems)
        if isinstance(error, Conflict):
            return answer(request, 409, [told(error.reason)])
        if isinstance(error, Refused):
            missing = error.reason.code in MISSING
            return answer(request, 404 if missing else 403, [told(error.reason)])
        return None


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form that is not ours, for programs as JSON."""
    if request.path.startswith(API):
        return answer(request, 403, [told(Reason("request.forged"))])
    return csrf_failure(request, reason)


def told(reason: Reason) -> dict[str, object]:
    parameters = {name: list(v) if isinstance(v, tuple) else v for name, v in reason.parameters.items()}
    return {
        "code": reason.code,
        "parameters": parameters,
        "sentence": sentence(reason),
        "hint": hint(reason),
    }


def answer(request: HttpRequest, status: int, problems: list[dict[str, object]]) -> HttpResponse:
    """JSON below /api/, else a page."""
    if request.path.startswith(API):
        return JsonResponse({"problems": problems}, status=status)
    return render(request, "refused.html", {"problems": problems, "status": status}, status=status)
