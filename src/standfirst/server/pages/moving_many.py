"""The page that moves several records at once: who can, who cannot and why, and then all or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.records.change import Conflict, Refused
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Transition
from standfirst.records.sealing import NUMBER
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.desk.models import ALL
from standfirst.server.lists.moving import MOST, move_all, outlook
from standfirst.server.lists.querying import Found
from standfirst.server.lists.wanted import parse
from standfirst.server.pages.entry import page, whole, within
from standfirst.server.pages.families import many
from standfirst.server.pages.listing import asking_of
from standfirst.server.pages.outlook import move_does, move_name
from standfirst.server.pages.states import mark
from standfirst.server.reading import label_of
from standfirst.server.store.models import Current
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.language import number
from standfirst.words.render import advised, hint, sentence


@within("POST")
def move(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    """Shows what would happen; with a reason and a yes, it is done."""
    found = reading.kind_of(place, kind)
    query = request.POST.get("query", "")
    back = f"{reverse('records', args=(place.organisation.slug, kind))}?{_plain(query)}"
    step = next(
        (one for one in found.lifecycle.transitions if one.name == request.POST.get("transition")), None
    )
    if step is None:
        messages.error(request, _("Choose what to do with them."))
        return redirect(back)
    try:
        rows = _chosen(request, place, found, query)
    except Refused as refused:
        messages.error(request, advised(refused.reason))
        return redirect(back)
    told: list[str] = []
    status = 200
    if request.POST.get("confirm"):
        expected = _expected(request, rows)
        deed = move_all(
            acting=place.actor,
            kind=kind,
            expected=expected,
            transition=step.name,
            why=request.POST.get("why", "").replace("\r\n", "\n"),
        )
        try:
            place.store.perform(deed)
        except Unusable as unusable:
            told, status = [sentence(problem.reason) for problem in unusable.problems], 422
        except Conflict as conflict:
            told, status = [sentence(conflict.reason)], 409
        except Refused as refused:
            told, status = [advised(refused.reason)], 403
        else:
            said = ngettext(
                "%(count)s record is now %(state)s.", "%(count)s records are now %(state)s.", len(expected)
            )
            messages.success(
                request, said % {"count": number(len(expected)), "state": render.state(step.target)}
            )
            return redirect(back)
    context = _context(place, found, step, rows) | {
        "told": told,
        "why": request.POST.get("why", ""),
        "query": query,
        "back": back,
    }
    return page(request, place, "move_many.html", context, status=status)


def _chosen(request: HttpRequest, place: Place, kind: Kind, query: str) -> Sequence[Current]:
    """The rows that are ticked, or all that match. Raises Refused: none, or too many."""
    own = Current.objects.filter(organisation=place.organisation, kind=kind.name, erased=False)
    if request.POST.get("all") and not request.POST.get("confirm"):
        asked = parse(kind, query).but()
        ids = Found(asking_of(place, kind, asked), asked).ids(MOST + 1)
        if len(ids) > MOST:
            raise Refused(Reason("bulk.too-many", {"limit": MOST}))
        rows = list(own.filter(record__in=ids))
    else:
        numbers = [one for one in dict.fromkeys(request.POST.getlist("record")) if NUMBER.match(one)]
        if len(numbers) > MOST:
            raise Refused(Reason("bulk.too-many", {"limit": MOST}))
        rows = list(own.filter(number__in=numbers)) if numbers else []
    if not rows:
        raise Refused(Reason("bulk.nothing"))
    return sorted(rows, key=lambda row: row.first)


def _expected(request: HttpRequest, rows: Sequence[Current]) -> Mapping[str, int]:
    """The versions that somebody looked at, by id."""
    said = dict(one.partition(":")[::2] for one in request.POST.getlist("version"))
    return {row.record: whole(said.get(row.number, ""), otherwise=0) for row in rows}


def _context(place: Place, kind: Kind, step: Transition, rows: Sequence[Current]) -> dict[str, Any]:
    actor = place.actor(place.store)
    seen = outlook(place.store, actor, kind, step, [row.record for row in rows])
    by = {row.record: row for row in rows}
    signs = bool(step.signs or step.erases)
    return {
        "kind": kind,
        "many": many(kind.name),
        "name": move_name(kind.name, step),
        "does": move_does(kind.name, step),
        "step": step,
        "target": mark(kind, step.target),
        "signs": signs,
        "signing": sentence(Reason("bulk.signs", {"transition": step.name})) if signs else "",
        "signing_hint": hint(Reason("bulk.signs", {"transition": step.name})) if signs else "",
        "can": [(label_of(by[one.id]), one.current.content.version) for one in seen.can],
        "cannot": [(label_of(by[one.id]), sentence(reason)) for one, reason in seen.cannot],
    }


def _plain(query: str) -> str:
    return QueryDict(query).urlencode() or ALL
