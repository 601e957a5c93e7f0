"""The page of one record: what it says, what it is linked with, what can be done next."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from standfirst.management.measurement import MEASUREMENT
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.about import about
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import READING, page, within
from standfirst.server.pages.history import told
from standfirst.server.pages.measuring import sheet as measured
from standfirst.server.pages.outlook import outlook, way_out
from standfirst.server.pages.shapes import label
from standfirst.server.pages.showing import NOTHING, Moment, fields_of, grouped
from standfirst.server.pages.signed import signatures
from standfirst.server.store.models import Current
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.words import render

OF_ITS_OWN = {MEASUREMENT.name: measured}
"""Kinds with a page of their own, ``pages/kinds/<kind>.html``, that shows more than a body's fields: what it needs besides."""


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
    moves, editing = outlook(place, kind, found, person) if kind else ((), Reason("record.unknown-here"))
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
        "way_out": way_out(kind, content.state) if kind and editing else (),
        "signatures": signatures(place, found, named),
        "origin": content.origin,
    }


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


def _grouped(coming: list[tuple[str, str]], named: Any) -> list[tuple[str, list[reading.Label]]]:
    """Links from elsewhere by what they say of this record."""
    found: dict[str, list[reading.Label]] = {}
    for relation, source in coming[: reading.INCOMING]:
        if source in named:
            found.setdefault(label(relation), []).append(named[source])
    return list(found.items())


def _erased(request: HttpRequest, place: Place, row: Current) -> HttpResponse:
    """What is left of a record whose content was destroyed: that it was, and when, and by what."""
    lines = reading.history(place, row.record)
    named = reading.labels(place, {line.entry.actor for line in lines})
    by = place.store.erased([row.record])[row.record].by
    context = {"lines": told(place, lines, named), "by": by.number, "erased_at": Moment(by.recorded_at)}
    return page(request, place, "erased.html", {**about(place, row), **context})
