"""A package, opened: what is recorded, what stands in the working files, and where the two differ."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import ValidationError

from standfirst.records.faults import timeless_field
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Entry
from standfirst.records.memory import Clock
from standfirst.records.package.door import HANDOVER, MANIFEST, Files, Overlaid, open_files
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
from standfirst.records.projection import FIRST_ZONE, facts_of
from standfirst.records.record import Content, Erased, Record
from standfirst.records.signature import GONE, NOWHERE, Basis, keys_in, verify
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
    ERASED = "erased"
    FILE_MISSING = "file-missing"


@dataclass(frozen=True, slots=True)
class Unrecorded:
    file: str
    number: str
    difference: Difference

    @property
    def reason(self) -> Reason:
        return Reason(f"unrecorded.{self.difference.value}", {"file": self.file, "record": self.number})


class Package:
    """An opened package without problems. Its facts are what is recorded; the rest is shown and does not count."""

    def __init__(
        self,
        path: Path,
        files: Files,
        *,
        manifest: Manifest,
        store: PackageStore,
        working: Sequence[Working],
        evidence: Callable[[str], str | None],
        again: Callable[..., "Package"],
        aside: Sequence[Problem] = (),
    ) -> None:
        self.path, self.files, self.manifest, self.store, self.working = path, files, manifest, store, working
        self.evidence, self._again = evidence, again
        self.aside = aside  # problems of working files that were set aside

    def with_files(self, written: Mapping[str, bytes], *, gone: Collection[str] = ()) -> "Package":
        """The package as it would be; nothing is written. Raises :class:`Unusable` with the problems that it would get."""
        files = Overlaid(self.files, written, gone=gone)
        try:
            return self._again(self.path, files)
        except Unusable as error:
            new = [found for found in error.problems if found not in self.aside]
        if new:
            raise Unusable(new)
        return self._again(self.path, files, lenient=True)

    def require_room(self, written: Mapping[str, bytes]) -> None:
        """Raises :class:`Unusable` where files of these names and sizes cannot lie in the package beside the others."""
        Overlaid(self.files, written)

    def beside(self, path: Path, files: Files) -> "Package":
        """Another package, read by the same rules on the same day. Raises :class:`Unusable`."""
        return self._again(path, files)

    def facts(self) -> list[Fact]:
        records = self.store.records()
        gone = {i for i, record in records.items() if not self._has_evidence(record)}
        basis = basis_of(self.store)
        return list(facts_of(records.values(), self.store.kinds, without_evidence=gone, basis=basis))

    def unrecorded(self) -> list[Unrecorded]:
        """Working files that differ from what is recorded, those of erased records, and records whose file is gone."""
        records = self.store.records()
        labels = self.labels()
        erased = self.store.erased()
        found = [
            Unrecorded(item.file, erased[item.frame.id].number, Difference.ERASED)
            if item.frame.id and item.frame.id in erased
            else self._difference(item, records.get(item.frame.id or ""), labels)
            for item in self.working
        ]
        with_file = {item.frame.id for item in self.working}
        missing = [
            Unrecorded("", r.number, Difference.FILE_MISSING)
            for i, r in records.items()
            if i not in with_file
        ]
        return [item for item in found if item is not None] + missing

    def labels(self) -> Mapping[str, tuple[str, str]]:
        """What a link may name: number, or stem of a working file -> (id or file, kind)."""
        return labels_of(self.working, self.store)

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
        as_now = item.kind.upcast(content.body, content.schema)
        if (dict(as_now), content.serves, dict(content.links)) != (
            dict(item.body),
            item.frame.serves,
            links,
        ):
            return Unrecorded(item.file, record.number, Difference.EDITED)
        return Unrecorded(item.file, record.number, Difference.MOVED) if content.state != item.state else None

    def _has_evidence(self, record: Record) -> bool:
        attached = record.current.content.body.get("attachments", ())
        return all(self.evidence(a["file"]) == a.get("sha256") for a in attached)


def open_package(
    path: Path,
    kinds: Kinds,
    requirements: Collection[str],
    *,
    today: datetime | None = None,
    clock: Clock,
    lenient: bool = False,
) -> Package:
    """Read a whole package. Raises :class:`Unusable` with every problem at once, each with file, line and field.

    ``today`` is only the day after which nothing can have happened yet; default the clock's, in a simulation the last
    entry's. ``lenient`` sets working
    files with problems aside, for those who write to others: one person's half-done file stops nobody else.
    """
    files = open_files(path)
    return _read(
        path, files, kinds=kinds, requirements=requirements, today=today, clock=clock, lenient=lenient
    )


def _read(
    path: Path,
    files: Files,
    *,
    kinds: Kinds,
    requirements: Collection[str],
    today: datetime | None,
    clock: Clock,
    lenient: bool = False,
) -> Package:
    if HANDOVER in files.names():
        raise Unusable([problem(str(path), "package.is-handover")])
    evidence = _digests(files)
    problems = list(_stray(files))
    manifest = _gathered(problems, lambda: read_manifest(files))
    store = _gathered(problems, lambda: PackageStore(files, kinds, clock=clock))
    moment = today or clock() + FIRST_ZONE  # where the day begins first, it may be tomorrow already
    if store and store.simulation and store.last_time:  # simulated time stands still between deeds
        moment = max(today, store.last_time) if today else store.last_time
    reading = Reading(kinds, requirements, moment.date(), evidence, problems)
    working = read_working_files(files, reading)
    if store is not None:
        problems.extend(_record_problems(store, moment))
        problems.extend(_signature_problems(store))
        problems.extend(_identity_problems(working, store))
        unread = {PurePosixPath(found.file).stem for found in problems}
        problems.extend(link_problems(working, labels_of(working, store), unread=unread))
    if store is not None and not store.founded:
        problems.append(problem(LEDGER, "ledger.not-founded"))
    aside = [found for found in problems if lenient and found.file.startswith(f"{RECORDS}/")]
    if len(aside) < len(problems) or manifest is None or store is None:
        raise Unusable(sorted(problems, key=lambda p: (p.file, p.line)))
    spoiled = {found.file for found in aside}
    working = [item for item in working if item.file not in spoiled]
    again = partial(_read, kinds=kinds, requirements=requirements, today=today, clock=clock)
    return Package(
        path,
        files,
        manifest=manifest,
        store=store,
        working=working,
        evidence=evidence,
        again=again,
        aside=aside,
    )


def content_flaw(content: Content, kinds: Kinds) -> Reason | None:
    """What keeps recorded content from being read in this release."""
    if content.kind not in kinds:
        return Reason("record.unknown-kind", {"kind": content.kind, "known": kinds.names})
    kind = kinds[content.kind]
    if content.schema > kind.schema:
        return Reason("ledger.newer", {})
    if content.schema < 1:
        return Reason("record.other-shape", {"field": "schema", "detail": str(content.schema)})
    if content.state not in kind.lifecycle.states:
        return Reason("record.unknown-state", {"state": content.state, "known": kind.lifecycle.states})
    body = kind.upcast(content.body, content.schema)
    try:
        read = kind.body.model_validate(body).values()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return Reason("record.other-shape", {"field": dotted(fault["loc"]), "detail": fault["msg"]})
    if not _as_written(body, read):  # "3" for 3, a number for a day: read by a model, never written by one
        return Reason("record.other-shape", {"field": "", "detail": ""})
    if timeless := timeless_field(kind, body):
        return Reason("field.no-moment", {"value": str(body[timeless])})
    flaws = kind.inspect(body) if kind.inspect else ()
    return flaws[0][1] if flaws else None


def _as_written(stated: Any, read: Any) -> bool:
    """Whether a model reads a value as what it is; fields that it adds by default are its own affair."""
    if isinstance(stated, Mapping):
        return isinstance(read, Mapping) and all(
            key in read and _as_written(part, read[key]) for key, part in stated.items()
        )
    if isinstance(stated, list):
        return len(stated) == len(read) and all(map(_as_written, stated, read))
    return type(stated) is type(read) and bool(stated == read)


def _record_problems(store: PackageStore, now_: datetime) -> Iterator[Problem]:
    """Recorded content that this release cannot read, or that claims to have been recorded tomorrow; numbers that clash."""
    records, erased = store.records(), store.erased()
    taken: dict[str, str] = {}
    everything: tuple[Record | Erased, ...] = (*records.values(), *erased.values())
    for known in everything:
        for sequence, reason in _number_faults(known.entries, store.kinds, taken):
            yield Problem(ENTRIES, sequence + 1, "number", reason)
    for record in records.values():
        current = record.current
        if (flaw := content_flaw(current.content, store.kinds)) is not None:
            yield Problem(CONTENTS, current.entry.sequence + 1, "", flaw)
        if current.entry.recorded_at - now_ > CLOCK_TOLERANCE:
            time = current.entry.recorded_at.isoformat()
            yield problem(ENTRIES, "ledger.in-the-future", line=current.entry.sequence + 1, time=time)


def basis_of(store: PackageStore) -> Basis:
    """What the signatures of a package are verified against: its own ledger, and the passkeys that it knows."""
    first = store.ledger()[:1]
    return Basis(first[0].leaf, keys_in(store)) if first else NOWHERE


def _signature_problems(store: PackageStore) -> Iterator[Problem]:
    """Signatures that claim more than they show. One on content that was erased since claims nothing false."""
    basis, kinds = basis_of(store), {kind.name: kind for kind in store.kinds}
    for record in store.records().values():
        for seen in verify(record.versions, basis, kinds.get(record.kind)):
            if seen.flaw is not None and seen.flaw.code != GONE:
                yield Problem(ENTRIES, seen.version.entry.sequence + 1, "signature", seen.flaw)


def _number_faults(
    entries: Sequence[Entry], kinds: Kinds, taken: dict[str, str]
) -> Iterator[tuple[int, Reason]]:
    """One number for all of a record's versions, of its kind's form, and no other record's. Versions count from 1."""
    first = entries[0]
    for count, entry in enumerate(entries, 1):
        if entry.version != count:
            yield entry.sequence, Reason("ledger.version-gap", {"stated": entry.version, "expected": count})
        if entry.number != first.number:
            found = {"number": entry.number, "recorded": first.number}
            yield entry.sequence, Reason("record.other-number", found)
    if first.kind in kinds and not re.fullmatch(rf"{kinds[first.kind].prefix}-[0-9]{{4,8}}", first.number):
        malformed = {"number": first.number, "prefix": kinds[first.kind].prefix}
        yield first.sequence, Reason("number.malformed", malformed)
    if taken.setdefault(first.number, first.record) != first.record:
        yield first.sequence, Reason("number.taken", {"number": first.number})


def labels_of(working: Sequence[Working], store: PackageStore) -> Mapping[str, tuple[str, str]]:
    """What a link may name. A link to what was erased meanwhile stays as it was recorded."""
    stems = Counter(item.stem for item in working)
    labels = {
        item.stem: (item.frame.id or item.file, item.kind.name) for item in working if stems[item.stem] == 1
    }
    labels |= {
        item.frame.number: (item.frame.id or item.file, item.kind.name)
        for item in working
        if item.frame.number
    }
    known: tuple[Record | Erased, ...] = (*store.records().values(), *store.erased().values())
    return labels | {one.number: (one.id, one.kind) for one in known}


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
    yield from _shared_fields(working)
    records, erased = store.records(), store.erased()
    numbers = store.numbered([item.frame.number for item in working if item.frame.number])
    for item in working:
        record = records.get(item.frame.id or "") or erased.get(item.frame.id or "")
        if record is None and item.frame.number and item.frame.number in numbers:
            yield item.problem("number.taken", "number", number=item.frame.number)
        elif record is not None and item.frame.number and item.frame.number != record.number:
            yield item.problem(
                "record.other-number", "number", number=item.frame.number, recorded=record.number
            )
        if record is not None and record.kind != item.kind.name:
            yield item.problem("record.other-kind", "kind", kind=item.kind.name, recorded=record.kind)


def _shared_fields(working: Sequence[Working]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], Working] = {}
    for item in working:
        for field in item.kind.unique:
            key = (item.kind.name, field, str(item.body.get(field)))
            if key in seen:
                yield item.problem("record.not-unique", field, field=field, other=seen[key].file)
            seen.setdefault(key, item)


def _stray(files: Files) -> Iterator[Problem]:
    for name in files.names():
        top, slash, _ = name.partition("/")
        below = slash and top in (RECORDS, EVIDENCE, LEDGER)
        if not (below or is_loose(name) or name == MANIFEST):
            yield problem(name, "package.stray-file")


def is_loose(name: str) -> bool:
    """A file for human readers, such as README.md, which may lie beside what a package is made of."""
    return "/" not in name and name.partition(".")[0].upper() in LOOSE


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
