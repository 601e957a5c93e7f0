"""What people are told is kept as rows: as far as each of them wants to know, and once."""

import json
from collections.abc import Iterable, Mapping, Sequence

from standfirst.server.store.models import Organisation
from standfirst.server.telling.models import Choice, Notification
from standfirst.server.telling.rules import News
from standfirst.server.telling.sorts import USUAL, Sort, Way


def keep(organisation: Organisation, told: Sequence[News]) -> None:
    """As far as each person wants to know. What was told already stays as it is. For the one whose turn it is to write."""
    known = Notification.objects.filter(organisation=organisation, key__in={one.key for one in told})
    there = set(known.values_list("person", "key")) if told else set()
    told = [one for one in told if (one.person, one.key) not in there]
    if not told:
        return
    ways = ways_of(organisation, {one.person for one in told})
    rows = [
        Notification(
            organisation=organisation,
            person=one.person,
            sort=one.sort,
            key=one.key,
            record=one.record,
            source=one.source,
            actor=one.actor,
            parameters=json.dumps(one.parameters, sort_keys=True),
            mailed=way is not Way.MAIL,
            at=one.at,
        )
        for one in told
        if (way := ways.get((one.person, one.sort), USUAL[one.sort])) is not Way.NONE
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def ways_of(organisation: Organisation, people: Iterable[str]) -> Mapping[tuple[str, Sort], Way]:
    """What these people have chosen."""
    chosen = Choice.objects.filter(organisation=organisation, person__in=list(people))
    return {
        (person, Sort(sort)): Way(way) for person, sort, way in chosen.values_list("person", "sort", "way")
    }
