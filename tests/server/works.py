"""A firm at work, for the tests of API and pages: its people with their accounts, and records in every stage.

Ada answers for the whole and may approve; Ben reviews; Mila is a member without any role. Each has an account.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.accounts.cast import Firm, firm

from standfirst.records.actor import Actor, Role
from standfirst.records.record import Record
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import UNSIGNED, Known, Wish, amend, create, move
from standfirst.server.accounts import tokens
from standfirst.server.accounts.models import Scope, User
from standfirst.server.clock import now
from standfirst.standards.library import edition

LATER = date(2100, 1, 1)

PRODUCT = {
    "title": "A processor of 20 qubits",
    "type": "device",
    "description": "It runs circuits, for customers.",
    "domains": ["computing"],
    "tier": 1,
    "role": "system-builder",
}
RISK = {
    "title": "The laser fails",
    "hazard": "No calibration for a week",
    "domains": ["computing"],
    "stages": ["operation"],
    "categories": ["technical"],
    "owner": "ada",
}
POLICY = {
    "title": "Quality policy",
    "type": "policy",
    "owner": "ada",
    "effective_from": "2026-01-05",
    "review_by": "2027-01-05",
    "text": "We keep what we promise.\n\nAll of it.",
}


@dataclass
class Works:
    """``accounts`` by person; each person's browser is made once."""

    firm: Firm
    ben: Actor
    accounts: Mapping[str, User]
    _clients: dict[str, Client] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.firm.organisation.slug

    @property
    def ada(self) -> Actor:
        return self.firm.ada

    @property
    def mila(self) -> Actor:
        return self.firm.mila

    def client(self, who: Actor) -> Client:
        if who.id not in self._clients:
            self._clients[who.id] = browser(self.accounts[who.id])
        return self._clients[who.id]

    def token(self, who: Actor, *scopes: Scope) -> str:
        issued = tokens.issue(
            user=self.accounts[who.id],
            organisation=self.firm.organisation,
            name="A program",
            scopes=scopes or (Scope.READ, Scope.WRITE),
            lifetime=timedelta(days=1),
            now=now(),
        )
        return issued.text

    # --- deeds

    def perform(self, deed: DeedFunction) -> Mapping[str, str]:
        return self.firm.workspace.perform(deed).numbers

    def create(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        by: Actor | None = None,
        links: Mapping[str, tuple[str, ...]] | None = None,
        serves: tuple[str, ...] = (),
        state: str | None = None,
    ) -> Record:
        identity = str(uuid4())
        workspace = self.firm.workspace
        deed = create(
            acting=lambda _: by or self.ada,
            kind=workspace.kinds[kind],
            record=identity,
            wish=Wish(body=body, serves=serves, links=links or {}, state=state),
            why="It is wanted",
            known=KNOWN(),
            signed=UNSIGNED,
        )
        self.perform(deed)
        return self.record(identity)

    def amend(self, record: Record, *, by: Actor | None = None, **body: Any) -> Record:
        current = self.record(record.id).current.content
        deed = amend(
            acting=lambda _: by or self.ada,
            record=record.id,
            expected=current.version,
            wish=Wish(body={**current.body, **body}),
            why="It has changed",
            known=KNOWN(),
            signed=UNSIGNED,
        )
        self.perform(deed)
        return self.record(record.id)

    def move(self, record: Record, to: str, *, by: Actor | None = None) -> Record:
        version = self.record(record.id).current.content.version
        self.perform(
            move(
                acting=lambda _: by or self.ada,
                record=record.id,
                expected=version,
                to=to,
                why="It is time",
                signed=UNSIGNED,
            )
        )
        return self.record(record.id)

    def record(self, identity: str) -> Record:
        return self.firm.workspace.records([identity])[identity]


def KNOWN() -> Known:  # noqa: N802 - read as what it gives
    return Known(edition().by_id, LATER)


def browser(who: User | None) -> Client:
    """A visitor's, signed in unless it is nobody's. It knows the CSRF rules as a real one does."""
    client = Client(SERVER_NAME="localhost")
    if who is not None:
        client.force_login(who)
    return client


def works(name: str = "Qubit Works") -> Works:
    made = firm(name)
    ben = made.person("Ben Okri", Role.REVIEWER, Role.QUALITY_MANAGER)
    accounts = {
        made.ada.id: made.account(made.ada, "ada"),
        ben.id: made.account(ben, "ben"),
        made.mila.id: made.account(made.mila, "mila"),
    }
    return Works(made, ben, accounts)


def queries(ask: Callable[[], Any]) -> list[str]:
    """What is asked of the database; the ends of transactions are no questions."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    ends = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
    return [found["sql"] for found in captured.captured_queries if not found["sql"].startswith(ends)]
