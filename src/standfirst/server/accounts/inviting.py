"""Inviting: who answers for the people of an organisation asks somebody to act as one of its persons."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from standfirst.management.access import of, open_in
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.accounts import leaving, secret
from standfirst.server.accounts.models import Invitation, Membership, User
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

INVITERS: Final = frozenset(PERSON.authors)
"""Those whom the kind ``person`` lets record people: an account adds nothing to what they may do already."""
LIFETIME: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """A new invitation, and the secret for its e-mail, which is nowhere else."""

    invitation: Invitation
    secret: str


def require_inviter(actor: Actor) -> None:
    if not actor.roles & INVITERS:
        raise Refused(Reason("invitation.role", {"roles": tuple(sorted(INVITERS))}))


def without_account(organisation: Organisation, workspace: Workspace) -> list[Record]:
    """The active persons of an organisation whom nobody acts as yet."""
    taken = set(Membership.objects.filter(organisation=organisation).values_list("person", flat=True))
    people = workspace.records(kinds=(PERSON.name,)).values()
    return [person for person in people if _is_active(person) and person.id not in taken]


def invite(
    *,
    actor: Actor,
    by: User,
    organisation: Organisation,
    workspace: Workspace,
    person: str,
    email: str,
    now: datetime,
) -> Letter:
    """Takes the place of an earlier invitation for the same person. Raises Refused."""
    require_inviter(actor)
    email = email.lower()
    record = workspace.records([person]).get(person)
    if record is None or record.kind != PERSON.name or not _is_active(record):
        raise Refused(Reason("invitation.no-such-person"))
    text = secret.fresh(secret.INVITATION)
    with turn(), transaction.atomic():
        # Whoever invites or joins here waits for the others, so that what is asked below still holds when it is written.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        leaving.clear_locked(organisation, now=now)
        members = Membership.objects.filter(organisation=organisation)
        if members.filter(person=person).exists():
            raise Refused(Reason("invitation.person-taken"))
        if members.filter(Q(user__email=email) | _verified(email)).exists():
            raise Refused(Reason("invitation.member-already", {"email": email}))
        organisation.invitations.filter(person=person, accepted=None, revoked=None).update(revoked=now)
        invitation = organisation.invitations.create(
            email=email,
            person=person,
            invited_by=by,
            digest=secret.digest(text),
            created=now,
            expires=now + LIFETIME,
        )
    return Letter(invitation, text)


def post(letter: Letter, *, link: str) -> None:
    """Sends it. One that could not be sent is revoked, so that nobody waits for it. Raises Refused."""
    invitation = letter.invitation
    organisation = invitation.organisation
    text = render_to_string(
        "accounts/mail/invitation.txt", {"invitation": invitation, "organisation": organisation, "link": link}
    )
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{' '.join(organisation.name.split())} invites you"
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    except OSError as fault:  # what SMTP and sockets raise
        Invitation.objects.filter(pk=invitation.pk).update(revoked=invitation.created)
        raise Refused(Reason("invitation.not-sent", {"email": invitation.email})) from fault


def last_address(organisation: Organisation, person: str) -> str:
    """Where the last letter for this person went that nobody has answered: a record of a person holds no address."""
    asked = organisation.invitations.filter(person=person, accepted=None).order_by("-created")
    return asked.values_list("email", flat=True).first() or ""


def pending(
    organisation: Organisation, workspace: Workspace, *, now: datetime
) -> list[tuple[Invitation, str]]:
    """What is neither accepted, revoked nor expired, the newest first, and whom each is for."""
    waiting = organisation.invitations.filter(accepted=None, revoked=None, expires__gt=now)
    rows = list(waiting.select_related("invited_by").order_by("-created"))
    names = dict(named(workspace.records([row.person for row in rows]).values()))
    return [(row, names.get(row.person, row.email)) for row in rows]


def with_access(workspace: Workspace) -> list[tuple[str, Record, Record | None]]:
    """Whose access is open, by name, the record that says so: its page ends it; and the person's."""
    opened = [(person, access) for access in open_in(workspace) for person in of(access)]
    people = workspace.records({person for person, _ in opened})
    names = dict(named(people.values()))
    return sorted(
        ((names.get(person, access.number), access, people.get(person)) for person, access in opened),
        key=lambda row: row[0],
    )


def revoke(*, actor: Actor, organisation: Organisation, invitation: UUID, now: datetime) -> None:
    require_inviter(actor)
    if not organisation.invitations.filter(pk=invitation).exists():
        raise Refused(Reason("invitation.missing"))
    changed = organisation.invitations.filter(pk=invitation, accepted=None).update(revoked=now)
    if not changed:
        raise Refused(Reason("invitation.used"))


def named(people: Collection[Record]) -> list[tuple[str, str]]:
    """Persons by id, as a list to choose from tells them."""
    return [(person.id, f"{person.current.content.body['name']} ({person.number})") for person in people]


def _is_active(person: Record) -> bool:
    return person.current.content.state == PERSON.lifecycle.initial


def _verified(email: str) -> Q:
    return Q(user__emailaddress__email=email, user__emailaddress__verified=True)
