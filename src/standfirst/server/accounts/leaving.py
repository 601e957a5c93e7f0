"""Leaving: what is kept of accounts beside the record of a person, once that record was erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from standfirst.server.accounts.models import Invitation, Membership, Token, User
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn

TABLES: Final = (
    User,
    Membership,
    Invitation,
    EmailAddress,
    Authenticator,
    SocialAccount,
    UserSession,
    Session,
)
"""Those in which something is changed here."""

NOBODY: Final = "{account}@erased.invalid"
"""The address of a closed account: no mail is ever delivered there (RFC 2606, 2)."""


def end(organisation: Organisation, people: Collection[str], *, close: bool, now: datetime) -> None:
    """Nobody acts as these people any more, and no letter to one of them stands here. Harmless when repeated.

    ``close``: an account that then belongs to no organisation at all is closed, and says nothing any more.
    """
    with turn(), transaction.atomic():
        # Whoever invites or joins here waits, as they do for one another.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        invited = Invitation.objects.filter(organisation=organisation, person__in=list(people))
        invited.filter(accepted=None, revoked=None).update(revoked=now)
        invited.update(email="")
        members = Membership.objects.filter(organisation=organisation, person__in=list(people))
        accounts = list(members.values_list("user", flat=True))
        Token.objects.filter(organisation=organisation, user__in=accounts, revoked=None).update(revoked=now)
        members.delete()
        if close:
            _close(User.objects.filter(pk__in=accounts, memberships=None))


def _close(accounts: Collection[User]) -> None:
    """Rows stay, since others name them: who uploaded, who invited. What they said is gone."""
    for session in UserSession.objects.filter(user__in=accounts):
        session.end()
    for table in (EmailAddress, Authenticator, SocialAccount):
        table.objects.filter(user__in=accounts).delete()
    for account in accounts:
        account.is_active, account.name, account.email = False, "", NOBODY.format(account=account.pk)
        account.set_unusable_password()
    User.objects.bulk_update(accounts, ["is_active", "name", "email", "password"])
