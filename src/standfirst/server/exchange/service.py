"""Who writes what nobody's hand has written: an organisation's service, and what it calls its organisation elsewhere."""

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse

from standfirst.management.parties import Party
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.organisations import Purpose
from standfirst.server.store.models import Organisation
from standfirst.server.workplace import open_store
from standfirst.standards.reason import Reason

_SERVICE: Final = UUID("0c6ff6f5-5d0b-5b4f-8a53-8f3f0d1e9a27")
_COPY: Final = UUID("a3b7a1de-35b4-5f0e-9c0b-6f0a5d7e4c19")


def service(organisation: Organisation) -> Actor:
    """The same for as long as there is the organisation. It answers for nothing, so it signs nothing."""
    return Actor(str(uuid5(_SERVICE, str(organisation.pk))))


def copy_id(organisation: Organisation, record: str, receiver: Organisation) -> str:
    """The id of the record that ``receiver`` keeps of another's: carried over twice, it is there once."""
    return str(uuid5(_COPY, f"{organisation.pk}/{record}/{receiver.pk}"))


def place_in(organisation: Organisation) -> Place:
    """Where the service stands: nobody's place, for reading. The organisation comes with its head."""
    store = open_store(organisation)
    return Place(organisation, store, service(organisation).id, organisation.head, Purpose.OWN)


def organisation_of(identity: str | None) -> Organisation | None:
    """Of this installation, with its ledger's head."""
    if identity is None:
        return None
    return Organisation.objects.select_related("head").filter(pk=UUID(identity)).first()


def require_organisation(identity: UUID | str) -> Organisation:
    """For workers, who are told of organisations that there are."""
    return Organisation.objects.select_related("head").get(pk=UUID(str(identity)))


# --- how it is called ------------------------------------------------------------------------------------------------


def here(organisation: Organisation) -> Party:
    """As other organisations of this installation know it."""
    return Party(name=organisation.name, id=str(organisation.pk))


def address_of(organisation: Organisation) -> str:
    """Where it answers, as organisations of other installations know it."""
    return settings.ADDRESS + reverse("organisation", args=[organisation.slug])


def abroad(organisation: Organisation) -> Party:
    """Raises Refused where this installation can be reached by nobody else."""
    if urlsplit(settings.ADDRESS).scheme != "https":
        raise Refused(Reason("exchange.no-address", {"address": settings.ADDRESS}))
    return Party(name=organisation.name, address=address_of(organisation))


def is_here(address: str) -> bool:
    """Whether an address is one of this installation."""
    ours, theirs = urlsplit(settings.ADDRESS), urlsplit(address)
    return (theirs.scheme, theirs.hostname, theirs.port) == (ours.scheme, ours.hostname, ours.port)


def ledger_of(organisation: Organisation) -> str:
    """The name of its ledger. Raises Refused for one that has not begun."""
    if not organisation.head.size:
        raise Refused(Reason("ledger.not-founded"))
    return reading.ledger_of(place_in(organisation))
