"""Signing the head of a ledger: a C2SP checkpoint, by the organisation's own keys.

The signer is a witness of its own ledger: it remembers the head that it signed last, apart from the database, and signs
no head whose history does not continue it. So whoever rewrites the tables does not get the rewriting signed.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from standfirst.records.change import Refused
from standfirst.records.ledger import EMPTY, Head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import Outbox, SignedHead
from standfirst.server.store.store import HEAD_MOVED, DatabaseStore
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteSigner
from standfirst.trust.note import Note
from standfirst.trust.tlog_proof import TlogProof

ORIGIN: Final = "{host}/o/{organisation}"


def origin_of(host: str, organisation: UUID) -> str:
    """The name of a ledger, and of its keys. It says nothing about whose it is; it stays when the address changes."""
    return ORIGIN.format(host=host, organisation=organisation)


def head_in(checkpoint: Checkpoint) -> Head:
    return Head(checkpoint.size, checkpoint.root.hex())


def sign_head(store: DatabaseStore, keys: KeyFolder, *, host: str, now: datetime) -> Note | None:
    """The newest head, signed; None for an empty ledger. Harmless when repeated: one size is signed once.

    Raises Refused where the ledger does not continue the head that was signed last, and where the keys are gone.
    """
    with keys.alone(store.organisation):
        return None if store.head == EMPTY else sign_alone(store, keys, host=host, now=now)


def sign_alone(store: DatabaseStore, keys: KeyFolder, *, host: str, now: datetime) -> Note:
    """As ``sign_head``, of a ledger that has begun, for the one who is ``alone`` with its keys."""
    organisation, head = store.organisation, store.head
    public = keys.public(organisation)
    if public is None:
        if newest(organisation) is not None:
            raise Refused(Reason("head.keys-missing"))
        public = keys.create(organisation, origin_of(host, organisation))
    last = keys.last(organisation) or newest(organisation)
    # 1. What was signed before binds: also this signer, also after a backup was put back.
    before = head_in(public.verify(last)) if last else EMPTY
    if head.size < before.size:
        raise Refused(Reason("head.shorter-than-signed", {"have": head.size, "signed": before.size}))
    require_continued(store, before, head)
    # 2. A size is signed once, so that a repeat is the same note. Who signed it may have been killed before all were told.
    if last is None or before != head:
        if last is not None and newest(organisation) != last:
            _tell(keys, organisation, before.size, last)
        last = signed(head, keys.signers(organisation, public.origin), now)
    _tell(keys, organisation, head.size, last)
    return last


def _tell(keys: KeyFolder, organisation: UUID, size: int, note: Note) -> None:
    """First apart from the database: whoever is killed in between signs no second note for this size."""
    keys.keep(organisation, note)
    put(organisation, size, note)


def signed(head: Head, signers: tuple[NoteSigner, ...], now: datetime) -> Note:
    """With a line by each key: Ed25519 as a log signs, ML-DSA-44 as tlog-cosignature has it, with the time."""
    checkpoint = Checkpoint(signers[0].key.name, head.size, bytes.fromhex(head.root))
    lines = [
        signer.cosign(checkpoint, int(now.timestamp()))
        if signer.key.type.cosigns
        else signer.sign_log(checkpoint)
        for signer in signers
    ]
    return Note(checkpoint.text, tuple(lines))


def require_continued(store: DatabaseStore, before: Head, head: Head) -> None:
    """Raises Refused where the ledger of ``head`` does not begin with that of ``before``."""
    try:
        store.consistency(before, head)
    except Refused:
        raise Refused(Reason("head.other-than-signed", {"signed": before.size})) from None


def put(organisation: UUID, size: int, note: Note) -> None:
    with turn():
        SignedHead.objects.bulk_create(
            [SignedHead(organisation_id=organisation, size=size, note=note.format())], ignore_conflicts=True
        )


def is_signing(organisation: UUID) -> bool:
    """Whether a worker still has to see to the newest head."""
    return Outbox.objects.filter(organisation=organisation, topic=HEAD_MOVED, done=False).exists()


def newest(organisation: UUID) -> Note | None:
    """The newest signed head in the database. Raises NoteRejected."""
    row = SignedHead.objects.filter(organisation=organisation).order_by("-size").values_list("note").first()
    return None if row is None else Note.parse(bytes(row[0]))


def proof_of(store: DatabaseStore, sequence: int) -> TlogProof | None:
    """That an entry is in the ledger, for anybody who has the organisation's keys: no page of ours is asked.

    None until a head has been signed that covers it. Raises Refused where the rows no longer give that head.
    """
    note = covering(store.organisation, sequence)
    if note is None:
        return None
    proof, _ = store.inclusion(sequence, head_in(Checkpoint.parse(note.text)))
    return TlogProof(sequence, proof, note)


def covering(organisation: UUID, sequence: int) -> Note | None:
    """The newest signed head of a ledger that has this entry; None until there is one."""
    heads = SignedHead.objects.filter(organisation=organisation, size__gt=sequence)
    row = heads.order_by("-size").values_list("note").first()
    return None if row is None else Note.parse(bytes(row[0]))
