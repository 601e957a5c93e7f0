"""A record on its way out, with its proof and its files: what another installation checks and takes in."""

from collections.abc import Iterator, Mapping
from typing import Final

from standfirst.records.package.door import MAX_FILE_BYTES
from standfirst.records.package.transfer import handed_over
from standfirst.records.proving import Sent
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.files.models import FileUse
from standfirst.server.files.names import EVIDENCE
from standfirst.server.files.shelves import shelf
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.trust.digests import sha256_hex

MOST: Final = MAX_FILE_BYTES
"""Bytes of files in one hand-over: it is made in memory. Larger files are downloaded by themselves."""


def handover(place: Place, record: Record) -> bytes:
    """One record as it stands, as a zip, in at most seven queries. Raises Unusable where its files are gone, or too large for it."""
    entry = record.current.entry
    evidence = _evidence(place, Sent(record.current.content, entry))
    sealed = reading.sealed(place, {0, entry.sequence})
    proofs, head = place.store.inclusions(sealed)
    return handed_over(
        organisation=place.organisation.name,
        head=head,
        founding=sealed[0],
        sealed=[sealed[entry.sequence]],
        prove=proofs.__getitem__,
        evidence=evidence,
    )


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
