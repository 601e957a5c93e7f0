"""Who wants to know of an entry of the ledger: one rule a sort. Nobody is told what they have done themselves.

Rules take what was recorded and who has access, and ask nothing of the database.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from standfirst.management.access import ACCESS, END, OF
from standfirst.management.comments import ABOUT, COMMENT, MENTIONS, WITHDRAWN
from standfirst.management.exchange import ENVELOPE
from standfirst.management.sharing import RECEIVED_GRANT
from standfirst.records.kind import Kind
from standfirst.records.ledger import Deed, Entry
from standfirst.records.pen import Pen
from standfirst.records.record import Content, Record
from standfirst.server.awaited import asking
from standfirst.server.store.store import DatabaseStore
from standfirst.server.telling.members import Members
from standfirst.server.telling.sorts import Sort

_FAR: Final = frozenset({ENVELOPE.name, RECEIVED_GRANT.name})


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it was recorded, and what the record said before it. No content where that is erased."""

    entry: Entry
    content: Content | None
    before: Content | None
    is_last: bool  # of its record

    @property
    def moved_to(self) -> str:
        """The state that the record came to with this entry; empty where it stayed where it was."""
        if self.content is None:
            return ""
        if self.before is None:
            return self.content.state
        return self.content.state if self.content.state != self.before.state else ""


@dataclass(frozen=True, slots=True)
class News:
    """What one person is to be told. ``key`` names the happening, so that it is told once."""

    person: str
    sort: Sort
    key: str
    at: datetime
    record: str = ""
    source: str = ""
    actor: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What the rules look at: who has access, and of records that matter here all that was recorded."""

    store: DatabaseStore
    kinds: Mapping[str, Kind]
    members: Members
    records: Mapping[str, Record]


def news(line: Line, scene: Scene) -> Iterator[News]:
    """What follows from one entry. What was imported is another's history, so nothing follows from it."""
    entry, content = line.entry, line.content
    if content is None or entry.deed is Deed.IMPORTED:
        return
    told: set[str] = {entry.actor}
    for rule in (_mentioned, _commented, _to_sign, _assigned, _moved, _received, _access_ended):
        for one in rule(line, content, scene):
            if one.person not in told:
                told.add(one.person)  # one entry, one notification: the first rule that has something to say
                yield one


def _mentioned(line: Line, content: Content, scene: Scene) -> Iterator[News]:
    if line.entry.kind != COMMENT.name or content.state == WITHDRAWN:
        return
    before = set(line.before.links.get(MENTIONS, ())) if line.before else set()
    about = next(iter(content.links.get(ABOUT, ())), line.entry.record)
    for person in content.links.get(MENTIONS, ()):
        if person in scene.members.ids and person not in before:
            yield _of(line, person, Sort.MENTIONED, record=about)


def _commented(line: Line, content: Content, scene: Scene) -> Iterator[News]:
    if line.entry.kind != COMMENT.name or line.entry.deed is not Deed.CREATED:
        return
    for record in (scene.records[one] for one in content.links.get(ABOUT, ()) if one in scene.records):
        kind, entry = scene.kinds.get(record.kind), record.current.entry
        mine = scene.members.owning(kind, record.current.content.body) | _writers(record, entry.version + 1)
        for person in sorted(mine & scene.members.ids):
            yield _of(line, person, Sort.COMMENTED, record=record.id)


def _to_sign(line: Line, _: Content, scene: Scene) -> Iterator[News]:
    """Only where it still stands there: what was signed meanwhile waits for nobody."""
    kind, record = scene.kinds.get(line.entry.kind), scene.records.get(line.entry.record)
    if kind is None or record is None or not line.moved_to or not line.is_last:
        return
    moves = [move for move in asking(kind).get(line.moved_to, ()) if move.signs]
    for member in scene.members if moves else ():
        pen = Pen(scene.store, member.actor, kind, record.id, record, "")
        free = [move.name for move in moves if pen.barred(move) is None]
        if free:
            yield _of(line, member.id, Sort.TO_SIGN, move=free[0], state=line.moved_to)


def _assigned(line: Line, content: Content, scene: Scene) -> Iterator[News]:
    kind = scene.kinds.get(line.entry.kind)
    if line.entry.deed not in {Deed.CREATED, Deed.AMENDED}:
        return
    now = scene.members.owning(kind, content.body)
    before = scene.members.owning(kind, line.before.body) if line.before else frozenset()
    for person in sorted(now - before):
        yield _of(line, person, Sort.ASSIGNED)


def _moved(line: Line, content: Content, scene: Scene) -> Iterator[News]:
    kind, record = scene.kinds.get(line.entry.kind), scene.records.get(line.entry.record)
    if kind is None or record is None or line.before is None or not line.moved_to:
        return
    order = {state: place for place, state in enumerate(kind.lifecycle.states)}
    is_back = order.get(line.moved_to, 0) < order.get(line.before.state, 0)
    mine = scene.members.owning(kind, content.body) | _writers(record, line.entry.version)
    for person in sorted(mine & scene.members.ids):
        sort = Sort.RETURNED if is_back else Sort.MOVED
        yield _of(line, person, sort, before=line.before.state, state=line.moved_to)


def _writers(record: Record, version: int) -> frozenset[str]:
    """Those who had written what was moved."""
    wrote = (Deed.CREATED, Deed.AMENDED)
    return frozenset(e.actor for e in record.entries if e.deed in wrote and e.version < version)


def _received(line: Line, _: Content, scene: Scene) -> Iterator[News]:
    if line.entry.kind in _FAR and line.entry.deed is Deed.CREATED:
        for member in scene.members.managers:
            yield _of(line, member.id, Sort.RECEIVED, kind=line.entry.kind)


def _access_ended(line: Line, content: Content, scene: Scene) -> Iterator[News]:
    """About the person, since access itself is titled by an id that says nothing to anybody."""
    if line.entry.kind == ACCESS.name and line.entry.moved == END:
        for member in scene.members.managers:
            yield _of(line, member.id, Sort.ACCESS_ENDED, record=next(iter(content.links.get(OF, ())), ""))


def _of(line: Line, person: str, sort: Sort, *, record: str = "", **parameters: str) -> News:
    entry = line.entry
    return News(
        person=person,
        sort=sort,
        key=f"{sort.value}:{entry.record}:{entry.version}",
        at=entry.recorded_at,
        record=record or entry.record,
        source=entry.record if record else "",
        actor=entry.actor,
        parameters=parameters,
    )


def concerned(line: Line, kinds: Mapping[str, Kind]) -> Collection[str]:
    """The records of which the rules look at all that was recorded: who wrote them, and who signed."""
    kind = kinds.get(line.entry.kind)
    if kind is None or line.content is None or not line.moved_to:
        return ()
    if line.entry.kind == COMMENT.name:
        return line.content.links.get(ABOUT, ())
    waits = line.is_last and line.moved_to in asking(kind)
    return (line.entry.record,) if waits or line.before is not None else ()
