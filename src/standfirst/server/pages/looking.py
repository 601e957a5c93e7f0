"""Pages that show: an organisation, a list, a record, its history, two versions, what it rests on, its proof."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from standfirst.management.founding import actor_from
from standfirst.records.comparing import Difference, Piece, Sort, differences
from standfirst.records.kind import Kind
from standfirst.records.ledger import leaf_of
from standfirst.records.lifecycle import Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.signature import standing, verify
from standfirst.server import handing_over, reading
from standfirst.server.access import Place, not_a_member
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.shapes import called, capital, label
from standfirst.server.pages.showing import NOTHING, Moment, Value, fields_of, value
from standfirst.server.store.models import Current
from standfirst.server.trace import DEEPEST, trace
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.words import render

LATELY = 8
"""Entries of the ledger that an organisation's first page tells."""


# --- the organisation, a list ----------------------------------------------------------------------------------------


@within(*READING)
def organisation(request: HttpRequest, place: Place) -> HttpResponse:
    counts = reading.counts(place)
    lines = reading.lately(place, LATELY)
    named = reading.labels(place, {i for line in lines for i in (line.entry.record, line.entry.actor)})
    context = {
        "type": capital(render.title(place.organisation.type)),
        "kinds": [(kind.name, many(kind.name), counts.get(kind.name, 0)) for kind in place.store.kinds],
        "lately": [
            {
                "record": named.get(line.entry.record),
                "by": named.get(line.entry.actor),
                "did": did(line),
                "at": Moment(line.entry.recorded_at),
            }
            for line in lines
        ],
        "size": place.head.size,
    }
    return page(request, place, "organisation.html", context)


def many(kind: str) -> str:
    """What several records of a kind are called, where it stands alone."""
    return capital(render.kind(kind).many)


@within(*READING)
def listing(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    counts = reading.states(place, found)
    state = request.GET.get("state", "")
    state = state if state in found.lifecycle.states else ""
    after = request.GET.get("after", "")
    rows, onward = reading.listed(
        place, found, state=state, after=int(after) if after.isdecimal() and len(after) < 16 else None
    )
    context = {
        "kind": found,
        "can_be_made": found.signing_keys is None,
        "many": many(kind),
        "one": render.kind(kind).one,
        "state": state,
        "states": [(each, capital(render.state(each)), count) for each, count in counts.items()],
        "total": sum(counts.values()),
        "rows": [(row, render.state(row.state), Moment(row.recorded_at)) for row in rows],
        "onward": urlencode({**({"state": state} if state else {}), "after": onward}) if onward else "",
        "paged": bool(after),
    }
    return page(request, place, "list.html", context)


# --- a record --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """What can be done next, or why not."""

    transition: Transition
    name: str
    target: str
    meaning: str
    why_not: str


@within(*READING)
def record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    if row.erased:
        return _erased(request, place, row)
    both = place.store.records({row.record, place.person})
    found = both[row.record]
    return page(request, place, "record.html", _sheet(place, row, found, both.get(place.person)))


def _sheet(place: Place, row: Current, found: Record, person: Record | None) -> dict[str, Any]:
    content, entry = found.current.content, found.current.entry
    kind = reading.known_kind(place, found.kind)
    body = reading.body_of(place, content)
    coming = reading.incoming(place, found.id)
    targets = {target for those in content.links.values() for target in those}
    signers = {v.entry.actor for v in found.versions if v.entry.signature is not None}
    named = reading.labels(place, {*targets, *(source for _, source in coming), entry.actor, *signers})
    known = edition().by_id
    fields = fields_of(kind, body)
    moves, editing = _next(place, kind, found, person) if kind else ((), Reason("record.unknown-here"))
    return {
        **about(place, row, "record"),
        "record": found,
        "version": content.version,
        "at": Moment(entry.recorded_at),
        "by": named.get(entry.actor),
        "why": content.why,
        "fields": [field for field in fields if field.value is not NOTHING],
        "empty": [field for field in fields if field.value is NOTHING],
        "files": reading.attached(place, body),
        "serves": [(each, known[each].title if each in known else "") for each in content.serves],
        "outgoing": [
            (label(relation), [named[target] for target in those if target in named])
            for relation, those in content.links.items()
        ],
        "coming": _grouped(coming, named),
        "cut": len(coming) > reading.INCOMING,
        "moves": moves,
        "editing": render.sentence(editing) if editing else "",
        "signatures": signatures(place, found, kind, named),
        "origin": content.origin,
    }


def about(place: Place, row: Current, tab: str = "") -> dict[str, Any]:
    """What every page of one record names; ``tab``: which of them it is."""
    return {
        "tab": tab,
        "row": row,
        "title": row.title or row.number,
        "state": render.state(row.state),
        "kind_name": row.kind,
        "many": many(row.kind),
        "one": render.kind(row.kind).one,
        "known_kind": row.kind in place.store.kinds,
    }


def _grouped(coming: list[tuple[str, str]], named: Any) -> list[tuple[str, list[reading.Label]]]:
    """Links from elsewhere by what they say of this record."""
    found: dict[str, list[reading.Label]] = {}
    for relation, source in coming[: reading.INCOMING]:
        if source in named:
            found.setdefault(label(relation), []).append(named[source])
    return list(found.items())


def _next(place: Place, kind: Kind, found: Record, person: Record | None) -> tuple[list[Move], Reason | None]:
    """What can be done next and why not; and why it cannot be edited."""
    actor = actor_from(person)
    if actor is None:
        raise not_a_member()
    pen = Pen(place.store, actor, kind, found.id, found, "")
    moves = [
        Move(
            move,
            capital(render.title(move.name)),
            render.state(move.target),
            render.title(move.signs) if move.signs else "",
            render.sentence(reason) if reason else "",
        )
        for move, reason in pen.outlook()
    ]
    moves.sort(key=lambda move: bool(move.why_not))
    return moves, pen.unwritable()


def signatures(place: Place, found: Record, kind: Kind | None, named: Any) -> list[dict[str, Any]]:
    """21 CFR 11.50: every signature of a record as it is shown and printed; those on older content are marked."""
    current = {entry.version for entry in standing(found.entries)}
    shown = []
    for seen in verify(found.versions, reading.basis(place, found), kind):
        entry = seen.version.entry
        signer = named.get(entry.actor)
        shown.append(
            {
                "name": seen.statement.name if seen.statement else str(signer or entry.actor),
                "meaning": render.title((entry.signature or {}).get("meaning", "")),
                "reason": seen.version.content.why,
                "at": Moment(entry.recorded_at),
                "signed": entry.version - 1,
                "roles": [render.title(role) for role in (entry.signature or {}).get("roles", ())],
                "holds": seen.holds,
                "how": render.sentence(seen.told),
                "current": entry.version in current,
            }
        )
    return sorted(shown, key=lambda one: not one["current"])


def _erased(request: HttpRequest, place: Place, row: Current) -> HttpResponse:
    """What is left of a record whose content was destroyed: that it was, and when, and by what."""
    lines = reading.history(place, row.record)
    named = reading.labels(place, {line.entry.actor for line in lines})
    by = place.store.erased([row.record])[row.record].by
    context = {"lines": _told(lines, named), "by": by.number, "erased_at": Moment(by.recorded_at)}
    return page(request, place, "erased.html", {**about(place, row), **context})


# --- history, comparison ---------------------------------------------------------------------------------------------


@within(*READING)
def history(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    before = request.GET.get("before", "")
    limit = int(before) if before.isdecimal() and len(before) < 10 else None
    lines = reading.history(place, row.record, before=limit)
    named = reading.labels(place, {line.entry.actor for line in lines})
    oldest = lines[-1].entry.version if lines else 1
    context = {
        **about(place, row, "history"),
        "lines": _told(lines, named),
        "before": oldest if oldest > 1 else None,
        "comparable": sum(line.content is not None for line in lines) > 1,
    }
    return page(request, place, "history.html", context)


def _told(lines: list[reading.Line], named: Any) -> list[dict[str, Any]]:
    return [
        {
            "version": line.entry.version,
            "did": did(line),
            "state": render.state(line.content.state) if line.content else "",
            "why": line.content.why if line.content else "",
            "erased": line.content is None,
            "at": Moment(line.entry.recorded_at),
            "by": named.get(line.entry.actor),
            "signed": render.title(line.entry.signature["meaning"]) if line.entry.signature else "",
            "how": render.title(line.entry.signature["assurance"]) if line.entry.signature else "",
            "sequence": line.entry.sequence,
            "commitment": line.entry.commitment,
        }
        for line in lines
    ]


def did(line: reading.Line) -> str:
    """What an entry says was done: the move by its name, or the deed."""
    entry = line.entry
    return capital(render.title(entry.transition or entry.deed.value.partition(":")[2]))


@dataclass(frozen=True, slots=True)
class Changed:
    """One place where two versions differ, as people read it."""

    field: str
    sort: Sort
    before: Value
    after: Value
    pieces: tuple[Piece, ...]


@within(*READING)
def comparison(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    later = _version(request, "to", row.version)
    earlier = _version(request, "from", max(later - 1, 1))
    lines = reading.versions(place, row.record, {earlier, later})
    values = [reading.values_of(place, lines[number]) for number in (earlier, later)]
    found = list(differences(values[0], values[1]))
    kind = reading.known_kind(place, row.kind)
    linked = reading.labels(place, {part for one in found if one.path[0] == "links" for part in _texts(one)})
    actors = reading.labels(place, {line.entry.actor for line in lines.values()})
    sides = [_told([lines[number]], actors)[0] for number in (earlier, later)]
    context = {
        **about(place, row, "history"),
        "sides": sides,
        "changes": [_changed(one, linked, kind) for one in found],
        "last": row.version,
    }
    return page(request, place, "compare.html", context)


def _version(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _texts(found: Difference) -> set[str]:
    parts = (found.before, found.after)
    return {str(text) for part in parts for text in (part if isinstance(part, list) else [part]) if text}


def _changed(found: Difference, linked: Any, kind: Kind | None) -> Changed:
    """Links are told by number and title, not by id."""
    before, after = found.before, found.after
    if found.path[0] == "links":
        before, after = (_named(part, linked) for part in (before, after))
    steps = found.path[1:] if found.path[0] in {"body", "links"} and len(found.path) > 1 else found.path
    return Changed(
        place_of_field(steps, kind if found.path[0] == "body" else None),
        found.sort,
        value(before),
        value(after),
        tuple(found.pieces) if before == found.before else (),
    )


def _named(part: Any, linked: Any) -> Any:
    if isinstance(part, list):
        return [_named(each, linked) for each in part]
    known = linked.get(part)
    return f"{known.number} {known.title}" if known else part


def place_of_field(steps: tuple[str | int, ...], kind: Kind | None) -> str:
    """As in: Parts, 2, name."""
    first, *rest = steps
    words = [str(step + 1) if isinstance(step, int) else render.field(step) for step in rest]
    return ", ".join([called(kind, str(first)), *words])


# --- trace, proof ----------------------------------------------------------------------------------------------------


@within(*READING)
def traced(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    asked = request.GET.get("depth", "")
    depth = min(int(asked), DEEPEST) if asked.isdecimal() and len(asked) < 3 and asked != "0" else 3
    found = trace(place, row.record, depth=depth)
    context = {
        **about(place, row, "trace"),
        "down": found.down(),
        "up": found.up(),
        "cut": found.cut,
        "depth": depth,
        "depths": range(1, DEEPEST + 1),
        "count": len(found.labels) - 1,
    }
    return page(request, place, "trace.html", context)


@within(*READING)
def proof(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    entry = found.current.entry
    path, head = place.store.inclusion(entry.sequence)
    context = {
        **about(place, row, "proof"),
        "entry": entry,
        "at": Moment(entry.recorded_at),
        "leaf": leaf_of(entry.to_bytes()),
        "head": head,
        "steps": [step.hex() for step in path],
        "ledger": reading.ledger_of(place),
        "file": _file(found),
    }
    return page(request, place, "proof.html", context)


@within(*READING)
def handover(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """What another installation checks and takes in."""
    found = reading.record_of(place, record)
    data = handing_over.handover(place, found)
    headers = {"Content-Disposition": f'attachment; filename="{_file(found)}"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)


def _file(found: Record) -> str:
    return f"{found.number}-v{found.current.content.version}-handover.zip"
