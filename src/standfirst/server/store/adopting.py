"""A ledger that was kept in a package goes on in the database: the same entries, to the byte."""

from collections.abc import Sequence

from django.db import transaction

from standfirst.records.change import Refused
from standfirst.records.ledger import Sealed, check, head_of
from standfirst.records.sealing import read
from standfirst.server.store import index
from standfirst.server.store.following import ALWAYS
from standfirst.server.store.models import Content, Entry, LedgerHead, Outbox
from standfirst.server.store.store import HEAD_MOVED, DatabaseStore, advance
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason


def adopt(store: DatabaseStore, ledger: Sequence[Sealed]) -> int:
    """Take over a whole ledger into an organisation that has none yet. Returns how many entries.

    Raises Refused where this organisation's ledger has begun, or the one that comes is broken or holds kinds that such an
    organisation does not keep; NewerContent for what a later release wrote.
    """
    if (broken := check(ledger, head_of(ledger))) is not None:
        raise Refused(broken.reason)
    added = [(sealed, *read(sealed, kinds=store.kinds)) for sealed in ledger]
    if foreign := sorted({entry.kind for _, entry, _ in added if entry.kind not in store.kinds}):
        raise Refused(Reason("organisation.foreign-kinds", {"kinds": tuple(foreign)}))
    own = {"organisation_id": store.organisation}
    with turn(), transaction.atomic(durable=True):
        head = LedgerHead.objects.select_for_update().get(organisation=store.organisation)
        if head.size:
            raise Refused(Reason("ledger.founded-once"))
        Entry.objects.bulk_create(
            (
                Entry(
                    **own,
                    sequence=entry.sequence,
                    record=entry.record,
                    version=entry.version,
                    data=sealed.entry,
                    leaf=bytes.fromhex(sealed.leaf),
                )
                for sealed, entry, _ in added
            ),
            batch_size=index.BATCH,
        )
        Content.objects.bulk_create(
            (
                Content(
                    **own,
                    sequence=entry.sequence,
                    salt=sealed.salt if content is not None else None,
                    data=sealed.content,
                )
                for sealed, entry, content in added
            ),
            batch_size=index.BATCH,
        )
        advance(head, [(sealed, entry) for sealed, entry, _ in added])
        index.rebuild(store.organisation, store.kinds)
        Outbox.objects.bulk_create(
            Outbox(**own, topic=topic, size=head.size) for topic in (HEAD_MOVED, *ALWAYS)
        )
    return len(added)
