"""Verifying, offline and at any later time, what a passkey has signed: a WebAuthn assertion.

W3C Web Authentication Level 3, section 7.2, with the step's number at each check. Steps that are left out:

    1 to 6      asking the browser, and whose credential it is: whoever calls has done both, and hands in its public key
    19          backup state against the one registered: a passkey that is synchronised signs as well as one that is not
    22          the signature counter: what is verified years later has no order; who asks at once may look at ``count``
    23          extension outputs: none is asked for; their form is checked (6.1) and what they say ignored
    24, 25      keeping the counter, and going on: the caller's affair

Level 2 (8 April 2021) numbers the same checks 11 to 20; its step 14, Token Binding, is left out: Level 3 has none.
The only thing checked beyond Level 3 is the key: exactly one way to write it, no weak ones, RSA of 2048 bits and more.
"""

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from standfirst.trust import keys
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.errors import Rejected
from standfirst.trust.spelling import Misspelt, base64url_text, read_base64url

CHALLENGE_SIZE: Final = 32
"""Bytes in a challenge: here it is always the digest of what is signed."""

MAX_CLIENT_DATA: Final = 1 << 14
"""Most bytes of client data read; browsers write about 200."""

MAX_DEPTH: Final = 16
"""Most maps and arrays open at once in extension outputs."""

RSA_BITS: Final = range(2048, 8193)


class Algorithm(StrEnum):
    """What a passkey signs with (names of RFC 7518 and RFC 8037); the key tells which."""

    ES256 = "ES256"
    ES384 = "ES384"
    RS256 = "RS256"
    EDDSA = "EdDSA"


class PasskeyFlaw(StrEnum):
    """Why an assertion does not show that a passkey has signed the challenge."""

    CLIENT_DATA = "passkey.client-data"
    CLIENT_DATA_SIZE = "passkey.client-data-size"
    REPEATED_MEMBER = "passkey.repeated-member"
    TYPE = "passkey.type"
    CHALLENGE = "passkey.challenge"
    ORIGIN = "passkey.origin"
    FRAMED = "passkey.framed"
    AUTHENTICATOR_DATA = "passkey.authenticator-data"
    ATTESTED = "passkey.attested"
    EXTENSIONS = "passkey.extensions"
    SITE = "passkey.site"
    ABSENT = "passkey.absent"
    NOT_VERIFIED = "passkey.not-verified"
    BACKUP = "passkey.backup"
    KEY = "passkey.key"
    KEY_UNKNOWN = "passkey.key-unknown"
    KEY_SIZE = "passkey.key-size"
    SIGNATURE = "passkey.signature"


class AssertionRejected(Rejected):
    """The assertion does not hold: for this challenge, this site, or at all."""


class PasskeyRejected(Rejected):
    """The public key is not written in the one way that is read, or too weak to vouch for anything."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the browser handed over, byte for byte: the members of an AuthenticatorAssertionResponse."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


class _Flag:
    """Bits of authenticator data (6.1). Bits 1 and 5 are reserved, and ignored as 6.1 asks."""

    UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Authenticator:
    """What authenticator data says (6.1). ``synchronised``: the passkey is kept in more than one place."""

    site: bytes
    flags: int
    count: int

    @property
    def synchronised(self) -> bool:
        return bool(self.flags & _Flag.BS)

    @classmethod
    def parse(cls, data: bytes) -> "Authenticator":
        """Raises `AssertionRejected` for any bytes that are not exactly the authenticator data of an assertion."""
        if len(data) < 37:
            raise AssertionRejected(PasskeyFlaw.AUTHENTICATOR_DATA, {"bytes": len(data)})
        flags, rest = data[32], data[37:]
        if flags & _Flag.AT:  # 6.1: a new credential's data belongs to attestation, never to an assertion
            raise AssertionRejected(PasskeyFlaw.ATTESTED)
        if bool(flags & _Flag.ED) != bool(rest):
            raise AssertionRejected(PasskeyFlaw.AUTHENTICATOR_DATA, {"bytes": len(data)})
        if rest and not _is_map(rest):
            raise AssertionRejected(PasskeyFlaw.EXTENSIONS)
        return cls(data[:32], flags, int.from_bytes(data[33:37], "big"))


def verify(
    assertion: Assertion,
    public_key: Mapping[str, Any],
    *,
    challenge: bytes,
    origins: Collection[str],
    rp_id: str,
) -> Authenticator:
    """Returns when the holder of ``public_key`` (a JWK), seen and verified by the authenticator, signed ``challenge``.

    ``origins`` are those at which that may have happened, ``rp_id`` the site that the passkey was made for.
    Raises `PasskeyRejected` for the key and `AssertionRejected` for all the rest.
    """
    if len(challenge) != CHALLENGE_SIZE:
        raise ValueError("a challenge is a digest of 32 bytes")
    key = _loaded(public_key)

    # Steps 7 to 9: the three parts, and the client data as JSON.
    client = _client_data(assertion.client_data)

    # Steps 10 to 14: type, challenge, origin; not in the frame of another site.
    _check_client(client, challenge, origins)

    # Steps 15 to 18: the site, somebody there, that somebody verified, backup bits that agree.
    authenticator = Authenticator.parse(assertion.authenticator_data)
    _check_authenticator(authenticator, rp_id)

    # Steps 20 and 21: the signature over authenticator data and the client data's hash.
    _verify_signature(key, assertion)
    return authenticator


# --- client data (5.8.1) ---


def _client_data(data: bytes) -> dict[str, Any]:
    """Steps 8 and 9. A byte order mark is refused, not stripped: 5.8.1.1 begins with a brace, whatever the browser."""
    if len(data) > MAX_CLIENT_DATA:
        raise AssertionRejected(PasskeyFlaw.CLIENT_DATA_SIZE, {"bytes": len(data), "limit": MAX_CLIENT_DATA})
    try:
        value = _decoder.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise AssertionRejected(PasskeyFlaw.CLIENT_DATA) from None
    if type(value) is not dict:
        raise AssertionRejected(PasskeyFlaw.CLIENT_DATA)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name: readers differ in which of them they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AssertionRejected(PasskeyFlaw.REPEATED_MEMBER)
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


_decoder: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_no_number)


def _check_client(client: Mapping[str, Any], challenge: bytes, origins: Collection[str]) -> None:
    # Step 10: signed to authenticate, not while the passkey was made.
    if client.get("type") != "webauthn.get":
        raise AssertionRejected(PasskeyFlaw.TYPE)
    # Step 11: the challenge, in the one spelling of 5.8.1.1 (base64url without padding).
    told = client.get("challenge")
    expected = base64url_text(challenge).encode()
    if type(told) is not str or not hmac.compare_digest(told.encode("utf-8", "surrogatepass"), expected):
        raise AssertionRejected(PasskeyFlaw.CHALLENGE)
    # Step 12, and 13.4.9: exactly one of the origins expected.
    origin = client.get("origin")
    if type(origin) is not str or origin not in origins:
        raise AssertionRejected(PasskeyFlaw.ORIGIN, {"origin": origin if type(origin) is str else ""})
    # Steps 13 and 14: no page of ours is shown in another site's frame.
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise AssertionRejected(PasskeyFlaw.FRAMED)


# --- authenticator data (6.1) ---


def _check_authenticator(authenticator: Authenticator, rp_id: str) -> None:
    # Step 15: made for this site. The appid extension is not read.
    if not hmac.compare_digest(authenticator.site, sha256(rp_id.encode()).digest()):
        raise AssertionRejected(PasskeyFlaw.SITE, {"site": rp_id})
    # Step 16: somebody was there.
    if not authenticator.flags & _Flag.UP:
        raise AssertionRejected(PasskeyFlaw.ABSENT)
    # Step 17: and it was the holder, by PIN or biometrics: required, for a signature asks for two components.
    if not authenticator.flags & _Flag.UV:
        raise AssertionRejected(PasskeyFlaw.NOT_VERIFIED)
    # Step 18: backed up only what may be.
    if authenticator.flags & _Flag.BS and not authenticator.flags & _Flag.BE:
        raise AssertionRejected(PasskeyFlaw.BACKUP)


def _is_map(data: bytes) -> bool:
    """Whether this is exactly one CBOR map as CTAP2 writes it: lengths given, and no tags (RFC 8949, 3)."""
    try:
        return data[0] >> 5 == 5 and _end(data, 0, MAX_DEPTH) == len(data)
    except (IndexError, ValueError):
        return False


def _end(data: bytes, at: int, depth: int) -> int:
    """Where the item that begins at ``at`` ends. Raises IndexError beyond the end, ValueError for what CTAP2 has not."""
    major, short = data[at] >> 5, data[at] & 0x1F
    if short > 27 or major == 6 or depth == 0:
        raise ValueError("reserved, of no given length, a tag, or too deep")
    extra = 1 << (short - 24) if short >= 24 else 0
    at += 1 + extra
    if at > len(data):
        raise IndexError(at)
    if major in (0, 1, 7):
        return at
    count = int.from_bytes(data[at - extra : at], "big") if extra else short
    if major in (2, 3):
        if at + count > len(data):
            raise IndexError(at + count)
        return at + count
    for _ in range(count * (2 if major == 5 else 1)):
        at = _end(data, at, depth - 1)
    return at


# --- keys ---

_Key: TypeAlias = EllipticCurvePublicKey | RSAPublicKey | keys.PublicKey

_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "EC": frozenset({"kty", "crv", "x", "y"}),
    "RSA": frozenset({"kty", "n", "e"}),
    "OKP": frozenset({"kty", "crv", "x"}),
}
_CURVES: Final[Mapping[str, tuple[SECP256R1 | SECP384R1, int, HashAlgorithm, Algorithm]]] = {
    "P-256": (SECP256R1(), 32, SHA256(), Algorithm.ES256),
    "P-384": (SECP384R1(), 48, SHA384(), Algorithm.ES384),
}


def require_key(public_key: Mapping[str, Any]) -> Algorithm:
    """What the passkey of this JWK signs with. Raises `PasskeyRejected` for a key that nothing can be verified with."""
    _loaded(public_key)
    if public_key["kty"] == "EC":
        return _CURVES[public_key["crv"]][3]
    return Algorithm.RS256 if public_key["kty"] == "RSA" else Algorithm.EDDSA


def thumbprint(public_key: Mapping[str, Any]) -> str:
    """What names a key among all (RFC 7638, SHA-256, here in hexadecimal). Raises `PasskeyRejected`."""
    _loaded(public_key)
    return sha256(canonical_bytes(dict(public_key))).hexdigest()


def from_cose(key: Mapping[int, Any]) -> dict[str, str]:
    """A credential public key as an authenticator tells it (6.5.1.1, a COSE_Key), as the JWK that is kept.

    Raises `PasskeyRejected` for a key of another type, curve or algorithm.
    """
    match key:
        case {1: 2, 3: -7, -1: 1, -2: bytes(x), -3: bytes(y)}:
            found = {"kty": "EC", "crv": "P-256", "x": base64url_text(x), "y": base64url_text(y)}
        case {1: 2, 3: -35, -1: 2, -2: bytes(x), -3: bytes(y)}:
            found = {"kty": "EC", "crv": "P-384", "x": base64url_text(x), "y": base64url_text(y)}
        case {1: 3, 3: -257, -1: bytes(n), -2: bytes(e)}:
            found = {"kty": "RSA", "n": base64url_text(n), "e": base64url_text(e)}
        case {1: 1, 3: -8, -1: 6, -2: bytes(x)}:
            found = {"kty": "OKP", "crv": "Ed25519", "x": base64url_text(x)}
        case _:
            raise PasskeyRejected(PasskeyFlaw.KEY_UNKNOWN)
    require_key(found)
    return found


def _loaded(public_key: Mapping[str, Any]) -> _Key:
    """RFC 7518, 6.2.1 and 6.3.1; RFC 8037, 2. Only the members that make the key: whatever else it says is not signed."""
    kind = public_key.get("kty")
    if type(kind) is not str or kind not in _MEMBERS:
        raise PasskeyRejected(PasskeyFlaw.KEY_UNKNOWN)
    if public_key.keys() != _MEMBERS[kind] or not all(type(value) is str for value in public_key.values()):
        raise PasskeyRejected(PasskeyFlaw.KEY)
    if kind == "EC":
        return _elliptic(public_key)
    if kind == "RSA":
        return _rsa(public_key)
    if public_key["crv"] != "Ed25519":
        raise PasskeyRejected(PasskeyFlaw.KEY_UNKNOWN)
    try:
        return keys.PublicKey(keys.Algorithm.ED25519, _bytes(public_key["x"]))
    except keys.KeyRejected:
        raise PasskeyRejected(PasskeyFlaw.KEY) from None


def _elliptic(public_key: Mapping[str, str]) -> EllipticCurvePublicKey:
    if public_key["crv"] not in _CURVES:
        raise PasskeyRejected(PasskeyFlaw.KEY_UNKNOWN)
    curve, size, _, _ = _CURVES[public_key["crv"]]
    x, y = _bytes(public_key["x"]), _bytes(public_key["y"])
    if not len(x) == len(y) == size:  # RFC 7518, 6.2.1.2: of full length
        raise PasskeyRejected(PasskeyFlaw.KEY)
    numbers = EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve)
    try:
        return numbers.public_key()  # refuses what is not a point of the curve
    except ValueError:
        raise PasskeyRejected(PasskeyFlaw.KEY) from None


def _rsa(public_key: Mapping[str, str]) -> RSAPublicKey:
    n, e = _bytes(public_key["n"]), _bytes(public_key["e"])
    if not n or not e or n[0] == 0 or e[0] == 0:  # RFC 7518, 6.3.1: as short as possible
        raise PasskeyRejected(PasskeyFlaw.KEY)
    modulus, exponent = int.from_bytes(n, "big"), int.from_bytes(e, "big")
    if modulus.bit_length() not in RSA_BITS:
        raise PasskeyRejected(
            PasskeyFlaw.KEY_SIZE, {"bits": modulus.bit_length(), "least": RSA_BITS[0], "most": RSA_BITS[-1]}
        )
    if not 3 <= exponent < 1 << 32 or not exponent % 2 or not modulus % 2:
        raise PasskeyRejected(PasskeyFlaw.KEY)
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise PasskeyRejected(PasskeyFlaw.KEY) from None


def _bytes(text: str) -> bytes:
    try:
        return read_base64url(text)
    except Misspelt:
        raise PasskeyRejected(PasskeyFlaw.KEY) from None


def _verify_signature(key: _Key, assertion: Assertion) -> None:
    """6.5.5: ECDSA in DER, of which OpenSSL reads one spelling only; s may be low or high, as authenticators give it."""
    message = assertion.authenticator_data + sha256(assertion.client_data).digest()
    try:
        if isinstance(key, keys.PublicKey):
            key.verify(assertion.signature, message)
        elif isinstance(key, RSAPublicKey):
            key.verify(assertion.signature, message, PKCS1v15(), SHA256())
        else:
            key.verify(assertion.signature, message, ECDSA(SHA256() if key.key_size == 256 else SHA384()))
    except (InvalidSignature, keys.SignatureFailed):
        raise AssertionRejected(PasskeyFlaw.SIGNATURE) from None
