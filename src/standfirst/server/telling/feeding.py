"""Calendars of due dates, at addresses that are secret. Whoever has the address reads these days and nothing else.

An all-day event each, and no task: calendars that subscribe to an address show events, and most leave tasks out. The same
day of the same record keeps its UID for good, and its SEQUENCE is the record's version (RFC 5545, 3.8.7.4).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

import standfirst
from standfirst.records.change import Refused
from standfirst.server import reading
from standfirst.server.access import Place, not_a_member, place_for
from standfirst.server.accounts import secret
from standfirst.server.accounts.models import User
from standfirst.server.due import Asked, Due, due
from standfirst.server.people import own_names
from standfirst.server.store.models import Current
from standfirst.server.store.turn import turn
from standfirst.server.telling.letters import lets_titles_out
from standfirst.server.telling.models import Feed
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.visible import visible

PREFIX: Final = "sfc_"
MOST_FEEDS: Final = 20
"""Of one person in one organisation that are live."""

MOST: Final = 2_000
BEHIND: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=2 * 366)
ASKED_EVERY: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Issued:
    """A feed and its address, which is nowhere else."""

    feed: Feed
    address: str


# --- keeping ---------------------------------------------------------------------------------------------------------


def own(place: Place) -> QuerySet[Feed]:
    """A person's live feeds, the newest first."""
    mine = Feed.objects.filter(user_id=UUID(place.account), organisation=place.organisation, revoked=None)
    return mine.order_by("-created")


def issue(place: Place, *, name: str, everybody: bool, now: datetime) -> Issued:
    if own(place).count() >= MOST_FEEDS:
        raise Refused(Reason("feed.too-many", {"limit": MOST_FEEDS}))
    text = secret.fresh(PREFIX)
    with turn():
        feed = Feed.objects.create(
            user_id=UUID(place.account),
            organisation=place.organisation,
            name=name,
            everybody=everybody,
            digest=secret.digest(text),
            created=now,
        )
    return Issued(feed, _address(text))


def renew(place: Place, feed: UUID, *, now: datetime) -> Issued:
    """Another address for the same feed; the one before leads nowhere from now on. Raises Refused."""
    found, text = _found(place, feed), secret.fresh(PREFIX)
    with turn():
        found.digest, found.renewed = secret.digest(text), now
        found.save(update_fields=["digest", "renewed"])
    return Issued(found, _address(text))


def revoke(place: Place, feed: UUID, *, now: datetime) -> None:
    found = _found(place, feed)
    with turn():
        Feed.objects.filter(pk=found.pk, revoked=None).update(revoked=now)


def _found(place: Place, feed: UUID) -> Feed:
    found = own(place).filter(pk=feed).first()
    if found is None:
        raise not_a_member()
    return found


def _address(text: str) -> str:
    return settings.ADDRESS + reverse("feed-calendar", args=[text])


# --- reading ---------------------------------------------------------------------------------------------------------


def opened(text: str) -> tuple[Feed, Place]:
    """Raises Refused, alike, where there is no such feed, where it was revoked, and where its owner has left."""
    found = None
    if secret.is_one(text, PREFIX):
        live = Feed.objects.select_related("user", "organisation").filter(user__is_active=True, revoked=None)
        found = live.filter(digest=secret.digest(text)).first()
    if found is None:
        raise not_a_member()
    user: User = found.user
    return found, place_for(user, found.organisation.slug)


def state_of(feed: Feed, place: Place) -> str:
    """What a calendar depends on: another one only when this is another. Costs no look at any record."""
    told = (
        standfirst.__version__,
        feed.pk,
        feed.name,
        place.head.size,
        reading.today(place),
        lets_titles_out(place),
        get_language(),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def calendar(feed: Feed, place: Place) -> bytes:
    """As RFC 5545 has it, in UTF-8."""
    today = reading.today(place)
    owners = () if feed.everybody else own_names(place)
    dues = due(place, Asked(owners=owners, after=today - BEHIND, before=today + AHEAD, limit=MOST))
    made = Calendar()
    made.add("prodid", "-//Standfirst//Due dates//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    name = visible(
        " ".join(f"{place.organisation.name}: {feed.name}".split())
    )  # the library refuses line ends in it
    if place.head.simulation:
        name = _("%(name)s (simulation)") % {"name": name}
    made.add("name", name)  # RFC 7986
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(ASKED_EVERY), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(ASKED_EVERY))
    titles = lets_titles_out(place)
    versions = _versions(place, {one.label.id for one in dues})
    named: dict[str, int] = {}
    for one in dues:
        uid = f"{one.label.id}.{one.field}"
        named[uid] = named.get(uid, 0) + 1
        number = f".{named[uid]}" if named[uid] > 1 else ""
        made.add_component(_event(place, one, f"{uid}{number}", versions[one.label.id], titles=titles))
    return bytes(made.to_ical())


def _versions(place: Place, ids: set[str]) -> dict[str, tuple[int, datetime]]:
    rows = Current.objects.filter(organisation=place.organisation, record__in=ids)
    return {
        record: (version, at) for record, version, at in rows.values_list("record", "version", "recorded_at")
    }


def _event(place: Place, one: Due, uid: str, version: tuple[int, datetime], *, titles: bool) -> Event:
    number, kind = one.label.number, render.kind(one.label.kind).one
    told = {"number": number, "title": visible(one.label.told) if titles else kind, "what": one.words}
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.ADDRESS).hostname or 'localhost'}")
    event.add("dtstamp", version[1].astimezone(UTC))
    event.add("last-modified", version[1].astimezone(UTC))
    event.add("sequence", version[0] - 1)
    event.add("dtstart", one.day)  # which lasts the whole day (RFC 5545, 3.6.1)
    event.add("summary", _("%(number)s %(title)s: %(what)s") % told)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # it takes nobody's time
    event.add("class", "PRIVATE")
    event.add("categories", [kind])
    event.add("url", settings.ADDRESS + reverse("record", args=[place.organisation.slug, number]))
    return event
