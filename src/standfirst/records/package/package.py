"""A package, opened: what is recorded, what stands in the working files, and where the two differ."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from standfirst.records.kind import Kinds
from standfirst.records.memory import Clock, now
from standfirst.records.package.door import HANDOVER, MANIFEST, Files, open_files
from standfirst.records.package.manifest import Manifest, read_manifest
from standfirst.records.package.store import CONTENTS, ENTRIES, LEDGER, PackageStore
from standfirst.records.package.working import (
    EVIDENCE,
    RECORDS,
    Reading,
    Working,
    link_problems,
    read_working_files,
)
from standfirst.records.projection import facts_of
from standfirst.records.record import Content, Record
from standfirst.standards.facts import Fact
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import dotted
from standfirst.trust.digests import sha256_hex

T = TypeVar("T")

CLOCK_TOLERANCE = timedelta(hours=26)  # two machines' clocks and every time zone
LOOSE = ("README", "LICENSE", "NOTICE", "ATTRIBUTION")


class Difference(StrEnum):
    """How a working file differs from what is recorded."""

    NEW = "new"
    EDITED = "edited"
    MOVED = "moved"
    TEMPLATE = "template"
    FILE_MISSING = "file-missing"


@dataclass(frozen=True, slots=True)
class Unrecorded:
    file: str
    number: str
    difference: Difference


class Package:
    """An opened package without problems. Its facts are what is recorded; the rest is shown and does not count."""

    def __init__(
        self,
        path: Path,
        files: Files,
        manifest: Manifest,
        store: PackageStore,
        working: Sequence[Working],
        evidence: Callable[[str], str | None],
    ) -> None:
        self.path, self.files, self.manifest, self.store, self.working = path, files, manifest, store, working
        self._evidence = evidence

    def facts(self) -> list[Fact]:
        records = self.store.records()
        gone = {i for i, record in records.items() if not self._has_evidence(record)}
        return list(facts_of(records.values(), self.store.kinds, without_evidence=gone))

    def unrecorded(self) -> list[Unrecorded]:
        """Working files that differ from what is recorded, and records whose file is gone."""
        records = self.store.records()
        labels = self.labels()
        found = [self._difference(item, records.get(item.frame.id or ""), labels) for item in self.working]
        with_file = {item.frame.id for item in self.working}
        missing = [
            Unrecorded("", r.number, Difference.FILE_MISSING)
            for i, r in records.items()
            if i not in with_file
        ]
        return [item for item in found if item is not None] + missing

    def labels(self) -> Mapping[str, tuple[str, str]]:
        """What a link may name: number, or stem of a working file -> (id or file, kind)."""
        return labels_of(self.working, self.store.records())

    def _difference(
        self, item: Working, record: Record | None, labels: Mapping[str, tuple[str, str]]
    ) -> Unrecorded | None:
        if item.templates:
            return Unrecorded(item.file, item.frame.number or "", Difference.TEMPLATE)
        if record is None:
            return Unrecorded(item.file, "", Difference.NEW)
        content = record.current.content
        links = {
            relation: tuple(labels[t][0] for t in targets) for relation, targets in item.frame.links.items()
        }
        if (dict(content.body), content.serves, dict(content.links)) != (
            dict(item.body),
            item.frame.serves,
            links,
        ):
            return Unrecorded(item.file, record.number, Difference.EDITED)
        return Unrecorded(item.file, record.number, Difference.MOVED) if content.state != item.state else None

    def _has_evidence(self, record: Record) -> bool:
        attached = record.current.content.body.get("attachments", ())
        return all(self._evidence(a["file"]) == a.get("sha256") for a in attached)


def open_package(
    path: Path,
    kinds: Kinds,
    requirements: Collection[str],
    *,
    today: datetime | None = None,
    clock: Clock = now,
) -> Package:
    """Read a whole package. Raises :class:`Unusable` with every problem at once, each with file, line and field.

    ``today`` (default: the clock's) is only the day after which nothing can have happened yet.
    """
    files = open_files(path)
    if HANDOVER in files.names():
        raise Unusable([problem(str(path), "package.is-handover")])
    evidence = _digests(files)
    problems = list(_stray(files))
    manifest = _gathered(problems, lambda: read_manifest(files))
    store = _gathered(problems, lambda: PackageStore(files, kinds, clock=clock))
    moment = (
        max(today or clock(), store.last_time)
        if store and store.simulation and store.last_time
        else today or clock()
    )
    reading = Reading(kinds, requirements, moment.date(), evidence, problems)
    working = read_working_files(files, reading)
    if store is not None:
        reading.problems.extend(_record_problems(store, moment))
        reading.problems.extend(_identity_problems(working, store))
        if not reading.problems:  # a file that did not read would make good links look broken
            reading.problems.extend(link_problems(working, labels_of(working, store.records())))
    if reading.problems or manifest is None or store is None:
        raise Unusable(sorted(reading.problems, key=lambda p: (p.file, p.line)))
    return Package(path, files, manifest, store, working, evidence)


def content_flaw(content: Content, kinds: Kinds) -> Reason | None:
    """What keeps recorded content from being read in this release."""
    if content.kind not in kinds:
        return Reason("record.unknown-kind", {"kind": content.kind, "known": kinds.names})
    kind = kinds[content.kind]
    if content.schema > kind.schema:
        return Reason("ledger.newer", {})
    if content.state not in kind.lifecycle.states:
        return Reason("record.unknown-state", {"state": content.state, "known": kind.lifecycle.states})
    try:
        kind.body.model_validate(kind.upcast(content.body, content.schema))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return Reason("record.other-shape", {"field": dotted(fault["loc"]), "detail": fault["msg"]})
    flaws = kind.inspect(content.body) if kind.inspect else ()
    return flaws[0][1] if flaws else None


def _record_problems(store: PackageStore, now_: datetime) -> Iterator[Problem]:
    """Recorded content that this release cannot read, or that claims to have been recorded tomorrow."""
    for record in store.records().values():
        current = record.current
        if (flaw := content_flaw(current.content, store.kinds)) is not None:
            yield Problem(CONTENTS, current.entry.sequence + 1, "", flaw)
        if current.entry.recorded_at > now_ + CLOCK_TOLERANCE:
            time = current.entry.recorded_at.isoformat()
            yield problem(ENTRIES, "ledger.in-the-future", line=current.entry.sequence + 1, time=time)


def labels_of(working: Sequence[Working], records: Mapping[str, Record]) -> Mapping[str, tuple[str, str]]:
    stems = Counter(item.stem for item in working)
    labels = {
        item.stem: (item.frame.id or item.file, item.kind.name) for item in working if stems[item.stem] == 1
    }
    labels |= {
        item.frame.number: (item.frame.id or item.file, item.kind.name)
        for item in working
        if item.frame.number
    }
    return labels | {record.number: (record.id, record.kind) for record in records.values()}


def _gathered(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Unusable as error:
        problems.extend(error.problems)
        return None


def _identity_problems(working: Sequence[Working], store: PackageStore) -> Iterator[Problem]:
    """Two files with one id or one number; a file that claims another number or kind than its record has."""
    for attribute in ("id", "number"):
        seen: dict[str, Working] = {}
        for item in working:
            value = getattr(item.frame, attribute)
            if value and value in seen:
                yield item.problem(
                    f"record.{attribute}-twice", attribute, value=value, other=seen[value].file
                )
            elif value:
                seen[value] = item
    records = store.records()
    numbers = store.numbered([item.frame.number for item in working if item.frame.number])
    for item in working:
        record = records.get(item.frame.id or "")
        if record is None and item.frame.number and item.frame.number in numbers:
            yield item.problem("number.taken", "number", number=item.frame.number)
        elif record is not None and item.frame.number and item.frame.number != record.number:
            yield item.problem(
                "record.other-number", "number", number=item.frame.number, recorded=record.number
            )
        if record is not None and record.kind != item.kind.name:
            yield item.problem("record.other-kind", "kind", kind=item.kind.name, recorded=record.kind)


def _stray(files: Files) -> Iterator[Problem]:
    for name in files.names():
        top = PurePosixPath(name).parts[0]
        known = top in (RECORDS, EVIDENCE, LEDGER) or name == MANIFEST or top.split(".")[0].upper() in LOOSE
        if not known:
            yield problem(name, "package.stray-file")


def _digests(files: Files) -> Callable[[str], str | None]:
    """SHA-256 of an evidence file, read once; None for one that is not there."""
    names = set(files.names())
    known: dict[str, str] = {}

    def digest(name: str) -> str | None:
        if name not in names:
            return None
        if name not in known:
            known[name] = sha256_hex(files.read(name))
        return known[name]

    return digest
