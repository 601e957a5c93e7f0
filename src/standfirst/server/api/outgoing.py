"""Records, versions and what lies round them as JSON. ``description`` tells the same forms to programs."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from standfirst.records.comparing import Difference
from standfirst.records.kind import Kind
from standfirst.records.ledger import Entry
from standfirst.records.record import Content, Record
from standfirst.records.signature import ShownSignature
from standfirst.server.access import Place
from standfirst.server.reading import Label, Line, body_of
from standfirst.server.signatures import signatures
from standfirst.server.store.models import Current
from standfirst.server.trace import Trace
from standfirst.standards.validation import dotted
from standfirst.words.render import sentence


def address(place: Place, label: str) -> str:
    return reverse("api-record", args=[place.organisation.slug, label])


def row_json(place: Place, row: Current) -> dict[str, Any]:
    """A record in a list."""
    return {
        "id": row.record,
        "number": row.number,
        "kind": row.kind,
        "version": row.version,
        "state": row.state,
        "title": row.title,
        "recorded_at": row.recorded_at.isoformat(),
        "href": address(place, row.number),
    }


def record_json(place: Place, record: Record) -> dict[str, Any]:
    """A record as it stands now. Its body, serves, links and state can be handed back as they are."""
    current = record.current
    return {
        **version_json(place, current.entry, current.content),
        "href": address(place, record.number),
        "signatures": [signature_json(one) for one in signatures(place, record)],
    }


def signature_json(one: ShownSignature) -> dict[str, Any]:
    """21 CFR 11.50: as every page of the record has it."""
    return {
        "name": one.name,
        "signed_at": one.at.isoformat(),
        "meaning": one.meaning,
        "reason": one.reason,
        "roles": list(one.roles),
        "assurance": one.assurance.value,
        "version": one.version,
        "signed_version": one.signed,
        "current": one.current,
        "holds": one.holds,
        "sentence": sentence(one.told),
    }


def version_json(place: Place, entry: Entry, content: Content | None) -> dict[str, Any]:
    """One version: what it says, unless that is erased, and the entry that commits to it."""
    said: dict[str, Any] = {"erased": True}
    if content is not None:
        said = {
            "erased": False,
            "state": content.state,
            "body": dict(body_of(place, content)),
            "serves": list(content.serves),
            "links": {relation: list(targets) for relation, targets in content.links.items()},
            "why": content.why,
            "origin": content.origin,
            "signature": content.signature,
        }
    return {
        "id": entry.record,
        "number": entry.number,
        "kind": entry.kind,
        "version": entry.version,
        **said,
        "entry": entry_json(entry),
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "recorded_at": entry.recorded_at.isoformat(),
        "deed": entry.deed.value,
        "actor": entry.actor,
        "transition": entry.transition,
        "commitment": entry.commitment,
        "signature": dict(entry.signature) if entry.signature is not None else None,
    }


def line_json(place: Place, line: Line, actors: Mapping[str, Label]) -> dict[str, Any]:
    actor = actors.get(line.entry.actor)
    return {
        **version_json(place, line.entry, line.content),
        "leaf": line.leaf,
        "by": {"number": actor.number, "name": actor.title} if actor else None,
    }


def label_json(place: Place, label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "number": label.number,
        "kind": label.kind,
        "title": label.title,
        "state": label.state,
        "erased": label.erased,
        "href": address(place, label.number),
    }


def difference_json(found: Difference) -> dict[str, Any]:
    words = [{"sort": piece.sort.value, "text": piece.text} for piece in found.pieces]
    return {
        "field": dotted(found.path),
        "sort": found.sort.value,
        "before": found.before,
        "after": found.after,
        **({"words": words} if words else {}),
    }


def trace_json(place: Place, found: Trace) -> dict[str, Any]:
    return {
        "start": found.start,
        "records": [label_json(place, label) for label in found.labels.values()],
        "links": [
            {"source": edge.source, "relation": edge.relation, "target": edge.target} for edge in found.edges
        ],
        "cut": found.cut,
    }


def kind_json(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": kind.title,
        "prefix": kind.prefix,
        "schema": kind.schema,
        "authors": [role.value for role in kind.authors],
        "unique": list(kind.unique),
        "links": [{"relation": rule.relation, "targets": list(rule.targets)} for rule in kind.links],
        "lifecycle": kind.lifecycle.as_json(),
        "body": kind.body.model_json_schema(),
    }
