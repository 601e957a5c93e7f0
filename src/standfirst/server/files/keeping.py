"""From a file that has arrived to one that is kept, and known under a name to one organisation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from standfirst.records.change import Refused
from standfirst.server.accounts.models import User
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.files.names import apart, folded, safe_name
from standfirst.server.files.receiving import Arrived
from standfirst.server.files.scanning import scan
from standfirst.server.files.shelves import shelf
from standfirst.server.files.sniffing import Sniffed, contradicted, sniff
from standfirst.server.store.following import FILES
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

ATTEMPTS: Final = 3
"""A place that never has what was put there, such as a bucket that somebody else writes to, is not filled for ever."""


@dataclass(frozen=True, slots=True)
class About:
    """What whoever brings a file says of it: the time that it is evidence of, half-open, and how it came to be."""

    evidence_from: date | None = None
    evidence_until: date | None = None
    origin: str = ""
    collector: str = ""


def keep(
    arrived: Arrived, about: About, *, organisation: Organisation, user: User | None, at: datetime
) -> FileUse:
    """Scanned, then in its place, then in the tables: a row never speaks of bytes that are not there.

    Raises Refused for an empty file and where the scanner does not let it pass; then nothing is kept.
    """
    require_fit(arrived)
    return keep_fit(arrived, about, organisation=organisation, user=user, at=at)


def require_fit(arrived: Arrived) -> None:
    """Whether it may be kept, before any of it is. Raises Refused."""
    if arrived.size == 0:
        raise Refused(Reason("file.empty"))
    scan(arrived.path, settings.SCANNER)


def keep_fit(
    arrived: Arrived, about: About, *, organisation: Organisation, user: User | None, at: datetime
) -> FileUse:
    """``keep``, for one that was asked ``require_fit`` already. ``user``: None where no member brought it."""
    found = sniff(arrived.head)
    place = shelf()
    for _ in range(ATTEMPTS):
        place.carry(arrived.digest, arrived.path)
        with turn(), transaction.atomic():
            _lock(arrived, found, at)
            if place.settle(arrived.digest, arrived.path):
                return _use(arrived, found, about, organisation, user, at)
            transaction.set_rollback(True)  # destroyed between the two: once more
    raise Refused(Reason("file.not-kept", {"digest": arrived.digest}))


def _lock(arrived: Arrived, found: Sniffed, at: datetime) -> None:
    """The digest's row, made where there was none: whoever keeps or destroys these bytes waits here."""
    row = StoredFile(
        digest=arrived.digest, size=arrived.size, media_type=found.media_type[:100], stored_at=at
    )
    StoredFile.objects.bulk_create(
        [row], update_conflicts=True, update_fields=["size"], unique_fields=["digest"]
    )


def _use(  # noqa: PLR0917
    arrived: Arrived,
    found: Sniffed,
    about: About,
    organisation: Organisation,
    user: User | None,
    at: datetime,
) -> FileUse:
    name = _own_name(safe_name(arrived.name), arrived.digest, organisation)
    Outbox.objects.create(organisation=organisation, topic=FILES, size=0)
    return FileUse.objects.create(
        organisation=organisation,
        file_id=arrived.digest,
        name=name,
        folded=folded(name),
        claims=contradicted(name, found)[:100],
        uploaded_at=at,
        uploaded_by=user,
        evidence_from=about.evidence_from,
        evidence_until=about.evidence_until,
        origin=about.origin,
        collector=about.collector,
    )


def _own_name(name: str, digest: str, organisation: Organisation) -> str:
    """Two different files of an organisation never have one name: a package could hold only one of them."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    others = FileUse.objects.filter(organisation=organisation, folded=folded(name)).exclude(file_id=digest)
    return apart(name, digest) if others.exists() else name
