"""Days and instants as documents write them, and nothing else that a lenient reader would take.

A day is a day of UTC: 2026-06-01 begins at 2026-06-01T00:00:00Z and ends before 2026-06-02T00:00:00Z, everywhere.
"""

import re
from datetime import UTC, date, datetime
from typing import Final

_DAY: Final = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def day_of(text: str) -> date:
    """The day of ``YYYY-MM-DD`` (RFC 3339 full-date), in this century or the next. Raises ValueError otherwise."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


def instant_of(text: str) -> datetime:
    """The instant of ``YYYY-MM-DDTHH:MM:SSZ`` (RFC 3339, UTC, whole seconds). Raises ValueError otherwise."""
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def instant_text(moment: datetime) -> str:
    """``moment`` as documents write it; what is less than a second is cut off."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def years_later(day: date, years: int) -> date:
    """The same day of the calendar ``years`` later; of a 29 February that is missing there, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
