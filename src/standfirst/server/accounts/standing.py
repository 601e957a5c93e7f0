"""Where an account stands: what tables say of it, and the ledger shows."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from standfirst.management.access import ACCESS, OF, OPEN
from standfirst.management.organisation import PERSON
from standfirst.server.accounts.models import Membership, User
from standfirst.server.store.models import Current, Link, Organisation


def standing_of(user: User) -> QuerySet[Membership]:
    """Where somebody is an active person, and the ledger shows that their account's access as this person is open.

    The membership's row is not believed: whoever writes to it alone acts as nobody.
    """
    shown = _shown(Current.objects.filter(title=str(user.pk)))  # access is titled by its account
    return shown.filter(user=user)


def standing_in(organisation: Organisation) -> list[Membership]:
    """All who stand so in an organisation, with their accounts, where these are active. One query."""
    account = Current.objects.filter(organisation=OuterRef("organisation"), record=OuterRef("access"))
    rows = (
        _shown(Current.objects.all())
        .select_related("user")
        .annotate(account=Subquery(account.values("title")[:1]))
        .filter(organisation=organisation, user__is_active=True)
    )
    return [row for row in rows.order_by("pk") if row.account == str(row.user_id)]


def _shown(access_rows: QuerySet[Current]) -> QuerySet[Membership]:
    person = Current.objects.filter(
        organisation=OuterRef("organisation"), record=OuterRef("person"), kind=PERSON.name, erased=False
    )
    access = access_rows.filter(
        organisation=OuterRef("organisation"), record=OuterRef("access"), kind=ACCESS.name, erased=False
    )
    named = Link.objects.filter(
        organisation=OuterRef("organisation"),
        source=OuterRef("access"),
        relation=OF,
        target=OuterRef("person"),
    )
    return (
        Membership.objects.select_related("organisation__head")
        .annotate(standing=Subquery(person.values("state")[:1]), opened=Subquery(access.values("state")[:1]))
        .filter(Exists(named), standing=PERSON.lifecycle.initial, opened=OPEN)
    )
