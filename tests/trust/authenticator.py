"""A passkey in software, as an authenticator and a browser would answer together: for tests alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from standfirst.trust.passkey import Algorithm, Assertion
from standfirst.trust.spelling import base64url_text

SITE, ORIGIN = "qms.example.org", "https://qms.example.org"
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80

Private: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def number(value: int, size: int | None = None) -> str:
    return base64url_text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class SoftPasskey:
    """``answer`` is what a browser returns; everything that it would get right can be got wrong here."""

    private: Private

    @property
    def jwk(self) -> dict[str, str]:
        public = self.private.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url_text(public.public_bytes_raw())}
        if isinstance(public, rsa.RSAPublicKey):
            told = public.public_numbers()
            return {"kty": "RSA", "n": number(told.n), "e": number(told.e)}
        point, size = public.public_numbers(), public.key_size // 8
        return {
            "kty": "EC",
            "crv": f"P-{public.key_size}",
            "x": number(point.x, size),
            "y": number(point.y, size),
        }

    def answer(
        self,
        challenge: bytes,
        *,
        site: str = SITE,
        flags: int = UP | UV,
        count: int = 7,
        extra: bytes = b"",
        client: Mapping[str, Any] | bytes | None = None,
    ) -> Assertion:
        """``client`` changes members of the client data (None takes one out), or is all of it."""
        data = sha256(site.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big") + extra
        told = client if isinstance(client, bytes) else client_data(challenge, client or {})
        return Assertion(data, told, self.sign(data + sha256(told).digest()))

    def sign(self, message: bytes) -> bytes:
        key = self.private
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(message)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(message, padding.PKCS1v15(), SHA256())
        return key.sign(message, ec.ECDSA(SHA256() if key.key_size == 256 else SHA384()))


def client_data(challenge: bytes, changed: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    told = {
        "type": "webauthn.get",
        "challenge": base64url_text(challenge),
        "origin": ORIGIN,
        "crossOrigin": False,
        **changed,
    }
    kept = {name: value for name, value in told.items() if value is not None}
    return json.dumps(kept, separators=(",", ":")).encode()


def new_passkey(algorithm: Algorithm = Algorithm.ES256) -> SoftPasskey:
    if algorithm is Algorithm.EDDSA:
        return SoftPasskey(ed25519.Ed25519PrivateKey.generate())
    if algorithm is Algorithm.RS256:
        return SoftPasskey(rsa.generate_private_key(65537, 2048))
    return SoftPasskey(
        ec.generate_private_key(ec.SECP256R1() if algorithm is Algorithm.ES256 else ec.SECP384R1())
    )


@cache
def passkey(algorithm: Algorithm = Algorithm.ES256) -> SoftPasskey:
    """One for the whole run: making an RSA key takes long."""
    return new_passkey(algorithm)
