"""Links of a record both ways: by what they say, the newest first, a few of each and the rest on demand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse

from standfirst.records.record import Content
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.pages.about import about
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.shapes import label
from standfirst.server.pages.states import Mark, mark
from standfirst.server.reading import Label
from standfirst.server.store.models import Current, Link
from standfirst.server.trace import said

FEW: Final = 6
"""Links of one sort that a record's page names."""

MANY: Final = 50
"""Those that one answer adds."""


OUT: Final = "out"
IN: Final = "in"


@dataclass(frozen=True, slots=True)
class Linked:
    """A record at the other end of a link."""

    to: Label
    mark: Mark


@dataclass(frozen=True, slots=True)
class Group:
    """Links that say the same. ``way``: they lead out of the record, or into it. ``count``: how many there are in all."""

    relation: str
    way: str
    count: int
    some: Sequence[Linked]
    onward: int | None

    @property
    def words(self) -> str:
        return label(self.relation)

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.some))


@dataclass(frozen=True, slots=True)
class Ends:
    """What leads to a record: the newest few of each relation, and how many there are."""

    sources: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    edges: Mapping[str, int]


def coming(place: Place, record: str) -> Ends:
    """In one query."""
    ranked = _coming(place, record).annotate(
        rank=Window(RowNumber(), partition_by=[F("relation")], order_by=F("id").desc()),
        count=Window(Count("id"), partition_by=[F("relation")]),
    )
    rows = ranked.filter(rank__lte=FEW).order_by("relation", "-id")
    sources: dict[str, list[str]] = {}
    counts, edges = {}, {}
    for relation, source, count, key in rows.values_list("relation", "source", "count", "id"):
        sources.setdefault(relation, []).append(source)
        counts[relation], edges[relation] = count, key
    return Ends(sources, counts, edges)


def leading(content: Content) -> Iterator[str]:
    """The records that a record's page names of those to which it leads."""
    for targets in content.links.values():
        yield from targets[:FEW]


def groups(place: Place, content: Content, ends: Ends | None, named: Mapping[str, Label]) -> list[Group]:
    """What the record says of others, then what others say of it, where that was asked."""
    out = [
        Group(relation, OUT, len(targets), _linked(place, targets[:FEW], named), FEW)
        for relation, targets in content.links.items()
        if targets
    ]
    if ends is None:
        return out
    into = [
        Group(
            relation,
            IN,
            ends.counts[relation],
            _linked(place, sources, named),
            ends.edges[relation],
        )
        for relation, sources in ends.sources.items()
    ]
    return [*out, *into]


def _linked(place: Place, ids: Iterable[str], named: Mapping[str, Label]) -> list[Linked]:
    found = [named[i] for i in ids if i in named]
    return [Linked(to, mark(reading.known_kind(place, to.kind), to.state)) for to in found]


def _coming(place: Place, record: str) -> QuerySet[Link]:
    """Without comments, which stand by themselves."""
    return Link.objects.filter(~Exists(said(place)), organisation=place.organisation, target=record)


# --- the rest --------------------------------------------------------------------------------------------------------


@within(*READING)
def links(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """More links of one sort: ``?relation=about&way=in&after=123``."""
    row = reading.row_of(place, record)
    relation, away = request.GET.get("relation", ""), request.GET.get("way") == OUT
    after = whole(request.GET.get("after", ""), otherwise=None)
    group = _out(place, row, relation, after) if away else _in(place, row, relation, after)
    context = {**about(place, row), "group": group}
    return page(request, place, "links.html", context, fragment="more")


def _out(place: Place, row: Current, relation: str, after: int | None) -> Group:
    targets = reading.standing(place, row.record).current.content.links.get(relation, ())
    start = after or 0
    some = targets[start : start + MANY]
    onward = start + MANY if len(targets) > start + MANY else None
    found = _linked(place, some, reading.labels(place, some))
    return Group(relation, OUT, len(targets), found, onward)


def _in(place: Place, row: Current, relation: str, after: int | None) -> Group:
    chosen = _coming(place, row.record).filter(relation=relation)
    later = chosen if after is None else chosen.filter(id__lt=after)
    rows = list(later.order_by("-id").values_list("id", "source")[: MANY + 1])
    some = [source for _, source in rows[:MANY]]
    onward = rows[MANY - 1][0] if len(rows) > MANY else None
    found = _linked(place, some, reading.labels(place, some))
    return Group(relation, IN, chosen.count(), found, onward)
