"""Envelopes on their way out: a deed of the sender's, then what its ledger has to say about what is sent."""

from uuid import uuid4

from standfirst.management.exchange import (
    ANSWER_TO,
    MAX_CONTENT,
    OF,
    SENT_ENVELOPE,
    EnvelopeBody,
    Proofs,
    SentEnvelopeBody,
    carried,
    envelope_id,
    sealed_for,
    version_sent,
    withheld,
)
from standfirst.management.founding import actor_named
from standfirst.management.parties import Party
from standfirst.records.actor import Actor
from standfirst.records.change import Change, Conflict, Refused
from standfirst.records.pen import Pen
from standfirst.records.proving import Sent
from standfirst.records.record import Record, Version
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import Acting
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.exchange.carrying import manifest
from standfirst.server.exchange.service import abroad, here, ledger_of
from standfirst.server.store.heads import head_in
from standfirst.server.store.models import Organisation, SignedHead
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.note import Note


def send(
    sender: Organisation,
    *,
    acting: Acting,
    record: str,
    expected: int,
    to: Party,
    purpose: str,
    answers: str | None = None,
) -> DeedFunction:
    """The version of a record that stands now is sent, and nothing of it has left yet. Once to each organisation.

    ``answers``: the id of an envelope of theirs. Raises Refused; Conflict where version ``expected`` is another by now.
    """
    ledger, identity = ledger_of(sender), str(uuid4())

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        wanted = {record, *((answers,) if answers else ())}
        found = workspace.records(wanted)
        if wanted - found.keys():
            raise reading.missing()
        version = found[record].current
        if version.entry.version != expected:
            told: dict[str, Parameter] = {"record": record, "expected": expected}
            raise Conflict(Reason("record.conflict", {**told, "current": version.entry.version}))
        body = SentEnvelopeBody(
            title=_title(workspace, found[record]),
            to=to,
            purpose=purpose,
            record_number=version.number,
            version=version.entry.version,
            commitment=version.entry.commitment,
            envelope=envelope_id(
                ledger=ledger, record=record, version=version.entry.version, receiver=name_of(to)
            ),
            answers=answers,
        )
        links = {OF: (record,), **({ANSWER_TO: (answers,)} if answers else {})}
        pen = Pen(workspace, actor, SENT_ENVELOPE, identity, None, purpose)
        pen.write(body.values(), serves=(), links=links)
        return Change(actor, tuple(pen.drafts))

    return deed


def name_of(party: Party) -> str:
    """By which it is told apart from all others."""
    return party.id or (party.address or "").rstrip("/")


def _title(workspace: Workspace, record: Record) -> str:
    kind, content = workspace.kinds[record.kind], record.current.content
    said = str(kind.upcast(content.body, content.schema).get(kind.titled_by) or "")
    return said or record.number


# --- what goes out ---------------------------------------------------------------------------------------------------


def sealed(place: Place, sent: Record) -> EnvelopeBody:
    """What the receiver is to keep, made from the sender's ledger as it is now. Raises Refused.

    Everything is asked once more: it may have been classified since, or its author's role may have ended.
    """
    said = sent.current.content
    if (version := version_sent(place.store, said)) is None:
        raise Refused(Reason("envelope.not-as-sent", {"sent": sent.number}))
    author = sent.entries[0].actor
    if (reason := withheld(place.store, said, actor_named(place.store, author) or Actor(author))) is not None:
        raise Refused(reason)
    to = Party.model_validate(said.body["to"])
    stated = envelope_id(
        ledger=ledger_of(place.organisation),
        record=version.entry.record,
        version=version.entry.version,
        receiver=name_of(to),
    )
    if said.body["envelope"] != stated:
        raise Refused(Reason("envelope.not-as-sent", {"sent": sent.number}))
    proofs = _proofs(place, version)
    if len((proofs.entry.content or b"").decode()) > MAX_CONTENT:
        raise Refused(Reason("envelope.too-large", {"record": version.number, "limit": MAX_CONTENT}))
    sender = here(place.organisation) if to.id else abroad(place.organisation)
    answers = said.body.get("answers") or ""
    named = carried(Sent(version.content, version.entry), answers)
    return sealed_for(
        version,
        proofs,
        title=str(said.body["title"]),
        sender=sender,
        answers=answers,
        files=manifest(place.organisation, named),
    )


def _proofs(place: Place, version: Version) -> Proofs:
    """Under the newest head that was signed, where it covers the version; else under the newest there is."""
    sequence = version.entry.sequence
    covering = SignedHead.objects.filter(organisation=place.organisation, size__gt=sequence)
    row = covering.order_by("-size").values_list("note", flat=True).first()
    note = bytes(row).decode() if row is not None else ""
    head = head_in(Checkpoint.parse(Note.parse(note.encode()).text)) if note else place.store.head
    rows = reading.sealed(place, {0, sequence})
    ways = [place.store.inclusion(at, head)[0] for at in (sequence, 0)]
    entered, founded = ([step.hex() for step in way] for way in ways)
    return Proofs(rows[sequence], entered, rows[0], founded, head, note)
