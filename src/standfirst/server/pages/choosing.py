"""What forms ask while somebody fills them in: which records may be linked, what a text will look like, what is wrong with a field."""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from standfirst.records.faults import body_faults, frame_faults
from standfirst.records.kind import Kind
from standfirst.records.writing import BODY, read
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.blank import Blank
from standfirst.server.pages.entry import READING, within
from standfirst.server.pages.filling import Filled, filled
from standfirst.server.pages.prose import rendered
from standfirst.server.pages.sheet import offered
from standfirst.server.search.asking import LONGEST
from standfirst.server.search.finding import search
from standfirst.server.store.models import Current
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.validation import dotted
from standfirst.words import render as words

AT_MOST: Final = 12
"""Records that are offered at once."""


# --- records to link -------------------------------------------------------------------------------------------------


@within(*READING)
def records(request: HttpRequest, place: Place) -> HttpResponse:
    """Those of some kinds that somebody searches for; before they type, those that changed last."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    asked = tuple(kind for kind in request.GET.getlist("kind") if kind in place.store.kinds)
    kinds = asked or place.store.kinds.names
    own = Current.objects.filter(organisation=place.organisation, erased=False, kind__in=kinds)
    labels = [hit.label for hit in search(place, text, kinds=kinds, limit=AT_MOST)] if text else []
    if not labels:  # nothing typed yet, or the middle of a word
        rows = own.filter(title__icontains=text) if text else own
        labels = [reading.label_of(row) for row in rows.order_by("-sequence")[:AT_MOST]]
    found = [
        {
            "value": label.number,
            "title": label.told,
            "detail": f"{words.kind(label.kind).one}, {words.state(label.state)}",
        }
        for label in labels
    ]
    return JsonResponse({"found": found})


# --- how a text will look --------------------------------------------------------------------------------------------


@within("POST")
def prose(request: HttpRequest, place: Place) -> HttpResponse:  # noqa: ARG001 - whoever belongs here
    return HttpResponse(rendered(request.POST.get(request.GET.get("field", ""), "")))


# --- what is wrong with a field --------------------------------------------------------------------------------------


@within("POST")
def check(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    """What would be told of one field if the form were sent now. Records are not asked."""
    found = reading.kind_of(place, kind)
    form = filled(found, request.POST, offered(place, found))
    key = request.GET.get("field", "")
    every = [one for top in form.blanks for one in (top, *top.inner)]
    blank = next((one for one in every if (one.sent or one.key) == key), None)
    if blank is None:
        raise reading.missing()
    if form.readable:
        form.tell(_problems(place, found, form))
    return render(request, "pages/faults.html", {"blank": _as_sent(blank)})


def _as_sent(blank: Blank) -> Blank:
    """By the name that it has on the page, where rows have not moved up."""
    blank.key = blank.sent or blank.key
    return blank


def _problems(place: Place, kind: Kind, form: Filled) -> list[Problem]:
    """As far as the form itself tells them."""
    said = form.wish()
    known = reading.known(place)
    framed = frame_faults(
        kind,
        state=kind.lifecycle.initial,
        number="",
        serves=said["serves"],
        relations=(),
        requirements=known.requirements,
    )
    found = [Problem(kind.name, 0, dotted(fault.path), fault.reason) for fault in framed]
    try:
        body = read(kind.body, said["body"], name=kind.name, path=BODY).values()
    except Unusable as unusable:
        return [*found, *unusable.problems]
    faults = body_faults(kind, body, today=known.today, evidence=lambda _: "")
    return [*found, *(Problem(kind.name, 0, dotted((*BODY, *fault.path)), fault.reason) for fault in faults)]
