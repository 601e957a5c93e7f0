"""What the tests of telling share: a firm at work, whose worker has come to what was recorded."""

import json
from collections.abc import Mapping
from typing import Any

from tests.server.works import POLICY, RISK, Works, works

from standfirst.records.actor import Actor
from standfirst.records.record import Record
from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.store.following import TELLING
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import drain
from standfirst.server.telling.models import Notification
from standfirst.server.telling.sorts import Sort


def heard() -> None:
    """A worker has told of all that was recorded."""
    passed = drain({TELLING: TOPICS[TELLING]}, clock=now)
    assert passed.failed == 0, list(Outbox.objects.exclude(trouble="").values_list("topic", "trouble"))


def house(name: str = "Qubit Works") -> Works:
    """Whose beginning nobody needs to be told of."""
    made = works(name)
    heard()
    Notification.objects.filter(organisation=made.firm.organisation).delete()
    return made


def handle(there: Works, who: Actor) -> str:
    return str(there.record(who.id).current.content.body["handle"])


def told(there: Works, who: Actor) -> list[tuple[str, str]]:
    """Sort and number of each, the oldest first; a worker has come to all of it."""
    heard()
    rows = Notification.objects.filter(organisation=there.firm.organisation, person=who.id).order_by("id")
    numbers = {
        record: there.record(record).number for record in rows.values_list("record", flat=True) if record
    }
    return [(row.sort, numbers.get(row.record, "")) for row in rows]


def parameters(there: Works, who: Actor, sort: Sort) -> Mapping[str, str]:
    row = Notification.objects.get(organisation=there.firm.organisation, person=who.id, sort=sort)
    found: dict[str, str] = json.loads(row.parameters)
    return found


def risk(there: Works, *, by: Actor | None = None, **body: Any) -> Record:
    return there.create("risk", {**RISK, "owner": "nobody", **body}, by=by)


def policy(there: Works, *, by: Actor | None = None, **body: Any) -> Record:
    return there.create("document", {**POLICY, "owner": "nobody", **body}, by=by)
