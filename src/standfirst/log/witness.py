"""A log witness on a folder: it cosigns the checkpoints of logs that it saw only grow (C2SP tlog-witness v1.0.0).

For every origin the folder holds the latest checkpoint that was cosigned, with the log's signatures and the
witness's own. It is replaced, durably, before the cosignature is given away, and read, checked and replaced under one
lock: two requests at once cannot take each other's growth back. What the folder cannot know is that somebody put an
older copy of it back; then the witness cosigns a second history in good faith, and `guilt` convicts it.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from standfirst.log.add_checkpoint import Answer, Request, RequestRejected, Status
from standfirst.log.flaws import WitnessFlaw, WitnessRejected
from standfirst.log.folder import Folder
from standfirst.log.guilt import Guilt, guilt
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import (
    LOG_TYPES,
    CosignatureRejected,
    NoteKey,
    NoteSigner,
    NoteType,
    cosignatures,
    verify_log,
)
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import PrivateKey
from standfirst.trust.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_PROOF,
    ConsistencyFailed,
    Proof,
    verify_consistency,
)
from standfirst.trust.note import Note

SUFFIX: Final = ".checkpoint"


class Seen(NamedTuple):
    """The latest checkpoint that was cosigned, and when: seconds since 1970."""

    note: Note
    checkpoint: Checkpoint
    timestamp: int


class LogWitness:
    """One key, any number of logs. Several processes may serve the same folder."""

    def __init__(
        self,
        path: Path,
        name: str,
        key: PrivateKey,
        logs: Iterable[NoteKey],
        *,
        type: NoteType = NoteType.ML_DSA_44_COSIGNATURE,  # noqa: A002 - the specification's word
    ) -> None:
        """`logs` are the keys trusted for the origin that each is named after; an origin may have several.

        Raises what `NoteKey` raises, ValueError for a log's key of another type, OSError where the folder cannot
        be made.
        """
        self._signer = NoteSigner(name, key, type)
        self._logs: dict[str, list[NoteKey]] = {}
        for log in logs:
            if log.type not in LOG_TYPES:
                raise ValueError("not a type of key that logs sign with")
            self._logs.setdefault(log.name, []).append(log)
        self._folder = Folder(path)
        self._folder.make()

    @property
    def key(self) -> NoteKey:
        return self._signer.key

    def seen(self, origin: str) -> Seen | None:
        """The latest checkpoint of that log; None where none was cosigned. Raises `WitnessRejected` where it is damaged."""
        data = self._folder.fetch(_file_of(origin))
        if data is None:
            return None
        damaged = WitnessRejected(WitnessFlaw.STATE_DAMAGED, {"origin": origin, "path": _file_of(origin)})
        try:
            note = Note.parse(data)
            seen = Seen(note, Checkpoint.parse(note.text), cosignatures(note, [self.key])[self.key])
        except (Rejected, KeyError):
            raise damaged from None
        if seen.checkpoint.origin != origin:
            raise damaged
        return seen

    def answer(self, body: bytes, *, now: int) -> Answer:
        """The answer to the body of a request, as an HTTP door hands it in. Raises as `add_checkpoint`."""
        try:
            request = Request.parse(body)
        except RequestRejected as error:
            return _no(Status.MALFORMED, error)
        return self.add_checkpoint(request.old_size, request.proof, request.note, now=now)

    def add_checkpoint(self, old_size: int, proof: Proof, note: bytes, *, now: int) -> Answer:
        """Cosigns the checkpoint in `note` at `now` (seconds since 1970) if `proof` shows that the log only grew.

        `old_size` is that of the checkpoint the proof begins at; 0 with no proof where none was cosigned yet.
        Raises `WitnessRejected` where the witness's own state is damaged or its clock went back, and OSError where
        the state cannot be written: then nothing is given away.
        """
        asked = self._read(old_size, proof, note)
        if isinstance(asked, Answer):
            return asked
        with self._folder.alone():
            self._folder.clear_drafts()
            return self._cosign(asked, now)

    def _read(self, old_size: int, proof: Proof, note: bytes) -> "_Asked | Answer":
        """What can be judged without knowing what was cosigned before."""
        if len(proof) > MAX_PROOF:
            return _no(Status.MALFORMED, RequestRejected(WitnessFlaw.PROOF_TOO_LONG, {"limit": MAX_PROOF}))
        for line, value in enumerate(proof, 1):
            if len(value) != HASH_SIZE:
                return _no(Status.MALFORMED, RequestRejected(WitnessFlaw.PROOF_LINE, {"line": line}))
        try:
            parsed = Note.parse(note)
            checkpoint = Checkpoint.parse(parsed.text)
        except Rejected as error:
            return _no(Status.MALFORMED, error)
        if checkpoint.origin not in self._logs:
            return _no(Status.UNKNOWN_LOG, RequestRejected(WitnessFlaw.UNKNOWN_LOG))
        log = next((key for key in self._logs[checkpoint.origin] if _signed(parsed, key)), None)
        if log is None:
            return _no(Status.NOT_SIGNED, RequestRejected(WitnessFlaw.NOT_SIGNED_BY_LOG))
        if not 0 <= old_size <= checkpoint.size:
            sizes = {"old": old_size, "size": checkpoint.size}
            return _no(Status.MALFORMED, RequestRejected(WitnessFlaw.OLD_SIZE_TOO_LARGE, sizes))
        by_log = [line for line in parsed.signatures if (line.name, line.key_id) == (log.name, log.key_id)]
        return _Asked(old_size, proof, Note(parsed.text, tuple(by_log)), checkpoint, log)

    def _cosign(self, asked: "_Asked", now: int) -> Answer:
        """What has to happen while nobody else does it."""
        checkpoint = asked.checkpoint
        seen = self.seen(checkpoint.origin)
        size, root = (seen.checkpoint.size, seen.checkpoint.root) if seen else (0, EMPTY_ROOT)
        if asked.old_size != size:
            return _conflict(WitnessFlaw.OLD_SIZE_DIFFERS, size)
        # One size, two roots: tlog-witness wants 409 for it, whatever the proof.
        if size == checkpoint.size and root != checkpoint.root:
            convicted = (
                guilt(seen.note, asked.note, asked.log) if seen and _signed(seen.note, asked.log) else ()
            )
            return _conflict(WitnessFlaw.ROOT_DIFFERS, size, convicted)
        try:
            verify_consistency(
                first=size,
                first_root=root,
                second=checkpoint.size,
                second_root=checkpoint.root,
                proof=asked.proof,
            )
        except ConsistencyFailed as error:
            return _no(Status.NOT_PROVED, error)
        # Not in tlog-witness: a cosignature says "the largest so far", which an earlier time on a larger tree denies.
        if seen and now < seen.timestamp:
            raise WitnessRejected(WitnessFlaw.CLOCK_WENT_BACK, {"now": now, "latest": seen.timestamp})
        cosignature = self._signer.cosign(checkpoint, now)
        self._folder.put({_file_of(checkpoint.origin): asked.note.signed_by(cosignature).format()})
        return Answer(Status.OK, cosignature=cosignature)


class _Asked(NamedTuple):
    """A checkpoint that its log signed. Of the note's lines only the log's are left: others are anybody's."""

    old_size: int
    proof: Proof
    note: Note
    checkpoint: Checkpoint
    log: NoteKey


def _signed(note: Note, log: NoteKey) -> bool:
    try:
        verify_log(note, log)
    except CosignatureRejected:
        return False
    return True


def _file_of(origin: str) -> str:
    """Origins hold slashes and more; their digest is a name anywhere."""
    return f"{sha256(origin.encode('utf-8')).hexdigest()}{SUFFIX}"


def _conflict(reason: WitnessFlaw, size: int, convicted: Sequence[Guilt] = ()) -> Answer:
    return Answer(Status.CONFLICT, size=size, reason=reason, parameters=(("size", size),), guilt=convicted)


def _no(status: Status, error: Rejected) -> Answer:
    return Answer(status, reason=error.code, parameters=tuple(error.parameters.items()))
