"""The one door: who this is, in which organisation, as which person. Missing and forbidden look alike.

Roles come from the person's record in the organisation's own ledger and from nowhere else, read anew for every request.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from standfirst.management.founding import actor_named
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.workspace import Workspace
from standfirst.server.accounts.models import Membership, User
from standfirst.server.store.models import Organisation
from standfirst.server.store.store import DatabaseStore
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands: an organisation that the person belongs to, its store, and who they are in it."""

    organisation: Organisation
    store: DatabaseStore
    person: str

    def actor(self, workspace: Workspace) -> Actor:
        """As the records say under the lock: for deeds. Raises Refused ``actor.not-a-member`` for somebody who has left."""
        return actor_of(self.person, workspace)


def place_of(request: HttpRequest, slug: str) -> Place:
    """Raises Refused ``actor.not-a-member``, also where there is no such organisation and for nobody at all."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise not_a_member()
    found = (
        Membership.objects.select_related("organisation").filter(user=user, organisation__slug=slug).first()
    )
    if found is None:
        raise not_a_member()
    store = open_store(found.organisation)
    actor_of(found.person, store)
    return Place(found.organisation, store, found.person)


def actor_of(person: str, workspace: Workspace) -> Actor:
    """The active person of this id, with the roles that their record gives. Raises Refused ``actor.not-a-member``."""
    actor = actor_named(workspace, person)
    if actor is None:
        raise not_a_member()
    return actor


def not_a_member() -> Refused:
    return Refused(Reason("actor.not-a-member", {}))
