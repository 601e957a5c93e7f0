"""Pages and the API for files. Whatever a page does with a file, the API does by the same functions."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from standfirst.records.change import Refused
from standfirst.server.access import Place, place_of
from standfirst.server.accounts.models import Scope, User
from standfirst.server.bodies import takes_files
from standfirst.server.clock import now
from standfirst.server.desk.keeping import attach
from standfirst.server.desk.models import Draft
from standfirst.server.desk.reading import draft_of, onward
from standfirst.server.files.forms import AboutForm
from standfirst.server.files.keeping import keep
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.receiving import Arrived, Delivery, limit
from standfirst.server.files.sending import sent
from standfirst.server.pages.entry import whole
from standfirst.server.refusals import told
from standfirst.server.store.models import Organisation
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file that arrived: a use of it, or the reason why not."""

    name: str
    use: FileUse | None
    refusal: dict[str, object] | None


# --- pages -----------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest, organisation: str) -> HttpResponse:
    place = place_of(request, organisation)
    listed, further = _listed(request, place.organisation)
    uploaded = request.GET.get("uploaded", "")  # as the script of the upload says: it sent them one by one
    count = int(uploaded) if uploaded.isascii() and uploaded.isdecimal() and len(uploaded) < 4 else 0
    context = {"organisation": place.organisation, "uses": listed, "further": further, "uploaded": count}
    return render(request, "files/index.html", context)


@takes_files
@csrf_exempt  # asked in _answer_form, once the body has been read by ourselves
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, organisation: str) -> HttpResponse:
    """With ``?draft=`` for a record that is being written, by its id: back there, with the files filled in."""
    place = place_of(request, organisation)
    if request.method != "POST":
        return _form(request, place, AboutForm())
    with closing(Delivery(request)) as delivery:
        delivery.receive()
        return _answer_form(request, place=place, arrived=delivery.arrived)


def _draft(request: HttpRequest, place: Place) -> Draft | None:
    asked = request.GET.get("draft", "")
    return draft_of(place, asked) if asked else None


@csrf_protect
def _answer_form(request: HttpRequest, *, place: Place, arrived: list[Arrived]) -> HttpResponse:
    form = AboutForm(request.POST)
    if not form.is_valid():
        return _form(request, place, form, status=422)
    outcomes = _kept(request, place, arrived, form)
    draft = _draft(request, place)
    if draft is not None:
        attach(draft, [one.use.name for one in outcomes if one.use])
    if not outcomes or any(one.refusal for one in outcomes):
        return _form(request, place, form, status=422, outcomes=outcomes, nothing=not outcomes)
    told_ = ngettext(
        "%(count)s file is uploaded: %(names)s.", "%(count)s files are uploaded: %(names)s.", len(outcomes)
    )
    messages.success(
        request, told_ % {"count": len(outcomes), "names": ", ".join(str(one.use) for one in outcomes)}
    )
    return redirect(onward(place, draft) if draft else reverse("files", args=[place.organisation.slug]))


def _form(
    request: HttpRequest, place: Place, form: AboutForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    draft = _draft(request, place)
    back = onward(place, draft) if draft else ""
    context = {
        "organisation": place.organisation,
        "form": form,
        "limit": limit(),
        "draft": draft,
        "back": back,
        **more,
    }
    return render(request, "files/upload.html", context, status=status)


@require_safe
def download(request: HttpRequest, organisation: str, use: int) -> HttpResponseBase:
    found, file = _own(place_of(request, organisation, Scope.FILES).organisation, use)
    return sent(request, found, file)


# --- the API ---------------------------------------------------------------------------------------------------------


@takes_files
@csrf_exempt  # asked in _answer_program, once the body has been read by ourselves
@require_http_methods(["GET", "HEAD", "POST"])
def api_index(request: HttpRequest, organisation: str) -> HttpResponse:
    """GET: the organisation's files, the newest first. POST: files as a form, or one as the body, named by ``?name=``."""
    place = place_of(request, organisation, Scope.FILES)
    if request.method != "POST":
        listed, further = _listed(request, place.organisation)
        return JsonResponse({"files": [_as_json(use, place) for use in listed], "before": further})
    with closing(Delivery(request)) as delivery:
        delivery.receive()
        return _answer_program(request, place=place, arrived=delivery.arrived)


@csrf_protect  # asks those who come with a session; ``api.bearer`` lets programs with a token pass
def _answer_program(request: HttpRequest, *, place: Place, arrived: list[Arrived]) -> HttpResponse:
    form = AboutForm(request.POST)
    if not form.is_valid():
        raise Unusable(
            problem("", "field.invalid", field=name, detail=str(fault).removesuffix("."))
            for name, faults in form.errors.items()
            for fault in faults
        )
    if not arrived:
        raise Refused(Reason("file.none"))
    outcomes = _kept(request, place, arrived, form)
    refused = [{"file": one.name, **one.refusal} for one in outcomes if one.refusal]
    kept = [_as_json(one.use, place) for one in outcomes if one.use]
    return JsonResponse({"files": kept, "problems": refused}, status=422 if refused else 201)


@require_safe
def api_file(request: HttpRequest, organisation: str, use: int) -> HttpResponse:
    place = place_of(request, organisation, Scope.FILES)
    found, _ = _own(place.organisation, use)
    return JsonResponse(_as_json(found, place))


# --- what both do ----------------------------------------------------------------------------------------------------


def _listed(request: HttpRequest, organisation: Organisation) -> tuple[list[FileUse], int | None]:
    """One page, and where the next begins."""
    before = whole(request.GET.get("before", ""), otherwise=None)
    found = FileUse.objects.filter(organisation=organisation).select_related("file", "uploaded_by")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found.order_by("-id")[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def _own(organisation: Organisation, use: int) -> tuple[FileUse, StoredFile]:
    """Raises Refused for another's, for none, and for one that was erased."""
    found = (
        FileUse.objects.select_related("file", "uploaded_by")
        .filter(organisation=organisation, id=min(use, 2**63 - 1))
        .first()
    )
    if found is None or found.file is None:
        raise Refused(Reason("file.missing"))
    return found, found.file


def _kept(request: HttpRequest, place: Place, arrived: list[Arrived], form: AboutForm) -> list[Outcome]:
    """Each file on its own: one that is refused keeps no other out."""
    outcomes = []
    user, at = cast("User", request.user), now()
    for one in arrived:
        try:
            use = keep(one, form.about(), organisation=place.organisation, user=user, at=at)
            outcomes.append(Outcome(one.name, use, None))
        except Refused as no:
            outcomes.append(Outcome(one.name, None, told(no.reason)))
    return outcomes


def _as_json(use: FileUse, place: Place) -> dict[str, object]:
    if use.file is None:
        return {"id": use.pk, "erased_by": use.erased_by}
    address = {"organisation": place.organisation.slug, "use": use.pk}
    return {
        "id": use.pk,
        "name": use.name,
        "attachment": use.as_attachment(),
        "size": use.file.size,
        "media_type": use.file.media_type,
        "claimed_type": use.claims or None,
        "uploaded_at": use.uploaded_at.isoformat(),
        "uploaded_by": str(use.uploaded_by) if use.uploaded_by else None,
        "evidence_from": use.evidence_from and use.evidence_from.isoformat(),
        "evidence_until": use.evidence_until and use.evidence_until.isoformat(),
        "origin": use.origin,
        "collector": use.collector,
        "content": reverse("api-file-content", kwargs=address),
    }
