"""One organisation's records in the database, behind the interface of every store (``records.workspace``).

A deed is done under the organisation's ledger lock, taken before the deed reads anything: its head's row FOR UPDATE on
PostgreSQL, BEGIN IMMEDIATE on SQLite. So what a guard has seen is still so when the change is committed.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from standfirst.records.change import Change
from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, NO_LEAF, Head, Sealed
from standfirst.records.record import Record
from standfirst.records.sealing import (
    Ground,
    Holding,
    Standing,
    Written,
    counted,
    holdings,
    require_founding,
    seal,
    time_of,
)
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.server.store import index
from standfirst.server.store.models import (
    Content,
    Current,
    Entry,
    LedgerHead,
    Organisation,
    Outbox,
    Unique,
)
from standfirst.server.store.reading import Bytes, grouped
from standfirst.server.store.turn import turn
from standfirst.trust.digests import DIGEST_SIZE
from standfirst.trust.merkle import CompactRange

Clock = Callable[[], datetime]

CHUNK = 5000  # rows fetched at once where a whole ledger is read

HEAD_MOVED = "head"
"""The outbox topic of a ledger that has grown: its head wants to be signed, and anchored."""


def create(identity: UUID, *, slug: str, name: str, type: str) -> Organisation:  # noqa: A002 - the field's name
    """An organisation's row and its empty ledger. Whether it may stand here is asked before (``organisations``)."""
    with turn(), transaction.atomic():
        made = Organisation.objects.create(id=identity, slug=slug, name=name, type=type)
        LedgerHead.objects.create(organisation=made, root=bytes.fromhex(EMPTY.root))
    return made


class DatabaseStore:
    """The records of one organisation. ``clock`` gives the time of recording; it is asked under the lock."""

    def __init__(
        self, organisation: UUID, kinds: Kinds, *, clock: Clock, locked: LedgerHead | None = None
    ) -> None:
        self.organisation = organisation
        self.kinds = kinds
        self.clock = clock
        self._locked = locked

    # --- reading

    def _standing_head(self) -> LedgerHead:
        return self._locked or LedgerHead.objects.get(organisation=self.organisation)

    @property
    def founded(self) -> bool:
        return self._standing_head().size > 0

    @property
    def simulation(self) -> bool:
        return self._standing_head().simulation

    @property
    def fictional(self) -> bool:
        return self._standing_head().fictional

    @property
    def head(self) -> Head:
        return _head(self._standing_head())

    def records(
        self, ids: Collection[str] | None = None, *, kinds: Collection[str] | None = None
    ) -> Mapping[str, Record]:
        chosen = self._current()
        if ids is not None:
            chosen = chosen.filter(record__in=list(ids))
        if kinds is not None:
            chosen = chosen.filter(kind__in=list(kinds))
        return grouped(self._versions(chosen))

    def _current(self) -> QuerySet[Current]:
        return Current.objects.filter(organisation=self.organisation, erased=False)

    def _versions(self, chosen: QuerySet[Current]) -> Iterable[tuple[str, Bytes, Bytes | None]]:
        """In one query; records in the order in which they came, versions in theirs."""
        data = Content.objects.filter(organisation=self.organisation, sequence=OuterRef("sequence"))
        first = Current.objects.filter(organisation=self.organisation, record=OuterRef("record"))
        return (
            Entry.objects.filter(organisation=self.organisation, record__in=chosen.values("record"))
            .annotate(came=Subquery(first.values("first")[:1]), content=Subquery(data.values("data")[:1]))
            .order_by("came", "version")
            .values_list("record", "data", "content")
        )

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        found = Current.objects.filter(organisation=self.organisation, number__in=list(numbers))
        return dict(found.values_list("number", "record"))

    def holding(self, kind: str, field: str, value: object) -> Mapping[str, str]:
        found = Unique.objects.filter(
            organisation=self.organisation, kind=kind, field=field, value=index.digest_of(value)
        )
        return dict(found.values_list("record", "number"))

    def ledger(self) -> Sequence[Sealed]:
        return tuple(self.history())

    def history(self) -> Iterator[Sealed]:
        """The ledger, entry by entry, without holding it in memory."""
        own = {"organisation": self.organisation}
        entries = Entry.objects.filter(**own).order_by("sequence")
        contents = Content.objects.filter(**own).order_by("sequence")
        content_rows = contents.values_list("sequence", "salt", "data").iterator(chunk_size=CHUNK)
        waiting = next(content_rows, None)
        for sequence, data, leaf in entries.values_list("sequence", "data", "leaf").iterator(CHUNK):
            while waiting is not None and waiting[0] < sequence:
                waiting = next(content_rows, None)
            salt, content = waiting[1:] if waiting is not None and waiting[0] == sequence else (None, None)
            yield Sealed(
                bytes(data),
                bytes(leaf).hex(),
                bytes(salt or b""),
                None if content is None else bytes(content),
            )

    # --- writing

    def perform(self, deed: DeedFunction) -> Receipt:
        """Raises Refused (also Conflict); then nothing has changed. Raises OperationalError where the database is too busy."""
        with turn(), transaction.atomic(durable=True):
            head = LedgerHead.objects.select_for_update().get(organisation=self.organisation)
            under_lock = DatabaseStore(self.organisation, self.kinds, clock=self.clock, locked=head)
            return under_lock._commit(deed(under_lock), head)

    def _commit(self, change: Change, head: LedgerHead) -> Receipt:
        time = time_of(self.clock(), head.last_time, simulation=head.simulation)
        require_founding(change, founded=head.size > 0)
        ground = self._ground(change, head)
        written = seal(change, ground, kinds=self.kinds, time=time)
        if written:
            self._write(written, ground, head)
        return Receipt(
            {item.entry.record: item.entry.number for item in written}, len(written), _head(head), time
        )

    def _ground(self, change: Change, head: LedgerHead) -> Ground:
        records = {draft.record for draft in change.drafts}
        wanted = {draft.wanted_number for draft in change.drafts if draft.wanted_number}
        known = Current.objects.filter(organisation=self.organisation, record__in=records)
        return Ground(
            size=head.size,
            last_leaf=bytes(head.last_leaf).hex() or NO_LEAF,
            standing={
                record: Standing(version, kind, number)
                for record, version, kind, number in known.values_list("record", "version", "kind", "number")
            },
            counters=json.loads(head.counters),
            taken=set(self.numbered(wanted)) if wanted else (),
            holders=self._holders(change, records),
        )

    def _holders(self, change: Change, apart: Collection[str]) -> Mapping[Holding, str]:
        wanted = {sha256(value).digest(): value for (_, _, value), _ in holdings(change.drafts, self.kinds)}
        if not wanted:
            return {}
        found = Unique.objects.filter(organisation=self.organisation, value__in=list(wanted))
        return {
            (kind, field, wanted[bytes(value)]): number
            for record, kind, field, value, number in found.values_list(
                "record", "kind", "field", "value", "number"
            )
            if record not in apart
        }

    def _write(self, written: Sequence[Written], ground: Ground, head: LedgerHead) -> None:
        own = {"organisation_id": self.organisation}
        Entry.objects.bulk_create(
            Entry(
                **own,
                sequence=item.entry.sequence,
                record=item.entry.record,
                version=item.entry.version,
                data=item.sealed.entry,
                leaf=bytes.fromhex(item.sealed.leaf),
            )
            for item in written
        )
        Content.objects.bulk_create(
            Content(**own, sequence=item.entry.sequence, salt=item.sealed.salt, data=item.sealed.content)
            for item in written
        )
        self._advance(written, head)
        latest = {item.entry.record: item for item in written}
        firsts = _firsts(written)
        made = index.rows(
            self.organisation,
            self.kinds,
            (index.Latest(item.entry, item.content, firsts[record]) for record, item in latest.items()),
        )
        index.put(made, replacing=[r for r in latest if r in ground.standing], organisation=self.organisation)
        Outbox.objects.create(**own, topic=HEAD_MOVED, size=head.size)

    def _advance(self, written: Sequence[Written], head: LedgerHead) -> None:
        tree = CompactRange(head.size, _peaks(bytes(head.peaks)))
        for item in written:
            tree.append(bytes.fromhex(item.sealed.leaf))
        last = written[-1]
        counters = json.loads(head.counters)
        for prefix, count in counted(item.entry.number for item in written).items():
            counters[prefix] = max(counters.get(prefix, 0), count)
        if head.size == 0:
            head.simulation = bool(written[0].entry.simulation)
            head.fictional = bool(written[0].entry.fictional)
        head.size, head.root, head.peaks = tree.size, tree.root(), b"".join(tree.peaks)
        head.last_leaf, head.last_time = bytes.fromhex(last.sealed.leaf), last.entry.recorded_at
        head.counters = json.dumps(counters, sort_keys=True)
        head.save()


def _firsts(written: Iterable[Written]) -> Mapping[str, int]:
    """The first sequence of each new record; that of a known one is in the table already, and stays."""
    firsts: dict[str, int] = {}
    for item in written:
        firsts.setdefault(item.entry.record, item.entry.sequence)
    return firsts


def _head(row: LedgerHead) -> Head:
    return Head(row.size, bytes(row.root).hex())


def _peaks(data: bytes) -> list[bytes]:
    return [data[start : start + DIGEST_SIZE] for start in range(0, len(data), DIGEST_SIZE)]
