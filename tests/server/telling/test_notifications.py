"""Who is told what, from the records alone: each rule, and everybody whom it does not concern."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from tests.server.telling.cast import handle, heard, house, parameters, policy, risk, told
from tests.server.works import Works

from standfirst.records.actor import Role
from standfirst.server import clock
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.readiness.models import Change
from standfirst.server.store.following import TELLING
from standfirst.server.store.models import Current, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.telling import daily, hearing
from standfirst.server.telling.models import Choice, Endpoint, Heard, Notification
from standfirst.server.telling.sorts import Sort, Way

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    return house()


# --- each sort -------------------------------------------------------------------------------------------------------


def test_a_record_that_is_given_to_me(there: Works) -> None:
    risk(there, owner=handle(there, there.mila))
    assert told(there, there.mila) == [(Sort.ASSIGNED, "RSK-0001")]
    assert told(there, there.ada) == told(there, there.ben) == []


def test_by_name_too_and_when_it_is_given_later(there: Works) -> None:
    made = risk(there)
    assert told(there, there.mila) == []
    there.amend(made, owner="Mila")
    assert told(there, there.mila) == [(Sort.ASSIGNED, "RSK-0001")]
    there.amend(made, owner="Mila", hazard="Another one")  # it was hers before
    assert told(there, there.mila) == [(Sort.ASSIGNED, "RSK-0001")]


def test_by_a_function_that_one_person_alone_holds(there: Works) -> None:
    for who in (there.mila, there.ben):
        there.amend(
            there.record(who.id), functions=["Head of fridges"] if who is there.mila else ["Reviewer"]
        )
    it = risk(there, owner="Head of Fridges")
    assert (Sort.ASSIGNED, it.number) in told(there, there.mila)
    there.amend(there.record(there.ben.id), functions=["Head of fridges"])
    again = risk(there, owner="Head of fridges")
    assert (Sort.ASSIGNED, again.number) not in told(there, there.mila)


def test_nobody_is_told_what_they_did_themselves(there: Works) -> None:
    risk(there, by=there.mila, owner=handle(there, there.mila))
    assert told(there, there.mila) == []


def test_who_is_named_in_a_comment(there: Works) -> None:
    made = risk(there)
    there.create(
        "comment",
        {"text": "What do you think?"},
        links={"about": (made.number,), "mentions": (there.mila.id, there.ada.id)},
    )
    assert told(there, there.mila) == [(Sort.MENTIONED, "RSK-0001")]
    assert told(there, there.ada) == []  # who said it


def test_a_comment_on_mine_is_told_once_and_not_to_its_author(there: Works) -> None:
    made = risk(there, by=there.ben, owner="Mila")
    other = risk(there, by=there.ben)
    said = {"about": (made.number,)}
    there.create("comment", {"text": "One"}, links=said, by=there.ada)
    there.create("comment", {"text": "Two"}, links={**said, "mentions": (there.mila.id,)}, by=there.ben)
    there.create("comment", {"text": "Three"}, links={"about": (other.number,)}, by=there.ben)
    assert told(there, there.mila) == [
        (Sort.ASSIGNED, "RSK-0001"),
        (Sort.COMMENTED, "RSK-0001"),
        (Sort.MENTIONED, "RSK-0001"),
    ]
    assert told(there, there.ben) == [(Sort.COMMENTED, "RSK-0001")]
    assert told(there, there.ada) == []
    page = there.client(there.ben).get(reverse("inbox", args=[there.slug])).content.decode()
    assert "Ada has commented on it." in page


def test_a_comment_that_is_taken_back_calls_nobody(there: Works) -> None:
    made = risk(there)
    said = there.create(
        "comment", {"text": "Hm"}, links={"about": (made.number,), "mentions": (there.mila.id,)}
    )
    assert told(there, there.mila)
    there.move(said, "withdrawn")
    assert told(there, there.mila) == []


def test_who_may_sign_is_asked_and_who_wrote_it_is_not(there: Works) -> None:
    made = policy(there, by=there.ada)
    there.move(made, "in-review", by=there.ada)
    assert (Sort.TO_SIGN, "DOC-0001") in told(there, there.ben)
    assert parameters(there, there.ben, Sort.TO_SIGN) == {"move": "approve", "state": "in-review"}
    assert told(there, there.ada) == told(there, there.mila) == []


def test_what_was_signed_waits_for_nobody_any_more(there: Works) -> None:
    eve = there.firm.person("Eve", Role.REVIEWER)
    there.firm.account(eve, "eve")
    made = policy(there)
    there.move(made, "in-review")
    heard()
    asked = Notification.objects.filter(sort=Sort.TO_SIGN, person__in=[there.ben.id, eve.id])
    assert asked.filter(read=None).count() == 2
    there.move(made, "approved", by=there.ben)
    heard()
    assert asked.filter(read=None).count() == 0


def test_a_record_that_moved_on_before_anybody_was_told_asks_nobody(there: Works) -> None:
    made = policy(there)
    there.move(made, "in-review")
    there.move(made, "approved", by=there.ben)
    heard()
    assert not Notification.objects.filter(organisation=there.firm.organisation, sort=Sort.TO_SIGN).exists()


def test_what_could_be_revoked_asks_nobody(there: Works) -> None:
    """A signature that ends what holds is given when somebody sees a reason to."""
    body = {"title": "The dispute", "reason": "A claim", "authority": "The board", "placed_on": "2026-01-05"}
    hold = there.create("legal-hold", body, links={"holds": (risk(there).number,)})
    assert (Sort.TO_SIGN, hold.number) not in told(there, there.ben)


def test_mine_has_moved_and_was_sent_back(there: Works) -> None:
    made = policy(there, by=there.mila)
    there.move(made, "in-review", by=there.mila)
    assert told(there, there.mila) == []
    there.move(made, "draft", by=there.ben)
    assert told(there, there.mila) == [(Sort.RETURNED, "DOC-0001")]
    there.move(made, "in-review", by=there.ada)
    there.move(made, "approved", by=there.ben)
    assert told(there, there.mila)[1:] == [(Sort.MOVED, "DOC-0001"), (Sort.MOVED, "DOC-0001")]


def test_managers_hear_that_access_has_ended(there: Works) -> None:
    heard()
    there.firm.leaves(there.mila)
    assert (Sort.ACCESS_ENDED, there.record(there.mila.id).number) not in told(there, there.ben)
    from standfirst.server.store.following import ACCESS_ENDED, LEFT  # noqa: PLC0415
    from standfirst.server.store.outbox import drain  # noqa: PLC0415

    drain({name: TOPICS[name] for name in (LEFT, ACCESS_ENDED)}, clock=now)
    assert (Sort.ACCESS_ENDED, there.record(there.mila.id).number) in told(there, there.ben)


# --- days ------------------------------------------------------------------------------------------------------------


def test_due_soon_and_late_once_each(there: Works) -> None:
    today = now().date()
    mine: dict[str, Any] = {"owner": handle(there, there.mila), "effective_from": "2026-01-05"}
    policy(there, **mine, review_by=(today + timedelta(days=3)).isoformat())
    policy(there, **mine, review_by=(today - timedelta(days=3)).isoformat())
    policy(there, **mine, review_by=(today + timedelta(days=60)).isoformat())
    for _ in range(2):
        daily.tell(there.firm.organisation)
    assert told(there, there.mila) == [
        (Sort.LATE, "DOC-0002"),
        (Sort.DUE_SOON, "DOC-0001"),
        *[(Sort.ASSIGNED, f"DOC-000{number}") for number in (1, 2, 3)],
    ]
    found = parameters(there, there.mila, Sort.LATE)
    assert found == {"field": "review_by", "kind": "document", "day": str(today - timedelta(days=3))}


def test_another_day_asks_nobody_for_the_old_one(there: Works) -> None:
    today = now().date()
    made = policy(there, owner=handle(there, there.mila), review_by=str(today + timedelta(days=3)))
    daily.tell(there.firm.organisation)
    asked = Notification.objects.filter(person=there.mila.id, sort=Sort.DUE_SOON)
    assert asked.filter(read=None).count() == 1
    there.amend(made, review_by=str(today + timedelta(days=90)))
    daily.tell(there.firm.organisation)
    assert asked.filter(read=None).count() == 0


def test_readiness_that_was_lost_is_told_to_managers(there: Works) -> None:
    today = now().date()
    for before, after, requirement in (
        ("shown", "partly", "A.1.1"),
        ("partly", "shown", "A.1.2"),
        ("shown", "not-applicable", "A.1.3"),
    ):
        Change.objects.create(
            organisation=there.firm.organisation,
            requirement=requirement,
            before=before,
            after=after,
            on=today,
            size=3,
            codes="[]",
        )
    for _ in range(2):
        daily.tell_readiness(there.firm.organisation)
    assert told(there, there.ben) == told(there, there.ada) == [(Sort.READINESS_LOST, "")]
    assert told(there, there.mila) == []
    assert parameters(there, there.ben, Sort.READINESS_LOST)["requirement"] == "A.1.1"


def test_many_that_were_lost_at_once_are_told_as_one(there: Works) -> None:
    for number in range(daily.FEW + 2):
        Change.objects.create(
            organisation=there.firm.organisation,
            requirement=f"A.1.{number + 1}",
            before="shown",
            after="not-shown",
            on=now().date(),
            size=3,
            codes="[]",
        )
    for _ in range(2):
        daily.tell_readiness(there.firm.organisation)
    assert told(there, there.ben) == [(Sort.READINESS_LOST, "")]
    page = there.client(there.ben).get(reverse("inbox", args=[there.slug])).content.decode()
    assert "7 requirements are shown no longer." in page


# --- to whom ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "kept", "mailed"), [(Way.NONE, 0, 0), (Way.APP, 1, 1), (Way.MAIL, 1, 0)])
def test_as_far_as_somebody_wants_to_know(there: Works, way: Way, kept: int, mailed: int) -> None:
    Choice.objects.create(
        organisation=there.firm.organisation, person=there.mila.id, sort=Sort.ASSIGNED, way=way
    )
    risk(there, owner="Mila")
    heard()
    rows = Notification.objects.filter(person=there.mila.id)
    assert (rows.count(), rows.filter(mailed=True).count()) == (kept, mailed)


def test_nobody_without_access_is_told(there: Works) -> None:
    eve, ivo = there.firm.person("Eve"), there.firm.person("Ivo")
    account = there.firm.account(ivo, "ivo")
    User.objects.filter(pk=account.pk).update(is_active=False)
    risk(there, owner="Eve")
    risk(there, owner="Ivo")
    assert told(there, eve) == told(there, ivo) == []


def test_who_has_left_is_told_nothing_and_what_they_were_told_goes(there: Works) -> None:
    risk(there, owner="Mila")
    assert told(there, there.mila)
    there.firm.leaves(there.mila)
    risk(there, owner="Mila")
    assert len(told(there, there.mila)) == 1
    daily.tell(there.firm.organisation)
    assert not Notification.objects.filter(person=there.mila.id).exists()


def test_two_of_one_name_are_nobody(there: Works) -> None:
    other = there.firm.person("Mila")
    there.firm.account(other, "mila2")
    risk(there, owner="Mila")
    assert told(there, there.mila) == told(there, other) == []


def test_other_organisations_are_told_nothing(there: Works) -> None:
    other = house("Elsewhere")
    risk(there, owner="Mila")
    assert told(other, other.mila) == []


# --- once ------------------------------------------------------------------------------------------------------------


def test_told_again_it_is_told_once(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    Heard.objects.filter(organisation=there.firm.organisation).update(size=0)
    task = Task(there.firm.organisation.pk, 0, "{}")
    hearing.hear(task)
    assert len(told(there, there.mila)) == 1


def test_two_workers_at_once_tell_once(there: Works) -> None:
    for _ in range(8):
        risk(there, owner="Mila")
    Endpoint.objects.create(
        organisation=there.firm.organisation,
        name="A",
        url="https://example.org",
        events="record.created",
        created=now(),
    )
    task, together, faults = Task(there.firm.organisation.pk, 0, "{}"), Barrier(2), []

    def work() -> None:
        together.wait()
        try:
            hearing.hear(task)
        except Exception as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert len(told(there, there.mila)) == 8
    assert Outbox.objects.filter(organisation=there.firm.organisation, topic="webhook").count() == 8


def test_long_ago_is_no_news(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    risk(there, owner="Mila")
    monkeypatch.setattr(clock, "now", lambda: now() + hearing.NEWS + timedelta(days=1))
    heard()
    assert not Notification.objects.filter(person=there.mila.id).exists()


def test_every_commit_wakes_it(there: Works) -> None:
    assert TELLING in TOPICS
    risk(there)
    assert Outbox.objects.filter(organisation=there.firm.organisation, topic=TELLING, done=False).count() == 1


# --- what goes -------------------------------------------------------------------------------------------------------


def test_old_rows_go_and_those_about_erased_records(there: Works) -> None:
    made = [risk(there, owner="Mila") for _ in range(4)]
    heard()
    rows = Notification.objects.filter(person=there.mila.id).order_by("id")
    ids = list(rows.values_list("pk", flat=True))
    long_ago = now() - timedelta(days=61)
    rows.filter(pk=ids[0]).update(read=long_ago, at=long_ago)
    rows.filter(pk=ids[1]).update(at=now() - timedelta(days=366))
    Current.objects.filter(record=made[2].id).update(erased=True)
    daily.clear()
    assert list(rows.values_list("pk", flat=True)) == ids[3:]


def test_what_fails_for_one_keeps_no_other_from_it(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    other, tell = house("Elsewhere"), daily.tell
    day = (now() + timedelta(days=1)).date()
    policy(other, owner="Mila", review_by=day.isoformat())

    def failing(organisation: object) -> None:
        if organisation == there.firm.organisation:
            raise ValueError
        tell(organisation)  # type: ignore[arg-type]

    monkeypatch.setattr(daily, "tell", failing)
    assert daily.tell_all() == 1
    assert told(other, other.mila)[0] == (Sort.DUE_SOON, "DOC-0001")
    assert day > date(2026, 1, 1)
