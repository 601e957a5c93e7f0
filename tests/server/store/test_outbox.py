"""Work after commits: at least once, by one worker at a time, again later where it failed, and never lost."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from tests.records.cast import doing, draft, found

from standfirst.records.change import Refused
from standfirst.server.store import outbox
from standfirst.server.store.following import ALWAYS
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import (
    CLAIM,
    FIRST_DELAY,
    KEPT,
    LONGEST_DELAY,
    Passed,
    Task,
    Topic,
    drain,
    forget,
    run,
)
from standfirst.server.store.store import HEAD_MOVED, DatabaseStore
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

NOW = datetime(2026, 1, 6, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        self.time += timedelta(microseconds=1)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def topic() -> str:
    """The tests of a process share the table."""
    return f"t-{uuid4().hex[:20]}"


@pytest.fixture
def leave(store: DatabaseStore, topic: str) -> Callable[[int], int]:
    """Leaves a row, as a commit at this size does; returns its id."""

    def made(size: int) -> int:
        return Outbox.objects.create(organisation_id=store.organisation, topic=topic, size=size).id

    return made


def row(number: int) -> Outbox:
    return Outbox.objects.get(id=number)


def test_a_commit_leaves_its_work(store: DatabaseStore) -> None:
    found(store)
    store.perform(doing(draft(), draft()))
    left = Outbox.objects.filter(organisation=store.organisation, done=False).order_by("size", "topic")
    assert [(each.size, each.topic) for each in left] == [
        (size, topic) for size in (1, 3) for topic in sorted((HEAD_MOVED, *ALWAYS))
    ]


def test_a_refused_deed_leaves_none(store: DatabaseStore) -> None:
    with pytest.raises(Refused):
        store.perform(doing(draft()))
    assert not Outbox.objects.filter(organisation=store.organisation).exists()


def test_work_is_done_in_order_and_once(topic: str, leave: Callable[[int], int], clock: Clock) -> None:
    rows = [leave(size) for size in (1, 2, 3)]
    done: list[int] = []
    topics = {topic: Topic(lambda task: done.append(task.size))}
    assert drain(topics, clock=clock) == Passed(done=3)
    assert drain(topics, clock=clock) == Passed()
    assert done == [1, 2, 3]
    assert all(row(number).done for number in rows)


def test_what_is_done_for_the_newest_is_done_for_all_before(
    store: DatabaseStore, topic: str, leave: Callable[[int], int], clock: Clock
) -> None:
    rows = [leave(size) for size in (1, 2)]
    done: list[tuple[UUID, int]] = []
    later: list[int] = []

    def do(task: Task) -> None:
        done.append((task.organisation, task.size))
        if not later:
            later.append(leave(3))  # somebody commits meanwhile

    assert drain({topic: Topic(do, at_once=True)}, clock=clock) == Passed(done=2)
    assert done == [(store.organisation, 2), (store.organisation, 3)]
    assert all(row(number).done for number in (*rows, *later))


@pytest.mark.parametrize("at_once", [True, False])
def test_what_one_worker_does_no_other_does(
    topic: str, leave: Callable[[int], int], clock: Clock, *, at_once: bool
) -> None:
    leave(1)
    if at_once:
        leave(2)
    others: list[Passed] = []

    def do(_: Task) -> None:
        others.append(drain({topic: Topic(do, at_once=at_once)}, clock=clock))

    assert drain({topic: Topic(do, at_once=at_once)}, clock=clock) == Passed(done=1)
    assert others == [Passed()]


def test_of_two_who_see_the_same_row_one_gets_it(
    topic: str, leave: Callable[[int], int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(1)
    done: list[str] = []

    def waiting() -> AbstractContextManager[None]:
        """The other one claims between our look and our claim."""
        monkeypatch.setattr(outbox, "turn", turn)
        drain({topic: Topic(lambda _: done.append("other"))}, clock=clock)
        return turn()

    monkeypatch.setattr(outbox, "turn", waiting)
    drain({topic: Topic(lambda _: done.append("one"))}, clock=clock)
    assert done == ["other"]


def test_what_a_killed_worker_had_claimed_is_due_again(
    topic: str, leave: Callable[[int], int], clock: Clock
) -> None:
    number = leave(1)

    def killed(_: Task) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain({topic: Topic(killed)}, clock=clock)
    done: list[int] = []
    topics = {topic: Topic(lambda task: done.append(task.size))}
    assert drain(topics, clock=clock) == Passed()
    clock.time += CLAIM
    assert drain(topics, clock=clock) == Passed(done=1)
    assert (done, row(number).attempts) == ([1], 2)


@pytest.fixture
def renewals(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Waits, within a piece of work, until its claim was renewed by the clock as it stands now."""
    renewed = Event()

    @contextmanager
    def told() -> Iterator[None]:
        with turn():
            yield
        renewed.set()

    monkeypatch.setattr(outbox, "RENEWED", timedelta(milliseconds=1))
    monkeypatch.setattr(outbox, "turn", told)

    def wait(times: int = 2) -> None:
        for _ in range(times):  # the first may have looked at the clock before
            renewed.clear()
            assert renewed.wait(60)

    return wait


@pytest.mark.parametrize("at_once", [True, False])
def test_work_that_outlasts_its_claim_is_not_done_twice(
    topic: str, leave: Callable[[int], int], clock: Clock, renewals: Callable[..., None], *, at_once: bool
) -> None:
    rows = [leave(1)]
    if at_once:
        rows.append(leave(2))
    others: list[Passed] = []

    def long(_: Task) -> None:
        for _again in range(3):
            clock.time += CLAIM - timedelta(seconds=1)
            renewals()
            others.append(drain({topic: Topic(lambda _: None, at_once=at_once)}, clock=clock))

    assert drain({topic: Topic(long, at_once=at_once)}, clock=clock) == Passed(done=1)
    assert others == [Passed()] * 3
    assert [(row(number).done, row(number).claimed_until) for number in rows] == [(True, None)] * len(rows)


def test_long_work_that_fails_is_tried_again_as_soon_as_short(
    topic: str, leave: Callable[[int], int], clock: Clock, renewals: Callable[..., None]
) -> None:
    number = leave(1)

    def long(_: Task) -> None:
        clock.time += CLAIM - timedelta(seconds=1)
        renewals()
        raise Refused(Reason("head.keys-missing"))

    assert drain({topic: Topic(long)}, clock=clock) == Passed(failed=1)
    assert row(number).trouble == "head.keys-missing"
    clock.time += FIRST_DELAY
    assert drain({topic: Topic(lambda _: None)}, clock=clock) == Passed(done=1)


def test_a_claim_that_another_worker_has_is_not_taken_back(
    topic: str, leave: Callable[[int], int], clock: Clock, renewals: Callable[..., None]
) -> None:
    number = leave(1)
    later = NOW + timedelta(days=1)

    def long(_: Task) -> None:
        renewals()
        Outbox.objects.filter(id=number).update(claimed_until=later)
        renewals(times=1)
        raise Refused(Reason("head.keys-missing"))

    assert drain({topic: Topic(long)}, clock=clock) == Passed(failed=1)
    assert (row(number).claimed_until, row(number).trouble) == (later, "")


def test_what_was_done_long_ago_is_forgotten_and_nothing_else(
    topic: str, leave: Callable[[int], int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    old = [leave(size) for size in range(1, 6)]
    drain({topic: Topic(lambda _: None)}, clock=clock)
    clock.time += timedelta(days=1)
    new = leave(6)
    drain({topic: Topic(lambda _: None)}, clock=clock)
    waiting = leave(7)
    own = Outbox.objects.filter(id__in=[*old, new, waiting]).order_by("id")

    forget(NOW + KEPT)
    assert own.count() == 7
    forget(clock.time + KEPT - timedelta(hours=1))
    assert list(own.values_list("id", flat=True)) == [new, waiting]
    Outbox.objects.filter(id=new).update(done_at=None)  # as an earlier release left it
    forget(NOW)
    assert list(own.values_list("id", flat=True)) == [waiting]


def test_what_fails_is_tried_again_ever_more_rarely(
    topic: str, leave: Callable[[int], int], clock: Clock
) -> None:
    number = leave(1)

    def refused(_: Task) -> None:
        raise Refused(Reason("head.keys-missing"))

    delay = FIRST_DELAY
    for attempt in range(1, 16):
        assert drain({topic: Topic(refused)}, clock=clock) == Passed(failed=1)
        assert (row(number).attempts, row(number).trouble) == (attempt, "head.keys-missing")
        clock.time += delay - timedelta(seconds=1)
        assert drain({topic: Topic(refused)}, clock=clock) == Passed()
        clock.time += timedelta(seconds=1)
        delay = min(2 * delay, LONGEST_DELAY)
    clock.time += delay
    assert drain({topic: Topic(lambda _: None)}, clock=clock) == Passed(done=1)
    assert (row(number).done, row(number).trouble) == (True, "")


def test_one_that_fails_holds_up_no_other(
    topic: str, leave: Callable[[int], int], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = leave(1), leave(2)

    def do(task: Task) -> None:
        if task.size == 1:
            raise ZeroDivisionError("of somebody's private matter")

    with caplog.at_level(logging.CRITICAL):
        assert drain({topic: Topic(do)}, clock=clock) == Passed(done=1, failed=1)
    assert (row(bad).done, row(bad).trouble) == (False, "ZeroDivisionError")
    assert row(good).done


def test_a_topic_of_a_later_release_is_left_alone(
    topic: str, leave: Callable[[int], int], clock: Clock
) -> None:
    number = leave(1)
    drain({f"{topic}-other": Topic(lambda _: None)}, clock=clock)
    assert (row(number).done, row(number).attempts) == (False, 0)


class Passes(Event):
    """Stops after some passes; between them the clock goes on."""

    def __init__(self, clock: Clock, *steps: timedelta) -> None:
        super().__init__()
        self.clock, self.steps = clock, list(steps)

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - time passes as it is told to
        if self.steps:
            self.clock.time += self.steps.pop(0)
        else:
            self.set()
        return self.is_set()


def test_what_is_done_daily_is_done_once_a_day_and_holds_up_nothing(
    topic: str, leave: Callable[[int], int], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    days, done = list[date](), list[int]()

    def daily(today: date) -> None:
        days.append(today)
        leave(len(days))
        if len(days) == 1:
            raise Refused(Reason("ledger.not-founded"))

    stop = Passes(clock, timedelta(hours=1), timedelta(days=1), timedelta(hours=1))
    with caplog.at_level(logging.CRITICAL):
        run({topic: Topic(lambda task: done.append(task.size))}, clock=clock, stop=stop, daily=daily)
    assert days == [NOW.date(), NOW.date() + timedelta(days=1)]
    assert done == [1, 2]


def test_what_is_looked_at_often_holds_up_nothing_either(
    topic: str, leave: Callable[[int], int], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    looks, done = list[object](), list[int]()

    def often(at: object) -> None:
        looks.append(at)
        leave(len(looks))
        raise Refused(Reason("ledger.not-founded"))

    stop = Passes(clock, timedelta(seconds=1), timedelta(seconds=1), timedelta(seconds=1))
    with caplog.at_level(logging.CRITICAL):
        run({topic: Topic(lambda task: done.append(task.size))}, clock=clock, stop=stop, often=often)
    assert len(looks) == 4
    assert done == [1, 2, 3]


def test_a_worker_goes_on_until_it_is_stopped_also_when_the_database_was_away(
    topic: str, leave: Callable[[int], int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(1)
    stop, done = Event(), list[int]()
    passes = 0
    drained = outbox.drain

    def away_at_first(topics: outbox.Topics, *, clock: outbox.Clock) -> Passed:
        nonlocal passes
        passes += 1
        if passes == 1:
            raise OperationalError("the server is starting up")
        return drained(topics, clock=clock)

    def do(task: Task) -> None:
        done.append(task.size)
        stop.set()

    monkeypatch.setattr(outbox, "drain", away_at_first)
    run({topic: Topic(do)}, clock=clock, stop=stop, pause=0.001)
    assert (done, passes) == ([1], 2)
