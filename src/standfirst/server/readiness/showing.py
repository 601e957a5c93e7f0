"""Results in words and signs, for every page that shows some: one square a requirement, and why it is so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.conformity.readiness import Tally
from standfirst.server.access import Place
from standfirst.server.pages.shapes import capital
from standfirst.server.readiness.standing import Row, Standing
from standfirst.standards.method import Status
from standfirst.words import render
from standfirst.words.language import day
from standfirst.words.render import sentence, title

ORDER: Final = (
    Status.SHOWN,
    Status.PARTLY,
    Status.NEEDS_JUDGEMENT,
    Status.NOT_SHOWN,
    Status.NOT_ASSESSABLE,
    Status.NOT_APPLICABLE,
)
"""From what is done to what is not asked: as bars and legends have it."""

TONES: Final[Mapping[Status, str]] = {
    Status.SHOWN: "good",
    Status.PARTLY: "warn",
    Status.NEEDS_JUDGEMENT: "note",
    Status.NOT_SHOWN: "bad",
    Status.NOT_ASSESSABLE: "none open",
    Status.NOT_APPLICABLE: "none",
}

SOON: Final = 30
"""Days within which it is told that evidence ends."""


def named(status: Status) -> str:
    return render.status(status.value)


# --- squares ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Square:
    """One requirement. ``tells``: what is read of it aloud, and shown on focus and when pointed at."""

    id: str
    title: str
    status: str
    word: str
    tone: str
    url: str
    tells: Sequence[str]
    soon: bool


def square(place: Place, row: Row, at: date) -> Square:
    soon = row.until is not None and 0 <= (row.until - at).days <= SOON
    return Square(
        row.id,
        row.title,
        row.status.value,
        named(row.status),
        TONES[row.status],
        reverse("requirement", args=[place.organisation.slug, row.id]),
        list(_tells(row, at)),
        soon and row.status is not Status.NOT_APPLICABLE,
    )


def _tells(row: Row, at: date) -> Iterable[str]:
    if met := criteria_met(row):
        yield met
    if row.status is not Status.SHOWN and (why := row.gist.why) is not None:
        yield sentence(why)
    if row.until is not None and (row.until - at).days <= SOON:
        yield _("Evidence ends on %(day)s, if nothing is done.") % {"day": day(row.until)}
    if row.changed_on is not None and row.before is not None and (at - row.changed_on).days <= SOON:
        said = {"before": named(row.before), "day": day(row.changed_on)}
        yield _("Until %(day)s it was: %(before)s.") % said


def criteria_met(row: Row) -> str:
    """How many; empty where none is asked."""
    met, criteria = row.gist.met, row.gist.criteria
    if not criteria or row.status is Status.NOT_APPLICABLE:
        return ""
    words = ngettext(
        "%(met)s of %(criteria)s criterion met", "%(met)s of %(criteria)s criteria met", criteria
    )
    return words % {"met": met, "criteria": criteria}


# --- groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the page."""

    key: str
    title: str
    squares: Sequence[Square]
    shown: int
    asked: int
    oldest: str
    ends: str


def groups(
    place: Place, stood: Standing, tallies: Sequence[Tally], members: Mapping[str, Sequence[Row]]
) -> list[Group]:
    """Tallies as rows; ``members`` of each by its key. One without members has no row."""
    return [group(place, stood, tally, members[tally.key]) for tally in tallies if members.get(tally.key)]


def group(place: Place, stood: Standing, tally: Tally, rows: Sequence[Row]) -> Group:
    first = min((row.until for row in rows if row.until), default=None)
    lapsing = sum(1 for row in rows if row.until and row.until == first)
    soon = first is not None and (first - stood.today).days <= SOON
    return Group(
        tally.key,
        capital(title(tally.title)) if tally.key == tally.title else tally.title,
        [square(place, row, stood.today) for row in rows],
        tally.shown,
        tally.asked,
        age(tally.oldest, stood.today) if tally.oldest else "",
        _ends(first, lapsing, stood.today) if first and soon else "",
    )


def age(oldest: date, at: date) -> str:
    """As people say how old something is: in days, then in months, then in years."""
    days = max((at - oldest).days, 0)
    if days < 60:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    months = round(days / 30.44)
    if months < 24:
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    return ngettext("%(count)s year", "%(count)s years", months // 12) % {"count": months // 12}


def _ends(first: date, count: int, at: date) -> str:
    days = (first - at).days
    if days <= 0:
        return ngettext("%(count)s ends today", "%(count)s end today", count) % {"count": count}
    told = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return ngettext("%(count)s ends in %(time)s", "%(count)s end in %(time)s", count) % {
        "count": count,
        "time": told,
    }


# --- bars -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of a bar, as in a picture of 100 by 4; and one line of a legend."""

    status: str
    word: str
    tone: str
    count: int
    x: str
    width: str


def shares(tally: Tally) -> list[Share]:
    """How the requirements that are asked stand, side by side. Those that do not apply have no width."""
    found, x = [], 0.0
    for status in ORDER:
        count = tally.counts.get(status, 0)
        width = 100 * count / tally.asked if tally.asked and status is not Status.NOT_APPLICABLE else 0.0
        found.append(Share(status.value, named(status), TONES[status], count, f"{x:.2f}", f"{width:.2f}"))
        x += width
    return found
