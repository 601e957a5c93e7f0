"""Erasure: content and salt are destroyed for good, the ledger stays whole, and what was there is still known to have been."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.records.cast import ADA, BEN, amend, counted, doing, draft, everything, found, move, note
from tests.records.erasing import KINDS, NAMED, ORDER, badge, carry_out, erase, erasing, order

from standfirst.records.change import Change, Conflict, Refused
from standfirst.records.ledger import Deed, Entry, check
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.pen import Pen
from standfirst.records.projection import fact_of
from standfirst.records.workspace import DeedFunction, Store, Workspace
from standfirst.standards.vocabulary import Assurance


@pytest.fixture
def store(opening: Callable[..., Store]) -> Store:
    """A ledger that has begun, with orders."""
    made = opening(kinds=KINDS)
    found(made)
    return made


def refusal(store: Store, deed: DeedFunction) -> Refused:
    """The refusal of a deed, after which nothing at all may have changed."""
    before = everything(store)
    with pytest.raises(Refused) as refused:
        store.perform(deed)
    assert everything(store) == before
    return refused.value


def twice(store: Store) -> str:
    """A thing of two versions, both of which name somebody: THG-0002."""
    thing = draft(body={"title": NAMED}, why=NAMED)
    store.perform(doing(thing))
    store.perform(amend(thing.record, count=1))
    return thing.record


# --- what is gone, and what stays ---


def test_content_and_salt_of_every_version_are_gone(store: Store) -> None:
    thing = twice(store)
    before, head = store.ledger(), store.head
    erase(store, thing)

    after = store.ledger()
    assert [(sealed.content, sealed.salt) for sealed in after[1:3]] == [(None, b"")] * 2
    assert [(s.entry, s.leaf) for s in after[: len(before)]] == [(s.entry, s.leaf) for s in before]
    assert all(sealed.content and sealed.salt for sealed in (after[0], *after[3:]))
    assert not any(NAMED.encode() in (sealed.content or b"") for sealed in after)
    assert check(after, store.head, noted=[head]) is None


def test_an_erased_record_is_no_record_but_is_known(store: Store) -> None:
    thing, other = twice(store), draft()
    store.perform(doing(other))
    asked = erase(store, thing)

    assert thing not in store.records()
    assert store.records([thing]) == store.records([thing], kinds=["thing"]) == {}
    assert other.record in store.records()
    assert set(store.erased()) == set(store.erased([thing, other.record])) == {thing}
    assert store.erased([other.record]) == {}
    left = store.erased()[thing]
    assert (left.id, left.kind, left.number) == (thing, "thing", "THG-0002")
    assert [(entry.version, entry.deed) for entry in left.entries] == [(1, Deed.CREATED), (2, Deed.AMENDED)]
    assert (left.by.record, left.by.transition, left.by.actor) == (asked, "carry-out", ADA.id)
    assert left.by == store.records([asked])[asked].current.entry


def test_the_entry_says_what_it_erases(store: Store) -> None:
    thing = twice(store)
    asked = erase(store, thing)
    done = store.records([asked])[asked].current.entry
    assert done.erases == (1, 2)
    entries = [sealed.entry for sealed in store.ledger()]
    assert [b'"erases":[1,2]' in entry for entry in entries] == [False] * 4 + [True]
    assert b"erases" not in b"".join(entries[:-1])


def test_its_number_stays_taken(store: Store) -> None:
    thing = twice(store)
    erase(store, thing)
    assert store.numbered(["THG-0002"]) == {"THG-0002": thing}
    assert refusal(store, doing(draft(wanted_number="THG-0002"))).reason.code == "number.taken"
    following = draft()
    assert store.perform(doing(following)).numbers == {following.record: "THG-0003"}


def test_what_it_alone_held_can_be_held_again(store: Store) -> None:
    mine = badge()
    store.perform(doing(mine))
    assert set(store.holding("badge", "title", NAMED)) == {mine.record}
    erase(store, mine.record)
    assert store.holding("badge", "title", NAMED) == {}
    store.perform(doing(badge()))


def test_links_to_it_stay_as_they_were_recorded(store: Store) -> None:
    thing = twice(store)
    paper = note(links={"about": (thing,)})
    store.perform(doing(paper))
    erase(store, thing)
    assert store.records()[paper.record].current.content.links == {"about": (thing,)}
    store.perform(amend(paper.record, text="It holds"))
    assert thing not in store.reached([paper.record])


def test_several_at_once(store: Store) -> None:
    one, other, kept = twice(store), badge(), draft()
    store.perform(doing(other, kept))
    erase(store, one, other.record)
    assert set(store.erased()) == {one, other.record}
    assert kept.record in store.records()
    assert check(store.ledger(), store.head) is None


def test_work_goes_on_afterwards(store: Store) -> None:
    thing, kept = twice(store), draft()
    store.perform(doing(kept))
    erase(store, thing)
    store.perform(counted(kept.record))
    later = twice(store)
    erase(store, later)
    assert set(store.erased()) == {thing, later}
    assert check(store.ledger(), store.head) is None


# --- what is refused ---


def test_what_was_erased_is_not_written_again(store: Store) -> None:
    thing = twice(store)
    erase(store, thing)
    for expected in (0, 2):
        refused = refusal(store, doing(draft(record=thing, expected=expected)))
        assert not isinstance(refused, Conflict)
        assert refused.reason.parameters == {"record": "THG-0002"}
        assert refused.reason.code == "record.erased"


@pytest.mark.parametrize("sequences", [(7,), (-1,), (1, 1), (0, 99)], ids=str)
def test_only_what_is_there_is_erased(store: Store, sequences: tuple[int, ...]) -> None:
    twice(store)
    assert refusal(store, doing(erasing(*sequences))).reason.code == "erasure.gone"


def test_nothing_is_erased_twice(store: Store) -> None:
    thing = twice(store)
    both = [erasing(1, 2), erasing(1, 2)]
    assert refusal(store, doing(*both)).reason.code == "erasure.gone"
    erase(store, thing)
    assert refusal(store, doing(erasing(1))).reason.code == "erasure.gone"


def test_an_erasure_stays(store: Store) -> None:
    """Else nobody could say any more who had something erased, and why."""
    asked = erase(store, twice(store))
    again = order(asked)
    store.perform(doing(again))
    assert refusal(store, carry_out(again.record)).reason.code == "erasure.of-erasure"


def test_a_record_goes_whole(store: Store) -> None:
    twice(store)
    assert refusal(store, doing(erasing(2))).reason.code == "erasure.in-part"


def test_a_record_is_not_written_and_erased_in_one_change(store: Store) -> None:
    thing = twice(store)
    third = draft(record=thing, expected=2, deed=Deed.AMENDED)
    assert refusal(store, doing(third, erasing(1, 2))).reason.code == "erasure.written-too"
    assert refusal(store, doing(replace(third, erases=(1, 2)))).reason.code == "erasure.written-too"


def test_a_refused_change_erases_nothing(store: Store) -> None:
    twice(store)
    assert refusal(store, doing(erasing(1, 2), draft(expected=5))).reason.code == "record.conflict"


def test_a_ledger_does_not_begin_with_an_erasure(opening: Callable[..., Store]) -> None:
    store = opening(kinds=KINDS)
    first = Change(ADA, (erasing(0, deed=Deed.FOUNDED),), simulation=True)
    assert refusal(store, lambda _: first).reason.code == "erasure.gone"


def test_an_order_that_leads_to_nothing_that_is_left(store: Store) -> None:
    thing = twice(store)
    late = order(thing)
    store.perform(doing(late))
    erase(store, thing)
    assert refusal(store, carry_out(late.record)).reason.code == "erasure.nothing-left"


def test_an_order_erases_what_is_left(store: Store) -> None:
    thing, other = twice(store), twice(store)
    both = order(thing, other)
    store.perform(doing(both))
    erase(store, thing)
    store.perform(carry_out(both.record))
    assert set(store.erased()) == {thing, other}


def test_the_rules_of_the_move_hold_first(store: Store) -> None:
    asked = order(twice(store))
    store.perform(doing(asked))
    assert refusal(store, carry_out(asked.record, by=BEN)).reason.code == "deed.role"


def test_nothing_is_erased_on_the_way_to_something_else() -> None:
    moves = (Transition("wipe", ("a",), "b", erases="of"), Transition("go-on", ("b",), "c"))
    lifecycle = Lifecycle(states=("a", "b", "c"), transitions=moves)
    assert lifecycle.path("a", "c") is None
    assert lifecycle.path("a", "b") == moves[:1]
    assert "wipe (erases)" in lifecycle.diagram()
    assert ORDER.lifecycle.as_json()["transitions"][0]["erases"] == "erases"  # type: ignore[index]


# --- older versions alone ---


@pytest.fixture
def cleaned(store: Store) -> tuple[Store, str]:
    """A note whose first version named somebody; Ben wrote that, Ada the second."""
    paper = note(body={"title": "A note", "text": NAMED})
    store.perform(doing(paper, by=BEN))
    store.perform(amend(paper.record, by=ADA, text="Somebody"))
    store.perform(doing(erasing(1)))
    return store, paper.record


def test_older_versions_go_and_the_rest_keeps_its_numbers(cleaned: tuple[Store, str]) -> None:
    store, paper = cleaned
    record = store.records()[paper]
    assert [version.content.version for version in record.versions] == [2]
    assert [entry.version for entry in record.erased] == [1]
    assert [entry.version for entry in record.entries] == [1, 2]
    assert store.erased() == {}
    store.perform(move(paper, "propose", by=ADA))
    assert [entry.version for entry in store.records()[paper].entries] == [1, 2, 3]
    assert check(store.ledger(), store.head) is None


def test_the_whole_can_go_later(cleaned: tuple[Store, str]) -> None:
    store, paper = cleaned
    erase(store, paper)
    assert [entry.version for entry in store.erased()[paper].entries] == [1, 2]
    assert check(store.ledger(), store.head) is None


def test_who_wrote_what_is_erased_does_not_approve(cleaned: tuple[Store, str]) -> None:
    store, paper = cleaned
    store.perform(move(paper, "propose", by=ADA))

    def approve(workspace: Workspace) -> Change:
        pen = Pen(workspace, BEN, workspace.kinds["note"], paper, workspace.records()[paper], "It holds")
        pen.move_to("approved", Assurance.DECLARED)
        return Change(BEN, tuple(pen.drafts))

    assert refusal(store, approve).reason.code == "deed.second-person"


def test_a_signature_before_what_is_erased_does_not_count(store: Store) -> None:
    """What is gone may have been an edit: then nobody has signed what stands there now."""
    paper = note(body={"title": "A note", "text": "It holds"})
    store.perform(doing(paper))
    store.perform(move(paper.record, "propose", by=ADA))
    store.perform(move(paper.record, "approve", by=BEN))
    store.perform(move(paper.record, "drop", by=ADA))
    kind = store.kinds["note"]
    assert [s.by for s in fact_of(store.records()[paper.record], kind, evidence_gone=False).signatures] == [
        BEN.id
    ]
    store.perform(amend(paper.record, text=NAMED))
    store.perform(move_back(paper.record))
    store.perform(doing(erasing(5)))
    assert fact_of(store.records()[paper.record], kind, evidence_gone=False).signatures == ()


def move_back(record: str) -> DeedFunction:
    """To what Ben signed, as a store sees it: by no rule."""

    def deed(workspace: Workspace) -> Change:
        known = workspace.records()[record].current.content
        moved = draft(
            deed=Deed.MOVED,
            record=record,
            kind="note",
            expected=known.version,
            state="gone",
            body={"title": "A note", "text": "It holds"},
            transition="drop",
        )
        return Change(ADA, (moved,))

    return deed


def test_entries_are_read_as_they_were_written(cleaned: tuple[Store, str]) -> None:
    store, paper = cleaned
    read = [Entry.from_bytes(sealed.entry) for sealed in store.ledger()]
    assert [entry for entry in read if entry.record == paper] == list(store.records()[paper].entries)
