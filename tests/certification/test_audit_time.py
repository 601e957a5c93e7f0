"""Audit time: the table, what adjusts it, and how it is rounded. Expected values stand in the sources named in the table."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.certification.audit_time import audit_time, base_days, rounded, table


@pytest.mark.parametrize(
    ("people", "days"),
    [
        (1, "1.5"),
        (5, "1.5"),
        (6, "2"),
        (10, "2"),
        (15, "2.5"),
        (25, "3"),
        (26, "4"),
        (41, "4"),
        (45, "4"),
        (46, "5"),
        (65, "5"),
        (125, "7"),
        (1175, "13"),
        (8500, "21"),
        (8501, "22"),
        (10700, "22"),
    ],
)
def test_the_bands_of_the_table(people: int, days: str) -> None:
    assert base_days(people) == Decimal(days)


@pytest.mark.parametrize(("people", "days"), [(20_000, "24.5"), (50_000, "28.5")])
def test_beyond_the_table_its_progression_goes_on(people: int, days: str) -> None:
    assert rounded(base_days(people)) == Decimal(days)


@pytest.mark.parametrize(
    ("before", "after"), [("5.3", "5.5"), ("5.2", "5.0"), ("5.25", "5.5"), ("5.24", "5.0"), ("0.2", "0")]
)
def test_days_are_rounded_to_the_nearest_half(before: str, after: str) -> None:
    assert rounded(Decimal(before)) == Decimal(after)


def test_rounded_after_adjusting_and_not_before() -> None:
    assert audit_time(41, [15, 25]).days == Decimal("5.5")  # 4 days and 40 % are 5.6
    assert audit_time(15, [-10, -10]).days == Decimal("2.0")  # 2.5 days less 20 % are 2.0


def test_what_is_taken_off_is_counted_whatever_is_added() -> None:
    found = audit_time(41, [50, -20, -15])
    assert (found.reduction, found.base, found.adjusted) == (Decimal("0.35"), Decimal(4), Decimal("4.6"))


def test_nobody_has_no_audit_time() -> None:
    with pytest.raises(ValueError, match="without people"):
        base_days(0)


@given(st.integers(1, 200_000), st.integers(1, 5_000))
def test_more_people_never_take_less_time(people: int, more: int) -> None:
    assert base_days(people) <= base_days(people + more)


def test_the_table_is_shipped_with_its_source_and_its_confidence() -> None:
    shipped = table()
    assert "MD 5" in shipped.source
    assert (shipped.confidence, shipped.beyond.confidence) == ("medium", "low")
    assert all(a.people < b.people and Decimal(a.days) < Decimal(b.days) for a, b in pairwise(shipped.bands))
    assert len(shipped.bands) == 23
