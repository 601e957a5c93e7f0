"""Everything that a report is made of: facts, results, and the head of the ledger that they are of."""

import json
from datetime import date
from typing import Final

from django.db.models import OuterRef, Subquery

from standfirst.conformity.assess import assess
from standfirst.conformity.document import Assessed
from standfirst.records.change import Refused
from standfirst.records.ledger import Head
from standfirst.server.readiness import asked
from standfirst.server.readiness.asked import Asked
from standfirst.server.readiness.models import KeptFact, Progress
from standfirst.server.readiness.plain import Whole, whole
from standfirst.server.readiness.stored import read_facts
from standfirst.server.store.models import Current, Entry, LedgerHead, Organisation
from standfirst.server.store.store import DatabaseStore
from standfirst.server.workplace import open_store
from standfirst.standards.facts import Facts
from standfirst.standards.reason import Reason

ROWS: Final = 5000
"""Rows fetched at once."""


def gathered(organisation: Organisation) -> Assessed:
    """Of the whole ledger, in as many queries whatever its length.

    Raises Refused ``readiness.moving`` where the ledger grew while it was read.
    """
    store, of = open_store(organisation), asked.current()
    head = LedgerHead.objects.get(organisation=organisation)
    at = asked.day_of(head)
    found = _kept(store, of, head, at) or whole(store, of, at)
    records = _records(organisation, {fact.label: fact.dated.date() for fact in found.facts.all})
    if LedgerHead.objects.values_list("size", flat=True).get(organisation=organisation) != head.size:
        raise Refused(Reason("readiness.moving"))
    first = Entry.objects.filter(organisation=organisation, sequence=0).values_list("leaf", flat=True)
    return Assessed(
        organisation=organisation.name,
        organisation_id=bytes(first[0]).hex(),
        simulation=head.simulation,
        fictional=head.fictional,
        at=at,
        edition=of.edition,
        method=of.method,
        profile=found.profile,
        facts=found.facts,
        results=found.results,
        ledger_head=str(Head(head.size, bytes(head.root).hex())),
        records=records,
    )


def _kept(store: DatabaseStore, of: Asked, head: LedgerHead, at: date) -> Whole | None:
    """From the facts that are kept, where they are those of the whole ledger."""
    as_of = Progress.objects.filter(organisation=store.organisation, facts=head.size)
    before = as_of.values_list("revision", "made_by").first()
    if before is None or before[1] != asked.made_by(of, store.kinds):
        return None
    rows = KeptFact.objects.filter(organisation=store.organisation)
    facts = read_facts(rows)
    if as_of.values_list("revision", "made_by").first() != before:
        return None
    profile = asked.profile_of(facts)
    seen = Facts(facts, profile.reach)
    return Whole(seen, profile, assess(of.edition, of.method, seen, profile, at, built=of.built))


def _records(organisation: Organisation, dated: dict[str, date]) -> dict[str, dict[str, str]]:
    """What a report says of each record besides its fact: its version, and the commitment to what it says."""
    entries = Entry.objects.filter(organisation=organisation, sequence=OuterRef("sequence")).values("data")
    own = Current.objects.filter(organisation=organisation, erased=False).annotate(
        entry=Subquery(entries[:1])
    )
    rows = own.values_list("number", "title", "kind", "state", "version", "entry")
    return {
        number: {
            "title": title,
            "kind": kind,
            "state": state,
            "version": str(version),
            "commitment": json.loads(bytes(entry))["commitment"],
            "dated": dated[number].isoformat(),
        }
        for number, title, kind, state, version, entry in rows.iterator(ROWS)
        if number in dated
    }
