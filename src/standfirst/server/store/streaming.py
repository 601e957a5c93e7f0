"""Rows of a whole table, in order, without holding them in memory: as the driver gives them, and in steps that fit a cache."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]

STEP: Final = 1000
"""Rows fetched at once. Of more, the first would be gone from the processor's cache before they are looked at."""

_names = count()


def stream(chosen: "QuerySet[Any, Row]") -> Iterator[Row]:
    """The rows of a ``values_list``, within a transaction that the caller has begun.

    For bytes, whole numbers and text alone: nothing is converted, and on PostgreSQL all travels in binary, where Django
    has bytes written out as text and read again, for twice the time.
    """
    sql, parameters = chosen.query.sql_with_params()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        cursor = connection.connection.cursor(f"standfirst_{next(_names)}", binary=True)
    else:
        cursor = connection.cursor()
    with closing(cursor):
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(STEP):
            yield from rows
