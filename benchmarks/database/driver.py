"""The database by its driver alone: what everything above it is measured against, and the fastest way in."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from standfirst.server.store.models import Organisation

# ruff: noqa: S608, SLF001 - names of our own tables and columns, which Django keeps in `_meta`

Table = type[models.Model]


def execute(query: str, values: Sequence[object] = ()) -> Any:
    """With %s for values, on both engines. Returns a cursor; transactions are the caller's."""
    connection.ensure_connection()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    return connection.connection.execute(query.replace("%s", mark), values)


def begin() -> None:
    """For one who is going to write."""
    execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")


def identity(organisation: UUID) -> Any:
    """As its column holds it."""
    return Organisation._meta.pk.get_db_prep_value(organisation, connection)


def columns(table: Table) -> list[str]:
    """Those that an insert gives: all but a number that the database counts."""
    fields = table._meta.concrete_fields
    return [str(field.column) for field in fields if not isinstance(field, models.BigAutoField)]


def last_row(table: Table, organisation: UUID, order: str) -> dict[str, Any]:
    names = columns(table)
    query = f"SELECT {', '.join(names)} FROM {table._meta.db_table} WHERE organisation_id = %s ORDER BY {order} DESC LIMIT 1"
    return dict(zip(names, execute(query, [identity(organisation)]).fetchone(), strict=True))


def insert(table: Table, row: dict[str, Any]) -> None:
    marks = ", ".join(["%s"] * len(row))
    query = f"INSERT INTO {table._meta.db_table} ({', '.join(row)}) VALUES ({marks})"
    execute(query, list(row.values()))


def update(table: Table, row: dict[str, Any], where: dict[str, Any]) -> None:
    setting = ", ".join(f"{name} = %s" for name in row)
    finding = " AND ".join(f"{name} = %s" for name in where)
    query = f"UPDATE {table._meta.db_table} SET {setting} WHERE {finding}"
    execute(query, [*row.values(), *where.values()])


def pour(table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Many rows at once, within the caller's transaction."""
    connection.ensure_connection()
    driver, target = connection.connection, f"{table._meta.db_table} ({', '.join(names)})"
    if connection.vendor == "sqlite":
        driver.executemany(f"INSERT INTO {target} VALUES ({', '.join('?' * len(names))})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
