"""What somebody's inbox holds. What is about an erased record is not in it."""

from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from standfirst.server.access import Place
from standfirst.server.store.models import Current, Organisation
from standfirst.server.telling.models import Notification

COUNTED: Final = 100
"""Every page says how many are unread; beyond this nobody counts."""

_UNREAD: Final = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM telling_notification told
    WHERE told.organisation_id = %s AND told.person = %s AND told.read IS NULL AND NOT EXISTS (
        SELECT 1 FROM store_current now
        WHERE now.organisation_id = told.organisation_id AND now.record IN (told.record, told.source) AND now.erased
    )
    LIMIT %s
) unread
"""


def unread(place: Place) -> int:
    """How many notifications this person has not read, in one query; at most ``COUNTED``. As ``mine`` says, but every page
    asks this, and Django takes three times as long to put it into words as the database to answer.
    """
    own = Organisation._meta.pk.get_db_prep_value(place.organisation.pk, connection)  # noqa: SLF001 - Django's name for it
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [own, place.person, COUNTED])
        return int(cursor.fetchone()[0])


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
