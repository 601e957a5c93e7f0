"""The trace graph: what a record rests on and what rests on it, link by link, one query a level."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from standfirst.management.comments import COMMENT
from standfirst.server.access import Place
from standfirst.server.reading import Label, labels
from standfirst.server.store.models import Current, Link
from standfirst.words import render

DEEPEST: Final = 6
"""Levels in each direction. Whoever wants to see further goes on from a record at the edge."""

MOST: Final = 250
"""Records in each direction: more than anybody reads, and a bound on what one request costs."""

LINKS: Final = 1_000
"""Links that one level is looked at."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A typed link: ``source`` says of itself that it is, say, ``about`` its ``target``."""

    source: str
    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    """A record in the tree, and by which link it was reached from the one before."""

    label: Label
    relation: str
    onward: Sequence["Step"]

    @property
    def words(self) -> str:
        return render.field(self.relation)


@dataclass(frozen=True, slots=True)
class Trace:
    """``labels`` of all records in it. ``cut``: there may be more, beyond the depth or the number that is shown."""

    start: str
    labels: Mapping[str, Label]
    edges: Sequence[Edge]
    cut: bool

    def down(self) -> Sequence[Step]:
        """What the record leads to, as a tree: what is reached on several ways stands where it is nearest."""
        return self._tree([(edge.source, edge.target, edge.relation) for edge in self.edges])

    def up(self) -> Sequence[Step]:
        """What leads to the record, as a tree."""
        return self._tree([(edge.target, edge.source, edge.relation) for edge in self.edges])

    def _tree(self, ways: Sequence[tuple[str, str, str]]) -> Sequence[Step]:
        beside: dict[str, list[tuple[str, str]]] = {}
        for near, far, relation in ways:
            beside.setdefault(near, []).append((far, relation))
        children: dict[str, list[tuple[str, str]]] = {}
        seen, frontier = {self.start}, [self.start]
        for near in frontier:  # grows while it is walked: what is nearer comes first
            for far, relation in beside.get(near, ()):
                if far not in seen:
                    seen.add(far)
                    frontier.append(far)
                    children.setdefault(near, []).append((far, relation))
        return self._grown(children, self.start)

    def _grown(self, children: Mapping[str, Sequence[tuple[str, str]]], near: str) -> Sequence[Step]:
        return [
            Step(self.labels[far], relation, self._grown(children, far))
            for far, relation in children.get(near, ())
            if far in self.labels
        ]


class _Side:
    """One of the two directions, level by level."""

    def __init__(self, start: str) -> None:
        self.seen, self.frontier = {start}, {start}
        self.edges: list[Edge] = []
        self.cut = False
        self._reached: set[str] = set()

    def take(self, near: str, far: str, edge: Edge) -> None:
        if near not in self.frontier:
            return
        if far not in self.seen and len(self.seen) >= MOST:
            self.cut = True
            return
        self.edges.append(edge)
        if far not in self.seen:
            self.seen.add(far)
            self._reached.add(far)

    def advance(self) -> None:
        self.frontier, self._reached = self._reached, set()


def trace(place: Place, identity: str, *, depth: int) -> Trace:
    """Both ways from a record, ``depth`` levels far: one query a level, and one for the names."""
    down, up = _Side(identity), _Side(identity)
    cut = False
    for _ in range(max(1, min(depth, DEEPEST))):
        found = _links(place, down.frontier, up.frontier)
        cut = cut or len(found) > LINKS
        for edge in found[:LINKS]:
            down.take(edge.source, edge.target, edge)
            up.take(edge.target, edge.source, edge)
        down.advance()
        up.advance()
        if not down.frontier and not up.frontier:
            break
    edges = tuple(dict.fromkeys((*down.edges, *up.edges)))
    cut = cut or down.cut or up.cut or bool(down.frontier or up.frontier)
    return Trace(identity, labels(place, down.seen | up.seen), edges, cut)


def said(place: Place) -> QuerySet[Current]:
    """Of a link: the comment that it belongs to, if it is one's."""
    own = Current.objects.filter(organisation=place.organisation, kind=COMMENT.name)
    return own.filter(record=OuterRef("source"))


def _links(place: Place, sources: Collection[str], targets: Collection[str]) -> list[Edge]:
    """What people say to each other about a record is not what it rests on."""
    either = Q(source__in=list(sources)) | Q(target__in=list(targets))
    rows = Link.objects.filter(either, ~Exists(said(place)), organisation=place.organisation).order_by("id")
    return [Edge(*row) for row in rows.values_list("source", "relation", "target")[: LINKS + 1]]
