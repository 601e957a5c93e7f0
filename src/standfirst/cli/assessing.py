"""From a package to an assessment: the composition that commands share."""

from datetime import date
from typing import TYPE_CHECKING

from standfirst.conformity.assess import assess
from standfirst.conformity.built import Built
from standfirst.conformity.document import Assessed
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.facts import Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.profile import Profile, profile_named

if TYPE_CHECKING:
    from standfirst.records.package.package import Package

ORGANISATION = "organisation"


def built() -> Built:
    """What this release can assess."""
    return Built.of(OWN_KINDS, {row.name: row.domains for row in COLLECTORS})


def assessed(package: "Package", *, at: date, profile: str | None = None) -> Assessed:
    """Raises Unusable for an unknown profile."""
    catalogue, method = edition(), assessment_method()
    facts = package.facts()
    chosen = profile_of(package, profile)
    whole = Facts(facts, chosen.reach)
    current = {record.number: record.current for record in package.store.records().values()}
    return Assessed(
        organisation=package.manifest.organisation,
        organisation_id=_organisation_id(package),
        simulation=package.store.simulation,
        fictional=package.store.fictional,
        at=at,
        edition=catalogue,
        method=method,
        profile=chosen,
        facts=whole,
        results=assess(catalogue, method, whole, chosen, at, built=built()),
        ledger_head=str(package.store.head),
        unrecorded=[item.reason for item in package.unrecorded()],
        records={
            f.label: {
                "title": f.title,
                "kind": f.kind,
                "state": f.state,
                "version": str(current[f.label].content.version),
                "commitment": current[f.label].entry.commitment,
                "dated": f.dated.date().isoformat(),
            }
            for f in facts
        },
    )


def profile_of(package: "Package", asked: str | None) -> Profile:
    """The asked one; else the package's; else what the organisation's record says of itself; else everything."""
    if asked or package.manifest.profile:
        return profile_named(asked or package.manifest.profile or "")
    for record in package.store.records(kinds=(ORGANISATION,)).values():
        body = record.current.content.body
        return Profile(
            id="as-recorded",
            title=f"As {record.number} says: its own domains, stages and tier",
            domains=body["domains"],
            stages=body["stages"],
            tier=body["tier"],
        )
    return profile_named("all")


def _organisation_id(package: "Package") -> str:
    """The ledger's first leaf: what no other organisation has."""
    ledger = package.store.ledger()
    if not ledger:
        raise Unusable([problem(str(package.path), "ledger.not-founded")])
    return ledger[0].leaf


def day_of(package: "Package", asked: date | None, today: date) -> date:
    """The asked day; else, in a simulation, the last day of its ledger; else today."""
    last = package.store.last_time
    if asked is not None:
        return asked
    return last.date() if package.store.simulation and last else today
