"""How far along: the statuses counted by clause group, by goal and by aspect."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from standfirst.standards.catalogue import Edition, Requirement
from standfirst.standards.method import Status
from standfirst.standards.vocabulary import Aspect, Goal


class Stood(Protocol):
    """What is counted of a result, whether it was computed just now (``assess.Result``) or kept."""

    @property
    def requirement(self) -> Requirement: ...

    @property
    def status(self) -> Status: ...

    @property
    def oldest(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """The requirements of one group by status. ``asked`` leaves out those that do not apply."""

    key: str
    title: str
    counts: Mapping[Status, int]
    oldest: date | None
    until: date | None

    @property
    def asked(self) -> int:
        return sum(count for status, count in self.counts.items() if status is not Status.NOT_APPLICABLE)

    @property
    def shown(self) -> int:
        return self.counts.get(Status.SHOWN, 0)


@dataclass(frozen=True, slots=True)
class Readiness:
    whole: Tally
    clauses: Sequence[Tally]
    goals: Sequence[Tally]
    aspects: Sequence[Tally]


def readiness(edition: Edition, results: Sequence[Stood]) -> Readiness:
    """Counts, never a score: a share would hide which requirement is missing."""
    group_of = {r.id: group for group in edition.groups for r in group.requirements}
    return Readiness(
        whole=_tally("all", edition.header.title, results),
        clauses=[
            _tally(group.clause, group.title, (r for r in results if group_of[r.requirement.id] is group))
            for group in edition.groups
        ],
        goals=[_tally(g.value, g.value, (r for r in results if g in r.requirement.goals)) for g in Goal],
        aspects=[
            _tally(a.value, a.value, (r for r in results if a in r.requirement.aspects)) for a in Aspect
        ],
    )


def _tally(key: str, title: str, results: Iterable[Stood]) -> Tally:
    chosen = list(results)
    counted = Counter(result.status for result in chosen)
    return Tally(
        key,
        title,
        {status: counted[status] for status in Status},
        min((r.oldest for r in chosen if r.oldest), default=None),
        min((r.until for r in chosen if r.until), default=None),
    )
