"""Pages for reading under a grant: what it opens, the visit, and one record with its files."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from standfirst.records.change import Refused
from standfirst.records.projection import moment
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.exchange import assessed, visiting
from standfirst.server.exchange.forms import VisitForm
from standfirst.server.exchange.pages import PAGE, page, telling
from standfirst.server.exchange.visiting import Asked, Granted
from standfirst.server.files.models import FileUse
from standfirst.server.files.sending import sent as file_sent
from standfirst.server.notices import notices
from standfirst.server.pages.entry import READING, whole, within
from standfirst.server.pages.shapes import capital, label
from standfirst.server.pages.showing import NOTHING, Moment, fields_of, grouped
from standfirst.server.pages.signed import signatures
from standfirst.server.pages.states import mark
from standfirst.server.store.models import Current
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.words import render as words
from standfirst.words.render import sentence

POSTING: Final = ("POST",)


@within(*READING)
def grant(request: HttpRequest, place: Place, grant: str) -> HttpResponse:
    at = now()
    found = visiting.granted(place, grant, at)
    listed = _opened(request, found) if found.visit and not found.closed(at) else {"rows": None}
    return _grant(request, found, VisitForm(_sites(found)), listed)


def _grant(
    request: HttpRequest, found: Granted, form: VisitForm, listed: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    closed = found.closed(now())
    terms = found.terms.body
    context = {
        **about(found),
        "terms": [
            (_("Purpose"), str(terms["purpose"])),
            (_("Opens"), _opens(found)),
            (_("From"), str(Moment(moment(str(terms["effective_from"]))))),
            (_("Until"), str(Moment(moment(str(terms["effective_until"]))))),
        ],
        "closed": sentence(closed) if closed else "",
        "readiness": assessed.is_any_open(found),
        "form": form,
        **listed,
    }
    return page(request, found.place, "grant.html", context, status=status)


def about(found: Granted) -> dict[str, Any]:
    """What every page under a grant says: whose records these are, and until when one may stay."""
    visit = found.visit
    said = visit.current.content.body if visit else {}
    return {
        "received": found.received,
        "title": found.received.current.content.body["title"],
        "grantor": found.there.organisation,
        "their_notices": notices(found.there),
        "visit": visit,
        "until": Moment(moment(str(said["until"]))) if said else None,
    }


def _opens(found: Granted) -> str:
    if found.audit is not None:
        return _("%(audit)s and what it is linked with") % {"audit": found.audit.number}
    return words.joined([words.kind(name).many for name in found.terms.body.get("kinds", ())])


def _sites(found: Granted) -> list[str]:
    return [str(site["name"]) for site in found.terms.body.get("on_site", ())]


def _opened(request: HttpRequest, found: Granted) -> dict[str, Any]:
    """One page of what the grant opens. Nothing of a controlled record is told before it is opened but its number."""
    after = whole(request.GET.get("after", ""), otherwise=None)
    rows = visiting.rows(found)
    if after is not None:
        rows = rows.filter(first__gt=after)
    some = list(rows[: PAGE + 1])
    asked = visiting.asked(found, {row.record: row.version for row in some[:PAGE]}, now())
    return {
        "rows": [_line(found, row, asked[row.record]) for row in some[:PAGE]],
        "onward": some[PAGE - 1].first if len(some) > PAGE else None,
        "paged": after is not None,
    }


def _line(found: Granted, row: Current, asked: Asked) -> dict[str, Any]:
    kind = reading.known_kind(found.there, row.kind)
    return {
        "number": row.number,
        "kind": capital(words.kind(row.kind).one),
        "title": row.title if asked.shown else "",
        "mark": mark(kind, row.state) if asked.shown else None,
        "asked": asked,
    }


@within(*POSTING)
def begin(request: HttpRequest, place: Place, grant: str) -> HttpResponse:
    at = now()
    found = visiting.granted(place, grant, at)
    form = VisitForm(_sites(found), request.POST)
    if not form.is_valid():
        return _grant(request, found, form, {"rows": None}, status=422)
    person = place.store.records([place.person])[place.person].current.content.body
    try:
        found.there.store.perform(visiting.begin(found, form.declared(str(person["name"])), at))
    except Refused as refused:
        form.add_error(None, " ".join(telling(refused)))
        return _grant(request, found, form, {"rows": None}, status=403)
    messages.success(request, _("Your visit has begun. What you open is recorded on both sides."))
    return redirect("received-grant", place.organisation.slug, found.received.number)


@within(*POSTING)
def leave(request: HttpRequest, place: Place, grant: str) -> HttpResponse:
    found = visiting.granted(place, grant, now())
    found.there.store.perform(visiting.end(found))
    messages.success(request, _("Your visit is over."))
    return redirect("received-grant", place.organisation.slug, found.received.number)


# --- one record under a grant ----------------------------------------------------------------------------------------


@within(*READING)
def record(request: HttpRequest, place: Place, grant: str, record: str) -> HttpResponse:
    at = now()
    found = visiting.granted(place, grant, at)
    wanted, asked = visiting.one(found, record, at)
    if not asked.shown:
        return _closed(request, found, wanted, asked)
    return page(request, place, "record.html", {**about(found), **_sheet(found, wanted, asked)})


def _closed(request: HttpRequest, found: Granted, wanted: Record, asked: Asked) -> HttpResponse:
    """It has to be opened first, or may not be read: nothing of it but its number and its kind."""
    refused = asked.decision.reason if asked.refused else None
    context = {
        **about(found),
        "number": wanted.number,
        "kind": words.kind(wanted.kind).one,
        "refused": sentence(refused) if refused else "",
        "recorded": asked.recorded,
    }
    return page(request, found.place, "closed.html", context, status=403 if refused else 200)


def _sheet(found: Granted, wanted: Record, asked: Asked) -> dict[str, Any]:
    there, content = found.there, wanted.current.content
    kind = there.store.kinds[wanted.kind]
    body = reading.body_of(there, content)
    somebody = _("somebody of %(organisation)s") % {"organisation": there.organisation.name}
    known, fields = edition().by_id, fields_of(kind, body)
    return {
        "number": wanted.number,
        "name": str(body.get(kind.titled_by) or wanted.number),
        "kind": capital(words.kind(wanted.kind).one),
        "mark": mark(kind, content.state),
        "version": content.version,
        "at": Moment(wanted.current.entry.recorded_at),
        "sections": grouped(kind.view.sections, [one for one in fields if one.value is not NOTHING]),
        "empty": [one for one in fields if one.value is NOTHING],
        "serves": [(each, known[each].title if each in known else "") for each in content.serves],
        "links": [
            (label(relation), away, row.number, capital(words.kind(row.kind).one))
            for relation, away, row in visiting.linked(found, wanted)
        ],
        "files": list(enumerate(reading.attached(there, body))),
        "leaves": asked.leaves,
        "asked": asked,
        "ground": sentence(asked.decision.reason),
        "signatures": signatures(
            there, wanted, dict.fromkeys((v.entry.actor for v in wanted.versions), somebody)
        ),
    }


@within(*POSTING)
def open_record(_: HttpRequest, place: Place, grant: str, record: str) -> HttpResponse:
    """Records what is decided. Whether it may be read, the page of the record says."""
    at = now()
    found = visiting.granted(place, grant, at)
    wanted, _asked = visiting.one(found, record, at)
    found.there.store.perform(visiting.release(found, wanted.id, at))
    return redirect("received-record", place.organisation.slug, found.received.number, wanted.number)


@within(*READING)
def file(request: HttpRequest, place: Place, grant: str, record: str, position: int) -> HttpResponseBase:
    """A file of a record that is open, unless the record is viewed on site."""
    at = now()
    found = visiting.granted(place, grant, at)
    wanted, asked = visiting.one(found, record, at)
    attached = reading.attached(found.there, reading.body_of(found.there, wanted.current.content))
    use = attached[position][1] if position < len(attached) else None
    if not asked.leaves or use is None:
        raise Refused(Reason("file.missing"))
    row = FileUse.objects.select_related("file").filter(pk=use, file__isnull=False).first()
    if row is None or row.file is None:
        raise Refused(Reason("file.missing"))
    return file_sent(request, row, row.file)
