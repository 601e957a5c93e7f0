"""From the books of two bodies to the log, the witnesses, and one bundle. Harmless when repeated, from wherever it stopped.

What a published folder holds:

    accreditation-body/   certification-body/   their packages
    log/                  the tile log          witnesses/<name>/   what each has cosigned
    certificate.bundle    written last, by whoever asked for it
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from standfirst.certification.events import (
    ABOUT,
    digest_of,
    event_payload,
    history,
    issued,
    snapshot_payload,
)
from standfirst.certification.names import ACCREDITATION, CERTIFICATE, HELD_ACCREDITATION
from standfirst.certification.office import Office
from standfirst.certification.signers import Signers, signed_with
from standfirst.log.asking import ask
from standfirst.log.flaws import WitnessRejected
from standfirst.log.tiled import CHECKPOINT, TiledLog
from standfirst.log.witness import LogWitness
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.problems import Unusable, problem
from standfirst.trust import bundle
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.digests import Domain
from standfirst.trust.envelope import Envelope, opened, seal
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import PrivateKey
from standfirst.trust.merkle import leaf_hash
from standfirst.trust.note import Note, NoteSignature
from standfirst.trust.status import About, Chain, Event, Logged, Reference, chained

ACCREDITATION_BODY: Final = "accreditation-body"
CERTIFICATION_BODY: Final = "certification-body"
LOG: Final = "log"
WITNESSES: Final = "witnesses"
BUNDLE: Final = "certificate.bundle"

Keys = Sequence[PrivateKey]


@dataclass(frozen=True, slots=True)
class Published:
    """``refused``: the witnesses that did not cosign, and why."""

    bundle: bytes
    log_size: int
    cosigned: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshotted:
    """A signed snapshot, and where its digest stands in the log."""

    envelope: Envelope
    index: int


class StatusLog:
    """The log of a folder, open for writing, and what it says about each subject."""

    def __init__(self, folder: Path, signers: Signers) -> None:
        """Makes the log where nobody has seen one yet.

        Raises :class:`Unusable` where witnesses have seen a log that is gone or was larger: continued, it would be another
        history under the same name. Raises a ``Rejected`` of ``log`` or ``trust`` for a log that is damaged or in use.
        """
        path = folder / LOG
        begun = (path / CHECKPOINT).exists()
        self.folder, self.signers = folder, signers
        self._events: dict[str, list[Logged]] = {}
        self._read = 0
        if not begun and (folder / WITNESSES).exists():
            raise Unusable([problem(str(path), "publication.log-gone")])
        enter = TiledLog.open if begun else TiledLog.create
        self.log = enter(path, signers.origin, signers.log)
        try:
            self._require_not_behind()
        except BaseException:
            self.log.close()
            raise

    def _require_not_behind(self) -> None:
        for name in self.signers.witnesses:
            with suppress(
                WitnessRejected, OSError
            ):  # one whose state is damaged says so when it is asked to cosign
                seen = self._witness(name).seen(self.log.origin)
                if seen is not None and seen.checkpoint.size > self.log.size:
                    place, code = str(self.folder / LOG), "publication.log-behind"
                    size, known = self.log.size, seen.checkpoint.size
                    raise Unusable([problem(place, code, size=size, seen=known, witness=name)])

    def _witness(self, name: str) -> LogWitness:
        return LogWitness(self.folder / WITNESSES / name, name, self.signers.witnesses[name], [self.log.key])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.log.close()

    def events(self) -> Mapping[str, list[Logged]]:
        """Every status event that one of the two bodies signed, by subject, in the order of the log.

        Each entry is read, and its signatures verified, once in the life of this object.
        """
        for index in range(self._read, self.log.size):
            data = self.log.entry(index)
            if (event := self._event(data)) is not None:
                self._events.setdefault(event.subject, []).append(Logged(event, index, leaf_hash(data).hex()))
        self._read = self.log.size
        return self._events

    def _event(self, leaf: bytes) -> Event | None:
        """None for what others have put into the log, and for what is no event."""
        for keys in (self.signers.certification_body, self.signers.accreditation_body):
            with suppress(Rejected):
                envelope = Envelope.read(parse_canonical(leaf), where="leaf")
                required = frozenset(key.algorithm for key in keys)
                publics = [key.public for key in keys]
                return Event.read(opened(envelope, publics, required=required, domain=Domain.STATUS_EVENT))
        return None

    def record(self, workspace: Workspace, kind: str, issuer: str, keys: Keys) -> None:
        """Log whatever has happened to the records of a kind and is not in the log yet."""
        known = self.events()
        for record in issued(workspace, kind):
            subject = digest_of(workspace, record)
            logged = list(known.get(subject, ()))
            for sequence, happened in enumerate(history(workspace, record)):
                if sequence < len(logged):
                    continue
                payload = event_payload(
                    happened,
                    log=self.log.origin,
                    issuer=issuer,
                    about=ABOUT[kind],
                    subject=subject,
                    sequence=sequence,
                    previous=logged[-1].leaf if logged else None,
                    signed_with=signed_with(keys),
                )
                data = canonical_bytes(seal(Domain.STATUS_EVENT, payload, keys).as_json())
                (index,) = self.log.append([data])
                logged.append(Logged(Event.read(payload), index, leaf_hash(data).hex()))

    def snapshot(self, about: About, issuer: str, keys: Keys, *, size: int, now: datetime) -> Snapshotted:
        """Sign what the log says about all of an issuer's subjects at ``size``, and leave its digest in the log."""
        chains = self.chains(about, issuer)
        payload = snapshot_payload(
            {subject: (chain.states[-1], chain.entries[-1].leaf) for subject, chain in chains.items()},
            log=self.log.origin,
            log_size=size,
            issuer=issuer,
            about=about,
            as_of=now,
            signed_with=signed_with(keys),
        )
        envelope = seal(Domain.STATUS_SNAPSHOT, payload, keys)
        (index,) = self.log.append([Reference(issuer, envelope.digest).leaf])
        return Snapshotted(envelope, index)

    def chains(self, about: About, issuer: str) -> Mapping[str, Chain]:
        """Raises StatusRejected where the log holds what is no history."""
        return {
            subject: chained(entries, log=self.log.origin, issuer=issuer, about=about, subject=subject)
            for subject, entries in self.events().items()
            if (entries[0].event.about, entries[0].event.issuer) == (about, issuer)
        }

    def witnessed(self, now: datetime) -> tuple[Note, Mapping[str, str]]:
        """Publish the whole log with the cosignatures that witnesses give; and by name, why the others did not.

        A witness that cannot does not stop the others: who needs it does not find it in the bundle.
        """
        given: list[NoteSignature] = []
        refused: dict[str, str] = {}
        for name in self.signers.witnesses:
            try:
                answer = ask(self._witness(name), self.log, now=int(now.timestamp()))
            except (WitnessRejected, OSError) as error:
                refused[name] = str(error)
                continue
            if answer.cosignature is not None:
                given.append(answer.cosignature)
            else:
                refused[name] = str(answer.reason)
        return self.log.publish(given), refused

    def leaf(self, index: int, size: int) -> bundle.Leaf:
        return bundle.Leaf(index, self.log.entry(index), tuple(self.log.inclusion(index, size)))


def publish(folder: Path, signers: Signers, *, now: datetime, number: str = "") -> Published:
    """Log what is new, snapshot both bodies, have the log witnessed, and build the bundle of one certificate.

    ``number`` is the certificate's, as CRT-0001; none where there is only one. Raises :class:`Unusable` where there is no
    such certificate, or the folder holds no such bodies.
    """
    with StatusLog(folder, signers) as status_log:
        return publish_with(status_log, now=now, number=number)


def publish_with(status_log: StatusLog, *, now: datetime, number: str = "") -> Published:
    """As :func:`publish`, with a log that is open already."""
    folder, signers = status_log.folder, status_log.signers
    clock: Callable[[], datetime] = lambda: now  # noqa: E731 - a clock that stands still
    accreditor = _office(folder / ACCREDITATION_BODY, clock)
    certifier = _office(folder / CERTIFICATION_BODY, clock)
    certificate = certificate_of(certifier, number)
    accreditation_id = _issuer(accreditor, "accreditation_body", ACCREDITATION)
    body_id = _issuer(certifier, "body", HELD_ACCREDITATION)
    status_log.record(accreditor.store, ACCREDITATION, accreditation_id, signers.accreditation_body)
    status_log.record(certifier.store, CERTIFICATE, body_id, signers.certification_body)
    size = status_log.log.size
    certificates = status_log.snapshot(
        About.CERTIFICATE, body_id, signers.certification_body, size=size, now=now
    )
    accreditations = status_log.snapshot(
        About.ACCREDITATION, accreditation_id, signers.accreditation_body, size=size, now=now
    )
    note, refused = status_log.witnessed(now)
    data = _bundle(status_log, certifier, certificate, (certificates, accreditations), note)
    accreditor.show()
    certifier.show()
    cosigned = tuple(name for name in signers.witnesses if name not in refused)
    return Published(data, status_log.log.size, cosigned, refused)


def _bundle(
    status_log: StatusLog,
    certifier: Office,
    certificate: Record,
    snapshots: tuple[Snapshotted, Snapshotted],
    note: Note,
) -> bytes:
    held = certifier.record(certificate.current.content.links["under"][0])
    signed, accreditation = (envelope_of(certifier, one) for one in (certificate, held))
    events = status_log.events()
    indices = [entry.index for one in (signed, accreditation) for entry in events[one.digest]]
    indices += [snapshot.index for snapshot in snapshots]
    return bundle.build(
        certificate=signed,
        accreditation=accreditation,
        certificate_snapshot=snapshots[0].envelope,
        accreditation_snapshot=snapshots[1].envelope,
        checkpoint=note.format(),
        leaves=[status_log.leaf(index, status_log.log.size) for index in indices],
    )


def certificate_of(office: Office, number: str) -> Record:
    """Raises :class:`Unusable` where it is not there, or several are and none is named."""
    found = {record.number: record for record in issued(office.store, CERTIFICATE)}
    if number in found:
        return found[number]
    if not number and len(found) == 1:
        return next(iter(found.values()))
    raise Unusable([problem(str(office.path), "certificate.which", asked=number, known=tuple(found))])


def envelope_of(office: Office, record: Record) -> Envelope:
    """The signed document that a record is about. Raises :class:`Unusable` where its file is not what was recorded."""
    body = office.body(record.id)
    files = [str(one["file"]) for one in body["attachments"]]
    for file in files:
        with suppress(Rejected, OSError):
            envelope = Envelope.read(parse_canonical(office.kept(file)), where=file)
            if envelope.digest == body["digest"]:
                return envelope
    raise Unusable([problem(files[0], "evidence.changed", field=record.number, file=files[0])])


def _issuer(office: Office, party: str, kind: str) -> str:
    """The body whose office it is, by its id, from the accreditation that it gives or holds."""
    for record in office.store.records(kinds=(kind,)).values():
        return str(office.body(record.id)[party]["id"])
    raise Unusable([problem(str(office.path), "certificate.no-body", kind=kind)])


def _office(path: Path, clock: Callable[[], datetime]) -> Office:
    if not path.is_dir():
        raise Unusable([problem(str(path), "package.no-such-path")])
    return Office(path, clock=clock)
