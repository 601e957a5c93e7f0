"""From records to what can be found, behind the ledger: entry by entry, as far as it has come meanwhile.

Whoever changes what is found holds the lock of ``Progress``, from before the records are read: what is erased meanwhile
is then either not read any more, or taken out again by ``forget``, which waits for the same lock.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from standfirst.records.kind import Body, Kind, NewerContent
from standfirst.records.ledger import UNREADABLE
from standfirst.records.record import SIGNED_CONTENT
from standfirst.records.record import Content as RecordContent
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.search.folding import folded
from standfirst.server.search.models import Attached, Document, FileText, Outcome, Progress
from standfirst.server.search.shelving import Row, fit, shelves
from standfirst.server.search.texts import LONGEST, digests, pieces, title_of
from standfirst.server.store.models import Content, Current, Entry, LedgerHead, Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.store.store import DatabaseStore
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store

READ_FILES: Final = "search-files"
"""The outbox topic of attached files that nobody has read yet. It says for whom, and names no file."""

BATCH: Final = 100
"""Entries of the ledger that are read at once, while other writers to an SQLite file wait."""


def follow(task: Task) -> None:
    """All that a ledger has gained since it was last looked at."""
    organisation = Organisation.objects.get(pk=task.organisation)
    while _next(open_store(organisation)):
        pass


def rebuild(store: DatabaseStore) -> int:
    """What is found, made anew from the records, whatever was there. Returns how many can be."""
    with turn(), transaction.atomic():
        progress = _locked(store.organisation)
        shelves().drop_all(progress.first, progress.end)
        for table in (Attached, Document):
            table._default_manager.filter(organisation=store.organisation).delete()  # noqa: SLF001 - Django's name for it
        progress.size = 0
        progress.save()
    while _next(store):
        pass
    return Document.objects.filter(organisation=store.organisation).count()


def forget(organisation: Organisation, entry: int) -> None:
    """What this entry has erased is found no more. Harmless when repeated."""
    gone = Current.objects.filter(organisation=organisation, erased_by=entry).values("record")
    with turn(), transaction.atomic():
        _locked(organisation.pk)
        _take_out(organisation.pk, Document.objects.filter(organisation=organisation, record__in=gone))


def _locked(organisation: UUID) -> Progress:
    Progress.objects.bulk_create([Progress(organisation_id=organisation)], ignore_conflicts=True)
    return Progress.objects.select_for_update().get(organisation=organisation)


def _next(store: DatabaseStore) -> bool:
    """The next entries of the ledger. Whether there may be more."""
    with turn(), transaction.atomic():
        progress = _locked(store.organisation)
        size = LedgerHead.objects.values_list("size", flat=True).get(organisation=store.organisation)
        end = min(progress.size + BATCH, size)
        if progress.size >= end:
            return False
        came = Entry.objects.filter(
            organisation=store.organisation, sequence__gte=progress.size, sequence__lt=end
        )
        _take_in(store, progress, set(came.values_list("record", flat=True)), before=end)
        progress.size = end
        progress.save()
    return end < size


def again(store: DatabaseStore, records: Collection[str]) -> None:
    """These records once more, since a file of theirs has been read. Those that are still to come stay out."""
    with turn(), transaction.atomic():
        progress = _locked(store.organisation)
        _take_in(store, progress, records, before=progress.size)


# --- in and out ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A record as it stands now."""

    row: Current
    kind: Kind | None
    body: Body
    content: RecordContent


def _take_in(store: DatabaseStore, progress: Progress, records: Collection[str], *, before: int) -> None:
    """Those whose last entry stands before ``before``; the others come with it."""
    own = store.organisation
    _take_out(own, Document.objects.filter(organisation=own, record__in=records))
    found = list(_standing(store, records, before))
    attached = {one.row.record: digests(one.body) for one in found}
    texts = _texts(own, {digest for those in attached.values() for digest in those})
    Document.objects.bulk_create(
        Document(
            id=progress.first + one.row.sequence,
            organisation_id=own,
            record=one.row.record,
            kind=one.row.kind,
        )
        for one in found
    )
    Attached.objects.bulk_create(
        Attached(organisation_id=own, record=record, digest=digest, read=digest in texts)
        for record, those in attached.items()
        for digest in those
    )
    shelves().put(
        _row(progress, one, [texts[digest] for digest in attached[one.row.record] if digest in texts])
        for one in found
    )
    _ask_for(own, {digest for those in attached.values() for digest in those})


def _take_out(organisation: UUID, documents: Iterable[Document]) -> None:
    ids = {document.pk: document.record for document in documents}
    if not ids:
        return
    shelves().drop(ids)
    Attached.objects.filter(organisation=organisation, record__in=list(ids.values())).delete()
    Document.objects.filter(pk__in=list(ids)).delete()


def _standing(store: DatabaseStore, records: Collection[str], before: int) -> Iterator[_Found]:
    """In two queries. What cannot be read, or was written by a later release, is not found; its page says why."""
    data = Content.objects.filter(organisation=store.organisation, sequence=OuterRef("sequence"))
    rows = Current.objects.filter(
        organisation=store.organisation, record__in=records, sequence__lt=before, erased=False
    ).annotate(said=Subquery(data.values("data")[:1]))
    kinds = {kind.name: kind for kind in store.kinds}
    for row in rows.order_by("sequence"):
        try:
            content = content_of(bytes(row.said or b""))
            kind = kinds.get(row.kind)
            body = kind.upcast(content.body, content.schema) if kind else content.body
        except (NewerContent, *UNREADABLE):
            continue
        yield _Found(row, kind, body, content)


def content_of(data: bytes) -> RecordContent:
    """Of bytes that the ledger's check proves. Raises NewerContent, or one of ``UNREADABLE``."""
    value = json.loads(data)
    if value.pop("content") > SIGNED_CONTENT:
        raise NewerContent("content")
    return RecordContent(**value)


def _row(progress: Progress, one: _Found, files: Iterable[str]) -> Row:
    title = title_of(one.kind, one.body)
    return Row(
        id=progress.first + one.row.sequence,
        organisation=progress.organisation_id,
        kind=one.row.kind,
        state=one.row.state,
        title=folded(title[:LONGEST]),
        head=fit(f"{one.row.number} {title[:LONGEST]}"),
        body=fit("\n".join(piece.text for piece in pieces(one.kind, one.body, one.content))),
        files=fit("\n".join(files)[:LONGEST]),
    )


# --- files -----------------------------------------------------------------------------------------------------------


def _texts(organisation: UUID, wanted: Collection[str]) -> Mapping[str, str]:
    """Of the organisation's own files: a body can name the digest of anybody's."""
    found = FileText.objects.filter(file__in=own_files(organisation, wanted), outcome=Outcome.READ)
    return dict(found.values_list("file_id", "text")) if wanted else {}


def own_files(organisation: UUID, wanted: Collection[str]) -> Iterable[str]:
    uses = FileUse.objects.filter(organisation=organisation, file__in=list(wanted))
    return uses.values_list("file_id", flat=True)


def _ask_for(organisation: UUID, wanted: Collection[str]) -> None:
    """Files that nobody has read yet wait from here on for a worker."""
    if not wanted:
        return
    own = set(StoredFile.objects.filter(pk__in=own_files(organisation, wanted)).values_list("pk", flat=True))
    FileText.objects.bulk_create([FileText(file_id=digest) for digest in sorted(own)], ignore_conflicts=True)
    if FileText.objects.filter(file__in=own, outcome=Outcome.WAITING).exists():
        Outbox.objects.create(organisation_id=organisation, topic=READ_FILES, size=0)
