"""Reports from the page: at once where that is soon done, and by a worker where it would keep somebody waiting."""

import json
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.pages.entry import READING, WRITING, page, within
from standfirst.server.pages.showing import Moment
from standfirst.server.readiness import asked, keeping, measurements
from standfirst.server.readiness.asked import AT_ONCE
from standfirst.server.readiness.gathering import gathered
from standfirst.server.readiness.making import FORMS, File, made, trouble
from standfirst.server.readiness.models import Prepared, Stage
from standfirst.server.reading import labels, missing
from standfirst.server.store.following import REPORT
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

KEPT: Final = timedelta(days=3)
"""How long a report that a worker made can be fetched."""

AT_MOST: Final = 20
"""Reports of an organisation that are kept; the oldest go first."""

NAMES: Final = {
    "html": gettext_noop("To read (HTML)"),
    "pdf": gettext_noop("To print (PDF)"),
    "xlsx": gettext_noop("Spreadsheet (XLSX)"),
    "json": gettext_noop("Result file (JSON)"),
    "oscal": gettext_noop("OSCAL assessment results (ZIP)"),
}

_STAGES: Final = {
    Stage.WAITING: gettext_noop("waits for a worker"),
    Stage.READING: gettext_noop("reading records"),
    Stage.WRITING: gettext_noop("writing the file"),
    Stage.DONE: gettext_noop("ready"),
    Stage.FAILED: gettext_noop("could not be made"),
}


# --- at once ----------------------------------------------------------------------------------------------------------


@within(*READING)
def report(request: HttpRequest, place: Place, form: str) -> HttpResponseBase:
    """The file; where making it takes long, the way to where one is asked for."""
    if form not in FORMS or not asked.is_asked(place.organisation):
        raise missing()
    remedies = request.GET.get("for") != "auditor"
    if place.head.size > AT_ONCE or not _is_quick(
        form, has_pictures=measurements.are_there(place.organisation)
    ):
        query = urlencode({"form": form, **({} if remedies else {"for": "auditor"})})
        return redirect(f"{reverse('reports', args=[place.organisation.slug])}?{query}")
    try:
        file = made(gathered(place.organisation), place.organisation.slug, form, remedies=remedies)
    except Refused as refused:
        messages.error(request, sentence(refused.reason))
        return redirect("reports", place.organisation.slug)
    return sent(file.name, file.media_type, file.data)


def _is_quick(form: str, *, has_pictures: bool) -> bool:
    return not (FORMS[form].slow or (FORMS[form].pictured and has_pictures))


def sent(name: str, media_type: str, data: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=media_type, headers=headers)


# --- by a worker ------------------------------------------------------------------------------------------------------


@within(*WRITING)
def reports(request: HttpRequest, place: Place) -> HttpResponseBase:
    if not asked.is_asked(place.organisation):
        raise missing()
    if request.method == "POST":
        form = request.POST.get("form", "")
        if form not in FORMS:
            raise missing()
        prepare(place, form, remedies=request.POST.get("for") != "auditor")
        return redirect("reports", place.organisation.slug)
    own = Prepared.objects.filter(organisation=place.organisation, asked_at__gte=now() - KEPT).defer("data")
    rows = list(own.order_by("-asked_at")[:AT_MOST])
    is_long, has_pictures = place.head.size > AT_ONCE, measurements.are_there(place.organisation)
    people = labels(place, {row.asked_by for row in rows})
    context = {
        "forms": [(name, _(words)) for name, words in NAMES.items()],
        "at_once": [
            (name, _(words))
            for name, words in NAMES.items()
            if not is_long and _is_quick(name, has_pictures=has_pictures)
        ],
        "wanted": request.GET.get("form", "html"),
        "for_auditor": request.GET.get("for") == "auditor",
        "is_long": is_long,
        "prepared": [_told(row, people) for row in rows],
        "waiting": any(row.stage not in {Stage.DONE, Stage.FAILED} for row in rows),
        "kept": KEPT.days,
    }
    return page(request, place, "reports.html", context, fragment="prepared")


def _told(row: Prepared, people: Any) -> dict[str, Any]:
    said = json.loads(row.trouble) if row.trouble else None
    return {
        "row": row,
        "form": _(NAMES.get(row.form, row.form)),
        "stage": _(_STAGES[Stage(row.stage)]),
        "tone": {Stage.DONE: "good", Stage.FAILED: "bad"}.get(Stage(row.stage), "plain"),
        "at": Moment(row.asked_at),
        "by": people.get(row.asked_by),
        "trouble": sentence(Reason.from_json(said)) if said else "",
    }


def prepare(place: Place, form: str, *, remedies: bool) -> UUID:
    """Ask a worker for a report. The same, asked for again while one waits, is one report."""
    own = Prepared.objects.filter(organisation=place.organisation)
    with turn(), transaction.atomic():
        same = (
            own.filter(form=form, remedies=remedies, stage=Stage.WAITING).values_list("id", flat=True).first()
        )
        if same is not None:
            return same
        kept = list(own.order_by("-asked_at").values_list("id", flat=True)[: AT_MOST - 1])
        own.exclude(id__in=kept).delete()
        asked_for = Prepared.objects.create(
            id=uuid4(),
            organisation=place.organisation,
            form=form,
            remedies=remedies,
            asked_by=place.person,
            asked_at=now(),
        )
        payload = json.dumps({"report": str(asked_for.id)})
        Outbox.objects.create(
            organisation=place.organisation, topic=REPORT, size=place.head.size, payload=payload
        )
    return asked_for.id


@within(*READING)
def prepared(_request: HttpRequest, place: Place, prepared: UUID) -> HttpResponse:
    found = Prepared.objects.filter(organisation=place.organisation, id=prepared, stage=Stage.DONE).first()
    if found is None or found.data is None:
        raise missing()
    return sent(found.name, found.media_type, bytes(found.data))


def make(task: Task) -> None:
    """For the worker. What was asked for and is not there any more is not made. Harmless when repeated."""
    identity = UUID(json.loads(task.payload)["report"])
    wanted = Prepared.objects.filter(organisation=task.organisation, id=identity).exclude(stage=Stage.DONE)
    row = wanted.first()
    if row is None:
        return
    organisation = Organisation.objects.get(pk=task.organisation)
    _note(identity, stage=Stage.READING)
    keeping.keep(organisation)
    try:
        whole = gathered(organisation)
        shows = measurements.measured(organisation, whole) if FORMS[row.form].pictured else {}
        _note(identity, stage=Stage.WRITING)
        file = made(whole, organisation.slug, row.form, remedies=row.remedies, measured=shows)
    except Refused as refused:
        if refused.reason.code == "readiness.moving":
            raise  # tried again in a moment
        _note(identity, stage=Stage.FAILED, trouble=trouble(refused.reason))
        return
    _keep(identity, file)


def _keep(identity: UUID, file: File) -> None:
    _note(identity, stage=Stage.DONE, name=file.name, media_type=file.media_type, data=file.data)


def _note(identity: UUID, **values: Any) -> None:
    with turn():
        Prepared.objects.filter(id=identity).update(**values)


def forget(organisation: Organisation | None = None) -> None:
    """Those that are too old; after an erasure all of an organisation's, since they may say what is gone."""
    old = Prepared.objects.filter(asked_at__lt=now() - KEPT)
    with turn():
        (Prepared.objects.filter(organisation=organisation) if organisation else old).delete()
