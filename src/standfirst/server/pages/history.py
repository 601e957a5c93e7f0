"""The history of a record, and two of its versions beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from standfirst.records.comparing import Difference, Piece, Sort, differences
from standfirst.records.kind import Kind
from standfirst.server import reading
from standfirst.server import signatures as signing
from standfirst.server.access import Place
from standfirst.server.pages.about import about
from standfirst.server.pages.acting import who
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.shapes import called, capital, part_at
from standfirst.server.pages.showing import Moment, Value, value
from standfirst.server.pages.signed import Signed, signatures, signed
from standfirst.server.pages.states import mark
from standfirst.server.store.models import Current
from standfirst.words import render


@within(*READING)
def history(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    before = whole(request.GET.get("before", ""), otherwise=None)
    lines = reading.history(place, row.record, before=before)
    named = reading.labels(place, {line.entry.actor for line in lines})
    oldest = lines[-1].entry.version if lines else 1
    context = {
        **about(place, row, "history"),
        "lines": told(place, lines, named, _signed(place, row, lines, named)),
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


def told(
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
            "tone": mark(reading.known_kind(place, line.content.kind), line.content.state).tone
            if line.content
            else "",
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
    pieces: tuple["Passage", ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text that was changed. Of a long one that is the same in both, ``folded`` stands between two ends."""

    sort: str
    text: str
    folded: str = ""
    after: str = ""


NEAR: Final = 240
"""Characters of what is the same that stand before and after what is not."""


def _passage(piece: Piece) -> Passage:
    text, is_same = piece.text, piece.sort is Sort.SAME
    if not is_same or len(text) < 4 * NEAR:
        return Passage(piece.sort.value, text)
    return Passage(piece.sort.value, text[:NEAR], text[NEAR:-NEAR], text[-NEAR:])


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
            **told(place, [lines[number]], actors)[0],
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
        tuple(_passage(piece) for piece in found.pieces)
        if found.path != ("state",) and before == found.before
        else (),
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
