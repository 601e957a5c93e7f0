"""What is due in an organisation: days by which something has to be done, of records that nothing has settled yet.

A read model keeps them (``store.models.Due``), so that homes, calendars and letters ask one order and look into no record.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

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


def due(
    place: Place,
    *,
    owners: Collection[str] = (),
    kinds: Collection[str] = (),
    before: date | None = None,
    after: date | None = None,
    limit: int,
) -> list[Due]:
    """The earliest first, in two queries. Days from ``after`` on and earlier than ``before``.

    ``owners``: of those alone who are named in one of these ways, whatever the spelling's case; empty for everybody's.
    """
    chosen = models.Due.objects.filter(organisation=place.organisation)
    if owners:
        chosen = chosen.filter(folded_owner__in=[as_compared(one) for one in owners])
    else:
        chosen = chosen.filter(position=0)
    if kinds:
        chosen = chosen.filter(kind__in=list(kinds))
    if before is not None:
        chosen = chosen.filter(day__lt=before)
    if after is not None:
        chosen = chosen.filter(day__gte=after)
    rows = chosen.order_by("day", "first").values_list("record", "kind", "field", "day", "owner")
    found = list({row[:4]: row for row in rows[: limit * max(1, len(owners))]}.values())[:limit]
    named = labels(place, {row[0] for row in found})
    return [
        Due(named[record], field, called(known_kind(place, kind), field), day, owner)
        for record, kind, field, day, owner in found
        if record in named
    ]
