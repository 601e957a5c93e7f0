"""How an organisation stands: a result for each requirement, what changed, and why. Each look-up reads, and writes nothing."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from standfirst.conformity.assess import Result
from standfirst.conformity.readiness import Readiness, readiness
from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.readiness import asked, models
from standfirst.server.readiness.asked import AT_ONCE, Asked
from standfirst.server.readiness.models import KeptResult, Progress
from standfirst.server.readiness.plain import whole
from standfirst.server.readiness.stored import NOTHING, Gist, gist, profile_of, result_of, result_text
from standfirst.server.reading import missing
from standfirst.standards.catalogue import Edition, Requirement
from standfirst.standards.method import Status
from standfirst.standards.profile import Profile, profile_named
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: what its evidence comes to, since when, and until when if nothing is done.

    ``before`` is what it was before ``changed_on``; both are None as long as it has never changed.
    """

    requirement: Requirement
    status: Status
    until: date | None = None
    oldest: date | None = None
    changed_on: date | None = None
    before: Status | None = None
    gist: Gist = NOTHING

    @property
    def id(self) -> str:
        return self.requirement.id

    @property
    def title(self) -> str:
        return self.requirement.title


@dataclass(frozen=True)
class Standing:
    """All results of an organisation, computed when its ledger had ``size`` entries, for the evidence of one ``day``.

    ``is_asked``: a certification body is not asked by this edition, and has no rows. ``is_computed``: no worker has come to
    it yet, and the ledger is too long to do it while somebody waits; then there are no rows either. ``is_behind``: the
    ledger or the calendar has gone on since.
    """

    edition: Edition
    profile: Profile
    rows: Sequence[Row]
    size: int
    day: date
    today: date
    is_behind: bool = False
    is_asked: bool = True
    is_computed: bool = True
    computed_at: datetime | None = None
    waiting: int = 0  # entries that came since

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.rows}


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement went from one status to another. ``codes`` are those of the reasons that then stood against it."""

    requirement: str
    before: Status
    after: Status
    on: date
    size: int
    codes: Sequence[str] = field(default=())

    @property
    def way(self) -> int:
        return way(self.before, self.after)


def way(before: Status, after: Status) -> int:
    """1 where it became better and -1 where it became worse; 0 where it became asked, or is no longer: that is neither."""
    if before is after or Status.NOT_APPLICABLE in {before, after}:
        return 0
    return 1 if after.rank > before.rank else -1


def came_to(changes: Sequence[Change]) -> tuple[int, int]:
    """How many requirements are better after these changes than before them, and how many worse; the last change first."""
    after = {change.requirement: change.after for change in reversed(changes)}
    before = {change.requirement: change.before for change in changes}
    ways = [way(before[requirement], after[requirement]) for requirement in after]
    return ways.count(1), ways.count(-1)


RETOLD: Final = 500
"""Changes that are told at most."""


# --- all of them ------------------------------------------------------------------------------------------------------


def standing(place: Place) -> Standing:
    """All results, in two queries."""
    of, day = asked.current(), asked.day_of(place.head)
    if not asked.is_asked(place.organisation):
        return Standing(of.edition, profile_named("all"), (), 0, day, day, is_asked=False)
    progress = Progress.objects.filter(organisation=place.organisation, computed_at__isnull=False).first()
    if progress is None or progress.day is None:
        return _computed_now(place, of, day)
    by_id = of.edition.by_id
    kept = KeptResult.objects.filter(organisation=place.organisation, requirement__in=list(by_id))
    rows = list(_rows(kept, by_id))
    return Standing(
        of.edition,
        profile_of(progress.profile),
        rows,
        progress.size,
        progress.day,
        day,
        is_behind=_is_behind(place, progress, of, day),
        computed_at=progress.computed_at,
        waiting=max(place.head.size - progress.size, 0),
    )


_COLUMNS: Final = (
    "requirement",
    "status",
    "until",
    "oldest",
    "changed_on",
    "before",
    "met",
    "criteria",
    "why",
)


def _rows(kept: QuerySet[KeptResult], by_id: Mapping[str, Requirement]) -> Iterator[Row]:
    for name, status, until, oldest, changed, before, *told in kept.order_by("position").values_list(
        *_COLUMNS
    ):
        was = Status(before) if before else None
        yield Row(by_id[name], Status(status), until, oldest, changed, was, Gist(*told))


def _is_behind(place: Place, progress: Progress, of: Asked, day: date) -> bool:
    """Whether the ledger, the calendar or the release has gone on."""
    as_of = (progress.size, progress.day, progress.stale, progress.made_by)
    return as_of != (place.head.size, day, "[]", asked.made_by(of, place.store.kinds))


def _computed_now(place: Place, of: Asked, day: date) -> Standing:
    """Of a short ledger, as long as nobody has kept anything of it."""
    size = place.head.size
    if size > AT_ONCE:
        return Standing(
            of.edition, profile_named("all"), (), 0, day, day, is_behind=True, is_computed=False, waiting=size
        )
    found = whole(place.store, of, day)
    rows = [Row(r.requirement, r.status, r.until, r.oldest, gist=gist(r)) for r in found.results]
    return Standing(of.edition, found.profile, rows, size, day, day)


def tallies(stood: Standing) -> Readiness:
    """Counted by clause, by goal and by aspect: never a score."""
    return readiness(stood.edition, stood.rows)


# --- one of them ------------------------------------------------------------------------------------------------------


def explained(place: Place, requirement: str) -> Result:
    """Why a requirement stands as it does, down to the records. Raises Refused ``record.missing`` for one that is not asked,
    and ``readiness.not-computed`` where no worker has come to a long ledger.
    """
    of = asked.current()
    if requirement not in of.edition.by_id or not asked.is_asked(place.organisation):
        raise missing()
    row = KeptResult.objects.filter(organisation=place.organisation, requirement=requirement).first()
    if row is not None:
        return result_of(row, of)
    if place.head.size > AT_ONCE:
        raise Refused(Reason("readiness.not-computed"))
    found = whole(place.store, of, asked.day_of(place.head))
    return next(result for result in found.results if result.requirement.id == requirement)


def results(place: Place, *, as_now: bool = False) -> list[Result]:
    """All of them, each with why, in the edition's order; none where no worker has come to a long ledger yet.

    ``as_now``: of a short ledger not as they were when a worker last came, since what somebody did a moment ago is in them.
    """
    of, is_short = asked.current(), place.head.size <= AT_ONCE
    if not asked.is_asked(place.organisation):
        return []
    if not (as_now and is_short and _has_gone_on(place, of)):
        kept = KeptResult.objects.filter(organisation=place.organisation).order_by("position")
        found = [result_of(row, of) for row in kept if row.requirement in of.edition.by_id]
        if found or not is_short:
            return found
    return list(whole(place.store, of, asked.day_of(place.head)).results)


def _has_gone_on(place: Place, of: Asked) -> bool:
    progress = Progress.objects.filter(organisation=place.organisation).first()
    return progress is None or _is_behind(place, progress, of, asked.day_of(place.head))


def texts(place: Place) -> Mapping[str, str]:
    """Why each requirement stands as it does, as JSON (``stored.result_value``), by its id."""
    kept = KeptResult.objects.filter(organisation=place.organisation)
    found = dict(kept.values_list("requirement", "data"))
    return found or {one.requirement.id: result_text(one) for one in results(place)}


def serves_status(place: Place, requirements: Collection[str]) -> list[Row]:
    """How the requirements stand that a record serves, in the edition's order. In one query where results are kept."""
    wanted = set(requirements)
    if not wanted or not asked.is_asked(place.organisation):
        return []
    by_id = asked.current().edition.by_id
    known = [name for name in wanted if name in by_id]
    return list(
        _rows(KeptResult.objects.filter(organisation=place.organisation, requirement__in=known), by_id)
    )


# --- what changed -----------------------------------------------------------------------------------------------------


def changes(place: Place, since: date) -> list[Change]:
    """What changed on or after a day, the last first."""
    return _changes(place, on__gte=since)


def history(place: Place, requirement: str) -> list[Change]:
    """What became of one requirement, the last first."""
    return _changes(place, requirement=requirement)


def _changes(place: Place, **chosen: object) -> list[Change]:
    rows = models.Change.objects.filter(organisation=place.organisation, **chosen).order_by("-id")[:RETOLD]
    return [
        Change(
            row.requirement,
            Status(row.before),
            Status(row.after),
            row.on,
            row.size,
            tuple(json.loads(row.codes)),
        )
        for row in rows
    ]
