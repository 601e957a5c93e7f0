"""An organisation in memory whose people do things by the pen, as every door does.

Tove manages it, Ada manages quality, Ewan answers for export control, Pia too and for nothing else, Ben engineers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from standfirst.cli.kinds import KINDS
from standfirst.management.founding import acting, found
from standfirst.management.organisation import PersonBody
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Change
from standfirst.records.memory import MemoryStore
from standfirst.records.pen import Pen
from standfirst.records.record import Content, Record
from standfirst.records.workspace import Workspace
from standfirst.standards.vocabulary import Assurance

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "ada": (Role.QUALITY_MANAGER,),
    "ewan": (Role.EXPORT_CONTROL,),
    "pia": (Role.EXPORT_CONTROL,),
    "ben": (Role.ENGINEER,),
}

Links = Mapping[str, Sequence[str]]


SERVICE = "the service"
"""Who writes what nobody's hand does."""


def _actor(workspace: Workspace, who: str) -> Actor:
    return Actor("8d4f5be6-5b0e-5a64-9a52-6f6a4c1f2a10") if who == SERVICE else acting(workspace, who)


class House:
    def __init__(self, *, simulation: bool = True, alone: bool = False) -> None:
        self.at = FIRST
        self.store = MemoryStore(KINDS, clock=lambda: self.at)
        self.store.perform(found(name="Tove", handle="tove", simulation=simulation))
        self.tove = next(iter(self.store.records()))
        self.ids = {"tove": self.tove}
        for handle, roles in () if alone else PEOPLE.items():
            self.ids[handle] = self.write(
                "tove", "person", PersonBody(name=handle.title(), handle=handle, roles=roles).values()
            )

    def write(
        self,
        who: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        links: Links | None = None,
        to: str = "",
        record: str = "",
    ) -> str:
        """Create or amend, and move where ``to`` says. Returns the id. Raises Refused."""
        identity = record or str(uuid4())
        wanted = {relation: tuple(targets) for relation, targets in (links or {}).items()}

        def deed(workspace: Workspace) -> Change:
            actor = _actor(workspace, who)
            known = workspace.records([identity]).get(identity)
            pen = Pen(workspace, actor, KINDS[kind], identity, known, "")
            pen.write(body, serves=(), links=wanted)
            if to:
                pen.move_to(to, Assurance.DECLARED)
            return Change(actor, tuple(pen.drafts))

        self.store.perform(deed)
        return identity

    def move(self, who: str, record: str, to: str) -> None:
        """Raises Refused."""

        def deed(workspace: Workspace) -> Change:
            actor = _actor(workspace, who)
            known = workspace.records([record])[record]
            pen = Pen(workspace, actor, KINDS[known.kind], record, known, "")
            pen.move_to(to, Assurance.DECLARED)
            return Change(actor, tuple(pen.drafts))

        self.store.perform(deed)

    def product(self, title: str = "A processor") -> str:
        body = {"title": title, "type": "device", "description": "It runs circuits", "domains": ["computing"]}
        return self.write("ben", "product", {**body, "tier": 1, "role": "system-builder"})

    def record(self, identity: str) -> Record:
        return self.store.records([identity])[identity]

    def content(self, identity: str) -> Content:
        return self.record(identity).current.content

    def state(self, identity: str) -> str:
        return self.content(identity).state

    def number(self, identity: str) -> str:
        return self.record(identity).number

    def person(self, handle: str, **changed: Any) -> dict[str, Any]:
        return {**self.content(self.ids[handle]).body, **changed}
