"""The deeds of pages and API: what they write, and how they tell what is wrong, on every store."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import uuid4

import pytest
from pydantic import Field
from tests.records.cast import ADA, BEN, NOTE, THING, doing, draft, everything, found, note, unusable

from standfirst.management.guards import filled
from standfirst.records.actor import Actor
from standfirst.records.body import Body
from standfirst.records.change import Conflict, Refused
from standfirst.records.kind import Kind, Kinds, LinkRule
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.workspace import DeedFunction, Receipt, Store
from standfirst.records.writing import (
    ENOUGH,
    UNSIGNED,
    Known,
    Signed,
    Why,
    Wish,
    amend,
    create,
    move,
    read,
    wish_of,
)
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text
from standfirst.standards.vocabulary import Assurance
from standfirst.standards.yaml_text import MAX_BYTES, MAX_DEPTH, MAX_VALUES

Opening = Callable[..., Store]

TODAY = date(2026, 11, 22)
DIGEST = "ab" * 32


class Part(Strict):
    name: Text = Field(description="What it is called")
    count: int = Field(default=1, description="How many")


class JobBody(Body):
    title: Text = Field(description="What is to be done")
    size: Annotated[int, Field(ge=1)] | None = Field(default=None, description="How large it is")
    sort: Literal["small", "large"] = Field(default="small", description="What sort of job")
    done_on: date | None = Field(default=None, description="When it was done")
    parts: tuple[Part, ...] = Field(default=(), description="What it is made of")


JOB = Kind(
    name="job",
    prefix="JOB",
    folder="jobs",
    title="Job",
    body=JobBody,
    lifecycle=Lifecycle(
        states=("open", "done", "kept"),
        transitions=(
            Transition("finish", ("open",), "done", guards=(filled("done_on"),)),
            Transition("reopen", ("done", "kept"), "open"),
            Transition("keep", ("done",), "kept", signs="approval"),
        ),
        frozen=("done", "kept"),
    ),
    links=(LinkRule("after", ("job",)), LinkRule("about", ("thing", "note"))),
    happened=("done_on",),
    inspect=lambda body: [("title", Reason("field.missing"))] if body["title"] == "Nothing" else [],
)
KINDS = Kinds((THING, NOTE, JOB))
FILES = {"evidence/a.csv": DIGEST, "evidence/b.csv": "cd" * 32}
KNOWN = Known(("6.1.3", "A.1.2"), TODAY, lambda names: {n: FILES[n] for n in names if n in FILES})


@pytest.fixture
def store(opening: Opening) -> Store:
    made = opening(kinds=KINDS)
    found(made)
    return made


def wish(**members: Any) -> Wish:
    return wish_of(members, name="job")


def making(by: Actor = ADA, record: str = "", signed: Signed = UNSIGNED, **members: Any) -> DeedFunction:
    return create(
        acting=lambda _: by,
        kind=JOB,
        record=record or str(uuid4()),
        wish=wish(**members),
        why="It is wanted",
        known=KNOWN,
        signed=signed,
    )


def made(store: Store, **members: Any) -> str:
    body = members.pop("body", {"title": "A job"})
    return next(iter(store.perform(making(body=body, **members)).numbers))


def changing(record: str, expected: int, signed: Signed = UNSIGNED, **members: Any) -> DeedFunction:
    return amend(
        acting=lambda _: ADA,
        record=record,
        expected=expected,
        wish=wish(**members),
        why="It has changed",
        known=KNOWN,
        signed=signed,
    )


def changed(store: Store, record: str, expected: int, **members: Any) -> Receipt:
    return store.perform(changing(record, expected, **members))


def places(store: Store, deed: DeedFunction) -> dict[str, str]:
    """The faults of a deed by field; nothing may have changed."""
    before = everything(store)
    with pytest.raises(Unusable) as refused:
        store.perform(deed)
    assert everything(store) == before
    return {problem.field: problem.reason.code for problem in refused.value.problems}


# --- writing ---


def test_a_record_is_created(store: Store) -> None:
    thing = draft()
    store.perform(doing(thing))
    body = {"title": " A job ", "parts": [{"name": "Half"}], "attachments": [{"file": "evidence/a.csv"}]}
    record = made(store, body=body, serves=["6.1.3"], links={"about": ["THG-0002"]})

    current = store.records([record])[record].current
    assert current.number == "JOB-0001"
    assert current.content.body == {
        "title": "A job",
        "sort": "small",
        "parts": [{"name": "Half", "count": 1}],
        "attachments": [{"file": "evidence/a.csv", "sha256": DIGEST}],
    }
    assert (current.content.serves, current.content.links) == (("6.1.3",), {"about": (thing.record,)})
    assert (current.content.state, current.content.why) == ("open", "It is wanted")
    assert (current.entry.deed, current.entry.actor) == (Deed.CREATED, ADA.id)


def test_what_is_not_told_stays_as_it_is(store: Store) -> None:
    record = made(store, serves=["6.1.3"])
    other = made(store, links={"after": [record]})
    changed(store, other, 1, body={"title": "Better"})
    content = store.records([other])[other].current.content
    assert (content.body["title"], content.links) == ("Better", {"after": (record,)})
    changed(store, other, 2, links={"after": []})
    content = store.records([other])[other].current.content
    assert (content.body["title"], content.links) == ("Better", {})


def test_nothing_is_recorded_where_nothing_differs(store: Store) -> None:
    record = made(store, serves=["6.1.3"])
    assert changed(store, record, 1, body={"title": "A job"}, serves=["6.1.3"]).entries == 0
    assert len(store.records([record])[record].versions) == 1


def test_content_comes_before_movement(store: Store) -> None:
    record = made(store)
    assert (
        changed(store, record, 1, body={"title": "A job", "done_on": "2026-11-22"}, state="done").entries == 2
    )
    states = [v.content.state for v in store.records([record])[record].versions]
    assert states == ["open", "open", "done"]


def test_a_frozen_record_is_moved_before_it_is_edited(store: Store) -> None:
    record = made(store, body={"title": "A job", "done_on": "2026-11-22"}, state="done")
    with pytest.raises(Refused) as refused:
        changed(store, record, 2, body={"title": "Other"})
    assert refused.value.reason.code == "deed.frozen"
    changed(store, record, 2, body={"title": "Other"}, state="open")
    content = store.records([record])[record].current.content
    assert (content.state, content.body["title"], content.version) == ("open", "Other", 4)


def test_a_record_is_moved(store: Store) -> None:
    record = made(store, body={"title": "A job", "done_on": "2026-11-22"})
    store.perform(
        move(acting=lambda _: BEN, record=record, expected=1, to="done", why="Ready", signed=UNSIGNED)
    )
    current = store.records([record])[record].current
    assert (current.content.state, current.content.why, current.entry.actor) == ("done", "Ready", BEN.id)


def test_text_is_kept_as_nfc(store: Store) -> None:
    decomposed = unicodedata.normalize("NFD", "Prüfung")
    record = made(store, body={"title": decomposed})
    assert store.records([record])[record].current.content.body["title"] == "Prüfung"


# --- versions ---


def test_who_comes_second_is_told_both_versions(store: Store) -> None:
    record = made(store)
    changed(store, record, 1, body={"title": "First"})
    before = everything(store)
    for deed in (
        changing(record, 1, body={"title": "Second"}),
        move(acting=lambda _: ADA, record=record, expected=1, to="done", why="Ready", signed=UNSIGNED),
    ):
        with pytest.raises(Conflict) as refused:
            store.perform(deed)
        assert refused.value.reason == Reason(
            "record.conflict", {"record": record, "expected": 1, "current": 2}
        )
    assert everything(store) == before


def test_creating_it_again_is_a_conflict(store: Store) -> None:
    record = made(store)
    with pytest.raises(Conflict) as refused:
        store.perform(making(record=record, body={"title": "A job"}))
    assert refused.value.reason.parameters["current"] == 1


def test_a_record_that_is_not_there(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        changed(store, str(uuid4()), 1, body={"title": "A job"})
    assert refused.value.reason == Reason("record.missing")


# --- faults ---


def test_every_fault_is_told_with_its_field(store: Store) -> None:
    body = {"size": 0, "sort": "huge", "parts": [{"name": "", "colour": "red"}], "unknown": True}
    assert places(
        store, making(body=body, serves=["9.9.9"], state="gone", links={"under": ["JOB-0001"]})
    ) == {
        "state": "record.unknown-state",
        "serves[0]": "record.unknown-requirement",
        "links.under": "link.unknown-relation",
        "links.under[0]": "link.unknown-target",
        "body.title": "field.missing",
        "body.size": "field.greater-than-equal",
        "body.sort": "field.literal-error",
        "body.parts[0].name": "field.string-too-short",
        "body.parts[0].colour": "field.extra-forbidden",
        "body.unknown": "field.extra-forbidden",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("size", "3", "field.int-type"),
        ("size", True, "field.int-type"),
        ("title", 3, "field.string-type"),
        ("done_on", 0, "field.date-type"),
        ("done_on", "22 November", "field.date-parsing"),
        ("done_on", "2026-11-23", "field.in-the-future"),
        ("title", "Write [[what]]", "value.template"),
        ("title", "Nothing", "field.missing"),
        ("parts", {"name": "Half"}, "field.tuple-type"),
        ("attachments", [{"file": "evidence/c.csv"}], "evidence.missing"),
        ("attachments", [{"file": "evidence/a.csv", "sha256": "00" * 32}], "evidence.changed"),
    ],
)
def test_a_fault(store: Store, field: str, value: Any, code: str) -> None:
    told = places(store, making(body={"title": "A job", field: value}))
    assert [(place.removeprefix("body.").partition("[")[0], said) for place, said in told.items()] == [
        (field, code)
    ]


def test_a_date_of_today_has_happened(store: Store) -> None:
    made(store, body={"title": "A job", "done_on": TODAY.isoformat()})


@pytest.mark.parametrize(
    ("value", "place", "code"),
    [
        ({"body": {"size": 0.5}}, "body.size", "value.fraction"),
        ({"body": {"size": 2**53}}, "body.size", "value.integer-too-large"),
        ({"body": {"title": "a\x07b"}}, "body.title", "value.character"),
        ({"body": {"title": "\ud800"}}, "body.title", "value.character"),
        ({"body": {"a\x00": 1}}, "body", "value.character"),
        ({"body": {"title": object()}}, "body.title", "value.not-json"),
        ({"body": [1]}, "body", "field.dict-type"),
        ({"serves": ["first"]}, "serves[0]", "field.string-pattern-mismatch"),
        ({"serves": "6.1.3"}, "serves", "field.tuple-type"),
        ({"links": {"about": "JOB-0001"}}, "links.about", "field.tuple-type"),
        ({"states": "open"}, "states", "field.extra-forbidden"),
        ([], "", "field.model-type"),
        ({"body": {"parts": [1] * MAX_VALUES}}, "", "value.too-many"),
        ({"body": {"title": "a" * MAX_BYTES}}, "", "value.too-large"),
    ],
)
def test_what_is_no_wish(value: Any, place: str, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        wish_of(value, name="JOB-0001")
    assert [(p.file, p.field, p.reason.code) for p in refused.value.problems] == [("JOB-0001", place, code)]


def test_nesting_has_an_end() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with unusable("value.too-deep"):
        wish_of({"body": {"parts": value}}, name="job")
    for _ in range(MAX_DEPTH - 2):
        value = {"a": 1} if _ == 0 else {"a": value}
    assert wish_of({"body": {"a": value}}, name="job").body is not None


@pytest.mark.parametrize("why", ["", "  ", None, 3])
def test_a_reason_is_asked_for(why: Any) -> None:
    with pytest.raises(Unusable):
        read(Why, {"why": why}, name="job")


# --- links ---


def test_links_lead_to_records_of_a_kind_that_is_allowed(store: Store) -> None:
    paper = note()
    store.perform(doing(paper))
    job = made(store, links={"about": ["NTE-0001", paper.record]})
    assert store.records([job])[job].current.content.links == {"about": (paper.record,)}
    asked = {"after": ["NTE-0001"], "about": ["JOB-0001", "JOB-0007", str(uuid4())]}
    assert places(store, making(body={"title": "A job"}, links=asked)) == {
        "links.after[0]": "link.wrong-kind",
        "links.about[0]": "link.wrong-kind",
        "links.about[1]": "link.unknown-target",
        "links.about[2]": "link.unknown-target",
    }


def test_links_lead_round_in_no_circle(store: Store) -> None:
    first = made(store)
    second = made(store, links={"after": [first]})
    third = made(store, links={"after": [second]})
    with pytest.raises(Unusable) as refused:
        changed(store, first, 1, links={"after": ["JOB-0003"]})
    [problem] = refused.value.problems
    assert (problem.field, problem.reason.code) == ("links", "link.cycle")
    assert sorted(set(problem.reason.parameters["circle"])) == ["JOB-0001", "JOB-0002", "JOB-0003"]  # type: ignore[arg-type]
    assert places(store, changing(first, 1, links={"after": ["JOB-0001"]})) == {"links": "link.cycle"}
    changed(store, third, 1, links={"after": [second, first]})


def test_where_links_lead(store: Store) -> None:
    first = made(store)
    second = made(store, links={"after": [first]})
    third = made(store, links={"after": [second, first]})
    assert {i: set(targets) for i, targets in store.reached([third]).items()} == {
        third: {second, first},
        second: {first},
    }
    assert store.reached([first]) == {}
    assert store.reached([]) == {}


# --- signatures ---


def test_a_door_may_ask_for_more_than_a_word(store: Store) -> None:
    record = made(store, body={"title": "A job", "done_on": "2026-11-22"}, state="done")
    door = Signed(least=Assurance.REAUTHENTICATED)
    for deed in (
        move(acting=lambda _: BEN, record=record, expected=2, to="kept", why="Good", signed=door),
        changing(record, 2, state="kept", signed=door),
        making(body={"title": "A job", "done_on": "2026-11-22"}, state="kept", signed=door),
    ):
        with pytest.raises(Refused) as refused:
            store.perform(deed)
        assert refused.value.reason.code == "deed.assurance"
    store.perform(
        move(acting=lambda _: BEN, record=record, expected=2, to="kept", why="Good", signed=UNSIGNED)
    )


@pytest.mark.parametrize("why", ["", " \n", "a\x00b"])
def test_a_deed_without_a_reason_is_told_with_all_else(store: Store, why: str) -> None:
    deed = create(
        acting=lambda _: ADA,
        kind=JOB,
        record=str(uuid4()),
        wish=wish(body={}),
        why=why,
        known=KNOWN,
        signed=UNSIGNED,
    )
    assert set(places(store, deed)) == {"why", "body.title"}
    record = made(store, body={"title": "A job", "done_on": "2026-11-22"})
    assert set(
        places(
            store, move(acting=lambda _: ADA, record=record, expected=1, to="done", why=why, signed=UNSIGNED)
        )
    ) == {"why"}


# --- a flood of faults ---


def flood(store: Store, **members: Any) -> Sequence[Problem]:
    with pytest.raises(Unusable) as refused:
        store.perform(making(**members))
    return refused.value.problems


@pytest.mark.parametrize("count", [ENOUGH, ENOUGH + 1, 20_000])
def test_of_a_flood_of_faults_the_first_are_told_and_that_there_may_be_more(store: Store, count: int) -> None:
    floods = (
        flood(store, body={"title": "A job"}, serves=("99.99.99",) * count),
        flood(store, body={"title": "A job"}, links={"about": tuple(f"JOB-{i:08}" for i in range(count))}),
        flood(store, body={"title": "A job", "attachments": [{"file": 5}] * count}),
    )
    for told in floods:
        assert len(told) == min(count, ENOUGH + 1)
        cut = [problem.reason for problem in told if problem.reason.code == "problems.stopped"]
        assert cut == ([Reason("problems.stopped", {"count": ENOUGH})] if count > ENOUGH else [])


def test_values_that_cannot_be_kept_are_a_flood_too() -> None:
    with pytest.raises(Unusable) as refused:
        read(Why, {"why": [0.5] * 20_000}, name="it")
    assert [problem.reason.code for problem in refused.value.problems] == [
        *["value.fraction"] * ENOUGH,
        "problems.stopped",
    ]
