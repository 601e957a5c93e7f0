"""Exact confidence intervals for a share, on a declared grid, without floating point.

Never the normal approximation (Wald): for 0 of n it gives 0 ± 0, which is not an uncertainty.
"""

import math
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

METHOD: Final = "clopper-pearson"

_CONTEXT: Final = Context(prec=50)
_ONE: Final = Decimal(1)
MOST_TRIALS: Final = 1_000_000
"""A hundred thousand trials take up to 0.3 s, a million up to 20 s; more is not for one interval on the way."""


@dataclass(frozen=True, slots=True)
class ShareInterval:
    """Two-sided interval for a share; both ends are multiples of `resolution`, rounded outwards."""

    lower: Decimal
    upper: Decimal
    coverage: Decimal
    resolution: Decimal


def clopper_pearson(
    successes: int,
    trials: int,
    *,
    coverage: Decimal = Decimal("0.95"),
    resolution: Decimal = Decimal("0.000001"),
) -> ShareInterval:
    """The exact interval of Clopper and Pearson, Biometrika 26 (1934) 404-413, equal tails.

    The lower end is the largest grid point at which `successes` or more have a probability of at most half of
    1 - coverage; the upper end likewise from the other side. Rounding is outwards, so the stated coverage is kept.
    All arithmetic is decimal with 50 digits and decides by bisection on the grid: the same digits on every machine.

    Raises ValueError for no trials, for successes outside 0..trials, for a coverage outside [0.5, 1) and for a
    resolution that is not a power of ten below 1.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise ValueError(f"an interval needs 1 to {MOST_TRIALS} trials, got {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"successes must lie in 0..{trials}, got {successes}")
    if not Decimal("0.5") <= coverage < 1:
        raise ValueError(f"coverage must lie in [0.5, 1), got {coverage}")
    steps = _ONE / resolution
    if resolution >= 1 or steps != _ONE.scaleb(steps.adjusted()):
        raise ValueError(f"resolution must be a power of ten below 1, got {resolution}")
    tail = (_ONE - coverage) / 2
    count = int(steps)
    lower = _lower_end(successes, trials, tail, count)
    upper = count - _lower_end(trials - successes, trials, tail, count)
    return ShareInterval(lower * resolution, upper * resolution, coverage, resolution)


def _lower_end(successes: int, trials: int, tail: Decimal, steps: int) -> int:
    """The largest j for which P(X >= successes) at p = j/steps is at most `tail`; it grows with j."""
    if successes == 0:
        return 0
    coefficient = Decimal(math.comb(trials, successes))
    good, bad = 0, steps
    while bad - good > 1:
        middle = (good + bad) // 2
        if _tail_is_at_most(tail, successes, trials, Decimal(middle) / steps, coefficient):
            good = middle
        else:
            bad = middle
    return good


def _tail_is_at_most(tail: Decimal, successes: int, trials: int, p: Decimal, coefficient: Decimal) -> bool:
    """Whether P(X >= successes) <= tail for X binomial(trials, p), 0 < p < 1, tail <= 1/4.

    At or below the mean the tail is at least one half. Above it the terms fall faster than a geometric series, so
    the sum is decided as soon as it passes `tail` or as the rest of that series cannot lift it there.
    """
    if successes <= trials * p:
        return False
    c, q = _CONTEXT, _ONE - p
    term = c.multiply(coefficient, c.multiply(c.power(p, successes), c.power(q, trials - successes)))
    total, odds = Decimal(0), c.divide(p, q)
    for i in range(successes, trials + 1):
        total = c.add(total, term)
        if total > tail:
            return False
        ratio = c.multiply(odds, c.divide(Decimal(trials - i), Decimal(i + 1)))
        if c.add(total, c.divide(c.multiply(term, ratio), c.subtract(_ONE, ratio))) <= tail:
            return True
        term = c.multiply(term, ratio)
    return True
