"""The keys that sign the heads of ledgers: files apart from the database, so that who can write there cannot sign.

    <organisation>.keyring   the seeds; whoever can read them can sign
    <organisation>.keys      the public keys, and for which sizes of the ledger each pair signs: what verifiers are given
    <organisation>.head      the head that was signed last: no history is signed that does not continue it
    <organisation>.heads     every head that was signed, a line each: so nobody can take one away in the tables
    <organisation>.lock      held while a head is signed or keys change

Heads carry two signatures, Ed25519 for today and ML-DSA-44 for the time after quantum computers, and both have to verify.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fcntl import LOCK_EX, flock
from pathlib import Path
from secrets import token_hex
from typing import Final
from uuid import UUID

from standfirst.certification.keyring import MODE, Keyring
from standfirst.log.folder import sync
from standfirst.records.ledger import Head
from standfirst.trust.canonical import JsonValue, NotCanonical, canonical_bytes, parse_canonical
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import NoteKey, NoteSigner, NoteType, verify_log
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm
from standfirst.trust.members import Members
from standfirst.trust.merkle import MAX_SIZE
from standfirst.trust.note import Note

FORM: Final = "standfirst-ledger-keys/1"

TYPES: Final = {
    Algorithm.ED25519: NoteType.ED25519,
    Algorithm.ML_DSA_44: NoteType.ML_DSA_44_COSIGNATURE,
}
"""What a head is signed with, and as which type of note signature."""


class LedgerKeysFlaw(StrEnum):
    NOT_CANONICAL = "ledger-keys.not-canonical"
    NOT_THESE_TYPES = "ledger-keys.not-these-types"
    PERIODS = "ledger-keys.periods"


class LedgerKeysRejected(Rejected):
    """The file does not say with which keys an organisation signs its ledger's heads."""


@dataclass(frozen=True, slots=True)
class Period:
    """The keys that sign heads of ``first`` entries and more, until the next period."""

    first: int
    keys: tuple[NoteKey, ...]

    def __post_init__(self) -> None:
        if [key.type for key in self.keys] != list(TYPES.values()):
            raise LedgerKeysRejected(LedgerKeysFlaw.NOT_THESE_TYPES)


@dataclass(frozen=True, slots=True)
class LedgerKeys:
    """The public keys of one organisation's ledger, under one name: its origin."""

    origin: str
    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        firsts = [period.first for period in self.periods]
        named = {key.name for period in self.periods for key in period.keys}
        if firsts[:1] != [0] or sorted(set(firsts)) != firsts or named != {self.origin}:
            raise LedgerKeysRejected(LedgerKeysFlaw.PERIODS)

    def at(self, size: int) -> tuple[NoteKey, ...]:
        return next(period.keys for period in reversed(self.periods) if period.first <= size)

    def verify(self, note: Note) -> Checkpoint:
        """What both keys of its time signed. Raises CosignatureRejected and CheckpointRejected."""
        # The cosignature of ML-DSA-44 does not cover extension lines.
        checkpoint = Checkpoint.parse(note.text).plain()
        for key in self.at(checkpoint.size):
            verify_log(note, key)
        return checkpoint

    def to_bytes(self) -> bytes:
        periods: list[JsonValue] = [
            {"first": period.first, "keys": [key.vkey for key in period.keys]} for period in self.periods
        ]
        return canonical_bytes({"form": FORM, "origin": self.origin, "periods": periods}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "LedgerKeys":
        """Raises LedgerKeysRejected, DocumentRejected and CosignatureRejected."""
        try:
            value = parse_canonical(data.removesuffix(b"\n"))
        except NotCanonical as found:
            raise LedgerKeysRejected(LedgerKeysFlaw.NOT_CANONICAL, {"flaw": found.code.value}) from None
        members = Members(value, "ledger-keys", "form", "origin", "periods")
        members.form(FORM)
        periods = members.children("periods", "first", "keys", least=1, most=1000)
        return cls(members.string("origin"), tuple(_period(each) for each in periods))


def _period(members: Members) -> Period:
    keys = members.items("keys", least=len(TYPES), most=len(TYPES))
    if not all(isinstance(key, str) for key in keys):
        raise LedgerKeysRejected(LedgerKeysFlaw.NOT_THESE_TYPES)
    first = members.integer("first", 0, MAX_SIZE)
    return Period(first, tuple(NoteKey.read(str(key)) for key in keys))


def signers(keyring: Keyring, origin: str) -> tuple[NoteSigner, ...]:
    """In the order of ``TYPES``."""
    by_algorithm = {key.algorithm: key for key in keyring.keys}
    return tuple(NoteSigner(origin, by_algorithm[algorithm], kind) for algorithm, kind in TYPES.items())


class KeyFolder:
    """The keys of every organisation on this installation. Nobody but its owner may look into the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def alone(self, organisation: UUID) -> Iterator[None]:
        """Waits until nobody else signs for this organisation or changes its keys, thread or process."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / f"{organisation}.lock").open("ab") as lock:
            flock(lock, LOCK_EX)
            yield

    def public(self, organisation: UUID) -> LedgerKeys | None:
        """None where no keys were made. Raises what ``LedgerKeys.from_bytes`` raises."""
        data = self._read(organisation, "keys")
        return None if data is None else LedgerKeys.from_bytes(data)

    def create(self, organisation: UUID, origin: str) -> LedgerKeys:
        """Fresh keys where there are none; those that are there, else. For the one who is ``alone``."""
        if (known := self.public(organisation)) is not None:
            return known
        # A keyring without its public keys: somebody was killed in between, and has signed nothing.
        keyring = self._fresh(organisation, "keyring")
        made = LedgerKeys(origin, (Period(0, tuple(signer.key for signer in signers(keyring, origin))),))
        self._put(organisation, "keys", made.to_bytes())
        return made

    def signers(self, organisation: UUID, origin: str) -> tuple[NoteSigner, ...]:
        """Raises FileNotFoundError where the keyring is gone, and what ``Keyring.from_bytes`` raises."""
        return signers(Keyring.from_bytes(self._path(organisation, "keyring").read_bytes()), origin)

    def next_keys(self, organisation: UUID, origin: str) -> tuple[NoteKey, ...]:
        """The keys that are to take over, the same ones until they have."""
        return tuple(signer.key for signer in signers(self._fresh(organisation, "next"), origin))

    def change(self, organisation: UUID, first: int) -> LedgerKeys:
        """From ``first`` entries on the next keys sign. Harmless when repeated."""
        known = self.public(organisation)
        if known is None:
            raise FileNotFoundError(self._path(organisation, "keys"))
        keys = self.next_keys(organisation, known.origin)
        if known.periods[-1].keys != keys:
            known = LedgerKeys(known.origin, (*known.periods, Period(first, keys)))
            self._put(organisation, "keys", known.to_bytes())
        self._path(organisation, "next").replace(self._path(organisation, "keyring"))
        sync(self.root)
        return known

    def last(self, organisation: UUID) -> Note | None:
        """The head that was signed last. Raises NoteRejected."""
        data = self._read(organisation, "head")
        return None if data is None else Note.parse(data)

    def heads(self, organisation: UUID) -> list[Head]:
        """Every head that was signed, in their order."""
        lines = (
            (self._read(organisation, "heads") or b"").decode("ascii").split("\n")[:-1]
        )  # the last is cut short, or empty
        return [Head(int(size), root) for size, _, root in (line.partition(":") for line in lines)]

    def keep(self, organisation: UUID, note: Note) -> None:
        """A head that was just signed, durably. Harmless when repeated."""
        self._put(organisation, "head", note.format())
        checkpoint = Checkpoint.parse(note.text)
        append_line(self._path(organisation, "heads"), str(Head(checkpoint.size, checkpoint.root.hex())))

    def _fresh(self, organisation: UUID, name: str) -> Keyring:
        """The keyring of this name, made where it is not there."""
        data = self._read(organisation, name)
        if data is not None:
            return Keyring.from_bytes(data)
        made = Keyring.generate(str(organisation), TYPES)
        self._put(organisation, name, made.to_bytes())
        return made

    def _path(self, organisation: UUID, name: str) -> Path:
        return self.root / f"{organisation}.{name}"

    def _read(self, organisation: UUID, name: str) -> bytes | None:
        try:
            return self._path(organisation, name).read_bytes()
        except FileNotFoundError:
            return None

    def _put(self, organisation: UUID, name: str, data: bytes) -> None:
        put_file(self._path(organisation, name), data, mode=MODE)


def append_line(path: Path, line: str) -> None:
    """Durable when this returns. A last line that a killed process cut short is replaced; the same line is not repeated."""
    longest = 200
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE), "r+b") as file:
        start = max(0, file.seek(0, os.SEEK_END) - longest)
        file.seek(start)
        *whole, cut = file.read().split(b"\n")
        if whole[-1:] == [line.encode()] and not cut:
            return
        file.seek(-len(cut), os.SEEK_END)
        file.truncate()
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def put_file(path: Path, data: bytes, *, mode: int) -> None:
    """There as a whole or not at all, durable when this returns, and never with other permissions. Raises OSError."""
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)
