"""An organisation for the tests of the report, made of the method's own example cases: every status occurs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from standfirst.conformity.assess import Result, assess
from standfirst.conformity.built import Built
from standfirst.conformity.cases import fact_of
from standfirst.conformity.document import Assessed
from standfirst.management.kinds import OWN_KINDS
from standfirst.pictures.figure import Figure
from standfirst.pictures.measured import CheckRow, Measured
from standfirst.pictures.palette import POSSIBLE
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import CaseFact
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Domain, Stage

AT = date(2026, 6, 15)
ALL = Profile(id="all", title="The whole edition")
NOTHING_BUILT = Built({}, {})
FIGURE = Figure(
    "ages",
    "Ages of <values> of Nordlicht-1",
    "Bar chart. Two values are young, one is old.",
    {
        "height": 80,
        "data": {"values": [{"age": "up to 7 d", "values": 2}, {"age": "over 7 d & more", "values": 1}]},
        "mark": {"type": "bar", "color": POSSIBLE},
        "encoding": {
            "y": {"field": "age", "type": "ordinal", "sort": None, "title": None},
            "x": {"field": "values", "type": "quantitative"},
        },
    },
)
CHECKS = (
    CheckRow("staleness", "nonconform", "4 of 271 (0.0148; interval 0.0040 to 0.0374)", "at most 7 d"),
    CheckRow("coherence limit 2q", "", "51 of 138 <interval>", "", ("no-elements",)),
)
MEASURED = Measured(CHECKS, (FIGURE,))


@lru_cache
def house() -> tuple[tuple[Fact, ...], tuple[Result, ...]]:
    """Facts with labels as in life, and a result for each requirement from its own case: met, failing, empty, ..."""
    facts: list[Fact] = []
    results: list[Result] = []
    for place, (requirement, item) in enumerate(assessment_method().by_id.items()):
        cases = item.cases
        written = (cases.meets.facts, cases.failing_facts(), ())[min(place % 6, 2)]
        own = _labelled(written, requirement, cases.meets.at, facts)
        facts += own
        profile = (
            ALL
            if place % 6 != 4
            else Profile(id="tier-0", title="Tier 0", stages=(Stage.DECOMMISSIONING,), tier=0)
        )
        built = NOTHING_BUILT if place % 6 == 5 else None
        found = assess(edition(), assessment_method(), Facts(own, profile.reach), profile, AT, built=built)
        results.append(next(result for result in found if result.requirement.id == requirement))
    return tuple(facts), tuple(results)


def _labelled(written: Sequence[CaseFact], requirement: str, at: date, before: Sequence[Fact]) -> list[Fact]:
    count = {kind: sum(fact.kind == kind for fact in before) for kind in {fact.kind for fact in written}}
    ids = {fact.name: f"{requirement}/{fact.name}" for fact in written}
    prefixes: Mapping[str, str] = {kind.name: kind.prefix for kind in OWN_KINDS}
    shift = AT - at
    made = []
    for item in written:
        fact = fact_of(item)
        count[fact.kind] += 1
        made.append(
            replace(
                fact,
                id=ids[item.name],
                label=f"{prefixes.get(fact.kind, 'NEW')}-{fact.kind[:2].upper()}{count[fact.kind]:04}",
                title=item.name.replace("-", " ").capitalize(),
                dated=fact.dated + shift,
                links=frozenset(ids.get(link, link) for link in fact.links),
                effective_from=fact.effective_from + shift if fact.effective_from else None,
                effective_until=fact.effective_until + shift if fact.effective_until else None,
                signatures=tuple(
                    replace(signature, at=signature.at + shift) for signature in fact.signatures
                ),
            )
        )
    return made


def assessed(**other: Any) -> Assessed:
    """The house, assessed; ``other`` replaces what it is given for."""
    facts, results = house()
    values: dict[str, Any] = {
        "organisation": "Nordlicht Quantum GmbH",
        "organisation_id": "7c1e" * 16,
        "simulation": True,
        "fictional": True,
        "at": AT,
        "edition": edition(),
        "method": assessment_method(),
        "profile": ALL,
        "facts": Facts(facts, ALL.reach),
        "results": results,
        "ledger_head": "412 " + "a90f" * 16,
        "unrecorded": (
            Reason("unrecorded.edited", {"record": "DOC-0004", "file": "records/documents/policy.md"}),
            Reason("unrecorded.new", {"record": "", "file": "records/documents/DOC-0031.md"}),
        ),
    }
    return Assessed(**{**values, **other})


def from_facts(*facts: Fact, **other: Any) -> Assessed:
    """An assessment of these facts alone, as the command does it."""
    whole = Facts(facts, ALL.reach)
    built = Built.of(OWN_KINDS, {"calibration-integrity": tuple(Domain)})
    return assessed(
        facts=whole, results=assess(edition(), assessment_method(), whole, ALL, AT, built=built), **other
    )
