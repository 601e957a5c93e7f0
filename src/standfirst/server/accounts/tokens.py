"""Tokens: how a member lets a program in, for how long and for what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from standfirst.records.change import Refused
from standfirst.server.accounts import secret
from standfirst.server.accounts.models import Scope, Token, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.store.models import Organisation
from standfirst.standards.reason import Reason

LONGEST: Final = timedelta(days=365)
_NOTED_EVERY: Final = timedelta(hours=1)
"""How often a token's last use is written down: a program asks often, and each note is a write."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and its text, which is nowhere else and comes never again."""

    token: Token
    text: str


def issue(
    *,
    user: User,
    organisation: Organisation,
    name: str,
    scopes: Collection[Scope],
    lifetime: timedelta,
    now: datetime,
) -> Issued:
    if not standing_of(user).filter(organisation=organisation).exists():
        raise Refused(Reason("actor.not-a-member"))
    if not scopes:
        raise Refused(Reason("token.no-scope"))
    if not timedelta(0) < lifetime <= LONGEST:
        raise Refused(Reason("token.lifetime", {"days": LONGEST.days}))
    text = secret.fresh(secret.TOKEN)
    token = Token.objects.create(
        user=user,
        organisation=organisation,
        name=name,
        granted=Token.granting(scopes),
        digest=secret.digest(text),
        created=now,
        expires=now + lifetime,
    )
    return Issued(token, text)


def checked(text: str, *, now: datetime) -> Token:
    """The live token with this text, of an active account that is still a member. Raises Refused.

    The look-up is by digest: how long it takes tells nothing about the text of any token.
    """
    token = None
    if secret.is_one(text, secret.TOKEN):
        token = (
            Token.objects.select_related("user", "organisation")
            .filter(
                digest=secret.digest(text),
                user__is_active=True,
                user__memberships__organisation=F("organisation"),
            )
            .first()
        )
    if token is None:
        raise Refused(Reason("token.unknown"))
    if token.revoked is not None:
        raise Refused(Reason("token.revoked", {"name": token.name}))
    if now >= token.expires:
        raise Refused(Reason("token.expired", {"name": token.name, "day": token.expires.date().isoformat()}))
    if token.last_used is None or now - token.last_used >= _NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used=now)
        token.last_used = now
    return token


def require(token: Token, scope: Scope) -> None:
    """Raises Refused where the token was not issued for this."""
    if scope not in token.scopes:
        reason = {"name": token.name, "scope": scope.value, "granted": tuple(token.granted.split())}
        raise Refused(Reason("token.scope", reason))


def own(user: User) -> QuerySet[Token]:
    """A member's tokens, the newest first; the revoked stay in the list."""
    return user.tokens.select_related("organisation").order_by("-created")


def revoke(*, user: User, token: UUID, now: datetime) -> None:
    """A member's own token. Revoking it again changes nothing."""
    if not user.tokens.filter(pk=token).exists():
        raise Refused(Reason("token.missing"))
    user.tokens.filter(pk=token, revoked=None).update(revoked=now)
