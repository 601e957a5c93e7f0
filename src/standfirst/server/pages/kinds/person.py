"""Whether somebody who is on record can sign in here, and what whoever answers for people can do about it."""

from dataclasses import dataclass

from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor
from standfirst.records.record import Record
from standfirst.server.access import Place
from standfirst.server.accounts.inviting import INVITERS
from standfirst.server.accounts.models import Invitation
from standfirst.server.clock import now
from standfirst.server.people import acting
from standfirst.server.reading import labels


@dataclass(frozen=True, slots=True)
class Door:
    """``access``: the number of the record that lets an account act as this person. ``invited``: the invitation that waits,
    which only those see who may invite.
    """

    access: str = ""
    invited: Invitation | None = None
    is_active: bool = True
    may_invite: bool = False


def door(place: Place, person: Record, actor: Actor) -> Door:
    """In two queries, and one more for who may invite."""
    may_invite = bool(actor.roles & INVITERS)
    is_active = person.current.content.state == PERSON.lifecycle.initial
    access = acting(place).filter(person=person.id).values_list("access", flat=True).first()
    if access is not None:
        return Door(labels(place, {access})[access].number, None, is_active, may_invite)
    waiting = place.organisation.invitations.filter(
        person=person.id, accepted=None, revoked=None, expires__gt=now()
    )
    return Door("", waiting.first() if may_invite else None, is_active, may_invite)
