"""What the frame of every page knows of an organisation: how many records there are, what it works in, who asks.

All of it follows from the ledger, so at one head it never changes. A process keeps what it has read, and counts on from
there: of a hundred thousand records only those are counted that came since.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

from django.db.models import Count, OuterRef, Subquery

from standfirst.management.erasure import ERASURE
from standfirst.management.organisation import ORGANISATION, PERSON, SCOPE
from standfirst.records.kind import Body
from standfirst.records.record import Content as RecordContent
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.store.models import Content, Current


@dataclass(frozen=True, slots=True)
class Outline:
    """``counts`` of records by kind; ``domains``, ``stages`` and ``tier`` as the scope and the organisation's record say;
    ``roles`` of the person, and ``person``: what their record says.
    """

    counts: Mapping[str, int]
    domains: tuple[str, ...]
    stages: tuple[str, ...]
    tier: int | None
    roles: frozenset[str]
    person: Body


def outline(place: Place) -> Outline:
    """In no query where the process has seen this head with this person, else in two, rarely in three."""
    counts = _counts.of((place.organisation.pk,), _head(place), lambda before: _counted(place, before))
    own, scope, person = (_said(place).get(kind.name, {}) for kind in (ORGANISATION, SCOPE, PERSON))
    return Outline(
        counts,
        tuple(scope.get("domains") or own.get("domains", ())),
        tuple(scope.get("stages") or own.get("stages", ())),
        own.get("tier"),
        frozenset(person.get("roles", ())),
        person,
    )


# --- what is kept -----------------------------------------------------------------------------------------------------

Head = tuple[int, bytes]
Of = TypeVar("Of")
Read = TypeVar("Read")


class Kept(Generic[Of, Read]):
    """What was read last for each key, and of what: another head of the ledger, say, is read anew."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.found: OrderedDict[tuple[object, ...], tuple[Of, Read]] = OrderedDict()
        self.guard = Lock()

    def of(self, key: tuple[object, ...], of: Of, read: Callable[[tuple[Of, Read] | None], Read]) -> Read:
        """``read`` gets what was kept before, if anything was."""
        with self.guard:
            before = self.found.get(key)
            if before is not None:
                self.found.move_to_end(key)
        if before is not None and before[0] == of:
            return before[1]
        fresh = read(before)
        with self.guard:
            self.found[key] = (of, fresh)
            while len(self.found) > self.most:
                self.found.popitem(last=False)
        return fresh


_counts: Final[Kept[Head, Mapping[str, int]]] = Kept(1024)
_bodies: Final[Kept[Head, Mapping[str, Body]]] = Kept(1024)


def _head(place: Place) -> Head:
    return place.head.size, bytes(place.head.root)


def _said(place: Place) -> Mapping[str, Body]:
    return _bodies.of((place.organisation.pk, place.person), _head(place), lambda _: _read(place))


# --- reading ----------------------------------------------------------------------------------------------------------


def _counted(place: Place, before: tuple[Head, Mapping[str, int]] | None) -> Mapping[str, int]:
    """As of the head. An erasure takes a record away, and no index says which: then all are counted again."""
    size = place.head.size
    if before is None or before[0][0] > size or _erased(place, since=before[0][0]):
        return _came(place, 0, size, erased=bool(_erasures(place)))
    return Counter(before[1]) + Counter(_came(place, before[0][0], size, erased=False))


def _came(place: Place, first: int, end: int, *, erased: bool) -> Mapping[str, int]:
    """Records whose first entry is one of these, by kind. Without erased ones the index alone answers."""
    kinds = [kind.name for kind in place.store.kinds]
    own = Current.objects.filter(
        organisation=place.organisation, kind__in=kinds, first__gte=first, first__lt=end
    )
    if erased:
        own = own.filter(erased=False)
    return dict(own.values("kind").annotate(count=Count("first")).values_list("kind", "count"))


def _erasures(place: Place) -> int:
    """How many records of erasures there have been; their numbers are counted in the head."""
    return int(json.loads(place.head.counters).get(ERASURE.prefix, 0))


def _erased(place: Place, *, since: int) -> bool:
    if not _erasures(place):
        return False
    return Current.objects.filter(
        organisation=place.organisation, kind=ERASURE.name, sequence__gte=since
    ).exists()


def _read(place: Place) -> Mapping[str, Body]:
    """What the newest records of the organisation and of its scope say, and that of whoever asks, in one query.

    Of two halves, because an engine that is asked for either at once reads all records instead.
    """
    said = Content.objects.filter(organisation=place.organisation, sequence=OuterRef("sequence"))
    own = Current.objects.filter(organisation=place.organisation, erased=False)
    told = own.annotate(content=Subquery(said.values("data")[:1])).values_list("sequence", "kind", "content")
    halves = told.filter(kind__in=(ORGANISATION.name, SCOPE.name)).union(
        told.filter(record=place.person), all=True
    )
    return {
        kind: reading.body_of(place, RecordContent.from_bytes(bytes(content)))
        for _, kind, content in sorted(halves, key=lambda row: int(row[0]))
        if content is not None
    }
