"""Finishing the set-up: all that was answered becomes records, in one change. Drafts, for people to go on with.

Scope and applicability have to be approved by signature before they count; obligations are *identified*, and count for
nothing until somebody says that they apply. That somebody works here and answers for something is a fact, and counts as one.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final
from uuid import uuid4

from standfirst.management.applicability import OBLIGATION, STATEMENT_OF_APPLICABILITY
from standfirst.management.founding import actor_from
from standfirst.management.organisation import MANAGERS, ORGANISATION, PERSON, SCOPE
from standfirst.records.actor import Actor
from standfirst.records.change import Change, Refused
from standfirst.records.kind import Kind
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import Acting, Known, Signed, Wish, amend, create
from standfirst.server.setup.answers import Given
from standfirst.server.setup.founding import handle_of
from standfirst.server.setup.markets import expectations, obligation
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason

_LONGEST: Final = 40
"""Characters of a handle."""


def finish(
    *, acting: Acting, given: Given, why: str, today: date, known: Known, signed: Signed
) -> DeedFunction:
    """One change for everything, so that all of it is recorded or nothing.

    Raises Refused where somebody else has finished meanwhile, where the actor does not manage, and where something is still
    missing; Unusable with every fault of what was answered.
    """

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        _require(workspace, actor, given)
        people = _People(workspace, actor)
        them: Acting = lambda _: actor  # noqa: E731 - asked once, under the lock
        made = [
            create(
                acting=them,
                kind=workspace.kinds[kind.name],
                record=str(uuid4()),
                wish=Wish(body=body),
                why=why,
                known=known,
                signed=signed,
            )
            for kind, body in _wanted(given, people, today)
        ]
        parts = [*people.own(given, them, why, known, signed), *made]
        drafts = [draft for part in parts for draft in part(workspace).drafts]
        return Change(actor, tuple(drafts))

    return deed


def _require(workspace: Workspace, actor: Actor, given: Given) -> None:
    if not actor.roles & set(MANAGERS):
        raise Refused(Reason("set-up.role", {"roles": tuple(MANAGERS)}))
    there = workspace.records(kinds=(ORGANISATION.name,))
    if there:
        raise Refused(Reason("set-up.done", {"record": min(record.number for record in there.values())}))
    if given.missing:
        raise Refused(Reason("set-up.open-step", {"steps": tuple(given.missing)}))


def _wanted(given: Given, people: "_People", today: date) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """The new records, in the order in which they are numbered."""
    who, reach = given.of("who"), given.of("stages")
    parts = {"domains": given.of("domains")["domains"], "stages": reach["stages"], "roles": who["roles"]}
    yield (
        ORGANISATION,
        {
            "name": who["name"],
            "country": who["country"],
            "description": who["description"],
            **parts,
            "tier": reach["tier"],
            "sites": who["sites"],
            "headcount": who["headcount"],
            "certificates": list(given.of("certificates").get("certificates", ())),
        },
    )
    review = given.of("review")
    yield (
        SCOPE,
        {
            "title": who["name"],
            "statement": review.get("scope") or given.scope(),
            **parts,
            "sites": who["sites"],
            "effective_from": today.isoformat(),
        },
    )
    yield from people.others(given)
    yield (
        STATEMENT_OF_APPLICABILITY,
        {
            "title": who["name"],
            "edition": edition().name,
            "entries": list(_entries(given)),
            "effective_from": today.isoformat(),
        },
    )
    chosen = review.get("obligations")
    for each in expectations(given.markets):
        body = obligation(each, owner=people.handle, today=today, look_by=given.look_by(today))
        if body is not None and (chosen is None or each.id in chosen):
            yield OBLIGATION, body


def _entries(given: Given) -> Iterator[dict[str, Any]]:
    decided = given.of("review").get("decided", {})
    for each in given.proposals:
        said = {} if each.fixed else decided.get(each.requirement.id, {})
        yield {
            "requirement": each.requirement.id,
            "applies": said.get("applies", each.applies),
            "reason": said.get("reason") or each.reason,
        }


def manages_alone(people: Iterable[Record], identity: str) -> bool:
    """Whether nobody else who is active answers for people: then somebody may change their own roles."""
    others = [actor_from(person) for person in people if person.id != identity]
    return not any(actor is not None and actor.roles & set(MANAGERS) for actor in others)


class _People:
    """The person who finishes, and those they name: each with a handle that nobody has."""

    def __init__(self, workspace: Workspace, actor: Actor) -> None:
        there = workspace.records(kinds=(PERSON.name,))
        self.me: Record = there[actor.id]
        self.body = PERSON.upcast(self.me.current.content.body, self.me.current.content.schema)
        self.handle = str(self.body["handle"])
        self._taken = {str(each.current.content.body["handle"]) for each in there.values()}
        self.alone = manages_alone(there.values(), actor.id)
        self._names = {str(each.current.content.body["name"]) for each in there.values()}

    def own(self, given: Given, acting: Acting, why: str, known: Known, signed: Signed) -> list[DeedFunction]:
        """One's own roles, where they are other ones now; nobody changes them beside another who manages."""
        roles = given.of("people").get("own")
        if roles is None or set(roles) == set(self.body["roles"]) or not self.alone:
            return []
        entry = self.me.current.entry
        wish = Wish(body={**self.body, "roles": list(roles)})
        return [
            amend(
                acting=acting,
                record=self.me.id,
                expected=entry.version,
                wish=wish,
                why=why,
                known=known,
                signed=signed,
            )
        ]

    def others(self, given: Given) -> Iterator[tuple[Kind, dict[str, Any]]]:
        for each in given.of("people").get("others", ()):
            if each["name"] in self._names:
                continue  # on record already: invited meanwhile, or recorded by somebody else
            handle = self._free(handle_of(each["name"]))
            self._names.add(each["name"])
            yield PERSON, {"name": each["name"], "handle": handle, "roles": list(each["roles"])}

    def _free(self, handle: str) -> str:
        stem = "person" if handle == "founder" else handle
        number, chosen = 2, stem
        while chosen in self._taken:
            chosen = f"{stem[: _LONGEST - 4]}-{number}"
            number += 1
        self._taken.add(chosen)
        return chosen
