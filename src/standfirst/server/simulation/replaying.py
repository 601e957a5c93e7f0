"""The example package's year, told again by the same deeds: its people, documents, risks and measurements as they came.

Its people and products were there before the management system was written down, so here they come first.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from standfirst.management.founding import found
from standfirst.management.organisation import PERSON
from standfirst.management.products import PRODUCT
from standfirst.records.ledger import Deed
from standfirst.records.package.package import Package
from standfirst.records.record import Record, Version
from standfirst.server.simulation.calendar import BEGUN
from standfirst.server.simulation.stage import Script, Stage

EARLIER: Final[Mapping[tuple[str, str], date]] = {
    ("PRD-0001", "concept"): date(2024, 11, 26),
    ("PRD-0001", "research"): date(2024, 11, 26),
    ("PRD-0001", "engineering"): date(2024, 12, 9),
    ("PRD-0001", "deployment"): date(2025, 5, 12),
    ("PRD-0002", "concept"): date(2025, 1, 20),
    ("PRD-0002", "research"): date(2025, 2, 10),
    ("PRD-0002", "engineering"): date(2025, 4, 28),
    ("PRD-0003", "concept"): date(2025, 1, 20),
    ("PRD-0003", "research"): date(2025, 1, 27),
    ("PRD-0003", "engineering"): date(2025, 3, 3),
    ("PRD-0003", "deployment"): date(2025, 5, 19),
    ("PRD-0004", "concept"): date(2025, 5, 26),
}
"""When products came into their first states. In the package they were all entered on the day it began."""

_BEFORE: Final = date(2025, 6, 4)


def replay(package: Package, script: Script, stage: Stage) -> None:
    """Adds the package's deeds to a script, under the ids of its records, and its files to the stage."""
    for name in package.files.names():
        if name.startswith("evidence/") and not name.endswith(".md"):
            stage.keep(name, package.files.read(name))
    stage.keys |= {f"x:{record.number}": record.id for record in package.store.records().values()}
    handles = {r.id: str(r.current.content.body["handle"]) for r in _people(package)}
    for version in _in_order(package):
        day, at = _when(version)
        if version.entry.deed is Deed.FOUNDED:
            script.add(day, partial(_found, version), at=at)
        else:
            script.add(day, partial(_do, version, handles[version.entry.actor]), at=at)


def _people(package: Package) -> Iterator[Record]:
    return iter(package.store.records(kinds=(PERSON.name,)).values())


def _in_order(package: Package) -> list[Version]:
    every = (version for record in package.store.records().values() for version in record.versions)
    return sorted(every, key=lambda version: version.entry.sequence)


def _when(version: Version) -> tuple[date, datetime | None]:
    """Its own day and minute, unless it was there before the system was."""
    entry, content = version.entry, version.content
    day = entry.recorded_at.date()
    if day < _BEFORE and entry.kind == PERSON.name:
        return BEGUN, entry.recorded_at.replace(year=BEGUN.year, month=BEGUN.month, day=BEGUN.day)
    if day < _BEFORE and entry.kind == PRODUCT.name:
        return EARLIER[entry.number, content.state], None
    return day, entry.recorded_at.astimezone(UTC)


def _found(version: Version, stage: Stage) -> None:
    """The ledger begins, marked as a simulation of a fictional organisation. The founder gets an id of their own."""
    body = version.content.body
    stage.perform(found(name=body["name"], handle=body["handle"], simulation=True, fictional=True))
    (founder,) = stage.store.records()
    stage.keys[version.entry.record] = founder


def _do(version: Version, who: str, stage: Stage) -> None:
    entry, content = version.entry, version.content
    record = stage.named(entry.record)
    links = {relation: list(targets) for relation, targets in content.links.items()}
    if entry.deed is Deed.CREATED:
        body = dict(content.body)
        stage.create(
            who, entry.kind, body=body, why=content.why, serves=content.serves, links=links, record=record
        )
    elif entry.deed is Deed.AMENDED:
        stage.amend(who, record, body=content.body, serves=content.serves, links=links, why=content.why)
    else:
        stage.move(who, record, content.state, why=content.why)
