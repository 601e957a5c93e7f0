"""Two intervals for the mean heavy-output share, exact from the counts: decimals throughout, the same on every machine.

The two-sigma interval of Cross et al. 2019 takes every circuit as one coin toss, whatever the number of shots. The
circuit-level interval takes what the circuits themselves show: their spread. Baldwin et al. 2022 (arXiv:2110.14808)
compare both: at one shot the first covers slightly less than it says, at many shots far more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_QUANTILE_STEP: Final = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A mean share, its standard uncertainty and an interval within 0 to 1, not rounded."""

    mean: Decimal
    standard: Decimal
    lower: Decimal
    upper: Decimal


def mean_share(heavy: Sequence[int], shots: int) -> Decimal:
    """Share of all shots that gave a heavy output; every circuit has the same number of shots."""
    return _EXACT.divide(Decimal(sum(heavy)), Decimal(len(heavy) * shots))


def two_sigma(heavy: Sequence[int], shots: int) -> Bounds:
    """Cross et al. 2019 (arXiv:1811.12926), algorithm 1: h ± 2 sqrt(h (1 - h) / number of circuits).

    Of a normal distribution that is 95.45 %; the lower end alone 97.7 %.
    """
    with localcontext(_EXACT):
        mean = mean_share(heavy, shots)
        standard = (mean * (1 - mean) / len(heavy)).sqrt()
        return _around(mean, standard, Decimal(2))


def circuit_level(heavy: Sequence[int], shots: int, *, confidence: Decimal) -> Bounds | None:
    """Student's t over circuits: h ± t sqrt(variance of the circuits' shares / number of circuits).

    `confidence` is one-sided, for each end. None where all circuits gave the same share: no spread is no certainty.
    """
    with localcontext(_EXACT):
        count = len(heavy)
        squares = count * sum(x * x for x in heavy) - sum(heavy) ** 2
        if not squares:
            return None
        variance = Decimal(squares) / (count * (count - 1)) / shots**2
        standard = (variance / count).sqrt()
        return _around(mean_share(heavy, shots), standard, student_t(confidence, count - 1))


def _around(mean: Decimal, standard: Decimal, factor: Decimal) -> Bounds:
    reach = factor * standard
    return Bounds(mean, standard, max(Decimal(0), mean - reach), min(Decimal(1), mean + reach))


def circuits_needed(mean: Decimal, limit: Decimal) -> int | None:
    """With how many circuits the two-sigma rule passes at this mean; None where it never does."""
    if mean <= limit:
        return None
    with localcontext(_EXACT):
        return int((4 * mean * (1 - mean) / (mean - limit) ** 2).to_integral_value(ROUND_CEILING))


def student_t(confidence: Decimal, degrees: int) -> Decimal:
    """The quantile of Student's t distribution, rounded up to 12 decimals, found by bisection.

    Raises ValueError unless 0.5 < confidence < 1 and degrees >= 1.
    """
    if not Decimal("0.5") < confidence < 1 or degrees < 1:
        raise ValueError(f"no quantile for {confidence} with {degrees} degrees of freedom")
    with localcontext(_EXACT):
        inside = 2 * confidence - 1
        below, above = 0, 1
        while _within(above * _QUANTILE_STEP, degrees) < inside:
            below, above = above, above * 2
        while above - below > 1:
            middle = (below + above) // 2
            if _within(middle * _QUANTILE_STEP, degrees) < inside:
                below = middle
            else:
                above = middle
        return above * _QUANTILE_STEP


def _within(t: Decimal, degrees: int) -> Decimal:
    """P(-t <= T <= t) for whole degrees of freedom: Abramowitz and Stegun, Handbook (1964), 26.7.3 and 26.7.4."""
    cosine_squared = degrees / (degrees + t * t)
    sine = t / (degrees + t * t).sqrt()
    is_odd = degrees % 2
    term = cosine_squared.sqrt() if is_odd else Decimal(1)
    total = Decimal(0)
    for step in range(1 + is_odd, degrees, 2):
        total += term
        term *= cosine_squared * step / (step + 1)
    if not is_odd:
        return sine * total
    return (_arctangent(t / Decimal(degrees).sqrt()) + sine * total) * 2 / _PI


def _arctangent(x: Decimal) -> Decimal:
    """For x >= 0, by halving the angle until the series is short."""
    halved = 0
    while x > Decimal("0.1"):
        x /= 1 + (1 + x * x).sqrt()
        halved += 1
    total, power, k = Decimal(0), x, 1
    while abs(power) > Decimal("1e-52"):
        total += power / k
        power *= -x * x
        k += 2
    return total * Decimal(2) ** halved


with localcontext(_EXACT):
    _PI: Final = 4 * _arctangent(Decimal(1))
