"""The rows of a table as one change: each is written by the deeds of every door, and any fault of any row stands against all.

What those deeds ask is asked once for the whole table (``Foreseen``), so that the queries do not grow with its rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias
from uuid import uuid4

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Kind, Kinds
from standfirst.records.record import Erased, Record
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.records.writing import Known, Wish, amend, create, wish_of
from standfirst.server.access import AT_A_DOOR, Place
from standfirst.server.importing.cells import Unreadable, value
from standfirst.server.importing.columns import NUMBER, Target, targets
from standfirst.server.importing.people import Present
from standfirst.server.importing.tables import Line, Table
from standfirst.server.pages.blank import BODY, LINKS, SERVES
from standfirst.server.pages.shapes import label
from standfirst.server.store.index import digest_of
from standfirst.server.store.models import Unique
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason

MOST: Final = 2_000
"""Faults that are looked for; whoever has more puts these right first."""

Mapped: TypeAlias = Mapping[int, str]
"""By the place of a column the key of the field that it is laid onto."""


@dataclass(slots=True)
class Row:
    """What one row asks for. ``number`` of a record that is there; empty for one that is to be made."""

    line: int
    number: str = ""
    wish: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """All that a table asks for, and what of it cannot be read."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What recording a table comes to: how many are made and changed, how many say already what they would."""

    made: int
    changed: int
    alike: int
    problems: Sequence[Problem]


# --- from cells to wishes --------------------------------------------------------------------------------------------


def laid(kind: Kind, table: Table, mapping: Mapped, *, update: bool) -> Rows:
    """Each row as what it wants. Raises Unusable where the columns themselves make no sense."""
    by_key = {target.key: target for target in targets(kind)}
    chosen = {place: by_key[key] for place, key in mapping.items() if key in by_key}
    _require_columns(chosen, table, update=update)
    made = Rows()
    for line in table.lines:
        row = _row(line, chosen, table, made.problems)
        if row.wish or row.number:
            made.rows.append(row if update else replace(row, number=""))
    return made


def _require_columns(chosen: Mapping[int, Target], table: Table, *, update: bool) -> None:
    keys = [target.key for target in chosen.values()]
    twice = dict.fromkeys(key for key in keys if keys.count(key) > 1)
    faults = [Reason("sheet.column-twice", {"field": key.rpartition(".")[2]}) for key in twice]
    if not keys:
        faults.append(Reason("sheet.nothing-chosen"))
    if update and NUMBER not in keys:
        faults.append(Reason("sheet.no-number-column"))
    if faults:
        raise Unusable([Problem(table.form, 0, "", reason) for reason in faults])


def _row(line: Line, chosen: Mapping[int, Target], table: Table, problems: list[Problem]) -> Row:
    row = Row(line.number)
    for place, target in chosen.items():
        cell = line.cells[place] if place < len(line.cells) else None
        try:
            found = value(target, cell)
        except Unreadable as fault:
            if len(problems) < MOST:
                problems.append(Problem("", line.number, table.columns[place], fault.reason))
            continue
        if found in (None, "", []):
            continue
        if target.key == NUMBER:
            row.number = str(found)
        else:
            _put(row.wish, target.key, found)
    return row


def _put(wish: dict[str, Any], key: str, found: Any) -> None:
    if key == SERVES:
        wish["serves"] = found
        return
    steps = key.split(".")  # body.reader.name, links.about
    inside = wish
    for step in steps[:-1]:
        inside = inside.setdefault(step, {})
    inside[steps[-1]] = found


# --- the deed --------------------------------------------------------------------------------------------------------


def bring(
    place: Place, kind: Kind, asked: Rows, table: Table, mapping: Mapped, *, why: str, known: Known
) -> DeedFunction:
    """One change. Raises Unusable with every fault of every row, Refused."""

    def deed(workspace: Workspace) -> Change:
        return _Bringing(place, kind, asked, table, mapping, why, known).change(workspace)

    return deed


def looked_at(
    place: Place, kind: Kind, asked: Rows, table: Table, mapping: Mapped, *, known: Known
) -> Outcome:
    """What would be recorded, or what stands against it: nothing is."""
    try:
        change = bring(place, kind, asked, table, mapping, why="-", known=known)(place.store)
    except Unusable as unusable:
        return Outcome(0, 0, 0, unusable.problems)
    made = sum(draft.expected == 0 for draft in change.drafts)
    changed = len(change.drafts) - made
    return Outcome(made, changed, len(asked.rows) - made - changed, ())


class _Bringing:
    def __init__(  # noqa: PLR0917
        self, place: Place, kind: Kind, asked: Rows, table: Table, mapping: Mapped, why: str, known: Known
    ) -> None:
        self.place, self.kind, self.asked, self.table, self.why = place, kind, asked, table, why
        self.columns = {key: table.columns[at] for at, key in mapping.items()}
        self.known = _at_once(known, asked)
        self.present = Present(place, kind)
        self.problems = list(asked.problems)
        self.unread = {(one.line, one.field) for one in asked.problems}

    def change(self, workspace: Workspace) -> Change:
        actor = self.place.actor(workspace)
        foreseen = Foreseen(workspace, self.kind, self.place, self.asked)
        drafts: list[Draft] = []
        seen: dict[str, int] = {}
        for row in self.asked.rows:
            if len(self.problems) >= MOST:
                break
            if row.number and seen.setdefault(row.number, row.line) != row.line:
                self._tell(
                    row, NUMBER, Reason("sheet.number-twice", {"number": row.number, "row": seen[row.number]})
                )
                continue
            drafts += self._written(row, foreseen, actor)
        if self.problems:
            raise Unusable(sorted(self.problems, key=lambda one: one.line))
        return Change(actor, tuple(drafts))

    def _written(self, row: Row, foreseen: "Foreseen", actor: Actor) -> Sequence[Draft]:
        before = None
        if row.number:
            before = foreseen.own(row.number)
            if before is None:
                self._tell(row, NUMBER, Reason("sheet.number-unknown", {"number": row.number}))
                return ()
        for at, reason in self.present.faults(row.wish, before):
            self._tell(row, at, reason)
        try:
            wish = wish_of(_wanted(row, before, self.kind), name=str(row.line))
            drafts = self._deed(wish, before, actor)(foreseen).drafts
        except Unusable as unusable:
            for problem in unusable.problems:
                self._tell(row, problem.field, problem.reason)
            return ()
        except Refused as refused:
            self._tell(row, "", refused.reason)
            return ()
        for draft in drafts:
            if (against := foreseen.take(draft, row.line)) is not None:
                self._tell(row, "", against)
        return drafts

    def _deed(self, wish: Wish, before: Record | None, actor: Actor) -> DeedFunction:
        if before is None:
            return create(
                acting=lambda _: actor,
                kind=self.kind,
                record=str(uuid4()),
                wish=wish,
                why=self.why,
                known=self.known,
                signed=AT_A_DOOR,
            )
        return amend(
            acting=lambda _: actor,
            record=before.id,
            expected=before.current.content.version,
            wish=wish,
            why=self.why,
            known=self.known,
            signed=AT_A_DOOR,
        )

    def _tell(self, row: Row, place: str, reason: Reason) -> None:
        """A cell that cannot be read is told once, and not also as one that is missing."""
        column = self._column(place)
        if len(self.problems) < MOST and (row.line, column) not in self.unread:
            self.problems.append(Problem("", row.line, column, reason))

    def _column(self, place: str) -> str:
        """By the name that the table gives it; of a field that no column fills, what it is called."""
        dotted = place.replace("[", ".").replace("]", "")
        above = [key for key in self.columns if dotted == key or dotted.startswith(f"{key}.")]
        if above:
            return self.columns[max(above, key=len)]
        named = {target.key: target.label for target in targets(self.kind)}
        return named.get(dotted) or (label(dotted.removeprefix(BODY).removeprefix(LINKS)) if dotted else "")


def _at_once(known: Known, asked: Rows) -> Known:
    """With all the files that any row attaches looked up in one query."""
    attached = [
        one["file"] for row in asked.rows for one in (row.wish.get("body") or {}).get("attachments", ())
    ]
    if not attached:
        return replace(known, evidence=lambda _: {})
    found = known.evidence(attached)
    return replace(known, evidence=lambda names: {name: found[name] for name in names if name in found})


def _wanted(row: Row, before: Record | None, kind: Kind) -> dict[str, Any]:
    """Of a record that is there, what no column says stays as it is."""
    if before is None:
        return {"body": {}, **row.wish}
    content = before.current.content
    body = dict(kind.upcast(content.body, content.schema))
    said = row.wish.get("body", {})
    links = {
        **{relation: tuple(those) for relation, those in content.links.items()},
        **row.wish.get("links", {}),
    }
    return {
        "body": _without_nothing(_merged(body, said)),
        "serves": row.wish.get("serves", list(content.serves)),
        "links": {relation: list(those) for relation, those in links.items()},
    }


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, part in new.items():
        inside = merged.get(name)
        both = isinstance(inside, Mapping) and isinstance(part, Mapping)
        merged[name] = _merged(inside, part) if both else part  # type: ignore[arg-type]
    return merged


def _without_nothing(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in body.items() if part is not None}


# --- what the deeds ask, foreseen ------------------------------------------------------------------------------------


class Foreseen:
    """A workspace in which everything that the rows of a table ask is known from the beginning, in a fixed number of queries.

    What rows before have written is seen where it could contradict: values that no two records share, and ways of links.
    """

    def __init__(self, workspace: Workspace, kind: Kind, place: Place, asked: Rows) -> None:
        self._under, self._kind, self._place = workspace, kind, place
        labels = {row.number for row in asked.rows if row.number} | set(_linked(asked))
        self._ids = dict(workspace.numbered(labels)) if labels else {}
        wanted = {*self._ids.values(), *(label for label in labels if label not in self._ids)}
        self._records = dict(workspace.records(wanted)) if wanted else {}
        self._absent = set(wanted) - self._records.keys()
        self._by_kinds: dict[tuple[str, ...], Mapping[str, Record]] = {}
        self._graph: dict[str, Sequence[str]] | None = None
        self._held: dict[str, dict[bytes, tuple[str, str]]] = {}
        self._lines: dict[tuple[str, bytes], int] = {}

    def own(self, number: str) -> Record | None:
        """The record of the kind with this number."""
        found = self._records.get(self._ids.get(number, ""))
        return found if found is not None and found.kind == self._kind.name else None

    def take(self, draft: Draft, line: int) -> Reason | None:
        """What a row has written. Returns what contradicts a row before it."""
        if self._graph is not None:
            self._graph[draft.record] = [target for those in draft.links.values() for target in those]
        for name in self._kind.unique:
            said = draft.body.get(name)
            if said is None:
                continue
            digest = digest_of(said)
            if (first := self._lines.setdefault((name, digest), line)) != line:
                return Reason("sheet.value-twice", {"value": str(said), "row": first})
        return None

    # --- as a workspace

    @property
    def kinds(self) -> Kinds:
        return self._under.kinds

    @property
    def founded(self) -> bool:
        return self._under.founded

    @property
    def simulation(self) -> bool:
        return self._under.simulation

    @property
    def fictional(self) -> bool:
        return self._under.fictional

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        if ids is None:
            asked = tuple(sorted(kinds)) if kinds is not None else ()
            if asked not in self._by_kinds:
                self._by_kinds[asked] = self._under.records(kinds=kinds)
            return self._by_kinds[asked]
        if missing := set(ids) - self._records.keys() - self._absent:
            found = self._under.records(missing)
            self._records |= found
            self._absent |= missing - found.keys()
        those = {i: self._records[i] for i in ids if i in self._records}
        return {i: one for i, one in those.items() if kinds is None or one.kind in kinds}

    def erased(self, ids: Collection[str] | None = None) -> Mapping[str, Erased]:
        return self._under.erased(ids)

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: self._ids[number] for number in numbers if number in self._ids}

    def holding(self, kind: str, field: str, value: object) -> Mapping[str, str]:
        if kind != self._kind.name:
            return self._under.holding(kind, field, value)
        if field not in self._held:
            rows = Unique.objects.filter(organisation=self._place.organisation, kind=kind, field=field)
            self._held[field] = {
                bytes(digest): (record, number)
                for digest, record, number in rows.values_list("value", "record", "number")
            }
        held = self._held[field].get(digest_of(value))
        return {held[0]: held[1]} if held else {}

    def reached(self, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        if self._graph is None:
            self._graph = dict(self._under.reached(self._records)) if self._records else {}
        found: dict[str, Sequence[str]] = {}
        ahead = list(ids)
        while ahead:
            source = ahead.pop()
            if source in found or source not in self._graph:
                continue
            found[source] = self._graph[source]
            ahead += found[source]
        return found


def _linked(asked: Rows) -> Iterator[str]:
    for row in asked.rows:
        for targets_ in row.wish.get("links", {}).values():
            yield from targets_
