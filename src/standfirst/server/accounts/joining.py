"""Joining: an invitation is taken up by whoever has proved to have the address it was sent to. Once."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from standfirst.records.change import Refused
from standfirst.server.accounts import secret
from standfirst.server.accounts.models import Invitation, Membership, User
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

_REMEMBERED = (
    "invitation"  # the digest, in the session of somebody who opened the letter and has no account yet
)


def opened(text: str, *, now: datetime) -> Invitation:
    """The invitation of this secret. Raises Refused where there is none, or where it cannot be taken up any more."""
    found = None
    if secret.is_one(text, secret.INVITATION):
        found = Invitation.objects.select_related("organisation").filter(digest=secret.digest(text)).first()
    if found is None:
        raise Refused(Reason("invitation.missing"))
    return _open(found, now)


def has_verified(user: User, email: str) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email=email, verified=True).exists())


def accept(*, user: User, text: str, now: datetime) -> Membership:
    invitation = opened(text, now=now)
    if not has_verified(user, invitation.email):
        raise Refused(Reason("invitation.other-address", {"email": invitation.email}))
    with turn(), transaction.atomic():
        # 1. One after the other, also beside somebody who invites or revokes at this moment.
        Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
        invitation = _open(locked.get(pk=invitation.pk), now)
        # 2. One account a person, one person an account.
        members = Membership.objects.filter(organisation=invitation.organisation)
        there = members.filter(Q(user=user) | Q(person=invitation.person)).first()
        if there is not None and there.user_id == user.pk:
            raise Refused(Reason("invitation.member-already", {"email": invitation.email}))
        if there is not None:
            raise Refused(Reason("invitation.person-taken"))
        # 3. Used up in the same moment.
        Invitation.objects.filter(pk=invitation.pk).update(accepted=now)
        return Membership.objects.create(
            user=user, organisation=invitation.organisation, person=invitation.person
        )


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Whoever holds the letter may sign up where sign-up is closed: the session says so until it ends."""
    request.session[_REMEMBERED] = invitation.digest


def invited(request: HttpRequest, *, now: datetime) -> str | None:
    """The address to which an open invitation was sent whose letter this visitor has."""
    digest = request.session.get(_REMEMBERED)
    if digest is None:
        return None
    found = Invitation.objects.filter(digest=digest).first()
    return found.email if found is not None and found.is_open(now) else None


def _open(invitation: Invitation, now: datetime) -> Invitation:
    if invitation.accepted is not None:
        raise Refused(Reason("invitation.used"))
    if invitation.revoked is not None:
        raise Refused(Reason("invitation.revoked"))
    if not invitation.is_open(now):
        raise Refused(Reason("invitation.expired", {"day": invitation.expires.date().isoformat()}))
    return invitation
