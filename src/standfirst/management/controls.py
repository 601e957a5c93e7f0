"""How an organisation answers the controls of other catalogues (OSCAL): one record a control, its status its state.

The terms are those of OSCAL's implemented requirement: a status (implemented, partial, planned, alternative, not applicable)
and remarks. Taking a catalogue in again, also a later version of it, adds what is new and tells what is gone; answers
stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
from uuid import uuid4

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Actor
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View, Widget
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.standards.oscal_controls import Control, Controls
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Name, Text

UNANSWERED: Final = "unanswered"
STATUSES: Final = ("implemented", "partial", "planned", "alternative", "not-applicable")
"""OSCAL's states of ``implementation-status``."""

_EXPLAINED: Final = frozenset({"alternative", "not-applicable"})
"""Those that say nothing without a word of why."""


class ImplementedBody(Body):
    title: Text = Field(description="The control's title")
    catalogue: Name = Field(description="The short name under which the catalogue was taken in")
    control: Text = Field(description="The control's id in the catalogue, such as ac-2.1")
    label: Text = Field(description="As people write it, such as AC-2(1)")
    family: Text | None = Field(default=None, description="The group of the catalogue that it stands in")
    parent: Text | None = Field(default=None, description="The control that it is an enhancement of")
    withdrawn: bool = Field(default=False, description="True where the catalogue no longer asks it")
    owner: Text | None = Field(default=None, description="Who answers for it")
    source: Text = Field(description="Catalogue and control: no two records are about the same")


def _answered_as(status: str) -> Transition:
    others = tuple(state for state in (UNANSWERED, *STATUSES) if state != status)
    guards = (own_words, filled("remarks")) if status in _EXPLAINED else (own_words,)
    return Transition(f"answer-{status}", others, status, guards=guards)


IMPLEMENTED_REQUIREMENT: Final = Kind(
    name="implemented-requirement",
    prefix="IMR",
    folder="catalogues",
    title="Implemented requirement",
    body=ImplementedBody,
    lifecycle=Lifecycle(
        states=(UNANSWERED, *STATUSES),
        transitions=(
            *(_answered_as(status) for status in STATUSES),
            Transition("ask-again", STATUSES, UNANSWERED),
        ),
    ),
    links=(LinkRule("shown-by", ("document", "measurement", "risk", "supplier")),),
    unique=("source",),
    facts=("catalogue", "control", "withdrawn", "owner"),
    view=View(
        Family.CONTEXT,
        summary=("label", "family", "owner"),
        sections=(
            Section("What is asked", ("title", "label", "family", "parent", "withdrawn")),
            Section("How it is answered", ("remarks", "owner", "attachments")),
            Section("Where it comes from", ("catalogue", "control", "source")),
        ),
        widgets={"remarks": Widget.PROSE, "owner": Widget.PERSON},
        columns=("label", "family", "owner"),
        filters=("catalogue", "family"),
        owner="owner",
    ),
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What taking in comes to, in counts; ``gone`` are controls that are answered here and that the catalogue lacks."""

    new: int
    changed: int
    same: int
    gone: tuple[str, ...]


def source_of(catalogue: str, control: str) -> str:
    return f"{catalogue}#{control}"


def compared(
    workspace: Workspace, controls: Controls, catalogue: str
) -> tuple[TakenIn, Mapping[str, Record]]:
    """What a catalogue would change here, and the records there are, by control."""
    here = {
        str(record.current.content.body["control"]): record
        for record in workspace.records(kinds=(IMPLEMENTED_REQUIREMENT.name,)).values()
        if record.current.content.body["catalogue"] == catalogue
    }
    asked = {control.id: control for control in controls.controls}
    both = asked.keys() & here.keys()
    changed = sum(_differs(here[control], asked[control], catalogue) for control in both)
    gone = tuple(sorted(here.keys() - asked.keys()))
    return TakenIn(len(asked) - len(both), changed, len(both) - changed, gone), here


def take_in(
    controls: Controls, *, catalogue: str, acting: Callable[[Workspace], Actor], why: str
) -> DeedFunction:
    """One change: a record for each control that has none, and another version where the catalogue words it otherwise.

    Nothing where nothing differs. Raises Refused for a workspace that does not keep this kind.
    """

    def deed(workspace: Workspace) -> Change:
        actor = acting(workspace)
        if IMPLEMENTED_REQUIREMENT.name not in workspace.kinds:
            raise Refused(Reason("catalogue.not-kept"))
        _, here = compared(workspace, controls, catalogue)
        drafts = (
            _amended(workspace, actor, here[control.id], control, catalogue, why)
            if control.id in here
            else (_begun(control, catalogue, why),)
            for control in controls.controls
        )
        return Change(actor, tuple(chain.from_iterable(drafts)))

    return deed


def _said(control: Control, catalogue: str) -> dict[str, Any]:
    """What the catalogue says of a control."""
    return ImplementedBody(
        title=control.title,
        catalogue=catalogue,
        control=control.id,
        label=control.label,
        family=control.family or None,
        parent=control.parent or None,
        withdrawn=control.withdrawn,
        source=source_of(catalogue, control.id),
    ).values()


_OURS: Final = ("attachments", "remarks", "owner")


def _now(record: Record, control: Control, catalogue: str) -> dict[str, Any]:
    """The same with the organisation's own words kept."""
    body = record.current.content.body
    return {**_said(control, catalogue), **{name: body[name] for name in _OURS if name in body}}


def _differs(record: Record, control: Control, catalogue: str) -> bool:
    return _now(record, control, catalogue) != dict(record.current.content.body)


def _amended(  # noqa: PLR0917
    workspace: Workspace, actor: Actor, record: Record, control: Control, catalogue: str, why: str
) -> Iterable[Draft]:
    if not _differs(record, control, catalogue):
        return ()
    content = record.current.content
    pen = Pen(workspace, actor, IMPLEMENTED_REQUIREMENT, record.id, record, why)
    pen.write(_now(record, control, catalogue), serves=content.serves, links=content.links)
    return pen.drafts


def _begun(control: Control, catalogue: str, why: str) -> Draft:
    """Past the pen, whose look for others of the same source would be a query each: sealing asks for all of them at once."""
    return Draft(
        deed=Deed.CREATED,
        record=str(uuid4()),
        kind=IMPLEMENTED_REQUIREMENT.name,
        expected=0,
        state=UNANSWERED,
        body=_said(control, catalogue),
        why=why,
    )
