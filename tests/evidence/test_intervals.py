"""The exact interval against scipy's beta quantiles, published values and its own properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from standfirst.evidence.intervals import MOST_TRIALS, clopper_pearson

STEP = 1e-6
cases = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(cases, st.sampled_from(["0.9", "0.95", "0.99"]))
def test_agrees_with_beta_quantiles_and_rounds_outwards(case: tuple[int, int], coverage: str) -> None:
    successes, trials = case
    tail = (1 - float(coverage)) / 2
    lower = 0.0 if successes == 0 else beta.ppf(tail, successes, trials - successes + 1)
    upper = 1.0 if successes == trials else beta.ppf(1 - tail, successes + 1, trials - successes)
    found = clopper_pearson(successes, trials, coverage=Decimal(coverage))
    assert -1e-10 <= lower - float(found.lower) <= STEP + 1e-10
    assert -1e-10 <= float(found.upper) - upper <= STEP + 1e-10


@given(cases)
def test_contains_the_estimate_and_mirrors(case: tuple[int, int]) -> None:
    successes, trials = case
    found, mirrored = clopper_pearson(successes, trials), clopper_pearson(trials - successes, trials)
    assert 0 <= found.lower <= Decimal(successes) / trials <= found.upper <= 1
    assert found.lower < found.upper
    assert (found.lower, found.upper) == (1 - mirrored.upper, 1 - mirrored.lower)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_grows_with_successes(case: tuple[int, int]) -> None:
    successes, trials = case
    here, more = clopper_pearson(successes, trials), clopper_pearson(successes + 1, trials)
    assert here.lower < more.lower or here.lower == more.lower == 0
    assert here.upper < more.upper or here.upper == more.upper == 1


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        (0, 1, "0.000000", "0.975000"),
        (1, 1, "0.025000", "1.000000"),
        (0, 10, "0.000000", "0.308498"),  # 1 - 0.025^(1/10)
        (10, 10, "0.691502", "1.000000"),
        (1, 10, "0.002528", "0.445017"),
        (0, 100_000, "0.000000", "0.000037"),
    ],
)
def test_edges(successes: int, trials: int, lower: str, upper: str) -> None:
    found = clopper_pearson(successes, trials)
    assert (str(found.lower), str(found.upper)) == (lower, upper)


def test_a_coarser_grid_rounds_outwards() -> None:
    found = clopper_pearson(1, 10, resolution=Decimal("0.01"))
    assert (found.lower, found.upper) == (Decimal("0.00"), Decimal("0.45"))


@pytest.mark.parametrize(
    ("successes", "trials", "coverage", "resolution"),
    [
        (0, 0, "0.95", "0.001"),
        (-1, 5, "0.95", "0.001"),
        (6, 5, "0.95", "0.001"),
        (1, MOST_TRIALS + 1, "0.95", "0.001"),
        (1, 5, "1", "0.001"),
        (1, 5, "0.4", "0.001"),
        (1, 5, "0.95", "0.002"),
        (1, 5, "0.95", "1"),
    ],
)
def test_refuses_what_has_no_interval(successes: int, trials: int, coverage: str, resolution: str) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        clopper_pearson(successes, trials, coverage=Decimal(coverage), resolution=Decimal(resolution))
