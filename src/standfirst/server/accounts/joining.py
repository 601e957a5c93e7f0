"""Joining: an invitation is taken up by whoever has proved to have the address it was sent to. Once."""

from contextlib import suppress
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from standfirst.records.change import Refused
from standfirst.server.access import actor_of
from standfirst.server.accounts import leaving, people, secret
from standfirst.server.accounts.inviting import INVITERS
from standfirst.server.accounts.models import Invitation, Membership, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason

_REMEMBERED = (
    "invitation"  # the digest, in the session of somebody who opened the letter and has no account yet
)


def opened(text: str, *, now: datetime) -> Invitation:
    """The invitation of this secret. Raises Refused where there is none, or where it cannot be taken up any more."""
    return _open(_sent(text), now)


def _sent(text: str) -> Invitation:
    found = None
    if secret.is_one(text, secret.INVITATION):
        found = Invitation.objects.select_related("organisation").filter(digest=secret.digest(text)).first()
    if found is None:
        raise Refused(Reason("invitation.missing"))
    return found


def has_verified(user: User, email: str) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email=email, verified=True).exists())


def accept(*, user: User, text: str, now: datetime) -> Membership:
    invitation = _sent(text)
    if not has_verified(user, invitation.email):
        raise Refused(Reason("invitation.other-address", {"email": invitation.email}))
    membership = _taken_up(user, invitation, now)
    people.record(membership, began="invitation", invited_by=_inviter(invitation))
    return membership


def _taken_up(user: User, invitation: Invitation, now: datetime) -> Membership:
    """The invitation is used up and its person taken, in one transaction. Raises Refused."""
    with turn(), transaction.atomic():
        # 1. One after the other, also beside somebody who invites or revokes at this moment.
        Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
        leaving.clear_locked(invitation.organisation, now=now)
        mine = Membership.objects.filter(
            user=user, organisation=invitation.organisation, person=invitation.person
        ).first()
        if mine is not None and not people.is_recorded(mine):
            return mine  # whoever was killed between this and the ledger does it again
        invitation = _open(locked.get(pk=invitation.pk), now)
        _require_authority(invitation)
        # 2. One account a person, one person an account.
        members = Membership.objects.filter(organisation=invitation.organisation)
        there = members.filter(Q(user=user) | Q(person=invitation.person)).first()
        if there is not None and there.user_id == user.pk:
            raise Refused(Reason("invitation.member-already", {"email": invitation.email}))
        if there is not None:
            raise Refused(Reason("invitation.person-taken"))
        # 3. Used up in the same moment.
        Invitation.objects.filter(pk=invitation.pk).update(accepted=now)
        return people.new_membership(user, invitation.organisation, invitation.person)


def _require_authority(invitation: Invitation) -> None:
    """A letter is worth no more than whoever sent it: they may still invite, at this moment. Raises Refused."""
    sender = standing_of(invitation.invited_by).filter(organisation=invitation.organisation).first()
    if sender is not None:
        store = open_store(invitation.organisation)
        with suppress(Refused):
            actor = actor_of(sender.person, store, sender.access, str(sender.user_id))
            if actor.roles & INVITERS:
                return
    raise Refused(Reason("invitation.no-authority"))


def _inviter(invitation: Invitation) -> str | None:
    """The person as whom they act who sent the letter, if they still do."""
    found = Membership.objects.filter(user=invitation.invited_by_id, organisation=invitation.organisation)
    return found.values_list("person", flat=True).first()


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
