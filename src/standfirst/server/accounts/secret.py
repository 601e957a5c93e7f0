"""Secrets that are shown once: 256 bits, in a form that scanners of code and logs recognise. Only digests are kept.

A prefix of ours, 43 digits to base 62, and six more with the CRC-32 of all before, so that whoever finds such a text
knows that it is one without asking us.
"""

import hashlib
import secrets
import string
import zlib
from typing import Final

TOKEN: Final = "sfp_"  # noqa: S105 - how a token begins, none itself
INVITATION: Final = "sfi_"
OPENING: Final = "sfo_"

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BYTES: Final = 32
_LENGTH: Final = 43  # digits to base 62 that 256 bits need
_CHECK: Final = 6  # digits that 32 bits need


def fresh(prefix: str) -> str:
    body = prefix + _in_base_62(int.from_bytes(secrets.token_bytes(_BYTES)), _LENGTH)
    return body + _check(body)


def is_one(text: str, prefix: str) -> bool:
    """Whether ``text`` can be a secret of this prefix at all; saves the look-up of what cannot."""
    return (
        text.isascii()
        and text.startswith(prefix)
        and len(text) == len(prefix) + _LENGTH + _CHECK
        and text[-_CHECK:] == _check(text[:-_CHECK])
    )


def digest(text: str) -> str:
    """What is kept and looked up instead of the secret. A plain hash is enough where nobody can try 2^256."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(body: str) -> str:
    return _in_base_62(zlib.crc32(body.encode()), _CHECK)


def _in_base_62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))
