"""Which results of a grantor a grant opens, and how much of them may be told to this visitor now.

No grant says "for an audit": its purpose is free text, which opens nothing, and one that links an audit opens what that
audit is tied to and no whole kind. So the kinds decide. A requirement is open under a grant that names every kind which its
result can rest on: those that its criteria look at, whole or by what serves it, the kind that speaks against
requirements, and those that decide what is asked at all. A report is open where every requirement is.

What is open is told as far as the records are. A reason that names a record outside the grant, one that was erased, or one
that is to be opened first, is not told: its words would say what that record says. Outcomes of criteria and the status are
told nevertheless, since the grantor opened all that they are computed from; they name no record. Never told, whatever the
grant: what would make a no a yes (that would be consultancy), hints, history, and who serves what.

Looking is recorded once a visit, in the grantor's ledger and by carrying over in the reader's, as is a decision about a
record: about the grant itself, with the reason ``reading.readiness``.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.register import NAMING
from standfirst.management.export_control import Decision
from standfirst.management.kinds import OWN_KINDS
from standfirst.records.change import Change, Refused
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.server.exchange import visiting
from standfirst.server.exchange.service import service
from standfirst.server.exchange.visiting import Asked, Granted
from standfirst.server.readiness import asked
from standfirst.server.readiness.asked import AT_ONCE
from standfirst.server.readiness.gathering import gathered
from standfirst.server.reading import missing
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

LOOKED: Final = Decision("unclassified", Reason("reading.readiness"))
"""Nobody classifies results; each record that they name is asked about by itself."""

NUMBER: Final = re.compile(r"\b[A-Z]{2,4}-[0-9]{4,8}\b")
NAMED: Final = 12
"""Records that a refusal names."""


# --- what the grant opens --------------------------------------------------------------------------------------------


@cache
def needed(requirement: str) -> frozenset[str]:
    """Every kind of which a record can make the result another one. The method names some that are not built: no record is
    of these and no grant may name them; a release that has them opens nothing by an older grant.
    """
    sights = asked.current().sights
    seen = sights.seen((requirement,))
    known = {kind.name for kind in OWN_KINDS}
    return (seen.whole | seen.serving | sights.deciding | {sights.adverse.kind}) & known


def open_requirements(kinds: Collection[str]) -> frozenset[str]:
    """Those whose results a grant of these kinds opens."""
    granted = frozenset(kinds)
    return frozenset(name for name in asked.current().edition.by_id if needed(name) <= granted)


def opened_by(found: Granted) -> frozenset[str]:
    """None of an organisation of which this edition asks nothing."""
    kinds = found.terms.body.get("kinds", ())
    return open_requirements(kinds) if asked.is_asked(found.there.organisation) else frozenset()


def is_any_open(found: Granted) -> bool:
    return bool(opened_by(found))


# --- looking is recorded ---------------------------------------------------------------------------------------------


def looked(found: Granted) -> str:
    """The number of the record that says that this visitor looks at results in this visit; in one query."""
    return visiting.recorded(found, found.grant, LOOKED)


def look(found: Granted, at: datetime) -> DeedFunction:
    """Recorded once a visit. Raises Refused ``record.missing`` where no result is open to this visitor any more."""

    def deed(workspace: Workspace) -> Change:
        visit = found.visit
        there = workspace.records([found.grant.id, visit.id]) if visit else {}
        if visit is None or len(there) < len({found.grant.id, visit.id}):
            raise missing()
        grant = there[found.grant.id]
        terms = grant.current.content
        closed = visiting.is_closed(terms, there[visit.id].current.content, at)
        if closed or not open_requirements(terms.body.get("kinds", ())):
            raise missing()
        if visiting.recorded(found, grant, LOOKED):
            return Change(service(found.there.organisation), ())
        return visiting.written_down(found, workspace, grant, LOOKED, at)

    return deed


# --- what of a result may be told ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """Records that results name, by number, as this visitor stands before them. What is not here is outside the grant."""

    asked: Mapping[str, Asked]

    def shown(self, number: str) -> bool:
        return number in self.asked and self.asked[number].shown

    def leaves(self, number: str) -> bool:
        return number in self.asked and self.asked[number].leaves

    def tells(self, reason: Reason) -> bool:
        """Whether every record that a reason names may be read now."""
        return all(self.shown(number) for number in named((reason,)))

    def closed(self, reason: Reason) -> list[str]:
        """Records that it names and that the grant covers, but that are to be opened first or may not be read."""
        return [number for number in named((reason,)) if number in self.asked and not self.shown(number)]

    def outside(self, reason: Reason) -> bool:
        return any(number not in self.asked for number in named((reason,)))


def named(reasons: Iterable[Reason]) -> list[str]:
    """Numbers of records in the reasons' parameters, and wherever else a sentence would say one."""
    return list(dict.fromkeys(number for reason in reasons for number in _named(reason)))


def _named(reason: Reason) -> Iterator[str]:
    for name in NAMING:
        value = reason.parameters.get(name, ())
        for text in value if isinstance(value, tuple) else (str(value),):
            yield from NUMBER.findall(str(text))
    yield from NUMBER.findall(sentence(reason))


def reasons_of(result: Result) -> list[Reason]:
    """All that are told of it; remedies are none of them."""
    told = [*result.adverse, *(r for r in (result.left_out, result.taken_in) if r)]
    return [*(reason for _, answer in result.answers for reason in answer.reasons), *told]


def labels(results: Iterable[Result]) -> set[str]:
    found = list(results)
    records = {label for result in found for _, answer in result.answers for label in answer.records}
    return {*named(reason for result in found for reason in reasons_of(result)), *records}


def seen(found: Granted, numbers: Collection[str], at: datetime) -> Seen:
    """In two queries, whatever their number, and no record's content is read."""
    rows = list(visiting.rows(found).filter(number__in=list(numbers)))
    judged = visiting.asked(found, {row.record: row.version for row in rows}, at)
    return Seen({row.number: judged[row.record] for row in rows})


def seen_and_looked(found: Granted, numbers: Collection[str], at: datetime) -> tuple[Seen, str]:
    """Both in one query, for a page about few records."""
    judged, beside = visiting.some(found, numbers, at)
    return Seen(judged), visiting.said_of(found.grant, LOOKED, beside.values())


# --- the report ------------------------------------------------------------------------------------------------------


def is_too_long(found: Granted) -> bool:
    """For a report that is made while a visitor waits."""
    return bool(found.there.head.size > AT_ONCE)


def for_report(found: Granted, at: datetime) -> Assessed:
    """The whole assessment, where all that it names may be taken away: a file cannot be half told, and is not called back.

    Raises Refused ``record.missing`` where a requirement is not open, else with what stands in the way.
    """
    if opened_by(found) != frozenset(asked.current().edition.by_id):
        raise missing()
    if is_too_long(found):
        raise Refused(Reason("report.too-long"))
    it = gathered(found.there.organisation)
    deciding = asked.current().sights.deciding
    numbers = labels(it.results) | {n for n, about in it.records.items() if about["kind"] in deciding}
    may = seen(found, numbers, at)
    if not numbers <= may.asked.keys():
        raise Refused(Reason("report.outside-grant"))
    kept = sorted(number for number in numbers if not may.leaves(number))
    if kept:
        raise Refused(Reason("report.to-be-opened", {"records": tuple(kept[:NAMED])}))
    return replace(it, records={number: about for number, about in it.records.items() if number in numbers})
