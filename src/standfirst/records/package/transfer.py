"""Packages on their way: the whole as a zip, a hand-over of some records with proofs, and what comes in.

A hand-over is one ``handover.json`` with the records' current contents, their ledger entries and RFC 9162 inclusion
proofs to one head, and their evidence files. It proves itself without the rest of the ledger.
"""

import io
import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Draft
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Entry, Head, Sealed, check, commitment_to, leaf_of
from standfirst.records.package.door import HANDOVER, MANIFEST, Files, FolderFiles, open_files
from standfirst.records.package.package import Package, content_flaw
from standfirst.records.package.recording import Acting
from standfirst.records.package.store import LEDGER, read_ledger
from standfirst.records.package.working import EVIDENCE, RECORDS
from standfirst.records.pen import Pen
from standfirst.records.record import Content
from standfirst.records.workspace import Receipt, Workspace
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.trust.digests import sha256_hex
from standfirst.trust.errors import Rejected
from standfirst.trust.merkle import MerkleTree, verify_inclusion

HANDOVER_FORM = "standfirst-handover/1"


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it arrives: the content, its entry, and the ledger it comes from."""

    content: Content
    entry: Entry
    commitment: str


# --- out -------------------------------------------------------------------------------------------------------------


def export(package: Package) -> bytes:
    """The whole package as a zip; the same package gives the same bytes."""
    left_out = {f"{LEDGER}/lock"}
    return _zipped((name, package.files.read(name)) for name in package.files.names() if name not in left_out)


def handover(package: Package, numbers: Collection[str]) -> bytes:
    """Some records with proofs, as a zip. Raises :class:`Unusable` for numbers that are not recorded."""
    store = package.store
    ids = store.numbered(numbers)
    unknown = [n for n in numbers if n not in ids]
    if unknown:
        raise Unusable([problem("--only", "number.unknown", field=number) for number in unknown])
    ledger = store.ledger()
    tree = MerkleTree(bytes.fromhex(sealed.leaf) for sealed in ledger)
    records = store.records(list(ids.values()))
    items = []
    attached: set[str] = set()
    for number in sorted(numbers):
        version = records[ids[number]].current
        sealed = ledger[version.entry.sequence]
        attached |= {a["file"] for a in version.content.body.get("attachments", ())}
        items.append(
            {
                "entry": sealed.entry.decode(),
                "salt": sealed.salt.hex(),
                "content": (sealed.content or b"").decode(),
                "proof": [step.hex() for step in tree.inclusion_proof(version.entry.sequence)],
            }
        )
    document = {
        "form": HANDOVER_FORM,
        "organisation": package.manifest.organisation,
        "fictional": package.manifest.fictional,
        "simulation": store.simulation,
        "ledger": ledger[0].leaf,
        "head": {"size": store.head.size, "root": store.head.root},
        "records": items,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    return _zipped([(HANDOVER, text), *((name, package.files.read(name)) for name in sorted(attached))])


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


# --- proving ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    organisation: str
    fictional: bool
    simulation: bool
    ledger: str
    head: Head
    sent: tuple[Sent, ...]


def read_handover(files: Files) -> Handover:
    """Read and prove a hand-over. Raises :class:`Unusable` naming the record whose proof, content or file does not hold."""
    try:
        value: Any = json.loads(files.read(HANDOVER))
        if value["form"] != HANDOVER_FORM:
            raise Unusable([problem(HANDOVER, "handover.other-form", form=str(value["form"]))])
        head = Head(value["head"]["size"], value["head"]["root"])
        items = list(value["records"])
        about = (
            str(value["organisation"]),
            bool(value["fictional"]),
            bool(value["simulation"]),
            str(value["ledger"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable([problem(HANDOVER, "handover.unreadable", detail=type(error).__name__)]) from None
    problems: list[Problem] = []
    sent: list[Sent] = []
    for index, item in enumerate(items):
        try:
            sent.append(_proved(item, head))
        except (Rejected, ValueError, KeyError, TypeError, AttributeError):
            problems.append(problem(HANDOVER, "handover.not-proved", field=f"records[{index}]"))
    problems += [fault for one in sent for fault in _evidence_faults(one, files)]
    if problems:
        raise Unusable(problems)
    return Handover(*about, head, tuple(sent))


def _proved(item: Mapping[str, Any], head: Head) -> Sent:
    data = item["entry"].encode()
    entry = Entry.from_bytes(data)
    content = item["content"].encode()
    if commitment_to(bytes.fromhex(item["salt"]), content) != entry.commitment:
        raise ValueError("content")
    verify_inclusion(
        leaf=bytes.fromhex(leaf_of(data)),
        index=entry.sequence,
        size=head.size,
        proof=[bytes.fromhex(step) for step in item["proof"]],
        root=bytes.fromhex(head.root),
    )
    return Sent(Content.from_bytes(content), entry, entry.commitment)


def _evidence_faults(sent: Sent, files: Files) -> Iterable[Problem]:
    names = set(files.names())
    for attachment in sent.content.body.get("attachments", ()):
        name = attachment["file"]
        if name not in names or sha256_hex(files.read(name)) != attachment["sha256"]:
            yield problem(name, "evidence.missing", field=sent.entry.number, file=name)


# --- in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    receipt: Receipt | None
    files: tuple[str, ...]
    continued: bool


def import_into(
    package: Package,
    source: Path,
    kinds: Kinds,
    *,
    actor: str,
    why: str,
    acting: Acting,
    only: Collection[str] = (),
) -> Imported:
    """Bring ``source`` (a package or a hand-over) in, all or nothing.

    The same organisation's longer ledger continues this one. Another organisation's records become new records of
    ours, in their first state, with their provenance; a number that is taken is reported, never changed silently.
    """
    files = open_files(source)
    if HANDOVER not in files.names():
        theirs, head = read_ledger(files)
        if (broken := check(theirs, head)) is not None:
            raise Unusable([Problem(str(source), broken.sequence + 1, "", broken.reason)])
        ours = package.store.ledger()
        if theirs and ours and theirs[0].leaf == ours[0].leaf:
            return _continue(package, files, ours, theirs)
        sent = _current(theirs)
        origin = theirs[0].leaf if theirs else ""
    else:
        proved = read_handover(files)
        sent, origin = list(proved.sent), proved.ledger
    chosen = [one for one in sent if not only or one.entry.number in only]
    return _receive(package, files, chosen, origin, kinds, actor=actor, why=why, acting=acting)


def _continue(package: Package, files: Files, ours: Sequence[Sealed], theirs: Sequence[Sealed]) -> Imported:
    """Restore: take over the longer ledger of the same organisation, its records' files and its evidence."""
    shared = min(len(ours), len(theirs))
    if any(a.leaf != b.leaf for a, b in zip(ours[:shared], theirs[:shared], strict=True)):
        at = next(i for i in range(shared) if ours[i].leaf != theirs[i].leaf)
        raise Unusable([problem("ledger/entries.jsonl", "import.diverged", line=at + 1)])
    if len(theirs) <= len(ours):
        return Imported(None, (), continued=True)
    if package.unrecorded():
        raise Unusable([problem(str(package.path), "import.unrecorded")])
    wanted = [n for n in files.names() if n.split("/")[0] in (RECORDS, EVIDENCE, LEDGER) or n == MANIFEST]
    for name in sorted(wanted, key=lambda n: (n.startswith(LEDGER), n == f"{LEDGER}/head.json")):
        target = package.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files.read(name))
    return Imported(None, tuple(wanted), continued=True)


def _current(ledger: Sequence[Sealed]) -> list[Sent]:
    latest: dict[str, Sent] = {}
    for sealed in ledger:
        if sealed.content is not None:
            entry, content = Entry.from_bytes(sealed.entry), Content.from_bytes(sealed.content)
            latest[content.record] = Sent(content, entry, entry.commitment)
    return list(latest.values())


def _receive(
    package: Package,
    files: Files,
    sent: Sequence[Sent],
    origin: str,
    kinds: Kinds,
    *,
    actor: str,
    why: str,
    acting: Acting,
) -> Imported:
    problems = list(_clashes(package, files, sent, kinds))
    if problems:
        raise Unusable(problems)
    if not sent:
        return Imported(None, (), continued=False)

    def deed(workspace: Workspace) -> Change:
        who = acting(workspace, actor)
        return Change(
            who, tuple(draft for one in sent for draft in _drafts(workspace, who, one, kinds, origin, why))
        )

    written = _write(package, files, sent)
    receipt = package.store.perform(deed)
    for one in sent:
        text = json.dumps(_working_file(one, kinds, sent), ensure_ascii=False, indent=2) + "\n"
        path = package.path / _file_of(one, kinds)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written.append(_file_of(one, kinds))
    return Imported(receipt, tuple(written), continued=False)


def _clashes(package: Package, files: Files, sent: Sequence[Sent], kinds: Kinds) -> Iterable[Problem]:
    taken = package.store.numbered([one.entry.number for one in sent])
    present = package.store.records([one.content.record for one in sent])
    coming = {one.content.record for one in sent}
    here = set(package.files.names())
    for one in sent:
        number = one.entry.number
        if one.content.kind not in kinds:
            yield problem(
                number, "record.unknown-kind", field="kind", kind=one.content.kind, known=kinds.names
            )
            continue
        if (flaw := content_flaw(one.content, kinds)) is not None:
            yield Problem(number, 0, "", flaw)
            continue
        if number in taken:
            yield problem(number, "import.number-taken", number=number)
        if one.content.record in present:
            yield problem(number, "import.record-present", number=number)
        for targets in one.content.links.values():
            for target in targets:
                if target not in coming:
                    yield problem(number, "import.link-left-behind", field="links", target=target)
        for attachment in one.content.body.get("attachments", ()):
            name = attachment["file"]
            if name in here and sha256_hex(package.files.read(name)) != attachment["sha256"]:
                yield problem(number, "import.evidence-differs", field="attachments", file=name)
        yield from _evidence_faults(one, files)


def _drafts(
    workspace: Workspace, who: Actor, one: Sent, kinds: Kinds, origin: str, why: str
) -> Sequence[Draft]:
    """Written as everything is written: an import grants nobody what their role does not."""
    kind = kinds[one.content.kind]
    pen = Pen(workspace, who, kind, one.content.record, None, why)
    pen.write(
        kind.upcast(one.content.body, one.content.schema),
        serves=one.content.serves,
        links=one.content.links,
        number=one.entry.number,
        origin={
            "ledger": origin,
            "record": one.content.record,
            "version": one.content.version,
            "state": one.content.state,
            "commitment": one.commitment,
        },
    )
    return pen.drafts


def _write(package: Package, files: Files, sent: Sequence[Sent]) -> list[str]:
    """Evidence first: a record that is committed has its files."""
    assert isinstance(package.files, FolderFiles)
    written = []
    for name in sorted({a["file"] for one in sent for a in one.content.body.get("attachments", ())}):
        target = package.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files.read(name))
        written.append(name)
    return written


def _file_of(one: Sent, kinds: Kinds) -> str:
    return f"{RECORDS}/{kinds[one.content.kind].folder}/{one.entry.number}.json"


def _working_file(one: Sent, kinds: Kinds, sent: Sequence[Sent]) -> dict[str, Any]:
    numbers = {other.content.record: other.entry.number for other in sent}
    kind = kinds[one.content.kind]
    return {
        "kind": kind.name,
        "id": one.content.record,
        "number": one.entry.number,
        "state": kind.lifecycle.initial,
        "serves": list(one.content.serves),
        "links": {relation: [numbers[t] for t in targets] for relation, targets in one.content.links.items()},
        **kind.upcast(one.content.body, one.content.schema),
    }
