"""The whole assessment from the records themselves: what the read model has to be equal to at any time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from standfirst.conformity.assess import Result, assess
from standfirst.records.kind import Body, NewerContent
from standfirst.records.ledger import UNREADABLE
from standfirst.records.projection import fact_of
from standfirst.records.record import Record
from standfirst.records.signature import Basis, keys_in
from standfirst.server.files.models import FileUse
from standfirst.server.readiness.asked import Asked, profile_of
from standfirst.server.store.models import Entry
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.profile import Profile

_ASKED_BY_NAME: Final = 1000
"""Files; where more are attached, all that the organisation has are looked at."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An assessment with everything that it rests on."""

    facts: Facts
    profile: Profile
    results: tuple[Result, ...]


def whole(store: DatabaseStore, asked: Asked, at: date) -> Whole:
    """In five queries, however many records there are."""
    records = store.records()
    facts = facts_from(store, records, without_evidence(store, records))
    profile = profile_of(facts)
    seen = Facts(facts, profile.reach)
    return Whole(seen, profile, assess(asked.edition, asked.method, seen, profile, at, built=asked.built))


def facts_from(store: DatabaseStore, records: Mapping[str, Record], gone: Collection[str]) -> list[Fact]:
    """The facts of these records; ``gone``: ids of those without their evidence.

    What cannot be read, or was written by a later release, shows nothing; its page says why.
    """
    basis = basis_of(store)
    return [fact for record in records.values() for fact in _fact(store, record, gone, basis)]


def _fact(store: DatabaseStore, record: Record, gone: Collection[str], basis: Basis) -> list[Fact]:
    if record.kind not in store.kinds:
        return []
    try:
        kind = store.kinds[record.kind]
        return [fact_of(record, kind, evidence_gone=record.id in gone, basis=basis)]
    except (NewerContent, *UNREADABLE):
        return []


def basis_of(store: DatabaseStore) -> Basis:
    """What signatures are verified against: the ledger's name, and the passkeys that its people ever had."""
    first = (
        Entry.objects.filter(organisation=store.organisation, sequence=0)
        .values_list("leaf", flat=True)
        .first()
    )
    return Basis(bytes(first).hex(), keys_in(store)) if first is not None else Basis("", ())


def without_evidence(store: DatabaseStore, records: Mapping[str, Record]) -> Collection[str]:
    """Records that attach a file which the organisation has not got, or no longer."""
    named = {identity: digests_of(record) for identity, record in records.items()}
    wanted = {digest for those in named.values() for digest in those}
    own = FileUse.objects.filter(organisation=store.organisation, file__isnull=False)
    chosen = own.filter(file__in=wanted) if len(wanted) <= _ASKED_BY_NAME else own
    there = set(chosen.values_list("file", flat=True)) if wanted else set()
    return {identity for identity, those in named.items() if not those <= there}


def digests_of(record: Record) -> frozenset[str]:
    """SHA-256 of what the current version attaches."""
    return digests_in(record.current.content.body)


def digests_in(body: Body) -> frozenset[str]:
    return frozenset(str(each["sha256"]) for each in body.get("attachments") or () if each.get("sha256"))
