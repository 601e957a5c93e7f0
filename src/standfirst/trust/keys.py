"""Keys and plain signatures: Ed25519 (RFC 8032) and ML-DSA (FIPS 204), both from a seed of 32 bytes.

Ed25519 is believed today, ML-DSA also after quantum computers; documents carry both. ML-DSA signatures here are
hedged: signing the same message twice gives two signatures, and both verify.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
    MLDSA65PrivateKey,
    MLDSA65PublicKey,
    MLDSA87PrivateKey,
    MLDSA87PublicKey,
)

from standfirst.trust.errors import Rejected

SEED_SIZE: Final = 32
"""Bytes in the seed of every key: RFC 8032, 5.1.5, and FIPS 204, algorithm 1 (xi)."""

MAX_CONTEXT: Final = 255
"""Most bytes in a context: FIPS 204, algorithms 2 and 3, step 1."""


class Algorithm(StrEnum):
    """What signs. The names are those of RFC 9864 and FIPS 204."""

    ED25519 = "Ed25519"
    ML_DSA_44 = "ML-DSA-44"
    ML_DSA_65 = "ML-DSA-65"
    ML_DSA_87 = "ML-DSA-87"

    @property
    def key_size(self) -> int:
        """Bytes in a public key."""
        return _SIZES[self][0]

    @property
    def signature_size(self) -> int:
        """Bytes in a signature."""
        return _SIZES[self][1]


_SIZES: Final[dict[Algorithm, tuple[int, int]]] = {
    Algorithm.ED25519: (32, 64),  # RFC 8032, 5.1.5 and 5.1.6
    Algorithm.ML_DSA_44: (1312, 2420),  # FIPS 204, table 2
    Algorithm.ML_DSA_65: (1952, 3309),
    Algorithm.ML_DSA_87: (2592, 4627),
}


class KeyFlaw(StrEnum):
    KEY_SIZE = "key.size"
    SEED_SIZE = "key.seed-size"
    WEAK = "key.weak"
    SIGNATURE = "key.signature-failed"


class KeyRejected(Rejected):
    """The bytes are not those of a key that can be trusted to belong to one signer."""


class SignatureFailed(Rejected):
    """The signature is not one of this key over this message in this context."""


@dataclass(frozen=True)
class PublicKey:
    """A key that verifies. Raises `KeyRejected` for a wrong number of bytes and for weak Ed25519 keys."""

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != self.algorithm.key_size:
            raise KeyRejected(KeyFlaw.KEY_SIZE, {"algorithm": self.algorithm.value, "size": len(self.raw)})
        if self.algorithm is Algorithm.ED25519:
            _refuse_weak(self.raw)

    @cached_property
    def id(self) -> str:
        """32 hexadecimal digits that name this key, its algorithm included."""
        named = b"standfirst/key/v1\x00" + self.algorithm.encode("ascii") + b"\x00" + self.raw
        return sha256(named).digest()[:16].hex()

    def verify(self, signature: bytes, message: bytes, *, context: bytes = b"") -> None:
        """Returns when `signature` is this key's over `message`. Raises `SignatureFailed` otherwise.

        `context` is FIPS 204's, at most 255 bytes; Ed25519 has none, so anything but empty is a ValueError.
        """
        _check_context(self.algorithm, context)
        try:
            if isinstance(self._loaded, Ed25519PublicKey):
                self._loaded.verify(signature, message)
            else:
                self._loaded.verify(signature, message, context)
        except InvalidSignature:
            raise SignatureFailed(
                KeyFlaw.SIGNATURE, {"algorithm": self.algorithm.value, "key": self.id}
            ) from None

    @cached_property
    def _loaded(self) -> "_Public":
        return _PUBLIC[self.algorithm].from_public_bytes(self.raw)


class PrivateKey:
    """A key that signs. Its seed is its whole secret, and shows in no representation."""

    __slots__ = ("_loaded", "algorithm", "public")

    def __init__(self, algorithm: Algorithm, loaded: "_Private") -> None:
        self.algorithm = algorithm
        self._loaded = loaded
        self.public = PublicKey(algorithm, loaded.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, algorithm: Algorithm) -> "PrivateKey":
        """A fresh key from the operating system's generator."""
        return cls(algorithm, _PRIVATE[algorithm].generate())

    @classmethod
    def from_seed(cls, algorithm: Algorithm, seed: bytes) -> "PrivateKey":
        """The one key of this seed. Raises `KeyRejected` unless it has 32 bytes."""
        if len(seed) != SEED_SIZE:
            raise KeyRejected(KeyFlaw.SEED_SIZE, {"size": len(seed)})
        if algorithm is Algorithm.ED25519:
            return cls(algorithm, Ed25519PrivateKey.from_private_bytes(seed))
        return cls(algorithm, _ML_DSA[algorithm].from_seed_bytes(seed))

    @property
    def seed(self) -> bytes:
        return self._loaded.private_bytes_raw()

    def sign(self, message: bytes, *, context: bytes = b"") -> bytes:
        """The signature over `message`; `context` as in `PublicKey.verify`."""
        _check_context(self.algorithm, context)
        if isinstance(self._loaded, Ed25519PrivateKey):
            return self._loaded.sign(message)
        return self._loaded.sign(message, context)

    def __repr__(self) -> str:
        return f"<PrivateKey {self.algorithm.value} {self.public.id}>"

    def __reduce__(self) -> str:
        raise TypeError("a private key is not pickled: pass its seed on purpose")


_Public: TypeAlias = Ed25519PublicKey | MLDSA44PublicKey | MLDSA65PublicKey | MLDSA87PublicKey
_MlDsa: TypeAlias = MLDSA44PrivateKey | MLDSA65PrivateKey | MLDSA87PrivateKey
_Private: TypeAlias = Ed25519PrivateKey | _MlDsa

_PUBLIC: Final[dict[Algorithm, type[_Public]]] = {
    Algorithm.ED25519: Ed25519PublicKey,
    Algorithm.ML_DSA_44: MLDSA44PublicKey,
    Algorithm.ML_DSA_65: MLDSA65PublicKey,
    Algorithm.ML_DSA_87: MLDSA87PublicKey,
}
_ML_DSA: Final[dict[Algorithm, type[_MlDsa]]] = {
    Algorithm.ML_DSA_44: MLDSA44PrivateKey,
    Algorithm.ML_DSA_65: MLDSA65PrivateKey,
    Algorithm.ML_DSA_87: MLDSA87PrivateKey,
}
_PRIVATE: Final[dict[Algorithm, type[_Private]]] = {Algorithm.ED25519: Ed25519PrivateKey, **_ML_DSA}


def _check_context(algorithm: Algorithm, context: bytes) -> None:
    if context and algorithm is Algorithm.ED25519:
        raise ValueError("Ed25519 signs without a context")
    if len(context) > MAX_CONTEXT:
        raise ValueError("a context has at most 255 bytes")


# --- weak Ed25519 keys ---

_FIELD: Final = 2**255 - 19

_SMALL_ORDER: Final = frozenset(
    (
        0,  # order 4
        1,  # order 1, the neutral element
        _FIELD - 1,  # order 2
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,  # order 8
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,  # order 8
    )
)
"""The y-coordinates of the eight points whose order divides the cofactor: under such a key some signatures verify
for many messages, so that its holder can later deny every one of them."""


def _refuse_weak(raw: bytes) -> None:
    """RFC 8032, 5.1.3 step 1: y is below the field's prime. Beyond the RFC: no points of small order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)  # the top bit is the sign of x
    if y >= _FIELD or y in _SMALL_ORDER:
        raise KeyRejected(KeyFlaw.WEAK, {"algorithm": Algorithm.ED25519.value})
