"""Where an account stands: what tables say of it, and the ledger shows."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from standfirst.management.access import ACCESS, OF, OPEN
from standfirst.management.organisation import PERSON
from standfirst.server.accounts.models import Membership, User
from standfirst.server.store.models import Current, Link


def standing_of(user: User) -> QuerySet[Membership]:
    """Where somebody is an active person, and the ledger shows that their account's access as this person is open.

    The membership's row is not believed: whoever writes to it alone acts as nobody.
    """
    person = Current.objects.filter(
        organisation=OuterRef("organisation"), record=OuterRef("person"), kind=PERSON.name, erased=False
    )
    access = Current.objects.filter(
        organisation=OuterRef("organisation"),
        record=OuterRef("access"),
        kind=ACCESS.name,
        erased=False,
        title=str(user.pk),  # titled by its account
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
        .filter(Exists(named), user=user, standing=PERSON.lifecycle.initial, opened=OPEN)
    )
