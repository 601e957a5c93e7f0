"""How an organisation's ledger begins: with the person who begins it, and whether time is simulated."""

import unicodedata
from collections.abc import Callable
from uuid import uuid4

from standfirst.management.organisation import PERSON, PersonBody
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Body, Kind
from standfirst.records.ledger import Deed
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason

FIRST_ROLES = (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER)


def found(
    *, name: str, handle: str, simulation: bool, fictional: bool = False
) -> Callable[[Workspace], Change]:
    """The first deed: the person who acts records themselves, with the roles of a founder.

    Raises Refused when the ledger has begun already. With ``simulation``, and for a ``fictional``
    organisation, every later page, report and result says so.
    """
    body = PersonBody(name=unicodedata.normalize("NFC", name), handle=handle, roles=FIRST_ROLES)

    def deed(workspace: Workspace) -> Change:
        if workspace.founded:
            raise Refused(Reason("ledger.founded-once"))
        actor = Actor(str(uuid4()), frozenset(FIRST_ROLES))
        draft = Draft(
            deed=Deed.FOUNDED,
            record=actor.id,
            kind=PERSON.name,
            expected=0,
            state=PERSON.lifecycle.initial,
            body=body.values(),
            why="The ledger begins",
        )
        return Change(actor, (draft,), simulation=simulation, fictional=fictional)

    return deed


def acting(workspace: Workspace, who: str) -> Actor:
    """The active person with this handle or number. Raises Refused naming those there are."""
    people = [
        r
        for r in workspace.records(kinds=(PERSON.name,)).values()
        if r.current.content.state == PERSON.lifecycle.initial
    ]
    for person in people:
        body = person.current.content.body
        if who in (body["handle"], person.number):
            return Actor(person.id, frozenset(Role(role) for role in body["roles"]))
    known = tuple(sorted(str(person.current.content.body["handle"]) for person in people))
    raise Refused(Reason("actor.unknown", {"actor": who, "known": known}))


def actor_named(workspace: Workspace, identity: str) -> Actor | None:
    """The active person whose record has this id; None where there is none."""
    return actor_from(workspace.records([identity], kinds=(PERSON.name,)).get(identity))


def actor_from(person: Record | None) -> Actor | None:
    """Who acts by this person record; None where it is none, or nobody's who is active."""
    if (
        person is None
        or person.kind != PERSON.name
        or person.current.content.state != PERSON.lifecycle.initial
    ):
        return None
    return Actor(person.id, frozenset(Role(role) for role in person.current.content.body["roles"]))


def without_roles(kind: Kind, body: Body) -> Body:
    """A person who comes in from elsewhere answers for nothing here until somebody here says so."""
    return {**body, "roles": []} if kind.name == PERSON.name else body
