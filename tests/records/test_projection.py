"""From records to facts: what criteria see of a record, and what they do not."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.records.cast import ADA, BEN, FIRST, KINDS, amend, clock_of, doing, draft, found, move, note

from standfirst.records.change import Draft
from standfirst.records.memory import MemoryStore
from standfirst.records.projection import entered, facts_of, moment, placeholders
from standfirst.standards.facts import Fact
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance

DAY = timedelta(days=1)


@pytest.fixture
def store() -> MemoryStore:
    """A ledger that began on the first day; every later deed is done a day after the one before."""
    kept = MemoryStore(KINDS, clock=clock_of(*(FIRST + DAY * count for count in range(20))))
    found(kept)
    return kept


def fact(store: MemoryStore, of: Draft, *, without_evidence: tuple[str, ...] = ()) -> Fact:
    (only,) = facts_of(store.records([of.record]).values(), store.kinds, without_evidence=without_evidence)
    return only


def kept(store: MemoryStore, **body: Any) -> Draft:
    paper = note(body={"title": "A note", "text": "It holds for ever", **body}, serves=("7.5", "5.2"))
    store.perform(doing(paper))
    return paper


def test_what_a_fact_says(store: MemoryStore) -> None:
    thing = draft()
    paper = replace(
        note(body={"title": "A note", "text": "It holds"}, serves=("7.5",)), links={"about": (thing.record,)}
    )
    store.perform(doing(thing, paper))
    seen = fact(store, paper)
    assert (seen.id, seen.label, seen.kind, seen.state) == (paper.record, "NTE-0001", "note", "draft")
    assert (seen.title, seen.serves) == ("A note", frozenset({"7.5"}))
    assert seen.fields == {"text": "It holds", "words": 2}
    assert seen.links == {thing.record}
    assert seen.withheld is None


def test_one_fact_a_record_whatever_its_versions(store: MemoryStore) -> None:
    paper = kept(store)
    store.perform(amend(paper.record, text="It held"))
    assert len(list(facts_of(store.records().values(), store.kinds))) == 2
    assert fact(store, paper).fields["text"] == "It held"


def test_fields_that_say_nothing_are_no_fields(store: MemoryStore) -> None:
    thing = draft(body={"title": "A thing"})
    store.perform(doing(thing))
    assert fact(store, thing).fields == {}
    store.perform(amend(thing.record, count=0))
    assert fact(store, thing).fields == {"count": 0}


# --- dates ---


def test_dated_by_what_it_says_happened(store: MemoryStore) -> None:
    assert fact(store, kept(store, on="2025-11-03")).dated == datetime(2025, 11, 3, tzinfo=UTC)


def test_dated_by_the_latest_of_what_it_says(store: MemoryStore) -> None:
    kind = replace(store.kinds["note"], dated_by=("on", "until"))
    paper = kept(store, on="2025-11-03", until="2026-02-01")
    (seen,) = facts_of(store.records([paper.record]).values(), type(KINDS)((kind,)))
    assert seen.dated == datetime(2026, 2, 1, tzinfo=UTC)


def test_else_dated_by_when_it_came_into_its_state(store: MemoryStore) -> None:
    paper = kept(store)
    assert fact(store, paper).dated == FIRST + DAY
    store.perform(amend(paper.record, text="It holds still"))
    assert fact(store, paper).dated == FIRST + DAY, "an edit makes nothing fresher"
    store.perform(move(paper.record, "propose"))
    assert fact(store, paper).dated == FIRST + 3 * DAY
    store.perform(move(paper.record, "revise"))
    assert fact(store, paper).dated == FIRST + 4 * DAY, "back in its first state, it is so from then on"
    record = store.records()[paper.record]
    assert entered(record) is record.current


def test_an_effective_period(store: MemoryStore) -> None:
    seen = fact(store, kept(store, on="2026-02-01", until="2026-03-01T12:00:00+00:00"))
    assert (seen.effective_from, seen.effective_until) == (date(2026, 2, 1), date(2026, 3, 1))
    assert not seen.begun(date(2026, 1, 31))
    assert seen.begun(date(2026, 2, 1))
    assert not seen.ended(date(2026, 2, 28))
    assert seen.ended(date(2026, 3, 1))
    assert fact(store, kept(store)).effective_until is None


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Lima"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands somewhere in the world."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-20", "2026-05-20T00:00:00+00:00"),
        ("2026-05-20T10:30:00", "2026-05-20T10:30:00+00:00"),
        ("2026-05-20T10:30:00Z", "2026-05-20T10:30:00+00:00"),
        ("2026-05-20T01:30:00+09:00", "2026-05-19T16:30:00+00:00"),
    ],
)
def test_a_moment_is_the_same_wherever_it_is_read(text: str, expected: str) -> None:
    assert moment(text).isoformat() == expected


# --- what is withheld ---


@pytest.mark.parametrize(
    "value",
    ["[[What it says]]", "It holds [[since when?]]", "[[]]", "two\n[[lines\nof it]]"],
)
def test_template_text_is_withheld(store: MemoryStore, value: str) -> None:
    paper = kept(store, text=value, remarks="Mine")
    seen = fact(store, paper)
    assert seen.withheld == Reason("record.template", {"record": "NTE-0001", "fields": ("text",)})
    store.perform(amend(paper.record, text="It holds"))
    assert fact(store, paper).withheld is None


def test_template_text_is_found_wherever_it_stands() -> None:
    body = {
        "plain": "all mine",
        "list": ["mine", "[[yours]]"],
        "nested": {"deep": [{"deeper": "[[ask]]"}]},
        "brackets": "a[0][1] and [one] and ]]",
        "count": 3,
    }
    assert placeholders(body) == ("list", "nested")


def test_a_record_whose_evidence_is_gone_is_withheld(store: MemoryStore) -> None:
    paper, other = kept(store), kept(store)
    assert fact(store, paper, without_evidence=(paper.record,)).withheld == Reason(
        "record.evidence-gone", {"record": "NTE-0001"}
    )
    assert fact(store, other, without_evidence=(paper.record,)).withheld is None


# --- signatures ---


def approved(store: MemoryStore) -> Draft:
    paper = kept(store)
    store.perform(move(paper.record, "propose", by=ADA))
    store.perform(move(paper.record, "approve", by=BEN))
    return paper


def test_a_signature_is_seen_with_who_when_and_as_what(store: MemoryStore) -> None:
    (signature,) = fact(store, approved(store)).signatures
    assert (signature.meaning, signature.by, signature.roles) == ("approval", BEN.id, ("reviewer",))
    assert (signature.assurance, signature.at) == (Assurance.DECLARED, FIRST + 3 * DAY)


def test_a_signature_vanishes_with_the_content_it_stood_on(store: MemoryStore) -> None:
    paper = approved(store)
    store.perform(move(paper.record, "revise"))
    assert len(fact(store, paper).signatures) == 1, "the same content, in another state"
    store.perform(amend(paper.record, text="It holds no longer"))
    assert fact(store, paper).signatures == ()
    store.perform(move(paper.record, "propose"))
    assert fact(store, paper).signatures == ()
    store.perform(move(paper.record, "approve", by=ADA))
    assert [signature.by for signature in fact(store, paper).signatures] == [ADA.id]
