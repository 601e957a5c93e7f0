"""``package record``: hand edits become versions, made by a named actor, as a commit does."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Draft, Refused
from standfirst.records.package.package import Difference, Package, Unrecorded
from standfirst.records.package.working import KIND_LINE, Working
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction, Receipt, Workspace
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.vocabulary import Assurance

Acting = Callable[[Workspace, str], Actor]
DraftsOf = Callable[[Workspace, Actor], list[list[Draft]]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: the receipt (None when there was nothing), and what was left out as a template."""

    receipt: Receipt | None
    written: tuple[Working, ...]
    templates: tuple[Unrecorded, ...]


def record(package: Package, *, actor: str, why: str, acting: Acting, only: Collection[str] = ()) -> Recorded:
    """Record every difference, or only that of the files named. All or nothing.

    Ids are written into the files before the ledger is, and numbers after: a process killed in between leaves files
    that the next call takes for the same records. Raises :class:`Unusable` with file and line where a rule refuses.
    """
    differing = {
        item.file: item for item in package.unrecorded() if item.file and (not only or item.file in only)
    }
    templates = tuple(item for item in differing.values() if item.difference is Difference.TEMPLATE)
    chosen = [item for item in package.working if item.file in differing and not item.templates]
    if not chosen:
        return Recorded(None, (), templates)
    root = package.path
    ids = {item.file: item.frame.id or str(uuid4()) for item in chosen}
    drafts_of = _drafts(package, chosen, ids, why)
    _dry_run(package, drafts_of, actor, acting)
    for item in chosen:
        if item.frame.id is None:
            write_fields(root / item.file, {"id": ids[item.file]})
    receipt = package.store.perform(_change(drafts_of, actor, acting))
    for item in chosen:
        if item.frame.number is None:
            write_fields(root / item.file, {"number": receipt.numbers[ids[item.file]]})
    return Recorded(receipt, tuple(chosen), templates)


def move(
    package: Package, numbers: Collection[str], *, to: str, actor: str, why: str, acting: Acting
) -> Recorded:
    """Bring records into another state: what writing ``state:`` into their files and recording them does.

    Raises :class:`Unusable` for a number without a file, and for a file with other edits that are not recorded.
    """
    by_number = {item.frame.number: item for item in package.working if item.frame.number}
    unknown = [number for number in numbers if number not in by_number]
    if unknown:
        raise Unusable([problem("NUMBER", "number.unknown", field=number) for number in unknown])
    edited = {item.number for item in package.unrecorded()} & set(numbers)
    if edited:
        raise Unusable([by_number[number].problem("record.edited", "state") for number in sorted(edited)])
    chosen = [
        replace(by_number[n], frame=by_number[n].frame.model_copy(update={"state": to}))
        for n in dict.fromkeys(numbers)
    ]
    ids = {item.file: str(item.frame.id) for item in chosen}
    drafts_of = _drafts(package, chosen, ids, why)
    receipt = package.store.perform(_change(drafts_of, actor, acting))
    for item in chosen:
        write_fields(package.path / item.file, {"state": to})
    return Recorded(receipt, tuple(chosen), ())


def _change(drafts_of: DraftsOf, actor: str, acting: Acting) -> DeedFunction:
    def deed(workspace: Workspace) -> Change:
        who = acting(workspace, actor)
        return Change(who, tuple(draft for drafts in drafts_of(workspace, who) for draft in drafts))

    return deed


def _drafts(package: Package, chosen: Sequence[Working], ids: Mapping[str, str], why: str) -> DraftsOf:
    labels = package.labels()

    def drafts(workspace: Workspace, actor: Actor) -> list[list[Draft]]:
        known = workspace.records(list(ids.values()))
        made: list[list[Draft]] = []
        problems: list[Problem] = []
        for item in chosen:
            links = {
                relation: tuple(ids.get(labels[target][0], labels[target][0]) for target in targets)
                for relation, targets in item.frame.links.items()
            }
            identity = ids[item.file]
            pen = Pen(workspace, actor, item.kind, identity, known.get(identity), why)
            try:
                _write(pen, item, known.get(identity), links)
            except Refused as refused:
                problems.append(item.told(refused.reason, "state"))
            made.append(pen.drafts)
        if problems:
            raise Unusable(problems)
        return made

    return drafts


def _write(pen: Pen, item: Working, known: Record | None, links: Mapping[str, tuple[str, ...]]) -> None:
    """Content before movement, unless the state in which it stands is one that is not edited."""
    content = known.current.content if known else None
    edited = content is None or (dict(content.body), content.serves, dict(content.links)) != (
        dict(item.body),
        item.frame.serves,
        dict(links),
    )
    frozen = known is not None and pen.state in item.kind.lifecycle.frozen
    if edited and not (frozen and item.state != pen.state):
        pen.write(item.body, serves=item.frame.serves, links=links, number=item.frame.number or "")
        edited = False
    if item.state != pen.state:
        pen.move_to(item.state, Assurance.DECLARED)
    if edited:
        pen.write(item.body, serves=item.frame.serves, links=links)


def _dry_run(package: Package, drafts_of: DraftsOf, actor: str, acting: Acting) -> None:
    """Nothing is written anywhere, not even an id, unless the deed would go through now."""
    drafts_of(package.store, acting(package.store, actor))


def write_fields(path: Path, fields: Mapping[str, str]) -> None:
    """Put top-level fields into a working file, leaving every other byte of it as people wrote it."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".json":
        value = json.loads(text)
        value.update(fields)
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    else:
        for key, value in fields.items():
            line = f"{key}: {value}"
            present = re.compile(rf"^{key}:.*$", re.MULTILINE)
            if present.search(text):
                text = present.sub(line.replace("\\", r"\\"), text, count=1)
            else:
                text = KIND_LINE.sub(rf"\g<0>\n{line}", text, count=1)
    draft = path.with_name(f".{path.name}.tmp")  # hidden: a leftover is passed over
    draft.write_bytes(text.encode())
    draft.replace(path)
