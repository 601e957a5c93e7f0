"""Who is here: the active people of an organisation by handle, by role, and by how their name begins; and what
everybody is called who ever was here. Read from the index.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from standfirst.management.access import ACCESS, OPEN
from standfirst.management.organisation import HANDLE, PERSON, names_of
from standfirst.server.access import Place
from standfirst.server.accounts.models import Membership
from standfirst.server.reading import Label, standing
from standfirst.server.store.index import as_compared, digest_of
from standfirst.server.store.models import Current, Indexed, Unique


def own_names(place: Place) -> Sequence[str]:
    """How records name the person who asks."""
    return names_of(standing(place, place.person).current.content.body)


def ids_by_handle(place: Place, handles: Collection[str]) -> Mapping[str, str]:
    """Those of whom there is somebody active, in two queries at most."""
    if not handles:
        return {}
    wanted = {digest_of(handle): handle for handle in handles}
    rows = Unique.objects.filter(
        organisation=place.organisation, kind=PERSON.name, field="handle", value__in=list(wanted)
    )
    found = {record: wanted[bytes(value)] for record, value in rows.values_list("record", "value")}
    active = _active(place).filter(record__in=list(found)).values_list("record", flat=True)
    return {found[record]: record for record in active}


def names(place: Place, texts: Collection[str]) -> Mapping[str, str]:
    """What those are called whose handles stand among these texts, whether they are still here or not. In one query; in none
    where no text is spelt as handles are. Of two with one name each keeps the handle beside it.
    """
    handles = {text for text in texts if re.fullmatch(HANDLE, text)}
    if not handles:
        return {}
    asked = _handles(place).filter(folded__in=[as_compared(handle) for handle in handles])
    rows = asked.annotate(name=_titled(place))
    found = {handle: name for handle, name in rows.values_list("text", "name") if name and handle in handles}
    borne = Counter(found.values())
    return {handle: f"{name} ({handle})" if borne[name] > 1 else name for handle, name in found.items()}


def name_of(place: Place, handle: str, folded: str) -> Subquery:
    """The name of whoever has the handle that stands in these two columns of a query; nothing where nobody has it."""
    rows = (
        _handles(place).filter(folded=OuterRef(folded), text=OuterRef(handle)).annotate(name=_titled(place))
    )
    return Subquery(rows.values("name")[:1])


@dataclass(frozen=True, slots=True)
class Holder:
    """``acts``: an account acts as this person. Where none does, nobody can sign in and do what the role may."""

    label: Label
    acts: bool


def acting(place: Place) -> QuerySet[Membership]:
    """Those whose access stands open in the ledger: the door lets in nobody else."""
    opened = Current.objects.filter(
        organisation=place.organisation, record=OuterRef("access"), kind=ACCESS.name, state=OPEN
    )
    return Membership.objects.filter(Exists(opened), organisation=place.organisation)


def holding(place: Place, roles: Collection[str]) -> Mapping[str, Sequence[Holder]]:
    """Who holds each of these roles, in one query."""
    own = Current.objects.filter(organisation=place.organisation, record=OuterRef("record"), erased=False)
    told: dict[str, Combinable] = {
        f"its_{column}": Subquery(own.values(column)[:1]) for column in ("number", "title", "state")
    }
    told["acts"] = Exists(acting(place).filter(person=OuterRef("record")))
    rows = Indexed.objects.filter(
        organisation=place.organisation,
        kind=PERSON.name,
        field="roles",
        text__in=[str(role) for role in roles],
    )
    found: dict[str, list[Holder]] = {}
    for role, record, number, title, state, acts in (
        rows.annotate(**told).order_by("first").values_list("text", "record", *told)
    ):
        if state == PERSON.lifecycle.initial:
            label = Label(record, number, PERSON.name, title, state, erased=False)
            found.setdefault(role, []).append(Holder(label, bool(acts)))
    return found


def called_like(place: Place, text: str, limit: int) -> list[tuple[str, str]]:
    """Handle and name of those whose handle, or a part of whose name, begins with a text; in two queries."""
    begun = as_compared(text)
    own = Indexed.objects.filter(organisation=place.organisation, kind=PERSON.name)
    like = Q(folded__startswith=begun) | Q(field="name", folded__contains=f" {begun}")
    chosen = own.filter(like, field__in=("handle", "name")).values("record")
    active = dict(
        _active(place).filter(record__in=chosen).order_by("title").values_list("record", "title")[:limit]
    )
    handles = dict(own.filter(field="handle", record__in=list(active)).values_list("record", "text"))
    return [(handles[record], name) for record, name in active.items() if record in handles]


def _active(place: Place) -> QuerySet[Current]:
    return Current.objects.filter(
        organisation=place.organisation, kind=PERSON.name, state=PERSON.lifecycle.initial, erased=False
    )


def _handles(place: Place) -> QuerySet[Indexed]:
    return Indexed.objects.filter(
        organisation=place.organisation,
        kind=PERSON.name,
        field="handle",
        number__isnull=True,
        day__isnull=True,
    )


def _titled(place: Place) -> Subquery:
    own = Current.objects.filter(organisation=place.organisation, record=OuterRef("record"), erased=False)
    return Subquery(own.values("title")[:1])
