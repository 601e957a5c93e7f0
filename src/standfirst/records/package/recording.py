"""``package record``: hand edits become versions, made by a named actor, as a commit does."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Conflict, Draft, Refused, Stamp
from standfirst.records.package.package import Difference, Package, Unrecorded
from standfirst.records.package.working import Working
from standfirst.records.pen import Pen
from standfirst.records.workspace import DeedFunction, Receipt, Workspace
from standfirst.records.writing import put
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance

Acting = Callable[[Workspace, str], Actor]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: the receipt (None when there was nothing), and what was left out as a template."""

    receipt: Receipt | None
    written: tuple[Working, ...]
    templates: tuple[Unrecorded, ...]


def record(package: Package, *, actor: str, why: str, acting: Acting, only: Collection[str] = ()) -> Recorded:
    """Record every difference, or only that of the files named. All or nothing.

    Ids and numbers are written into the files as part of the commit, so that a process killed at any moment leaves
    nothing that would be recorded twice. Raises :class:`Unusable` with file and line where a rule refuses.
    """
    if spoiled := [fault for fault in package.aside if not only or fault.file in only]:
        raise Unusable(spoiled)
    unrecorded = package.unrecorded()
    _require_there(unrecorded, only)
    differing = {
        item.file: item
        for item in unrecorded
        if item.file and item.difference is not Difference.ERASED and (not only or item.file in only)
    }
    templates = tuple(item for item in differing.values() if item.difference is Difference.TEMPLATE)
    chosen = [item for item in package.working if item.file in differing and not item.templates]
    if not chosen:
        return Recorded(None, (), templates)
    ids = {item.file: item.frame.id or str(uuid4()) for item in chosen}
    receipt = package.store.perform(_deed(package, chosen, ids, actor=actor, why=why, acting=acting))
    return Recorded(receipt, _written(chosen, ids, receipt), templates)


def move(
    package: Package, numbers: Collection[str], *, to: str, actor: str, why: str, acting: Acting
) -> Recorded:
    """Bring records into another state: what writing ``state:`` into their files and recording them does.

    Raises :class:`Unusable` for a number without a file, and for a file with other edits that are not recorded.
    """
    by_number = {item.frame.number: item for item in package.working if item.frame.number}
    unknown = [number for number in numbers if number not in by_number]
    if unknown:
        missing = [problem("NUMBER", "number.unknown", field=number) for number in unknown]
        raise Unusable([*missing, *package.aside])
    named = [by_number[number] for number in dict.fromkeys(numbers)]
    unrecorded = package.unrecorded()
    _require_there(unrecorded, [item.file for item in named])
    differing = {item.file for item in unrecorded}
    if edited := [item for item in named if item.file in differing]:
        raise Unusable([item.problem("record.edited", "state") for item in edited])
    chosen = [replace(item, frame=item.frame.model_copy(update={"state": to})) for item in named]
    ids = {item.file: str(item.frame.id) for item in chosen}
    deed = _deed(package, chosen, ids, actor=actor, why=why, acting=acting, to=to)
    receipt = package.store.perform(deed)
    return Recorded(receipt, tuple(chosen), ())


def _require_there(unrecorded: Sequence[Unrecorded], files: Collection[str]) -> None:
    """What was erased is not written again. Raises :class:`Unusable`."""
    erased = [item for item in unrecorded if item.difference is Difference.ERASED and item.file in files]
    if erased:
        raise Unusable([problem(item.file, "record.erased", record=item.number) for item in erased])


def _written(chosen: Sequence[Working], ids: Mapping[str, str], receipt: Receipt) -> tuple[Working, ...]:
    """As the files stand now."""
    known = {item.file: receipt.numbers.get(ids[item.file], item.frame.number) for item in chosen}
    return tuple(
        replace(item, frame=item.frame.model_copy(update={"id": ids[item.file], "number": known[item.file]}))
        for item in chosen
    )


def _deed(
    package: Package,
    chosen: Sequence[Working],
    ids: Mapping[str, str],
    *,
    actor: str,
    why: str,
    acting: Acting,
    to: str = "",
) -> DeedFunction:
    labels = package.labels()
    read = {identity: known.current.content.version for identity, known in package.store.records().items()}
    stamps = tuple(Stamp(ids[item.file], item.file, to) for item in chosen)

    def deed(workspace: Workspace) -> Change:
        who = acting(workspace, actor)
        records, erased = workspace.records(), workspace.erased()
        drafts: list[Draft] = []
        problems: list[Problem] = []
        for item in chosen:
            identity = ids[item.file]
            known = records.get(identity)
            pen = Pen(workspace, who, item.kind, identity, known, why)
            try:
                _require_as_read(identity, pen.version, read.get(identity, 0))
                _write(pen, item, _links(item, labels, ids, {*records, *erased}))
            except Refused as refused:
                problems.append(item.told(refused.reason, "state"))
            except Unusable as unusable:
                problems.extend(unusable.problems)
            drafts += pen.drafts
        if problems:
            raise Unusable(problems)
        return Change(who, tuple(drafts), stamps=stamps)

    return deed


def _require_as_read(identity: str, version: int, read: int) -> None:
    """The file was compared with what was recorded when the package was opened."""
    if version != read:
        conflict: dict[str, Parameter] = {"record": identity, "expected": read, "current": version}
        raise Conflict(Reason("record.conflict", conflict))


def _links(
    item: Working, labels: Mapping[str, tuple[str, str]], ids: Mapping[str, str], known: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Links by id. Raises :class:`Unusable` where one leads to a file that is not recorded and not being recorded."""
    coming = set(ids.values())
    links: dict[str, tuple[str, ...]] = {}
    left_out: list[Problem] = []
    for relation, targets in item.frame.links.items():
        found = [ids.get(labels[target][0], labels[target][0]) for target in targets]
        links[relation] = tuple(found)
        left_out += [
            item.problem("link.unknown-target", "links", relation, index, target=targets[index])
            for index, identity in enumerate(found)
            if identity not in coming and identity not in known
        ]
    if left_out:
        raise Unusable(left_out)
    return links


def _write(pen: Pen, item: Working, links: Mapping[str, tuple[str, ...]]) -> None:
    frame = item.frame
    later = put(pen, item.body, serves=frame.serves, links=links, state=item.state, number=frame.number or "")
    if item.state != pen.state:
        pen.move_to(item.state, Assurance.DECLARED)
    if later:
        pen.write(item.body, serves=frame.serves, links=links)
