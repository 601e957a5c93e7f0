"""What requests may bring: files only to the pages that take them, and nowhere more than is read anyway.

Else anybody could fill the disk with files for a form that has none: Django puts them aside before it asks who it is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from standfirst.server.refusals import answer, told
from standfirst.standards.reason import Reason

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_MARK: Final = "takes_files"
_BROUGHT: Final = "brought_a_file"


def takes_files(view: View) -> View:
    """It reads the request itself, within its own limit (``files.receiving``). Put this outermost."""
    setattr(view, _MARK, True)
    return view


class Bodies:
    """Middleware. Refuses, before any of it is read, what is announced as too large."""

    def __init__(self, answer_: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer_

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        return _too_large(request) if hasattr(request, _BROUGHT) else response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        within = announced.isascii() and announced.isdecimal() and len(announced) < 20
        if within and (getattr(view, _MARK, False) or int(announced) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return None
        return _too_large(request)


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
