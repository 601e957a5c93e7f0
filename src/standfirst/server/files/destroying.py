"""Destroying files after an erasure: bytes go when nobody has a use for them any more."""

from collections.abc import Collection

from django.db import transaction

from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.shelves import shelf
from standfirst.server.store.following import FILES
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.turn import turn


def forget_uses(organisation: Organisation, digests: Collection[str], *, by: str) -> None:
    """An organisation's erasure, recorded under the number ``by``: it has no use for these files any more.

    Within the caller's transaction; ``destroy_unreferenced`` comes after it. Give only digests that no version of any
    record that is left names: this is not asked here.
    """
    FileUse.objects.filter(organisation=organisation, file__in=list(digests)).update(
        file=None, name="", folded="", claims="", origin="", collector="", erased_by=by
    )
    Outbox.objects.create(organisation=organisation, topic=FILES, size=0)


def destroy_unreferenced(digest: str) -> bool:
    """Whether the bytes went: no organisation had a use for them. Not within a transaction.

    The row's lock keeps out whoever hands in the same bytes meanwhile. A process killed between the two leaves a row
    without bytes and without a use, which the next upload of these bytes, or the next call, puts right.
    """
    with turn(), transaction.atomic():
        row = StoredFile.objects.select_for_update().filter(digest=digest).first()
        if row is None or row.uses.exists():
            return False
        shelf().drop(digest)
        row.delete()
    return True
