"""What no commit tells: what falls due, what readiness was lost, and which rows nobody needs any more. Once a day."""

import logging
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.clock import now, now_in
from standfirst.server.due import Asked, Due, due
from standfirst.server.exchange.service import place_in
from standfirst.server.readiness.standing import Change, changes
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.server.telling import letters, sending
from standfirst.server.telling.events import Event
from standfirst.server.telling.hearing import NEWS
from standfirst.server.telling.keeping import keep
from standfirst.server.telling.members import Member, Members, members_of
from standfirst.server.telling.models import Choice, Delivery, Digest, Feed, Notification
from standfirst.server.telling.reading import standing
from standfirst.server.telling.rules import News
from standfirst.server.telling.sorts import Sort
from standfirst.standards.method import Status

SOON: Final = timedelta(days=7)
MOST: Final = 500
"""Days of one person that are looked at; the earliest first."""

FEW: Final = 5
"""Requirements lost at once that are told one by one."""

READ_KEPT: Final = timedelta(days=60)
UNREAD_KEPT: Final = timedelta(days=365)
DELIVERIES_KEPT: Final = timedelta(days=30)

_DUE: Final = (Sort.DUE_SOON, Sort.LATE)
_log = logging.getLogger(__name__)


def tell_all() -> int:
    """For every organisation. What fails for one keeps no other from it. Returns how many could not be told."""
    failed = 0
    for organisation in Organisation.objects.select_related("head").filter(head__size__gt=0).order_by("pk"):
        try:
            tell(organisation)
        except Exception:  # noqa: BLE001 - the edge of the worker
            _log.exception("what is due in %s was not told", organisation.pk)
            failed += 1
    clear()
    letters.begin(now())
    return failed


def tell(organisation: Organisation) -> None:
    place = place_in(organisation)
    members = members_of(organisation, place.store)
    today, at = reading.today(place), now_in(place.head)
    for member in members:
        items = _items(place, member, today)
        with turn(), transaction.atomic():
            keep(organisation, [_news(member, item, today, at) for item in items])
            _overtaken(organisation, member, items, today, at)
    _drop_those_of_others(organisation, members)
    tell_readiness(organisation)


# --- days ------------------------------------------------------------------------------------------------------------


def _items(place: Place, member: Member, today: date) -> list[Due]:
    """What a person has to do soon, or should have done lately."""
    before = today + SOON + timedelta(days=1)
    return due(place, Asked(owners=member.names, after=today - NEWS, before=before, limit=MOST))


def _news(member: Member, item: Due, today: date, at: datetime) -> News:
    sort = Sort.LATE if item.day < today else Sort.DUE_SOON
    parameters = {"field": item.field, "kind": item.label.kind, "day": item.day.isoformat()}
    return News(member.id, sort, _key(sort, item), at, record=item.label.id, parameters=parameters)


def _key(sort: Sort, item: Due) -> str:
    return f"{sort.value}:{item.label.id}:{item.field}:{item.day.isoformat()}"


def _overtaken(
    organisation: Organisation, member: Member, items: Collection[Due], today: date, at: datetime
) -> None:
    """What was done meanwhile, or has another day, or is no longer only due soon, asks nobody any more."""
    current = [_key(Sort.LATE if item.day < today else Sort.DUE_SOON, item) for item in items]
    asking = Notification.objects.filter(
        organisation=organisation, person=member.id, sort__in=_DUE, read=None
    )
    over = [pk for pk, key in asking.values_list("pk", "key") if key not in set(current)]
    if over:
        Notification.objects.filter(pk__in=over).update(read=at, mailed=True)


# --- readiness -------------------------------------------------------------------------------------------------------


def tell_readiness(organisation: Organisation) -> None:
    """What changed yesterday and today: to programs all of it, to people what was lost. Harmless when repeated."""
    place = place_in(organisation)
    since = reading.today(place) - timedelta(days=1)
    found = changes(place, since)
    if not found:
        return
    lost = [change for change in found if is_lost(change)]
    members = members_of(organisation, place.store) if lost else Members(())
    at = now_in(place.head)
    with turn(), transaction.atomic():
        for change in found:
            data = {**_parameters(change), "on": change.on.isoformat()}
            sending.announce(organisation, Event.READINESS_CHANGED, key=_named(change), at=at, data=data)
        keep(organisation, list(_lost(members, lost, at)))


def is_lost(change: Change) -> bool:
    """It was shown, or would have been but for an auditor's judgement, and is so no longer."""
    held = {Status.SHOWN, Status.NEEDS_JUDGEMENT}
    return change.before in held and change.after in {Status.PARTLY, Status.NOT_SHOWN}


def _lost(members: Members, lost: Collection[Change], at: datetime) -> Iterator[News]:
    """One by one; where many were lost at once, such as on a day on which evidence became too old, all in one."""
    together: dict[tuple[date, int], list[Change]] = {}
    for change in lost:
        together.setdefault((change.on, change.size), []).append(change)
    for (on, size), those in together.items():
        told = [(_named(change), _parameters(change)) for change in those]
        if len(those) > FEW:
            told = [(f"{on.isoformat()}:{size}:{len(those)}", {"count": str(len(those))})]
        for key, parameters in told:
            for member in members.managers:
                whole = f"{Sort.READINESS_LOST.value}:{key}"
                yield News(member.id, Sort.READINESS_LOST, whole, at, parameters=parameters)


def _named(change: Change) -> str:
    return f"{change.requirement}:{change.size}:{change.on.isoformat()}"


def _parameters(change: Change) -> dict[str, str]:
    return {
        "requirement": change.requirement,
        "before": change.before.value,
        "after": change.after.value,
    }


# --- what goes -------------------------------------------------------------------------------------------------------


def _drop_those_of_others(organisation: Organisation, members: Members) -> None:
    """Whoever has left is told nothing more, and what they were told goes."""
    accounts = [member.user.pk for member in members]
    with turn(), transaction.atomic():
        for table in (Notification, Choice):
            rows = table._default_manager.filter(organisation=organisation)  # noqa: SLF001 - Django's name for it
            rows.exclude(person__in=members.ids).delete()
        Feed.objects.filter(organisation=organisation).exclude(user__in=accounts).delete()


def clear() -> None:
    """What was read long ago, what is about something that is erased, and messages that nobody asks for any more."""
    at = now()
    everything = Notification.objects.all()
    with turn():
        everything.filter(read__lt=at - READ_KEPT).delete()
        everything.filter(at__lt=at - UNREAD_KEPT).exclude(organisation__head__simulation=True).delete()
        everything.exclude(pk__in=standing(everything).values("pk")).delete()
        Digest.objects.filter(user__is_active=False).delete()
    with turn():
        old = Delivery.objects.filter(created__lt=at - DELIVERIES_KEPT)
        old.exclude(outcome=Delivery.Outcome.WAITING).delete()
