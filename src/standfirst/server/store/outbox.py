"""Work that commits leave behind: done after them, at least once, harmless when repeated.

A worker claims rows by compare-and-set, in one UPDATE that another worker's claim makes empty, and for a time only, which
it renews as long as it is at work: what a killed worker had claimed is due again when that time is over. What fails is
tried again, ever more rarely, and says meanwhile what the trouble is. What is done stays for a while, to be looked at.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event, Thread
from typing import Final, TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F, Q, QuerySet

from standfirst.records.change import Refused
from standfirst.server.store.models import Outbox
from standfirst.server.store.turn import turn
from standfirst.trust.errors import Rejected

Clock = Callable[[], datetime]

CLAIM: Final = timedelta(minutes=2)
"""How long a worker may be silent before its work is due for others too. It is then done twice, and that is harmless."""

RENEWED: Final = CLAIM / 4
"""How often a worker says that it is still at it: a busy machine may miss two of these."""

KEPT: Final = timedelta(days=30)
"""How long a row stays after it is done."""

BATCH: Final = 1000
"""Rows that are deleted at once, while other writers to an SQLite file wait."""

FIRST_DELAY: Final = timedelta(seconds=2)
LONGEST_DELAY: Final = timedelta(hours=1)

PAUSE: Final = 1.0
"""Seconds between two looks at the table. PostgreSQL could tell by NOTIFY, but that makes all its commits queue."""

LONGEST_PAUSE: Final = 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: what a commit of this organisation left, when its ledger had ``size`` entries."""

    organisation: UUID
    size: int
    payload: str


@dataclass(frozen=True, slots=True)
class Topic:
    """How rows of one topic are worked off. ``at_once``: done for the newest, it is done for all before it."""

    do: Callable[[Task], None]
    at_once: bool = False


Topics = Mapping[str, Topic]


@dataclass(slots=True)
class _Claim:
    """A row that is this worker's until a time; where its topic is worked off at once, all rows like it up to ``last``."""

    row: int
    last: int
    until: datetime
    attempts: int
    topic: str
    task: Task

    def rows(self) -> QuerySet[Outbox]:
        alike = Outbox.objects.filter(organisation=self.task.organisation, topic=self.topic, done=False)
        return alike.filter(id__gte=self.row, id__lte=self.last)

    def own(self) -> QuerySet[Outbox]:
        """Those that no other worker has claimed since."""
        return self.rows().filter(claimed_until=self.until)


@dataclass(slots=True)
class Passed:
    """What one pass came to: pieces of work."""

    done: int = 0
    failed: int = 0


def drain(topics: Topics, *, clock: Clock) -> Passed:
    """All that is due, until nothing is. What fails is not due again before its delay is over."""
    passed = Passed()
    while (claim := _claimed(topics, clock())) is not None:
        try:
            with _held(claim, clock):
                topics[claim.topic].do(claim.task)
        except Exception as error:  # noqa: BLE001 - the edge of the worker: the row keeps what was wrong
            _fail(claim, error, clock())
            passed.failed += 1
        else:
            _done(claim, clock())
            passed.done += 1
    return passed


def run(
    topics: Topics,
    *,
    clock: Clock,
    stop: Event,
    daily: Callable[[date], object] | None = None,
    often: Callable[[datetime], object] | None = None,
    pause: float = PAUSE,
) -> None:
    """Until ``stop`` is set; ``daily`` once a day, ``often`` at every look. A database that is away is waited for."""
    waiting = pause
    last: date | None = None
    while not stop.is_set():
        try:
            drain(topics, clock=clock)
            if daily is not None and (today := clock().date()) != last:
                _apart(daily, today)
                last = today
            if often is not None:
                _apart(often, clock())
            waiting = pause
        except (DatabaseError, InterfaceError) as error:
            _log.warning("the database does not answer: %s", error)
            connection.close()
            waiting = min(2 * waiting, LONGEST_PAUSE)
        stop.wait(waiting)


_When = TypeVar("_When", date, datetime)


def _apart(do: Callable[[_When], object], when: _When) -> None:
    """What fails is tried again the next time; all other work goes on."""
    try:
        do(when)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - the edge of the worker
        _log.exception("what is done beside the outbox was not, at %s", when)


def forget(now: datetime) -> int:
    """Rows that were done long ago, of every topic; those of an earlier release, which says nothing of when, too. Returns how
    many. What is still to be done stays, however old.
    """
    old = Outbox.objects.filter(Q(done_at=None) | Q(done_at__lt=now - KEPT), done=True)
    forgotten = last = 0
    while batch := list(old.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:BATCH]):
        last = batch[-1]
        with turn():
            forgotten += Outbox.objects.filter(id__in=batch).delete()[0]
    return forgotten


# --- claims ----------------------------------------------------------------------------------------------------------


def _claimed(topics: Topics, now: datetime) -> _Claim | None:
    """The oldest work that is due and nobody else's, now ours."""
    until = now + CLAIM
    while (row := _due(now).filter(topic__in=topics).order_by("id").first()) is not None:
        with turn():
            if not _due(now).filter(id=row.id).update(claimed_until=until, attempts=F("attempts") + 1):
                continue  # somebody was quicker
        newest = _with_those_alike(row, now, until) if topics[row.topic].at_once else row
        task = Task(row.organisation_id, newest.size, newest.payload)
        return _Claim(row.id, newest.id, until, row.attempts + 1, row.topic, task)
    return None


def _due(now: datetime) -> QuerySet[Outbox]:
    return Outbox.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), done=False)


def _with_those_alike(row: Outbox, now: datetime, until: datetime) -> Outbox:
    """The newest row like this one: one organisation's commits come one after the other, and so do their rows' numbers."""
    alike = Outbox.objects.filter(organisation=row.organisation_id, topic=row.topic, done=False)
    newest = alike.order_by("-id").first() or row  # done by another meanwhile, whose claim was over
    with turn():
        _due(now).filter(id__in=alike.filter(id__gt=row.id, id__lte=newest.id).values("id")).update(
            claimed_until=until
        )
    return newest


@contextmanager
def _held(claim: _Claim, clock: Clock) -> Iterator[None]:
    """Renewed by a thread of its own: work that takes long has no place at which it could say so."""
    over = Event()
    renewing = Thread(target=_renew, args=(claim, clock, over), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _renew(claim: _Claim, clock: Clock, over: Event) -> None:
    """Until the work is over, or another worker has it."""
    try:
        while not over.wait(RENEWED.total_seconds()):
            until = clock() + CLAIM
            try:
                with turn():
                    renewed = claim.own().update(claimed_until=until)
            except (DatabaseError, InterfaceError) as error:
                _log.warning("the claim of outbox %s is not renewed: %s", claim.row, error)
                connection.close()
                continue
            if not renewed:
                return
            claim.until = until
    finally:
        connection.close()


def _done(claim: _Claim, now: datetime) -> None:
    with turn():
        claim.rows().update(done=True, done_at=now, claimed_until=None, trouble="")


def _fail(claim: _Claim, error: Exception, now: datetime) -> None:
    """Due again after a delay, which doubles; unless the claim was over, and others are at it."""
    told = _told(error)
    if told == type(error).__name__:
        _log.error("outbox %s, %s", claim.row, claim.topic, exc_info=error)
    delay = min(FIRST_DELAY * 2 ** min(claim.attempts - 1, 20), LONGEST_DELAY)
    with turn():
        claim.own().update(claimed_until=now + delay, trouble=told)


def _told(error: Exception) -> str:
    """The code of what a room refused; of anything else only its type, since its text may hold what is private."""
    if isinstance(error, Refused):
        return error.reason.code
    if isinstance(error, Rejected):
        return str(error.code.value)
    return type(error).__name__
