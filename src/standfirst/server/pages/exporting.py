"""A list as a file, with the filters and the order of its page, and as it was at one moment."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.lists.files import WRITERS
from standfirst.server.lists.querying import Found
from standfirst.server.lists.wanted import wanted
from standfirst.server.pages.entry import READING, within
from standfirst.server.pages.listing import asking_of
from standfirst.server.store.apart import snapshot


@within(*READING)
def file(request: HttpRequest, place: Place, kind: str, form: str) -> HttpResponse | FileResponse:
    """Written to a file of its own before the first byte is sent: what fails is told as what it is, and not halfway through."""
    found = reading.kind_of(place, kind)
    if form not in WRITERS:
        raise reading.missing()
    media_type, write = WRITERS[form]
    asked = wanted(found, request.GET).but()
    asking = asking_of(place, found, asked)
    name = f"{place.organisation.slug}-{kind}-{reading.today(place).isoformat()}.{form}"
    if request.method == "HEAD":
        response: HttpResponse | FileResponse = HttpResponse(content_type=media_type)
    else:
        with snapshot():
            made = write(place, found, Found(asking, asked))
        response = FileResponse(made, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
