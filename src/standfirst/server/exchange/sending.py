"""Envelopes on their way out: a deed of the sender's, then what its ledger has to say about what is sent."""

from typing import Final
from uuid import uuid4

from standfirst.management.exchange import (
    MAX_CONTENT,
    SENT_ENVELOPE,
    EnvelopeBody,
    Proofs,
    SentEnvelopeBody,
    envelope_id,
    sealed_for,
)
from standfirst.management.export_control import CLASSIFIES, EXPORT_CLASSIFICATION, NOT_CONTROLLED
from standfirst.management.founding import actor_named
from standfirst.management.parties import Party
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change, Conflict, Refused
from standfirst.records.pen import Pen
from standfirst.records.record import Record, Version
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import Acting
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.exchange.service import abroad, here, ledger_of, service
from standfirst.server.store.heads import head_in
from standfirst.server.store.models import Organisation, SignedHead
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.note import Note

OF: Final = "of"
ANSWER_TO: Final = "answer-to"


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
        require_let_out(workspace, record, actor)
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


def require_let_out(workspace: Workspace, record: str, actor: Actor) -> None:
    """What is under export control leaves by the hand of whoever answers for that. Raises Refused."""
    if Role.EXPORT_CONTROL in actor.roles:
        return
    entries = sorted(
        str(found.current.content.body["entry"])
        for found in workspace.records(kinds=(EXPORT_CLASSIFICATION.name,)).values()
        if found.current.content.state == "confirmed"
        and record in found.current.content.links.get(CLASSIFIES, ())
        and found.current.content.body["entry"] != NOT_CONTROLLED
    )
    if entries:
        raise Refused(Reason("envelope.controlled", {"entries": tuple(entries)}))


# --- what goes out ---------------------------------------------------------------------------------------------------


def sealed(place: Place, sent: Record) -> EnvelopeBody:
    """What the receiver is to keep, made from the sender's ledger as it is now. Raises Refused.

    Everything is asked once more: anybody may have written the record of it by hand.
    """
    said = sent.current.content
    version = _version(place, sent)
    author = sent.entries[0].actor
    if author != service(place.organisation).id:
        actor = actor_named(place.store, author) or Actor(author)
        require_let_out(place.store, version.entry.record, actor)
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
    return sealed_for(version, proofs, title=str(said.body["title"]), sender=sender, answers=answers)


def _version(place: Place, sent: Record) -> Version:
    """The version that was sent, by what was said of it then."""
    said = sent.current.content
    found = place.store.records(said.links.get(OF, ())).values()
    for version in (version for record in found for version in record.versions):
        entry = version.entry
        told = (entry.number, entry.version, entry.commitment)
        if len(found) == 1 and told == tuple(
            said.body[name] for name in ("record_number", "version", "commitment")
        ):
            return version
    raise Refused(Reason("envelope.not-as-sent", {"sent": sent.number}))


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
