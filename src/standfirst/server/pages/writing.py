"""Pages that write: a new record, and the next version of one. What is being written lies on its author's desk meanwhile."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from standfirst.records.change import Conflict, Refused
from standfirst.records.kind import Kind
from standfirst.records.record import Record
from standfirst.records.sealing import NUMBER
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import amend, create, wish_of
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.desk.keeping import posted, throw_away, throw_away_said, typed_in
from standfirst.server.desk.models import Draft
from standfirst.server.desk.reading import begun, draft_of
from standfirst.server.pages.about import about
from standfirst.server.pages.blank import BODY, LINKS, SERVES, blanks
from standfirst.server.pages.entry import WRITING, identity_of, within
from standfirst.server.pages.filling import Filled, add_row, filled
from standfirst.server.pages.merging import Sent, values_of
from standfirst.server.pages.shapes import Shape, Sort, shapes
from standfirst.server.pages.sheet import Begun, draft_url, offered, sheet, with_party
from standfirst.server.pages.trying import tried
from standfirst.standards.library import edition
from standfirst.standards.problems import Unusable

# --- a new record ----------------------------------------------------------------------------------------------------

LINES: Final = 20
LINE: Final = 100
"""Texts of a list that a link may fill in, and characters of each."""


@within(*WRITING)
def new(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    reading.require_form(found)
    if request.method != "POST":
        return _begin(request, place, found)
    post = with_party(place, request.POST)
    identity = identity_of(post.get("id", ""))
    context: dict[str, Any] = {
        "id": identity,
        "why": post.get("why", ""),
        "draft_url": draft_url(place, found, identity),
    }
    form = filled(found, post, offered(place, found))
    if add_row(form, post.get("add", "")):
        return sheet(request, place, found, form.blanks, **context)

    def deed(wish: Any, why: str) -> DeedFunction:
        return create(
            acting=place.actor,
            kind=found,
            record=identity,
            wish=wish,
            why=why,
            known=reading.known(place),
            signed=AT_A_DOOR,
        )

    try:
        told = tried(place, form, name=found.name, why=context["why"], deed=deed)
    except Conflict:  # sent before, and recorded then
        return _sent_before(request, place, found, form, identity)
    if told is not None:
        more = {**context, "told": told, "why_faults": form.why}
        return sheet(request, place, found, form.blanks, status=422, **more)
    throw_away(place, identity)
    throw_away_said(place, found.name, typed_in(post))
    made = reading.row_of(place, identity)
    messages.success(request, _("%(record)s is recorded.") % {"record": made.number})
    return redirect("record", place.organisation.slug, made.number)


def _begin(request: HttpRequest, place: Place, kind: Kind) -> HttpResponse:
    """An empty form, or what somebody has begun before and goes on with. That is never put in by itself."""
    drafts = begun(place, kind.name)
    asked = next((one for one in drafts if one.record == request.GET.get("draft")), None)
    if asked is not None:
        return _go_on(request, place, kind, asked, id=asked.record)
    identity, fields = str(uuid4()), blanks(kind, _named(request, kind), offered(place, kind))
    context: dict[str, Any] = {
        "id": identity,
        "draft_url": draft_url(place, kind, identity),
        "begun": [Begun.of(place, kind, one) for one in drafts],
    }
    return sheet(request, place, kind, fields, **context)


def _named(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """What a link to an empty form says beforehand: which requirements it is to serve, to which records it is to link, and
    what stands in its choices and its lists.
    """
    serves = [each for each in request.GET.getlist("serves") if each in edition().by_id]
    chosen = {
        f"{BODY}{shape.name}": _chosen(shape, request.GET.getlist(f"{BODY}{shape.name}"))
        for shape in shapes(kind)
    }
    links = {
        f"{LINKS}{rule.relation}": [
            each for each in request.GET.getlist(f"{LINKS}{rule.relation}") if NUMBER.fullmatch(each)
        ]
        for rule in kind.links
    }
    return {
        **({SERVES: serves} if serves else {}),
        **{name: value for name, value in chosen.items() if value},
        **{name: numbers for name, numbers in links.items() if numbers},
    }


def _chosen(shape: Shape, asked: Sequence[str]) -> str | list[str]:
    known = {str(value) for value, _name in shape.options}
    match shape.sort:
        case Sort.CHOICE:
            return next((each for each in asked if each in known), "")
        case Sort.CHOICES:
            return [each for each in asked if each in known]
        case Sort.LINES:
            return [each for each in asked[:LINES] if len(each) <= LINE]
        case _:
            return ""


def _go_on(request: HttpRequest, place: Place, kind: Kind, draft: Draft, **more: Any) -> HttpResponse:
    post = posted(draft)
    form = filled(kind, post, offered(place, kind))
    context = {
        "why": post.get("why", ""),
        "continued": Begun.of(place, kind, draft),
        "draft_url": draft_url(place, kind, draft.record),
        **more,
    }
    return sheet(request, place, kind, form.blanks, **context)


_OF_CHANCE = 4


def _sent_before(request: HttpRequest, place: Place, kind: Kind, form: Filled, identity: str) -> HttpResponse:
    """To what it recorded then; where it says something else now, back with it, for another record."""
    made, why = reading.row_of(place, identity), request.POST.get("why", "")
    told = {"record": made.number}
    same = amend(
        acting=place.actor,
        record=identity,
        expected=made.version,
        wish=wish_of(form.wish(), name=kind.name),
        why=why,
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    if not same(place.store).drafts:
        messages.success(request, _("%(record)s is recorded.") % told)
        return redirect("record", place.organisation.slug, made.number)
    again = _("This form was sent before and recorded as %(record)s. Record it again to make another.") % told
    other = str(uuid4())
    more = {"told": [again], "why": why, "id": other, "draft_url": draft_url(place, kind, other)}
    return sheet(request, place, kind, form.blanks, status=409, **more)


# --- the next version ------------------------------------------------------------------------------------------------


@within(*WRITING)
def edit(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    kind = reading.kind_of(place, row.kind)
    context = {**about(place, row), "row": row, "draft_url": draft_url(place, kind, row.record)}
    if request.method != "POST":
        return _open(request, place, kind, found, context)
    sent = Sent(request, place, kind, row.record, row.number, with_party(place, request.POST))
    if add_row(sent.form, request.POST.get("add", "")):
        return sent.again(context, [], status=200)
    told: list[str] | None
    try:
        told = sent.save()
    except Conflict:
        return sent.merging(context)
    if told is not None:
        return sent.again(context, told)
    throw_away(place, row.record)
    after = reading.row_of(place, row.number)
    said = (
        _("%(record)s, version %(version)s, is recorded.")
        if after.version != sent.expected
        else _("%(record)s, version %(version)s, says what you wrote already; nothing was recorded.")
    )
    messages.success(request, said % {"record": row.number, "version": after.version})
    return redirect("record", place.organisation.slug, row.number)


def _says_what_stands(place: Place, kind: Kind, record: Record, draft: Draft) -> bool:
    """Recorded in another window, or typed and taken back: there is nothing to go on with."""
    form = filled(kind, posted(draft), offered(place, kind))
    if not form.readable:
        return False
    same = amend(
        acting=place.actor,
        record=record.id,
        expected=record.current.content.version,
        wish=wish_of(form.wish(), name=kind.name),
        why="-",
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    try:
        return not same(place.store).drafts
    except (Unusable, Refused):
        return False


def _open(
    request: HttpRequest, place: Place, kind: Kind, record: Record, context: dict[str, Any]
) -> HttpResponse:
    """As the record stands; or what somebody had begun to change, for the version that they began with."""
    draft = draft_of(place, record.id)
    version = record.current.content.version
    if draft is not None and _says_what_stands(place, kind, record, draft):
        throw_away(place, record.id)
        draft = None
    if draft is not None and "draft" in request.GET:
        return _go_on(request, place, kind, draft, **context, expected=draft.base)
    begun_ = [Begun.of(place, kind, draft, version=version)] if draft is not None else []
    fields = blanks(kind, values_of(place, record.current.content), offered(place, kind))
    return sheet(request, place, kind, fields, **context, expected=version, begun=begun_)
