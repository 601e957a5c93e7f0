"""Handing files out: as they came in, always to be saved and never to be shown, whatever they say they are.

The type is not told either: a browser runs as a script or a style what is served as one from our own address, and the
name's suffix is enough for whoever saves it. What the bytes are stands on the page and in the API.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.shelves import shelf

_HEADERS: Final = {
    "Accept-Ranges": "bytes",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Type": "application/octet-stream",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")

_log = logging.getLogger(__name__)


class Damaged(Exception):
    """Bytes in our keeping are not those that were handed in: our fault, and nobody's to put right over HTTP."""

    def __init__(self, digest: str) -> None:
        _log.error("the stored file %s is damaged", digest)
        super().__init__(digest)


def sent(request: HttpRequest, use: FileUse, file: StoredFile) -> HttpResponseBase:
    """The answer to GET and HEAD. One range is honoured (RFC 9110, 14.2); several at once are answered with the whole."""
    etag = f'"{file.digest}"'
    response = get_conditional_response(request, etag=etag) or _content(request, file, etag)
    disposition = content_disposition_header(as_attachment=True, filename=use.name)
    for name, value in {**_HEADERS, "ETag": etag, "Content-Disposition": str(disposition)}.items():
        response.headers[name] = value
    return response


def _content(request: HttpRequest, file: StoredFile, etag: str) -> HttpResponseBase:
    if shelf().size(file.digest) != file.size:
        raise Damaged(file.digest)
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(file.size)})
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    start, stop = asked(wanted, file.size)
    if start >= stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    pieces = shelf().read(file.digest, start, stop)
    if (start, stop) == (0, file.size):
        response = StreamingHttpResponse(as_handed_in(pieces, file.digest))
    else:
        response = StreamingHttpResponse(pieces, status=206)
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    response.headers["Content-Length"] = str(stop - start)
    return response


def asked(header: str, size: int) -> tuple[int, int]:
    """From where up to, and without, where. All of it where nothing intelligible is asked; nothing beyond the end."""
    found = _RANGE.match(header)
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return 0, size  # RFC 9110, 14.1.2: not valid, hence not heard
    return int(first), min(int(last) + 1, size) if last else size


def as_handed_in(pieces: Iterable[bytes], digest: str) -> Iterator[bytes]:
    """The last piece is held back until the digest is right: who downloads damaged bytes sees that some are missing."""
    seen = sha256()
    held = b""
    for piece in pieces:
        if held:
            yield held
        seen.update(piece)
        held = piece
    if seen.hexdigest() != digest:
        raise Damaged(digest)
    yield held
