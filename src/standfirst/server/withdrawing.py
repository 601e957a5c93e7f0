"""When somebody's access ends. The door refuses them at once, since it asks the ledger; here is what is done about it after."""

import json

from standfirst.management.access import end_access_of
from standfirst.server.accounts import leaving
from standfirst.server.clock import now
from standfirst.server.exchange.service import require_organisation, service
from standfirst.server.store.outbox import Task
from standfirst.server.workplace import open_store


def leave(task: Task) -> None:
    """Somebody has left, which ends their access: that stands in the ledger too, written by the organisation's service."""
    organisation = require_organisation(task.organisation)
    person = json.loads(task.payload)["record"]
    open_store(organisation).perform(end_access_of(person, by=service(organisation)))


def withdraw(task: Task) -> None:
    """Rows, tokens and sessions that stood for access which has ended."""
    leaving.clear(require_organisation(task.organisation), now=now())
