"""A move for which several people sign has not happened when the first of them has signed."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from standfirst.certification.events import LOGGED, history, issued
from standfirst.certification.finding import verified
from standfirst.certification.independence import audited_by
from standfirst.certification.linked import moved_by
from standfirst.management.organisation import PERSON
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Deed, Entry
from standfirst.records.memory import MemoryStore
from standfirst.records.record import Content, Record, Version
from standfirst.server.store.following import FOLLOWING, following

AT = datetime(2026, 5, 1, tzinfo=UTC)
RECORD = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"

Step = tuple[Deed, str, str, str]
"""What was done, by whom, by which transition, and the state afterwards."""


def record(kind: str, *steps: Step) -> Record:
    versions = []
    for number, (deed, actor, transition, state) in enumerate(steps, start=1):
        content = Content(RECORD, kind, 1, number, state, {"grade": "major"}, (), {}, "So")
        entry = Entry(
            sequence=number,
            recorded_at=AT,
            deed=deed,
            actor=actor,
            kind=kind,
            record=RECORD,
            number="ABC-0001",
            version=number,
            commitment="ab" * 32,
            previous="cd" * 32,
            transition=transition,
        )
        versions.append(Version(content, entry))
    return Record(versions)


def halves(kind: str, transition: str, before: str, after: str) -> tuple[Record, Record]:
    """After the first signature, and after the second."""
    steps: Sequence[Step] = (
        (Deed.CREATED, "carl", "", before),
        (Deed.SIGNED, "lea", transition, before),
        (Deed.MOVED, "dana", transition, after),
    )
    return record(kind, *steps[:2]), record(kind, *steps)


def test_an_entry_says_what_moved_and_what_was_only_signed() -> None:
    half, whole = halves("finding", "verify", "accepted", "verified")
    assert [version.entry.moved for version in whole.versions] == ["", "", "verify"]
    assert half.current.entry.transition == "verify"


def test_a_finding_is_verified_by_the_last_signature() -> None:
    half, whole = halves("finding", "verify", "accepted", "verified")
    assert not verified(half)
    assert verified(whole)


@pytest.mark.parametrize("transition", sorted(set(LOGGED) - {"grant", "issue"}))
def test_nobody_is_told_of_what_one_of_two_has_signed(transition: str) -> None:
    store = MemoryStore(Kinds((PERSON,)), clock=lambda: AT)
    half, whole = halves("certificate", transition, "active", "suspended")
    assert list(history(store, half)) == []
    assert [happened.event for happened in history(store, whole)] == [LOGGED[transition]]


def test_what_one_of_two_has_signed_is_not_among_what_was_issued() -> None:
    half, whole = halves("certificate", next(iter(LOGGED)), "draft", "active")

    class Shelf:
        def __init__(self, kept: Record) -> None:
            self.kept = kept

        def records(self, *, kinds: Sequence[str]) -> dict[str, Record]:
            return {self.kept.id: self.kept} if self.kept.kind in kinds else {}

    assert issued(Shelf(half), "certificate") == []  # type: ignore[arg-type]  # all that is asked of a workspace
    assert issued(Shelf(whole), "certificate") == [whole]  # type: ignore[arg-type]


def test_whoever_signed_for_a_move_has_decided_once_it_is_made() -> None:
    half, whole = halves("decision", "grant", "draft", "granted")
    assert list(moved_by(half, "grant")) == []
    assert list(moved_by(whole, "grant")) == ["lea", "dana"]


def test_whoever_signed_for_another_move_or_before_an_edit_has_not() -> None:
    other = record(
        "decision",
        (Deed.CREATED, "carl", "", "draft"),
        (Deed.SIGNED, "rike", "refuse", "draft"),
        (Deed.MOVED, "dana", "grant", "granted"),
    )
    assert list(moved_by(other, "grant")) == ["dana"]
    edited = record(
        "decision",
        (Deed.SIGNED, "lea", "grant", "draft"),
        (Deed.AMENDED, "carl", "", "draft"),
        (Deed.MOVED, "dana", "grant", "granted"),
    )
    assert list(moved_by(edited, "grant")) == ["dana"]


def test_whoever_signed_as_a_team_does_has_audited_it_even_if_it_did_not_move() -> None:
    half, _ = halves("audit", "report", "performed", "reported")
    assert audited_by(half) == {"lea"}


@pytest.mark.parametrize(("kind", "transition"), sorted(pair for pair in FOLLOWING if ":" not in pair[1]))
def test_nothing_follows_from_what_one_of_two_has_signed(kind: str, transition: str) -> None:
    half, whole = halves(kind, transition, "draft", "active")
    assert list(following([half.current.entry])) == []
    assert len(list(following([whole.current.entry]))) == 1
