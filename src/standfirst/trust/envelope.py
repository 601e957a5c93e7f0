"""A signed document: a canonical payload, a salt, and several signatures over the commitment to both.

Every signature is over: domain in ASCII, one NUL byte, the 32-byte commitment. ML-DSA has the domain as its
context too. The payload itself names the algorithms that sign it (`signed_with`), so that whoever strips one
signature leaves a document that says of itself that it is incomplete.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from standfirst.trust.canonical import JsonValue, NotCanonical, canonical_bytes, parse_canonical
from standfirst.trust.digests import SALT_SIZE, Domain, Salt, as_salt, commitment, new_salt, sha256_hex
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, PrivateKey, PublicKey, SignatureFailed
from standfirst.trust.spelling import Misspelt, base64_text, read_base64, read_hex

SIGNED_WITH: Final = "signed_with"
"""The member of every payload that names its algorithms."""

MAX_PAYLOAD: Final = 2**20
"""Bytes of a payload, but a status snapshot's, which lists all that an issuer has issued. What is refused for its size
costs nothing, and is refused before any signature."""

KEY_ID_SIZE: Final = 16
"""Bytes in the id of a key."""


class EnvelopeFlaw(StrEnum):
    """Why a value is not an envelope, or an envelope is not believed."""

    WRONG_TYPE = "envelope.wrong-type"
    WRONG_MEMBERS = "envelope.wrong-members"
    UNKNOWN_DOMAIN = "envelope.unknown-domain"
    UNKNOWN_ALGORITHM = "envelope.unknown-algorithm"
    SALT = "envelope.salt"
    KEY_ID = "envelope.key-id"
    SIGNATURE_TEXT = "envelope.signature-text"
    SIGNATURE_SIZE = "envelope.signature-size"
    NO_SIGNATURES = "envelope.no-signatures"
    SIGNATURES_OUT_OF_ORDER = "envelope.signatures-out-of-order"
    PAYLOAD_TOO_LARGE = "envelope.payload-too-large"
    PAYLOAD_NOT_CANONICAL = "envelope.payload-not-canonical"
    PAYLOAD_NOT_OBJECT = "envelope.payload-not-object"
    OTHER_DOMAIN = "envelope.other-domain"
    SIGNED_WITH = "envelope.signed-with"
    REQUIRED_MISSING = "envelope.required-missing"
    SIGNATURE_MISSING = "envelope.signature-missing"
    SIGNATURE_REPEATED = "envelope.signature-repeated"
    UNKNOWN_KEY = "envelope.unknown-key"
    OTHER_ALGORITHM = "envelope.other-algorithm"
    SIGNATURE_FAILED = "envelope.signature-failed"


class EnvelopeRejected(Rejected):
    """Parameters: `where` for the place in what was read, `algorithm` and `key` for the signature at fault."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, with the algorithm and the id of the key that it claims to be from."""

    algorithm: Algorithm
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A document as it travels. Nothing in it is to be believed before `opened` returns.

    An envelope that was read keeps in `said` what its payload claims, so that `opened` need not read it again. One that
    is made in another way, or as a changed copy, does not: there it is None.
    """

    domain: Domain
    payload: bytes
    salt: Salt
    signatures: tuple[Signature, ...]
    said: dict[str, JsonValue] | None = field(init=False, default=None, compare=False, repr=False)

    @property
    def commitment(self) -> bytes:
        """The 32 bytes that stand for payload and salt, and that every signature is over."""
        return commitment(self.domain, self.salt, self.payload)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits over payload, salt and all signatures: none can be taken away unseen."""
        return sha256_hex(canonical_bytes(self.as_json()))

    def as_json(self) -> dict[str, JsonValue]:
        """What `read` reads. The payload is text in text, so that its bytes stay as they were signed."""
        ordered = sorted(self.signatures, key=lambda signature: signature.algorithm.value)
        return {
            "domain": self.domain.value,
            "payload": self.payload.decode("utf-8"),
            "salt": self.salt.hex(),
            "signatures": [
                {
                    "algorithm": signature.algorithm.value,
                    "key": signature.key,
                    "signature": base64_text(signature.value),
                }
                for signature in ordered
            ],
        }

    @classmethod
    def read(cls, value: JsonValue, *, where: str) -> "Envelope":
        """The envelope that `value` is, exactly. Raises `EnvelopeRejected` with `where` and the step below it.

        Says nothing about its signatures but that they have the form of signatures.
        """
        members = _members(value, ("domain", "payload", "salt", "signatures"), where)
        domain = _domain(members["domain"], f"{where}.domain")
        payload, said = _payload(members["payload"], f"{where}.payload", domain)
        read = cls(
            domain=domain,
            payload=payload,
            salt=_salt(members["salt"], f"{where}.salt"),
            signatures=_signatures(members["signatures"], f"{where}.signatures"),
        )
        object.__setattr__(read, "said", said)
        return read


def seal(
    domain: Domain, payload: dict[str, JsonValue], keys: Sequence[PrivateKey], *, salt: Salt | None = None
) -> Envelope:
    """`payload` signed by every one of `keys`, one an algorithm; a fresh salt where none is given.

    Raises `EnvelopeRejected` unless the payload's `signed_with` is the sorted list of their algorithms, and
    `canonical.Unrepresentable` for a payload that has no canonical form.
    """
    algorithms = sorted(key.algorithm.value for key in keys)
    if not algorithms:
        raise EnvelopeRejected(EnvelopeFlaw.NO_SIGNATURES, {"where": SIGNED_WITH})
    if len(set(algorithms)) != len(algorithms) or payload.get(SIGNED_WITH) != algorithms:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNED_WITH, {"where": SIGNED_WITH})
    written = canonical_bytes(payload)
    salt = new_salt() if salt is None else as_salt(salt)
    message = _message(domain, commitment(domain, salt, written))
    signatures = (
        Signature(key.algorithm, key.public.id, key.sign(message, context=_context(key.algorithm, domain)))
        for key in sorted(keys, key=lambda key: key.algorithm.value)
    )
    return Envelope(domain, written, salt, tuple(signatures))


def opened(
    envelope: Envelope,
    keys: Sequence[PublicKey],
    *,
    required: frozenset[Algorithm],
    domain: Domain | None = None,
) -> dict[str, JsonValue]:
    """The payload, once everything that it claims about its signatures is shown by `keys`.

    `required` are the algorithms that the reader asks for whatever the payload says; `domain` is what the
    document has to be, checked before anything else where it is given. Signatures of algorithms that the payload
    does not name are ignored and prove nothing. Raises `EnvelopeRejected`.
    """
    if domain is not None and envelope.domain is not domain:
        raise EnvelopeRejected(EnvelopeFlaw.OTHER_DOMAIN, {"domain": envelope.domain.value})
    payload = _object(envelope.payload, "payload") if envelope.said is None else envelope.said
    signed_with = _signed_with(payload)
    for algorithm in sorted(required - signed_with):
        raise EnvelopeRejected(EnvelopeFlaw.REQUIRED_MISSING, {"algorithm": algorithm.value})
    message = _message(envelope.domain, envelope.commitment)
    known = {key.id: key for key in keys}
    for algorithm in sorted(signed_with):
        _verify(_only(envelope, algorithm), known, envelope.domain, message)
    return payload


# --- what is signed ---


def _message(domain: Domain, committed: bytes) -> bytes:
    return domain.encode("ascii") + b"\x00" + committed


def _context(algorithm: Algorithm, domain: Domain) -> bytes:
    return b"" if algorithm is Algorithm.ED25519 else domain.encode("ascii")


def _signed_with(payload: dict[str, JsonValue]) -> frozenset[Algorithm]:
    """A sorted list of algorithms without repeats: one spelling for one set, and never the empty one."""
    names = payload.get(SIGNED_WITH)
    if not isinstance(names, list) or not names:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNED_WITH, {"where": f"payload.{SIGNED_WITH}"})
    algorithms = [_algorithm(name, f"payload.{SIGNED_WITH}") for name in names]
    if algorithms != sorted(set(algorithms)):
        raise EnvelopeRejected(EnvelopeFlaw.SIGNED_WITH, {"where": f"payload.{SIGNED_WITH}"})
    return frozenset(algorithms)


def _only(envelope: Envelope, algorithm: Algorithm) -> Signature:
    found = [signature for signature in envelope.signatures if signature.algorithm is algorithm]
    if not found:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURE_MISSING, {"algorithm": algorithm.value})
    if len(found) > 1:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURE_REPEATED, {"algorithm": algorithm.value})
    return found[0]


def _verify(signature: Signature, known: dict[str, PublicKey], domain: Domain, message: bytes) -> None:
    at_fault = {"algorithm": signature.algorithm.value, "key": signature.key}
    key = known.get(signature.key)
    if key is None:
        raise EnvelopeRejected(EnvelopeFlaw.UNKNOWN_KEY, at_fault)
    if key.algorithm is not signature.algorithm:
        raise EnvelopeRejected(EnvelopeFlaw.OTHER_ALGORITHM, at_fault)
    try:
        key.verify(signature.value, message, context=_context(key.algorithm, domain))
    except SignatureFailed:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURE_FAILED, at_fault) from None


# --- reading ---


def _members(value: JsonValue, names: tuple[str, ...], where: str) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise EnvelopeRejected(EnvelopeFlaw.WRONG_TYPE, {"where": where})
    if sorted(value) != sorted(names):
        raise EnvelopeRejected(EnvelopeFlaw.WRONG_MEMBERS, {"where": where})
    return value


def _text(value: JsonValue, where: str) -> str:
    if not isinstance(value, str):
        raise EnvelopeRejected(EnvelopeFlaw.WRONG_TYPE, {"where": where})
    return value


def _domain(value: JsonValue, where: str) -> Domain:
    try:
        return Domain(_text(value, where))
    except ValueError:
        raise EnvelopeRejected(EnvelopeFlaw.UNKNOWN_DOMAIN, {"where": where}) from None


def _algorithm(value: JsonValue, where: str) -> Algorithm:
    try:
        return Algorithm(_text(value, where))
    except ValueError:
        raise EnvelopeRejected(EnvelopeFlaw.UNKNOWN_ALGORITHM, {"where": where}) from None


def _payload(value: JsonValue, where: str, domain: Domain) -> tuple[bytes, dict[str, JsonValue]]:
    written = _text(value, where).encode("utf-8", "surrogatepass")  # surrogates are refused in what follows
    if len(written) > MAX_PAYLOAD and domain is not Domain.STATUS_SNAPSHOT:
        raise EnvelopeRejected(EnvelopeFlaw.PAYLOAD_TOO_LARGE, {"where": where, "limit": MAX_PAYLOAD})
    return written, _object(written, where)


def _object(written: bytes, where: str) -> dict[str, JsonValue]:
    try:
        payload = parse_canonical(written)
    except NotCanonical as found:
        raise EnvelopeRejected(
            EnvelopeFlaw.PAYLOAD_NOT_CANONICAL, {"where": where, "flaw": found.code.value, **found.parameters}
        ) from None
    if not isinstance(payload, dict):
        raise EnvelopeRejected(EnvelopeFlaw.PAYLOAD_NOT_OBJECT, {"where": where})
    return payload


def _salt(value: JsonValue, where: str) -> Salt:
    salt = _hex(value, SALT_SIZE)
    if salt is None:
        raise EnvelopeRejected(EnvelopeFlaw.SALT, {"where": where})
    return as_salt(salt)


def _hex(value: JsonValue, size: int) -> bytes | None:
    try:
        read = read_hex(value) if isinstance(value, str) else b""
    except Misspelt:
        return None
    return read if len(read) == size else None


def _signatures(value: JsonValue, where: str) -> tuple[Signature, ...]:
    """At least one, in the order of their algorithms' names, each algorithm once."""
    if not isinstance(value, list):
        raise EnvelopeRejected(EnvelopeFlaw.WRONG_TYPE, {"where": where})
    if not value:
        raise EnvelopeRejected(EnvelopeFlaw.NO_SIGNATURES, {"where": where})
    read = tuple(_signature(item, f"{where}[{index}]") for index, item in enumerate(value))
    names = [signature.algorithm.value for signature in read]
    if names != sorted(set(names)):
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURES_OUT_OF_ORDER, {"where": where})
    return read


def _signature(value: JsonValue, where: str) -> Signature:
    members = _members(value, ("algorithm", "key", "signature"), where)
    algorithm = _algorithm(members["algorithm"], f"{where}.algorithm")
    key = _text(members["key"], f"{where}.key")
    if _hex(key, KEY_ID_SIZE) is None:
        raise EnvelopeRejected(EnvelopeFlaw.KEY_ID, {"where": f"{where}.key"})
    try:
        signature = read_base64(_text(members["signature"], f"{where}.signature"))
    except Misspelt:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURE_TEXT, {"where": f"{where}.signature"}) from None
    if len(signature) != algorithm.signature_size:
        raise EnvelopeRejected(EnvelopeFlaw.SIGNATURE_SIZE, {"where": f"{where}.signature"})
    return Signature(algorithm, key, signature)
