"""The one door: who this is, in which organisation, as which person. Missing and forbidden look alike.

Roles come from the person's record in the organisation's own ledger and from nowhere else, read anew for every request.
"""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from standfirst.management.access import ACCESS, is_open, of
from standfirst.management.founding import actor_from
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.records.writing import Signed
from standfirst.server.accounts import tokens
from standfirst.server.accounts.door import entered
from standfirst.server.accounts.models import Scope, Token, User
from standfirst.server.organisations import Purpose
from standfirst.server.store.models import LedgerHead, Organisation
from standfirst.server.store.store import DatabaseStore
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

AT_A_DOOR: Final = Signed(least=Assurance.REAUTHENTICATED)
"""What comes from outside leaves no signature that is only declared. Pages give one (``signing``); the API gives none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands: an organisation that the person belongs to, its store, and who they are in it.

    ``head`` is the ledger's as the request found it; ``purpose`` that of the installation. ``access``: the record that lets
    ``account`` in, and none where nobody acts.
    """

    organisation: Organisation
    store: DatabaseStore
    person: str
    head: LedgerHead
    purpose: Purpose
    access: str = ""
    account: str = ""

    def actor(self, workspace: Workspace) -> Actor:
        """As the records say under the lock: for deeds. Raises Refused ``actor.not-a-member`` for somebody who has left."""
        return actor_of(self.person, workspace, self.access, self.account)


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
    request.place = place  # type: ignore[attr-defined]  # for what every page of it says (``notices``)
    return place


def place_for(user: User, slug: str) -> Place:
    """In one query. Raises Refused ``actor.not-a-member``."""
    found = entered(user, slug)
    if found is None:
        raise not_a_member()
    organisation, purpose = found.organisation, Purpose(found.purpose or Purpose.OWN)
    store, head = open_store(organisation), organisation.head
    return Place(organisation, store, found.person, head, purpose, found.access, str(user.pk))


def actor_of(person: str, workspace: Workspace, access: str = "", account: str = "") -> Actor:
    """The active person of this id, with the roles that their record gives, as long as the ``account``'s ``access`` is open.

    Raises Refused ``actor.not-a-member``.
    """
    both = workspace.records([person, *([access] if access else [])], kinds=(PERSON.name, ACCESS.name))
    actor = actor_from(both.get(person))
    if actor is None or (access and not _lets_in(both.get(access), person, account)):
        raise not_a_member()
    return actor


def _lets_in(access: Record | None, person: str, account: str) -> bool:
    """Whether this record says that the account acts as the person. One from elsewhere opens nothing here."""
    if access is None or not is_open(access):
        return False
    said = access.current.content
    return not said.origin and person in of(access) and said.body["account"] == account


def not_a_member() -> Refused:
    return Refused(Reason("actor.not-a-member", {}))
