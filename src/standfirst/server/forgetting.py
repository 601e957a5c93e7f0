"""After an erasure: what is kept beside the records of whom or what it was about goes too."""

import json
from collections.abc import Collection
from typing import Final

from django.db import transaction

from standfirst.management.access import accounts_of
from standfirst.management.organisation import PERSON
from standfirst.server.accounts import leaving
from standfirst.server.clock import now
from standfirst.server.desk import keeping
from standfirst.server.files.destroying import destroy_unreferenced, forget_uses
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.readiness import keeping as readiness
from standfirst.server.readiness import reporting
from standfirst.server.readiness.models import KeptFact, KeptResult, Prepared, RestsOn, Served
from standfirst.server.search import indexing
from standfirst.server.search.models import Attached, Document, FileText
from standfirst.server.search.shelving import shelves
from standfirst.server.store.erasing import DIGESTS, ERASED, TABLES, settle
from standfirst.server.store.models import Content, Current, LedgerHead, Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.store.turn import turn
from standfirst.server.workplace import open_store

CHUNK: Final = 1_000
READINESS: Final = (KeptFact, Served, RestsOn, KeptResult, Prepared)
BY_MISTAKE: Final = "recorded-by-mistake"
"""The one ground of an erasure after which whom it is about may still be somebody here."""


def forget(task: Task) -> None:
    """1 people stop being members; 2 files that nobody names any more go; 3 nothing of it is found, and no draft of it is kept; 4 the row forgets which;
    5 so do the tables.

    Killed anywhere, it is done again from the beginning, and only the last step has then something to do.
    """
    left = json.loads(task.payload)
    organisation = Organisation.objects.get(pk=task.organisation)
    if left:
        _forget_people(organisation, left["entry"], erasure=left["record"])
        _forget_files(organisation, left["files"], by=left["number"])
        indexing.forget(organisation, left["entry"])
        gone = Current.objects.filter(organisation=organisation, erased_by=left["entry"])
        keeping.forget(organisation, gone.values_list("record", flat=True))
        readiness.keep(organisation)
        reporting.forget(organisation)
        with turn():
            rows = Outbox.objects.filter(organisation=organisation, topic=ERASED, size=task.size)
            rows.update(payload="{}")
    shelves().settle()
    settle((*TABLES, *leaving.TABLES, FileUse, StoredFile, Attached, Document, FileText, *READINESS))


def _forget_people(organisation: Organisation, entry: int, *, erasure: str) -> None:
    gone = Current.objects.filter(organisation=organisation, kind=PERSON.name, erased_by=entry)
    people = list(gone.values_list("record", flat=True))
    if people:
        store = open_store(organisation)
        said = store.records([erasure])[erasure].current.content.body
        accounts = accounts_of(store, people)
        close = said.get("basis") != BY_MISTAKE
        leaving.end(organisation, people, accounts=accounts, close=close, now=now())


# --- files -----------------------------------------------------------------------------------------------------------


def _forget_files(organisation: Organisation, digests: Collection[str], *, by: str) -> None:
    """Most of the ledger is looked through without its lock, and only what came meanwhile under it."""
    looked = LedgerHead.objects.get(organisation=organisation).size
    unnamed = _unnamed(organisation, set(digests), 0, looked)
    if not unnamed:
        return
    with turn(), transaction.atomic():
        head = LedgerHead.objects.select_for_update().get(organisation=organisation)
        unnamed = _unnamed(organisation, unnamed, looked, head.size)
        forget_uses(organisation, unnamed, by=by)
    for digest in sorted(unnamed):
        destroy_unreferenced(digest)


def _unnamed(organisation: Organisation, digests: set[str], first: int, end: int) -> set[str]:
    """Those that no content from ``first`` up to ``end`` names, of any version of any record."""
    found = Content.objects.filter(organisation=organisation, sequence__gte=first, sequence__lt=end)
    left = {digest.encode() for digest in digests}
    for data in found.exclude(data=None).values_list("data", flat=True).iterator(CHUNK):
        if not left:
            break
        left.difference_update(DIGESTS.findall(bytes(data or b"")))
    return {digest.decode() for digest in left}
