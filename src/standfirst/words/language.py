"""In which language a reader is spoken to, and how that language writes days and numbers.

English stands in the source and is the key of every translation. Doors say who listens: a command, with ``speaking``;
the server once, with ``follow``, since its framework knows each reader's language already. Nothing that is hashed,
signed or read by programs may ask here: bytes do not depend on who looks at them.

The forms of days and numbers follow the CLDR (a test compares); its data are left out, as they weigh more than we do.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch", "zh-hans": "简体中文"}
"""Each by its code, and as its speakers call it."""

CATALOGUES: Final = Path(__file__).parent.parent / "locale"
FOLDERS: Final[Mapping[str, str]] = {"de": "de", "zh-hans": "zh_Hans"}
"""Where the translations of a language lie, below ``CATALOGUES``: as gettext names languages."""

_speaking: ContextVar[str | None] = ContextVar("speaking", default=None)
_followed: list[Callable[[], str | None]] = []


def current() -> str:
    """The language that is spoken now. One that we have no catalogue of is answered in English."""
    asked = _speaking.get() or (_followed[-1]() if _followed else None)
    return asked if asked is not None and asked in FOLDERS else ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """In this language, whatever the reader's; also as a decorator, for what is written for everybody."""
    token = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(token)


def follow(asked: Callable[[], str | None]) -> None:
    """From now on ``asked`` knows the language, wherever nobody says ``speaking``."""
    _followed[:] = [asked]


# --- texts -----------------------------------------------------------------------------------------------------------


def translated(english: str, context: str = "") -> str:
    """A text of ours in the reader's language, or as it is. ``context`` tells apart what English spells alike."""
    language = current()
    if language == ENGLISH or not english:
        return english
    catalogue = _catalogue(language)
    return catalogue.pgettext(context, english) if context else catalogue.gettext(english)


def counted(one: str, many: str, count: int) -> str:
    """The form that belongs to a number. Both hold the place ``{count}``."""
    language = current()
    if language == ENGLISH:
        form = one if count == 1 else many
    else:
        form = _catalogue(language).ngettext(one, many, count)
    return form.format(count=number(count))


@cache
def _catalogue(language: str) -> GNUTranslations:
    with (CATALOGUES / FOLDERS[language] / "LC_MESSAGES" / "standfirst.mo").open("rb") as file:
        return GNUTranslations(file)


# --- days, times, numbers --------------------------------------------------------------------------------------------

_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    ENGLISH: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "zh-hans": tuple(str(month) for month in range(1, 13)),
}
_DAYS: Final[Mapping[str, str]] = {
    ENGLISH: "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "zh-hans": "{year}年{month}月{day}日",
}
_BETWEEN: Final[Mapping[str, str]] = {ENGLISH: ", ", "de": ", ", "zh-hans": " "}
_GROUPING: Final[Mapping[str, str]] = {ENGLISH: ",", "de": ".", "zh-hans": ","}
_GROUPED_FROM: Final = 10_000  # a year or a version reads better whole


def day(value: date) -> str:
    """As in: 20 May 2026."""
    language = current()
    month = _MONTHS[language][value.month - 1]
    return _DAYS[language].format(day=value.day, month=month, year=value.year)


def moment(value: datetime, *, seconds: bool = False) -> str:
    """As in: 20 May 2026, 09:00 UTC. Always in UTC: readers of one record sit in several zones."""
    at = value.astimezone(UTC)
    return (
        f"{day(at)}{_BETWEEN[current()]}{at:%H:%M:%S} UTC"
        if seconds
        else f"{day(at)}{_BETWEEN[current()]}{at:%H:%M} UTC"
    )


def number(value: int) -> str:
    """A count as the reader's language groups its digits; in English, where programs read along, as it is."""
    language = current()
    if language == ENGLISH or abs(value) < _GROUPED_FROM:
        return str(value)
    return f"{value:,}".replace(",", _GROUPING[language])


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")


def spoken(text: str) -> str:
    """A day or an instant, as files write it, in the reader's form; any other text as it is. English keeps the files' form."""
    if current() == ENGLISH:
        return text
    try:
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text))
        if _INSTANT.fullmatch(text):
            return moment(datetime.fromisoformat(text), seconds=True)
    except ValueError:
        pass  # such as the 31st of February: shown as it was written
    return text
