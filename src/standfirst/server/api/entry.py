"""How a request becomes a call: who asks, where, and by which method."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from standfirst.server.access import place_of
from standfirst.server.api.bearer import unauthorised
from standfirst.server.refusals import answer, told
from standfirst.standards.reason import Parameter, Reason

View: TypeAlias = Callable[..., HttpResponseBase]

_JSON: Final = re.compile(r"application/json\s*(?:;\s*charset=\"?utf-8\"?\s*)?\Z", re.IGNORECASE)


class Unreadable(Exception):
    """A request that cannot be read: its status, and the reason with its place."""

    def __init__(self, status: int, code: str, /, **parameters: Parameter) -> None:
        self.status, self.reason = status, Reason(code, parameters)
        super().__init__(code)


def methods(**views: View) -> View:
    """One address, a view for each method: ``methods(GET=..., POST=...)``. HEAD is answered as GET.

    Views are called with the place where they stand, before anything of the request's body is read.
    """
    allowed = ", ".join(sorted({*views, *(("HEAD",) if "GET" in views else ())}))

    def view(request: HttpRequest, organisation: str, **parts: Any) -> HttpResponseBase:
        chosen = views.get("GET" if request.method == "HEAD" else request.method or "")
        if chosen is None:
            response = answer(request, 405, [told(Reason("request.method", {"allowed": allowed}))])
            response.headers["Allow"] = allowed
            return response
        if not request.user.is_authenticated:
            return unauthorised(request, Reason("actor.not-signed-in"))
        place = place_of(request, organisation)
        try:
            return chosen(request, place, **parts)
        except Unreadable as fault:
            return answer(request, fault.status, [told(fault.reason)])

    view.answers = dict(views)  # type: ignore[attr-defined]
    return view


def carries_token(request: HttpRequest) -> bool:
    """Whether a program asks. It may never sign."""
    return hasattr(request, "token")


def reply(value: Mapping[str, Any], *, status: int = 200, **headers: str) -> HttpResponse:
    """JSON as it is, without escapes that only make it longer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(text, content_type="application/json", status=status, headers=named)


# --- what a request says ---------------------------------------------------------------------------------------------


def incoming(request: HttpRequest) -> Any:
    """The body as JSON values. What cannot be kept (a fraction) is left for those who know its place to refuse.

    Raises :class:`Unreadable`: another type (415), too much (413), not JSON (400).
    """
    if not _JSON.match(request.headers.get("Content-Type", "")):
        raise Unreadable(415, "request.not-json", type=request.headers.get("Content-Type", "")[:100])
    try:
        data = request.body
    except RequestDataTooBig:
        raise Unreadable(413, "request.too-large") from None
    try:
        value = json.loads(data.decode(), object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError as fault:
        raise Unreadable(400, "request.not-utf8", byte=fault.start) from None
    except json.JSONDecodeError as fault:
        raise Unreadable(
            400, "request.malformed", line=fault.lineno, column=fault.colno, detail=fault.msg
        ) from None
    except RecursionError:
        raise Unreadable(400, "request.too-deep") from None
    if (key := _repeated(value, "")) is not None:
        raise Unreadable(400, "request.repeated", field=key)
    return value


class _Repeating(dict[str, Any]):
    """An object one of whose names stands twice."""

    def __init__(self, value: dict[str, Any], name: str) -> None:
        super().__init__(value)
        self.name = name


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) == len(members):
        return value
    counted = Counter(name for name, _ in members)
    return _Repeating(value, counted.most_common(1)[0][0])


def _integer(digits: str) -> int:
    """Long ones are too large anyhow: whoever keeps values says so, without the time that reading them takes."""
    return int(digits[:20])


def _repeated(value: Any, at: str) -> str | None:
    """Where a name stands twice, as ``body.title``."""
    waiting = [(at, value)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, _Repeating):
            return f"{at}.{value.name}".lstrip(".")
        if isinstance(value, dict):
            waiting += [(f"{at}.{name}", item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{at}[{index}]", item) for index, item in enumerate(value)]
    return None


Default = TypeVar("Default", int, None)


def number_in(
    request: HttpRequest, name: str, default: Default, *, least: int = 0, most: int = 2**53
) -> int | Default:
    """A whole number from the address. Raises :class:`Unreadable`."""
    text = request.GET.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,16}", text) or not least <= int(text) <= most:
        raise Unreadable(400, "request.number", name=name, least=least, most=most)
    return int(text)


def expected_in(request: HttpRequest, stated: int | None) -> int:
    """The version that a change follows, from ``If-Match: "3"`` or from the body. Raises :class:`Unreadable`.

    RFC 6585, 3: without either nobody could tell whether something is lost.
    """
    header = request.headers.get("If-Match")
    if header is None and stated is None:
        raise Unreadable(428, "request.no-version")
    if header is None:
        return stated or 0
    match = re.fullmatch(r'"([0-9]{1,9})"', header.strip())
    if match is None or (stated is not None and stated != int(match[1])):
        raise Unreadable(400, "request.if-match")
    return int(match[1])
