"""A large ledger in one organisation, made by bulk inserts as deeds would have made it. Run by ``benchmarks/store.py``.

    build N   an organisation "large" whose ledger has about N entries, its head signed
    read      what is read of it, and a proof

Every record has four versions, that lie apart; in each thousand, ten are erased by an eleventh. Entries are chained and
sealed; contents, read models, tree and head's row stand beside them, as the check of an organisation asks.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

from benchmarks.database import driver
from benchmarks.database.deeds import asked, medians, timed
from benchmarks.database.ways import body, organisation, place_in
from django.db import connection, transaction

from standfirst.management.erasure import ERASURE
from standfirst.management.risk import RISK
from standfirst.records.ledger import Deed, Entry, Sealed, commitment_to, leaf_of
from standfirst.records.record import Content
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.clock import now
from standfirst.server.jobs import host, key_folder
from standfirst.server.store import index
from standfirst.server.store import models as tables
from standfirst.server.store.heads import sign_head
from standfirst.server.store.index import Latest
from standfirst.server.store.store import advance

SLUG: Final = "large"
RECORDS: Final = 1_000  # in a block: the first versions of all, then the second ones, ...
ERASED: Final = 10  # of them
Step = tuple[Deed, str, str]
"""What is done to a record, in which state it then stands, and by which transition."""

STEPS: Final[Sequence[Step]] = (
    (Deed.CREATED, "identified", ""),
    (Deed.AMENDED, "identified", ""),
    (Deed.MOVED, "assessed", "assess"),
    (Deed.AMENDED, "assessed", ""),
)
SIGNATURE: Final = {"assurance": "passkey", "meaning": "assessment", "roles": ["quality-manager"]}
ABOUT: Final = "about"  # links that the erasing records have
SHAPE: Final = "~%s~"  # what a template holds in the place of a text


def main() -> int:
    if sys.argv[1] == "build":
        build(int(sys.argv[2]))
    else:
        read()
    return 0


# --- building ---


def build(size: int, *, slug: str = SLUG, steps: Sequence[Step] = STEPS) -> None:
    began = perf_counter()
    place = place_in(organisation(slug))
    with transaction.atomic():
        block = Block(place, steps)
        while block.size < size:
            block.write()
    sign_head(place.store, key_folder(), host=host(), now=now())
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")  # else it does so by itself, later
    print(f"  {block.size:,} entries built in {perf_counter() - began:.0f} s")


class Block:
    """A thousand records and an erasure, written one after the other. ``steps`` are the versions of each record."""

    def __init__(self, place: Place, steps: Sequence[Step] = STEPS) -> None:
        self.place, self.steps = place, steps
        self.head = tables.LedgerHead.objects.get(organisation=place.organisation)
        self.own = place.organisation.pk
        self.number = 0
        self.templates = [template(step, state) for step, (_, state, _) in enumerate(steps)]

    @property
    def size(self) -> int:
        return self.head.size

    def write(self) -> None:
        start, ids = self.size, [str(uuid4()) for _ in range(RECORDS)]
        gone = [start + version * RECORDS + at for version in range(len(self.steps)) for at in range(ERASED)]
        made = list(self._entries(ids, gone))
        erased = set(gone)
        own = driver.identity(self.own)
        driver.pour(
            tables.Entry,
            driver.columns(tables.Entry),
            (
                (own, entry.sequence, entry.record, entry.version, sealed.entry, bytes.fromhex(sealed.leaf))
                for sealed, entry in made
            ),
        )
        driver.pour(
            tables.Content,
            driver.columns(tables.Content),
            (
                (
                    own,
                    entry.sequence,
                    *((None, None) if entry.sequence in erased else (sealed.salt, sealed.content)),
                )
                for sealed, entry in made
            ),
        )
        driver.pour(tables.Current, ("organisation_id", *index.CURRENT), self._current(made, erased))
        driver.pour(
            tables.Link,
            driver.columns(tables.Link),
            ((own, made[-1][1].record, ABOUT, ids[ERASED + at], at) for at in range(ERASED)),
        )
        advance(self.head, made)
        self.number += 1

    def _entries(self, ids: Sequence[str], gone: Sequence[int]) -> Iterator[tuple[Sealed, Entry]]:
        previous = bytes(self.head.last_leaf).hex()
        time = (self.head.last_time or now()) + timedelta(minutes=1)
        common: dict[str, Any] = {"actor": self.place.person, "recorded_at": time}
        sequence = self.size
        for version, (deed, _, transition) in enumerate(self.steps):
            for at, record in enumerate(ids):
                entry = partial(
                    Entry,
                    deed=deed,
                    kind=RISK.name,
                    record=record,
                    number=f"RSK-{self.number * RECORDS + at + 1:04d}",
                    version=version + 1,
                    transition=transition,
                    signature=SIGNATURE if transition else None,
                )
                content = self.templates[version] % (record.encode(), record.encode())
                yield (made := sealed(entry, content, sequence=sequence, previous=previous, **common))
                previous, sequence = made[0].leaf, sequence + 1
        record = str(uuid4())
        entry = partial(
            Entry,
            deed=Deed.MOVED,
            kind=ERASURE.name,
            record=record,
            number=f"{ERASURE.prefix}-{self.number + 1:04d}",
            version=1,
            transition="carry-out",
            erases=tuple(gone),
        )
        content = erasing(record, ids[ERASED : 2 * ERASED])
        yield sealed(entry, content, sequence=sequence, previous=previous, **common)

    def _current(self, made: Sequence[tuple[Sealed, Entry]], erased: set[int]) -> Iterator[tuple[Any, ...]]:
        kinds, eraser = self.place.store.kinds, made[-1][1].sequence
        own, prepared = driver.identity(self.own), connection.ops.adapt_datetimefield_value
        for one, entry in made[-RECORDS - 1 :]:
            first = entry.sequence - RECORDS * (entry.version - 1)
            content = None if entry.sequence in erased else Content.from_bytes(one.content or b"")
            latest = Latest(entry, content, first, None if content else eraser)
            *values, _ = index.current_values(kinds, latest, index.body_of(kinds, latest))
            yield own, *values, prepared(entry.recorded_at)


def sealed(entry: Callable[..., Entry], content: bytes, **where: Any) -> tuple[Sealed, Entry]:
    salt = sha256(b"%d" % where["sequence"]).digest()
    made = entry(commitment=commitment_to(salt, content), **where)
    data = made.to_bytes()
    return Sealed(data, leaf_of(data), salt, content), made


def template(step: int, state: str) -> bytes:
    """The canonical bytes of a risk's version, with its id and its title left open."""
    whole = Content(
        record=SHAPE % "record",
        kind=RISK.name,
        schema=RISK.schema,
        version=step + 1,
        state=state,
        body=body(f"Risk {SHAPE % 'title'}"),
        serves=("6.1",),
        links={},
        why="It was looked at",
    ).to_bytes()
    return whole.replace(b"%", b"%%").replace(b"~title~", b"%s").replace(b"~record~", b"%s")


def erasing(record: str, about: Sequence[str]) -> bytes:
    return Content(
        record=record,
        kind=ERASURE.name,
        schema=ERASURE.schema,
        version=1,
        state="carried-out",
        body={"title": "Ten risks that named people"},
        serves=(),
        links={ABOUT: tuple(about)},
        why="They asked for it",
    ).to_bytes()


# --- reading ---


def read() -> None:
    organisation = tables.Organisation.objects.get(slug=SLUG)
    place = place_in(organisation)
    size = place.head.size
    number = f"RSK-{size // 8 // RECORDS * RECORDS + RECORDS // 2:04d}"  # of a block's middle: not erased
    found = reading.record_of(place, number)
    sequence = found.current.entry.sequence
    for name, work in (
        ("a record by number", lambda: reading.record_of(place, number).current.content),
        ("a page of a list", lambda: reading.listed(place, RISK, state="", after=sequence)),
        ("a proof of an entry", lambda: place.store.inclusion(sequence)),
    ):
        wall, _ = medians([timed(work, 10) for _ in range(5)])
        print(f"  {name}: {wall * 1e3:.2f} ms, {asked(work)} queries")


if __name__ == "__main__":
    sys.exit(main())
