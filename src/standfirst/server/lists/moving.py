"""One move for several records, in one change: all of them, or none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Conflict, Draft, Refused
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import Acting, Why, read
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance

MOST: Final = 200
"""Records that one change moves: as many as somebody looks through before they say yes."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which of some records a move can take, and what keeps it from the others."""

    can: Sequence[Record]
    cannot: Sequence[tuple[Record, Reason]]


def outlook(
    workspace: Workspace, actor: Actor, kind: Kind, step: Transition, ids: Collection[str]
) -> Outlook:
    """In as many queries as for one record, but for guards that look further than to where links lead."""
    near = _Near(workspace, ids)
    can, cannot = [], []
    for record in near.chosen.values():
        reason = _obstacle(_pen(near, actor, kind, record, ""), step)
        if reason is None:
            can.append(record)
        else:
            cannot.append((record, reason))
    return Outlook(can, cannot)


def _obstacle(pen: Pen, step: Transition) -> Reason | None:
    if pen.state == step.target and pen.state not in step.sources:
        return Reason("bulk.there", {"state": pen.state})
    if pen.kind.lifecycle.path(pen.state, step.target) != (step,):
        open_ = tuple(move.target for move in pen.kind.lifecycle.transitions if pen.state in move.sources)
        told: dict[str, Parameter] = {
            "kind": pen.kind.name,
            "state": pen.state,
            "asked": step.target,
            "open": open_,
        }
        return Reason("deed.no-way", told)
    return next((reason for move, reason in pen.outlook() if move == step), None)


def move_all(
    *, acting: Acting, kind: str, expected: Mapping[str, int], transition: str, why: str
) -> DeedFunction:
    """``expected``: the version that each record, by its id, stood at when somebody looked at it.

    Raises Refused, Conflict where one has changed since, Unusable for what is no reason. Nothing that signs is done so: a
    signature is for one record, as it was read.
    """

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        said = read(Why, {"why": why}, name=kind).why
        found = workspace.kinds[kind]
        step = next((one for one in found.lifecycle.transitions if one.name == transition), None)
        if step is None or not expected:
            raise Refused(Reason("record.missing" if step is None else "bulk.nothing"))
        if len(expected) > MOST:
            raise Refused(Reason("bulk.too-many", {"limit": MOST}))
        if step.signs or step.erases:
            raise Refused(Reason("bulk.signs", {"transition": step.name}))
        near = _Near(workspace, expected)
        drafts: list[Draft] = []
        kept = []
        for identity, version in expected.items():
            record = near.chosen.get(identity)
            if record is None or record.kind != kind:
                raise Refused(Reason("record.missing"))
            if (current := record.current.content.version) != version:
                stands: dict[str, Parameter] = {
                    "record": record.number,
                    "expected": version,
                    "current": current,
                }
                raise Conflict(Reason("record.conflict", stands))
            pen = _pen(near, actor, found, record, said)
            if _obstacle(pen, step) is not None:
                kept.append(record.number)
                continue
            pen.move_to(step.target, Assurance.DECLARED)
            drafts += pen.drafts
        if kept:
            raise Refused(Reason("bulk.one-cannot", {"records": tuple(kept[:10])}))
        return Change(actor, tuple(drafts))

    return deed


def _pen(near: "_Near", actor: Actor, kind: Kind, record: Record, why: str) -> Pen:
    return Pen(cast("Workspace", near), actor, kind, record.id, record, why)


@dataclass
class _Near:
    """A workspace that has read the chosen records, and all that their links lead to, at once. What it was asked it remembers."""

    workspace: Workspace
    ids: Collection[str]
    chosen: Mapping[str, Record] = field(init=False)
    _known: dict[str, Record] = field(init=False)
    _asked: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chosen = self.workspace.records(list(self.ids))
        targets = {
            target
            for record in self.chosen.values()
            for those in record.current.content.links.values()
            for target in those
        } - self.chosen.keys()
        self._known = {**(self.workspace.records(list(targets)) if targets else {}), **self.chosen}

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        if ids is not None and self._known.keys() >= set(ids):
            return {one: self._known[one] for one in ids if kinds is None or self._known[one].kind in kinds}
        asked = (
            "records",
            None if ids is None else tuple(sorted(ids)),
            None if kinds is None else tuple(sorted(kinds)),
        )
        if asked not in self._asked:
            self._asked[asked] = self.workspace.records(ids, kinds=kinds)
        return cast("Mapping[str, Record]", self._asked[asked])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.workspace, name)
