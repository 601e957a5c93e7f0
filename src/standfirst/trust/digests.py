"""Digests and salted commitments: how an entry stands for content that can later be erased.

A commitment is SHA-256 over three parts that can be split in one way only:

    domain in ASCII, one NUL byte | salt, exactly 32 bytes | content, all the rest

No domain holds a NUL, so no domain with its NUL is the beginning of another, and nothing committed for one
purpose can be shown for another. Once the salt is erased, the commitment tells nothing about the content, not
even to someone who guesses it.
"""

import hashlib
import secrets
from enum import StrEnum
from typing import Final, NewType

from standfirst.trust.errors import Rejected

SALT_SIZE: Final = 32
"""Bytes in a salt: as long as the digest, so that guessing the salt is no easier than breaking the hash."""

DIGEST_SIZE: Final = 32
"""Bytes in a SHA-256 digest."""

Salt = NewType("Salt", bytes)


class Domain(StrEnum):
    """What may be committed to. A change in what the bytes mean is a new version, hence a new member."""

    RECORD = "standfirst/record/v1"  # one version of a record: its canonical bytes
    EVIDENCE = "standfirst/evidence/v1"  # one file, as it was handed in
    ENTRY = "standfirst/entry/v1"  # what a ledger entry says beside record versions
    SEALED = "standfirst/sealed/v1"  # what stays outside the ledger, which lists only that it is there
    SIGNATURE = "standfirst/signature/v1"  # a statement that somebody signed
    MEASUREMENT = "standfirst/measurement/v1"  # a measurement result with its environment
    RESULT = "standfirst/result/v1"  # what conformity computed
    PACKAGE = "standfirst/package/v1"  # the table of contents of a package
    CERTIFICATE = "standfirst/certificate/v1"  # a certificate, as its body signs it
    ACCREDITATION = "standfirst/accreditation/v1"  # an accreditation, as its body signs it
    STATUS_EVENT = "standfirst/status-event/v1"  # what happened to a certificate or an accreditation
    STATUS_SNAPSHOT = "standfirst/status-snapshot/v1"  # the state of everything that one body issued


class DigestFlaw(StrEnum):
    UNKNOWN_DOMAIN = "digest.unknown-domain"
    SALT_SIZE = "digest.salt-size"


class BadCommitment(Rejected):
    """The parts of a commitment are not what they must be."""


def new_salt() -> Salt:
    """A fresh salt from the operating system's generator: one for each commitment, never shared."""
    return Salt(secrets.token_bytes(SALT_SIZE))


def as_salt(value: bytes) -> Salt:
    """`value`, known to be a salt. Raises `BadCommitment` unless it has 32 bytes."""
    if len(value) != SALT_SIZE:
        raise BadCommitment(DigestFlaw.SALT_SIZE, {"size": len(value)})
    return Salt(value)


def commitment(domain: str, salt: bytes, content: bytes) -> bytes:
    """The 32-byte commitment to `content`.

    Raises `BadCommitment` for a domain that is not in `Domain` and for a salt that has not 32 bytes.
    """
    prefix = _PREFIXES.get(domain)
    if prefix is None:
        raise BadCommitment(DigestFlaw.UNKNOWN_DOMAIN, {"domain": domain})
    digest = hashlib.sha256(prefix + as_salt(salt))
    digest.update(content)  # not joined: evidence can be large
    return digest.digest()


def sha256_hex(content: bytes) -> str:
    """The plain SHA-256 of `content` in lower-case hexadecimal, for content that is no secret."""
    return hashlib.sha256(content).hexdigest()


_PREFIXES: Final[dict[str, bytes]] = {domain.value: domain.encode("ascii") + b"\x00" for domain in Domain}
