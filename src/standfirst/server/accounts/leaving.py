"""Leaving: what is kept of accounts beside the records of a person and their access, once these were erased or ended."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from standfirst.management.access import ACCESS, ENDED
from standfirst.server.accounts.models import Invitation, Membership, Token, User
from standfirst.server.desk.models import Draft, FirstView, SavedView
from standfirst.server.importing.models import Sheet
from standfirst.server.setup.models import Answers
from standfirst.server.store.models import Current, Organisation
from standfirst.server.store.turn import turn

TABLES: Final = (
    User,
    Membership,
    Invitation,
    Token,
    EmailAddress,
    Authenticator,
    SocialAccount,
    UserSession,
    Session,
    Draft,
    SavedView,
    FirstView,
    Sheet,
    Answers,
)
"""Those in which something is changed here."""

NOBODY: Final = "{account}@erased.invalid"
"""The address of a closed account: no mail is ever delivered there (RFC 2606, 2)."""


def end(
    organisation: Organisation,
    people: Collection[str],
    *,
    accounts: Collection[str],
    close: bool,
    now: datetime,
) -> None:
    """Nobody acts as these people any more, and no letter to one of them stands here. Harmless when repeated.

    ``accounts``: those that ever acted as them, by id; whoever left before it was erased has no membership by now.
    ``close``: an account that then belongs to no organisation at all is closed, and says nothing any more.
    """
    with turn(), transaction.atomic():
        # Whoever invites or joins here waits, as they do for one another.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        invited = Invitation.objects.filter(organisation=organisation, person__in=list(people))
        invited.filter(accepted=None, revoked=None).update(revoked=now)
        invited.update(email="")
        members = Membership.objects.filter(organisation=organisation, person__in=list(people))
        acting = list(members.values_list("user", flat=True))
        Token.objects.filter(organisation=organisation, user__in=acting, revoked=None).update(revoked=now)
        _recall(organisation, acting, now)
        members.delete()
        _clear_desks(organisation, acting)
        _end_sessions(acting)  # they hold what was about to be signed, and by which name
        if close:
            ever = [*acting, *(UUID(account) for account in accounts)]
            _close(User.objects.filter(pk__in=ever, memberships=None))


def clear(organisation: Organisation, *, now: datetime) -> None:
    """What is kept beside access that has ended goes: memberships, tokens, and the sessions of who then belongs nowhere.

    Harmless when repeated. The accounts stay: they may be invited again.
    """
    with turn(), transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        clear_locked(organisation, now=now)


def clear_locked(organisation: Organisation, *, now: datetime) -> None:
    """As ``clear``, for the one who holds the organisation's row."""
    access = Current.objects.filter(
        organisation=OuterRef("organisation"), record=OuterRef("access"), kind=ACCESS.name, state=ENDED
    )
    over = Membership.objects.filter(Exists(access), organisation=organisation)
    accounts = list(over.values_list("user", flat=True))
    if not accounts:
        return
    Token.objects.filter(organisation=organisation, user__in=accounts, revoked=None).update(revoked=now)
    _recall(organisation, accounts, now)
    over.delete()
    _clear_desks(organisation, accounts)
    _end_sessions(User.objects.filter(pk__in=accounts, memberships=None))


def _clear_desks(organisation: Organisation, accounts: Collection[UUID]) -> None:
    """What they had begun here and not recorded."""
    for table in (Draft, Sheet, FirstView, Answers):
        table.objects.filter(organisation=organisation, user__in=accounts).delete()
    SavedView.objects.filter(organisation=organisation, user__in=accounts, shared=False).delete()


def _recall(organisation: Organisation, accounts: Collection[UUID], now: datetime) -> None:
    """Letters that nobody has taken up yet lose their worth with whoever sent them."""
    sent = Invitation.objects.filter(organisation=organisation, invited_by__in=accounts)
    sent.filter(accepted=None, revoked=None).update(revoked=now)


def _end_sessions(accounts: Collection[User] | Collection[UUID]) -> None:
    for session in UserSession.objects.filter(user__in=accounts):
        session.end()


def _close(accounts: Collection[User]) -> None:
    """Rows stay, since others name them: who uploaded, who invited. What they said is gone."""
    _end_sessions(accounts)
    for table in (EmailAddress, Authenticator, SocialAccount):
        table.objects.filter(user__in=accounts).delete()
    for account in accounts:
        account.is_active, account.name, account.email = False, "", NOBODY.format(account=account.pk)
        account.set_unusable_password()
    User.objects.bulk_update(accounts, ["is_active", "name", "email", "password"])
