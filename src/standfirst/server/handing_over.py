"""A record on its way out, with its proof and its files: what others check without us, and another installation takes in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpResponse

from standfirst.records.change import Refused
from standfirst.records.ledger import Head
from standfirst.records.package.door import MAX_FILE_BYTES
from standfirst.records.package.transfer import handed_over
from standfirst.records.proving import Sent
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.files.models import FileUse
from standfirst.server.files.names import EVIDENCE
from standfirst.server.files.shelves import shelf
from standfirst.server.store import heads
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.digests import sha256_hex
from standfirst.trust.note import Note
from standfirst.trust.tlog_proof import TlogProof

MOST: Final = MAX_FILE_BYTES
"""Bytes of files in one hand-over: it is made in memory. Larger files are downloaded by themselves."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file for somebody else."""

    name: str
    media: str
    data: bytes


def attached(out: Outgoing) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{out.name}"'}
    return HttpResponse(out.data, content_type=out.media, headers=headers)


def handover(place: Place, record: Record) -> Outgoing:
    """One record as it stands, as a zip, in at most eight queries: under the signed head, where there is one.

    Raises Unusable where its files are gone, or too large for it.
    """
    entry = record.current.entry
    evidence = _evidence(place, Sent(record.current.content, entry))
    sealed = reading.sealed(place, {0, entry.sequence})
    note = heads.covering(place.store.organisation, entry.sequence)
    proofs, head = place.store.inclusions(sealed, _head_of(note))
    proof = TlogProof(entry.sequence, proofs[entry.sequence], note, entry.to_bytes()) if note else None
    data = handed_over(
        organisation=place.organisation.name,
        head=head,
        founding=sealed[0],
        sealed=[sealed[entry.sequence]],
        prove=proofs.__getitem__,
        evidence=evidence,
        logged=proof.format() if proof else b"",
    )
    return Outgoing(f"{_stem(record)}-handover.zip", "application/zip", data)


def _head_of(note: Note | None) -> Head | None:
    return heads.head_in(Checkpoint.parse(note.text)) if note else None


def _stem(record: Record) -> str:
    return f"{record.number}-v{record.current.content.version}"


def proof(place: Place, record: Record) -> TlogProof | None:
    """That its entry is in the ledger of a head that the ledger's keys signed; None until one covers it.

    The entry stands in it, so that it can be verified by itself: it says who, when and what was done, by pseudonym and
    number, and nothing of the content.
    """
    entry = record.current.entry
    found = heads.proof_of(place.store, entry.sequence)
    return replace(found, extra=entry.to_bytes()) if found else None


def logged(place: Place, record: Record) -> Outgoing:
    """``proof`` as a file. Raises Refused ``proof.not-signed`` where there is none yet."""
    found = proof(place, record)
    if found is None:
        raise Refused(Reason("proof.not-signed", {"entry": record.current.entry.sequence}))
    return Outgoing(f"{_stem(record)}.tlog-proof", "text/plain; charset=utf-8", found.format())


def _evidence(place: Place, sent: Sent) -> Mapping[str, bytes]:
    wanted = sent.attached
    if not wanted:
        return {}
    own = FileUse.objects.filter(organisation=place.organisation, file__in=set(wanted.values()))
    rows = own.values_list("name", "file", "file__size")
    sizes = {(f"{EVIDENCE}/{name}", digest): size for name, digest, size in rows}
    total = sum(sizes.get(item, 0) for item in wanted.items())
    if total > MOST:
        raise Unusable([problem(sent.number, "handover.too-large", bytes=total, limit=MOST)])
    found = {
        name: _read(digest, sizes[name, digest]) for name, digest in wanted.items() if (name, digest) in sizes
    }
    if problems := list(_faults(sent, found)):
        raise Unusable(problems)
    return found


def _read(digest: str, size: int) -> bytes:
    return b"".join(shelf().read(digest, 0, size)) if shelf().size(digest) == size else b""


def _faults(sent: Sent, found: Mapping[str, bytes]) -> Iterator[Problem]:
    for name, digest in sent.attached.items():
        if name not in found:
            yield problem(sent.number, "evidence.missing", field=name, file=name)
        elif sha256_hex(found[name]) != digest:
            yield problem(sent.number, "evidence.changed", field=name, file=name)
