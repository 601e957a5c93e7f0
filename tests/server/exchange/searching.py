"""Looking for bytes wherever a database keeps any: for tests that something is gone."""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection


def places(wanted: str) -> list[str]:
    """Where it stands: files of SQLite, byte by byte; tables, columns and statistics of PostgreSQL."""
    return sorted(_in_files(wanted) if connection.vendor == "sqlite" else _in_tables(wanted))


def _in_files(wanted: str) -> Iterator[str]:
    """Also the write-ahead log: nobody asks here that it is emptied first."""
    path = Path(str(connection.settings_dict["NAME"]))
    for file in path.parent.glob(f"{path.name}*"):
        if wanted.lower().encode() in file.read_bytes().lower():
            yield file.name.removeprefix(path.name) or "database"


_COLUMNS = """
SELECT c.oid::regclass::text, quote_ident(a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname <> 'information_schema'
"""


def _in_tables(wanted: str) -> Iterator[str]:
    """Every column of every table of the catalogue, the catalogue's own included; bytes are told in hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        columns = cursor.fetchall()
        for table, column in columns:
            held = f"SELECT 1 FROM {table} WHERE {column}::text ILIKE ANY(%s) LIMIT 1"  # noqa: S608 - names of the catalogue
            cursor.execute(held, [[f"%{wanted}%", f"%{wanted.encode().hex()}%"]])
            if cursor.fetchone():
                yield f"{table}.{column}"
