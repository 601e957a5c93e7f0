"""The cast of erasure: an *order*, which anybody asks for and somebody at the top carries out, and a *badge* with a name
that no two have.
"""

from typing import Any
from uuid import uuid4

from pydantic import Field
from tests.records.cast import ADA, NOTE, THING, doing, draft

from standfirst.records.actor import Actor, Role
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft
from standfirst.records.kind import Kind, Kinds, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.pen import Pen
from standfirst.records.workspace import DeedFunction, Store, Workspace
from standfirst.standards.vocabulary import Assurance

NAMED = "Erika Mustermann, born 1964"


class OrderBody(Body):
    title: str = Field(description="What goes")


class BadgeBody(Body):
    title: str = Field(description="Whose it is")


ORDER = Kind(
    name="order",
    prefix="ORD",
    folder="orders",
    title="Order",
    body=OrderBody,
    lifecycle=Lifecycle(
        states=("asked", "done"),
        transitions=(Transition("carry-out", ("asked",), "done", (Role.TOP_MANAGEMENT,), erases="erases"),),
        frozen=("done",),
    ),
    links=(LinkRule("erases", ("thing", "note", "badge", "order")),),
)

BADGE = Kind(
    name="badge",
    prefix="BDG",
    folder="badges",
    title="Badge",
    body=BadgeBody,
    lifecycle=Lifecycle(states=("worn",), transitions=()),
    unique=("title",),
)

KINDS = Kinds((THING, NOTE, ORDER, BADGE))


def order(*records: str) -> Draft:
    return draft(
        kind="order",
        state="asked",
        body=OrderBody(title="What they asked for").values(),
        links={"erases": records},
    )


def badge(**changed: Any) -> Draft:
    return draft(**{"kind": "badge", "state": "worn", "body": BadgeBody(title=NAMED).values(), **changed})


def carry_out(record: str, *, by: Actor = ADA) -> DeedFunction:
    """By the rules, with a pen."""

    def deed(workspace: Workspace) -> Change:
        known = workspace.records([record])[record]
        pen = Pen(workspace, by, workspace.kinds["order"], record, known, "They asked for it")
        pen.move_to("done", Assurance.DECLARED)
        return Change(by, tuple(pen.drafts))

    return deed


def erase(store: Store, *records: str) -> str:
    """Ask and carry out. Returns the order's id."""
    asked = order(*records)
    store.perform(doing(asked))
    store.perform(carry_out(asked.record))
    return asked.record


def erasing(*sequences: int, **changed: Any) -> Draft:
    """A new thing whose entry erases, by no rule but the store's."""
    return draft(**{"record": str(uuid4()), "erases": sequences, **changed})
