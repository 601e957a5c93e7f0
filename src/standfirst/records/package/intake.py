"""Packages on their way in: restoring a longer copy of this one, and taking in records of somebody else's.

What comes in is looked at as a whole before a byte is written: the package as it would be has to open.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from standfirst.records.change import Change, Draft, Refused
from standfirst.records.kind import Body, Kind, Kinds
from standfirst.records.ledger import Sealed
from standfirst.records.package.door import HANDOVER, open_files
from standfirst.records.package.package import Package, content_flaw
from standfirst.records.package.recording import Acting
from standfirst.records.package.stamping import put
from standfirst.records.package.store import ENTRIES, LEDGER
from standfirst.records.package.transfer import evidence_of, read_handover
from standfirst.records.package.working import EVIDENCE, RECORDS, machine_file
from standfirst.records.pen import Pen
from standfirst.records.proving import Sent
from standfirst.records.workspace import DeedFunction, Receipt, Workspace
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.trust.digests import sha256_hex

Disarm = Callable[[Kind, Body], Body]
"""Takes out of a body what only our own organisation gives, such as roles."""


@dataclass(frozen=True, slots=True)
class Imported:
    receipt: Receipt | None
    files: tuple[str, ...]
    continued: bool


def import_into(
    package: Package,
    source: Path,
    *,
    actor: str,
    why: str,
    acting: Acting,
    disarm: Disarm,
    only: Collection[str] = (),
) -> Imported:
    """Bring ``source`` (a package or a hand-over) in, all or nothing.

    The same organisation's longer ledger continues this one. Another organisation's records become new records of
    ours, in their first state, with their provenance; a number that is taken is reported, never changed silently.
    Raises :class:`Unusable` naming the record or file at fault, :class:`Refused` where the actor may not.
    """
    acting(package.store, actor)
    files = open_files(source)
    if HANDOVER in files.names():
        proved = read_handover(files)
        origin, simulation, sent = proved.ledger, proved.simulation, list(proved.sent)
    else:
        other = package.beside(source, files)
        ours, theirs = package.store.ledger(), other.store.ledger()
        if ours and theirs and ours[0].leaf == theirs[0].leaf:
            return _restore(package, other, ours, theirs)
        currents = [record.current for record in other.store.records().values()]
        origin, simulation = theirs[0].leaf if theirs else "", other.store.simulation
        sent = [Sent(version.content, version.entry) for version in currents]
    if simulation and not package.store.simulation:
        raise Unusable([problem(str(source), "import.simulation")])
    if unknown := set(only) - {one.number for one in sent}:
        raise Unusable([problem("--only", "number.unknown", field=number) for number in sorted(unknown)])
    chosen = [one for one in sent if not only or one.number in only]
    evidence, problems = evidence_of(chosen, files)
    problems += _clashes(package, chosen, evidence)
    if problems:
        raise Unusable(problems)
    if not chosen:
        return Imported(None, (), continued=False)
    kinds = package.store.kinds
    bodies = {one.content.record: disarm(kinds[one.content.kind], _body(one, kinds)) for one in chosen}
    records = {_file_of(one, kinds): machine_file(_fields(one, kinds, bodies, chosen)) for one in chosen}
    _require_sound(package, source, {**evidence, **records})
    receipt = _receive(package, evidence, _deed(chosen, bodies, origin, actor=actor, why=why, acting=acting))
    _write(package.path, records)
    return Imported(receipt, (*evidence, *records), continued=False)


# --- somebody else's records -----------------------------------------------------------------------------------------


def _clashes(package: Package, sent: Sequence[Sent], evidence: Mapping[str, bytes]) -> Iterator[Problem]:
    """What keeps these records from standing beside ours, record by record."""
    kinds = package.store.kinds
    taken = {*package.store.numbered([one.number for one in sent])}
    taken |= {item.frame.number for item in package.working if item.frame.number}
    incoming = [one.content.record for one in sent]
    present = {*package.store.records(incoming), *package.store.erased(incoming)}
    coming = set(incoming)
    here = package.files.sizes()
    for one in sent:
        number = one.number
        if (flaw := content_flaw(one.content, kinds)) is not None:
            yield Problem(number, 0, "", flaw)
            continue
        if number in taken:
            yield problem(number, "import.number-taken", number=number)
        if one.content.record in present:
            yield problem(number, "import.record-present", number=number)
        if (file := _file_of(one, kinds)) in here:
            yield problem(file, "file.exists")
        for target in (target for targets in one.content.links.values() for target in targets):
            if target not in coming:
                yield problem(number, "import.link-left-behind", field="links", target=target)
        for name in one.attached:
            if name in here and name in evidence and package.files.read(name) != evidence[name]:
                yield problem(number, "import.evidence-differs", field="attachments", file=name)


def _require_sound(package: Package, source: Path, written: Mapping[str, bytes]) -> None:
    """The package has to open afterwards; what comes in and would keep it from doing so is told by its source."""
    try:
        package.with_files(written)
    except Unusable as error:
        raise Unusable(
            replace(one, file=f"{source.name}!{one.file}") if one.file in written else one
            for one in error.problems
        ) from None


def _body(one: Sent, kinds: Kinds) -> Body:
    """As this release writes it."""
    kind = kinds[one.content.kind]
    return kind.body.model_validate(kind.upcast(one.content.body, one.content.schema)).values()


def _deed(
    sent: Sequence[Sent], bodies: Mapping[str, Body], origin: str, *, actor: str, why: str, acting: Acting
) -> DeedFunction:
    """Written as everything is written: an import grants nobody what their role does not."""

    def deed(workspace: Workspace) -> Change:
        who = acting(workspace, actor)
        drafts: list[Draft] = []
        for one in sent:
            content = one.content
            pen = Pen(workspace, who, workspace.kinds[content.kind], content.record, None, why)
            pen.write(
                bodies[content.record],
                serves=content.serves,
                links=content.links,
                number=one.number,
                origin={
                    "ledger": origin,
                    "record": content.record,
                    "version": content.version,
                    "state": content.state,
                    "commitment": one.entry.commitment,
                },
            )
            drafts += pen.drafts
        return Change(who, tuple(drafts))

    return deed


def _receive(package: Package, evidence: Mapping[str, bytes], deed: DeedFunction) -> Receipt:
    """Evidence first: a record that is committed has its files. Where it is refused, they go again."""
    deed(package.store)
    here = package.files.sizes()
    new = {name: data for name, data in evidence.items() if name not in here}
    try:
        _write(package.path, new)
        return package.store.perform(deed)
    except (Refused, Unusable):
        for name in new:
            (package.path / name).unlink(missing_ok=True)
        raise


def _file_of(one: Sent, kinds: Kinds) -> str:
    return f"{RECORDS}/{kinds[one.content.kind].folder}/{one.number}.json"


def _fields(one: Sent, kinds: Kinds, bodies: Mapping[str, Body], sent: Sequence[Sent]) -> dict[str, Any]:
    numbers = {other.content.record: other.number for other in sent}
    kind = kinds[one.content.kind]
    return {
        "kind": kind.name,
        "id": one.content.record,
        "number": one.number,
        "state": kind.lifecycle.initial,
        "serves": list(one.content.serves),
        "links": {relation: [numbers[t] for t in targets] for relation, targets in one.content.links.items()},
        **bodies[one.content.record],
    }


# --- restoring -------------------------------------------------------------------------------------------------------


def _restore(package: Package, other: Package, ours: Sequence[Sealed], theirs: Sequence[Sealed]) -> Imported:
    """Take over the longer ledger of the same organisation, its records' files and its evidence.

    Repeating it after it was interrupted carries on: what is here already and is the same is passed over.
    """
    shared = min(len(ours), len(theirs))
    if (at := next((i for i in range(shared) if ours[i].leaf != theirs[i].leaf), None)) is not None:
        raise Unusable([problem(ENTRIES, "import.diverged", line=at + 1)])
    if len(theirs) <= len(ours):
        return Imported(None, (), continued=True)
    coming = {name: other.files.read(name) for name in other.files.names() if _below(name, RECORDS, EVIDENCE)}
    here = package.files.sizes()
    new = {n: data for n, data in coming.items() if n not in here or package.files.read(n) != data}
    elsewhere = {item.frame.id for item in other.working if item.frame.id}
    moved = {item.file for item in package.working if item.frame.id in elsewhere and item.file not in coming}
    if problems := list(_overwritten(package, new, moved)):
        raise Unusable(problems)
    ledger = {name: other.files.read(name) for name in other.files.names() if _below(name, LEDGER)}
    own_ledger = {name for name in here if _below(name, LEDGER)}
    package.with_files({**new, **ledger}, gone=moved | own_ledger)
    for name in moved:
        (package.path / name).unlink(missing_ok=True)
    _write(package.path, new)
    package.store.adopt(theirs)
    return Imported(None, tuple(new), continued=True)


def _overwritten(package: Package, new: Mapping[str, bytes], moved: Collection[str]) -> Iterator[Problem]:
    """Edits and evidence that stand only here."""
    for item in package.unrecorded():
        if item.file in new or item.file in moved:
            yield problem(item.file, "import.unrecorded")
    current = [record.current for record in package.store.records().values()]
    recorded = {pair for version in current for pair in Sent(version.content, version.entry).attached.items()}
    for name in new:
        there = _below(name, EVIDENCE) and name in package.files.sizes()
        if there and (name, sha256_hex(package.files.read(name))) not in recorded:
            yield problem(name, "import.evidence-differs", file=name)


def _below(name: str, *folders: str) -> bool:
    return name.partition("/")[0] in folders


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    """Raises :class:`Unusable` where one cannot be written."""
    for name, data in files.items():
        try:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            put(root / name, data)
        except OSError as error:
            raise Unusable([problem(name, "file.not-writable", detail=error.strerror or "")]) from None
