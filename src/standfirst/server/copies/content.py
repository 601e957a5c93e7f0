"""What a controlled copy says: one version of one record, and nothing of the day on which it was printed.

So the same version gives the same bytes whenever and by whomever it is asked for. People stand in it by their handles,
as the record has them; only signers by their names, as 21 CFR 11.50 wants it. A signer who is called otherwise since,
or whose name has been erased, is so in every copy made from then on.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

from standfirst.records.kind import Body, Kind
from standfirst.records.record import Record
from standfirst.records.signature import ShownSignature
from standfirst.records.view import Widget
from standfirst.server import reading, signatures
from standfirst.server.access import Place
from standfirst.server.copies.blocks import Block, blocks
from standfirst.server.pages.shapes import capital
from standfirst.server.pages.showing import Field, Value, fields_of, grouped
from standfirst.words import render
from standfirst.words.language import ENGLISH, speaking

Content = dict[str, Any]

_SHORT: Final = frozenset({"word", "time"})
"""Sorts of values that are told one after the other in a line."""

INSTANT: Final = "%Y-%m-%d %H:%M:%S UTC"


@speaking(ENGLISH)
def content(place: Place, found: Record) -> Content:
    """``found``: the record as it was when the version to be printed was its last."""
    version, entry = found.current.content, found.current.entry
    kind, body = reading.known_kind(place, found.kind), reading.body_of(place, version)
    recorded = entry.recorded_at.astimezone(UTC)
    fields = [field for field in fields_of(kind, body) if field.value.sort != "nothing"]
    return {
        "organisation": place.organisation.name,
        "kind": capital(render.kind(found.kind).one),
        "number": found.number,
        "title": str(body.get(kind.titled_by, "")) if kind else "",
        "version": version.version,
        "state": render.state(version.state),
        "recorded": recorded.strftime(INSTANT),
        "date": [recorded.year, recorded.month, recorded.day],
        "marks": [str(mark) for mark in _marks(place)],
        "why": version.why,
        "serves": list(version.serves),
        "sections": [
            {"title": title, "fields": [_field(kind, body, field) for field in some]}
            for title, some in grouped(kind.view.sections if kind else (), fields)
        ],
        "files": [
            {"name": file["file"].partition(":")[2], "digest": file.get("sha256", "")}
            for file, _ in reading.attached(place, body)
        ],
        "signatures": [_signature(one) for one in _current(signatures.signatures(place, found))],
        "commitment": entry.commitment,
        "ledger": reading.ledger_of(place),
        "sequence": entry.sequence,
    }


def _marks(place: Place) -> Sequence[str]:
    head = place.head
    return [
        *(["Specimen: a fictional organisation"] if head.fictional else []),
        *(["Simulation: its time is simulated"] if head.simulation else []),
    ]


def _current(signed: Sequence[ShownSignature]) -> list[ShownSignature]:
    """Those on what this version says: one on older content is none on this copy."""
    return [one for one in signed if one.current and one.holds]


def _signature(one: ShownSignature) -> Content:
    return {
        "name": one.name,
        "meaning": render.title(one.meaning) if one.meaning else "",
        "reason": one.reason,
        "at": one.time,
        "roles": ", ".join(render.title(role) for role in one.roles),
        "how": render.sentence(one.told),
    }


# --- fields ----------------------------------------------------------------------------------------------------------


def _field(kind: Kind | None, body: Body, field: Field) -> Content:
    is_text = kind is not None and kind.view.widgets.get(field.name) is Widget.MARKDOWN
    return {
        "label": field.label,
        "blocks": blocks(str(body[field.name])) if is_text else _printed(field.value),
        "whole": is_text or field.value.wide,
    }


def _printed(value: Value) -> list[Block]:
    """A value in the blocks that a text is printed in."""
    match value.sort:
        case "list" if all(item.sort in _SHORT for item in value.items):
            return [{"is": "paragraph", "runs": [{"text": ", ".join(item.text for item in value.items)}]}]
        case "list":
            items = [_printed(item) for item in value.items]
            return [{"is": "list", "ordered": False, "start": 0, "items": items}]
        case "table":
            head = [[{"text": name}] for name in value.head]
            rows = [[[{"text": cell.text}] for cell in row] for row in value.rows]
            return [{"is": "table", "head": head, "rows": rows}]
        case "entries":
            items = [_printed(item) for item in value.items]
            return [{"is": "list", "ordered": True, "start": 1, "items": items}]
        case "fields":
            return [{"is": "fields", "pairs": [[name, _printed(part)] for name, part in value.fields]}]
        case "long":
            return [
                {"is": "paragraph", "runs": [{"text": part.strip()}]}
                for part in value.text.split("\n")
                if part.strip()
            ]
        case "code":
            return [{"is": "paragraph", "runs": [{"text": value.text, "code": True}]}]
        case _:
            return [{"is": "paragraph", "runs": [{"text": value.text or "–"}]}]
