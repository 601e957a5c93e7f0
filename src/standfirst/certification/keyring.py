"""A body's own keys as one file: their seeds, so whoever can read it can sign. For doors to write, with mode 0600.

    {"form":"standfirst-keyring/1","keys":[{"algorithm":"Ed25519","seed":"..."},...],"owner":"cb.example.org"}

Canonical JSON and a line end. Nothing here reads or writes a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from standfirst.trust.canonical import JsonValue, NotCanonical, canonical_bytes, parse_canonical
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.members import BODY_ID, DIGEST, Members

FORM: Final = "standfirst-keyring/1"
MODE: Final = 0o600
"""The permissions of the file: its owner's alone."""


class KeyringFlaw(StrEnum):
    NOT_CANONICAL = "keyring.not-canonical"
    KEY_REPEATED = "keyring.key-repeated"
    OWNER = "keyring.owner"


class KeyringRejected(Rejected):
    """The file is no keyring. No parameter ever holds a part of a seed."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """One key an algorithm, of one body. Shows no seed."""

    owner: str
    keys: tuple[PrivateKey, ...]

    def __post_init__(self) -> None:
        if BODY_ID.fullmatch(self.owner) is None:
            raise KeyringRejected(KeyringFlaw.OWNER)
        if len({key.algorithm for key in self.keys}) != len(self.keys):
            raise KeyringRejected(KeyringFlaw.KEY_REPEATED)

    @classmethod
    def generate(cls, owner: str, algorithms: Iterable[Algorithm]) -> "Keyring":
        """Fresh keys from the operating system's generator."""
        return cls(owner, tuple(PrivateKey.generate(algorithm) for algorithm in algorithms))

    def to_bytes(self) -> bytes:
        """The file. It is as secret as the keys."""
        keys: list[JsonValue] = [
            {"algorithm": key.algorithm.value, "seed": key.seed.hex()}
            for key in sorted(self.keys, key=lambda key: key.algorithm.value)
        ]
        return canonical_bytes({"form": FORM, "owner": self.owner, "keys": keys}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Keyring":
        """Raises `KeyringRejected` and `DocumentRejected`; neither tells what was read of a seed."""
        try:
            value = parse_canonical(data.removesuffix(b"\n"))
        except NotCanonical as found:
            raise KeyringRejected(KeyringFlaw.NOT_CANONICAL, {"flaw": found.code.value}) from None
        found_in = Members(value, "keyring", "form", "owner", "keys")
        found_in.form(FORM)
        keys = found_in.children("keys", "algorithm", "seed", least=1, most=len(Algorithm))
        return cls(found_in.coded("owner", BODY_ID), tuple(_key(each) for each in keys))


def _key(found: Members) -> PrivateKey:
    seed = bytes.fromhex(found.coded("seed", DIGEST))  # 32 bytes in lower-case hexadecimal, as a digest is
    return PrivateKey.from_seed(found.one_of("algorithm", Algorithm), seed)
