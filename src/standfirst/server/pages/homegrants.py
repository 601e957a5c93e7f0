"""What other organisations have opened to this one, for its first page: as received, as the grants themselves are theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from standfirst.management.sharing import RECEIVED_GRANT, UNDER, VISIT, VISIT_HOURS
from standfirst.records.projection import moment
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.outline import outline
from standfirst.server.pages.families import many


@dataclass(frozen=True, slots=True)
class Opened:
    """``what``: of which kinds, or which audit. ``days``: whole ones that are left. ``visit``: until when one's own is open."""

    number: str
    url: str
    grantor: str
    title: str
    purpose: str
    what: str
    until: datetime
    days: int
    visit: datetime | None


def opened(place: Place) -> list[Opened]:
    """What is open at this moment, by the real clock as everywhere where periods are kept: what ends first comes first.

    In one query; in none where nobody has ever opened anything.
    """
    if not outline(place).counts.get(RECEIVED_GRANT.name) or RECEIVED_GRANT.name not in place.store.kinds:
        return []
    at = now()
    active = Q(kind=RECEIVED_GRANT.name, state=RECEIVED_GRANT.lifecycle.initial)
    lately = Q(recorded_at__gt=at - timedelta(hours=VISIT_HOURS))
    visiting = Q(kind=VISIT.name, state=VISIT.lifecycle.initial) & lately
    found = place.store.chosen(active | visiting).values()
    visits = _visits(place, [record for record in found if record.kind == VISIT.name], at)
    told = [_opened(place, record, at, visits) for record in found if record.kind == RECEIVED_GRANT.name]
    return sorted((each for each in told if each is not None), key=lambda each: (each.until, each.number))


def _visits(place: Place, records: list[Record], at: datetime) -> dict[str, datetime]:
    """Until when this person's own are open, by the id of the received grant."""
    found: dict[str, datetime] = {}
    for record in records:
        body = reading.body_of(place, record.current.content)
        until = moment(str(body["until"]))
        if body["reader"] == place.person and at < until:
            for grant in record.current.content.links.get(UNDER, ()):
                found[grant] = max(until, found.get(grant, until))
    return found


def _opened(place: Place, record: Record, at: datetime, visits: dict[str, datetime]) -> Opened | None:
    body = reading.body_of(place, record.current.content)
    until = moment(str(body["effective_until"]))
    if not moment(str(body["effective_from"])) <= at < until:
        return None
    return Opened(
        record.number,
        reverse("received-grant", args=[place.organisation.slug, record.number]),
        str(body["grantor"].get("name", "")),
        str(body["title"]),
        str(body["purpose"]),
        str(body["audit"]) if body.get("audit") else ", ".join(many(kind) for kind in body["kinds"]),
        until,
        (until - at).days,
        visits.get(record.id),
    )
