"""Signing on a page: what somebody is shown, what they give anew, and the proof that is recorded with the move.

A statement is offered, kept in the session for five minutes, and taken once: whatever comes of it, the next attempt has
another salt. With a passkey the challenge is the statement's digest, so that the assertion signs exactly what was shown.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from standfirst.management.keys import OF, PASSKEY
from standfirst.records.change import Refused
from standfirst.records.lifecycle import Transition
from standfirst.records.record import Record
from standfirst.records.signature import Site
from standfirst.records.signing import Asserted, Proof, Statement, digest_of, statement_for
from standfirst.records.writing import Known, Signed, Wish, create, move
from standfirst.server import reading
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.trust import passkey
from standfirst.trust.digests import new_salt
from standfirst.trust.errors import Rejected
from standfirst.trust.spelling import base64url_text, read_base64url

LIFETIME: Final = timedelta(minutes=5)
"""How long a statement may be looked at. Half of what ``records.signature.WINDOW`` allows until it is recorded."""

_ASSERTED: Final = ("id", "authenticatorData", "clientDataJSON", "signature")
_KEPT: Final = "signing"
_MOST: Final = 3
"""Statements that one session holds: who opens more has stopped looking at the first."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A statement that somebody is looking at."""

    id: str
    statement: Statement
    salt: bytes

    @property
    def digest(self) -> bytes:
        return digest_of(self.statement, self.salt)


@dataclass(frozen=True, slots=True)
class Key:
    """One of somebody's passkeys, as their account knows it."""

    name: str
    credential: str
    public_key: Any
    model: str
    row: Authenticator


@dataclass(frozen=True, slots=True)
class Means:
    """By what somebody can show anew who they are."""

    password: bool
    totp: Authenticator | None
    keys: Sequence[Key]


# --- the statement ---------------------------------------------------------------------------------------------------


def offer(
    request: HttpRequest, place: Place, record: Record, transition: Transition, *, reason: str
) -> Pending:
    """A new statement about the record's current version. The printed name is that of the person record."""
    statement = statement_for(
        record,
        transition,
        ledger=reading.ledger_of(place),
        signer=place.person,
        name=reading.labels(place, [place.person])[place.person].title,
        reason=reason,
        at=now(),
    )
    pending = Pending(str(uuid4()), statement, bytes(new_salt()))
    waiting = dict(list(_waiting(request).items())[1 - _MOST :])
    waiting[pending.id] = {"statement": statement.as_json(), "salt": pending.salt.hex()}
    request.session[_KEPT] = waiting
    return pending


def offered(request: HttpRequest, place: Place, record: str, pending: str) -> Pending:
    """Raises Refused where it is gone: taken, too old, or another record's."""
    kept = _waiting(request).get(pending)
    if kept is None:
        raise Refused(Reason("signing.gone"))
    found = Pending(pending, Statement.from_json(kept["statement"]), bytes.fromhex(kept["salt"]))
    said = found.statement
    if now() - said.at > LIFETIME or (said.record, said.signer) != (record, place.person):
        raise Refused(Reason("signing.gone"))
    return found


def take(request: HttpRequest, pending: Pending) -> None:
    """It is used up, whatever comes of it."""
    request.session[_KEPT] = {i: kept for i, kept in _waiting(request).items() if i != pending.id}


def _waiting(request: HttpRequest) -> dict[str, Any]:
    return cast("dict[str, Any]", request.session.get(_KEPT, {}))


# --- what is given anew ----------------------------------------------------------------------------------------------


def means(user: User) -> Means:
    rows = list(Authenticator.objects.filter(user=user).order_by("id"))
    totp = next((row for row in rows if row.type == Authenticator.Type.TOTP), None)
    keys = [_key(row) for row in rows if row.type == Authenticator.Type.WEBAUTHN]
    return Means(user.has_usable_password(), totp, keys)


def _key(row: Authenticator) -> Key:
    data = row.wrap().authenticator_data.credential_data
    return Key(row.wrap().name, base64url_text(data.credential_id), data.public_key, str(data.aaguid), row)


def by_password(request: HttpRequest, pending: Pending, *, password: str, code: str) -> Proof:
    """21 CFR 11.200(a)(1): account and password, and the code where there is one. Raises Refused."""
    user = cast("User", request.user)
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise Refused(Reason("signing.too-often"))
    has = means(user)
    try:
        if not has.password or not get_adapter().reauthenticate(user, password):
            raise Refused(Reason("signing.wrong"))
        if has.totp is None:
            return Proof.by_reauthentication(pending.statement, pending.salt, ("password",))
        clear = check_rate_limit(user)
    except ValidationError:  # how allauth says that it was tried too often
        raise Refused(Reason("signing.too-often")) from None
    if not has.totp.wrap().validate_code(code):
        raise Refused(Reason("signing.wrong"))
    clear()
    return Proof.by_reauthentication(pending.statement, pending.salt, ("password", "totp"))


def site_of(request: HttpRequest) -> Site:
    """Where this page stands: Django has held the host against those that are allowed."""
    host = request.get_host()
    return Site(host.rpartition(":")[0] or host, frozenset({f"{request.scheme}://{host}"}))


def by_passkey(request: HttpRequest, place: Place, pending: Pending, *, given: str) -> Proof:
    """What the browser hands over, verified, and the passkey registered if it is not yet. Raises Refused."""
    site = site_of(request)
    try:
        parts = json.loads(given)
        credential, *rest = (read_base64url(str(parts[name])) for name in _ASSERTED)
    except (ValueError, KeyError, TypeError, RecursionError, Rejected):
        raise Refused(Reason("signing.unreadable")) from None
    keys = means(cast("User", request.user)).keys
    key = next((one for one in keys if one.credential == base64url_text(credential)), None)
    if key is None:
        raise Refused(Reason("signing.other-key"))
    try:
        public_key = passkey.from_cose(key.public_key)
        passkey.verify(
            passkey.Assertion(*rest),
            public_key,
            challenge=pending.digest,
            origins=site.origins,
            rp_id=site.rp_id,
        )
    except Rejected as rejected:
        raise Refused(Reason(rejected.code.value, rejected.parameters)) from None
    key.row.record_usage()
    _register(place, key, public_key, site)
    asserted = Asserted(passkey.Assertion(*rest), credential, next(iter(site.origins)), site.rp_id)
    return Proof.by_passkey(pending.statement, pending.salt, asserted, public_key)


def _register(place: Place, key: Key, public_key: dict[str, str], site: Site) -> None:
    """The organisation's own record of the public key, made by its holder when it is used here first."""
    if PASSKEY.name not in place.store.kinds:
        raise Refused(Reason("signing.no-passkeys"))
    if place.store.holding(PASSKEY.name, "credential", key.credential):
        return
    known = reading.known(place)
    body = {
        "title": key.name or "Passkey",
        "credential": key.credential,
        "public_key": public_key,
        "rp_id": site.rp_id,
        "registered_on": min(known.today, now().date()).isoformat(),
        **({"aaguid": key.model} if set(key.model) - set("0-") else {}),
    }
    deed = create(
        acting=place.actor,
        kind=PASSKEY,
        record=str(uuid4()),
        wish=Wish(body=body, links={OF: (place.person,)}),
        why="It is used to sign here",
        known=Known(known.requirements, known.today),
        signed=AT_A_DOOR,
    )
    place.store.perform(deed)


# --- the deed --------------------------------------------------------------------------------------------------------


def sign(request: HttpRequest, place: Place, transition: Transition, proof: Proof) -> None:
    """The move, with its signature. Raises Refused, also Conflict where the record is no longer what was shown."""
    said = proof.statement
    signed = Signed(Assurance.REAUTHENTICATED, said.organisation, site_of(request), proof)
    place.store.perform(
        move(
            acting=place.actor,
            record=said.record,
            expected=said.version,
            to=transition.target,
            why=said.reason,
            signed=signed,
        )
    )
