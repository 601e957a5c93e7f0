"""Status events, from the history of a record. The history is the list of what has to stand in the log, in its order.

So a process that is killed between a deed and the log loses nothing: what the log has of a subject is a beginning of what
the record's history gives, and the rest is logged when somebody looks next.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from standfirst.certification.linked import body_of
from standfirst.certification.names import ACCREDITATION, CERTIFICATE
from standfirst.certification.periods import day_of
from standfirst.records.projection import entered
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.trust.canonical import JsonValue
from standfirst.trust.moments import instant_text
from standfirst.trust.status import EVENT_FORM, SNAPSHOT_FORM, About, Event, Happening, Snapshot, State

Payload = dict[str, JsonValue]

LOGGED: Final[Mapping[str, Happening]] = {
    "issue": Happening.GRANTED,
    "grant": Happening.GRANTED,
    "suspend": Happening.SUSPENDED,
    "restore": Happening.RESTORED,
    "withdraw": Happening.WITHDRAWN,
}
"""Which transition of a certificate or an accreditation becomes which event. What is not here is nobody else's affair."""

ABOUT: Final[Mapping[str, About]] = {
    CERTIFICATE: About.CERTIFICATE,
    ACCREDITATION: About.ACCREDITATION,
}


@dataclass(frozen=True, slots=True)
class Happened:
    """``effective`` of what was granted is the first moment of its first day; of all else, when it was decided."""

    event: Happening
    effective: datetime
    decided: datetime


def history(workspace: Workspace, record: Record) -> Iterator[Happened]:
    """What has happened to a certificate or an accreditation, as its record tells it."""
    begins = "effective_from" if record.kind == CERTIFICATE else "valid_from"
    for version in record.versions:
        event = LOGGED.get(version.entry.moved)
        if event is Happening.GRANTED:
            first = datetime.combine(day_of(version.content.body[begins]), time(), UTC)
            yield Happened(event, first, _decided(workspace, record) or version.entry.recorded_at)
        elif event is not None:
            moment = version.entry.recorded_at
            yield Happened(event, moment, moment)


def _decided(workspace: Workspace, record: Record) -> datetime | None:
    """When the decision behind a certificate was recorded; None for an accreditation, whose grant is its decision."""
    decisions = workspace.records(record.current.content.links.get("decided-by", ())).values()
    return next((entered(decision).entry.recorded_at for decision in decisions), None)


def event_payload(
    happened: Happened,
    *,
    log: str,
    issuer: str,
    about: About,
    subject: str,
    sequence: int,
    previous: str | None,
    signed_with: Iterable[str],
) -> Payload:
    payload: Payload = {
        "form": EVENT_FORM,
        "specimen": True,
        "log": log,
        "issuer": issuer,
        "about": about.value,
        "subject": subject,
        "sequence": sequence,
        "event": happened.event.value,
        "effective": instant_text(happened.effective),
        "decided": instant_text(happened.decided),
        "previous": previous,
        "signed_with": [*signed_with],
    }
    Event.read(payload)
    return payload


def snapshot_payload(
    listed: Mapping[str, tuple[State, str]],
    *,
    log: str,
    log_size: int,
    issuer: str,
    about: About,
    as_of: datetime,
    signed_with: Iterable[str],
) -> Payload:
    """``listed``: by subject, its state and the leaf of its last event, as the log has them at ``log_size``."""
    subjects: list[JsonValue] = [
        {"subject": subject, "state": state_.value, "event": leaf}
        for subject, (state_, leaf) in sorted(listed.items())
    ]
    payload: Payload = {
        "form": SNAPSHOT_FORM,
        "specimen": True,
        "log": log,
        "log_size": log_size,
        "issuer": issuer,
        "about": about.value,
        "as_of": instant_text(as_of),
        "subjects": subjects,
        "signed_with": [*signed_with],
    }
    Snapshot.read(payload)
    return payload


def issued(workspace: Workspace, kind: str) -> list[Record]:
    """The records of a kind that something has happened to, in the order of their numbers."""
    found = workspace.records(kinds=(kind,)).values()
    return sorted(
        (record for record in found if any(v.entry.moved in LOGGED for v in record.versions)),
        key=lambda record: record.number,
    )


def digest_of(workspace: Workspace, record: Record) -> str:
    """The subject: the digest of the signed document."""
    return str(body_of(workspace, record)["digest"])
