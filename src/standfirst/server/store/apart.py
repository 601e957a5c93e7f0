"""A second process compares the read models while the first proves the entries, both over one state of the database.

Its module is imported before Django is awake, so that tables are imported where they are needed.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, connections

from standfirst.standards.reason import Reason

if TYPE_CHECKING:
    from standfirst.server.store.models import Organisation
    from standfirst.server.store.store import DatabaseStore

Difference = tuple[Reason, int | None] | None
"""A record of which a read model holds something else, and the entry that it is about; None where there is none."""

SAME: Final = "same"

WORTHWHILE: Final = 20_000
"""Entries from which on the comparison takes longer than another process takes to begin."""


def is_worthwhile(size: int) -> bool:
    return size >= WORTHWHILE and (os.cpu_count() or 1) > 1


@contextmanager
def snapshot(exported: str = "") -> Iterator[None]:
    """The database as it is now, without holding up writers: Django's own transactions on SQLite take the writer's lock.

    ``exported``: as another process of PostgreSQL sees it.
    """
    isolation = "" if connection.vendor == "sqlite" else " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{isolation}")
        if exported:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [exported])
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL jit = off"
            )  # plain look-ups: compiling them takes a third of the server's time
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


class Comparing:
    """The other process, as the one sees it that proves. Raises EOFError or OSError where it has ended without a word."""

    def __init__(self, pipe: "Connection[Any, Any]", process: "SpawnProcess") -> None:
        self._pipe, self.process = pipe, process
        self._ready = False

    def sees(self) -> bool:
        """Whether it sees what this process sees, in the snapshot that has begun here; else another has to be begun."""
        self._ready = self._ready or self._pipe.recv() is None
        with connection.cursor() as cursor:  # SQLite begins a snapshot with the first look
            exporting = connection.vendor == "postgresql"
            cursor.execute("SELECT pg_export_snapshot()" if exporting else "SELECT 1 FROM store_organisation")
            exported = cursor.fetchone()[0] if exporting else ""
        self._send(exported)
        return bool(self._pipe.recv() == SAME)

    def _send(self, exported: str) -> None:
        self._pipe.send(exported)

    def told(self) -> Difference:
        """What ``comparing.first_difference`` has found there."""
        difference: Difference = self._pipe.recv()
        return difference


@contextmanager
def comparing_apart(
    opening: "Callable[[Organisation], DatabaseStore]", organisation: "Organisation"
) -> Iterator[Comparing]:
    """A process that ends with the block, whatever becomes of it. ``opening`` is called there: kinds hold functions."""
    context = get_context("spawn")  # a fork would share the connection
    ours, theirs = context.Pipe()
    process = context.Process(target=_compare, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send((connection.settings_dict, opening, organisation))
        yield Comparing(ours, process)
    finally:
        ours.close()
        process.terminate()
        process.join()


def _compare(pipe: "Connection[Any, Any]") -> None:
    """In the other process: says None when it is ready and SAME once it sees the same, then what it has found.

    On SQLite nobody can hand over a snapshot. Its data version tells a connection whether others have written between
    two looks; if nobody has between being ready and looking, the snapshot that was begun meanwhile is the same.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who proves is interrupted too, and ends this process

    from django.db.utils import load_backend  # noqa: PLC0415 - see above

    from standfirst.server.starting import wake  # noqa: PLC0415 - see above

    wake()
    described, opening, organisation = pipe.recv()
    connections["default"] = load_backend(described["ENGINE"]).DatabaseWrapper(described)

    from standfirst.server.store.comparing import first_difference  # noqa: PLC0415 - see above

    while True:
        before = _data_version()
        pipe.send(None)
        with snapshot(pipe.recv()):
            if _data_version() == before:
                pipe.send(SAME)
                pipe.send(first_difference(opening(organisation)))
                return


def _data_version() -> int:
    """The same for ever on PostgreSQL, where a snapshot is handed over."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
