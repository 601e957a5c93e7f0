"""The letter of the day: what somebody was told and has not read, in one mail for all their organisations.

1 An organisation decides whether titles leave it; usually only numbers and sorts do, since mail is read on its way and lies
in boxes that nobody here looks after. 2 A letter goes only if there is something in it that was in none before. 3 Its
next time is moved on before it is sent, in one UPDATE that another worker's makes empty: whoever is killed in between
has sent nothing, and what it would have told is in the next one. Nobody gets two. 4 Nothing is mailed out of a simulation,
where no day is today's.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from standfirst.records.change import Refused
from standfirst.server import reading
from standfirst.server.access import Place, place_for
from standfirst.server.accounts.models import Membership, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.due import Asked, Due, due
from standfirst.server.people import own_names
from standfirst.server.store.turn import turn
from standfirst.server.telling.models import Digest, Notification, Outside
from standfirst.server.telling.reading import mine
from standfirst.server.telling.saying import Told, told
from standfirst.server.telling.sorts import Sort

BATCH: Final = 50
"""Letters that are written at one look; the others are due at the next."""

LINES: Final = 30
"""Of one organisation; the rest are counted."""

AHEAD: Final = timedelta(days=8)
BEHIND: Final = timedelta(days=365)
RETRY: Final = timedelta(hours=1)

_SALT: Final = "telling.letters"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Section:
    """What a letter says of one organisation."""

    name: str
    slug: str
    inbox: str
    lines: Sequence[Told]
    more: int
    late: Sequence[Due]
    soon: Sequence[Due]
    titles: bool


@dataclass(frozen=True, slots=True)
class Letter:
    message: EmailMultiAlternatives
    notifications: Sequence[int]


# --- when ------------------------------------------------------------------------------------------------------------


def settle(user: User, *, often: str, weekday: int, hour: int, zone: str, at: datetime) -> None:
    """How often somebody wants a letter. A zone that is none is refused by the form."""
    following = next_after(often, weekday=weekday, hour=hour, zone=zone, at=at)
    chosen = {"often": often, "weekday": weekday, "hour": hour, "zone": zone, "next": following}
    with turn():
        Digest.objects.update_or_create(user=user, defaults=chosen)


def never(user: User) -> None:
    """No letters any more. Harmless when repeated."""
    with turn():
        Digest.objects.update_or_create(user=user, defaults={"often": "never", "next": None})


def begin(at: datetime) -> None:
    """Who has said nothing gets a letter a day: a row is made for each, so that all are found by their time."""
    without = User.objects.filter(is_active=True, pk__in=Membership.objects.values("user"))
    known = Digest.objects.values("user")
    with turn():
        Digest.objects.bulk_create(
            [
                Digest(user_id=pk, next=next_after("daily", weekday=0, hour=7, zone="UTC", at=at))
                for pk in without.exclude(pk__in=known).values_list("pk", flat=True)
            ],
            ignore_conflicts=True,
        )


def next_after(often: str, *, weekday: int, hour: int, zone: str, at: datetime) -> datetime | None:
    """The next time at which it is that hour where the reader is; None for never."""
    if often == "never":
        return None
    local = at.astimezone(_zone(zone))
    found = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    while found <= local or (often == "weekly" and found.weekday() != weekday):
        found += timedelta(days=1)
    return found.astimezone(at.tzinfo)


def _zone(name: str) -> ZoneInfo:
    """A zone that this machine knows no more is UTC: one reader's choice keeps nobody else's letter."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


# --- sending ---------------------------------------------------------------------------------------------------------


def send_due(at: datetime) -> int:
    """All that are due. Returns how many were sent."""
    rows = Digest.objects.select_related("user").filter(next__lte=at, user__is_active=True).order_by("next")
    return sum(_send(row, at) for row in rows[:BATCH])


def _send(digest: Digest, at: datetime) -> bool:
    following = next_after(digest.often, weekday=digest.weekday, hour=digest.hour, zone=digest.zone, at=at)
    with turn():
        claimed = Digest.objects.filter(pk=digest.pk, next=digest.next).update(next=following)
    letter = letter_for(digest.user) if claimed else None
    if letter is None:
        return False
    try:
        letter.message.send()
    except (SMTPException, OSError) as error:
        _log.warning("a letter was not sent: %s", type(error).__name__)
        with turn():
            Digest.objects.filter(pk=digest.pk, next=following).update(next=at + RETRY)
        return False
    with turn():
        Digest.objects.filter(pk=digest.pk).update(sent=at)
        Notification.objects.filter(pk__in=letter.notifications).update(mailed=True)
    return True


# --- writing ---------------------------------------------------------------------------------------------------------


def letter_for(user: User) -> Letter | None:
    """What is new for somebody, in their language; None where nothing is."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        found = [_section(user, each.organisation.slug) for each in standing_of(user).order_by("pk")]
        sections = [section for section, _ in found if section is not None]
        if not sections:
            return None
        message = _message(user, sections)
    return Letter(message, [pk for _, news in found for pk in news])


def _section(user: User, slug: str) -> tuple[Section | None, Sequence[int]]:
    try:
        place = place_for(user, slug)
    except Refused:  # access ended this moment
        return None, ()
    if place.head.simulation:
        return None, ()
    news = list(mine(place).filter(read=None, mailed=False).order_by("-at", "-id"))
    if not news:
        return None, ()
    today = reading.today(place)
    asked = Asked(owners=own_names(place), after=today - BEHIND, before=today + AHEAD, limit=LINES)
    dues = due(place, asked)
    # What is due stands in a list of its own.
    lines = [one for one in news if one.sort not in {Sort.DUE_SOON, Sort.LATE}]
    if not lines and not dues:
        return None, ()
    section = Section(
        name=place.organisation.name,
        slug=slug,
        inbox=settings.ADDRESS + reverse("inbox", args=[slug]),
        lines=told(place, lines[:LINES]),
        more=max(0, len(lines) - LINES),
        late=[one for one in dues if one.day < today],
        soon=[one for one in dues if one.day >= today],
        titles=lets_titles_out(place),
    )
    return section, [one.pk for one in news]


def lets_titles_out(place: Place) -> bool:
    return Outside.objects.filter(organisation=place.organisation, titles=True).exists()


def _message(user: User, sections: Sequence[Section]) -> EmailMultiAlternatives:
    stop = settings.ADDRESS + reverse("letters-stop", args=[token_of(user)])
    given = {"sections": sections, "user": user, "address": settings.ADDRESS, "stop": stop}
    message = EmailMultiAlternatives(
        subject=_subject(sections),
        body=render_to_string("telling/letter.txt", given),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{stop}>"},
    )
    if urlsplit(settings.ADDRESS).scheme == "https":  # RFC 8058, 3.1: the address is an https one
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.attach_alternative(render_to_string("telling/letter.html", given), "text/html")
    return message


def _subject(sections: Sequence[Section]) -> str:
    new = sum(len(section.lines) + section.more for section in sections)
    late = sum(len(section.late) for section in sections)
    soon = sum(len(section.soon) for section in sections)
    counted = (
        (new, ngettext("%(count)s new", "%(count)s new", new)),
        (late, ngettext("%(count)s late", "%(count)s late", late)),
        (soon, ngettext("%(count)s due soon", "%(count)s due soon", soon)),
    )
    return "Standfirst: " + ", ".join(words % {"count": count} for count, words in counted if count)


# --- stopping --------------------------------------------------------------------------------------------------------


def token_of(user: User) -> str:
    """Whoever holds it can stop this account's letters, and nothing else."""
    return signing.dumps(str(user.pk), salt=_SALT)


def user_of(token: str) -> User | None:
    try:
        return User.objects.filter(pk=signing.loads(token, salt=_SALT), is_active=True).first()
    except signing.BadSignature:
        return None
