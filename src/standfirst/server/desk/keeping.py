"""Drafts: kept while somebody writes, thrown away when they are done. No deed, so no ledger holds them."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from standfirst.records.change import Refused
from standfirst.server.access import Place
from standfirst.server.desk.models import Draft
from standfirst.server.store.models import Organisation
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

LARGEST: Final = 512 * 1024
"""Characters of one draft. A longer text is recorded, or kept in a file."""

MOST: Final = 100
"""Drafts that one person has in one organisation."""

NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "draft", "add", "id", "expected", "base"})
"""What a form sends beside what somebody typed."""

TITLE: Final = 200

Pairs = Sequence[tuple[str, str]]


def save(
    place: Place,
    *,
    kind: str,
    record: str,
    base: int,
    typed: Pairs,
    title: str,
    now: datetime,
    empty: bool = False,
) -> Draft | None:
    """Instead of the one before. None where there is nothing to keep, unless it may be ``empty``. Raises Refused: too long, or
    too many.
    """
    data = json.dumps([list(pair) for pair in typed], ensure_ascii=False)
    if len(data) > LARGEST:
        raise Refused(Reason("draft.too-long", {"limit": LARGEST}))
    if not empty and not any(text.strip() for _name, text in typed):
        return None
    said = {"kind": kind, "base": base, "data": data, "title": title[:TITLE], "saved_at": now}
    with turn(), transaction.atomic():
        if not own(place).filter(record=record).update(**said):
            if own(place).count() >= MOST:
                raise Refused(Reason("draft.too-many", {"limit": MOST}))
            return Draft.objects.create(
                organisation=place.organisation, user_id=UUID(place.account), record=record, **said
            )
    return own(place).get(record=record)


def attach(draft: Draft, names: Sequence[str]) -> None:
    """Fills files in that were brought for it, as if their names had been typed."""
    typed = [tuple(pair) for pair in json.loads(draft.data)]
    kept = [pair for pair in typed if pair != ("body.attachments", "")]
    more = [pair for pair in (("body.attachments", name) for name in names) if pair not in kept]
    data = json.dumps([list(pair) for pair in (*kept, *more)], ensure_ascii=False)
    with turn():
        Draft.objects.filter(pk=draft.pk).update(data=data)


def throw_away(place: Place, record: str) -> None:
    """Harmless where there is none."""
    if own(place).filter(record=record).exists():
        with turn():
            own(place).filter(record=record).delete()


def throw_away_said(place: Place, kind: str, typed: Pairs) -> None:
    """New records of a kind that were begun and say nothing but what has been recorded now: somebody loaded the form anew, and
    went on there.
    """
    said = {(name, text.strip()) for name, text in typed}
    begun = own(place).filter(kind=kind, base=0)
    over = [draft.pk for draft in begun if _all_said(draft, said)]
    if over:
        with turn():
            own(place).filter(pk__in=over).delete()


def _all_said(draft: Draft, said: Collection[tuple[str, str]]) -> bool:
    return all((name, text.strip()) in said for name, text in json.loads(draft.data) if text.strip())


def own(place: Place) -> QuerySet[Draft]:
    """A draft is its author's alone."""
    return Draft.objects.filter(organisation=place.organisation, user=UUID(place.account))


def forget(organisation: Organisation, records: Iterable[str]) -> None:
    """What anybody has begun to write about records that are erased now."""
    with turn():
        Draft.objects.filter(organisation=organisation, record__in=list(records)).delete()


def typed_in(post: QueryDict) -> Pairs:
    """What a form brought, as it was typed, without what it carries by itself."""
    return [(name, text) for name, texts in post.lists() if name not in NOT_KEPT for text in texts]


def posted(draft: Draft) -> QueryDict:
    """As the form brought it."""
    found = QueryDict(mutable=True)
    for name, text in json.loads(draft.data):
        found.appendlist(name, text)
    return found
