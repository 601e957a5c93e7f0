"""The small world of these tests: three people, two kinds of record, and the deeds that they do.

Ada owns the organisation's system, Ben is a colleague who may approve, Mila is a stranger to both: no role at all.
A *thing* is free; a *note* has a life: drafted by anybody, approved by a reviewer who did not write it, then frozen.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from pydantic import Field

from standfirst.records.actor import Actor, Role
from standfirst.records.body import Body
from standfirst.records.change import Change, Draft, Signing
from standfirst.records.kind import Kind, Kinds, LinkRule
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.memory import Clock
from standfirst.records.workspace import DeedFunction, Receipt, Store, Workspace
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

ADA = Actor("8b0f6c1e-0000-4000-8000-00000000ada0", frozenset({Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER}))
BEN = Actor("8b0f6c1e-0000-4000-8000-00000000be40", frozenset({Role.REVIEWER}))
MILA = Actor("8b0f6c1e-0000-4000-8000-0000000041a0")

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)


class ThingBody(Body):
    title: str = Field(description="What it is")
    count: int = Field(default=0, description="How often it was counted")


class NoteBody(Body):
    title: str = Field(description="What it is about")
    text: str = Field(default="", description="What it says")
    on: str | None = Field(default=None, description="When it was so")
    until: str | None = Field(default=None, description="Until when it is so")


def says_something(attempt: Attempt) -> Reason | None:
    return None if attempt.content.body.get("text") else Reason("guard.missing", {"fields": ("text",)})


THING = Kind(
    name="thing",
    prefix="THG",
    folder="things",
    title="Thing",
    body=ThingBody,
    lifecycle=Lifecycle(states=("here",), transitions=()),
    facts=("count",),
)

NOTE = Kind(
    name="note",
    prefix="NTE",
    folder="notes",
    title="Note",
    body=NoteBody,
    lifecycle=Lifecycle(
        states=("draft", "proposed", "approved", "gone"),
        transitions=(
            Transition("propose", ("draft",), "proposed", guards=(says_something,)),
            Transition(
                "approve",
                ("proposed",),
                "approved",
                (Role.REVIEWER, Role.TOP_MANAGEMENT),
                (says_something,),
                signs="approval",
                second_person=True,
            ),
            Transition("revise", ("approved", "proposed"), "draft"),
            Transition("drop", ("approved",), "gone", (Role.TOP_MANAGEMENT,)),
        ),
        frozen=("approved", "gone"),
    ),
    links=(LinkRule("about", ("thing", "note")),),
    facts=("text",),
    derived={"words": lambda body: len(str(body.get("text", "")).split())},
    dated_by=("on",),
    effective_from="on",
    effective_until="until",
)

KINDS = Kinds((THING, NOTE))


def clock_of(*times: datetime) -> Clock:
    """A clock that tells these times, one a question, and then the last of them for ever."""
    told: Iterator[datetime] = iter(times)
    last = [times[0]]

    def clock() -> datetime:
        last[0] = next(told, last[0])
        return last[0]

    return clock


def ticking(start: datetime = FIRST) -> Clock:
    seconds = count()
    return lambda: start + timedelta(seconds=next(seconds))


# --- deeds ---


def draft(**changed: Any) -> Draft:
    """A new thing, unless told otherwise."""
    new = Draft(
        deed=Deed.CREATED,
        record=str(uuid4()),
        kind="thing",
        expected=0,
        state="here",
        body={"title": "A thing"},
        why="Because",
    )
    return replace(new, **changed)


def note(**changed: Any) -> Draft:
    return draft(**{"kind": "note", "state": "draft", "body": {"title": "A note"}, **changed})


def doing(*drafts: Draft, by: Actor = ADA) -> DeedFunction:
    return lambda _: Change(by, drafts)


def found(store: Store, *, simulation: bool = True) -> Receipt:
    """Begin the ledger. The first record is a thing, so that the next thing is THG-0002."""
    first = draft(deed=Deed.FOUNDED, body=ThingBody(title="The organisation").values())
    return store.perform(lambda _: Change(ADA, (first,), simulation=simulation))


def amended(store: Workspace, record: str, *, by: Actor = ADA, **body: Any) -> Change:
    known = store.records([record])[record].current.content
    changed = draft(
        deed=Deed.AMENDED,
        record=record,
        kind=known.kind,
        expected=known.version,
        state=known.state,
        body={**known.body, **body},
    )
    return Change(by, (changed,))


def amend(record: str, *, by: Actor = ADA, **body: Any) -> DeedFunction:
    return lambda store: amended(store, record, by=by, **body)


def counted(record: str) -> DeedFunction:
    """Add one to what is there: a lost update shows as a smaller count."""

    def deed(store: Workspace) -> Change:
        known = store.records([record])[record].current.content.body.get("count", 0)
        return amended(store, record, count=known + 1)

    return deed


def move(record: str, transition: str, *, by: Actor = BEN) -> DeedFunction:
    """A move as a store sees it, by no rule: rules are the pen's affair."""

    def deed(store: Workspace) -> Change:
        known = store.records([record])[record].current.content
        step = next(t for t in store.kinds[known.kind].lifecycle.transitions if t.name == transition)
        moved = draft(
            deed=Deed.MOVED,
            record=record,
            kind=known.kind,
            expected=known.version,
            state=step.target,
            body=known.body,
            serves=known.serves,
            links=known.links,
            transition=step.name,
            signing=Signing(step.signs, Assurance.DECLARED) if step.signs else None,
        )
        return Change(by, (moved,))

    return deed


def everything(store: Store) -> Mapping[str, Any]:
    """All that a refusal must leave as it was."""
    records = store.records()
    return {
        "head": store.head,
        "ledger": store.ledger(),
        "records": records,
        "numbers": store.numbered([record.number for record in records.values()]),
    }


@contextmanager
def unusable(*codes: str) -> Iterator[None]:
    """What is inside finds the caller's files unusable, for exactly these reasons."""
    with pytest.raises(Unusable) as refused:
        yield
    assert [problem.reason.code for problem in refused.value.problems] == list(codes)
