"""Read models: what lists, look-ups and the trace graph read. Made from the records alone, so that they can be rebuilt."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from django.db.models import Max, Min, OuterRef, Subquery

from standfirst.records.kind import Kinds
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Content as RecordContent
from standfirst.server.store.models import Content, Current, Entry, Link, Unique
from standfirst.trust.canonical import canonical_bytes

TITLE = 300  # characters kept of a title
BATCH = 1000  # rows written at once where all are


@dataclass(frozen=True, slots=True)
class Latest:
    """The last version of a record; ``first`` is the sequence of its first. No content once it is erased."""

    entry: LedgerEntry
    content: RecordContent | None
    first: int


@dataclass(slots=True)
class Rows:
    """What the read models hold about some records."""

    current: list[Current] = field(default_factory=list)
    unique: list[Unique] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def digest_of(value: object) -> bytes:
    """By which a unique value is found, however long it is."""
    return sha256(canonical_bytes(value)).digest()


def rows(organisation: UUID, kinds: Kinds, records: Iterable[Latest]) -> Rows:
    made = Rows()
    for latest in records:
        entry, content = latest.entry, latest.content
        made.current.append(_current(organisation, kinds, latest))
        if content is None:
            continue
        body = _as_now(kinds, content)
        for name in kinds[entry.kind].unique if entry.kind in kinds else ():
            if (value := body.get(name)) is not None:
                made.unique.append(
                    Unique(
                        organisation_id=organisation,
                        record=entry.record,
                        number=entry.number,
                        kind=entry.kind,
                        field=name,
                        value=digest_of(value),
                    )
                )
        made.links += [
            Link(
                organisation_id=organisation,
                source=entry.record,
                relation=relation,
                target=target,
                position=position,
            )
            for relation, targets in content.links.items()
            for position, target in enumerate(targets)
        ]
    return made


def _current(organisation: UUID, kinds: Kinds, latest: Latest) -> Current:
    entry, content = latest.entry, latest.content
    title = ""
    if content is not None and entry.kind in kinds:
        title = str(_as_now(kinds, content).get(kinds[entry.kind].titled_by, ""))
    return Current(
        organisation_id=organisation,
        record=entry.record,
        kind=entry.kind,
        number=entry.number,
        version=entry.version,
        state=content.state if content is not None else "",
        title=title[:TITLE],
        erased=content is None,
        first=latest.first,
        sequence=entry.sequence,
        recorded_at=entry.recorded_at,
    )


def _as_now(kinds: Kinds, content: RecordContent) -> dict[str, object]:
    return dict(kinds[content.kind].upcast(content.body, content.schema)) if content.kind in kinds else {}


def put(made: Rows, *, replacing: Collection[str], organisation: UUID) -> None:
    """Write the rows of changed records. ``replacing``: those that had rows before."""
    Current.objects.bulk_create(
        made.current,
        update_conflicts=True,
        unique_fields=["organisation", "record"],
        update_fields=["version", "state", "title", "erased", "sequence", "recorded_at"],
    )
    if replacing:
        for table in (Link.objects.filter(source__in=replacing), Unique.objects.filter(record__in=replacing)):
            table.filter(organisation=organisation).delete()
    if made.unique:
        Unique.objects.bulk_create(made.unique)
    if made.links:
        Link.objects.bulk_create(made.links)


def rebuild(organisation: UUID, kinds: Kinds) -> int:
    """Make all rows of an organisation anew, from its records. The caller holds its ledger's lock. Returns how many records."""
    for table in (Current, Unique, Link):
        table.objects.filter(organisation=organisation).delete()
    made = rows(organisation, kinds, _latest(organisation))
    Current.objects.bulk_create(made.current, batch_size=BATCH)
    Unique.objects.bulk_create(made.unique, batch_size=BATCH)
    Link.objects.bulk_create(made.links, batch_size=BATCH)
    return len(made.current)


def _latest(organisation: UUID) -> Iterator[Latest]:
    entries = Entry.objects.filter(organisation=organisation)
    spans = entries.values("record").annotate(first=Min("sequence"), last=Max("sequence"))
    firsts = {row["last"]: row["first"] for row in spans.order_by("first")}
    data = Content.objects.filter(organisation=organisation, sequence=OuterRef("sequence")).values("data")[:1]
    found = entries.order_by("sequence").values_list("sequence", "data", Subquery(data))
    for sequence, entry, content in found.iterator(chunk_size=2000):
        if sequence in firsts:
            yield Latest(
                LedgerEntry.from_bytes(bytes(entry)),
                RecordContent.from_bytes(bytes(content)) if content is not None else None,
                firsts[sequence],
            )
