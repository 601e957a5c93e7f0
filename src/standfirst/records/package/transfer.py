"""Packages on their way out: the whole as a zip, or a hand-over of some records with proofs; and proving one.

A hand-over is one ``handover.json`` with the records' current contents, their ledger entries and RFC 9162 inclusion
proofs to one head, and their evidence files. It proves itself without the rest of the ledger: what is recorded, in
which ledger (named by its first entry), whether its time is simulated. The organisation's name is only claimed, and
that a record has no later version is not shown. Where the ledger's keys have signed the head, an ``entry.tlog-proof``
beside it shows that to whoever has them.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from standfirst.records.ledger import UNREADABLE, Entry, Head, Sealed, leaf_of
from standfirst.records.package.door import BOMB_BYTES, HANDOVER, LOGGED, Files, is_bomb, shown
from standfirst.records.package.manifest import OneLine
from standfirst.records.package.package import Package, is_loose
from standfirst.records.package.store import LOCK
from standfirst.records.proving import Sent, proved, proved_founding
from standfirst.records.record import Version
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import Strict, dotted
from standfirst.trust.digests import sha256_hex
from standfirst.trust.merkle import MerkleTree

T = TypeVar("T")

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


# --- out -------------------------------------------------------------------------------------------------------------


def export(package: Package) -> bytes:
    """The whole package as a zip; the same package gives the same bytes."""
    return _zipped((name, package.files.read(name)) for name in package.files.names() if name != LOCK)


def handover(package: Package, numbers: Collection[str]) -> bytes:
    """Some records with proofs, as a zip.

    Raises :class:`Unusable` for numbers that are not recorded, for records that are erased, and for those whose attached
    files are gone or changed.
    """
    store = package.store
    ids = store.numbered(numbers)
    unknown = [n for n in numbers if n not in ids]
    if unknown:
        raise Unusable([problem("--only", "number.unknown", field=number) for number in unknown])
    ledger = store.ledger()
    tree = MerkleTree(bytes.fromhex(sealed.leaf) for sealed in ledger)
    records = store.records(list(ids.values()))
    if erased := [number for number in sorted(ids) if ids[number] not in records]:
        raise Unusable([problem("--only", "record.erased", field=number, record=number) for number in erased])
    sent = [_sent(records[ids[number]].current) for number in sorted(ids)]
    evidence, problems = evidence_of(sent, package.files)
    if problems:
        raise Unusable(problems)
    return handed_over(
        organisation=package.manifest.organisation,
        head=store.head,
        founding=ledger[0],
        sealed=[ledger[one.entry.sequence] for one in sent],
        prove=tree.inclusion_proof,
        evidence=evidence,
    )


def handed_over(
    *,
    organisation: str,
    head: Head,
    founding: Sealed,
    sealed: Sequence[Sealed],
    prove: Callable[[int], Sequence[bytes]],
    evidence: Mapping[str, bytes],
    logged: bytes = b"",
) -> bytes:
    """A hand-over of these versions as a zip, from whatever store; ``prove`` gives the proof of an entry under ``head``.

    ``logged`` is the proof of one of them under the same head, signed: a ``.tlog-proof``.
    """
    document = _Document(
        form="standfirst-handover/1",
        organisation=organisation,
        founded=_Founded(entry=founding.entry.decode(), proof=_proof(prove, founding)),
        head=_Head(size=head.size, root=head.root),
        records=tuple(_item(one, prove) for one in sealed),
    )
    text = json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    beside = {**evidence, **({LOGGED: logged} if logged else {})}
    return _zipped([(HANDOVER, text.encode() + b"\n"), *sorted(beside.items())])


def _sent(version: Version) -> Sent:
    return Sent(version.content, version.entry)


def _item(sealed: Sealed, prove: Callable[[int], Sequence[bytes]]) -> "_Item":
    return _Item(
        entry=sealed.entry.decode(),
        salt=sealed.salt.hex(),
        content=(sealed.content or b"").decode(),
        proof=_proof(prove, sealed),
    )


def _proof(prove: Callable[[int], Sequence[bytes]], sealed: Sealed) -> tuple[str, ...]:
    return tuple(step.hex() for step in prove(Entry.from_bytes(sealed.entry).sequence))


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if _looks_like_a_bomb(data) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _looks_like_a_bomb(data: bytes) -> bool:
    """So even that the door would refuse it packed."""
    return len(data) > BOMB_BYTES and is_bomb(len(data), len(zlib.compress(data)))


# --- proving ---------------------------------------------------------------------------------------------------------


class _Founded(Strict):
    entry: str
    proof: tuple[Digest, ...]


class _Item(Strict):
    entry: str
    salt: Digest
    content: str
    proof: tuple[Digest, ...]


class _Head(Strict):
    size: Annotated[int, Field(ge=1)]
    root: Digest


class _Document(Strict):
    """``handover.json``."""

    form: Literal["standfirst-handover/1"]
    organisation: OneLine
    founded: _Founded
    head: _Head
    records: Annotated[tuple[_Item, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Handover:
    """``organisation`` is claimed; all the rest is proved under ``head``."""

    organisation: str
    fictional: bool
    simulation: bool
    ledger: str
    head: Head
    sent: tuple[Sent, ...]


def read_handover(files: Files) -> Handover:
    """Read and prove a hand-over. Raises :class:`Unusable` naming the record whose proof, content or file does not hold."""
    document = _document(files.read(HANDOVER))
    head = Head(document.head.size, document.head.root)
    problems: list[Problem] = []
    first = _gathered(
        problems, "founded", lambda: proved_founding(document.founded.entry, document.founded.proof, head)
    )
    found = [
        _gathered(problems, f"records[{index}]", partial(_proved, item, head))
        for index, item in enumerate(document.records)
    ]
    sent = [one for one in found if one is not None]
    problems += _doubled(sent)
    problems += evidence_of(sent, files)[1]
    attached = {name for one in sent for name in one.attached}
    problems += [
        problem(name, "package.stray-file")
        for name in files.names()
        if name not in {HANDOVER, LOGGED} and name not in attached and not is_loose(name)
    ]
    if problems or first is None:
        raise Unusable(problems)
    ledger = leaf_of(document.founded.entry.encode())
    return Handover(
        document.organisation, first.fictional is True, first.simulation is True, ledger, head, tuple(sent)
    )


def evidence_of(sent: Sequence[Sent], files: Files) -> tuple[dict[str, bytes], list[Problem]]:
    """The attached files of these records, each read once; and those that are gone or not as they were recorded."""
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    names = set(files.names())
    for one in sent:
        for name, digest in one.attached.items():
            if name not in found and name in names:
                found[name] = files.read(name)
            if name not in found:
                problems.append(problem(name, "evidence.missing", field=one.number, file=name))
            elif sha256_hex(found[name]) != digest:
                problems.append(problem(name, "evidence.changed", field=one.number, file=name))
    return found, problems


def _document(data: bytes) -> _Document:
    try:
        return _Document.model_validate_json(data, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    raise Unusable(
        problem(HANDOVER, "handover.unreadable", field=dotted(fault["loc"]), detail=shown(fault["msg"]))
        for fault in faults
    )


def _gathered(problems: list[Problem], field: str, prove: Callable[[], T]) -> T | None:
    try:
        return prove()
    except UNREADABLE:
        problems.append(problem(HANDOVER, "handover.not-proved", field=field))
        return None


def _proved(item: _Item, head: Head) -> Sent:
    """Raises one of ``UNREADABLE``."""
    return proved(entry=item.entry, salt=item.salt, content=item.content, proof=item.proof, head=head)


def _doubled(sent: Sequence[Sent]) -> Iterator[Problem]:
    """One record twice, or two of one number: then it would not be clear what was handed over."""
    records: set[str] = set()
    numbers: set[str] = set()
    for one in sent:
        if one.content.record in records or one.number in numbers:
            yield problem(HANDOVER, "handover.twice", field=shown(one.number))
        records.add(one.content.record)
        numbers.add(one.number)
