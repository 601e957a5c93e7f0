"""What somebody's inbox holds. What is about an erased record is not in it."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from standfirst.server.access import Place
from standfirst.server.store.models import Current
from standfirst.server.telling.models import Notification


COUNTED: Final = 100
"""Every page says how many are unread; beyond this nobody counts."""


def unread(place: Place) -> int:
    """How many notifications this person has not read, in one query; at most ``COUNTED``."""
    return mine(place).filter(read=None)[:COUNTED].count()


def mine(place: Place) -> QuerySet[Notification]:
    """All that this person was told, without what is about something that is erased."""
    return standing(Notification.objects.filter(organisation=place.organisation, person=place.person))


def standing(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    gone = Current.objects.filter(
        Q(record=OuterRef("record")) | Q(record=OuterRef("source")),
        organisation=OuterRef("organisation"),
        erased=True,
    )
    return notifications.exclude(Exists(gone))
