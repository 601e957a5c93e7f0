"""No guard is passed by write skew: what one deed read is still so when it is recorded, whoever else writes meanwhile.

The same rounds are played on a store that reads before it locks, to show that they would notice.
"""

from collections.abc import Callable
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from tests.certification.desk import Desk
from tests.records.cast import FIRST, clock_of, found
from tests.server.store.skew import KINDS, ReadsFirst, Rivals, Rounds, go, in_processes, in_threads, tried
from tests.server.works import POLICY, Works, works

from standfirst.certification.kinds import BODY_KINDS
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Refused
from standfirst.records.writing import UNSIGNED, move
from standfirst.server.access import actor_of
from standfirst.server.store.adopting import adopt
from standfirst.server.store.store import DatabaseStore, create

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 20
AtOnce = Callable[[Rounds, Rounds], None]

at_once = pytest.mark.parametrize("at_once", [in_threads, in_processes])


def sequence(store: DatabaseStore, record: str, transition: str) -> int | None:
    """Where in the ledger this record's last such move stands; None where there is none."""
    moves = [e for e in store.records([record])[record].entries if e.transition == transition]
    return moves[-1].sequence if moves else None


# --- a gate against a pause: each asks that there is none of the other ---


def empty() -> DatabaseStore:
    made = create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation")
    store = DatabaseStore(made.id, KINDS, clock=clock_of(FIRST))
    found(store)
    return store


def steps(store: DatabaseStore, both: Rivals) -> tuple[Callable[[], bool], Callable[[], bool]]:
    return (
        partial(tried, store, go(both.gate, "open"), "guard.missing"),
        partial(tried, store, go(both.pause, "begun"), "guard.missing"),
    )


@at_once
def test_of_gate_and_pause_one_passes(at_once: AtOnce) -> None:
    store = empty()
    places = [Rivals.placed(store, f"Place {number}") for number in range(ROUNDS)]
    gates, pauses = zip(*(steps(store, both) for both in places), strict=True)
    at_once(gates, pauses)
    assert [both.passed(store) for both in places] == [1] * ROUNDS


def test_both_pass_in_a_store_that_reads_before_it_locks() -> None:
    store = empty()
    careless = ReadsFirst.of(store, meanwhile=Barrier(2).wait)
    both = Rivals.placed(store, "Here")
    gate, pause = steps(careless, both)
    in_threads([gate], [pause])
    assert both.passed(store) == 2


# --- an approval against its approver's leaving ---


def approval(there: Works, store: DatabaseStore, person: Actor) -> tuple[str, Callable[[], bool]]:
    """Of a document by Ada, by somebody else, who acts as the records say."""
    document = there.create("document", POLICY, state="in-review")
    deed = move(
        acting=partial(actor_of, person.id),
        record=document.id,
        expected=document.current.content.version,
        to="approved",
        why="Read",
        signed=UNSIGNED,
    )
    return document.id, partial(tried, store, deed, "actor.not-a-member")


def approved_afterwards(there: Works, person: Actor, document: str) -> bool:
    """By somebody who had left."""
    store = there.firm.workspace
    left, approved = sequence(store, person.id, "leave"), sequence(store, document, "approve")
    assert left is not None
    return approved is not None and approved > left


@at_once
def test_nobody_approves_who_has_left(at_once: AtOnce) -> None:
    there = works()
    people = [there.firm.person(f"Person {number}", Role.REVIEWER) for number in range(ROUNDS)]
    documents = [approval(there, there.firm.workspace, person) for person in people]
    at_once([step for _, step in documents], [partial(there.firm.leaves, person) for person in people])
    late = [
        document
        for person, (document, _) in zip(people, documents, strict=True)
        if approved_afterwards(there, person, document)
    ]
    assert late == []


def test_somebody_does_in_a_store_that_reads_before_it_locks() -> None:
    there = works()
    person = there.firm.person("Rike", Role.REVIEWER)
    careless = ReadsFirst.of(there.firm.workspace, meanwhile=partial(there.firm.leaves, person))
    document, approve = approval(there, careless, person)
    assert approve()
    assert approved_afterwards(there, person, document)


# --- a decision against the suspension of the accreditation that it rests on ---


class Bureau(Desk):
    """A body in the database, with a file that is ready for decisions, and drafts of them."""

    def __init__(self, drafts: int) -> None:
        super().__init__()
        self.until_reported()
        self.review()
        self.decisions = [self.decide(to="", title=f"Decision {number}") for number in range(drafts)]
        made = create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="CB", type="certification-body")
        store = DatabaseStore(made.id, BODY_KINDS, clock=lambda: self.at)
        adopt(store, self.store.ledger())
        self.database = self.store = store  # type: ignore[assignment]

    def grant(self, decision: str) -> bool:
        try:
            self.move("dana", decision, "granted", why="")
        except Refused as refused:
            if refused.reason.code != "accreditation.not-covered":
                raise
            return False
        return True

    def suspend(self) -> None:
        self.move("dora", self.ids["held"], "suspended", why="")

    def resume(self) -> None:
        self.move("dora", self.ids["held"], "held", why="")

    def granted_without(self) -> list[str]:
        """Decisions that were granted while the accreditation was suspended."""
        entries = self.record(self.ids["held"]).entries
        changed = sorted((e.sequence, e.transition) for e in entries if e.transition in ("suspend", "resume"))
        granted = {d: sequence(self.database, d, "grant") for d in self.decisions}
        return [
            decision
            for decision, at in granted.items()
            if at is not None and [name for before, name in changed if before < at][-1:] == ["suspend"]
        ]


@at_once
def test_nothing_is_granted_without_accreditation(at_once: AtOnce) -> None:
    bureau = Bureau(ROUNDS)
    turns = [step for _ in range(ROUNDS) for step in (bureau.suspend, bureau.resume)]
    # A decision against each suspension; and against each resumption, if it was refused.
    grants = [partial(bureau.grant, d) for d in bureau.decisions for _ in range(2)]
    at_once(grants, turns)
    assert bureau.granted_without() == []


def test_something_is_in_a_store_that_reads_before_it_locks() -> None:
    bureau = Bureau(1)
    careful = bureau.database
    (decision,) = bureau.decisions

    def suspended() -> None:
        bureau.store = careful  # type: ignore[assignment]
        bureau.suspend()

    bureau.store = ReadsFirst.of(careful, meanwhile=suspended)  # type: ignore[assignment]
    assert bureau.grant(decision)
    assert bureau.granted_without() == [decision]
