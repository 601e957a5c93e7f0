"""Months after a day, and days as bodies hold them. Years are those of ``trust.moments``."""

from datetime import date, timedelta


def months_after(day: date, months: int) -> date:
    """A day that the month has not is the first of the next: a period is never cut short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = date(year, month + 1, 1) + timedelta(days=day.day - 1)
    return wanted if wanted.month == month + 1 else wanted.replace(day=1)


def day_of(value: object) -> date:
    """A day as a body holds it."""
    return date.fromisoformat(str(value)[:10])
