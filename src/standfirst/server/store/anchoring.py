"""Anchoring: signed heads in a public log, so that a ledger that was cut short or replaced by an old backup shows.

    <folder>            the log, for anybody to read (``log.tiled``); one for all organisations of an installation
    <folder>.keyring    the log's key, beside it and not in it
    <folder>.vkey       its public key: a log with this file was begun, and is never begun again

An entry is the head's whole note, since only what the organisation itself signed proves anything about its ledger. A
reader learns that there is a ledger of that random name, how many entries it had when, and a root that tells nothing of
them. Entries are told apart by their hash, so that a head that is appended again stands where it stood.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final
from uuid import UUID

from standfirst.certification.keyring import MODE, Keyring
from standfirst.log.flaws import LogFlaw, LogRejected
from standfirst.log.folder import Folder
from standfirst.log.monitor import audit
from standfirst.log.published import PublishedLog
from standfirst.log.tiled import CHECKPOINT, TiledLog
from standfirst.server.store.ledger_keys import put_file
from standfirst.server.store.models import Anchor
from standfirst.server.store.turn import turn
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey
from standfirst.trust.keys import Algorithm
from standfirst.trust.note import Note, NoteRejected

OWNER: Final = "anchors"
PUBLIC: Final = 0o644


class AnchorLog:
    """The log of one installation's heads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def key(self) -> NoteKey | None:
        """The log's public key, as it stands beside it; None before the first head. Raises CosignatureRejected."""
        try:
            return NoteKey.read(self._beside("vkey").read_text("utf-8").strip())
        except FileNotFoundError:
            return None

    def append(self, note: Note, *, host: str) -> tuple[str, int]:
        """The log's origin and the note's index in it, published. Waits for whoever else is writing.

        Begins the log where there never was one. Raises LogRejected, and NOT_A_LOG where there was one.
        """
        with self._alone(), self._opened(host) as log:
            (index,) = log.append([note.format()])
            if log.published.size < log.size:
                log.publish()
            if self.key is None:
                put_file(self._beside("vkey"), f"{log.key.vkey}\n".encode(), mode=PUBLIC)
            return log.origin, index

    def _opened(self, host: str) -> TiledLog:
        public = self.key
        origin = f"{host}/{OWNER}" if public is None else public.name
        private = self._keyring().keys[0]
        if (self.folder / CHECKPOINT).exists():
            return TiledLog.open(self.folder, origin, private)
        if public is not None:  # with the same key a second log would be a second history
            raise LogRejected(LogFlaw.NOT_A_LOG, {"folder": str(self.folder)})
        return TiledLog.create(self.folder, origin, private)

    def _keyring(self) -> Keyring:
        path = self._beside("keyring")
        if not path.exists():
            put_file(path, Keyring.generate(OWNER, (Algorithm.ED25519,)).to_bytes(), mode=MODE)
        return Keyring.from_bytes(path.read_bytes())

    def _beside(self, ending: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{ending}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The log itself refuses a second writer; here they queue."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._beside("lock").open("ab") as lock:
            flock(lock, LOCK_EX)
            yield


def anchor(organisation: UUID, note: Note, log: AnchorLog, *, host: str) -> None:
    """Appends a signed head, and notes where it stands. Harmless when repeated."""
    origin, index = log.append(note, host=host)
    size = Checkpoint.parse(note.text).size
    with turn():
        Anchor.objects.bulk_create(
            [Anchor(organisation_id=organisation, size=size, origin=origin, index=index)],
            ignore_conflicts=True,
        )


def anchored(folder: Path, key: NoteKey, origin: str) -> Iterator[tuple[int, Note]]:
    """The heads of one ledger in a copy of a log, which is audited before, in the order in which they were logged.

    Raises LogFault, TileRejected, LogRejected and CosignatureRejected for a log that is damaged or another's.
    """
    fetch = Folder(folder).fetch
    audit(fetch, key)
    published = PublishedLog(fetch, key)
    beginning = f"{origin}\n".encode()
    for index in range(published.checkpoint.size):
        entry = published.entry(index)
        if entry.startswith(beginning):
            try:
                yield index, Note.parse(entry)
            except NoteRejected:
                continue  # the log takes what it is given; this is no head
