"""The page of one record: what it says and said, what can be done next, what it is linked with, what people say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from standfirst.management.comments import COMMENT
from standfirst.management.founding import actor_from
from standfirst.management.organisation import PERSON
from standfirst.records.kind import Body, Kind
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages import commenting
from standfirst.server.pages.about import about
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.history import told
from standfirst.server.pages.kinds import OF_ITS_OWN, Sheet
from standfirst.server.pages.kinds.person import door
from standfirst.server.pages.linked import coming, groups, leading
from standfirst.server.pages.outlook import Outlook, outlook
from standfirst.server.pages.persons import by_name
from standfirst.server.pages.shapes import called
from standfirst.server.pages.showing import NOTHING, Moment, Value, fields_of, grouped, value
from standfirst.server.pages.signed import signatures
from standfirst.server.pages.states import cycle, mark
from standfirst.server.readiness.showing import TONES, named
from standfirst.server.readiness.standing import serves_status
from standfirst.server.store.models import Current
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.words import render

LATELY: Final = 5
"""Versions that a record's page tells; the history has them all."""


@within(*READING)
def record(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """As it stands, or with ``?version=2`` as it stood then."""
    row, found, person = reading.opened(place, record)
    if found is None:
        return _erased(request, place, row)
    wanted = whole(request.GET.get("version", ""), otherwise=row.version)
    if wanted != row.version:
        found = as_of(found, wanted)
        sheet = {**_sheet(place, row, found, now=False), "past": wanted}
    else:
        sheet = {**_sheet(place, row, found, now=True), **_now(place, row, found, person)}
    own = f"kinds/{row.kind}.html" if row.kind in place.store.kinds else ""
    return page(request, place, own or "record.html", sheet, otherwise="record.html")


def as_of(found: Record, version: int) -> Record:
    """A record as it was when this version was the last. Raises Refused ``record.missing``."""
    until = [one for one in found.versions if one.content.version <= version]
    if not until or until[-1].content.version != version:
        raise reading.missing()
    return replace(found, versions=until, erased=[one for one in found.erased if one.version < version])


# --- what it says ----------------------------------------------------------------------------------------------------


def _sheet(place: Place, row: Current, found: Record, *, now: bool) -> dict[str, Any]:
    """What a version says, and what is around it."""
    content, entry = found.current.content, found.current.entry
    kind, body = reading.known_kind(place, found.kind), reading.body_of(place, content)
    said_of = by_name(place, kind, body)
    ends = coming(place, found.id) if now else None
    said = commenting.read(place, found.id) if now and found.kind != COMMENT.name else None
    latest = found.versions[-LATELY:][::-1]
    ids = {
        *leading(content),
        *(i for sources in (ends.sources.values() if ends else ()) for i in sources),
        *(said.people if said else ()),
        *(version.entry.actor for version in found.versions if version.entry.signature is not None),
        *(version.entry.actor for version in latest),
        found.entries[0].actor,
    }
    labels = reading.labels(place, ids)
    signed = signatures(place, found, labels)
    today = reading.today(place)
    lines = [reading.Line(version.entry, version.content, "") for version in latest]
    sheet = {
        **about(place, row, "record"),
        "record": found,
        "version": content.version,
        "at": Moment(entry.recorded_at),
        "by": who(place, entry.actor, labels, content),
        "why": content.why,
        "state": render.state(content.state),
        "mark": mark(kind, content.state),
        "cycle": cycle(kind, content.state, {one.content.state for one in found.versions}) if kind else (),
        "summary": summary(kind, content.state, body, today, said_of) if kind else (),
        **shown(place, found, said_of),
        "served": list(_serves(place, content.serves)),
        "groups": groups(place, content, ends, labels),
        "signatures": signed,
        "lines": told(place, lines, labels, {one.version: one for one in signed}),
        "earlier_versions": len(found.entries) > len(latest),
        "origin": content.origin,
        "conversation": commenting.conversation(place, said, labels) if said else None,
        "earlier_said": said.before if said else None,
    }
    if kind and found.kind in OF_ITS_OWN:
        own = Sheet(place, kind, found, said_of, today, labels, signed, sheet["sections"], sheet["groups"])
        sheet |= OF_ITS_OWN[found.kind](own)
    return sheet


def _now(place: Place, row: Current, found: Record, person: Record | None) -> dict[str, Any]:
    """What can be done with it as it stands, by whom asks."""
    kind = reading.known_kind(place, found.kind)
    unknown = Outlook(editing=render.sentence(Reason("record.unknown-here")))
    actor = actor_from(person)
    commented = COMMENT.name in place.store.kinds and row.kind != COMMENT.name
    return {
        "outlook": outlook(place, kind, found, person) if kind else unknown,
        "comment": commenting.form(place) if commented else None,
        "door": door(place, found, actor) if found.kind == PERSON.name and actor else None,
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """One of those by which a kind is told in a line. ``late``: by how many days what has to be done is late."""

    label: str
    value: Value
    late: int = 0


def summary(kind: Kind, state: str, body: Body, today: date, said_of: Body) -> list[Fact]:
    """``said_of``: the body with people by their names; what is derived is derived from the body as it is kept."""
    fields = {field.name: field.value for field in fields_of(kind, said_of)}
    found = []
    for name in kind.view.summary:
        said = _derived(kind, name, body) if name in kind.derived else fields.get(name, NOTHING)
        if said.sort in {"text", "word", "time", "list"}:
            due = name in kind.view.due and state not in kind.settled
            late = (today - date.fromisoformat(str(body[name])[:10])).days if due and body.get(name) else 0
            found.append(Fact(called(kind, name), said, max(late, 0)))
    return found


def _derived(kind: Kind, name: str, body: Body) -> Value:
    """What is derived as a text is a word of a closed list."""
    found = kind.derived[name](body)
    return value(found, words=isinstance(found, str))


@dataclass(frozen=True, slots=True)
class Served:
    """A requirement that the record serves, and how it stands by all that serves it; no word of it where nobody has asked."""

    id: str
    title: str
    words: str
    tone: str


def _serves(place: Place, ids: Sequence[str]) -> Iterator[Served]:
    known = edition().by_id
    rows = {row.id: row for row in serves_status(place, ids)}
    for one in ids:
        row = rows.get(one)
        words, tone = (named(row.status), TONES[row.status]) if row else ("", "")
        yield Served(one, known[one].title if one in known else "", words, tone)


def shown(place: Place, found: Record, said_of: Body | None = None) -> dict[str, Any]:
    """What a record says, in reading form, with its files. ``said_of``: its body with people by their names, where that is known."""
    content, known = found.current.content, edition().by_id
    kind, body = reading.known_kind(place, found.kind), reading.body_of(place, content)
    fields = fields_of(kind, by_name(place, kind, body) if said_of is None else said_of)
    told = [field for field in fields if field.value is not NOTHING]
    read = [field for field in told if not field.for_programs]
    return {
        "sections": grouped(kind.view.sections if kind else (), read),
        "programs": [field for field in told if field.for_programs],
        "empty": [field for field in fields if field.value is NOTHING],
        "files": reading.attached(place, body),
        "serves": [(each, known[each].title if each in known else "") for each in content.serves],
    }


def _erased(request: HttpRequest, place: Place, row: Current) -> HttpResponse:
    """What is left of a record whose content was destroyed: that it was, and when, and by what."""
    lines = reading.history(place, row.record)
    named = reading.labels(place, {line.entry.actor for line in lines})
    by = place.store.erased([row.record])[row.record].by
    context = {"lines": told(place, lines, named), "by": by.number, "erased_at": Moment(by.recorded_at)}
    return page(request, place, "erased.html", {**about(place, row), **context})
