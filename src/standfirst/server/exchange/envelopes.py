"""Pages for envelopes: those that we send, and those that came, with what of them is proved."""

from contextlib import closing
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from standfirst.management.exchange import (
    ANSWER_TO,
    ENVELOPE,
    OF,
    SENT_ENVELOPE,
    Opened,
    open_envelope,
)
from standfirst.management.parties import Party
from standfirst.records.change import Conflict, Refused
from standfirst.records.record import Record, Version
from standfirst.records.signature import shown_alone
from standfirst.records.writing import move
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.accounts.models import User
from standfirst.server.bodies import takes_files
from standfirst.server.exchange import receiving, sending
from standfirst.server.exchange.carrying import contained
from standfirst.server.exchange.forms import AnswerForm, SendForm, UploadForm
from standfirst.server.exchange.pages import page, telling
from standfirst.server.exchange.service import is_here, organisation_of
from standfirst.server.files.receiving import Arrived, Delivery, limit
from standfirst.server.pages.entry import READING, WRITING, whole, within
from standfirst.server.pages.shapes import capital
from standfirst.server.pages.showing import Moment, fields_of
from standfirst.server.pages.signed import Signed, signed
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.words import render as words
from standfirst.words.render import sentence

# --- envelopes sent --------------------------------------------------------------------------------------------------


@within(*WRITING)
def send(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """Of a record as it stands; ``?answers=ENV-0001`` where it answers an envelope of theirs."""
    found = reading.record_of(place, record)
    answered = _answered(place, request.GET.get("answers", ""))
    form = SendForm(request.POST or None, initial=_back(answered))
    status, told = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _send(request, place, found, form, answered)
            except Conflict as conflict:
                status, told = 409, telling(conflict)
            except Refused as refused:
                status, told = 403, telling(refused)
    context = {"row": found, "version": found.current.entry.version, "form": form, "told": told}
    return page(request, place, "send.html", {**context, "answered": answered}, status=status)


def _answered(place: Place, label_: str) -> Record | None:
    """Raises Refused ``record.missing`` where there is no such envelope."""
    if not label_:
        return None
    found = reading.record_of(place, label_)
    if found.kind != ENVELOPE.name:
        raise reading.missing()
    return found


def _back(answered: Record | None) -> dict[str, str]:
    """An answer goes to whoever sent it."""
    if answered is None:
        return {}
    to = receiving.sender_of(answered.current.content.body)
    return {"to": to.id or to.address or "", "name": to.name}


def _send(
    request: HttpRequest, place: Place, found: Record, form: SendForm, answered: Record | None
) -> HttpResponse:
    said = form.cleaned_data
    deed = sending.send(
        place.organisation,
        acting=place.actor,
        record=found.id,
        expected=whole(request.POST.get("version", ""), otherwise=0),
        to=_receiver(place, said["to"], said["name"]),
        purpose=said["purpose"],
        answers=answered.id if answered else None,
    )
    (number,) = place.store.perform(deed).numbers.values()
    told = _("%(record)s is sent as %(envelope)s.") % {"record": found.number, "envelope": number}
    messages.success(request, told)
    return redirect("sent-envelope", place.organisation.slug, number)


def _receiver(place: Place, to: str, name: str) -> Party:
    """Raises Refused for nobody here, and for ourselves."""
    if "://" in to:
        if is_here(to):
            raise Refused(Reason("envelope.nobody", {"to": name}))
        return Party(name=name, address=to)
    there = organisation_of(to)
    if there is None or there.pk == place.organisation.pk:
        raise Refused(Reason("envelope.nobody", {"to": name or to}))
    return Party(name=there.name, id=to)


@within(*READING)
def sent(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    found = _of_kind(place, record, SENT_ENVELOPE.name)
    content = found.current.content
    named = reading.labels(place, {i for targets in content.links.values() for i in targets})
    context = {
        "row": found,
        "said": content.body,
        "state": words.state(content.state),
        "state_name": content.state,
        "of": [named[i] for i in content.links.get(OF, ()) if i in named],
        "answers": [named[i] for i in content.links.get(ANSWER_TO, ()) if i in named],
        "why": content.why,
        "at": Moment(found.current.entry.recorded_at),
        "abroad": content.body["to"].get("address"),
    }
    return page(request, place, "sent.html", context)


@within(*READING)
def envelope_file(_: HttpRequest, place: Place, record: str) -> HttpResponseBase:
    """For the receiver on another installation. Made anew from the ledger each time; nothing is written."""
    found = _of_kind(place, record, SENT_ENVELOPE.name)
    envelope = sending.sealed(place, found)
    data, files = receiving.written(found, envelope), envelope.files
    response: HttpResponseBase
    if files:
        response = StreamingHttpResponse(contained(data, files), content_type="application/zip")
    else:
        response = HttpResponse(data, content_type="application/json")
    suffix = "zip" if files else "json"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.envelope.{suffix}"'
    return response


def _of_kind(place: Place, label_: str, kind: str) -> Record:
    found = reading.record_of(place, label_)
    if found.kind != kind:
        raise reading.missing()
    return found


# --- envelopes received ----------------------------------------------------------------------------------------------


@takes_files
@csrf_exempt  # asked in _answer_upload, once the body has been read by ourselves
@within(*WRITING)
def upload(request: HttpRequest, place: Place) -> HttpResponse:
    """An envelope from another installation."""
    if request.method != "POST":
        return page(request, place, "upload.html", {"form": UploadForm(), "limit": limit()})
    with closing(Delivery(request)) as delivery:
        delivery.receive()
        return _answer_upload(request, place=place, arrived=delivery.arrived)


@csrf_protect
def _answer_upload(request: HttpRequest, *, place: Place, arrived: list[Arrived]) -> HttpResponse:
    try:
        return _taken(request, place, arrived)
    except Unusable as unusable:
        told = [
            f"{one.field or one.place}: {sentence(one.reason)}" for one in unusable.problems[: receiving.TOLD]
        ]
    except Refused as refused:
        told = telling(refused)
    context = {"form": UploadForm(), "limit": limit(), "told": told}
    return page(request, place, "upload.html", context, status=422)


def _taken(request: HttpRequest, place: Place, arrived: list[Arrived]) -> HttpResponse:
    if len(arrived) != 1:
        raise Refused(Reason("envelope.one-file"))
    with receiving.opened(arrived[0]) as (read, pieces):
        receipt = receiving.take_in(
            place.organisation,
            acting=place.actor,
            to=read.to,
            envelope=read.envelope,
            pieces=pieces,
            user=cast("User", request.user),
            why=f"From a file of {read.envelope.sender.name}",
        )
    if receipt is None:
        messages.info(request, _("This envelope is here already."))
        return redirect("exchange", place.organisation.slug)
    number = next(number for number in receipt.numbers.values() if number.startswith(f"{ENVELOPE.prefix}-"))
    messages.success(request, _("The envelope is proved and kept as %(number)s.") % {"number": number})
    return redirect("envelope", place.organisation.slug, number)


@within(*WRITING)
def envelope(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """What came, what of it is proved, and the answer to it."""
    found = _of_kind(place, record, ENVELOPE.name)
    form = AnswerForm(request.POST or None)
    status, told = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _answer(request, place, found, form)
            except Refused as refused:
                status, told = 409 if isinstance(refused, Conflict) else 403, telling(refused)
    return page(
        request, place, "envelope.html", {**_came(place, found), "form": form, "told": told}, status=status
    )


@within(*READING)
def reply(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """To the page that sends one of our records in answer to an envelope; ``?with=`` names it."""
    found = _of_kind(place, record, ENVELOPE.name)
    chosen = reading.record_of(place, request.GET.get("with", "").strip())
    address = reverse("envelope-send", args=[place.organisation.slug, chosen.number])
    return redirect(f"{address}?answers={found.number}")


def _answer(request: HttpRequest, place: Place, found: Record, form: AnswerForm) -> HttpResponse:
    to = receiving.REFUSED if request.POST.get("to") == receiving.REFUSED else receiving.ACKNOWLEDGED
    deed = move(
        acting=place.actor,
        record=found.id,
        expected=whole(request.POST.get("version", ""), otherwise=0),
        to=to,
        why=form.cleaned_data["why"],
        signed=AT_A_DOOR,
    )
    place.store.perform(deed)
    said = _("%(envelope)s is now %(state)s; its sender is told.") % {
        "envelope": found.number,
        "state": words.state(to),
    }
    messages.success(request, said)
    return redirect("envelope", place.organisation.slug, found.number)


def _came(place: Place, found: Record) -> dict[str, Any]:
    content = found.current.content
    opened = open_envelope(content.body)
    theirs = opened.sent.content
    kinds = {kind.name: kind for kind in place.store.kinds if kind.schema >= theirs.schema}
    kind = kinds.get(theirs.kind)
    body = kind.upcast(theirs.body, theirs.schema) if kind else theirs.body
    verdict = receiving.verdict(content.body)
    ours = place.store.holding(SENT_ENVELOPE.name, "envelope", content.body.get("answers") or "")
    return {
        "row": found,
        "said": content.body,
        "state": words.state(content.state),
        "state_name": content.state,
        "version": content.version,
        "at": Moment(found.current.entry.recorded_at),
        "kind": capital(words.kind(theirs.kind).one),
        "fields": () if theirs.kind == ENVELOPE.name else fields_of(kind, body),
        "theirs": theirs,
        "recorded": Moment(opened.sent.entry.recorded_at),
        "simulation": opened.simulation,
        "fictional": opened.fictional,
        "verdict": words.state(verdict) if verdict else "",
        "reason": theirs.why if verdict else "",
        "files": reading.attached(place, content.body),
        "ours": list(ours.values()),
        "signatures": _signed(opened, content.body["sender"]["name"]),
    }


def _signed(opened: Opened, sender: str) -> list[Signed]:
    """The signature of the version that came, verified with what came with it; others of the record stay there."""
    entry = opened.sent.entry
    one = shown_alone(
        Version(opened.sent.content, entry),
        {entry.actor: _("somebody of %(organisation)s") % {"organisation": sender}},
        opened.ledger,
    )
    return [signed(one)] if one is not None else []
