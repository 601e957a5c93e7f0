"""The addresses of the API. Each view reads, or calls a deed, and tells what came of it."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from standfirst.records.change import Conflict, Refused
from standfirst.records.comparing import differences
from standfirst.records.kind import Kind
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import Wish, amend, create, move, read
from standfirst.server import handing_over, reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.accounts import tokens
from standfirst.server.accounts.models import Scope, Token
from standfirst.server.api.asking import Amendment, Creation, Movement
from standfirst.server.api.entry import Unreadable, carries_token, expected_in, incoming, number_in, reply
from standfirst.server.api.outgoing import (
    address,
    difference_json,
    kind_json,
    label_json,
    line_json,
    record_json,
    row_json,
    trace_json,
    version_json,
)
from standfirst.server.refusals import told
from standfirst.server.trace import DEEPEST, trace
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason

# --- kinds, ledger ---------------------------------------------------------------------------------------------------


def kinds(_: HttpRequest, place: Place) -> HttpResponse:
    return reply({"kinds": [kind_json(kind) for kind in place.store.kinds]})


def kind(_: HttpRequest, place: Place, kind: str) -> HttpResponse:
    return reply(kind_json(reading.kind_of(place, kind)))


def head(_: HttpRequest, place: Place) -> HttpResponse:
    row = place.head
    found = {"size": row.size, "root": bytes(row.root).hex()}
    return reply({**found, "simulation": row.simulation, "fictional": row.fictional})


# --- records ---------------------------------------------------------------------------------------------------------


def records(request: HttpRequest, place: Place) -> HttpResponse:
    """Of one kind, in the order in which they came; ``?after=`` takes the ``next`` of the page before."""
    kind = reading.kind_of(place, _asked_kind(request))
    state = request.GET.get("state", "")
    if state and state not in kind.lifecycle.states:
        unknown = Reason("record.unknown-state", {"state": state, "known": kind.lifecycle.states})
        raise Unusable([Problem(kind.name, 0, "state", unknown)])
    limit = number_in(request, "limit", reading.PAGE, least=1, most=500)
    after = number_in(request, "after", None)
    rows, onward = reading.listed(place, kind, state=state, after=after, limit=limit)
    return reply({"records": [row_json(place, row) for row in rows], "next": onward})


def _asked_kind(request: HttpRequest) -> str:
    if not (asked := request.GET.get("kind", "")):
        raise Unreadable(400, "request.no-kind")
    return asked


def record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    return _answer(request, place, reading.record_of(place, record))


def _answer(request: HttpRequest, place: Place, found: Any, *, status: int = 200) -> HttpResponse:
    etag = f'"{found.current.content.version}"'
    if status == 200 and etag in request.headers.get("If-None-Match", "").replace(" ", "").split(","):
        return HttpResponse(status=304, headers={"ETag": etag})
    return reply(record_json(place, found), status=status, ETag=etag)


# --- deeds -----------------------------------------------------------------------------------------------------------


def create_record(request: HttpRequest, place: Place) -> HttpResponse:
    asked = read(Creation, incoming(request), name="record")
    kind = _kept_kind(place, asked.kind)
    reading.require_form(kind)
    identity = asked.id or str(uuid4())
    deed = create(
        acting=place.actor,
        kind=kind,
        record=identity,
        wish=_wish(asked),
        why=asked.why,
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    _done(request, place, deed)
    made = reading.standing(place, identity)
    answer = _answer(request, place, made, status=201)
    answer.headers["Location"] = address(place, made.number)
    return answer


def _kept_kind(place: Place, name: str) -> Kind:
    if name not in place.store.kinds:
        reason = Reason("record.unknown-kind", {"kind": name, "known": place.store.kinds.names})
        raise Unusable([Problem("record", 0, "kind", reason)])
    return place.store.kinds[name]


def _wish(asked: Wish) -> Wish:
    return Wish(body=asked.body, serves=asked.serves, links=asked.links, state=asked.state)


def amend_record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    asked = read(Amendment, incoming(request), name=record)
    expected = expected_in(request, asked.expected)
    row = reading.row_of(place, record)
    deed = amend(
        acting=place.actor,
        record=row.record,
        expected=expected,
        wish=_wish(asked),
        why=asked.why,
        known=reading.known(place),
        signed=AT_A_DOOR,
    )
    return _changed(request, place, row.record, deed)


def move_record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    asked = read(Movement, incoming(request), name=record)
    expected = expected_in(request, asked.expected)
    row = reading.row_of(place, record)
    deed = move(
        acting=place.actor,
        record=row.record,
        expected=expected,
        to=asked.to,
        why=asked.why,
        signed=AT_A_DOOR,
    )
    return _changed(request, place, row.record, deed)


def _changed(request: HttpRequest, place: Place, identity: str, deed: DeedFunction) -> HttpResponse:
    try:
        _done(request, place, deed)
    except Conflict as conflict:
        # Both versions, so that nobody has to ask again before merging: the one meant is in the history.
        status = 412 if "If-Match" in request.headers else 409
        current = record_json(place, reading.standing(place, identity))
        return reply({"problems": [told(conflict.reason)], "current": current}, status=status)
    return _answer(request, place, reading.standing(place, identity))


def _done(request: HttpRequest, place: Place, deed: DeedFunction) -> None:
    try:
        place.store.perform(deed)
    except Refused as refused:
        if refused.reason.code == "deed.assurance":
            code = "deed.needs-sign-in" if carries_token(request) else "deed.needs-page"
            raise Refused(Reason(code)) from None
        raise


# --- what lies round a record ----------------------------------------------------------------------------------------


def versions(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    limit = number_in(request, "limit", reading.VERSIONS, least=1, most=500)
    before = number_in(request, "before", None)
    lines = reading.history(place, row.record, before=before, limit=limit)
    actors = reading.labels(place, {line.entry.actor for line in lines})
    onward = lines[-1].entry.version if lines and lines[-1].entry.version > 1 else None
    return reply({"versions": [line_json(place, line, actors) for line in lines], "before": onward})


def version(_: HttpRequest, place: Place, record: str, version: int) -> HttpResponse:
    row = reading.row_of(place, record)
    line = reading.versions(place, row.record, [version])[version]
    return reply(version_json(place, line.entry, line.content))


def comparison(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """``?from=`` and ``?to=``: by default the current version and the one before."""
    row = reading.row_of(place, record)
    later = number_in(request, "to", row.version, least=1)
    earlier = number_in(request, "from", max(later - 1, 1), least=1)
    lines = reading.versions(place, row.record, {earlier, later})
    before, after = (reading.values_of(place, lines[number]) for number in (earlier, later))
    found = [difference_json(one) for one in differences(before, after)]
    return reply({"from": earlier, "to": later, "differences": found})


def links(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """From both ends."""
    found = reading.record_of(place, record)
    outgoing = found.current.content.links
    coming = reading.incoming(place, found.id)
    ends = {target for targets in outgoing.values() for target in targets} | {i for _, i in coming}
    known = reading.labels(place, ends)
    there = [(relation, target) for relation, targets in outgoing.items() for target in targets]
    return reply(
        {
            "out": [{"relation": r, "record": label_json(place, known[i])} for r, i in there if i in known],
            "in": [
                {"relation": r, "record": label_json(place, known[i])}
                for r, i in coming[: reading.INCOMING]
                if i in known
            ],
            "cut": len(coming) > reading.INCOMING,
        }
    )


def trace_of(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    depth = number_in(request, "depth", 3, least=1, most=DEEPEST)
    return reply(trace_json(place, trace(place, row.record, depth=depth)))


def proof(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """The record with its proof, as a hand-over: ``standfirst package check`` proves it anywhere.

    Its files are in it, so that a token has to be good for files as well.
    """
    found = reading.record_of(place, record)
    token: Token | None = getattr(request, "token", None)
    if token is not None and found.current.content.body.get("attachments"):
        tokens.require(token, Scope.FILES)
    return handing_over.attached(handing_over.handover(place, found))


def logged(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """That the record as it stands is in the ledger, under a head that the ledger's keys signed."""
    return handing_over.attached(handing_over.logged(place, reading.record_of(place, record)))
