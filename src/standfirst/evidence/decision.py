"""How a value with its interval becomes a verdict: the named decision rules.

Documents: JCGM 106:2012 (the role of measurement uncertainty in conformity assessment), ILAC-G8:09/2019 (guidelines
on decision rules and statements of conformity). Only the ideas are taken over; the sentences are ours.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from standfirst.standards.vocabulary import Verdict


class Rule(StrEnum):
    SIMPLE_ACCEPTANCE = "simple-acceptance"
    """The value alone decides; right where the whole population was counted, with nothing uncertain about it."""
    GUARDED_ACCEPTANCE = "guarded-acceptance"
    """Conform only when the whole interval keeps the limit; anything else does not conform."""
    INTERVAL_THREE_WAY = "interval-three-way"
    """Whole interval within: conform; whole interval beyond: nonconform; straddling: indeterminate."""
    INTERVAL_FOUR_WAY = "interval-four-way"
    """As three-way, but a straddling interval whose value keeps the limit is conform-guarded (conditional pass)."""


class Side(StrEnum):
    AT_MOST = "at-most"
    AT_LEAST = "at-least"


SOURCES: Final[dict[Rule, str]] = {
    Rule.SIMPLE_ACCEPTANCE: "ILAC-G8:09/2019, simple acceptance",
    Rule.GUARDED_ACCEPTANCE: "ILAC-G8:09/2019 and JCGM 106:2012, guarded acceptance; guard band = interval",
    Rule.INTERVAL_THREE_WAY: "ISO 10576 idea of an inconclusive outcome; interval against limit",
    Rule.INTERVAL_FOUR_WAY: "ILAC-G8:09/2019, non-binary statement with guard band; guard band = interval",
}

_FROM_BEST_TO_WORST: Final = (
    Verdict.CONFORM,
    Verdict.CONFORM_GUARDED,
    Verdict.INDETERMINATE,
    Verdict.NOT_MEASURABLE,
    Verdict.NONCONFORM,
)

WORST_CHECK: Final = "worst-check"
WORST_CHECK_SOURCE: Final = (
    f"this project: the worst verdict of all checks that have a limit, {' < '.join(_FROM_BEST_TO_WORST)}"
)


def rank(verdict: Verdict) -> int:
    """0 for the best verdict, growing as it gets worse."""
    return _FROM_BEST_TO_WORST.index(verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; without any, nothing was measured."""
    return max(verdicts, key=rank, default=Verdict.NOT_MEASURABLE)


def judge(
    rule: Rule, value: Decimal, lower: Decimal, upper: Decimal, *, limit: Decimal, side: Side = Side.AT_MOST
) -> Verdict:
    """The verdict on `value`, known to lie between `lower` and `upper`, against a tolerance limit.

    A value equal to its limit keeps it. For simple acceptance the interval is not looked at.
    """
    if side is Side.AT_LEAST:
        return judge(rule, -value, -upper, -lower, limit=-limit)
    match rule:
        case Rule.SIMPLE_ACCEPTANCE:
            return Verdict.CONFORM if value <= limit else Verdict.NONCONFORM
        case Rule.GUARDED_ACCEPTANCE:
            return Verdict.CONFORM if upper <= limit else Verdict.NONCONFORM
        case Rule.INTERVAL_THREE_WAY | Rule.INTERVAL_FOUR_WAY:
            if upper <= limit:
                return Verdict.CONFORM
            if lower > limit:
                return Verdict.NONCONFORM
            if rule is Rule.INTERVAL_FOUR_WAY and value <= limit:
                return Verdict.CONFORM_GUARDED
            return Verdict.INDETERMINATE
