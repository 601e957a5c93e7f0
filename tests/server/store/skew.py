"""Deeds that may not both be done, done at once: each is let by a guard that reads what the other writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

from django.db import connections
from pydantic import Field
from tests.records.cast import ADA, THING, doing, draft
from tests.server.store.forking import working

from standfirst.records.body import Body
from standfirst.records.change import Refused
from standfirst.records.kind import Kind, Kinds
from standfirst.records.lifecycle import Attempt, Guard, Lifecycle, Transition
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.records.writing import UNSIGNED, move
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason

PATIENCE = 60.0  # seconds for the other side; only one that hangs needs more

Rounds = Sequence[Callable[[], object]]
"""One side's deeds, a round each."""


# --- a gate and a pause ---


class PlaceBody(Body):
    title: str = Field(description="Where it is")


def while_no(kind: str, state: str) -> Guard:
    """There is none of that kind, in that state, in the same place."""

    def guard(attempt: Attempt) -> Reason | None:
        others = attempt.workspace.records(kinds=[kind]).values()
        place = attempt.content.body["title"]
        if any((o.current.content.state, o.current.content.body["title"]) == (state, place) for o in others):
            return Reason("guard.missing", {"fields": (kind,)})
        return None

    return guard


def _kind(name: str, prefix: str, *, state: str, guard: Guard) -> Kind:
    step = Transition("go", ("waiting",), state, guards=(guard,))
    life = Lifecycle(states=("waiting", state), transitions=(step,))
    return Kind(name=name, prefix=prefix, folder=f"{name}s", title=name, body=PlaceBody, lifecycle=life)


GATE = _kind("gate", "GAT", state="open", guard=while_no("pause", "begun"))
PAUSE = _kind("pause", "PAU", state="begun", guard=while_no("gate", "open"))
KINDS = Kinds((THING, GATE, PAUSE))


@dataclass(frozen=True)
class Rivals:
    """A gate and a pause of one place."""

    gate: str
    pause: str

    @classmethod
    def placed(cls, store: DatabaseStore, place: str) -> "Rivals":
        gate, pause = (
            draft(kind=kind.name, state="waiting", body={"title": place}, record=str(uuid4()))
            for kind in (GATE, PAUSE)
        )
        store.perform(doing(gate, pause))
        return cls(gate.record, pause.record)

    def passed(self, store: DatabaseStore) -> int:
        """How many of the two did."""
        found = store.records([self.gate, self.pause])
        return sum(record.current.content.state != "waiting" for record in found.values())


def go(record: str, to: str) -> DeedFunction:
    return move(acting=lambda _: ADA, record=record, expected=1, to=to, why="It is time", signed=UNSIGNED)


def tried(store: DatabaseStore, deed: DeedFunction, *codes: str) -> bool:
    """Whether it passed; refused it may be for these reasons alone."""
    try:
        store.perform(deed)
    except Refused as refused:
        if refused.reason.code not in codes:
            raise
        return False
    return True


# --- at once ---


def in_threads(one: Rounds, other: Rounds) -> None:
    together = Barrier(2, timeout=PATIENCE)
    faults: list[BaseException] = []

    def work(rounds: Rounds) -> None:
        try:
            for deed in rounds:
                together.wait()
                deed()
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)
            together.abort()
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=(rounds,)) for rounds in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def in_processes(one: Rounds, other: Rounds) -> None:
    together = get_context("fork").Barrier(2, timeout=PATIENCE)

    def work(rounds: Rounds) -> None:
        try:
            for deed in rounds:
                together.wait()
                deed()
        except BaseException:
            together.abort()
            raise

    with working(lambda: work(one)) as first, working(lambda: work(other)) as second:
        assert [first.wait(), second.wait()] == [0, 0]


# --- a store that gets it wrong ---


class ReadsFirst(DatabaseStore):
    """Lets a deed read, and takes the lock only to write. ``meanwhile`` is what happens in between."""

    meanwhile: Callable[[], Any]

    def perform(self, deed: DeedFunction) -> Receipt:
        change = deed(self)
        self.meanwhile()
        return super().perform(lambda _: change)

    @classmethod
    def of(cls, store: DatabaseStore, *, meanwhile: Callable[[], Any]) -> "ReadsFirst":
        made = cls(store.organisation, store.kinds, clock=store.clock)
        made.meanwhile = meanwhile
        return made
