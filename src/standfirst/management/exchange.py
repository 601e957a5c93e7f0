"""What crosses from one organisation to another: an immutable copy of one version, with the proof of where it is from.

The sender keeps what it sent and to whom (``sent-envelope``), the receiver keeps the copy (``envelope``), each as a
record of its own. An answer goes back the same way.

The files that the record attaches go along, outside the record: its content, which the sender's ledger commits to, names
each with its digest, so that whoever has the envelope knows which bytes are meant, to the bit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from standfirst.management.export_control import controlled
from standfirst.management.guards import by_nobodys_hand, sound
from standfirst.management.parties import Address, Identity, Party, party_flaws
from standfirst.management.sharing import Number
from standfirst.records.actor import Actor, Role
from standfirst.records.body import Body, EvidencePath, Sha256
from standfirst.records.change import Refused
from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.kind import Body as JsonBody
from standfirst.records.ledger import UNREADABLE, Head, Sealed, leaf_of
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.proving import Sent, proved, proved_founding
from standfirst.records.record import Content, Version
from standfirst.records.view import Family, Section, View
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Name, Strict, Text
from standfirst.trust.canonical import MAX_INTEGER
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.merkle import MerkleTree

MAX_CONTENT: Final = 2_000_000
MAX_ENTRY: Final = 20_000
MAX_FILES: Final = 200
"""In one envelope: each is held open until all have arrived."""

Proof = Annotated[tuple[Sha256, ...], Field(max_length=64)]
Exact = Annotated[str, StringConstraints(max_length=MAX_CONTENT)]
"""Text that is kept to the letter: its bytes are what was committed to."""

OF: Final = "of"
ANSWER_TO: Final = "answer-to"

_ENVELOPES: Final = UUID("5f1d7f3a-7d0e-5c0c-9a53-6a4c0f3c2b11")


class Sender(Strict):
    name: Text = Field(description="Its name, as it says itself")
    id: Identity | None = Field(default=None, description="Its id, if it is on this installation")
    address: Address | None = Field(default=None, description="Where it answers, if it is on another one")
    ledger: Sha256 = Field(description="The first leaf of its ledger")


class Proven(Strict):
    """An entry as it stands in the sender's ledger, and the way from it to the head."""

    entry: Exact = Field(description="The entry's canonical bytes, as text")
    proof: Proof = Field(description="Its inclusion proof (RFC 9162)")


class HeadAt(Strict):
    size: int = Field(ge=1, description="How many entries the ledger had")
    root: Sha256 = Field(description="Its root then")


class CarriedFile(Strict):
    """A file that the record attaches, and that goes with the envelope. The digest settles the size, too."""

    file: EvidencePath = Field(description="What the record calls it")
    sha256: Sha256 = Field(description="Its digest, as the record says")
    size: int = Field(ge=0, le=MAX_INTEGER, description="How many bytes it has")
    media_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] = Field(
        description="What sort of file the sender takes it for"
    )


class EnvelopeBody(Body):
    title: Text = Field(description="What it is, in a few words")
    sender: Sender = Field(description="Whose record it is")
    record: Identity = Field(description="The record's id there")
    record_number: Number = Field(description="Its number there")
    record_kind: Name = Field(description="Its kind")
    version: int = Field(ge=1, description="Which version")
    commitment: Sha256 = Field(description="What the sender's ledger commits to")
    content: Exact = Field(description="The version's canonical bytes, as text")
    salt: Sha256 = Field(description="The salt of the commitment, 32 bytes in hexadecimal")
    entered: Proven = Field(description="The entry of this version")
    founded: Proven = Field(description="The first entry, which names the ledger")
    head: HeadAt = Field(description="The ledger's head that both are proved under")
    signed_head: Exact | None = Field(
        default=None, description="The head as a signed note, where there is one"
    )
    answers: Identity | None = Field(
        default=None,
        description="The id of the envelope that it answers, at the organisation that got that one",
    )
    files: tuple[CarriedFile, ...] = Field(
        default=(),
        max_length=MAX_FILES,
        description="The files that the record attaches and that came with it",
    )


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a sender's ledger has to say about one of its entries."""

    entry: Sealed
    proof: Sequence[str]
    founded: Sealed
    founded_proof: Sequence[str]
    head: Head
    signed_head: str = ""


def proofs_in(ledger: Sequence[Sealed], sequence: int, *, signed_head: str = "") -> Proofs:
    """From a whole ledger; a store that keeps its tree has them faster."""
    tree = MerkleTree(bytes.fromhex(sealed.leaf) for sealed in ledger)
    ways = [[step.hex() for step in tree.inclusion_proof(at)] for at in (sequence, 0)]
    head = Head(tree.size, tree.root().hex())
    return Proofs(ledger[sequence], ways[0], ledger[0], ways[1], head, signed_head)


def carried(sent: Sent, answers: str) -> Mapping[str, str]:
    """The files that go along, by name with their digests: those of the record, unless it goes back to whom it came from."""
    if sent.content.record == answers:
        return {}
    return {str(name): str(digest) for name, digest in sent.attached.items() if digest}


def sealed_for(
    version: Version,
    proofs: Proofs,
    *,
    title: str,
    sender: Party,
    answers: str = "",
    files: Sequence[CarriedFile] = (),
) -> EnvelopeBody:
    """What goes to another organisation, and what it keeps. Raises Refused for a version that was erased."""
    content = proofs.entry.content
    if content is None:
        raise Refused(Reason("envelope.erased", {"record": version.number}))
    entry = version.entry
    return EnvelopeBody(
        title=title,
        sender=Sender(
            name=sender.name, id=sender.id, address=sender.address, ledger=leaf_of(proofs.founded.entry)
        ),
        record=entry.record,
        record_number=entry.number,
        record_kind=entry.kind,
        version=entry.version,
        commitment=entry.commitment,
        content=content.decode(),
        salt=proofs.entry.salt.hex(),
        entered=Proven(entry=proofs.entry.entry.decode(), proof=tuple(proofs.proof)),
        founded=Proven(entry=proofs.founded.entry.decode(), proof=tuple(proofs.founded_proof)),
        head=HeadAt(size=proofs.head.size, root=proofs.head.root),
        signed_head=proofs.signed_head or None,
        answers=answers or None,
        files=tuple(files),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope proves. Whose ledger it is, is claimed, unless somebody holds the signed head against a key."""

    sent: Sent
    ledger: str
    simulation: bool
    fictional: bool


def open_envelope(body: JsonBody) -> Opened:
    """Prove it. Raises Refused where content, entry, proof or head do not agree, or the envelope says another thing."""
    head = Head(body["head"]["size"], body["head"]["root"])
    entered, founded = body["entered"], body["founded"]
    try:
        sent = proved(
            entry=entered["entry"],
            salt=body["salt"],
            content=body["content"],
            proof=entered["proof"],
            head=head,
        )
        first = proved_founding(founded["entry"], founded["proof"], head)
        _require_same_head(body.get("signed_head"), head)
        named = carried(sent, body.get("answers") or "")
    except UNREADABLE:
        raise Refused(Reason("envelope.not-proved", {"record": str(body["record_number"])})) from None
    ledger = leaf_of(founded["entry"].encode())
    if (told := _told_otherwise(body, sent, ledger) or _other_files(body, named)) is not None:
        raise Refused(told)
    return Opened(sent, ledger, first.simulation is True, first.fictional is True)


def _told_otherwise(body: JsonBody, sent: Sent, ledger: str) -> Reason | None:
    """The first thing that the envelope says on its outside and that is not what it proves."""
    entry = sent.entry
    told: tuple[tuple[str, str | int, str | int], ...] = (
        ("record", body["record"], entry.record),
        ("record_number", body["record_number"], entry.number),
        ("record_kind", body["record_kind"], entry.kind),
        ("version", body["version"], entry.version),
        ("commitment", body["commitment"], entry.commitment),
        ("sender", body["sender"]["ledger"], ledger),
    )
    for field, stated, found in told:
        if stated != found:
            return Reason("envelope.says-another", {"field": field, "stated": stated, "found": found})
    return None


def _other_files(body: JsonBody, named: Mapping[str, str]) -> Reason | None:
    """Those that the record names go along, each once, and no other."""
    listed = sorted((str(one["file"]), str(one["sha256"])) for one in body.get("files", ()))
    if listed == sorted(named.items()):
        return None
    wrong = {name for name, _ in set(listed) ^ set(named.items())} or {name for name, _ in listed}
    return Reason("envelope.other-files", {"files": tuple(sorted(wrong))})


def _require_same_head(note: str | None, head: Head) -> None:
    """The note, if there is one, is about this head; its signatures are held against keys by who knows some."""
    if note is None:
        return
    text, _, _ = note.partition("\n\n")
    told = Checkpoint.parse(f"{text}\n")
    if (told.size, told.root.hex()) != (head.size, head.root):
        raise ValueError("a signed head of another ledger or another time")


def envelope_id(*, ledger: str, record: str, version: int, receiver: str) -> str:
    """The id of the record that the receiver keeps it as: delivered twice, it is there once.

    ``ledger`` is the sender's, by its first leaf; ``receiver`` the receiving organisation's id or address.
    """
    return str(uuid5(_ENVELOPES, f"{ledger}/{record}/{version}/{receiver}"))


# --- the kinds -------------------------------------------------------------------------------------------------------


def _envelope_flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    yield from party_flaws("sender", body["sender"])
    try:
        open_envelope(body)
    except Refused as refused:
        yield "entered", refused.reason
    came = {str(one["sha256"]): str(one["file"]) for one in body.get("files", ())}
    kept = {str(one.get("sha256")): str(one["file"]) for one in body.get("attachments", ())}
    if wrong := came.keys() ^ kept.keys():
        files = tuple(sorted({**kept, **came}[digest] for digest in wrong))
        yield "attachments", Reason("envelope.kept-apart", {"files": files})


def of_real_time(attempt: Attempt) -> Reason | None:
    """What happened in simulated time is no evidence where time is real (see also importing)."""
    if attempt.workspace.simulation or not open_envelope(attempt.content.body).simulation:
        return None
    return Reason("envelope.simulation")


ENVELOPE = Kind(
    name="envelope",
    prefix="ENV",
    folder="exchange",
    title="Envelope received",
    body=EnvelopeBody,
    lifecycle=Lifecycle(
        states=("received", "acknowledged", "refused"),
        transitions=(
            Transition("acknowledge", ("received",), "acknowledged"),
            Transition("refuse", ("received",), "refused"),
        ),
        frozen=("received", "acknowledged", "refused"),
    ),
    facts=("record_kind",),
    writes=(sound(_envelope_flaws), of_real_time),
    inspect=lambda body: list(_envelope_flaws(body)),
    by_hand=False,  # it comes in with its files
    view=View(
        Family.OTHERS,
        summary=("record_number", "record_kind"),
        sections=(
            Section(
                "What came",
                ("title", "sender", "record_number", "record_kind", "version", "files", "answers"),
            ),
            Section("What it says", ("content",)),
            Section(
                "How it is proved",
                ("record", "commitment", "salt", "entered", "founded", "head", "signed_head"),
            ),
        ),
        columns=("record_kind", "record_number", "version"),
        filters=("record_kind",),
        board=True,
    ),
)


class SentEnvelopeBody(Body):
    title: Text = Field(description="What was sent, in a few words")
    to: Party = Field(description="To which organisation")
    purpose: Text = Field(description="What for")
    record_number: Number = Field(description="The record's number")
    version: int = Field(ge=1, description="Which version")
    commitment: Sha256 = Field(description="What our ledger commits to")
    envelope: Identity = Field(description="The id of the record that the receiver keeps it as")
    answers: Identity | None = Field(default=None, description="The id of our envelope that it answers")


def _sent_flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    return party_flaws("to", body["to"])


def version_sent(workspace: Workspace, sent: Content) -> Version | None:
    """The version that was sent, by what is said of it; None where no record of ours is that."""
    found = list(workspace.records(sent.links.get(OF, ())).values())
    stated = tuple(sent.body[name] for name in ("record_number", "version", "commitment"))
    versions = found[0].versions if len(found) == 1 else ()
    entries = ((version, version.entry) for version in versions)
    return next(
        (v for v, entry in entries if (entry.number, entry.version, entry.commitment) == stated), None
    )


def as_recorded(attempt: Attempt) -> Reason | None:
    """What is sent is a version of a record here. One that comes from elsewhere with its origin is a copy."""
    content = attempt.content
    if content.origin or version_sent(attempt.workspace, content) is not None:
        return None
    return Reason("envelope.of-nothing", {"record": str(content.body["record_number"])})


def let_out(attempt: Attempt) -> Reason | None:
    return withheld(attempt.workspace, attempt.content, attempt.actor)


def withheld(workspace: Workspace, sent: Content, actor: Actor) -> Reason | None:
    """What is under export control leaves by the hand of whoever answers for that; back to where it came from, by any."""
    if Role.EXPORT_CONTROL in actor.roles or _goes_back(workspace, sent):
        return None
    entries = {entry for record in sent.links.get(OF, ()) for entry in controlled(workspace, record)}
    return Reason("envelope.controlled", {"entries": tuple(sorted(entries))}) if entries else None


def _goes_back(workspace: Workspace, sent: Content) -> bool:
    """An envelope itself, with what became of it, to its sender."""
    came = sent.links.get(ANSWER_TO, ())
    found = workspace.records(came, kinds=(ENVELOPE.name,)).values() if came else ()
    if sent.links.get(OF, ()) != came or len(found) != 1:
        return False
    (sender,) = (envelope.current.content.body["sender"] for envelope in found)
    to = sent.body["to"]
    return (to.get("id"), to.get("address")) == (sender.get("id"), sender.get("address"))


_BY_DELIVERY: Final = by_nobodys_hand("sent-envelope.by-hand")

SENT_ENVELOPE = Kind(
    name="sent-envelope",
    prefix="SNT",
    folder="exchange",
    title="Envelope sent",
    body=SentEnvelopeBody,
    lifecycle=Lifecycle(
        states=("sent", "delivered", "answered", "refused"),
        transitions=(
            Transition("deliver", ("sent",), "delivered", guards=(_BY_DELIVERY,)),
            Transition("answer", ("delivered",), "answered", guards=(_BY_DELIVERY,)),
            # at the door: it did not prove, or was not let out
            Transition("refuse", ("sent",), "refused", guards=(_BY_DELIVERY,)),
        ),
        frozen=("sent", "delivered", "answered", "refused"),
    ),
    schema=2,  # 2: of a version that is recorded, and let out; what becomes of it, no hand writes
    upcasts={1: lambda body: body},
    links=(LinkRule(OF, ANY_KIND), LinkRule(ANSWER_TO, ("envelope",))),
    unique=("envelope",),
    writes=(sound(_sent_flaws), as_recorded, let_out),
    inspect=lambda body: list(_sent_flaws(body)),
    by_hand=False,  # it is left by sending
    view=View(
        Family.OTHERS,
        summary=("record_number", "purpose"),
        sections=(
            Section("What was sent", ("title", "to", "purpose", "record_number", "version", "answers")),
            Section("How it is found there", ("envelope", "commitment")),
        ),
        columns=("record_number", "version", "purpose"),
        board=True,
    ),
)
