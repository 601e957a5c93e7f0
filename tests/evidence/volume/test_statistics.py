"""The two intervals: against the published rule, against scipy, and what must hold for any counts."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, sqrt
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as reference

from standfirst.evidence.volume.statistics import (
    circuit_level,
    circuits_needed,
    mean_share,
    student_t,
    two_sigma,
)

CONFIDENCE = Decimal("0.975")
COUNTS = st.integers(1, 200).flatmap(
    lambda shots: st.tuples(
        st.lists(st.integers(0, shots), min_size=2, max_size=40).filter(lambda h: len(set(h)) > 1),
        st.just(shots),
    )
)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 30, 99, 100, 183, 999])
@pytest.mark.parametrize("confidence", ["0.6", "0.9", "0.975", "0.9999"])
def test_quantiles_are_those_of_scipy(confidence: str, degrees: int) -> None:
    found = float(student_t(Decimal(confidence), degrees))
    assert found == pytest.approx(float(reference.ppf(float(confidence), degrees)), rel=1e-9)


@pytest.mark.parametrize(
    ("degrees", "confidence", "printed"),
    [(1, "0.975", "12.706"), (10, "0.95", "1.812"), (30, "0.99", "2.457"), (120, "0.975", "1.980")],
)
def test_quantiles_are_those_of_printed_tables(degrees: int, confidence: str, printed: str) -> None:
    assert f"{student_t(Decimal(confidence), degrees):.3f}" == printed


@pytest.mark.parametrize(("confidence", "degrees"), [("0.5", 9), ("1", 9), ("0.3", 9), ("0.9", 0)])
def test_no_quantile_outside(confidence: str, degrees: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        student_t(Decimal(confidence), degrees)


@given(COUNTS)
@settings(deadline=None)
def test_two_sigma_is_the_published_formula(counts: tuple[list[int], int]) -> None:
    """As written in algorithm 1, with n_h heavy outputs, n_c circuits and n_s shots each."""
    heavy, n_s = counts
    n_h, n_c = sum(heavy), len(heavy)
    published = (n_h - 2 * sqrt(n_h * (n_s - n_h / n_c))) / (n_c * n_s)
    assert float(two_sigma(heavy, n_s).lower) == pytest.approx(max(0.0, published), abs=1e-12)


@given(COUNTS)
@settings(deadline=None)
def test_intervals_lie_about_the_mean_within_0_and_1(counts: tuple[list[int], int]) -> None:
    heavy, shots = counts
    mean = mean_share(heavy, shots)
    assert float(mean) == pytest.approx(float(Fraction(sum(heavy), len(heavy) * shots)))
    level = circuit_level(heavy, shots, confidence=CONFIDENCE)
    assert level is not None
    for found in (two_sigma(heavy, shots), level):
        assert 0 <= found.lower <= mean == found.mean <= found.upper <= 1


@given(COUNTS)
@settings(deadline=None)
def test_circuit_level_is_students_interval_of_the_shares(counts: tuple[list[int], int]) -> None:
    heavy, shots = counts
    found = circuit_level(heavy, shots, confidence=CONFIDENCE)
    assert found is not None
    standard = stdev(h / shots for h in heavy) / sqrt(len(heavy))
    reach = float(reference.ppf(0.975, len(heavy) - 1)) * standard
    assert float(found.standard) == pytest.approx(standard, rel=1e-9)
    assert float(found.upper) == pytest.approx(min(1.0, float(found.mean) + reach), abs=1e-9)


@given(COUNTS, st.integers(2, 9))
@settings(deadline=None)
def test_scaling_shots_and_counts_alike_changes_no_interval(
    counts: tuple[list[int], int], factor: int
) -> None:
    heavy, shots = counts
    once = circuit_level(heavy, shots, confidence=CONFIDENCE)
    again = circuit_level([factor * h for h in heavy], factor * shots, confidence=CONFIDENCE)
    assert once is not None
    assert again is not None
    assert abs(once.lower - again.lower) < Decimal("1e-40")


@given(COUNTS)
@settings(max_examples=30)
def test_more_confidence_never_narrows(counts: tuple[list[int], int]) -> None:
    heavy, shots = counts
    wide = circuit_level(heavy, shots, confidence=Decimal("0.999"))
    narrow = circuit_level(heavy, shots, confidence=Decimal("0.95"))
    assert wide is not None
    assert narrow is not None
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper


def test_without_spread_there_is_no_circuit_level_interval() -> None:
    assert circuit_level([700] * 100, 1000, confidence=CONFIDENCE) is None
    assert circuit_level([1] * 100, 1, confidence=CONFIDENCE) is None


@pytest.mark.parametrize(
    ("mean", "needed"), [("0.732", 184), ("0.726", 227), ("0.666667", None), ("0.5", None)]
)
def test_circuits_that_the_published_rule_needs(mean: str, needed: int | None) -> None:
    limit = Decimal("0.666667")
    found = circuits_needed(Decimal(mean), limit)
    assert found == needed
    if found is not None:
        h = float(mean)
        assert found == ceil(4 * h * (1 - h) / (h - float(limit)) ** 2)
        assert h - 2 * sqrt(h * (1 - h) / found) >= float(limit)
        assert h - 2 * sqrt(h * (1 - h) / (found - 1)) < float(limit)
