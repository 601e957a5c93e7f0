"""Envelopes on their way in: proved, then kept, whoever brings them; and the answers that go back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from standfirst.management.exchange import (
    ENVELOPE,
    SENT_ENVELOPE,
    CarriedFile,
    EnvelopeBody,
    envelope_id,
    open_envelope,
)
from standfirst.management.parties import Party
from standfirst.records.actor import Actor
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction, Receipt, Workspace
from standfirst.records.writing import Acting
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.exchange.carrying import (
    MARK,
    Container,
    Pieces,
    arriving,
    from_shelf,
    given_back,
    kept,
)
from standfirst.server.exchange.granting import told
from standfirst.server.exchange.sending import name_of, sealed, send
from standfirst.server.exchange.service import (
    address_of,
    is_here,
    ledger_of,
    organisation_of,
    place_in,
    service,
)
from standfirst.server.files.bodies import require_files
from standfirst.server.files.keeping import About
from standfirst.server.files.models import FileUse
from standfirst.server.files.receiving import Arrived
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import Task
from standfirst.server.workplace import open_store
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, dotted, faults_of
from standfirst.standards.vocabulary import Assurance
from standfirst.words.render import sentence

FORM: Final = "standfirst-envelope/1"
LARGEST: Final = 8_000_000
"""Bytes of a file with an envelope: its content at the longest, each letter escaped."""

TOLD: Final = 5
"""Faults of files that a refusal names."""

ACKNOWLEDGED, REFUSED = "acknowledged", "refused"


# --- a file, for another installation --------------------------------------------------------------------------------


class EnvelopeFile(Strict):
    form: Literal["standfirst-envelope/1"] = Field(description="What this file is")
    to: Party = Field(description="To whom it goes")
    envelope: EnvelopeBody = Field(description="What is sent")


def written(sent: Record, body: EnvelopeBody) -> bytes:
    to = Party.model_validate(sent.current.content.body["to"])
    return EnvelopeFile(form=FORM, to=to, envelope=body).model_dump_json(indent=1).encode()


@contextmanager
def opened(came: Arrived) -> Iterator[tuple[EnvelopeFile, Pieces]]:
    """An envelope that arrived: a file of its own, or a container with its files. Raises Unusable with every fault."""
    with came.path.open("rb") as file:
        if not came.head.startswith(MARK):
            found = read(file.read(LARGEST + 1), name="file")
            if found.envelope.files:
                absent = [problem("", "envelope.file-absent", field=one.file) for one in found.envelope.files]
                raise Unusable(absent)
            yield found, _none
            return
        container = Container(file)
        found = read(container.envelope(LARGEST), name="file")
        container.require(found.envelope.files)
        yield found, container.pieces


def _none(file: CarriedFile) -> Iterator[bytes]:
    raise KeyError(file.file)


def read(data: bytes, *, name: str) -> EnvelopeFile:
    """Raises Unusable with every fault. What it proves is asked when it is taken in."""
    if len(data) > LARGEST:
        raise Unusable([problem(name, "envelope.file-too-large", limit=LARGEST)])
    try:
        return EnvelopeFile.model_validate_json(data)
    except ValidationError as error:
        raise Unusable(Problem(name, 0, dotted(path), reason) for path, reason in faults_of(error)) from None


# --- taking it in ----------------------------------------------------------------------------------------------------


def take_in(
    receiver: Organisation,
    *,
    acting: Acting,
    to: Party,
    envelope: EnvelopeBody,
    pieces: Pieces,
    user: User | None,
    why: str,
) -> Receipt | None:
    """The envelope and its files: all of it, or nothing. None where it was taken in before. Harmless when repeated.

    1. It proves itself, and would be taken in as it stands: before that none of its files is looked at.
    2. Its files arrive: each is what the envelope says, and the scanner lets it pass. Until here nothing is kept.
    3. They are kept, and then the envelope with them. A process killed between the two leaves whole files, in sight
       among those of the organisation, that the next attempt uses.

    Raises Refused, or Unusable naming each file that is not as it should be.
    """
    store = open_store(receiver)
    said = partial(deed_of, receiver, acting=acting, to=to, envelope=envelope, why=why)
    offered = {one.sha256: one.file for one in envelope.files}
    if not said(files=offered)(store).drafts:
        return None
    about = About(
        origin=f"{envelope.sender.name}: {envelope.record_number}, version {envelope.version}"[:500]
    )
    with ExitStack() as stack:
        arrived = arriving(envelope.files, pieces, stack)
        new: list[FileUse] = []
        receipt = None
        try:
            held = kept(arrived, about, organisation=receiver, user=user, at=now(), new=new)
            labels = {digest: use.label for digest, use in held.items()}
            receipt = store.perform(_with_files(receiver, said(files=labels), labels))
        finally:
            if receipt is None:
                identity = identity_of(to, envelope)
                given_back(new, organisation=receiver, unless=lambda: bool(store.records([identity])))
    return receipt if receipt.entries else None


def _with_files(receiver: Organisation, deed: DeedFunction, labels: Mapping[str, str]) -> DeedFunction:
    """Under the ledger's lock the files are still there."""

    def asked(workspace: Workspace) -> Change:
        require_files(receiver, {"attachments": _attached(labels)})
        return deed(workspace)

    return asked


def _attached(labels: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    return [{"file": label, "sha256": digest} for digest, label in labels.items()]


def identity_of(to: Party, envelope: EnvelopeBody) -> str:
    return envelope_id(
        ledger=envelope.sender.ledger,
        record=envelope.record,
        version=envelope.version,
        receiver=name_of(to),
    )


def deed_of(
    receiver: Organisation,
    *,
    acting: Acting,
    to: Party,
    envelope: EnvelopeBody,
    files: Mapping[str, str],
    why: str,
) -> DeedFunction:
    """Proved by the kind's own guards; what it answers is answered with it. ``files``: what they are called here, by digest.

    Raises Refused ``envelope.*``: not for us, from another than it says, not proved, or an answer to nothing of ours.
    """
    if name_of(to) not in {str(receiver.pk), address_of(receiver).rstrip("/")}:
        raise Refused(Reason("envelope.not-for-us", {"to": to.name}))
    _require_sender(envelope)
    identity = identity_of(to, envelope)
    body = {**envelope.values(), "attachments": _attached(files)}

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        if _is_here(workspace, identity, envelope):
            return Change(actor, ())
        pen = Pen(workspace, actor, ENVELOPE, identity, None, why)
        pen.write(body, serves=(), links={})
        answered = _answered(workspace, envelope)
        marked = _marked(workspace, answered, service(receiver), why) if answered is not None else ()
        return Change(actor, (*pen.drafts, *marked))

    return deed


def _is_here(workspace: Workspace, identity: str, envelope: EnvelopeBody) -> bool:
    """Raises Refused where something else has its id: nothing that somebody put there passes for it."""
    known = workspace.records([identity]).get(identity) or workspace.erased([identity]).get(identity)
    if known is None:
        return False
    said = known.current.content.body if isinstance(known, Record) else {"commitment": envelope.commitment}
    if known.kind != ENVELOPE.name or said["commitment"] != envelope.commitment:
        raise Refused(Reason("envelope.id-taken", {"record": known.number}))
    return True


def _marked(workspace: Workspace, sent: Record, service_: Actor, why: str) -> Sequence[Draft]:
    """What we sent is answered; the first answer counts, later ones are only kept.

    Whoever brings the answer does not write that by their own hand: it follows from what was proved.
    """
    pen = Pen(workspace, service_, SENT_ENVELOPE, sent.id, sent, why)
    if pen.state in {"sent", "delivered"}:
        pen.move_to("answered", Assurance.DECLARED)
    return pen.drafts


def _require_sender(envelope: EnvelopeBody) -> None:
    """Whoever is on this installation has the ledger that is here, and nobody else is on it. Raises Refused."""
    sender = envelope.sender
    claimed = organisation_of(sender.id)
    if sender.id is not None and (claimed is None or ledger_of(claimed) != sender.ledger):
        raise Refused(Reason("envelope.other-sender", {"sender": sender.name}))
    if sender.address is not None and is_here(sender.address):
        raise Refused(Reason("envelope.other-sender", {"sender": sender.name}))


def _answered(workspace: Workspace, envelope: EnvelopeBody) -> Record | None:
    """The envelope of ours that this one answers. Raises Refused where we sent its sender none such."""
    if envelope.answers is None:
        return None
    held = workspace.holding(SENT_ENVELOPE.name, "envelope", envelope.answers)
    found = next(iter(workspace.records(list(held)).values()), None)
    sender = Party(name=envelope.sender.name, id=envelope.sender.id, address=envelope.sender.address)
    if found is None or name_of(Party.model_validate(found.current.content.body["to"])) != name_of(sender):
        raise Refused(Reason("envelope.answers-nothing", {"sender": sender.name}))
    return found


# --- what workers do -------------------------------------------------------------------------------------------------


def deliver(task: Task) -> None:
    """To an organisation of this installation; to another it is carried as a file. The sender learns either way."""
    sender, sent = told(task)
    if sent is None or sent.current.content.state != "sent":
        return
    to = Party.model_validate(sent.current.content.body["to"])
    if to.id is None:
        return
    try:
        _hand_over(sender, sent, to)
    except Refused as no:
        if not is_final(no.reason):
            raise
        _move(sender, sent, "refused", sentence(no.reason))
    except Unusable as unusable:
        if not all(is_final(one.reason) for one in unusable.problems):
            raise
        named = (f"{one.field}: {sentence(one.reason)}" for one in unusable.problems[:TOLD])
        _move(sender, sent, "refused", " ".join(named))
    else:
        _move(sender, sent, "delivered", "It was taken in")


def _hand_over(sender: Organisation, sent: Record, to: Party) -> None:
    receiver = organisation_of(to.id)
    if receiver is None or receiver.pk == sender.pk:
        raise Refused(Reason("envelope.nobody", {"to": to.name}))
    envelope = sealed(place_in(sender), sent)
    by = service(receiver)
    why = f"{sender.name} sent it as {sent.number}"
    take_in(
        receiver,
        acting=lambda _: by,
        to=to,
        envelope=envelope,
        pieces=from_shelf,
        user=None,
        why=why,
    )


def is_final(reason: Reason) -> bool:
    """What no repetition mends. Anything else (a ledger that has not begun) is tried again."""
    return reason.code.startswith("envelope.") or reason.code in {
        "ledger.not-provable",
        "record.not-canonical",
        "file.empty",
        "file.scan-refused",
    }


def answer(task: Task) -> None:
    """An envelope that was acknowledged or refused goes back as it stands now; that of an answer goes no further."""
    receiver, envelope = told(task)
    if envelope is None or envelope.current.content.state not in {ACKNOWLEDGED, REFUSED}:
        return
    said = envelope.current.content
    if said.body["record_kind"] == ENVELOPE.name:
        return
    store, by = open_store(receiver), service(receiver)
    to = sender_of(said.body)
    identity = envelope_id(
        ledger=ledger_of(receiver), record=envelope.id, version=said.version, receiver=name_of(to)
    )
    if store.holding(SENT_ENVELOPE.name, "envelope", identity):
        return
    store.perform(
        send(
            receiver,
            acting=lambda _: by,
            record=envelope.id,
            expected=said.version,
            to=to,
            purpose=f"{said.body['record_number']} was {said.state}",
            answers=envelope.id,
        )
    )


def sender_of(body: Mapping[str, Any]) -> Party:
    """To whom an answer goes."""
    sender = body["sender"]
    return Party(name=sender["name"], id=sender.get("id"), address=sender.get("address"))


def _move(organisation: Organisation, sent: Record, to: str, why: str) -> None:
    actor = service(organisation)

    def deed(workspace: Workspace) -> Change:
        known = workspace.records([sent.id])[sent.id]
        pen = Pen(workspace, actor, SENT_ENVELOPE, known.id, known, why)
        if pen.state == "sent":
            pen.move_to(to, Assurance.DECLARED)
        return Change(actor, tuple(pen.drafts))

    open_store(organisation).perform(deed)


# --- what an envelope says -------------------------------------------------------------------------------------------


def verdict(body: Mapping[str, Any]) -> str:
    """Where an envelope is what became of one of ours: acknowledged or refused. Else empty."""
    if body["record_kind"] != ENVELOPE.name or not body.get("answers"):
        return ""
    state = open_envelope(body).sent.content.state
    return state if state in {ACKNOWLEDGED, REFUSED} else ""
