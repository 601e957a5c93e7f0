"""From records to facts: the cut that criteria see. No rule about what is enough stands here."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from standfirst.records.kind import Body, Kind, Kinds
from standfirst.records.record import Record, Version
from standfirst.records.signature import NOWHERE, Basis, standing, verify
from standfirst.standards.facts import Fact, FieldValue, Signature
from standfirst.standards.reason import Reason

PLACEHOLDER = re.compile(r"\[\[[^\[\]]*\]\]")
"""Template text: [[what you still have to write]]."""

FIRST_ZONE: Final = timedelta(hours=14)
LAST_ZONE: Final = timedelta(hours=-12)
"""Where on earth a day begins first, and where last."""


def facts_of(
    records: Iterable[Record], kinds: Kinds, *, without_evidence: Collection[str] = (), basis: Basis = NOWHERE
) -> Iterator[Fact]:
    """One fact a record. ``without_evidence``: ids of records whose attached files are gone or changed.

    ``basis``: what signatures are verified against. Without it, or where one does not hold, it counts as declared.
    """
    for record in records:
        kind = kinds[record.kind]
        yield fact_of(record, kind, evidence_gone=record.id in without_evidence, basis=basis)


def fact_of(record: Record, kind: Kind, *, evidence_gone: bool, basis: Basis = NOWHERE) -> Fact:
    content = record.current.content
    body = kind.upcast(content.body, content.schema)
    return Fact(
        id=record.id,
        label=record.number,
        kind=kind.name,
        state=content.state,
        dated=_dated(record, kind, body),
        title=str(body.get(kind.titled_by, "")),
        serves=frozenset(content.serves),
        fields=_fields(kind, body),
        links=frozenset(target for targets in content.links.values() for target in targets),
        signatures=_signatures(record, kind, basis),
        effective_from=_day(body, kind.effective_from),
        effective_until=_day(body, kind.effective_until),
        withheld=_withheld(record, body, evidence_gone),
    )


def placeholders(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The top-level fields that still hold template text."""
    return tuple(name for name, value in body.items() if _holds_placeholder(value))


def _holds_placeholder(value: object) -> bool:
    if isinstance(value, str):
        return PLACEHOLDER.search(value) is not None
    if isinstance(value, Mapping):
        return any(_holds_placeholder(part) for part in value.values())
    return isinstance(value, list | tuple) and any(_holds_placeholder(part) for part in value)


def _withheld(record: Record, body: Body, evidence_gone: bool) -> Reason | None:
    if fields := placeholders(body):
        return Reason("record.template", {"record": record.number, "fields": fields})
    return Reason("record.evidence-gone", {"record": record.number}) if evidence_gone else None


def _fields(kind: Kind, body: Body) -> Mapping[str, FieldValue]:
    found: dict[str, FieldValue] = {}
    for name in kind.facts:
        value = body.get(name)
        if isinstance(value, list):
            found[name] = tuple(str(part) for part in value)
        elif value is not None:
            found[name] = value
    for name, derive in kind.derived.items():
        if (derived := derive(body)) is not None:
            found[name] = derived
    return found


def _dated(record: Record, kind: Kind, body: Body) -> datetime:
    told = [moment(str(body[name])) for name in kind.dated_by if body.get(name)]
    return max(told) if told else entered(record).entry.recorded_at


def entered(record: Record) -> Version:
    """The version that brought the record into its current state."""
    versions = record.versions
    first = len(versions) - 1
    while first > 0 and versions[first - 1].content.state == versions[first].content.state:
        first -= 1
    return versions[first]


def _signatures(record: Record, kind: Kind, basis: Basis) -> tuple[Signature, ...]:
    """Signatures on the current content, each as surely bound to its signer as it can be shown to be."""
    current = {entry.version for entry in standing(record.entries)}
    return tuple(
        Signature(
            meaning=seen.version.entry.signature["meaning"],
            assurance=seen.assurance,
            by=seen.version.entry.actor,
            roles=tuple(seen.version.entry.signature["roles"]),
            at=seen.version.entry.recorded_at,
        )
        for seen in verify(record.versions, basis, kind)
        if seen.version.entry.version in current and seen.version.entry.signature is not None
    )


def moment(text: str) -> datetime:
    """A day (its first moment) or an instant, in UTC; without a zone it is read as UTC, never as this machine's."""
    told = datetime.fromisoformat(text)
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _day(body: Body, name: str) -> date | None:
    return date.fromisoformat(str(body[name])[:10]) if name and body.get(name) else None
