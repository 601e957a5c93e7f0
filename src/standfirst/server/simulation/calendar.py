"""Days of a play: fixed ones for what lies far back, and days counted from its end for what is going on.

In texts and values of ``content/`` a day is written as how far it is from the end (``@-12``, ``@+30``), or from the day on
which the words are written (``~-1``, ``~+30``). Alone such a word becomes an ISO date; in braces within prose it becomes
words: ``{@-12}`` is *11 November 2026*.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

BEGUN: Final = date(2024, 11, 25)
"""The first day of the play, which is in no law's way and does not move."""

TURN: Final = date(2026, 6, 1)
"""From here on days are counted from the end: before it lies the year of the example package, told with its own dates."""

SPAN: Final = 170
"""How many days before the end the story goes on from there. Where more have passed, the older part of it is stretched."""

FRESH: Final = 30
"""The last days are never stretched: what is due this week is due this week."""

_SATURDAY: Final = 5
_ALONE: Final = re.compile(r"([@~])([+-]?[0-9]+)\Z")
_IN_PROSE: Final = re.compile(r"\{([@~])([+-]?[0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """``last`` is the last day that is played; ``stretches`` where older days lie further apart than they are told."""

    last: date
    stretches: bool = True

    def day(self, offset: int) -> date:
        """``offset`` days from the end; a past one that falls on a weekend is the Friday before."""
        if offset > 0:
            return self.last + timedelta(days=offset)
        whole = max(SPAN, (self.last - TURN).days)
        if self.stretches and offset < -FRESH:
            offset = -FRESH - round((-offset - FRESH) * (whole - FRESH) / (SPAN - FRESH))
        return working(self.last + timedelta(days=offset))

    def on(self, told: date | int) -> date:
        return working(told) if isinstance(told, date) else self.day(told)

    def filled(self, value: Any, written: date) -> Any:
        """The same value with its days put in. ``written`` is the day on which somebody writes it."""
        if isinstance(value, Mapping):
            return {key: self.filled(item, written) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.filled(item, written) for item in value]
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            return value
        if alone := _ALONE.match(value):
            return self._from(alone, written).isoformat()
        return _IN_PROSE.sub(lambda found: in_words(self._from(found, written)), value)

    def _from(self, found: re.Match[str], written: date) -> date:
        offset = int(found[2])
        return self.day(offset) if found[1] == "@" else written + timedelta(days=offset)


def working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def moment(day: date, minute: int) -> datetime:
    """A minute of a working day, which begins at eight."""
    return datetime.combine(day, time(8, tzinfo=UTC)) + timedelta(minutes=minute)
