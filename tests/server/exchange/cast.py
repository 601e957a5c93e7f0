"""Two firms on one installation: Acme keeps records, Notified reads some of them and gets envelopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.server.works import PRODUCT, Works, works

from standfirst.records.actor import Actor, Role
from standfirst.records.record import Record
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import drain
from standfirst.server.store.store import HEAD_MOVED

CLASSIFICATION: Mapping[str, Any] = {
    "title": "The processor's control lines",
    "jurisdiction": "EU",
    "control_list": "Regulation (EU) 2021/821, Annex I",
    "entry": "4A906",
    "looks_at": "place-and-nationality",
    "free_to": ["NL", "DE"],
    "reasoning": "Within the entry's limits",
    "classified_on": "2026-01-05",
    "review_by": "2027-01-05",
}
LICENCE: Mapping[str, Any] = {
    "jurisdiction": "EU",
    "entry": "4A906",
    "authority": "The ministry",
    "number": "NL-2026-7",
    "countries": ["IN", "FR"],
    "valid_until": "2100-01-01",
}
SITE: Mapping[str, Any] = {"name": "Building 3", "country": "NL"}


def worked_off(failing: int = 0) -> None:
    """What workers do, but for the signing of heads: whatever follows from what was recorded, and from that."""
    topics = {name: topic for name, topic in TOPICS.items() if name != HEAD_MOVED}
    passed = drain(topics, clock=now)
    assert passed.failed == failing, list(Outbox.objects.exclude(trouble="").values_list("topic", "trouble"))


@dataclass
class Sides:
    """``theirs``: Notified, whose people read; ``rike`` is one of them."""

    ours: Works
    theirs: Works
    ewan: Actor = field(init=False)
    pia: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.ewan = self.ours.firm.person("Ewan", Role.EXPORT_CONTROL)
        self.pia = self.ours.firm.person("Pia", Role.EXPORT_CONTROL)

    # --- what Acme does

    def grant(self, *kinds: str, audit: str = "", reader: Works | None = None, **changed: Any) -> Record:
        """By Ada and Ben, for a month from yesterday on; carried over."""
        body = {
            "title": "Notified reads for the audit of 2026",
            "reader": {"name": "Notified", "id": str((reader or self.theirs).firm.organisation.pk)},
            "purpose": "Certification",
            "kinds": list(kinds),
            "effective_from": (now() - timedelta(days=1)).isoformat(),
            "effective_until": (now() + timedelta(days=30)).isoformat(),
            "unclassified": "readable",
            **changed,
        }
        record = self.ours.create("read-grant", body, links={"audit": (audit,)} if audit else {})
        granted = self.ours.move(record, "active", by=self.ours.ben)
        worked_off()
        return granted

    def product(self, title: str = "A processor of 20 qubits", **changed: Any) -> Record:
        return self.ours.create("product", {**PRODUCT, "title": title, **changed})

    def classified(self, record: Record, **changed: Any) -> Record:
        body = {**CLASSIFICATION, **changed}
        made = self.ours.create(
            "export-classification", body, by=self.ewan, links={"classifies": (record.id,)}
        )
        return self.ours.move(made, "confirmed", by=self.pia)

    # --- what Notified sees

    def received(self) -> Record:
        (one,) = self.theirs.firm.workspace.records(kinds=("received-grant",)).values()
        return one

    def page(self, name: str, *rest: object, who: Actor | None = None) -> Any:
        return self.reader(who).get(self.address(name, *rest))

    def post(self, name: str, *rest: object, who: Actor | None = None, **values: object) -> Any:
        return self.reader(who).post(self.address(name, *rest), values)

    def reader(self, who: Actor | None = None) -> Client:
        return self.theirs.client(who or self.theirs.mila)

    def address(self, name: str, *rest: object) -> str:
        return reverse(name, args=[self.theirs.slug, self.received().number, *rest])

    def visit(self, who: Actor | None = None, **declared: object) -> Any:
        said = {"nationalities": "DE", "place": "NL", "hours": "1", **declared}
        return self.post("visit-begin", who=who, **said)

    def open(self, record: Record, who: Actor | None = None) -> Any:
        """Asks for it, and looks at what comes of that."""
        answer = self.post("received-open", record.number, who=who)
        assert answer.status_code == 302, answer.content.decode()
        return self.look(record, who)

    def look(self, record: Record, who: Actor | None = None) -> Any:
        return self.page("received-record", record.number, who=who)

    # --- what stands recorded

    def decisions(self, works_: Works | None = None) -> list[dict[str, Any]]:
        found = (works_ or self.ours).firm.workspace.records(kinds=("export-decision",)).values()
        return [dict(record.current.content.body) for record in found]


def sides() -> Sides:
    return Sides(works("Acme"), works("Notified"))
