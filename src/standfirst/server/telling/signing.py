"""Signatures of webhooks, as Standard Webhooks 1.0.0 has them: HMAC-SHA256 of ``id.timestamp.body``, in version 1.

An endpoint's secret is derived from the installation's secret key, so the database holds none, and a copy of it forges
nothing. It is shown once; who lost it renews it, and for a while messages bear a signature of the one before too.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from standfirst.server.telling.models import Endpoint

OVERLAP: Final = timedelta(days=1)
"""How long a renewed secret's signature stands beside that of the one before it."""

_PREFIX: Final = "whsec_"


def secret(endpoint: Endpoint) -> str:
    """As its owner gives it to a library that verifies."""
    return _PREFIX + base64.b64encode(_key(endpoint, endpoint.generation)).decode()


def headers(endpoint: Endpoint, *, message: str, at: datetime, body: bytes) -> Mapping[str, str]:
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message.encode(), timestamp.encode(), body))
    keys = [_key(endpoint, generation) for generation in _generations(endpoint, at)]
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _generations(endpoint: Endpoint, at: datetime) -> tuple[int, ...]:
    now = endpoint.generation
    both = now > 1 and endpoint.renewed is not None and at < endpoint.renewed + OVERLAP
    return (now, now - 1) if both else (now,)


def _key(endpoint: Endpoint, generation: int) -> bytes:
    """32 bytes: at least 24 are asked for, and at most 64."""
    named = f"standfirst webhook\0{endpoint.pk}\0{generation}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), named, hashlib.sha256)
