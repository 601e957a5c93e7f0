"""The one door: who this is, in which organisation, as which person. Missing and forbidden look alike.

Roles come from the person's record in the organisation's own ledger and from nowhere else, read anew for every request.
"""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from standfirst.management.founding import actor_named
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.workspace import Workspace
from standfirst.server.accounts import tokens
from standfirst.server.accounts.models import Membership, Scope, Token, User
from standfirst.server.organisations import Purpose
from standfirst.server.store.models import Current, Installation, LedgerHead, Organisation
from standfirst.server.store.store import DatabaseStore
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands: an organisation that the person belongs to, its store, and who they are in it.

    ``head`` is the ledger's as the request found it; ``purpose`` that of the installation.
    """

    organisation: Organisation
    store: DatabaseStore
    person: str
    head: LedgerHead
    purpose: Purpose

    def actor(self, workspace: Workspace) -> Actor:
        """As the records say under the lock: for deeds. Raises Refused ``actor.not-a-member`` for somebody who has left."""
        return actor_of(self.person, workspace)


def place_of(request: HttpRequest, slug: str, scope: Scope | None = None) -> Place:
    """Raises Refused ``actor.not-a-member``, also where there is no such organisation and for nobody at all.

    Who comes with a token (``api.bearer``) is let into its organisation alone, and asks for what it was issued for:
    ``scope``, or else reading for the methods that change nothing and writing for the others.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise not_a_member()
    place = place_for(user, slug)
    token: Token | None = getattr(request, "token", None)
    if token is not None:
        if token.organisation_id != place.organisation.pk:
            raise not_a_member()
        safe = request.method in {"GET", "HEAD", "OPTIONS"}
        tokens.require(token, scope or (Scope.READ if safe else Scope.WRITE))
    return place


def place_for(user: User, slug: str) -> Place:
    """In one query. Raises Refused ``actor.not-a-member``."""
    found = standing_of(user).filter(organisation__slug=slug).first()
    if found is None:
        raise not_a_member()
    organisation, purpose = found.organisation, found.__dict__["purpose"] or Purpose.OWN
    return Place(organisation, open_store(organisation), found.person, organisation.head, Purpose(purpose))


def standing_of(user: User) -> QuerySet[Membership]:
    """Where somebody is an active person."""
    person = Current.objects.filter(
        organisation=OuterRef("organisation"), record=OuterRef("person"), kind=PERSON.name, erased=False
    )
    purpose = Installation.objects.values("purpose")[:1]
    return (
        Membership.objects.select_related("organisation__head")
        .annotate(standing=Subquery(person.values("state")[:1]), purpose=Subquery(purpose))
        .filter(user=user, standing=PERSON.lifecycle.initial)
    )


def actor_of(person: str, workspace: Workspace) -> Actor:
    """The active person of this id, with the roles that their record gives. Raises Refused ``actor.not-a-member``."""
    actor = actor_named(workspace, person)
    if actor is None:
        raise not_a_member()
    return actor


def not_a_member() -> Refused:
    return Refused(Reason("actor.not-a-member", {}))
