"""What waits for somebody in each of the organisations that they belong to: in as many queries for one as for a hundred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from standfirst.management.organisation import PERSON, names_of
from standfirst.records.record import Content as RecordContent
from standfirst.server.accounts.models import Membership, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.clock import now_in
from standfirst.server.store.index import as_compared
from standfirst.server.store.models import Content, Current, Due, Organisation
from standfirst.server.telling.models import Notification
from standfirst.server.telling.reading import standing

SOON: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Mine:
    """One organisation, as it stands to this person: what is late, what is due within two weeks, what nobody has read."""

    organisation: Organisation
    late: int
    soon: int
    unread: int


def organisations(user: User) -> list[Membership]:
    return list(standing_of(user).order_by("organisation__name", "organisation__slug"))


def waiting_in(memberships: Sequence[Membership]) -> list[Mine]:
    """In three queries."""
    days = _days(memberships, _names(memberships))
    unread = dict(
        standing(
            Notification.objects.filter(
                organisation__in=[each.organisation_id for each in memberships],
                person__in=[each.person for each in memberships],
                read=None,
            )
        )
        .order_by()
        .values_list("organisation")
        .annotate(count=Count("pk"))
    )
    return [
        Mine(each.organisation, *days.get(each.organisation_id, (0, 0)), unread.get(each.organisation_id, 0))
        for each in memberships
    ]


def _names(memberships: Sequence[Membership]) -> Mapping[UUID, list[str]]:
    """By organisation: by which names records there say that this person answers for them."""
    said = Content.objects.filter(organisation=OuterRef("organisation"), sequence=OuterRef("sequence"))
    people = Current.objects.filter(
        organisation__in=[each.organisation_id for each in memberships],
        record__in=[each.person for each in memberships],
        kind=PERSON.name,
    )
    found = {}
    for organisation, content in people.annotate(content=Subquery(said.values("data")[:1])).values_list(
        "organisation", "content"
    ):
        if content is not None:
            body = RecordContent.from_bytes(bytes(content)).body
            found[organisation] = [as_compared(name) for name in names_of(body)]
    return found


def _days(
    memberships: Sequence[Membership], names: Mapping[UUID, list[str]]
) -> Mapping[UUID, tuple[int, int]]:
    """Late, and soon, by organisation. In a simulation today is the day of its last entry."""
    wanted = Q(pk__in=[])
    for each in memberships:
        if each.organisation_id in names:
            end = _today(each.organisation) + SOON
            wanted |= Q(
                organisation=each.organisation_id, folded_owner__in=names[each.organisation_id], day__lte=end
            )
    today = {each.organisation_id: _today(each.organisation) for each in memberships}
    found: dict[UUID, list[int]] = {}
    rows = Due.objects.filter(wanted).order_by().values_list("organisation", "record", "field", "day")
    for organisation, _record, _field, day in rows.distinct():
        counts = found.setdefault(organisation, [0, 0])
        counts[0 if day < today[organisation] else 1] += 1
    return {organisation: (late, soon) for organisation, (late, soon) in found.items()}


def _today(organisation: Organisation) -> date:
    return now_in(organisation.head).date()
