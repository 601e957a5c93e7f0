"""What crosses between the played organisations: a grant to read, a visit under it, envelopes with their proofs.

The grant is a record of the company's play. What follows from it is done when the installation is played, at the real time.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from standfirst.management.founding import acting
from standfirst.management.sharing import RECEIVED_GRANT
from standfirst.records.record import Record
from standfirst.server.access import place_for
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.exchange import visiting
from standfirst.server.exchange.granting import carry_grant
from standfirst.server.exchange.sending import send
from standfirst.server.exchange.service import here
from standfirst.server.simulation.cast import AUDITOR
from standfirst.server.simulation.stage import Stage
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import Task
from standfirst.server.store.store import DatabaseStore
from standfirst.server.workplace import open_store

OPENED: Final = (
    *("organisation", "scope", "statement-of-applicability", "document", "obligation", "risk"),
    *("impact-assessment", "product", "objective", "competence", "supplier", "measurement"),
    *("nonconformity", "internal-audit", "management-review"),
)
"""The kinds that the certification body may read before its surveillance."""

GRANT: Final = "grant"


def grant_body(reader: Organisation, first: datetime) -> Mapping[str, Any]:
    """A grant of two months, beginning at ``first``."""
    return {
        "title": f"{reader.name}: our records before the first surveillance",
        "reader": {"name": reader.name, "id": str(reader.pk)},
        "purpose": "Preparation of the surveillance audit",
        "kinds": list(OPENED),
        "effective_from": first.isoformat(),
        "effective_until": (first + timedelta(days=60)).isoformat(),
        "unclassified": "readable",
        "on_site": [{"name": "Port Ellery, reading room", "country": "IE"}],
    }


def cross(company: Organisation, certifier: Organisation, stage: Stage) -> None:
    """The grant is carried over; the auditor comes, reads something classified, and leaves; then letters are written."""
    theirs = open_store(company)
    grant = stage.named(GRANT)
    carry_grant(Task(company.pk, theirs.head.size, json.dumps({"record": grant})))
    _visit(grant, theirs, certifier, stage)
    for who, label, to, purpose in (
        (
            "dervla",
            "ncr-pentest-bridge",
            certifier,
            "A major nonconformity that we found ourselves, as agreed",
        ),
        ("dervla", "rev-special", certifier, "What top management decided after the outside test"),
    ):
        _send(company, theirs, stage.record(label), who=who, to=to, purpose=purpose)


def letters(
    certifier: Organisation, accreditor: Organisation, standards_body: Organisation, company: Organisation
) -> None:
    """From the other organisations."""
    for sender, who, kind, title, to, purpose in (
        (certifier, "ysolde", "document", "Internal audit", accreditor, "As every year"),
        (
            certifier,
            "ysolde",
            "certificate",
            "",
            accreditor,
            "First certificate under your accreditation (SPECIMEN)",
        ),
        (standards_body, "wilhelm", "document", "NM/Q 7 N 46", company, "For your comments"),
    ):
        store = open_store(sender)
        records = store.records(kinds=(kind,)).values()
        found = next(r for r in records if str(r.current.content.body.get("title", "")).startswith(title))
        _send(sender, store, found, who=who, to=to, purpose=purpose)


def _visit(grant: str, theirs: DatabaseStore, certifier: Organisation, stage: Stage) -> None:
    auditor = place_for(User.objects.get(email=AUDITOR.email), certifier.slug)
    received = next(
        record
        for record in open_store(certifier).records(kinds=(RECEIVED_GRANT.name,)).values()
        if record.current.content.body["grant"] == grant
    )
    declared = visiting.Declared(AUDITOR.name, ("DK",), "IE", None, 3)
    theirs.perform(visiting.begin(visiting.granted(auditor, received.number, now()), declared, now()))
    inside = visiting.granted(auditor, received.number, now())
    theirs.perform(visiting.release(inside, stage.record("x:DOC-0032").id, now()))
    theirs.perform(visiting.end(inside))


def _send(
    sender: Organisation, store: DatabaseStore, record: Record, *, who: str, to: Organisation, purpose: str
) -> None:
    standing = Organisation.objects.select_related("head").get(pk=sender.pk)
    store.perform(
        send(
            standing,
            acting=lambda workspace: acting(workspace, who),
            record=record.id,
            expected=record.current.content.version,
            to=here(to),
            purpose=purpose,
        )
    )
