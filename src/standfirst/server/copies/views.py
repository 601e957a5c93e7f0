"""The address of a controlled copy."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from standfirst.paper.typesetting import typeset
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.copies.content import content
from standfirst.server.pages.entry import READING, whole, within
from standfirst.server.pages.record import as_of
from standfirst.server.printing import printing

ROOM: Final = "standfirst.server.copies"
TEMPLATES: Final = ("copy.typ",)


@within(*READING)
def copy(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """Of the version that ``?version=`` asks for, else of the last. The same version gives the same bytes.

    Raises Refused ``record.missing``, ``report.no-extra`` or ``report.unprinted``.
    """
    found = reading.record_of(place, record)
    last = found.current.content.version
    wanted = whole(request.GET.get("version", ""), otherwise=last)
    found = as_of(found, wanted) if wanted != last else found
    name = f"{found.number}-v{found.current.content.version}.pdf"
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name)),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    with printing():
        printed = typeset(ROOM, TEMPLATES, content(place, found))
    return HttpResponse(printed.pdf, content_type="application/pdf", headers=headers)
