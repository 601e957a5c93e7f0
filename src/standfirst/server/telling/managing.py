"""An organisation's webhooks: who may set one up, and what may be done with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from standfirst.management.organisation import MANAGERS
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.server.access import Place, not_a_member
from standfirst.server.store.models import LedgerHead
from standfirst.server.store.turn import turn
from standfirst.server.telling.events import Event
from standfirst.server.telling.models import Delivery, Endpoint, Outside
from standfirst.server.telling.posting import target_of
from standfirst.standards.reason import Reason

MOST: Final = 20
"""Endpoints of one organisation."""

BY_HAND: Final = "webhook.by-hand"


def require_manager(actor: Actor) -> None:
    """What leaves the workplace is decided by who answers for the system. Raises Refused."""
    if not actor.roles & set(MANAGERS):
        raise Refused(Reason("webhook.role", {"roles": tuple(sorted(MANAGERS))}))


def own(place: Place) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(organisation=place.organisation).order_by("created")


def found(place: Place, endpoint: UUID) -> Endpoint:
    """Raises Refused as if there were nothing, also for another organisation's."""
    one = own(place).select_related("organisation").filter(pk=endpoint).first()
    if one is None:
        raise not_a_member()
    return one


def delivery_of(endpoint: Endpoint, delivery: int) -> Delivery:
    one = Delivery.objects.select_related("endpoint").filter(endpoint=endpoint, pk=delivery).first()
    if one is None:
        raise not_a_member()
    return one


def create(place: Place, *, name: str, url: str, events: Iterable[Event], now: datetime) -> Endpoint:
    """It is told what is recorded from now on. Raises Refused."""
    target_of(url)
    if own(place).count() >= MOST:
        raise Refused(Reason("webhook.too-many", {"limit": MOST}))
    size = LedgerHead.objects.values_list("size", flat=True).get(organisation=place.organisation)
    with turn():
        return Endpoint.objects.create(
            organisation=place.organisation,
            name=name,
            url=url,
            events=_spelt(events),
            since=size,
            created=now,
        )


def change(endpoint: Endpoint, *, name: str, url: str, events: Iterable[Event]) -> None:
    """Raises Refused."""
    target_of(url)
    with turn():
        Endpoint.objects.filter(pk=endpoint.pk).update(name=name, url=url, events=_spelt(events))


def renew(endpoint: Endpoint, *, now: datetime) -> Endpoint:
    """A new secret; for a day messages bear a signature of the one before too (``signing.OVERLAP``)."""
    with turn():
        endpoint.generation, endpoint.renewed = endpoint.generation + 1, now
        endpoint.save(update_fields=["generation", "renewed"])
    return endpoint


def stop(endpoint: Endpoint, *, now: datetime) -> None:
    with turn():
        Endpoint.objects.filter(pk=endpoint.pk, stopped=None).update(stopped=now, because=BY_HAND)


def start(endpoint: Endpoint) -> None:
    """What was recorded meanwhile is not told any more, also where the worker has not come to it yet."""
    size = endpoint.organisation.head.size
    with turn():
        Endpoint.objects.filter(pk=endpoint.pk).update(stopped=None, because="", failing=None, since=size)


def delete(endpoint: Endpoint) -> None:
    with turn():
        endpoint.delete()


def _spelt(events: Iterable[Event]) -> str:
    return " ".join(sorted(each.value for each in events))


# --- titles ----------------------------------------------------------------------------------------------------------


def let_titles_out(place: Place, *, titles: bool) -> None:
    with turn():
        Outside.objects.update_or_create(organisation=place.organisation, defaults={"titles": titles})
