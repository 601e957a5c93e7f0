"""Months after a day, and the days on which a play takes place."""

from dataclasses import astuple
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.certification.periods import months_after
from standfirst.certification.play.schedule import ending

days = st.dates(date(2020, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 4, 6), 6, date(2026, 10, 6)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2027, 8, 30), 6, date(2028, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_after_a_day(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@given(days, st.integers(0, 60))
def test_no_period_is_cut_short(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) in (months, months + 1)
    assert after.day in {day.day, 1}


@given(days)
def test_a_play_goes_forward_on_working_days_and_ends_on_its_last(last: date) -> None:
    schedule = ending(last)
    found = astuple(schedule)
    assert list(found) == sorted(found)
    assert all(day.weekday() < 5 for day in found[:-1])
    assert schedule.decided == last
    assert 80 <= (last - schedule.applied).days <= 82
    assert schedule.stage_1 < schedule.stage_1_reported < schedule.stage_2_begins < schedule.stage_2_ends
