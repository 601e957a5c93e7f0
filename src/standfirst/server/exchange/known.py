"""Which other organisations somebody knows: those that records here name, and those that they belong to themself.

Nobody learns from it who else is on this installation.
"""

from typing import Final
from uuid import UUID

from standfirst.management.exchange import ENVELOPE, SENT_ENVELOPE
from standfirst.management.parties import Party
from standfirst.management.sharing import READ_GRANT, RECEIVED_GRANT
from standfirst.server.access import Place
from standfirst.server.accounts.models import Membership
from standfirst.server.store.models import Current

LATELY: Final = 200
"""Of the records that name other organisations, how many are looked at."""

_NAMED: Final = {
    READ_GRANT.name: "reader",
    RECEIVED_GRANT.name: "grantor",
    ENVELOPE.name: "sender",
    SENT_ENVELOPE.name: "to",
}


def parties(place: Place) -> list[Party]:
    """By name, each once, in three queries."""
    found: dict[str, Party] = {}
    own = Current.objects.filter(organisation=place.organisation, kind__in=list(_NAMED), erased=False)
    lately = list(own.order_by("-first").values_list("record", flat=True)[:LATELY])
    for record in (place.store.records(lately) if lately else {}).values():
        said = record.current.content.body.get(_NAMED[record.kind]) or {}
        party = Party(name=said["name"], id=said.get("id"), address=said.get("address"))
        found.setdefault(key(party), party)
    members = Membership.objects.filter(user=UUID(place.account)).exclude(organisation=place.organisation)
    for identity, name in members.values_list("organisation", "organisation__name"):
        party = Party(name=name, id=str(identity))
        found.setdefault(key(party), party)
    found.pop(str(place.organisation.pk), None)
    return sorted(found.values(), key=lambda party: party.name.casefold())


def key(party: Party) -> str:
    """By what it is found."""
    return party.id or party.address or ""
