"""From the ledger to notifications and webhooks, behind it: entry by entry, as far as it has come meanwhile.

Whoever tells holds the lock of ``Heard``, and what is told is written in the transaction that says how far it has come.
So each entry is told once, whatever worker is killed where.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from standfirst.records.kind import NewerContent
from standfirst.records.ledger import UNREADABLE
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Content as RecordContent
from standfirst.server.clock import now_in
from standfirst.server.exchange.service import require_organisation
from standfirst.server.store.models import Content, Current, Entry, LedgerHead, Organisation
from standfirst.server.store.outbox import Task
from standfirst.server.store.store import DatabaseStore
from standfirst.server.store.turn import turn
from standfirst.server.telling import sending
from standfirst.server.telling.keeping import keep
from standfirst.server.telling.members import members_of
from standfirst.server.telling.models import Heard, Notification
from standfirst.server.telling.rules import Line, Scene, concerned, news
from standfirst.server.telling.sorts import Sort
from standfirst.server.workplace import open_store

BATCH: Final = 100
"""Entries that are looked at at once, while other writers to an SQLite file wait."""

FIRST: Final = 2_000
"""Of a ledger of which nobody was ever told, such as one that was adopted, the last so many entries are looked at."""

NEWS: Final = timedelta(days=30)
"""What happened longer ago is no news."""


def hear(task: Task) -> None:
    """All that a ledger has gained since it was last listened to."""
    organisation = require_organisation(task.organisation)
    while _next(organisation):
        pass


def _next(organisation: Organisation) -> bool:
    """The next entries. Whether there may be more."""
    store = open_store(organisation)
    with turn(), transaction.atomic():
        head = LedgerHead.objects.get(organisation=organisation)
        heard = _locked(organisation.pk, head.size)
        end = min(heard.size + BATCH, head.size)
        if heard.size >= end:
            return False
        _tell(organisation, store, _lines(organisation.pk, heard.size, end), latest=now_in(head))
        heard.size = end
        heard.save()
    return end < head.size


def _locked(organisation: UUID, size: int) -> Heard:
    first = Heard(organisation_id=organisation, size=max(0, size - FIRST))
    Heard.objects.bulk_create([first], ignore_conflicts=True)
    return Heard.objects.select_for_update().get(organisation=organisation)


def _tell(
    organisation: Organisation, store: DatabaseStore, lines: Sequence[Line], *, latest: datetime
) -> None:
    sending.post(organisation, [line.entry for line in lines], _states(lines))
    fresh = [line for line in lines if latest - line.entry.recorded_at <= NEWS]
    if not fresh:
        return
    scene = _scene(organisation, store, fresh)
    _overtaken(organisation, fresh)
    keep(organisation, [one for line in fresh for one in news(line, scene)])


def _states(lines: Iterable[Line]) -> Mapping[int, str]:
    return {line.entry.sequence: line.content.state for line in lines if line.content is not None}


def _scene(organisation: Organisation, store: DatabaseStore, lines: Sequence[Line]) -> Scene:
    kinds = {kind.name: kind for kind in store.kinds}
    members = members_of(organisation, store)
    wanted = {record for line in lines for record in concerned(line, kinds)} if members.all else set()
    return Scene(store, kinds, members, store.records(wanted) if wanted else {})


def _overtaken(organisation: Organisation, lines: Iterable[Line]) -> None:
    """A record that has moved on no longer waits for a signature: who was told so is not asked any more."""
    moved = {line.entry.record: line.entry.recorded_at for line in lines if line.moved_to and line.before}
    if moved:
        waiting = Notification.objects.filter(organisation=organisation, sort=Sort.TO_SIGN, read=None)
        waiting.filter(record__in=moved).update(read=max(moved.values()), mailed=True)
        # What was said and taken back calls nobody any more.
        Notification.objects.filter(organisation=organisation, source__in=moved).delete()


# --- what was recorded -----------------------------------------------------------------------------------------------


def _lines(organisation: UUID, start: int, end: int) -> list[Line]:
    """In three queries."""
    rows = _said(organisation, Q(sequence__gte=start, sequence__lt=end))
    entries = {entry.record for entry, _ in rows}
    versions = Current.objects.filter(organisation=organisation, record__in=entries)
    last = dict(versions.values_list("record", "version"))
    before = _before(organisation, [entry for entry, _ in rows])
    return [
        Line(entry, said, before.get((entry.record, entry.version)), last.get(entry.record) == entry.version)
        for entry, said in rows
    ]


def _before(organisation: UUID, entries: Sequence[LedgerEntry]) -> Mapping[tuple[str, int], RecordContent]:
    """What records said before these entries, by record and the version that came then."""
    asked = Q()
    for entry in entries:
        if entry.version > 1:
            asked |= Q(record=entry.record, version=entry.version - 1)
    found = _said(organisation, asked) if asked else []
    return {(entry.record, entry.version + 1): said for entry, said in found if said is not None}


def _said(organisation: UUID, asked: Q) -> list[tuple[LedgerEntry, RecordContent | None]]:
    rows: QuerySet[Entry] = Entry.objects.filter(asked, organisation=organisation).order_by("sequence")
    data = Content.objects.filter(organisation=organisation, sequence=OuterRef("sequence")).values("data")[:1]
    found = rows.annotate(content=Subquery(data)).values_list("data", "content")
    return [(LedgerEntry.from_bytes(bytes(entry)), _content(content)) for entry, content in found]


def _content(data: bytes | memoryview | None) -> RecordContent | None:
    """None for what is erased, and for what a later release has written."""
    if data is None:
        return None
    try:
        return RecordContent.from_bytes(bytes(data))
    except (NewerContent, *UNREADABLE):
        return None
