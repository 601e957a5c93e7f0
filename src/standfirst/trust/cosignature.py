"""Who signs checkpoints: logs, and witnesses that saw the log only grow.

C2SP signed-note v1.0.0 for plain Ed25519 (type 0x01), and C2SP tlog-cosignature v1.1.0-rc.1 (github.com/C2SP/C2SP
at 01194db) for timestamped cosignatures with Ed25519 (0x04) and ML-DSA-44 (0x06). Of the latter only what a
checkpoint can say: the subtree from leaf 0 to the size of the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Final

from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, KeyRejected, PrivateKey, PublicKey, SignatureFailed
from standfirst.trust.note import KEY_ID_SIZE, Note, NoteRejected, NoteSignature, check_name, key_id
from standfirst.trust.spelling import MAX_NUMBER, Misspelt, base64_text, read_base64, read_hex

MAX_TIMESTAMP: Final = MAX_NUMBER
"""Latest time of a cosignature, in seconds since 1970-01-01T00:00:00Z."""

MAX_NAME: Final = 255
"""Most bytes in the name of a key: as many as the message of an ML-DSA-44 cosignature has room for."""

_TIMESTAMP_SIZE: Final = 8
_SUBTREE: Final = b"subtree/v1\n\x00"


class NoteType(IntEnum):
    """Signature types: the byte that key ids and written keys hold (signed-note, Signature types)."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44_COSIGNATURE = 0x06

    @property
    def algorithm(self) -> Algorithm:
        return _ALGORITHMS[self]

    @property
    def cosigns(self) -> bool:
        """Whether its signatures carry a time, as those of witnesses have to."""
        return self is not NoteType.ED25519


_ALGORITHMS: Final = {
    NoteType.ED25519: Algorithm.ED25519,
    NoteType.ED25519_COSIGNATURE: Algorithm.ED25519,
    NoteType.ML_DSA_44_COSIGNATURE: Algorithm.ML_DSA_44,
}

LOG_TYPES: Final = frozenset((NoteType.ED25519, NoteType.ML_DSA_44_COSIGNATURE))
"""What a log may sign its checkpoints with (tlog-checkpoint, Signatures)."""


class CosignatureFlaw(StrEnum):
    """Why a written key is none, or a note is not signed as it has to be."""

    KEY_TEXT = "cosignature.key-text"
    KEY_ID = "cosignature.key-id"
    NAME_TOO_LONG = "cosignature.name-too-long"
    KEY_TYPE = "cosignature.key-type"
    KEY_CLASH = "cosignature.key-clash"
    KEY_SHARED = "cosignature.key-shared"
    OTHER_ORIGIN = "cosignature.other-origin"
    LOG_SIGNATURE_MISSING = "cosignature.log-signature-missing"
    SIGNATURE_SIZE = "cosignature.signature-size"
    SIGNATURE_FAILED = "cosignature.signature-failed"
    TIMESTAMP = "cosignature.timestamp"


class CosignatureRejected(Rejected):
    """Parameter `name` is that of the key."""


@dataclass(frozen=True)
class NoteKey:
    """A key under the name that it signs notes with, for one type of signature.

    Raises `NoteRejected` for a name that no signature line can hold, and `CosignatureRejected` for one of more
    than 255 bytes and where the key is not of the type's algorithm.
    """

    name: str
    type: NoteType
    public: PublicKey

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.name.encode("utf-8")) > MAX_NAME:
            raise CosignatureRejected(CosignatureFlaw.NAME_TOO_LONG)
        if self.public.algorithm is not self.type.algorithm:
            raise CosignatureRejected(CosignatureFlaw.KEY_TYPE, {"name": self.name})

    @cached_property
    def key_id(self) -> bytes:
        return key_id(self.name, self.type, self.public.raw)

    @property
    def vkey(self) -> str:
        """The key as it is written in policies (signed-note, verifier keys)."""
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes((self.type,)) + self.public.raw)}"

    @classmethod
    def read(cls, vkey: str) -> "NoteKey":
        """The key that `vkey` is, exactly: `NoteKey.read(vkey).vkey == vkey`. Raises `CosignatureRejected`.

        The key id has to be the one that name, type and key give.
        """
        name, _, rest = vkey.partition("+")  # only the base64 at the end may hold a plus
        id_text, _, material_text = rest.partition("+")
        try:
            written_id, material = read_hex(id_text), read_base64(material_text)
            check_name(name)
        except (Misspelt, NoteRejected):
            raise CosignatureRejected(CosignatureFlaw.KEY_TEXT) from None
        if len(written_id) != KEY_ID_SIZE or not material:
            raise CosignatureRejected(CosignatureFlaw.KEY_TEXT, {"name": name})
        key = cls(name, _type(material[0], name), _public(material, name))
        if key.key_id != written_id:
            raise CosignatureRejected(CosignatureFlaw.KEY_ID, {"name": name})
        return key


def _type(byte: int, name: str) -> NoteType:
    try:
        return NoteType(byte)
    except ValueError:
        raise CosignatureRejected(CosignatureFlaw.KEY_TYPE, {"name": name}) from None


def _public(material: bytes, name: str) -> PublicKey:
    try:
        return PublicKey(_type(material[0], name).algorithm, material[1:])
    except KeyRejected:
        raise CosignatureRejected(CosignatureFlaw.KEY_TEXT, {"name": name}) from None


class NoteSigner:
    """A private key under the name that it signs notes with, for one type of signature."""

    __slots__ = ("_private", "key")

    def __init__(self, name: str, private: PrivateKey, type: NoteType) -> None:  # noqa: A002 - the specification's word
        """Raises what `NoteKey` raises."""
        self.key = NoteKey(name, type, private.public)
        self._private = private

    def sign_log(self, checkpoint: Checkpoint) -> NoteSignature:
        """A log's own signature over its checkpoint, without a time: for keys of type 0x01 (else ValueError).

        A log's key of type 0x06 signs with `cosign`.
        """
        if self.key.type.cosigns:
            raise ValueError("this key signs with a time: call cosign")
        return self._line(self._private.sign(checkpoint.text.encode("utf-8")))

    def cosign(self, checkpoint: Checkpoint, timestamp: int) -> NoteSignature:
        """The statement that at `timestamp` (seconds since 1970) no larger consistent tree had been seen.

        For keys of types 0x04 and 0x06 (else ValueError). Raises `CosignatureRejected` for other times.
        """
        if not self.key.type.cosigns:
            raise ValueError("this key signs without a time: call sign_log")
        if not 0 <= timestamp <= MAX_TIMESTAMP:
            raise CosignatureRejected(CosignatureFlaw.TIMESTAMP, {"name": self.key.name})
        signature = self._private.sign(cosigned_message(self.key, checkpoint, timestamp))
        return self._line(_uint64(timestamp) + signature)

    def _line(self, value: bytes) -> NoteSignature:
        return NoteSignature(self.key.name, self.key.key_id, value)


def cosigned_message(key: NoteKey, checkpoint: Checkpoint, timestamp: int) -> bytes:
    """The bytes that a cosignature by `key` is over.

    Ed25519 commits to the whole text and not to the cosigner's name; ML-DSA-44 commits to the name, and of the
    text to its first three lines only.
    """
    if key.type is NoteType.ML_DSA_44_COSIGNATURE:
        # ML-DSA-44 signed message: start is 0 and end the size, as for every checkpoint.
        return b"".join(
            (
                _SUBTREE,
                _opaque(key.name),
                _uint64(timestamp),
                _opaque(checkpoint.origin),
                _uint64(0),
                _uint64(checkpoint.size),
                checkpoint.root,
            )
        )
    # Ed25519 signed message.
    return f"cosignature/v1\ntime {timestamp}\n{checkpoint.text}".encode()


def _opaque(text: str) -> bytes:
    """RFC 8446, 3.4: `opaque<1..2^8-1>`. Names and origins are held to 255 bytes where they are made."""
    encoded = text.encode("utf-8")
    return bytes((len(encoded),)) + encoded


def _uint64(number: int) -> bytes:
    return number.to_bytes(8, "big")


# --- verifying ---


def verify_log(note: Note, key: NoteKey) -> Checkpoint:
    """The checkpoint that the log of `key` signed. Other keys' lines are not looked at.

    Raises `CosignatureRejected` where the origin is not the key's name (tlog-policy, Defining a log), no line is by
    the key, or a line by it does not verify; `CheckpointRejected` where the text is no checkpoint. A key of type
    0x04 is a ValueError: it is no log's.
    """
    if key.type not in LOG_TYPES:
        raise ValueError("not a type of key that logs sign with")
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != key.name:
        raise CosignatureRejected(CosignatureFlaw.OTHER_ORIGIN, {"name": key.name})
    if not _verified(note, checkpoint, key):
        raise CosignatureRejected(CosignatureFlaw.LOG_SIGNATURE_MISSING, {"name": key.name})
    return checkpoint


def cosignatures(note: Note, keys: Iterable[NoteKey]) -> Mapping[NoteKey, int]:
    """Which of the witnesses `keys` cosigned, and when: seconds since 1970, the latest where a key did so twice.

    Lines by other keys are ignored. Every line under the name and key id of a known key has to verify: one that
    does not makes the whole note invalid (signed-note, Signatures). Raises `CosignatureRejected`; also for keys
    that cannot be told apart, because two share name and key id, or one Ed25519 key has two names, which the
    message does not commit to. Raises `CheckpointRejected` where the text is no checkpoint.
    """
    known = list(dict.fromkeys(keys))
    refuse_ambiguous(known)
    checkpoint = Checkpoint.parse(note.text)
    times = {key: _verified(note, checkpoint, key) for key in known}
    return {key: max(found) for key, found in times.items() if found}


def refuse_ambiguous(keys: Iterable[NoteKey]) -> None:
    """Raises `CosignatureRejected` where one signature line could be taken for two of these witnesses'.

    A key of type 0x01, whose signatures have no time, is a ValueError.
    """
    pointers: set[tuple[str, bytes]] = set()
    publics: set[PublicKey] = set()
    for key in keys:
        if not key.type.cosigns:
            raise ValueError("not a type of key that witnesses sign with")
        if (key.name, key.key_id) in pointers:
            raise CosignatureRejected(CosignatureFlaw.KEY_CLASH, {"name": key.name})
        if key.public in publics:
            raise CosignatureRejected(CosignatureFlaw.KEY_SHARED, {"name": key.name})
        pointers.add((key.name, key.key_id))
        publics.add(key.public)


def _verified(note: Note, checkpoint: Checkpoint, key: NoteKey) -> list[int]:
    """The time of every line by `key`, all verified; 0 for a type of signature that has no time."""
    own = key.key_id
    return [
        _verify(signature, checkpoint, key)
        for signature in note.signatures
        if signature.name == key.name and signature.key_id == own
    ]


def _verify(signature: NoteSignature, checkpoint: Checkpoint, key: NoteKey) -> int:
    prefix = _TIMESTAMP_SIZE if key.type.cosigns else 0
    if len(signature.value) != prefix + key.public.algorithm.signature_size:
        raise CosignatureRejected(CosignatureFlaw.SIGNATURE_SIZE, {"name": key.name})
    timestamp = int.from_bytes(signature.value[:prefix], "big")
    if timestamp > MAX_TIMESTAMP:
        raise CosignatureRejected(CosignatureFlaw.TIMESTAMP, {"name": key.name})
    if key.type.cosigns:
        message = cosigned_message(key, checkpoint, timestamp)
    else:
        message = checkpoint.text.encode("utf-8")
    try:
        key.public.verify(signature.value[prefix:], message)
    except SignatureFailed:
        raise CosignatureRejected(CosignatureFlaw.SIGNATURE_FAILED, {"name": key.name}) from None
    return timestamp
