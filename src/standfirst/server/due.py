"""What is due in an organisation: days by which something has to be done, of records that nothing has settled yet.

A read model keeps them (``store.models.Due``), so that homes, calendars and letters ask one order and look into no record.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from standfirst.server.access import Place
from standfirst.server.pages.shapes import called
from standfirst.server.reading import Label, known_kind, labels
from standfirst.server.store import models
from standfirst.server.store.index import as_compared


@dataclass(frozen=True, slots=True)
class Due:
    """``words``: what the day is called, in the reader's language. ``owner`` as the record names them; empty for nobody."""

    label: Label
    field: str
    words: str
    day: date
    owner: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Days from ``after`` on and earlier than ``before``; of ``kinds`` alone where that is not None.

    ``owners``: of those alone who are named in one of these ways, whatever the spelling's case; empty for everybody's.
    """

    limit: int
    owners: Collection[str] = ()
    kinds: Collection[str] | None = None
    before: date | None = None
    after: date | None = None


def due(place: Place, asked: Asked) -> list[Due]:
    """The earliest first, in two queries."""
    chosen = rows(place, asked).values_list("record", "kind", "field", "day", "owner")
    found = list({row[:4]: row for row in chosen}.values())[: asked.limit]
    named = labels(place, {row[0] for row in found})
    return [
        Due(named[record], field, called(known_kind(place, kind), field), day, owner)
        for record, kind, field, day, owner in found
        if record in named
    ]


def rows(place: Place, asked: Asked) -> QuerySet[models.Due]:
    """The earliest first; a day once for each of the owners that it has, so there are more of them than days."""
    chosen = models.Due.objects.filter(organisation=place.organisation)
    if asked.owners:
        chosen = chosen.filter(folded_owner__in=[as_compared(one) for one in asked.owners])
    else:
        chosen = chosen.filter(position=0)
    if asked.kinds is not None:
        chosen = chosen.filter(kind__in=list(asked.kinds))
    if asked.before is not None:
        chosen = chosen.filter(day__lt=asked.before)
    if asked.after is not None:
        chosen = chosen.filter(day__gte=asked.after)
    return chosen.order_by("day", "first")[: asked.limit * max(1, len(asked.owners))]
