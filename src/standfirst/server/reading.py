"""What pages and API read of an organisation's records: each look-up here is one query, or as many as it says."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from standfirst.management.organisation import PERSON
from standfirst.records.change import Refused
from standfirst.records.comparing import said
from standfirst.records.kind import Body, Kind
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.ledger import Sealed
from standfirst.records.projection import FIRST_ZONE
from standfirst.records.record import Content as RecordContent
from standfirst.records.record import Record
from standfirst.records.sealing import NUMBER
from standfirst.records.signature import Basis, keys_in
from standfirst.records.writing import Evidence, Known
from standfirst.server.access import Place
from standfirst.server.clock import now_in
from standfirst.server.files.models import FileUse
from standfirst.server.files.names import EVIDENCE, folded
from standfirst.server.store.index import TITLE
from standfirst.server.store.models import Content, Current, Entry, Link
from standfirst.standards.library import edition
from standfirst.standards.reason import Parameter, Reason

PAGE: Final = 50
"""Records on one page of a list."""

INCOMING: Final = 200
"""Links to a record that its page names; there may be thousands to a person or a product."""

VERSIONS: Final = 100
"""Versions on one page of a history."""

_MOST: Final = 2**31
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


# --- one record ------------------------------------------------------------------------------------------------------


def row_of(place: Place, label: str) -> Current:
    """By number or id. Raises Refused ``record.missing``."""
    field = "number" if NUMBER.match(label) else "record" if _ID.match(label) else ""
    own = Current.objects.filter(organisation=place.organisation)
    found = own.filter(**{field: label}).first() if field else None
    if found is None:
        raise missing()
    return found


def record_of(place: Place, label: str) -> Record:
    """By number or id, in two queries. Raises Refused ``record.missing``, also where it has been erased."""
    row = row_of(place, label)
    return standing(place, row.record)


def opened(place: Place, label: str) -> tuple[Current, Record | None, Record | None]:
    """A record's row and what it says, None where it is erased; and the record of whoever asks. In one query for all, and
    one more where it is erased. Raises Refused ``record.missing``.
    """
    field = "number" if NUMBER.match(label) else "record" if _ID.match(label) else ""
    if not field:
        raise missing()
    both = place.store.chosen(Q(**{field: label}) | Q(record=place.person))
    found = next((one for one in both.values() if label in (one.number, one.id)), None)
    if found is None:
        return row_of(place, label), None, None
    return _row(place, found), found, both.get(place.person)


def _row(place: Place, found: Record) -> Current:
    """The row of a record that has been read already."""
    content, last, kind = found.current.content, found.current.entry, known_kind(place, found.kind)
    title = str(body_of(place, content).get(kind.titled_by, "")) if kind else ""
    return Current(
        organisation=place.organisation,
        record=found.id,
        kind=found.kind,
        number=found.number,
        version=content.version,
        state=content.state,
        title=title[:TITLE],
        first=found.entries[0].sequence,
        sequence=last.sequence,
        recorded_at=last.recorded_at,
    )


def standing(place: Place, identity: str) -> Record:
    found = place.store.records([identity]).get(identity)
    if found is None:
        raise missing()
    return found


def missing() -> Refused:
    return Refused(Reason("record.missing"))


def kind_of(place: Place, name: str) -> Kind:
    """Raises Refused ``record.missing`` for a kind that the organisation does not keep."""
    if name not in place.store.kinds:
        raise missing()
    return place.store.kinds[name]


def require_form(kind: Kind) -> None:
    """Raises Refused for a kind whose records no form and no program makes (``Kind.by_hand``)."""
    if kind.signing_keys is not None:
        raise Refused(Reason("key.made-by-signing"))
    if not kind.by_hand:
        raise Refused(Reason("record.by-nobodys-hand", {"kind": kind.name}))


def known_kind(place: Place, name: str) -> Kind | None:
    """None for one that this release does not know any more, or not yet."""
    return next((kind for kind in place.store.kinds if kind.name == name), None)


def body_of(place: Place, content: RecordContent) -> Body:
    """As its kind reads it now; of a kind that this release does not know, as it was written."""
    kind = known_kind(place, content.kind)
    return kind.upcast(content.body, content.schema) if kind else content.body


# --- names of records ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """A record as others name it."""

    id: str
    number: str
    kind: str
    title: str
    state: str
    erased: bool

    def __str__(self) -> str:
        return self.title or self.number

    @property
    def told(self) -> str:
        """Its title, where that says anything to people: some records are titled by an id."""
        return "" if _ID.match(self.title) else self.title


def labels(place: Place, ids: Collection[str]) -> Mapping[str, Label]:
    """By id. People are records too: this is where an actor's name comes from."""
    rows = Current.objects.filter(organisation=place.organisation, record__in=list(ids)) if ids else ()
    return {row.record: label_of(row) for row in rows}


def label_of(row: Current) -> Label:
    return Label(row.record, row.number, row.kind, row.title, row.state, row.erased)


def incoming(place: Place, identity: str) -> list[tuple[str, str]]:
    """Relation and source of each link that leads to a record; at most one more than ``INCOMING``."""
    found = Link.objects.filter(organisation=place.organisation, target=identity).order_by("relation", "id")
    return list(found.values_list("relation", "source")[: INCOMING + 1])


# --- lists -----------------------------------------------------------------------------------------------------------


def counts(place: Place) -> Mapping[str, int]:
    """How many records there are of each kind."""
    own = Current.objects.filter(organisation=place.organisation, erased=False).values("kind")
    return dict(own.annotate(count=Count("record")).values_list("kind", "count"))


def listed(
    place: Place, kind: Kind, *, state: str, after: int | None, limit: int = PAGE
) -> tuple[list[Current], int | None]:
    """Records in the order in which they came, and where the next page begins; ``state`` empty for all."""
    chosen = Current.objects.filter(organisation=place.organisation, kind=kind.name, erased=False)
    if state:
        chosen = chosen.filter(state=state)
    if after is not None:
        chosen = chosen.filter(first__gt=after)
    found = list(chosen.order_by("first")[: limit + 1])
    return found[:limit], found[limit - 1].first if len(found) > limit else None


# --- history ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One version in a record's history: its entry, and what it says unless that is erased."""

    entry: LedgerEntry
    content: RecordContent | None
    leaf: str


def history(place: Place, identity: str, *, before: int | None = None, limit: int = VERSIONS) -> list[Line]:
    """The newest first, from version ``before`` on downwards; erased ones too."""
    chosen = _entries(place).filter(record=identity)
    if before is not None:
        chosen = chosen.filter(version__lt=before)
    return list(_lines(chosen.order_by("-version")[:limit]))


def versions(place: Place, identity: str, wanted: Collection[int]) -> Mapping[int, Line]:
    """Some versions of a record. Raises Refused ``record.missing`` where one is not there."""
    chosen = _entries(place).filter(record=identity, version__in=[each for each in wanted if each < _MOST])
    found = {line.entry.version: line for line in _lines(chosen)}
    if set(wanted) - found.keys():
        raise missing()
    return found


def values_of(place: Place, line: Line) -> dict[str, Any]:
    """What a version says, to be compared. Raises Refused where it is erased."""
    if line.content is None:
        erased: dict[str, Parameter] = {"record": line.entry.number, "version": line.entry.version}
        raise Refused(Reason("version.erased", erased))
    return said(line.content, body_of(place, line.content))


def _entries(place: Place) -> Any:
    data = Content.objects.filter(organisation=place.organisation, sequence=OuterRef("sequence"))
    return Entry.objects.filter(organisation=place.organisation).annotate(
        content=Subquery(data.values("data")[:1])
    )


def _lines(rows: Any) -> Iterator[Line]:
    for data, leaf, content in rows.values_list("data", "leaf", "content"):
        said = RecordContent.from_bytes(bytes(content)) if content is not None else None
        yield Line(LedgerEntry.from_bytes(bytes(data)), said, bytes(leaf).hex())


def sealed(place: Place, sequences: Collection[int]) -> Mapping[int, Sealed]:
    """Entries as they are stored, with salt and content, in two queries: for proofs."""
    own = Q(organisation=place.organisation, sequence__in=list(sequences))
    contents = {
        sequence: (bytes(salt or b""), bytes(data) if data is not None else None)
        for sequence, salt, data in Content.objects.filter(own).values_list("sequence", "salt", "data")
    }
    rows = Entry.objects.filter(own).values_list("sequence", "data", "leaf")
    return {
        sequence: Sealed(bytes(data), bytes(leaf).hex(), *contents[sequence]) for sequence, data, leaf in rows
    }


# --- what forms propose ----------------------------------------------------------------------------------------------


def people(place: Place) -> list[tuple[str, str]]:
    """Handle and name of those who are active."""
    found = place.store.chosen(Q(kind=PERSON.name, state=PERSON.lifecycle.initial)).values()
    bodies = (person.current.content.body for person in found)
    return sorted((str(body["handle"]), str(body["name"])) for body in bodies)


def latest_files(place: Place) -> list[str]:
    """The names of the files that came last, each once."""
    own = FileUse.objects.filter(organisation=place.organisation, file__isnull=False).order_by("-id")
    return list(dict.fromkeys(own.values_list("name", flat=True)[:PAGE]))


# --- signatures, files, the day --------------------------------------------------------------------------------------


def ledger_of(place: Place) -> str:
    """The leaf of the ledger's first entry, which is its name."""
    return _first_leaf(place.organisation.pk)


@lru_cache(maxsize=1024)
def _first_leaf(organisation: UUID) -> str:
    """Entries are never changed, so it is asked once."""
    leaf = Entry.objects.filter(organisation=organisation, sequence=0).values_list("leaf", flat=True)
    return bytes(leaf[0]).hex()


def basis(place: Place, record: Record) -> Basis:
    """What a record's signatures are verified against, in two queries; in none where it has no signature."""
    if all(version.entry.signature is None for version in record.versions):
        return Basis("", ())
    return Basis(ledger_of(place), keys_in(place.store))


def evidence(place: Place) -> Evidence:
    """The files that the organisation has, by the names that records give them."""

    def digests(names: Collection[str]) -> Mapping[str, str]:
        bare = {name.removeprefix(f"{EVIDENCE}/"): name for name in names}
        found = FileUse.objects.filter(
            organisation=place.organisation, folded__in=[folded(name) for name in bare], file__isnull=False
        )
        return {bare[name]: digest for name, digest in found.values_list("name", "file") if name in bare}

    return digests


def attached(place: Place, body: Body) -> Sequence[tuple[Mapping[str, Any], int | None]]:
    """A body's attachments, each with the number of the file that may be downloaded; None where there is none."""
    told = body.get("attachments") or ()
    wanted = {one["sha256"] for one in told if one.get("sha256")}
    own = FileUse.objects.filter(organisation=place.organisation, file__in=wanted) if wanted else None
    rows = own.order_by("-id").values_list("file", "name", "id") if own is not None else ()
    uses = {(digest, f"{EVIDENCE}/{name}"): number for digest, name, number in rows}
    return [(one, uses.get((one.get("sha256"), one["file"]))) for one in told]


def today(place: Place) -> date:
    """By UTC, as evidence is held against it; in a simulation the day of the last entry."""
    return now_in(place.head).date()


def known(place: Place) -> Known:
    """What a wish is held against. ``Known.today`` is the day where it begins first, as nobody may speak of one to come; what
    pages tell is held against ``today``.
    """
    at = now_in(place.head)
    day = at if place.head.simulation else at + FIRST_ZONE
    return Known(edition().by_id, day.date(), evidence(place))
