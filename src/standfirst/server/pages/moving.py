"""Pages that bring a record into another state, with a signature where the kind asks for one."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from standfirst.management.organisation import PERSON
from standfirst.records.change import Conflict, Refused
from standfirst.records.lifecycle import Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.writing import Why, move, read
from standfirst.server import reading, signing
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.accounts.models import User
from standfirst.server.pages.about import about
from standfirst.server.pages.entry import WRITING, page, whole, within
from standfirst.server.pages.outlook import move_does, move_name
from standfirst.server.pages.record import shown
from standfirst.server.pages.showing import Moment
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.trust.spelling import base64url_text
from standfirst.words import render
from standfirst.words.render import advised, sentence


@within(*WRITING)
def take_move(request: HttpRequest, place: Place, record: str, transition: str) -> HttpResponse:
    """Asks for the reason; then it is done, or what is to be signed is shown."""
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    step = _transition(place, found, transition)
    context = {**about(place, row), **_words(found.kind, step), "version": found.current.content.version}
    told: list[str] = []
    status = 200
    if (reason := _obstacle(place, found, step)) is not None:
        return page(request, place, "move.html", {**context, "why_not": sentence(reason)}, status=403)
    if request.method == "POST":
        try:
            return _moved(request, place, found, step)
        except Unusable as unusable:
            told, status = [sentence(problem.reason) for problem in unusable.problems], 422
        except Conflict as conflict:
            told, status = [sentence(conflict.reason)], 409
        except Refused as refused:
            told, status = [sentence(refused.reason)], 403
    context |= _final(place, found, step)
    context |= {"told": told, "why": request.POST.get("why", ""), "changed": status == 409}
    context["since"] = _expected(request) if status == 409 else 0
    return page(request, place, "move.html", context, status=status)


def _transition(place: Place, found: Record, name: str) -> Transition:
    """From where the record stands. Raises Refused ``record.missing`` for a name that the kind does not know."""
    kind = reading.kind_of(place, found.kind)
    step = next((one for one in kind.lifecycle.transitions if one.name == name), None)
    if step is None:
        raise reading.missing()
    return step


def _obstacle(place: Place, found: Record, step: Transition) -> Reason | None:
    """What keeps this person from it now: told before anybody types a reason."""
    kind = place.store.kinds[found.kind]
    pen = Pen(place.store, place.actor(place.store), kind, found.id, found, "")
    outlook = {move.name: reason for move, reason in pen.outlook()}
    if step.name in outlook:
        return outlook[step.name]
    open_ = tuple(move.target for move, _ in pen.outlook())
    return Reason("deed.no-way", {"kind": kind.name, "state": pen.state, "asked": step.target, "open": open_})


def _words(kind: str, step: Transition) -> dict[str, Any]:
    return {
        "step": step,
        "name": move_name(kind, step),
        "does": move_does(kind, step),
        "target": render.state(step.target),
        "meaning": render.title(step.signs) if step.signs else "",
    }


def _final(place: Place, found: Record, step: Transition) -> dict[str, Any]:
    """What cannot be brought back: the records whose contents go with the move, or that no way leads on from it."""
    if step.erases:
        gone = reading.labels(place, found.current.content.links.get(step.erases, ()))
        listed = sorted(
            (label for label in gone.values() if not label.erased), key=lambda label: label.number
        )
        return {"destroyed": listed, "people_go": any(label.kind == PERSON.name for label in listed)}
    kind = place.store.kinds[found.kind]
    leads_on = any(step.target in one.sources for one in kind.lifecycle.transitions)
    return {"final": bool(step.signs) and not leads_on}


def _expected(request: HttpRequest) -> int:
    return whole(request.POST.get("expected", ""), otherwise=0)


def _moved(request: HttpRequest, place: Place, found: Record, step: Transition) -> HttpResponse:
    why = read(Why, {"why": request.POST.get("why", "").replace("\r\n", "\n")}, name=found.number).why
    if step.signs:
        current = found.current.content.version
        if current != _expected(request):
            raise Conflict(
                Reason(
                    "record.conflict",
                    {"record": found.id, "expected": _expected(request), "current": current},
                )
            )
        pending = signing.offer(request, place, found, step, reason=why)
        return redirect("record-sign", place.organisation.slug, found.number, pending.id)
    place.store.perform(
        move(
            acting=place.actor,
            record=found.id,
            expected=_expected(request),
            to=step.target,
            why=why,
            signed=AT_A_DOOR,
        )
    )
    said = _("%(record)s is now %(state)s.") % {"record": found.number, "state": render.state(step.target)}
    messages.success(request, said)
    return redirect("record", place.organisation.slug, found.number)


# --- signing ---------------------------------------------------------------------------------------------------------


@within(*WRITING)
def sign(request: HttpRequest, place: Place, record: str, pending: UUID) -> HttpResponse:
    """Shows exactly what is signed, and asks anew who signs it."""
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    try:
        offer = signing.offered(request, place, row.record, str(pending))
    except Refused as refused:
        context = {**about(place, row), "told": sentence(refused.reason)}
        return page(request, place, "sign_gone.html", context, status=410)
    step = _transition(place, found, offer.statement.transition)
    if request.method != "POST":
        return _dialog(request, place, found, step, offer)
    signing.take(request, offer)
    try:
        signing.sign(request, place, step, _proof(request, place, offer))
    except Conflict as conflict:
        context = {**about(place, row), "told": sentence(conflict.reason), "since": offer.statement.version}
        return page(request, place, "sign_gone.html", context, status=409)
    except Refused as refused:
        again = signing.offer(request, place, found, step, reason=offer.statement.reason)
        return _dialog(request, place, found, step, again, refused=refused)
    after = reading.row_of(place, row.number)
    waiting = after.state == row.state and step.target != row.state
    done = (
        _("%(record)s is signed; others have to sign as well.")
        if waiting
        else _("%(record)s is signed, and now %(state)s.")
    )
    messages.success(request, done % {"record": row.number, "state": render.state(step.target)})
    return redirect("record", place.organisation.slug, row.number)


def _proof(request: HttpRequest, place: Place, offer: signing.Pending) -> Any:
    if given := request.POST.get("credential", ""):
        return signing.by_passkey(request, place, offer, given=given)
    return signing.by_password(
        request, offer, password=request.POST.get("password", ""), code=request.POST.get("code", "").strip()
    )


def _dialog(
    request: HttpRequest,
    place: Place,
    found: Record,
    step: Transition,
    offer: signing.Pending,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    said = offer.statement
    has = signing.means(cast("User", request.user))
    context = {
        **about(place, reading.row_of(place, found.number)),
        **_words(found.kind, step),
        **_final(place, found, step),
        **shown(place, found),
        "said": said,
        "at": Moment(said.at),
        "offer": offer,
        "digest": offer.digest.hex(),
        "challenge": base64url_text(offer.digest),
        "site": signing.site_of(request).rp_id,
        "means": has,
        "credentials": [key.credential for key in has.keys],
        "told": advised(refused.reason) if refused else "",
    }
    return page(request, place, "sign.html", context, status=403 if refused else 200)
