"""Passkeys: the public keys with which people sign. Each person registers their own; whoever manages may revoke it.

The public key stays in the record when it is revoked, so that what was signed with it before can still be verified.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from standfirst.management.guards import sound
from standfirst.management.organisation import MANAGERS
from standfirst.management.parties import Identity
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.signature import RegisteredKey, registered
from standfirst.records.view import Family, Section, View
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text
from standfirst.trust.passkey import PasskeyRejected, require_key

OF: Final = "of"

Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=1_400)]
"""A credential id has at most 1,023 bytes (Web Authentication Level 3, 4)."""
Domain = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$")
]


class PasskeyBody(Body):
    title: Text = Field(description="What its holder calls it, such as the blue key")
    credential: Base64Url = Field(description="Its credential id, as the authenticator gave it")
    public_key: dict[str, str] = Field(description="Its public key, as a JWK of exactly the members it needs")
    rp_id: Domain = Field(description="For which site it was made, such as qms.example.org")
    aaguid: Identity | None = Field(default=None, description="The model of the authenticator, if it tells")
    registered_on: date = Field(description="When it was registered")


def _flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    """What no signature can be verified with is never a key: every document of a later signature rests on this."""
    try:
        require_key(body["public_key"])
    except PasskeyRejected as flaw:
        yield "public_key", Reason(flaw.code.value, flaw.parameters)


def about_oneself(attempt: Attempt) -> Reason | None:
    """A passkey is registered by the person who holds it: whoever could add one for another could sign as them."""
    if attempt.content.links.get(OF, ()) == (attempt.actor.id,):
        return None
    return Reason("key.of-another")


def ones_own_or_managing(attempt: Attempt) -> Reason | None:
    """A lost key is revoked by its holder, or by who manages people or security."""
    if attempt.actor.id in attempt.content.links.get(OF, ()):
        return None
    asked = (*MANAGERS, Role.SECURITY_LEAD)
    return None if attempt.actor.roles & set(asked) else Reason("key.revoked-by-another", {"asked": asked})


def _keys(record: Record) -> Iterator[RegisteredKey]:
    return registered(record, of=OF, active=(_ACTIVE,))


_ACTIVE: Final = "active"

PASSKEY = Kind(
    name="passkey",
    prefix="KEY",
    folder="people",
    title="Passkey",
    body=PasskeyBody,
    lifecycle=Lifecycle(
        states=(_ACTIVE, "revoked"),
        transitions=(Transition("revoke", (_ACTIVE,), "revoked", guards=(ones_own_or_managing,)),),
        frozen=(_ACTIVE, "revoked"),
    ),
    links=(LinkRule(OF, ("person",)),),
    dated_by=("registered_on",),
    happened=("registered_on",),
    unique=("credential",),
    erasable="never",  # whether a signature holds is asked of it for as long as there are signatures
    signing_keys=_keys,
    by_hand=False,  # it is registered when it is used to sign for the first time
    writes=(about_oneself, sound(_flaws)),
    inspect=lambda body: list(_flaws(body)),
    view=View(
        Family.KEEPING,
        summary=("registered_on", "rp_id"),
        sections=(
            Section("Whose key it is", ("title", "rp_id", "registered_on")),
            Section("The key", ("credential", "public_key", "aaguid")),
        ),
        columns=("rp_id", "registered_on"),
    ),
)
