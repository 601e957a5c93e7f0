"""Writing to one record within a change: the rules of who may, in which state, with which signature, in one place.

Every door (hand edits, import, later pages and API) writes through a pen, so that none is laxer than another.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from standfirst.records.actor import Actor
from standfirst.records.change import Draft, Refused, Signing
from standfirst.records.kind import Body, Kind
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Attempt, Transition
from standfirst.records.record import Content, Record
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance

Links = Mapping[str, tuple[str, ...]]


class Pen:
    """Collects the drafts of one record, each following the one before. ``known`` is None for a new record."""

    def __init__(  # noqa: PLR0917
        self, workspace: Workspace, actor: Actor, kind: Kind, record: str, known: Record | None, why: str
    ) -> None:
        self.workspace, self.actor, self.kind, self.record = workspace, actor, kind, record
        self.why = unicodedata.normalize("NFC", why)
        self.drafts: list[Draft] = []
        self.content = _as_now(known.current.content, kind) if known else None
        self.writers = _Writers(kind)
        for version in known.versions if known else ():
            self.writers.saw(version.entry.actor, version.entry.transition)

    @property
    def version(self) -> int:
        return self.content.version if self.content else 0

    @property
    def state(self) -> str:
        return self.content.state if self.content else self.kind.lifecycle.initial

    def write(
        self,
        body: Body,
        *,
        serves: tuple[str, ...],
        links: Links,
        number: str = "",
        origin: Mapping[str, Any] | None = None,
    ) -> None:
        """Create or amend. Raises Refused: not an author of this kind, or the state is one that is not edited."""
        if self.kind.authors and not self.actor.roles & set(self.kind.authors):
            raise self._refused("deed.role", asked=tuple(self.kind.authors))
        if self.content is not None and self.state in self.kind.lifecycle.frozen:
            raise self._refused("deed.frozen", state=self.state)
        for field in self.kind.unique:
            if body.get(field) is None:
                continue
            holders = self.workspace.holding(self.kind.name, field, body[field])
            if others := [number for i, number in holders.items() if i != self.record]:
                raise self._refused("record.not-unique", field=field, other=others[0])
        deed = Deed.IMPORTED if origin else Deed.AMENDED if self.content else Deed.CREATED
        self.writers.saw(self.actor.id, "")
        self._draft(deed, self.state, body, serves, links, number=number, origin=origin)

    def move_to(self, target: str, assurance: Assurance) -> None:
        """Take the shortest way to ``target``, each step by its own rule. Raises Refused at the first that does not hold."""
        if target not in self.kind.lifecycle.states:
            raise self._refused("deed.unknown-state", state=target, states=self.kind.lifecycle.states)
        way = self.kind.lifecycle.path(self.state, target)
        if way is None:
            open_ = tuple(t.target for t in self.kind.lifecycle.transitions if self.state in t.sources)
            raise self._refused("deed.no-way", state=self.state, asked=target, open=open_)
        for transition in way:
            self._move(transition, assurance)

    def _move(self, transition: Transition, assurance: Assurance) -> None:
        if self.content is None:
            raise ValueError("a record is written before it is moved")
        if transition.roles and not self.actor.roles & set(transition.roles):
            raise self._refused("deed.role", transition=transition.name, asked=tuple(transition.roles))
        if transition.second_person and self.actor.id in self.writers.ids:
            raise self._refused("deed.second-person", transition=transition.name)
        for guard in transition.guards:
            if (reason := guard(Attempt(self.content, self.actor, self.workspace))) is not None:
                raise Refused(Reason(reason.code, {**reason.parameters, "transition": transition.name}))
        self.writers.saw(self.actor.id, transition.name)
        c = self.content
        signing = Signing(transition.signs, assurance) if transition.signs else None
        self._draft(
            Deed.MOVED,
            transition.target,
            c.body,
            c.serves,
            c.links,
            transition=transition.name,
            signing=signing,
        )

    def _draft(
        self,
        deed: Deed,
        state: str,
        body: Body,
        serves: tuple[str, ...],
        links: Links,
        *,
        number: str = "",
        origin: Mapping[str, Any] | None = None,
        transition: str = "",
        signing: Signing | None = None,
    ) -> None:
        draft = Draft(
            deed=deed,
            record=self.record,
            kind=self.kind.name,
            expected=self.version,
            state=state,
            body=body,
            why=self.why,
            serves=serves,
            links=links,
            transition=transition,
            signing=signing,
            wanted_number=number,
            origin=origin,
        )
        self.drafts.append(draft)
        self.content = Content(
            self.record,
            self.kind.name,
            self.kind.schema,
            draft.expected + 1,
            state,
            body,
            serves,
            links,
            self.why,
            origin,
        )

    def _refused(self, code: str, **parameters: Parameter) -> Refused:
        return Refused(Reason(code, {"kind": self.kind.name, **parameters}))


class _Writers:
    """Whose content it is: those who wrote since a second person last vouched for it.

    Content that nobody has touched since then is still that of the same writers, so that its author cannot take it back
    and approve it again alone.
    """

    def __init__(self, kind: Kind) -> None:
        self.ids: set[str] = set()
        self._vouching = {t.name for t in kind.lifecycle.transitions if t.second_person}
        self._vouched = False

    def saw(self, actor: str, transition: str) -> None:
        """The next version: a move by its name, or a writing."""
        if transition:
            self._vouched = self._vouched or transition in self._vouching
        elif self._vouched:
            self.ids, self._vouched = {actor}, False
        else:
            self.ids.add(actor)


def _as_now(content: Content, kind: Kind) -> Content:
    """What was written under an older schema, as the next version will say it."""
    return replace(content, body=kind.upcast(content.body, content.schema), schema=kind.schema)
