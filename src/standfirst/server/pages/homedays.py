"""Days of the first page: several questions after what is due, each bounded, in one query.

As ``server.due`` asks them, with what the records are called: a home would else ask twice for each of its parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value

from standfirst.server.access import Place
from standfirst.server.due import Asked, rows
from standfirst.server.people import name_of
from standfirst.server.store import models


@dataclass(frozen=True, slots=True)
class Day:
    """A day by which something has to be done, with the record that it stands in. ``called``: the name of whoever ``owner`` is
    the handle of, or what else stands there.
    """

    kind: str
    field: str
    day: date
    owner: str
    number: str
    title: str
    called: str


def days(place: Place, asked: Mapping[str, Asked]) -> Mapping[str, Sequence[Day]]:
    """The answer to each question by its name, the earliest first; all in one query."""
    parts = [
        _rows(place, name, each).query.get_compiler(DEFAULT_DB_ALIAS).as_sql() for name, each in asked.items()
    ]
    if not parts:
        return {}
    # Each in brackets of its own, as one engine takes no order and no limit within a union.
    sql = " UNION ALL ".join(
        f"SELECT * FROM ({part}) part{at}"  # noqa: S608 - as Django wrote them, values apart
        for at, (part, _) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, values in parts for value in values])
        told = cursor.fetchall()
    found: dict[str, dict[tuple[str, str], Day]] = {name: {} for name in asked}
    for name, kind, field, day, owner, number, title, person, record in told:
        if number:
            found[name][record, field] = Day(kind, field, _day(day), owner, number, title, person or owner)
    return {
        name: sorted(own.values(), key=lambda each: each.day)[: asked[name].limit]
        for name, own in found.items()
    }


def _day(told: Any) -> date:
    """SQLite tells the days of a union as text."""
    return told if isinstance(told, date) else date.fromisoformat(str(told))


_COLUMNS: Final = ("name", "kind", "field", "day", "owner", "number", "title", "called", "record")


def _rows(place: Place, name: str, asked: Asked) -> QuerySet[models.Due, tuple[Any, ...]]:
    named = models.Current.objects.filter(organisation=place.organisation, record=OuterRef("record"))
    return (
        rows(place, asked)
        .annotate(
            name=Value(name, CharField()),
            number=Subquery(named.values("number")[:1]),
            title=Subquery(named.values("title")[:1]),
            called=name_of(place, "owner", "folded_owner"),
        )
        .values_list(*_COLUMNS)
    )
