"""What a profile says of an algorithm on a day: its standing, the rule that gives it, the first date that is missed.

An algorithm that is not stated in full stands for every one that it may be (`algorithm.completions`). Its standing is
definite where all of them agree; where some would be acceptable and some not, it is indeterminate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from standfirst.evidence.cryptography.algorithm import (
    Algorithm,
    completions,
    exposure_of,
    size_of,
    strength_of,
)
from standfirst.standards.cryptography.algorithms import AlgorithmTable
from standfirst.standards.cryptography.profiles import CryptoProfile, PolicyRule, Selector, Standing

OTHERWISE: Final = "otherwise"
"""Stands for the rule where the profile has none that holds."""
NOT_IDENTIFIED: Final = "not-identified"
NOT_STATED_IN_FULL: Final = "not-stated-in-full"
_ACCEPTABLE: Final = frozenset({Standing.PERMITTED, Standing.DEPRECATED})
_REFUSED: Final = frozenset({Standing.NOT_APPROVED, Standing.DISALLOWED})


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """A dated step that an algorithm does not meet: the day as its document gives it, and the rule with its source."""

    day: date
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The standing on a day and the rule that gives it.

    ``first_missed`` is the earliest dated step that is certainly missed, in the past or to come. ``possibly_missed`` is
    an earlier one, missed if what the inventory leaves open turns out the worse way.
    """

    standing: Standing
    rule: str
    first_missed: Miss | None = None
    possibly_missed: Miss | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A profile for one addressee (or for all), read with the table of algorithms."""

    profile: CryptoProfile
    table: AlgorithmTable
    addressee: str | None = None

    def judge(self, algorithm: Algorithm, on: date) -> Judgement:
        """The judgement on one algorithm or combination."""
        each = [self._judge_complete(one, on) for one in completions(self.table, algorithm)]
        return _agreed(each)

    def _judge_complete(self, algorithm: Algorithm, on: date) -> Judgement:
        """Of all rules that match, the worst standing that holds on the day; without any, what holds otherwise."""
        worst, unclear = None, None
        misses = []
        for rule in self.profile.rules_for(self.addressee):
            found = self._matches(rule.where, algorithm)
            if found is False:
                continue
            holding = _worst_step(rule, on)
            if found is None:
                unclear = _worse(unclear, holding, rule)
                continue
            worst = _worse(worst, holding, rule)
            misses += list(_misses(rule))
        if worst is None:
            status = exposure_of(self.table, algorithm).status
            worst = (self.profile.otherwise.standing(status), OTHERWISE)
        if unclear is not None and unclear[0].rank > worst[0].rank:
            worst = (Standing.INDETERMINATE, unclear[1])
        return Judgement(*worst, first_missed=min(misses, default=None))

    def _matches(self, where: Selector, algorithm: Algorithm) -> bool | None:
        """Whether a rule is about an algorithm; None where the strength or size that it asks for is not known."""
        conditions = list(self._conditions(where, algorithm))
        if False in conditions:
            return False
        return None if None in conditions else True

    def _conditions(self, where: Selector, algorithm: Algorithm) -> Iterator[bool | None]:
        if where.quantum:
            yield exposure_of(self.table, algorithm).status in where.quantum
        if where.purposes:
            yield bool(set(algorithm.purposes) & set(where.purposes))
        if where.parts:
            yield any({part.family, part.set} & set(where.parts) for part in algorithm.parts)
        for wanted, stated in (
            (where.families, algorithm.family),
            (where.sets, algorithm.set),
            (where.hashes, algorithm.hash),
            (where.curves, algorithm.curve),
            (where.modes, algorithm.mode),
        ):
            if wanted:
                yield not algorithm.parts and stated in wanted
        yield from _within(strength_of(self.table, algorithm), where.strength_from, where.strength_below)
        yield from _within(size_of(self.table, algorithm), where.size_from, where.size_below)


def _within(value: int | None, lowest: int | None, below: int | None) -> Iterator[bool | None]:
    if lowest is not None:
        yield None if value is None else value >= lowest
    if below is not None:
        yield None if value is None else value < below


def _worst_step(rule: PolicyRule, on: date) -> Standing | None:
    """The worst standing among the steps of a rule that hold on the day."""
    holding = [step.standing for step in rule.steps if step.holds(on)]
    return max(holding, key=lambda standing: standing.rank, default=None)


def _worse(
    so_far: tuple[Standing, str] | None, standing: Standing | None, rule: PolicyRule
) -> tuple[Standing, str] | None:
    if standing is None or (so_far is not None and so_far[0].rank >= standing.rank):
        return so_far
    return standing, rule.id


def _misses(rule: PolicyRule) -> Iterator[Miss]:
    """The dated steps of a rule that withdraw something from what it is about."""
    for step in rule.steps:
        if step.dated is not None and step.standing in (Standing.DEPRECATED, *_REFUSED):
            yield Miss(step.dated, rule.id, rule.source)


def _agreed(each: list[Judgement]) -> Judgement:
    """One judgement for all that an algorithm may be."""
    first = [one.first_missed for one in each if one.first_missed is not None]
    certain = max(first) if first and len(first) == len(each) else None
    earliest = min(first, default=None)
    possibly = earliest if earliest is not None and (certain is None or earliest.day < certain.day) else None
    standings = {one.standing for one in each}
    if standings <= _REFUSED:
        chosen = min(each, key=lambda one: one.standing.rank)
    elif standings <= _ACCEPTABLE or len(standings) == 1:
        chosen = max(each, key=lambda one: one.standing.rank)
    else:
        return Judgement(Standing.INDETERMINATE, NOT_STATED_IN_FULL, certain, possibly)
    return Judgement(chosen.standing, chosen.rule, certain, possibly)


UNIDENTIFIED: Final = Judgement(Standing.INDETERMINATE, NOT_IDENTIFIED)


def worst_of(judgements: Iterable[Judgement]) -> Judgement:
    """One judgement for what rests on several algorithms: the worst standing, the earliest dates.

    Independent of the order: equals are told apart by their rules.
    """
    all_of_them = list(judgements)
    worst = max(all_of_them, key=lambda one: (one.standing.rank, one.rule))
    certain = min((one.first_missed for one in all_of_them if one.first_missed), default=None)
    maybe = min((one.possibly_missed for one in all_of_them if one.possibly_missed), default=None)
    possibly = maybe if maybe is not None and (certain is None or maybe.day < certain.day) else None
    return Judgement(worst.standing, worst.rule, certain, possibly)
