"""Deeds and reads on one database: rates, ratios, queries. Run by ``benchmarks/store.py``."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any, Final
from uuid import uuid4

from benchmarks.database import driver
from benchmarks.database.ways import Least, Ours, Peer, Way, body, organisation, peer_model, place_in
from django.db import connection, connections

from standfirst.management.risk import RISK
from standfirst.records.change import Change, Draft
from standfirst.records.ledger import Deed
from standfirst.server import reading
from standfirst.server.access import Place
from standfirst.server.store.models import Organisation

ROUNDS: Final = 5
DEEDS: Final = 60  # in a round
WRITERS: Final = 8
EACH: Final = 50  # deeds of one of several writers
LISTED: Final = 300
VERSIONS: Final = 3
LEAST, PEER = "the bare INSERTs", "django-simple-history"
LIMIT_LEAST: Final = 12.0  # times the least, for a deed
LIMIT_QUERIES: Final = {"create": 12, "amend": 14}

_WHOLE: Final = (
    "SELECT own.record, own.data, said.data FROM store_entry own "
    "JOIN store_content said USING (organisation_id, sequence) "
)
_OWN: Final = "WHERE own.organisation_id = %s "
ONE: Final = f"{_WHOLE}{_OWN}AND own.record = %s ORDER BY own.version"
SEVERAL: Final = (
    f"{_WHOLE}JOIN store_current now ON now.organisation_id = own.organisation_id AND now.record = own.record "
    f"{_OWN}AND now.kind = %s ORDER BY now.first, own.version"
)
LISTING: Final = "SELECT * FROM store_current WHERE organisation_id = %s AND kind = %s AND NOT erased ORDER BY first LIMIT 51"

Work = Callable[[], object]
Spent = tuple[float, float]
"""Wall and CPU seconds."""
Rates = tuple[float, float]
"""Created and amended a second."""


def main() -> int:
    first = organisation("first")
    ours = Ours(place_in(first))
    ours.create()
    ways: dict[str, Way] = {"ours": ours, LEAST: Least(first.pk, organisation("least"))}
    if (model := peer_model()) is not None:
        ways[PEER] = Peer(model, first)
    rates, over = alone(ways)
    over += reads(model)
    rates += crowds(first, model)
    if connection.vendor == "sqlite":
        created, amended = (max(each) for each in zip(*rates, strict=True))
        print(
            f"  the ceiling, one writer for all organisations: {created:,.0f} created or {amended:,.0f} amended"
        )
    print(*over, sep="\n", end="\n" if over else "")
    return int(bool(over))


# --- one writer ---


def alone(ways: Mapping[str, Way]) -> tuple[list[Rates], list[str]]:
    """All ways in turns. Returns this project's rates, and what is over a limit."""
    spent: dict[tuple[str, str], list[Spent]] = {}
    for _ in range(ROUNDS):
        for deed in LIMIT_QUERIES:
            for name, way in ways.items():
                spent.setdefault((deed, name), []).append(timed(getattr(way, deed), DEEDS))
    over = []
    for deed, most in LIMIT_QUERIES.items():
        wall, cpu = medians(spent[deed, "ours"])
        queries = asked(getattr(ways["ours"], deed))
        rate = f"{1 / wall:5,.0f} a second, {wall * 1e3:5.2f} ms, {cpu * 1e3:.2f} of it CPU of this process"
        print(f"  {deed}  {rate}; {queries} queries, limit {most}")
        if queries > most:
            over.append(f"  {deed}: {queries} queries, limit {most}")
        for name in list(ways)[1:]:
            other, other_cpu = medians(spent[deed, name])
            times = ratio(spent[deed, "ours"], spent[deed, name])
            limit = f", limit {LIMIT_LEAST:.0f}" if name == LEAST else ""
            print(f"    {times:6.1f} times {name} ({other * 1e3:.2f} ms, {other_cpu * 1e3:.2f} CPU){limit}")
            if name == LEAST and times > LIMIT_LEAST:
                over.append(f"  {deed}: {times:.1f} times {name}, limit {LIMIT_LEAST:.0f}")
    created, amended = (1 / medians(spent[deed, "ours"])[0] for deed in LIMIT_QUERIES)
    return [(created, amended)], over


def ratio(ours: Sequence[Spent], others: Sequence[Spent]) -> float:
    """Of wall times, round by round."""
    return statistics.median(mine[0] / its[0] for mine, its in zip(ours, others, strict=True))


def timed(work: Work, times: int) -> Spent:
    """Of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    return (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times


def medians(spent: Sequence[Spent]) -> Spent:
    walls, cpus = zip(*spent, strict=True)
    return statistics.median(walls), statistics.median(cpus)


def asked(work: Work) -> int:
    """How many queries it takes; the transaction's own are not counted."""
    count = 0

    def counting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal count
        count += not sql.startswith(("BEGIN", "COMMIT"))
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        work()
    return count


# --- several writers ---


def crowds(first: Organisation, model: Any) -> list[Rates]:
    """Returns this project's rates."""
    own = [organisation(f"own-{number}") for number in range(WRITERS)]
    if model is not None:
        crowd(PEER, [partial(Peer, model, first)] * WRITERS)
    return [
        crowd("in one organisation", [partial(writer_in, first)] * WRITERS),
        crowd("each in its own", [partial(writer_in, each) for each in own]),
    ]


def writer_in(own: Organisation) -> Way:
    return Ours(place_in(own))


def crowd(name: str, writers: Sequence[Callable[[], Way]]) -> Rates:
    """Processes that create and then amend at once; each is a writer of its own."""
    forking = get_context("fork")
    barrier = forking.Barrier(len(writers) + 1)
    connections.close_all()
    processes = [forking.Process(target=written, args=(writer, barrier)) for writer in writers]
    for process in processes:
        process.start()
    rates = []
    barrier.wait()
    for _ in LIMIT_QUERIES:
        began = time.perf_counter()
        barrier.wait()
        rates.append(len(writers) * EACH / (time.perf_counter() - began))
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a writer has failed")
    created, amended = rates
    print(f"  {len(writers)} writers, {name}: {created:,.0f} created a second, {amended:,.0f} amended")
    return created, amended


def written(writer: Callable[[], Way], barrier: Barrier) -> None:
    try:
        way = writer()
        barrier.wait()
        for deed in (way.create, way.amend):
            for _ in range(EACH):
                deed()
            barrier.wait()
    except BaseException:
        barrier.abort()
        raise


# --- reading ---


@dataclass(frozen=True)
class Read:
    """``least`` is the query of the same rows, by the driver alone; ``queries`` the limit."""

    name: str
    ours: Work
    queries: int
    least: tuple[str, list[object]]
    peer: Work | None
    times: int


def reads(model: Any) -> Iterator[str]:
    """Of an organisation with ``LISTED`` risks of ``VERSIONS`` versions each. Yields what is over a limit."""
    place, ids = filled(model)
    for read in reads_in(place, ids, model):
        queries = asked(read.ours)
        works: list[Work] = [read.ours, partial(fetched, *read.least), *([read.peer] if read.peer else [])]
        spent = [[timed(work, read.times) for work in works] for _ in range(ROUNDS)]
        ours, least, *peer = zip(*spent, strict=True)
        than = f", {ratio(ours, peer[0]):.1f} times {PEER}" if peer else ""
        print(
            f"  {read.name}: {medians(ours)[0] * 1e3:.2f} ms, {queries} queries, limit {read.queries}, "
            f"{ratio(ours, least):.1f} times the driver's bare query{than}"
        )
        if queries > read.queries:
            yield f"  {read.name}: {queries} queries, limit {read.queries}"


def filled(model: Any) -> tuple[Place, list[str]]:
    place = place_in(organisation("reads"))
    ids = [str(uuid4()) for _ in range(LISTED)]
    drafts = [
        Draft(
            deed=Deed.AMENDED if version else Deed.CREATED,
            record=record,
            kind=RISK.name,
            expected=version,
            state=RISK.lifecycle.initial,
            body=body(f"Risk {record}, seen {version} times"),
            why="It was found",
        )
        for version in range(VERSIONS)
        for record in ids
    ]
    place.store.perform(lambda workspace: Change(place.actor(workspace), tuple(drafts)))
    if model is not None:
        peer = Peer(model, place.organisation)
        for work in (peer.create, *[peer.amend] * (VERSIONS - 1)):
            for _ in ids:
                work()
    return place, ids


def reads_in(place: Place, ids: Sequence[str], model: Any) -> list[Read]:
    own = driver.identity(place.organisation.pk)
    one, number, kind = ids[LISTED // 2], f"RSK-{LISTED // 2:04d}", RISK.name
    peers = model.objects.filter(organisation=place.organisation, kind=kind) if model is not None else None
    some = peers.first().pk if peers is not None else None
    single = (ONE, [own, one])

    def contents(kinds: Sequence[str] | None = None, wanted: Sequence[str] | None = None) -> object:
        return [record.current.content for record in place.store.records(wanted, kinds=kinds).values()]

    return [
        Read(
            "a record by id, all versions",
            lambda: contents(wanted=[one]),
            1,
            single,
            None if peers is None else lambda: list(model.history.filter(id=some)),
            50,
        ),
        Read(
            "a record by number",
            lambda: reading.record_of(place, number).current.content,
            2,
            single,
            None,
            50,
        ),
        Read(
            f"{LISTED} records of a kind, what they say now",
            lambda: contents([kind]),
            1,
            (SEVERAL, [own, kind]),
            None if peers is None else lambda: list(peers.all()),
            3,
        ),
        Read(
            "a page of their list",
            lambda: reading.listed(place, RISK, state="", after=None),
            1,
            (LISTING, [own, kind]),
            None if peers is None else lambda: list(peers.order_by("id")[:51]),
            20,
        ),
        Read(
            "a record's history",
            lambda: reading.history(place, one),
            1,
            single,
            None if peers is None else lambda: list(model.history.filter(id=some)),
            50,
        ),
    ]


def fetched(query: str, values: list[object]) -> object:
    return driver.execute(query, values).fetchall()


if __name__ == "__main__":
    sys.exit(main())
