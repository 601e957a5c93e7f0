"""Batches: what waits is committed to in the ledger, some at a time, by a job that runs once a day.

A job and never a request: a batch made because something came would tell when it came. Whenever it is killed, the next run
goes on: an item's batch is whichever record of ours holds its commitment.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from standfirst.management.sealed import Purpose, batch, batches, is_due
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.server.sealed.models import Case, SealedItem, Waiting
from standfirst.server.sealed.sealing import alone
from standfirst.server.store.erasing import settle
from standfirst.server.store.models import LedgerHead, Organisation, Outbox
from standfirst.server.workplace import open_store

WRITTEN_ANEW: Final = "sealed-written-anew"
"""The outbox topic of rows whose old places are still to be forgotten (``forget_the_order``)."""

_log = logging.getLogger(__name__)

_SERVICE: Final = UUID("6f6c8a52-3f0e-5a86-9b0f-6f1d3c2f7a11")


def service(organisation: Organisation) -> Actor:
    """Who makes the batches: nobody in particular, the same for as long as there is the organisation."""
    return Actor(str(uuid5(_SERVICE, str(organisation.pk))))


def run(organisation: Organisation, purpose: Purpose, *, today: date) -> str:
    """The number of the batch that was made; empty where none was due. Raises Refused for a ledger that takes none."""
    mark(organisation, purpose, today=today)
    waiting = Waiting.objects.filter(organisation=organisation, purpose=purpose.value).first()
    items = _unbatched(organisation, purpose)
    if waiting is None or not is_due(len(items), waiting.since, today):
        return ""
    deed = batch(
        purpose=purpose,
        commitments=[bytes(item.commitment).hex() for item in items],
        day=today,
        by=service(organisation),
    )
    try:
        (number,) = open_store(organisation).perform(deed).numbers.values()
    except Refused as no:
        if no.reason.code not in {"sealed.nothing-waits", "sealed.once-a-day"}:
            raise
        number = ""  # another run was faster
    mark(organisation, purpose, today=today)
    return number


@dataclass(frozen=True, slots=True)
class Made:
    """The numbers of new batches, and the codes of what was refused; both by organisation and purpose."""

    numbers: Mapping[str, str]
    refused: Mapping[str, str]


def run_all(*, today: date) -> Made:
    """For every organisation where something waits. What one of them refuses keeps no other's from being made."""
    numbers, refused = {}, {}
    for waiting in Waiting.objects.select_related("organisation"):
        whose = f"{waiting.organisation.slug} {waiting.purpose}"
        try:
            number = run(waiting.organisation, Purpose(waiting.purpose), today=today)
        except Refused as no:
            _log.error("no batch of %s: %s", whose, no.reason.code)
            refused[whose] = no.reason.code
            continue
        if number:
            numbers[whose] = number
    return Made(numbers, refused)


def mark(organisation: Organisation, purpose: Purpose, *, today: date) -> int:
    """Notes at each item that waits the batch which holds it. Returns how many did.

    Rows are written anew in the order of their commitments, and cases in that of their ids, so that their places no
    longer tell in which order they came; see ``models``.
    """
    if not _unbatched(organisation, purpose):
        return 0
    made = batches(open_store(organisation), purpose, service(organisation).id)
    number_of = {
        held: number for number, record in made.items() for held in record.current.content.body["commitments"]
    }
    with alone(organisation):
        items = _unbatched(organisation, purpose)
        held = [item for item in items if bytes(item.commitment).hex() in number_of]
        if not held:
            return 0
        for item in held:
            item.batch = number_of[bytes(item.commitment).hex()]
        _write_anew(organisation, held)
        _wait_from(organisation, purpose, today, still=len(items) > len(held))
        size = LedgerHead.objects.get(organisation=organisation).size
        Outbox.objects.create(organisation=organisation, topic=WRITTEN_ANEW, size=size)
    return len(held)


def _unbatched(organisation: Organisation, purpose: Purpose) -> list[SealedItem]:
    found = SealedItem.objects.filter(organisation=organisation, purpose=purpose.value, batch="")
    return sorted(found, key=lambda item: bytes(item.commitment))


def _write_anew(organisation: Organisation, items: list[SealedItem]) -> None:
    SealedItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    SealedItem.objects.bulk_create(items)
    cases = sorted(Case.objects.filter(organisation=organisation), key=lambda case: case.pk)
    Case.objects.filter(pk__in=[case.pk for case in cases]).delete()
    Case.objects.bulk_create(cases)


def _wait_from(organisation: Organisation, purpose: Purpose, today: date, *, still: bool) -> None:
    """What still waits came while the batch was made: today."""
    waiting = Waiting.objects.filter(organisation=organisation, purpose=purpose.value)
    if still:
        waiting.update(since=today)
    else:
        waiting.delete()


def forget_the_order() -> None:
    """What the database keeps of rows as they were before. Raises TimeoutError where others read for too long."""
    settle((SealedItem, Case))
