"""What a stranger proves offline, with the keys of a ledger and a file that somebody gave them. Nothing here asks a database.

A ``.tlog-proof`` (C2SP tlog-proof) shows that an entry is in the ledger of a head that the ledger's keys signed. Alone
it has the entry as its extra data; beside a hand-over it shows that head to be the one under which all of it is proved.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from standfirst.records.ledger import UNREADABLE, Entry, Head, leaf_of
from standfirst.records.package.transfer import Handover
from standfirst.server.store.ledger_keys import LedgerKeys
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import cosignatures
from standfirst.trust.errors import Rejected
from standfirst.trust.tlog_proof import TlogProof


class NotProved(Exception):
    """What was looked at does not hold."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.code)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head that both keys of its time signed; ``signed_at`` is their owner's word."""

    checkpoint: Checkpoint
    signed_at: datetime

    @property
    def origin(self) -> str:
        return self.checkpoint.origin

    @property
    def head(self) -> Head:
        return Head(self.checkpoint.size, self.checkpoint.root.hex())


def prove_entry(proof: TlogProof, keys: LedgerKeys) -> tuple[Entry, SignedHead]:
    """The entry that stands in the proof. Raises NotProved."""
    signed = _signed(proof, keys)
    return _entry(proof, proof.extra or b"", signed), signed


def prove_handover(handover: Handover, proof: TlogProof, keys: LedgerKeys) -> SignedHead:
    """That the head under which all of a hand-over is proved is signed. Raises NotProved."""
    signed = _signed(proof, keys)
    if signed.head != handover.head:
        heads = {"signed": str(signed.head), "stated": str(handover.head)}
        raise NotProved(Reason("proof.other-head", heads))
    sent = next((one.entry for one in handover.sent if one.entry.sequence == proof.index), None)
    if sent is None:
        raise NotProved(Reason("proof.other-entry", {"entry": proof.index}))
    _entry(proof, sent.to_bytes(), signed)
    return signed


def _signed(proof: TlogProof, keys: LedgerKeys) -> SignedHead:
    """1 both keys of that size signed the head; 2 when, as the one that states a time says."""
    try:
        checkpoint = keys.verify(proof.note)
        at = cosignatures(proof.note, [key for key in keys.at(checkpoint.size) if key.type.cosigns])
        return SignedHead(checkpoint, datetime.fromtimestamp(max(at.values()), UTC))
    except Rejected as rejected:
        raise NotProved(Reason(rejected.code.value, rejected.parameters)) from None
    except (ValueError, OverflowError, OSError):  # no calendar has it
        raise NotProved(Reason("proof.no-time")) from None


def _entry(proof: TlogProof, data: bytes, signed: SignedHead) -> Entry:
    """3 the entry's leaf leads from its place to that head; 4 the entry names that place."""
    try:
        proof.verify_entry(bytes.fromhex(leaf_of(data)), signed.checkpoint)
        entry = Entry.from_bytes(data)
    except Rejected as rejected:
        raise NotProved(Reason(rejected.code.value, rejected.parameters)) from None
    except UNREADABLE:
        raise NotProved(Reason("proof.entry-unreadable")) from None
    if entry.sequence != proof.index:
        raise NotProved(Reason("proof.other-entry", {"entry": proof.index}))
    return entry
