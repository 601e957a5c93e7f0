"""Read models: what lists, look-ups and the trace graph read. Made from the records alone, so that they can be rebuilt."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Max, Min, OuterRef, Subquery

from standfirst.records.indexing import DueDay, Told, falling_due, fields_as_told, told
from standfirst.records.kind import Kinds
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Content as RecordContent
from standfirst.server.search.folding import folded
from standfirst.server.store.models import (
    FOLDED,
    Content,
    Current,
    Due,
    Entry,
    Indexed,
    IndexedAs,
    Link,
    Unique,
)
from standfirst.trust.canonical import canonical_bytes

TITLE = 300  # characters kept of a title
BATCH = 1000  # rows written at once where all are
FORM: Final = (
    2  # of the rows that tell fields: another where this module makes other rows of the same records
)
_ERASES: Final = b',"erases":['  # no entry erases that has not this member


@dataclass(frozen=True, slots=True)
class Latest:
    """The last version of a record; ``first`` is the sequence of its first.

    No content once it is erased; ``erased_by`` is then the sequence of the entry that did it.
    """

    entry: LedgerEntry
    content: RecordContent | None
    first: int
    erased_by: int | None = None


@dataclass(slots=True)
class Rows:
    """What the read models hold about some records. ``dated``: those of them whose kind falls due at all; ``single``: those
    whose kind has a value that no two records share.
    """

    current: list[Current] = field(default_factory=list)
    unique: list[Unique] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    indexed: list[Indexed] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    dated: set[str] = field(default_factory=set)
    single: set[str] = field(default_factory=set)


def digest_of(value: object) -> bytes:
    """By which a unique value is found, however long it is."""
    return sha256(canonical_bytes(value)).digest()


def rows(organisation: UUID, kinds: Kinds, records: Iterable[Latest]) -> Rows:
    made = Rows()
    for latest in records:
        entry = latest.entry
        body = body_of(kinds, latest)
        values = zip(CURRENT, current_values(kinds, latest, body), strict=True)
        made.current.append(Current(organisation_id=organisation, **dict(values)))
        made.unique += [
            Unique(
                organisation_id=organisation,
                record=entry.record,
                number=entry.number,
                kind=entry.kind,
                field=name,
                value=value,
            )
            for name, value in unique_values(kinds, latest, body)
        ]
        made.links += [
            Link(
                organisation_id=organisation,
                source=entry.record,
                relation=relation,
                target=target,
                position=position,
            )
            for relation, position, target in link_values(latest)
        ]
        about = {"organisation_id": organisation, "record": entry.record}
        made.indexed += [
            Indexed(**about, **dict(zip(INDEXED, values, strict=True)))
            for values in indexed_values(kinds, latest, body)
        ]
        made.due += [
            Due(**about, **dict(zip(DUE, values, strict=True))) for values in due_values(kinds, latest, body)
        ]
        if entry.kind in kinds and kinds[entry.kind].view.due:
            made.dated.add(entry.record)
        if entry.kind not in kinds or kinds[entry.kind].unique:
            made.single.add(entry.record)
    return made


CURRENT: Final = (
    "record",
    "kind",
    "number",
    "version",
    "state",
    "title",
    "erased",
    "erased_by",
    "first",
    "sequence",
    "recorded_at",
)


def current_values(kinds: Kinds, latest: Latest, body: Mapping[str, object]) -> tuple[object, ...]:
    """What ``Current`` holds of a record, in the order of ``CURRENT``."""
    entry, content = latest.entry, latest.content
    title = str(body.get(kinds[entry.kind].titled_by, "")) if body else ""
    return (
        entry.record,
        entry.kind,
        entry.number,
        entry.version,
        content.state if content is not None else "",
        title[:TITLE],
        content is None,
        latest.erased_by,
        latest.first,
        entry.sequence,
        entry.recorded_at,
    )


def unique_values(kinds: Kinds, latest: Latest, body: Mapping[str, object]) -> list[tuple[str, bytes]]:
    """Field and digest of what a record holds as its own."""
    own = kinds[latest.entry.kind].unique if body else ()
    return [(name, digest_of(body[name])) for name in own if body.get(name) is not None]


def link_values(latest: Latest) -> list[tuple[str, int, str]]:
    """Relation, position and target of each link."""
    links = latest.content.links if latest.content is not None else {}
    return [
        (relation, position, target)
        for relation, targets in links.items()
        for position, target in enumerate(targets)
    ]


INDEXED: Final = ("field", "position", "kind", "first", "text", "folded", "number", "day")


def indexed_values(kinds: Kinds, latest: Latest, body: Mapping[str, object]) -> list[tuple[object, ...]]:
    """What ``Indexed`` holds of a record, in the order of ``INDEXED``; nothing of one that is erased."""
    kind = latest.entry.kind
    values: list[Told] = told(kinds[kind], body) if body else []
    return [
        (one.field, one.position, kind, latest.first, one.text, as_compared(one.text), one.number, one.day)
        for one in values
    ]


DUE: Final = ("field", "position", "kind", "first", "day", "owner", "folded_owner")


def due_values(kinds: Kinds, latest: Latest, body: Mapping[str, object]) -> list[tuple[object, ...]]:
    """What ``Due`` holds of a record, in the order of ``DUE``."""
    kind, content = latest.entry.kind, latest.content
    days: list[DueDay] = falling_due(kinds[kind], content.state, body) if body and content else []
    return [
        (one.field, one.position, kind, latest.first, one.day, one.owner, as_compared(one.owner))
        for one in days
    ]


def as_compared(text: str) -> str:
    """A text by which rows are sorted and found."""
    return folded(text)[:FOLDED].rstrip()


def as_told(kinds: Kinds) -> bytes:
    """By what an index of today's kinds is known."""
    return digest_of({"form": FORM, "kinds": fields_as_told(kinds)})


def body_of(kinds: Kinds, latest: Latest) -> Mapping[str, object]:
    """The body as of the kind's schema today; nothing once it is erased, or where the kind is not known here."""
    content = latest.content
    if content is None or content.kind not in kinds:
        return {}
    return kinds[content.kind].upcast(content.body, content.schema)


def put(made: Rows, *, replacing: Collection[str], organisation: UUID) -> None:
    """Write the rows of changed records. ``replacing``: those that had rows before."""
    Current.objects.bulk_create(
        made.current,
        update_conflicts=True,
        unique_fields=["organisation", "record"],
        update_fields=["version", "state", "title", "erased", "sequence", "recorded_at"],
    )
    if replacing:
        Link.objects.filter(organisation=organisation, source__in=replacing).delete()
        Indexed.objects.filter(organisation=organisation, record__in=replacing).delete()
    if single := made.single.intersection(replacing):
        Unique.objects.filter(organisation=organisation, record__in=single).delete()
    if dated := made.dated.intersection(replacing):
        Due.objects.filter(organisation=organisation, record__in=dated).delete()
    if made.unique:
        Unique.objects.bulk_create(made.unique)
    if made.links:
        Link.objects.bulk_create(made.links)
    if made.indexed:
        Indexed.objects.bulk_create(made.indexed)
    if made.due:
        Due.objects.bulk_create(made.due)


def rebuild(organisation: UUID, kinds: Kinds) -> int:
    """Make all rows of an organisation anew, from its records. The caller holds its ledger's lock. Returns how many records."""
    for table in (Current, Unique, Link, Indexed, Due):
        table.objects.filter(organisation=organisation).delete()
    count = 0
    for those in batched(_latest(organisation), BATCH):
        made = rows(organisation, kinds, those)
        _add(made)
        count += len(made.current)
    note(organisation, kinds)
    return count


def _add(made: Rows) -> None:
    """Rows of records that have none."""
    Current.objects.bulk_create(made.current, batch_size=BATCH)
    Unique.objects.bulk_create(made.unique, batch_size=BATCH)
    Link.objects.bulk_create(made.links, batch_size=BATCH)
    Indexed.objects.bulk_create(made.indexed, batch_size=BATCH)
    Due.objects.bulk_create(made.due, batch_size=BATCH)


def note(organisation: UUID, kinds: Kinds) -> None:
    """That this organisation's index was made, or begun, as the kinds are told today."""
    IndexedAs.objects.update_or_create(organisation_id=organisation, defaults={"told": as_told(kinds)})


def is_of_today(organisation: UUID, kinds: Kinds) -> bool:
    made = IndexedAs.objects.filter(organisation=organisation).values_list("told", flat=True).first()
    return made is not None and bytes(made) == as_told(kinds)


def batched(latest: Iterable[Latest], size: int) -> Iterator[list[Latest]]:
    """So that no organisation stands in memory whole."""
    waiting = iter(latest)
    while those := list(islice(waiting, size)):
        yield those


def _latest(organisation: UUID) -> Iterator[Latest]:
    """Of each record. Those that are erased come last, since what erased them stands later in the ledger."""
    entries = Entry.objects.filter(organisation=organisation)
    spans = entries.values("record").annotate(first=Min("sequence"), last=Max("sequence"))
    firsts = {row["last"]: row["first"] for row in spans.order_by("first")}
    data = Content.objects.filter(organisation=organisation, sequence=OuterRef("sequence")).values("data")[:1]
    found = entries.order_by("sequence").values_list("sequence", "data", Subquery(data))
    gone: list[Latest] = []
    by: dict[int, int] = {}
    for sequence, entry, content in found.iterator(chunk_size=2000):
        if _ERASES in bytes(entry):
            by |= dict.fromkeys(LedgerEntry.from_bytes(bytes(entry)).erases, sequence)
        if sequence not in firsts:
            continue
        read = LedgerEntry.from_bytes(bytes(entry))
        if content is not None:
            yield Latest(read, RecordContent.from_bytes(bytes(content)), firsts[sequence])
        else:
            gone.append(Latest(read, None, firsts[sequence]))
    yield from (replace(latest, erased_by=by.get(latest.entry.sequence)) for latest in gone)
