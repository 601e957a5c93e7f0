"""Whose turn it is to write to an SQLite file, among all threads and processes.

SQLite has one writer at a time and lets the others ask again and again, the longer they have waited the more rarely. A
lock of the operating system queues them instead. PostgreSQL queues writers by itself, one queue an organisation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Held until the transaction inside has ended."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        yield
        return
    with Path(f"{name}-turn").open("ab") as lock:
        flock(lock, LOCK_EX)
        yield
