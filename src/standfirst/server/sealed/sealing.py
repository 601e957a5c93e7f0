"""Sealing content away: kept here, committed to in the ledger later and among others, never with a time or a name.

What is kept says nothing of who brought it. Whoever brings it gets a receipt: content and salt, with which they can show
that the ledger holds the commitment. With a ballot's receipt somebody can also be made to show how they voted; whoever
runs a ballot decides whether to hand it out.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from standfirst.management.sealed import Purpose, commitment_of, content_of
from standfirst.records.change import Refused
from standfirst.server.sealed.models import SealedItem, Waiting
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason
from standfirst.trust.digests import new_salt
from standfirst.trust.errors import Rejected


@dataclass(frozen=True, slots=True)
class Receipt:
    """``content`` is the canonical JSON, ``salt`` and ``commitment`` are hexadecimal."""

    content: str
    salt: str
    commitment: str

    @classmethod
    def of(cls, item: SealedItem) -> "Receipt":
        return cls(bytes(item.content).decode(), bytes(item.salt).hex(), bytes(item.commitment).hex())


@contextmanager
def alone(organisation: Organisation) -> Iterator[None]:
    """One writer of sealed things at a time in an organisation. Not within a deed: see ``turn``."""
    with turn(), transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        yield


def put(
    organisation: Organisation, purpose: Purpose, subject: str, said: Mapping[str, Any], *, today: date
) -> SealedItem:
    """For whoever is ``alone`` already."""
    try:
        content = content_of(purpose, subject, said)
    except Rejected as flaw:
        raise Refused(Reason("record.not-canonical", {"detail": str(flaw)})) from None
    salt = new_salt()
    Waiting.objects.bulk_create(
        [Waiting(organisation=organisation, purpose=purpose.value, since=today)], ignore_conflicts=True
    )
    return SealedItem.objects.create(
        organisation=organisation,
        purpose=purpose.value,
        subject=subject,
        salt=salt,
        content=content,
        commitment=bytes.fromhex(commitment_of(salt, content)),
    )


def kept(organisation: UUID, purpose: Purpose, subjects: Iterable[str]) -> list[SealedItem]:
    """All that is kept of these subjects, in no order that tells anything."""
    found = SealedItem.objects.filter(
        organisation=organisation, purpose=purpose.value, subject__in=list(subjects)
    )
    return sorted(found, key=lambda item: bytes(item.commitment))
