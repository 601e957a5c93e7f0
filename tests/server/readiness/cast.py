"""A firm that shows something, and what a worker does for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.server.works import POLICY, PRODUCT, Works

from standfirst.evidence.collectors import measure_with
from standfirst.records.record import Record
from standfirst.server.access import Place, place_for
from standfirst.server.clock import now
from standfirst.server.jobs import BESIDE, TOPICS
from standfirst.server.readiness import asked, plain, stored
from standfirst.server.readiness.models import KeptFact, KeptResult, RestsOn, Served
from standfirst.server.store.following import FILES, READINESS, REPORT
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.outbox import drain

TODAY = now().date()
LIMA = (Path(__file__).parents[2] / "data/calibration/props_lima.json").read_bytes()

ORGANISATION = {
    "name": "Qubit Works",
    "country": "DE",
    "description": "Builds processors. Sells time on them.",
    "domains": ["computing"],
    "stages": ["engineering", "deployment", "operation"],
    "roles": ["system-builder"],
    "tier": 2,
    "sites": ["Town"],
    "headcount": 12,
}
NONCONFORMITY = {
    "title": "A result without its calibration",
    "description": "Job 7 has none.",
    "against": ["A.1.2"],
    "grade": "minor",
    "source": "process",
    "found_on": "2026-01-05",
}
SOA = {
    "title": "What applies",
    "edition": "qt-qms-reference 2026.1",
    "entries": [{"requirement": "A.1.2", "applies": False, "reason": "Nothing is calibrated here"}],
    "effective_from": "2026-01-05",
}


def worked(*, failing: int = 0) -> None:
    """What a worker does after commits, as far as it is about readiness."""
    topics = {**TOPICS, **BESIDE}
    passed = drain({name: topics[name] for name in (READINESS, FILES, REPORT)}, clock=now)
    assert passed.failed == failing, list(Outbox.objects.exclude(trouble="").values_list("topic", "trouble"))


def place_in(house: Works) -> Place:
    return place_for(house.accounts[house.ada.id], house.slug)


def document(house: Works, *serves: str, title: str = "Calibration", **more: Any) -> Record:
    body = {**POLICY, "title": title, "type": "procedure", "effective_from": TODAY.isoformat(), **more}
    body["review_by"] = (TODAY + timedelta(days=400)).isoformat()
    return house.create("document", body, serves=serves)


def measurement(house: Works, data: bytes = LIMA, *, name: str = "props_lima.json") -> Record:
    """A measurement of a calibration record, without its input."""
    result = measure_with("calibration-integrity", data, subject="Lima")
    body = {
        "title": f"Integrity of Lima by {name}",
        "result": result.document(),
        "result_digest": result.result_digest,
        "state_of": result.subject.snapshot,
    }
    product = house.create("product", PRODUCT)
    return house.create("measurement", body, links={"of": (product.id,)}, serves=("A.1.1",))


def approved(house: Works, record: Record) -> Record:
    house.move(record, "in-review", by=house.mila)
    return house.move(record, "approved", by=house.ben)


def shown(house: Works, requirement: str) -> str:
    """What is kept of it."""
    return KeptResult.objects.get(organisation=house.firm.organisation, requirement=requirement).status


@dataclass(frozen=True)
class Kept:
    facts: dict[str, Any]
    results: dict[str, tuple[Any, ...]]


def kept(organisation: Organisation) -> Kept:
    """The read model, and that all that hangs on a fact is what the fact says."""
    rows = {row.record: row for row in KeptFact.objects.filter(organisation=organisation)}
    facts = {i: stored.fact_of(row) for i, row in rows.items()}
    assert all((row.kind, row.state) == (facts[i].kind, facts[i].state) for i, row in rows.items())
    served: dict[str, set[str]] = {i: set() for i in rows}
    for one in Served.objects.filter(organisation=organisation):
        served[one.record].add(one.requirement)
        assert one.kind == facts[one.record].kind
    assert served == {i: set(fact.serves) for i, fact in facts.items()}
    assert set(RestsOn.objects.filter(organisation=organisation).values_list("record", flat=True)) <= set(
        rows
    )
    results = {
        row.requirement: (row.status, row.until, row.oldest, row.met, row.criteria, row.why, row.data)
        for row in KeptResult.objects.filter(organisation=organisation)
    }
    return Kept(facts, results)


def computed(house: Works, at: date = TODAY) -> Kept:
    """The same, from the records themselves and all at once."""
    whole = plain.whole(house.firm.workspace, asked.current(), at)
    results = {}
    for one in whole.results:
        gist = stored.gist(one).as_row()
        told = (gist["met"], gist["criteria"], gist["why"], stored.result_text(one))
        results[one.requirement.id] = (one.status.value, one.until, one.oldest, *told)
    return Kept({fact.id: fact for fact in whole.facts.all}, results)
