"""What lies on somebody's desk: for pages."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from standfirst.server.access import Place
from standfirst.server.desk.keeping import own
from standfirst.server.desk.models import Draft


def drafts(place: Place) -> QuerySet[Draft]:
    """All of somebody's drafts here without what was typed, the newest first, in one query."""
    return own(place).defer("data").order_by("-saved_at", "-id")


def draft_of(place: Place, record: str) -> Draft | None:
    """What somebody has begun to write about a record."""
    return own(place).filter(record=record).first()


def begun(place: Place, kind: str) -> Sequence[Draft]:
    """New records of a kind that somebody has begun, the newest first."""
    return list(drafts(place).filter(kind=kind, base=0))


def onward(place: Place, found: Draft) -> str:
    """Where it is gone on with."""
    slug = place.organisation.slug
    to = ("record-edit", [slug, found.record]) if found.base else ("record-new", [slug, found.kind])
    return f"{reverse(to[0], args=to[1])}?{urlencode({'draft': found.record})}"
