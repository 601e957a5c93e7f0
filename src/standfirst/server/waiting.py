"""What waits for somebody: moves that others cannot take for them, such as an approval of what somebody else has written.

A record that could be moved is not yet one that waits. It waits where the way to a signature leads on from its state, where
nothing that it says itself stands in the way, and where this person is one of those who may.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NoReturn

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from standfirst.records.actor import Actor
from standfirst.records.kind import Kind
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.lifecycle import Attempt, Transition
from standfirst.records.pen import Pen
from standfirst.records.record import Content as RecordContent
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.access import Place
from standfirst.server.awaited import asking
from standfirst.server.outline import Kept
from standfirst.server.store.models import Content, Current, Entry
from standfirst.server.store.reading import Bytes, StoredVersion

LOOKED_AT: Final = 400
"""Records whose state lets something wait that are looked into; those that have been as they are for longest."""

SHOWN: Final = 20
"""Of those that wait, how many are told one by one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Moves of which somebody is asked to take one, the best first. ``since``: from when the record is as it is.

    Of the record's earlier versions only who wrote and signed them is there, not what they said.
    """

    record: Record
    kind: Kind
    moves: Sequence[Transition]
    since: datetime

    @property
    def move(self) -> Transition:
        return self.moves[0]

    @property
    def title(self) -> str:
        body = self.kind.upcast(self.record.current.content.body, self.record.current.content.schema)
        return str(body.get(self.kind.titled_by, ""))


@dataclass(frozen=True, slots=True)
class Queue:
    """``first``: those that wait longest; ``rest``: how many others, by kind and state. ``at_least``: there were more to look into."""

    first: Sequence[Waiting] = ()
    rest: Mapping[tuple[str, str], int] = field(default_factory=dict)
    at_least: bool = False

    @property
    def count(self) -> int:
        return len(self.first) + sum(self.rest.values())


_queues: Final[Kept[tuple[int, bytes], Queue]] = Kept(512)
"""At one head of the ledger the same waits for the same person."""


def waiting(place: Place, actor: Actor) -> Queue:
    """What waits longest comes first. In no query where the process has seen this head with this person, else in one."""
    key = (place.organisation.pk, actor.id, actor.roles)
    head = (place.head.size, bytes(place.head.root))
    return _queues.of(key, head, lambda _: _read(place, actor))


def _read(place: Place, actor: Actor) -> Queue:
    wanted = [
        (kind.name, state)
        for kind in place.store.kinds
        for state, moves in asking(kind).items()
        if any(not move.roles or actor.roles & set(move.roles) for move in moves)
    ]
    if not wanted:
        return Queue()
    looked = list(_candidates(place, wanted))
    found = [one for each in looked[:LOOKED_AT] for one in _of(place, each, actor)]
    rest = Counter((one.kind.name, one.record.current.content.state) for one in found[SHOWN:])
    return Queue(found[:SHOWN], rest, len(looked) > LOOKED_AT)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record as it stands, and the entries of all its versions: bytes, as most are never looked into."""

    entries: Sequence[bytes]
    content: bytes


def _candidates(place: Place, wanted: Iterable[tuple[str, str]]) -> Iterator[_Candidate]:
    """One more than are looked at, if there are so many: then it is known that there are."""
    own = {"organisation": place.organisation}
    chosen = _in_states(wanted).filter(**own, erased=False).order_by("sequence")[: LOOKED_AT + 1]
    now = Current.objects.filter(**own, record=OuterRef("record"))
    said = Content.objects.filter(**own, sequence=OuterRef("sequence"))
    rows = (
        Entry.objects.filter(**own, record__in=chosen.values("record"))
        .annotate(newest=Subquery(now.values("sequence")[:1]))
        .annotate(content=Case(When(sequence=F("newest"), then=Subquery(said.values("data")[:1]))))
        .order_by("newest", "version")
    )
    told: Iterable[tuple[str, Bytes, Bytes | None]] = rows.values_list("record", "data", "content")
    for _record, versions in groupby(told, key=lambda row: row[0]):
        entries = list(versions)
        if (content := entries[-1][2]) is not None:
            yield _Candidate([bytes(entry) for _, entry, _ in entries], bytes(content))


def _in_states(wanted: Iterable[tuple[str, str]]) -> QuerySet[Current]:
    """Of these kinds in these states. The kinds and the states by themselves follow from the pairs. Said too, the index of
    both is taken; else every record of the organisation is looked at.
    """
    pairs = list(wanted)
    condition = Q()
    for name, state in pairs:
        condition |= Q(kind=name, state=state)
    return Current.objects.filter(
        condition, kind__in={name for name, _ in pairs}, state__in={state for _, state in pairs}
    )


def _of(place: Place, candidate: _Candidate, actor: Actor) -> Iterator[Waiting]:
    """First what the record says is asked, then who wrote it."""
    content = RecordContent.from_bytes(candidate.content)
    kind = place.store.kinds[content.kind]
    newest = StoredVersion(candidate.entries[-1], candidate.content)
    bare = Pen(_NOWHERE, actor, kind, content.record, Record((newest,)), "")
    moves = [move for move in asking(kind).get(content.state, ()) if _says_enough(bare, move)]
    if not moves:
        return
    earlier = tuple(LedgerEntry.from_bytes(entry) for entry in candidate.entries[:-1])
    record = Record((newest,), earlier)
    pen = Pen(_NOWHERE, actor, kind, content.record, record, "")
    if free := [move for move in moves if pen.barred(move) is None]:
        yield Waiting(record, kind, free, newest.entry.recorded_at)


def _says_enough(pen: Pen, move: Transition) -> bool:
    """Whether nothing in the record itself stands in the way; what has to be looked up elsewhere is asked on its page."""
    content = pen.content
    if content is None:
        return False
    for guard in move.guards:
        try:
            if guard(Attempt(content, pen.actor, pen.workspace)) is not None:
                return False
        except _Unasked:
            continue
    return True


class _Unasked(Exception):
    """A guard that wants to know more than the record says."""


class _Nowhere:
    """A workspace that is not asked: a list is no place to look something up for each of its rows."""

    def __getattr__(self, _name: str) -> Any:
        return _ask


def _ask(*_args: object, **_kwargs: object) -> NoReturn:
    raise _Unasked


_NOWHERE: Final[Workspace] = _Nowhere()
