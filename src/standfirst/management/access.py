"""Access: from which moment an account acts as a person, who invited it, and when that ended.

21 CFR 11.10(d), (e) and (g); ISO/IEC 27001:2022, A.5.16 to A.5.18. The door asks the record that stands here, so nobody
acts whose access the ledger does not show. An account is named by an id that says nothing outside the installation.
"""

from collections.abc import Collection, Iterator
from typing import Final, Literal

from pydantic import Field

from standfirst.management.founding import actor_from, actor_named
from standfirst.management.guards import by_nobodys_hand
from standfirst.management.organisation import MANAGERS, PERSON
from standfirst.management.parties import Identity
from standfirst.records.actor import Actor
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.standards.reason import Reason

OF: Final = "of"
INVITED_BY: Final = "invited-by"
OPEN: Final = "open"
ENDED: Final = "ended"
END: Final = "end"

Began = Literal["founding", "adoption", "invitation", "administration"]
"""``administration``: by a command of whoever runs the installation."""


class AccessBody(Body):
    account: Identity = Field(description="The account's id on this installation")
    began: Began = Field(description="How it came to act as this person")


def ones_own_or_managing(attempt: Attempt) -> Reason | None:
    """Access is given up by who has it, or withdrawn by who answers for people."""
    if attempt.actor.id in attempt.content.links.get(OF, ()) or attempt.actor.roles & set(MANAGERS):
        return None
    return Reason("access.ended-by-another", {"asked": tuple(MANAGERS)})


def somebody_manages_still(attempt: Attempt) -> Reason | None:
    """Else nobody could invite anybody any more, and the organisation would be shut for good."""
    left = [each for each in open_in(attempt.workspace) if each.id != attempt.content.record]
    people = attempt.workspace.records({person for each in left for person in of(each)}, kinds=(PERSON.name,))
    actors = [actor_from(person) for person in people.values()]
    if any(actor is not None and actor.roles & set(MANAGERS) for actor in actors):
        return None
    return Reason("access.last-manager", {"roles": tuple(MANAGERS)})


ACCESS = Kind(
    name="access",
    prefix="ACC",
    folder="people",
    title="Access",
    body=AccessBody,
    titled_by="account",
    lifecycle=Lifecycle(
        states=(OPEN, ENDED),
        transitions=(Transition(END, (OPEN,), ENDED, guards=(ones_own_or_managing, somebody_manages_still)),),
        frozen=(OPEN, ENDED),
    ),
    links=(LinkRule(OF, (PERSON.name,)), LinkRule(INVITED_BY, (PERSON.name,))),
    writes=(by_nobodys_hand("access.by-hand"),),  # but when somebody joins, by ``open_access``
    erasable="never",  # who could act is asked of it for as long as there are acts
    by_hand=False,
    view=View(
        Family.KEEPING,
        summary=("began",),
        sections=(Section("Who is let in", ("account", "began")),),
        columns=("began",),
        filters=("began",),
    ),
)


def is_open(access: Record | None) -> bool:
    return access is not None and access.kind == ACCESS.name and access.current.content.state == OPEN


def open_in(workspace: Workspace) -> Iterator[Record]:
    """Those of this organisation's own; a copy from elsewhere opens nothing."""
    for record in workspace.records(kinds=(ACCESS.name,)).values():
        if is_open(record) and not record.current.content.origin:
            yield record


def accounts_of(workspace: Workspace, people: Collection[str]) -> set[str]:
    """The accounts that act, or once acted, as these people, by their ids."""
    found = workspace.records(kinds=(ACCESS.name,)).values()
    return {
        str(each.current.content.body["account"])
        for each in found
        if not each.current.content.origin and not set(people).isdisjoint(of(each))
    }


def of(access: Record) -> tuple[str, ...]:
    """As whom an account acts by it, by the ids of person records."""
    return access.current.content.links.get(OF, ())


def open_access(
    *, record: str, person: str, account: str, began: Began, invited_by: str | None = None
) -> DeedFunction:
    """From now on the account acts as the person, and no other does; nor does the account act as anybody else here.

    Harmless when repeated. Raises Refused where there is no such active person.
    """

    def deed(workspace: Workspace) -> Change:
        actor = actor_named(workspace, person)
        if actor is None:
            raise Refused(Reason("invitation.no-such-person"))
        if workspace.records([record]):
            return Change(actor, ())
        before = [
            each
            for each in open_in(workspace)
            if began == "adoption"  # the accounts of the installation before do not act on this one
            or person in of(each)
            or each.current.content.body["account"] == account
        ]
        links = {OF: (person,), **({INVITED_BY: (invited_by,)} if invited_by else {})}
        opened = Draft(
            deed=Deed.CREATED,
            record=record,
            kind=ACCESS.name,
            expected=0,
            state=OPEN,
            body=AccessBody(account=account, began=began).values(),
            why="An account acts as this person from now on",
            links=links,
        )
        return Change(actor, (*(_ended(each, "Another account takes its place") for each in before), opened))

    return deed


def end_access_of(person: str, *, by: Actor) -> DeedFunction:
    """What is open for somebody who has left or was erased is ended. Nothing happens to who is still, or again, active."""

    def deed(workspace: Workspace) -> Change:
        if actor_named(workspace, person) is not None:
            return Change(by, ())
        ended = [_ended(each, "The person has left") for each in open_in(workspace) if person in of(each)]
        return Change(by, tuple(ended))

    return deed


def _ended(access: Record, why: str) -> Draft:
    content = access.current.content
    return Draft(
        deed=Deed.MOVED,
        record=access.id,
        kind=ACCESS.name,
        expected=access.current.entry.version,
        state=ENDED,
        body=content.body,
        why=why,
        serves=content.serves,
        links=content.links,
        transition=END,
    )
