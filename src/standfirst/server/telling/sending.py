"""Webhooks: from what was recorded to messages, and from a message to an answer.

A message is a row of ``Delivery`` and one of the outbox, which says when it is due. Whoever is killed between sending and
noting it sends once more, with the same id: that is what receivers are asked to look at.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import SystemRandom
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from standfirst.certification.names import CERTIFICATE
from standfirst.management.exchange import ENVELOPE
from standfirst.management.sharing import RECEIVED_GRANT
from standfirst.records.change import Refused
from standfirst.records.ledger import Deed, Entry
from standfirst.server.clock import now
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.store.turn import turn
from standfirst.server.telling import posting, signing
from standfirst.server.telling.events import Event
from standfirst.server.telling.keeping import keep
from standfirst.server.telling.members import members_of
from standfirst.server.telling.models import Delivery, Endpoint
from standfirst.server.telling.rules import News
from standfirst.server.telling.sorts import Sort
from standfirst.server.workplace import open_store

POST: Final = "webhook"
"""The outbox topic of a message that wants to be posted."""

DELAYS: Final = tuple(
    timedelta(**each)
    for each in (
        {"seconds": 5},
        {"minutes": 5},
        {"minutes": 30},
        {"hours": 2},
        {"hours": 5},
        {"hours": 10},
        {"hours": 14},
        {"hours": 20},
        {"hours": 24},
    )
)
"""After each failure, as Standard Webhooks 1.0.0 gives it: ten attempts in a little more than three days."""

JITTER: Final = 0.2
"""By how much of itself a delay may be longer, so that what failed together does not come back together."""

STOPPED_AFTER: Final = timedelta(days=3)
"""An endpoint that nothing has reached for so long gets nothing any more, until somebody switches it on again."""

GONE: Final = 410

_DEEDS: Final[Mapping[Deed, Event]] = {
    Deed.FOUNDED: Event.RECORD_CREATED,
    Deed.CREATED: Event.RECORD_CREATED,
    Deed.AMENDED: Event.RECORD_AMENDED,
    Deed.MOVED: Event.RECORD_MOVED,
    Deed.SIGNED: Event.RECORD_SIGNED,
    Deed.IMPORTED: Event.RECORD_IMPORTED,
}
_SPECIAL: Final[Mapping[tuple[str, str], Event]] = {
    (CERTIFICATE, "issue"): Event.CERTIFICATE_ISSUED,
    (CERTIFICATE, "suspend"): Event.CERTIFICATE_SUSPENDED,
    (CERTIFICATE, "restore"): Event.CERTIFICATE_RESTORED,
    (CERTIFICATE, "withdraw"): Event.CERTIFICATE_WITHDRAWN,
    (ENVELOPE.name, Deed.CREATED): Event.ENVELOPE_RECEIVED,
    (RECEIVED_GRANT.name, Deed.CREATED): Event.GRANT_RECEIVED,
}


# --- messages --------------------------------------------------------------------------------------------------------


def post(organisation: Organisation, entries: Sequence[Entry], states: Mapping[int, str]) -> None:
    """A message for each endpoint that asks for what was recorded. For the one whose turn it is to write."""
    endpoints = list(Endpoint.objects.filter(organisation=organisation, stopped=None))
    if not endpoints:
        return
    made = [
        _delivery(endpoint, organisation, event, str(entry.sequence), entry.recorded_at, _said(entry, states))
        for entry in entries
        for event in events_of(entry)
        for endpoint in endpoints
        if event in endpoint.wants and entry.sequence >= endpoint.since
    ]
    _leave(organisation, made)


def announce(
    organisation: Organisation, event: Event, *, key: str, at: datetime, data: Mapping[str, Any]
) -> None:
    """As ``post``, for what stands in no entry. ``key`` names it: what was announced already is not again. For the one
    whose turn it is to write.
    """
    endpoints = Endpoint.objects.filter(organisation=organisation, stopped=None)
    made = [
        _delivery(endpoint, organisation, event, key, at, data)
        for endpoint in endpoints
        if event in endpoint.wants
    ]
    known = Delivery.objects.filter(endpoint__in=endpoints, message__in={each.message for each in made})
    there = set(known.values_list("endpoint", "message"))
    _leave(organisation, [each for each in made if (each.endpoint_id, each.message) not in there])


def try_out(endpoint: Endpoint) -> Delivery:
    """A message by hand, to see whether it arrives."""
    made = _delivery(endpoint, endpoint.organisation, Event.WEBHOOK_TESTED, str(uuid4()), now(), {})
    with turn(), transaction.atomic():
        _leave(endpoint.organisation, [made])
    return made


def again(delivery: Delivery) -> None:
    """By hand: from the first attempt on. The same message, so a receiver that has it already knows it."""
    with turn(), transaction.atomic():
        delivery.outcome, delivery.attempts, delivery.next = Delivery.Outcome.WAITING, 0, now()
        delivery.save(update_fields=["outcome", "attempts", "next"])
        _due(delivery.endpoint.organisation_id, delivery, None)


def events_of(entry: Entry) -> Iterator[Event]:
    yield _DEEDS[entry.deed]
    special = _SPECIAL.get((entry.kind, entry.moved or entry.deed))
    if special is not None:
        yield special


def _said(entry: Entry, states: Mapping[int, str]) -> Mapping[str, Any]:
    """What anybody may know who can read the ledger's entries: no text of any record."""
    return {
        "record": entry.record,
        "number": entry.number,
        "kind": entry.kind,
        "version": entry.version,
        "entry": entry.sequence,
        **({"state": states[entry.sequence]} if entry.sequence in states else {}),
        **({"transition": entry.transition} if entry.transition else {}),
    }


def _delivery(  # noqa: PLR0917 - what a message is made of
    endpoint: Endpoint,
    organisation: Organisation,
    event: Event,
    key: str,
    at: datetime,
    data: Mapping[str, Any],
) -> Delivery:
    address = {}
    if "number" in data:
        way = reverse("api-record", args=[organisation.slug, data["number"]])
        address = {"url": f"{settings.ADDRESS}{way}"}
    message = {
        "type": event.value,
        "timestamp": at.isoformat(),
        "data": {"organisation": organisation.slug, **data, **address},
    }
    return Delivery(
        endpoint=endpoint,
        message="msg_" + sha256(f"{organisation.pk}/{event}/{key}".encode()).hexdigest()[:32],
        event=event,
        body=json.dumps(message, separators=(",", ":"), ensure_ascii=False),
        created=now(),
        next=now(),
    )


def _leave(organisation: Organisation, made: Collection[Delivery]) -> None:
    rows = Delivery.objects.bulk_create(made)
    Outbox.objects.bulk_create(_row(organisation.pk, row, None) for row in rows)


def _due(organisation: UUID, delivery: Delivery, at: datetime | None) -> None:
    _row(organisation, delivery, at).save(force_insert=True)


def _row(organisation: UUID, delivery: Delivery, at: datetime | None) -> Outbox:
    """Nobody's until ``at``: so a row waits for its time as one does whose worker was killed."""
    payload = json.dumps({"delivery": delivery.pk})
    return Outbox(organisation_id=organisation, topic=POST, size=0, payload=payload, claimed_until=at)


# --- delivery --------------------------------------------------------------------------------------------------------


def deliver(task: Task) -> None:
    """One attempt. What failed leaves a row for the next; so this never fails itself because of somebody else's server."""
    found = Delivery.objects.select_related("endpoint__organisation")
    delivery = found.filter(pk=json.loads(task.payload)["delivery"]).first()
    if delivery is None or delivery.outcome != Delivery.Outcome.WAITING:
        return
    if delivery.endpoint.stopped is not None:
        with turn():
            _note(delivery, now(), outcome=Delivery.Outcome.GIVEN_UP, trouble="webhook.stopped")
        return
    at, body = now(), delivery.body.encode()
    headers = signing.headers(delivery.endpoint, message=delivery.message, at=at, body=body)
    try:
        answer = posting.post(delivery.endpoint.url, headers, body)
    except posting.NotSent as error:
        _failed(delivery, at, trouble=error.code)
    except Refused as refused:
        _failed(delivery, at, trouble=refused.reason.code)
    else:
        if 200 <= answer.status < 300:
            _arrived(delivery, at, answer.status)
        else:
            _failed(delivery, at, status=answer.status, retry_after=answer.retry_after)


def _arrived(delivery: Delivery, at: datetime, status: int) -> None:
    with turn(), transaction.atomic():
        _note(delivery, at, outcome=Delivery.Outcome.DELIVERED, status=status)
        Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failing=None).update(failing=None)


def _failed(
    delivery: Delivery, at: datetime, *, trouble: str = "", status: int | None = None, retry_after: int = 0
) -> None:
    following = _next(delivery.attempts, at, retry_after)
    with turn(), transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=delivery.endpoint_id)
        endpoint.failing = endpoint.failing or at
        endpoint.save(update_fields=["failing"])
        if status == GONE:
            stop(endpoint, because="webhook.gone", at=at)
        elif at - endpoint.failing >= STOPPED_AFTER:
            stop(endpoint, because="webhook.failing", at=at)
        if following is None or endpoint.stopped is not None:
            _note(delivery, at, outcome=Delivery.Outcome.GIVEN_UP, status=status, trouble=trouble)
            return
        outcome = Delivery.Outcome.WAITING
        _note(delivery, at, outcome=outcome, status=status, trouble=trouble, following=following)
        _due(endpoint.organisation_id, delivery, following)


def _next(attempts: int, at: datetime, retry_after: int) -> datetime | None:
    """When to try again after so many attempts and one more; None after the last."""
    if attempts >= len(DELAYS):
        return None
    delay = DELAYS[attempts] * (1 + JITTER * SystemRandom().random())
    asked = min(timedelta(seconds=retry_after), DELAYS[-1])
    return at + max(delay, asked)


def _note(
    delivery: Delivery,
    at: datetime,
    *,
    outcome: Delivery.Outcome,
    status: int | None = None,
    trouble: str = "",
    following: datetime | None = None,
) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        outcome=outcome,
        status=status,
        trouble=trouble,
        tried=at,
        attempts=delivery.attempts + 1,
        next=following,
    )


def stop(endpoint: Endpoint, *, because: str, at: datetime) -> None:
    """It gets nothing any more. Who manages the organisation is told, once each time. For the one who holds its row."""
    endpoint.stopped, endpoint.because = at, because
    endpoint.save(update_fields=["stopped", "because"])
    organisation = endpoint.organisation
    managers = members_of(organisation, open_store(organisation)).managers
    key = f"{Sort.WEBHOOK_STOPPED.value}:{endpoint.pk}:{at.isoformat()}"
    told = [
        News(member.id, Sort.WEBHOOK_STOPPED, key, at, parameters={"because": because}) for member in managers
    ]
    keep(organisation, told)
