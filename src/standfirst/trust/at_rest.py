"""Secrets that have to be kept readable, encrypted where they lie: who has the database alone cannot read them.

Fernet (AES-128-CBC and HMAC-SHA-256) under a key that HKDF (RFC 5869) makes from an installation's secret, another one
for each purpose.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class NotReadable(Exception):
    """Encrypted under another secret or for another purpose, or changed since."""


def encrypted(text: str, *, secret: str, purpose: str) -> str:
    return _fernet(secret, purpose).encrypt(text.encode()).decode()


def decrypted(text: str, *, secret: str, purpose: str) -> str:
    """Raises NotReadable."""
    try:
        return _fernet(secret, purpose).decrypt(text.encode()).decode()
    except InvalidToken as fault:
        raise NotReadable from fault


def _fernet(secret: str, purpose: str) -> Fernet:
    key = HKDF(hashes.SHA256(), length=32, salt=None, info=f"standfirst {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(key.derive(secret.encode())))
