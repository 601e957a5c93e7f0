"""What needs attention first: what speaks against the organisation, what is about to lapse, what helps most."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from standfirst.conformity.assess import Result
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.method import Criterion
from standfirst.standards.reason import Reason

SOON = 60  # days


@dataclass(frozen=True, slots=True)
class Against:
    """A record that speaks against requirements, and which."""

    reason: Reason
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A record that no longer counts from ``day`` on, and the requirements that rest on it today."""

    day: date
    fact: Fact
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that would help, and whom. ``closes``: requirements that lack nothing else that records can show."""

    remedy: Reason
    says: str
    closes: tuple[str, ...]
    helps: tuple[str, ...]


def against(results: Sequence[Result]) -> tuple[Against, ...]:
    found: dict[Hashable, tuple[Reason, list[str]]] = {}
    for result in results:
        for reason in result.adverse:
            found.setdefault(_key(reason), (reason, []))[1].append(result.requirement.id)
    return tuple(Against(reason, tuple(requirements)) for reason, requirements in found.values())


def lapsing(results: Sequence[Result], facts: Facts, at: date, within: int = SOON) -> tuple[Lapsing, ...]:
    """Every record whose age or effective period ends within so many days, the next to end first."""
    by_label = {fact.label: fact for fact in facts.all}
    last = at + timedelta(days=within)
    found: dict[tuple[date, str], list[str]] = defaultdict(list)
    for result, criterion, answer in _answers(results):
        if answer.outcome is not Outcome.MET or answer.until is None or answer.until > last:
            continue
        for label in answer.records:
            day = lapses(by_label[label], criterion)
            if day is not None and day <= last and result.requirement.id not in found[day, label]:
                found[day, label].append(result.requirement.id)
    return tuple(
        Lapsing(day, by_label[label], tuple(requirements))
        for (day, label), requirements in sorted(found.items())
        if requirements
    )


def lapses(fact: Fact, criterion: Criterion) -> date | None:
    """The first day on which ``fact`` no longer counts for ``criterion``, if nothing is done."""
    asked = criterion.record or criterion.measurement or criterion.statement
    end = fact.ends(asked.max_age_days if asked else None)
    return None if end == date.max else end


def next_steps(results: Sequence[Result]) -> tuple[Step, ...]:
    """Every remedy once: first those that complete most requirements, then those that help most, then in order."""
    says: dict[Hashable, tuple[Reason, str]] = {}
    closes: dict[Hashable, list[str]] = defaultdict(list)
    helps: dict[Hashable, list[str]] = defaultdict(list)
    for result, criterion, answer in _answers(results):
        for remedy in answer.remedies:
            key = _key(remedy)
            says.setdefault(key, (remedy, criterion.says))
            target = closes if _closes(result, answer) else helps
            if result.requirement.id not in target[key]:
                target[key].append(result.requirement.id)
    steps = [
        Step(remedy, words, tuple(closes[key]), tuple(helps[key])) for key, (remedy, words) in says.items()
    ]
    return tuple(sorted(steps, key=lambda step: (-len(step.closes), -len(step.helps))))


def _closes(result: Result, answer: Answer) -> bool:
    """Would this answer's one remedy leave nothing that records have still to show?"""
    others = [other for _, other in result.answers if other is not answer]
    open_ = any(other.outcome in (Outcome.NOT_MET, Outcome.NOT_ASSESSABLE) for other in others)
    return len(answer.remedies) == 1 and not open_ and not result.adverse


def _answers(results: Sequence[Result]) -> Iterator[tuple[Result, Criterion, Answer]]:
    return ((result, criterion, answer) for result in results for criterion, answer in result.answers)


def _key(reason: Reason) -> Hashable:
    return reason.code, tuple(sorted(reason.parameters.items()))
