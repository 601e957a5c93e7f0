"""Pages that show: an organisation, a list, a record, its history, two versions, what it rests on, its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.management.access import ACCESS
from standfirst.management.founding import actor_from
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.organisation import PERSON
from standfirst.records.comparing import Difference, Piece, Sort, differences
from standfirst.records.kind import Kind
from standfirst.records.ledger import leaf_of
from standfirst.records.lifecycle import Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.signature import ShownSignature
from standfirst.records.view import Family
from standfirst.server import handing_over, reading
from standfirst.server import signatures as signing
from standfirst.server.access import Place, not_a_member
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.measuring import sheet as measured
from standfirst.server.pages.shapes import called, capital, label, part_at
from standfirst.server.pages.showing import NOTHING, Moment, Value, fields_of, grouped, value
from standfirst.server.sealed.cases import cases_for
from standfirst.server.sealed.people import RECIPIENTS
from standfirst.server.store.heads import head_in
from standfirst.server.store.models import Current
from standfirst.server.trace import DEEPEST, trace
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.words import render

OF_ITS_OWN = {MEASUREMENT.name: measured}
"""Kinds with a page of their own, ``pages/kinds/<kind>.html``, that shows more than a body's fields: what it needs besides."""

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
        "families": _families(place, counts),
        "engine": _engine(place, counts),
        "cases": _cases(place),
        "is_new": sum(counts.values()) <= counts.get(PERSON.name, 0) + counts.get(ACCESS.name, 0),
        "lately": [
            {
                "record": named.get(line.entry.record),
                "by": who(place, line.entry.actor, named, line.content),
                "did": did(line),
                "at": Moment(line.entry.recorded_at),
            }
            for line in lines
        ],
        "size": place.head.size,
        "first_steps": [
            (kind, _(words), _(of)) for kind, words, of in FIRST_STEPS if kind in place.store.kinds
        ],
    }
    return page(request, place, "organisation.html", context)


FIRST_STEPS = (
    (
        "organisation",
        gettext_noop("Say who you are"),
        gettext_noop("name, kind and seat of the organisation"),
    ),
    ("scope", gettext_noop("Set the scope"), gettext_noop("what the management system covers, and what not")),
    ("person", gettext_noop("Record the people"), gettext_noop("and what each of them answers for")),
    ("document", gettext_noop("Write the policy"), gettext_noop("the first document of the system")),
)
"""What somebody does first in a workspace that holds nothing yet: the kind, what is done, and what that means."""

FAMILIES = {
    Family.CONTEXT: gettext_noop("Context and leadership"),
    Family.PLANNING: gettext_noop("Planning"),
    Family.SUPPORT: gettext_noop("Support"),
    Family.OPERATION: gettext_noop("Operation"),
    Family.EVALUATION: gettext_noop("Performance evaluation"),
    Family.IMPROVEMENT: gettext_noop("Improvement"),
    Family.CERTIFICATION: gettext_noop("Certification"),
    Family.OTHERS: gettext_noop("Shared with others"),
}
"""The groups of kinds in their order; what the workplace itself keeps is apart."""

Counted = tuple[str, str, int]


def _families(place: Place, counts: Mapping[str, int]) -> list[tuple[str, list[Counted]]]:
    found = [(_(words), _counted(place, family, counts)) for family, words in FAMILIES.items()]
    return [(words, kinds) for words, kinds in found if kinds]


def _engine(place: Place, counts: Mapping[str, int]) -> list[Counted]:
    return _counted(place, Family.KEEPING, counts)


def _counted(place: Place, family: Family, counts: Mapping[str, int]) -> list[Counted]:
    return [
        (kind.name, many(kind.name), counts.get(kind.name, 0))
        for kind in place.store.kinds
        if kind.view.family is family
    ]


def _cases(place: Place) -> dict[str, int] | None:
    """Speak-up cases, for those who receive them: how many there are that this person may read, and wait for an answer."""
    actor = place.actor(place.store)
    if not actor.roles & RECIPIENTS:
        return None
    found = cases_for(place.organisation, place.store, actor)
    return {"all": len(found), "waiting": sum(case.waits_for_answer for case in found)}


def many(kind: str) -> str:
    """What several records of a kind are called, where it stands alone."""
    return capital(render.kind(kind).many)


@within(*READING)
def listing(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    found = reading.kind_of(place, kind)
    counts = reading.states(place, found)
    state = request.GET.get("state", "")
    state = state if state in found.lifecycle.states else ""
    after = whole(request.GET.get("after", ""), otherwise=None)
    rows, onward = reading.listed(place, found, state=state, after=after)
    context = {
        "kind": found,
        "can_be_made": found.by_hand,
        "many": many(kind),
        "one": render.kind(kind).one,
        "state": state,
        "states": [(each, capital(render.state(each)), count) for each, count in counts.items()],
        "total": sum(counts.values()),
        "rows": [(row, render.state(row.state), Moment(row.recorded_at)) for row in rows],
        "onward": urlencode({**({"state": state} if state else {}), "after": onward}) if onward else "",
        "paged": after is not None,
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


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in words. ``on``: which version was signed; ``version``: in which it stands."""

    name: str
    meaning: str
    reason: str
    at: Moment
    on: int
    version: int
    roles: list[str]
    how: str
    unseen: list[str]
    current: bool
    holds: bool


@within(*READING)
def record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    if row.erased:
        return _erased(request, place, row)
    both = place.store.records({row.record, place.person})
    found = both[row.record]
    sheet = _sheet(place, row, found, both.get(place.person))
    own = f"kinds/{row.kind}.html" if row.kind in place.store.kinds else ""
    return page(request, place, own or "record.html", sheet, otherwise="record.html")


def _sheet(place: Place, row: Current, found: Record, person: Record | None) -> dict[str, Any]:
    content, entry = found.current.content, found.current.entry
    kind = reading.known_kind(place, found.kind)
    body = reading.body_of(place, content)
    coming = reading.incoming(place, found.id)
    targets = {target for those in content.links.values() for target in those}
    signers = {v.entry.actor for v in found.versions if v.entry.signature is not None}
    named = reading.labels(place, {*targets, *(source for _, source in coming), entry.actor, *signers})
    moves, editing = _next(place, kind, found, person) if kind else ((), Reason("record.unknown-here"))
    return {
        **about(place, row, "record"),
        "record": found,
        "version": content.version,
        "at": Moment(entry.recorded_at),
        "by": who(place, entry.actor, named, content),
        "why": content.why,
        **shown(place, found),
        **(OF_ITS_OWN[found.kind](body) if found.kind in OF_ITS_OWN and kind else {}),
        "outgoing": [
            (label(relation), [named[target] for target in those if target in named])
            for relation, those in content.links.items()
        ],
        "coming": _grouped(coming, named),
        "cut": len(coming) > reading.INCOMING,
        "moves": moves,
        "editing": render.sentence(editing) if editing else "",
        "way_out": _way_out(kind, content.state) if kind and editing else (),
        "signatures": signatures(place, found, named),
        "origin": content.origin,
    }


def about(place: Place, row: Current, tab: str = "") -> dict[str, Any]:
    """What every page of one record names; ``tab``: which of them it is."""
    return {
        "tab": tab,
        "row": row,
        "title": reading.label_of(row).told,
        "state": render.state(row.state),
        "kind_name": row.kind,
        "many": many(row.kind),
        "one": render.kind(row.kind).one,
        "known_kind": row.kind in place.store.kinds,
    }


_NAMES = {(PERSON.name, "leave"): gettext_noop("Record that they have left")}
_DOES = {
    (PERSON.name, "leave"): gettext_noop(
        "They are let in here no longer, from this moment on. What they did stays, under their name; "
        "their account at other organisations stays too."
    )
}
"""Moves whose own name says too little about what they do to somebody."""


def move_name(kind: str, move: Transition) -> str:
    told = _NAMES.get((kind, move.name))
    return _(told) if told else capital(render.deed(move.name))


def move_does(kind: str, move: Transition) -> str:
    told = _DOES.get((kind, move.name))
    return _(told) if told else ""


def shown(place: Place, found: Record) -> dict[str, Any]:
    """What a record says, in reading form, with its files."""
    content, known = found.current.content, edition().by_id
    kind, body = reading.known_kind(place, found.kind), reading.body_of(place, content)
    fields = fields_of(kind, body)
    told = [field for field in fields if field.value is not NOTHING]
    read = [field for field in told if not field.for_programs]
    return {
        "sections": grouped(kind.view.sections if kind else (), read),
        "programs": [field for field in told if field.for_programs],
        "empty": [field for field in fields if field.value is NOTHING],
        "files": reading.attached(place, body),
        "serves": [(each, known[each].title if each in known else "") for each in content.serves],
    }


def _way_out(kind: Kind, state: str) -> list[str]:
    """The moves that lead from a state whose content is not edited to one whose content is."""
    frozen = kind.lifecycle.frozen
    return [
        move_name(kind.name, move)
        for move in kind.lifecycle.transitions
        if state in frozen and state in move.sources and move.target not in frozen
    ]


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
            move_name(kind.name, move),
            render.state(move.target),
            render.title(move.signs) if move.signs else "",
            render.sentence(reason) if reason else "",
        )
        for move, reason in pen.outlook()
    ]
    moves.sort(key=lambda move: bool(move.why_not))
    return moves, pen.unwritable()


def signatures(place: Place, found: Record, named: Mapping[str, object]) -> list[Signed]:
    """21 CFR 11.50: every signature of a record as it is shown and printed; those on older content are marked."""
    return [signed(one) for one in signing.signatures(place, found, named)]


def signed(one: ShownSignature) -> Signed:
    return Signed(
        name=one.name,
        meaning=render.title(one.meaning) if one.meaning else "",
        reason=one.reason,
        at=Moment(one.at),
        on=one.signed,
        version=one.version,
        roles=[render.title(role) for role in one.roles],
        how=render.sentence(one.told),
        unseen=[render.sentence(reason) for reason in one.unseen],
        current=one.current,
        holds=one.holds,
    )


def _erased(request: HttpRequest, place: Place, row: Current) -> HttpResponse:
    """What is left of a record whose content was destroyed: that it was, and when, and by what."""
    lines = reading.history(place, row.record)
    named = reading.labels(place, {line.entry.actor for line in lines})
    by = place.store.erased([row.record])[row.record].by
    context = {"lines": _told(place, lines, named), "by": by.number, "erased_at": Moment(by.recorded_at)}
    return page(request, place, "erased.html", {**about(place, row), **context})


# --- history, comparison ---------------------------------------------------------------------------------------------


@within(*READING)
def history(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    before = whole(request.GET.get("before", ""), otherwise=None)
    lines = reading.history(place, row.record, before=before)
    named = reading.labels(place, {line.entry.actor for line in lines})
    oldest = lines[-1].entry.version if lines else 1
    context = {
        **about(place, row, "history"),
        "lines": _told(place, lines, named, _signed(place, row, lines, named)),
        "before": oldest if oldest > 1 else None,
        "comparable": sum(line.content is not None for line in lines) > 1,
    }
    return page(request, place, "history.html", context)


def _signed(
    place: Place, row: Current, lines: list[reading.Line], named: Mapping[str, object]
) -> Mapping[int, Signed]:
    """The signatures among these versions, by version; those of erased content can no longer be verified."""
    if row.erased or all(line.entry.signature is None for line in lines):
        return {}
    found = reading.standing(place, row.record)
    return {one.version: one for one in signatures(place, found, named)}


def _told(
    place: Place,
    lines: list[reading.Line],
    named: Mapping[str, reading.Label],
    signed: Mapping[int, Signed] | None = None,
) -> list[dict[str, Any]]:
    return [
        {
            "version": line.entry.version,
            "did": did(line),
            "state": render.state(line.content.state) if line.content else "",
            "why": line.content.why if line.content else "",
            "erased": line.content is None,
            "at": Moment(line.entry.recorded_at),
            "by": who(place, line.entry.actor, named, line.content),
            "claimed": render.title(line.entry.signature["meaning"]) if line.entry.signature else "",
            "signed": (signed or {}).get(line.entry.version),
            "sequence": line.entry.sequence,
            "commitment": line.entry.commitment,
        }
        for line in lines
    ]


def did(line: reading.Line) -> str:
    """What an entry says was done: the move by its name, or the deed."""
    entry = line.entry
    return capital(render.deed(entry.moved or entry.deed.value.partition(":")[2]))


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
    later = whole(request.GET.get("to", ""), otherwise=row.version)
    earlier = whole(request.GET.get("from", ""), otherwise=max(later - 1, 1))
    lines = reading.versions(place, row.record, {earlier, later})
    values = [reading.values_of(place, lines[number]) for number in (earlier, later)]
    found = list(differences(values[0], values[1]))
    kind = reading.known_kind(place, row.kind)
    linked = reading.labels(place, {part for one in found if one.path[0] == "links" for part in _texts(one)})
    actors = reading.labels(place, {line.entry.actor for line in lines.values()})
    signed_on = signing.on_versions(place, reading.standing(place, row.record), {earlier, later})
    sides = [
        {
            **_told(place, [lines[number]], actors)[0],
            "signatures": [signed(one) for one in signed_on[number]],
        }
        for number in (earlier, later)
    ]
    context = {
        **about(place, row, "history"),
        "sides": sides,
        "changes": [_changed(one, linked, kind) for one in found],
        "last": row.version,
    }
    return page(request, place, "compare.html", context)


def _texts(found: Difference) -> set[str]:
    parts = (found.before, found.after)
    return {str(text) for part in parts for text in (part if isinstance(part, list) else [part]) if text}


def _changed(found: Difference, linked: Any, kind: Kind | None) -> Changed:
    """Links are told by number and title, not by id."""
    before, after = found.before, found.after
    if found.path == ("state",):
        before, after = (render.state(part) if part else part for part in (before, after))
    if found.path[0] == "links":
        before, after = (_named(part, linked) for part in (before, after))
    steps = found.path[1:] if found.path[0] in {"body", "links"} and len(found.path) > 1 else found.path
    form = part_at(kind, steps) if kind and found.path[0] == "body" else None
    return Changed(
        place_of_field(steps, kind if found.path[0] == "body" else None),
        found.sort,
        value(before, form=form),
        value(after, form=form),
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
    depth = min(whole(request.GET.get("depth", ""), otherwise=3) or 3, DEEPEST)
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
    """Under the signed head, where there is one that covers it; else under the ledger's head as it is now."""
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    entry = found.current.entry
    signed = handing_over.proof(place, found)
    if signed is not None:
        path, head = signed.path, head_in(Checkpoint.parse(signed.note.text))
    else:
        path, head = place.store.inclusion(entry.sequence)
    context = {
        **about(place, row, "proof"),
        "entry": entry,
        "at": Moment(entry.recorded_at),
        "leaf": leaf_of(entry.to_bytes()),
        "head": head,
        "steps": [step.hex() for step in path],
        "ledger": reading.ledger_of(place),
        "signed": signed is not None,
        "origin": Checkpoint.parse(signed.note.text).origin if signed else "",
        "stem": f"{found.number}-v{entry.version}",
    }
    return page(request, place, "proof.html", context)


@within(*READING)
def handover(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """What another installation checks and takes in."""
    return handing_over.attached(handing_over.handover(place, reading.record_of(place, record)))


@within(*READING)
def logged(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """The proof for a stranger: what the ledger's keys signed, without the record."""
    return handing_over.attached(handing_over.logged(place, reading.record_of(place, record)))
