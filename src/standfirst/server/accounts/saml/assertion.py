"""What an assertion must say of itself before it lets anybody in, beyond what python3-saml asks in strict mode.

That asks signature, issuer, time, and whatever else an assertion states; here is asked that it states it. SAML 2.0
Profiles, 4.1.4.2 and 4.1.4.3. What stands outside the signed assertion counts for nothing.
"""

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def refused_because(
    assertion: _Element, *, audience: str, recipient: str, request: str, names_subject: bool
) -> str | None:
    """None where it is for us, here, now, and in answer to what we asked. The reason is for the log.

    ``names_subject``: an attribute says who it is, so that the name itself may be good for this once only.
    """
    restrictions = list(_all(assertion, "Conditions", "AudienceRestriction"))
    if not restrictions or any(audience not in _texts(each, "Audience") for each in restrictions):
        return (
            "it is not restricted to this audience"  # 4.1.4.2; every restriction has to hold (Core, 2.5.1.4)
        )
    confirmations = list(_all(assertion, "Subject", "SubjectConfirmation"))
    if not any(_confirms(each, recipient=recipient, request=request) for each in confirmations):
        return "no confirmation names this recipient, this request, and an end"
    if not names_subject and any(n.get("Format") == TRANSIENT for n in _all(assertion, "Subject", "NameID")):
        return "its name is a transient one, and would be another the next time"
    return None


def _confirms(confirmation: _Element, *, recipient: str, request: str) -> bool:
    """4.1.4.2: a bearer's says to whom, in answer to what, and until when (which python3-saml compares)."""
    return confirmation.get("Method") == BEARER and any(
        data.get("Recipient") == recipient
        and data.get("InResponseTo") == request
        and data.get("NotOnOrAfter")
        for data in _all(confirmation, "SubjectConfirmationData")
    )


def _all(element: _Element, *path: str) -> Iterator[_Element]:
    yield from element.iterfind("/".join(f"{{{ASSERTION}}}{name}" for name in path))


def _texts(element: _Element, name: str) -> set[str]:
    return {(each.text or "").strip() for each in _all(element, name)}
