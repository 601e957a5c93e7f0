"""Views of lists that somebody has saved: their own, and those that colleagues share. No deed, so no ledger holds them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from standfirst.management.organisation import MANAGERS
from standfirst.records.change import Refused
from standfirst.records.kind import Kind
from standfirst.server.access import Place
from standfirst.server.desk.models import FirstView, SavedView
from standfirst.server.lists.wanted import parse
from standfirst.standards.reason import Reason

MOST: Final = 50
"""Views of one kind that somebody keeps."""

NAME: Final = 80


def views(place: Place, kind: str) -> Sequence[SavedView]:
    """In one query: one's own and those that are shared, by name; ``is_first`` and ``is_mine`` beside each."""
    mine = UUID(place.account)
    first = FirstView.objects.filter(user=mine, view=OuterRef("pk"))
    found = list(_seen(place).filter(kind=kind).annotate(is_first=Exists(first)).order_by("name", "pk"))
    for view in found:
        view.__dict__["is_mine"] = view.user_id == mine
    return found


def first_view(found: Sequence[SavedView]) -> SavedView | None:
    return next((view for view in found if view.__dict__["is_first"]), None)


def view_of(place: Place, number: int) -> SavedView:
    """Raises Refused ``record.missing`` for one that is not there, not shared, or of another organisation."""
    found = _seen(place).filter(pk=number).first()
    if found is None:
        raise Refused(Reason("record.missing"))
    return found


def _seen(place: Place) -> QuerySet[SavedView]:
    return SavedView.objects.filter(
        Q(user=UUID(place.account)) | Q(shared=True), organisation=place.organisation
    )


def save(place: Place, kind: Kind, name: str, query: str, *, shared: bool, first: bool) -> SavedView:
    """Under its name, over one of that name that one has already. Raises Refused."""
    name = " ".join(name.split())
    if not name or len(name) > NAME:
        raise Refused(Reason("view.name", {"limit": NAME}))
    own = SavedView.objects.filter(organisation=place.organisation, user=UUID(place.account), kind=kind.name)
    with transaction.atomic():
        if not own.filter(name=name).exists() and own.count() >= MOST:
            raise Refused(Reason("view.too-many", {"limit": MOST}))
        said = {"query": parse(kind, query).query, "shared": shared}
        made, _ = own.update_or_create(
            organisation=place.organisation,
            user_id=UUID(place.account),
            kind=kind.name,
            name=name,
            defaults=said,
        )
        if first:
            begin_with(place, made)
    return made


def begin_with(place: Place, view: SavedView) -> None:
    """From now on the lists of its kind begin with it, for the one who asks."""
    FirstView.objects.update_or_create(
        organisation=place.organisation, user_id=UUID(place.account), kind=view.kind, defaults={"view": view}
    )


def begin_plainly(place: Place, kind: str) -> None:
    FirstView.objects.filter(organisation=place.organisation, user=UUID(place.account), kind=kind).delete()


def delete(place: Place, view: SavedView) -> None:
    """Raises Refused ``view.not-yours``: who made it may, and for a shared one whoever answers for the management system."""
    if not may_delete(place, view):
        raise Refused(Reason("view.not-yours"))
    view.delete()


def may_delete(place: Place, view: SavedView) -> bool:
    return view.user_id == UUID(place.account) or bool(place.actor(place.store).roles & set(MANAGERS))
