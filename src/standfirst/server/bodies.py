"""What requests may bring: files only to the pages that take them, nowhere more than is read anyway, and text without NUL.

Else anybody could fill the disk with files for a form that has none: Django puts them aside before it asks who it is. NUL is a
character that no column of PostgreSQL takes and that nobody types; it is taken out of what an address or a form says here, at the
one entry, so that no page has to think of it. JSON says what it cannot keep (``value.character``).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NoReturn, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase

from standfirst.server.refusals import answer, told
from standfirst.standards.reason import Reason

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_MARK: Final = "takes_files"
_BROUGHT: Final = "brought_a_file"
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def takes_files(view: View) -> View:
    """It reads the request itself, within its own limit (``files.receiving``). Put this outermost."""
    setattr(view, _MARK, True)
    return view


def plain(said: QueryDict) -> QueryDict:
    """Without NUL, in names and in values."""
    if not any("\x00" in text for name, texts in said.lists() for text in (name, *texts)):
        return said
    found = QueryDict(mutable=True)
    for name, texts in said.lists():
        found.setlist(name.replace("\x00", ""), [text.replace("\x00", "") for text in texts])
    return found


class Bodies:
    """Middleware. Refuses, before any of it is read, what is announced as too large; of what is read takes NUL out."""

    def __init__(self, answer_: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = plain(request.GET)  # type: ignore[assignment]  # immutable, as Django leaves it
        response = self.answer(request)
        return _too_large(request) if hasattr(request, _BROUGHT) else response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        takes = getattr(view, _MARK, False)
        announced = request.META.get("CONTENT_LENGTH") or "0"
        within = announced.isascii() and announced.isdecimal() and len(announced) < 20
        if not within or (not takes and int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return _too_large(request)
        if not takes and request.method == "POST" and request.content_type in _FORMS:
            with suppress(UnreadablePostError):  # told where it is read again
                request.POST = plain(request.POST)  # type: ignore[assignment]
        return None


def _too_large(request: HttpRequest) -> HttpResponse:
    return answer(request, 413, [told(Reason("request.too-large"))])


class NoFiles(FileUploadHandler):
    """``FILE_UPLOAD_HANDLERS``: a form that takes no file gets none."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's signature
        setattr(self.request, _BROUGHT, True)  # Django would answer 400
        raise RequestDataTooBig("this form takes no file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's signature
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        return None
