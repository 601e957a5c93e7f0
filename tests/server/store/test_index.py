"""The index of fields: what it says of each record, that it follows every deed, and that a rebuild makes the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field
from tests.records.cast import ADA
from tests.server.store.conftest import new_store
from tests.server.store.soundness import require_sound
from tests.server.works import queries

from standfirst.records.body import Body
from standfirst.records.change import Change, Draft
from standfirst.records.indexing import Told, told
from standfirst.records.kind import Kind, Kinds
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, View
from standfirst.server.store import index
from standfirst.server.store.models import Due, Indexed, IndexedAs
from standfirst.server.store.store import DatabaseStore


class TaskBody(Body):
    title: str = Field(description="What is to be done")
    size: int | None = Field(default=None, description="How large it is")
    amount: str | None = Field(default=None, description="How much", pattern=r"^-?\d+(\.\d+)?$")
    by: date | None = Field(default=None, description="By when")
    who: tuple[str, ...] = Field(default=(), description="Who does it")
    urgent: bool = Field(default=False, description="Whether it can wait")


TASK = Kind(
    name="task",
    prefix="TSK",
    folder="tasks",
    title="Task",
    body=TaskBody,
    lifecycle=Lifecycle(states=("open", "done"), transitions=(Transition("finish", ("open",), "done"),)),
    derived={"people": lambda body: len(body.get("who", ()))},
    view=View(
        Family.OPERATION,
        columns=("size", "amount", "by", "urgent", "people"),
        filters=("who",),
        due=("by",),
        owner="who",
    ),
)

KINDS = Kinds([TASK])

BODIES = st.fixed_dictionaries(
    {"title": st.text(min_size=1, max_size=300).filter(lambda t: "\x00" not in t)},
    optional={
        "size": st.integers(-(10**9), 10**9),
        "amount": st.from_regex(r"\A-?[0-9]{1,12}(\.[0-9]{1,5})?\Z"),
        "by": st.dates().map(date.isoformat),
        "who": st.lists(st.sampled_from(["Ada", "ADA", "Bén", "李四", "..."]), max_size=4),
        "urgent": st.booleans(),
    },
)


def task(body: Mapping[str, Any], record: str = "", expected: int = 0, state: str = "open") -> Draft:
    deed = Deed.AMENDED if expected else Deed.CREATED
    return Draft(deed, record or str(uuid4()), "task", expected, state, body, "It is so")


def test_what_is_told_of_a_record() -> None:
    body = {
        "title": "Ship",
        "size": 7,
        "amount": "-1.5",
        "by": "2030-01-05",
        "who": ["Ada", "Ben"],
        "urgent": True,
    }
    assert told(TASK, body) == [
        Told("title", 0, "Ship"),
        Told("size", 0, "7", number=7),
        Told("amount", 0, "-1.5", number=-1.5),
        Told("by", 0, "2030-01-05", day=date(2030, 1, 5)),
        Told("urgent", 0, "yes"),
        Told("people", 0, "2", number=2),
        Told("who", 0, "Ada"),
        Told("who", 1, "Ben"),
    ]


def test_a_title_that_looks_like_a_number_or_a_day_stays_a_text() -> None:
    assert told(TASK, {"title": "2026"})[0] == Told("title", 0, "2026")
    assert told(TASK, {"title": "2026-01-05"})[0] == Told("title", 0, "2026-01-05")


def test_what_says_nothing_is_told_once_and_empty() -> None:
    assert [one for one in told(TASK, {"title": "Bare"}) if one.field in {"size", "by", "who"}] == [
        Told("size", 0),
        Told("by", 0),
        Told("who", 0),
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 4), BODIES, st.sampled_from(["open", "done"])), min_size=1, max_size=12)
)
def test_after_random_deeds_it_is_what_a_rebuild_makes(
    database: str, deeds: list[tuple[int, Any, str]]
) -> None:
    assert database
    store = _founded()
    ids = [str(uuid4()) for _ in range(5)]
    versions = dict.fromkeys(ids, 0)
    for at, body, state in deeds:
        record = ids[at]
        store.perform(_doing(task(body, record, versions[record], state)))
        versions[record] += 1
    require_sound(store)
    open_days = {
        (record.id, body["by"])
        for record in store.records(kinds=["task"]).values()
        if record.current.content.state == "open" and (body := record.current.content.body).get("by")
    }
    due = Due.objects.filter(organisation=store.organisation, position=0).values_list("record", "day")
    assert {(record, day.isoformat()) for record, day in due} == open_days


def _founded() -> DatabaseStore:
    store = new_store(KINDS)
    first = task({"title": "The first"})
    store.perform(lambda _: Change(ADA, (first,), simulation=False))
    return store


def _doing(*drafts: Draft) -> Any:
    return lambda _: Change(ADA, drafts)


def test_what_is_erased_leaves_it(database: str) -> None:
    assert database
    store = _founded()
    gone = task({"title": "Secret", "by": "2030-01-05", "who": ["Ada"]})
    store.perform(_doing(gone))
    assert Indexed.objects.filter(organisation=store.organisation, record=gone.record).exists()
    sequence = store.records([gone.record])[gone.record].current.entry.sequence
    eraser = Draft(
        Deed.CREATED, str(uuid4()), "task", 0, "done", {"title": "Erased"}, "Asked", erases=(sequence,)
    )
    store.perform(_doing(eraser))
    assert not Indexed.objects.filter(organisation=store.organisation, record=gone.record).exists()
    assert not Due.objects.filter(organisation=store.organisation, record=gone.record).exists()
    require_sound(store)


def test_a_commit_takes_as_many_statements_however_much_it_says(database: str) -> None:
    assert database
    store = _founded()
    little = task({"title": "Little"})
    much = task({"title": "Much", "size": 1, "by": "2030-01-01", "who": ["Ada", "Ben", "Mila"]})
    first = len(queries(lambda: store.perform(_doing(task({"title": "Warm"})))))
    assert len(queries(lambda: store.perform(_doing(little)))) <= first
    assert (
        len(queries(lambda: store.perform(_doing(much)))) <= first + 1
    )  # a day that is due has a table of its own


def test_kinds_that_are_viewed_in_another_way_have_it_made_anew(database: str) -> None:
    assert database
    store = _founded()
    assert store.keep_up() == 0
    IndexedAs.objects.filter(organisation=store.organisation).update(told=b"0" * 32)
    Indexed.objects.filter(organisation=store.organisation).delete()
    assert store.keep_up() == 1
    assert Indexed.objects.filter(organisation=store.organisation, field="title", text="The first").exists()
    assert index.is_of_today(store.organisation, KINDS)
    assert store.keep_up() == 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE store_indexed SET number = number + 1 WHERE organisation_id = %s AND number IS NOT NULL",
        "UPDATE store_indexed SET folded = 'x' WHERE organisation_id = %s AND field = 'title'",
        "DELETE FROM store_indexed WHERE organisation_id = %s AND field = 'who'",
        "UPDATE store_due SET day = '2031-01-01' WHERE organisation_id = %s",
        "UPDATE store_due SET record = 'nobody' WHERE organisation_id = %s",
        "DELETE FROM store_due WHERE organisation_id = %s",
    ],
)
def test_the_check_of_a_ledger_sees_what_was_changed_in_it(database: str, damage: str) -> None:
    from standfirst.server.store.checking import Vouched, check_organisation  # noqa: PLC0415 - after Django

    assert database
    store = _founded()
    store.perform(_doing(task({"title": "T", "size": 3, "by": "2030-01-05", "who": ["Ada"]})))
    with connection.cursor() as cursor:
        from standfirst.server.store.models import Organisation  # noqa: PLC0415 - the same

        own = Organisation._meta.pk.get_db_prep_value(store.organisation, connection)
        cursor.execute(damage, [own])
    wrong = check_organisation(store, Vouched()).wrong
    assert [one.reason.code for one in wrong] == ["store.read-model"]
    store.rebuild()
    assert check_organisation(store, Vouched()).wrong == []
