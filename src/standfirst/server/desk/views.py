"""Keeping what somebody is writing, for forms: with a script as they type, and else when they ask for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from standfirst.records.change import Refused
from standfirst.records.kind import Kind
from standfirst.records.sealing import NUMBER
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.desk.keeping import save, throw_away, typed_in
from standfirst.server.desk.models import Draft
from standfirst.server.desk.reading import onward
from standfirst.server.pages.entry import whole, within
from standfirst.server.store.models import Current
from standfirst.words.render import advised

BY_SCRIPT = "application/json"


@within("POST")
def draft(request: HttpRequest, place: Place, kind: str, record: str) -> HttpResponse:
    """Keeps it, with ``draft=files`` goes on to bring files for it, or with ``draft=throw-away`` does not any more. ``record``: its id, or that of the one it is to become."""
    found = reading.kind_of(place, kind)
    identity = reading.row_of(place, record).record if NUMBER.match(record) else record
    if request.POST.get("draft") == "throw-away":
        throw_away(place, identity)
        messages.success(request, _("What you began is thrown away."))
        return redirect(_form(place, found, identity))
    try:
        kept = _kept(request, place, found, identity)
    except Refused as refused:
        if not _by_script(request):
            raise
        words = advised(refused.reason)
        return JsonResponse({"told": words}, status=422)
    if request.POST.get("draft") == "files" and kept:
        return redirect(
            f"{reverse('files-upload', args=[place.organisation.slug])}?{urlencode({'draft': kept.record})}"
        )
    if _by_script(request):
        return JsonResponse({"saved": kept.saved_at.isoformat() if kept else None})
    messages.success(
        request, _("Kept for later, for you alone.") if kept else _("There is nothing to keep yet.")
    )
    return redirect(onward(place, kept) if kept else _form(place, found, identity))


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == BY_SCRIPT


def _kept(request: HttpRequest, place: Place, kind: Kind, record: str) -> Draft | None:
    """What was recorded meanwhile is no draft any more. Raises Refused, also for a record that is not here."""
    reading.require_form(kind)
    base = whole(request.POST.get("base") or request.POST.get("expected", ""), otherwise=0)
    row = Current.objects.filter(organisation=place.organisation, record=record).first()
    if (row is None) != (base == 0) or (row is not None and (row.kind != kind.name or row.erased)):
        if row is not None and base == 0:
            return None
        raise reading.missing()
    return save(
        place,
        kind=kind.name,
        record=record,
        base=base,
        typed=typed_in(request.POST),
        title=request.POST.get(f"body.{kind.titled_by}", ""),
        empty=request.POST.get("draft") == "files",
        now=now(),
    )


def _form(place: Place, kind: Kind, record: str) -> str:
    """The form without a draft."""
    slug = place.organisation.slug
    if Current.objects.filter(organisation=place.organisation, record=record).exists():
        return reverse("record-edit", args=[slug, record])
    return reverse("record-new", args=[slug, kind.name])
