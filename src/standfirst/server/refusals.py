"""How a refusal looks over HTTP: a page for people, JSON for programs, the same sentence in both."""

from collections.abc import Callable, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.csrf import csrf_failure
from django_htmx.middleware import HtmxDetails

from standfirst.records.change import Conflict, Refused
from standfirst.standards.problems import Problem, Unusable
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
        "opening.missing",
        "session.missing",
        "token.missing",
        "proof.not-signed",
        "sheet.missing",
    }
)
"""Missing and forbidden look alike: whoever may not see a thing does not learn that it is there."""


MOST: Final = 100
"""Problems told in one answer."""


_BESIDE: Final = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "HX-Push-Url": "false"}


class Refusals:
    """Middleware: turns what rooms raise into an answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Unusable):
            return answer(request, 422, *told_all(error.problems))
        if isinstance(error, Conflict):
            return answer(request, 409, [told(error.reason)])
        if isinstance(error, Refused):
            missing = error.reason.code in MISSING
            return answer(request, 404 if missing else 403, [told(error.reason)])
        if isinstance(error, UnreadablePostError):
            return answer(request, 408, [told(Reason("request.cut-off"))])
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


def told_all(problems: Sequence[Problem]) -> tuple[list[dict[str, object]], int]:
    """The first ones, and how many more there are: whoever hands over a flood of faults gets none back."""
    first = [{"file": p.file, "line": p.line, "field": p.field, **told(p.reason)} for p in problems[:MOST]]
    return first, max(len(problems) - MOST, 0)


def answer(
    request: HttpRequest, status: int, problems: list[dict[str, object]], more: int = 0
) -> HttpResponse:
    """JSON below /api/; beside the page that asked for a part of itself; else a page. ``more``: how many problems are not told."""
    if request.path.startswith(API):
        return JsonResponse({"problems": problems, **({"more": more} if more else {})}, status=status)
    context = {"problems": problems, "more": more, "status": status}
    if wants_part(request):
        response = render(request, "refused.html#beside", context, status=status)
        for name, value in _BESIDE.items():
            response.headers[name] = value
        return response
    return render(request, "refused.html", context, status=status)


def wants_part(request: HttpRequest) -> bool:
    """Whether a script of the page asks (htmx), and not for the whole: a boosted link, or a way back in the history."""
    asked: HtmxDetails | None = getattr(request, "htmx", None)
    return asked is not None and bool(asked) and not asked.boosted and not asked.history_restore_request
