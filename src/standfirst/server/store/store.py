"""One organisation's records in the database, behind the interface of every store (``records.workspace``).

A deed is done under the organisation's ledger lock, taken before the deed reads anything: its head's row FOR UPDATE on
PostgreSQL, BEGIN IMMEDIATE on SQLite. So what a guard has seen is still so when the change is committed.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import chain
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from standfirst.records.change import Change, Refused
from standfirst.records.kind import Kinds
from standfirst.records.ledger import EMPTY, NO_LEAF, Head, Sealed
from standfirst.records.ledger import Entry as LedgerEntry
from standfirst.records.record import Erased, Record
from standfirst.records.sealing import (
    Ground,
    Holding,
    Kept,
    Standing,
    Written,
    counted,
    holdings,
    require_founding,
    seal,
    time_of,
)
from standfirst.records.workspace import DeedFunction, Receipt
from standfirst.server.store import erasing, index, tree
from standfirst.server.store.following import ALWAYS, following
from standfirst.server.store.models import (
    Content,
    Current,
    Entry,
    LedgerHead,
    Node,
    Organisation,
    Outbox,
    Unique,
)
from standfirst.server.store.reading import Bytes, grouped
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason
from standfirst.trust.merkle import (
    CompactRange,
    Proof,
    ProofFailed,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)

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
        wanted = {"record": ids, "kind": kinds}
        return grouped(_versions(self.organisation, {k: list(v) for k, v in wanted.items() if v is not None}))

    def chosen(self, condition: Q, *, newest: int | None = None) -> Mapping[str, Record]:
        """Those of whose row in ``Current`` a condition holds, in one query; ``newest``: only so many that changed last."""
        found = Current.objects.filter(condition, organisation=self.organisation, erased=False)
        return grouped(self._versions(found if newest is None else found.order_by("-sequence")[:newest]))

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

    def erased(self, ids: Collection[str] | None = None) -> Mapping[str, Erased]:
        return erasing.erased(self.organisation, ids)

    def numbered(self, numbers: Collection[str]) -> Mapping[str, str]:
        found = Current.objects.filter(organisation=self.organisation, number__in=list(numbers))
        return dict(found.values_list("number", "record"))

    def holding(self, kind: str, field: str, value: object) -> Mapping[str, str]:
        found = Unique.objects.filter(
            organisation=self.organisation, kind=kind, field=field, value=index.digest_of(value)
        )
        return dict(found.values_list("record", "number"))

    def reached(self, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for source, target in _reached(self.organisation, list(ids)) if ids else ():
            found.setdefault(source, []).append(target)
        return found

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

    # --- proving

    def inclusion(self, sequence: int, head: Head | None = None) -> tuple[Proof, Head]:
        """That this entry is in the ledger of that head, the newest unless one is named. Raises as ``inclusions``."""
        proofs, head = self.inclusions((sequence,), head)
        return proofs[sequence], head

    def inclusions(
        self, sequences: Collection[int], head: Head | None = None
    ) -> tuple[Mapping[int, Proof], Head]:
        """As ``inclusion``, for several entries at once, in as few queries as for one.

        Raises MerkleRejected for an entry that such a ledger has not, and Refused where rows no longer give the head.
        """
        head = head or self.head
        own = Entry.objects.filter(organisation=self.organisation, sequence__in=list(sequences))
        with _proving():
            proofs = tree.prove(
                self.organisation,
                lambda node: {each: inclusion_proof(node, each, head.size) for each in sequences},
            )
            leaves = {sequence: bytes(leaf) for sequence, leaf in own.values_list("sequence", "leaf")}
            for sequence, proof in proofs.items():
                verify_inclusion(
                    leaf=leaves[sequence],
                    index=sequence,
                    size=head.size,
                    proof=proof,
                    root=bytes.fromhex(head.root),
                )
        return proofs, head

    def consistency(self, first: Head, second: Head | None = None) -> tuple[Proof, Head]:
        """That the ledger of the second head, the newest unless one is named, begins with that of the first.

        Raises MerkleRejected where the second is the shorter one, and Refused where it is another history.
        """
        second = second or self.head
        with _proving():
            proof = tree.prove(
                self.organisation, lambda node: consistency_proof(node, first.size, second.size)
            )
            verify_consistency(
                first=first.size,
                first_root=bytes.fromhex(first.root),
                second=second.size,
                second_root=bytes.fromhex(second.root),
                proof=proof,
            )
        return proof, second

    # --- writing

    def perform(self, deed: DeedFunction) -> Receipt:
        """Raises Refused (also Conflict); then nothing has changed. Raises OperationalError where the database is too busy."""
        with turn(), transaction.atomic(durable=True):
            head = LedgerHead.objects.select_for_update().get(organisation=self.organisation)
            under_lock = DatabaseStore(self.organisation, self.kinds, clock=self.clock, locked=head)
            return under_lock._commit(deed(under_lock), head)

    def rebuild(self) -> int:
        """Make anew what stands beside the records: read models, nodes of the tree, what the head's row repeats of them.

        Returns how many records there are.
        """
        with turn(), transaction.atomic(durable=True):
            head = LedgerHead.objects.select_for_update().get(organisation=self.organisation)
            grown = tree.rebuild(self.organisation)
            count = index.rebuild(self.organisation, self.kinds)
            self._rebuild_head(head, grown)
            return count

    def keep_up(self) -> int:
        """The read models made anew where another release made them, whose kinds were viewed in another way. Returns of how
        many records; 0 where they are as today's kinds want them.
        """
        if not self.founded or index.is_of_today(self.organisation, self.kinds):
            return 0
        with turn(), transaction.atomic(durable=True):
            LedgerHead.objects.select_for_update().get(organisation=self.organisation)
            return index.rebuild(self.organisation, self.kinds)

    def _rebuild_head(self, head: LedgerHead, grown: CompactRange) -> None:
        """All of the head's row but the head itself, which the entries are held against: it is never fitted to them. Where
        they do not give it, nothing of the row can be told from them, and the ledger's check says what is broken.
        """
        if _head(head) != Head(grown.size, grown.root().hex()) or not head.size:
            return
        ends = Entry.objects.filter(organisation=self.organisation, sequence__in=(0, head.size - 1))
        rows = list(ends.order_by("sequence").values_list("data", "leaf"))
        first, last = (LedgerEntry.from_bytes(bytes(data)) for data, _ in (rows[0], rows[-1]))
        numbers = Current.objects.filter(organisation=self.organisation).values_list("number", flat=True)
        head.peaks, head.last_leaf = b"".join(grown.peaks), bytes(rows[-1][1])
        head.last_time = last.recorded_at
        head.simulation, head.fictional = bool(first.simulation), bool(first.fictional)
        head.counters = json.dumps(counted(numbers.iterator(CHUNK)), sort_keys=True)
        head.save()

    def _commit(self, change: Change, head: LedgerHead) -> Receipt:
        time = time_of(self.clock(), head.last_time, simulation=head.simulation)
        require_founding(change, founded=head.size > 0)
        touched = erasing.touched(self.organisation, {s for draft in change.drafts for s in draft.erases})
        known = self._known(change)
        ground = self._ground(change, head, touched.kept, {record: row[0] for record, row in known.items()})
        written = seal(change, ground, kinds=self.kinds, time=time)
        if written:
            self._write(written, {record: first for record, (_, first) in known.items()}, head)
            erasing.destroy(self.organisation, written, touched)
        return Receipt(
            {item.entry.record: item.entry.number for item in written}, len(written), _head(head), time
        )

    def _known(self, change: Change) -> Mapping[str, tuple[Standing, int]]:
        """The records of a change that are there already, each with the sequence of its first entry."""
        rows = Current.objects.filter(
            organisation=self.organisation, record__in={draft.record for draft in change.drafts}
        ).values_list("record", "version", "kind", "number", "erased", "first")
        return {
            record: (Standing(version, kind, number, erased), first)
            for record, version, kind, number, erased, first in rows
        }

    def _ground(
        self, change: Change, head: LedgerHead, kept: Mapping[int, Kept], standing: Mapping[str, Standing]
    ) -> Ground:
        wanted = {draft.wanted_number for draft in change.drafts if draft.wanted_number}
        return Ground(
            size=head.size,
            last_leaf=bytes(head.last_leaf).hex() or NO_LEAF,
            standing=standing,
            counters=json.loads(head.counters),
            taken=set(self.numbered(wanted)) if wanted else (),
            holders=self._holders(change, {draft.record for draft in change.drafts}),
            kept=kept,
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

    def _write(self, written: Sequence[Written], known: Mapping[str, int], head: LedgerHead) -> None:
        """``known``: records that were there before, with the sequence of their first entries."""
        founding = head.size == 0
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
        advance(head, [(item.sealed, item.entry) for item in written])
        latest = {item.entry.record: item for item in written}
        firsts = {**_firsts(written), **known}
        made = index.rows(
            self.organisation,
            self.kinds,
            (index.Latest(item.entry, item.content, firsts[record]) for record, item in latest.items()),
        )
        index.put(made, replacing=[r for r in latest if r in known], organisation=self.organisation)
        if founding:
            index.note(self.organisation, self.kinds)
        left = (
            *((topic, "{}") for topic in (HEAD_MOVED, *ALWAYS)),
            *following(item.entry for item in written),
        )
        Outbox.objects.bulk_create(
            Outbox(**own, topic=topic, size=head.size, payload=payload) for topic, payload in left
        )


_VERSIONS = """
SELECT entry.record, entry.data, content.data
FROM store_current now
CROSS JOIN store_entry entry
LEFT JOIN store_content content
    ON content.organisation_id = entry.organisation_id AND content.sequence = entry.sequence
WHERE now.organisation_id = %s AND NOT now.erased{wanted}
    AND entry.organisation_id = now.organisation_id AND entry.record = now.record
ORDER BY now.first, entry.version
"""
"""CROSS JOIN says to SQLite which table comes first; left to itself it walks through the organisation's whole ledger where a
kind is asked for. To PostgreSQL it is a join like any other.
"""


def _versions(
    organisation: UUID, wanted: Mapping[str, Sequence[str]]
) -> Iterable[tuple[str, Bytes, Bytes | None]]:
    """As ``DatabaseStore._versions``, where columns hold one of these values. Every deed asks this while it holds the lock,
    and Django takes thirty times as long to put the same query into words.
    """
    if not all(wanted.values()):
        return []
    own = Organisation._meta.pk.get_db_prep_value(organisation, connection)  # noqa: SLF001 - Django's name for it
    conditions = [
        f" AND now.{column} IN ({', '.join(['%s'] * len(values))})" for column, values in wanted.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS.format(wanted="".join(conditions)), [own, *chain(*wanted.values())])
        return list(cursor.fetchall())


_REACHED = """
WITH RECURSIVE reached (source, target) AS (
    SELECT source, target FROM store_link WHERE organisation_id = %s AND source IN ({ids})
    UNION
    SELECT link.source, link.target FROM store_link link JOIN reached ON link.source = reached.target
    WHERE link.organisation_id = %s
)
SELECT source, target FROM reached
"""


def _reached(organisation: UUID, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Links, from these records on, in one query; UNION leaves out what was met before, so that a circle ends."""
    own = Organisation._meta.pk.get_db_prep_value(organisation, connection)  # noqa: SLF001 - Django's name for it
    query = _REACHED.format(ids=", ".join(["%s"] * len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(query, [own, *ids, own])
        return list(cursor.fetchall())


def advance(head: LedgerHead, added: Sequence[tuple[Sealed, LedgerEntry]]) -> None:
    """The head's row and the tree's nodes, after these entries. For the one who holds the lock."""
    grown = CompactRange(head.size, tree.hashes_in(bytes(head.peaks)))
    full = tree.add(grown, (bytes.fromhex(sealed.leaf) for sealed, _ in added))
    Node.objects.bulk_create(
        Node(organisation_id=head.organisation_id, level=level, position=position, hash=root)
        for level, position, root in full
    )
    (_, first), (last_sealed, last) = added[0], added[-1]
    counters = json.loads(head.counters)
    for prefix, count in counted(entry.number for _, entry in added).items():
        counters[prefix] = max(counters.get(prefix, 0), count)
    if head.size == 0:
        head.simulation, head.fictional = bool(first.simulation), bool(first.fictional)
    head.size, head.root, head.peaks = grown.size, grown.root(), b"".join(grown.peaks)
    head.last_leaf, head.last_time = bytes.fromhex(last_sealed.leaf), last.recorded_at
    head.counters = json.dumps(counters, sort_keys=True)
    head.save()


def _firsts(written: Iterable[Written]) -> Mapping[str, int]:
    """The first of these sequences of each record."""
    firsts: dict[str, int] = {}
    for item in written:
        firsts.setdefault(item.entry.record, item.entry.sequence)
    return firsts


@contextmanager
def _proving() -> Iterator[None]:
    """What does not prove is not handed out: somebody has changed rows, and the ledger's check tells which."""
    try:
        yield
    except (ProofFailed, LookupError):
        raise Refused(Reason("ledger.not-provable")) from None


def _head(row: LedgerHead) -> Head:
    return Head(row.size, bytes(row.root).hex())
