"""Append-only in the database too: triggers that refuse what no deed does, on both engines.

They stop a slip and a careless script. Whoever owns the database can take them away, so the ledger's check looks whether
they stand, and does not rely on it.
"""

import re
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

APPENDED: Final = ("store_entry", "store_signedhead", "store_anchor")
"""Rows that are written once."""

KEPT: Final = (*APPENDED, "store_content", "store_organisation", "store_ledgerhead")
"""Rows that are never deleted."""

_SQLITE_GUARDS: Final = {
    **{f"{table}_kept": f"DELETE ON {table}" for table in KEPT},
    **{f"{table}_written_once": f"UPDATE ON {table}" for table in APPENDED},
    "store_content_erased_only": (
        "UPDATE ON store_content WHEN NEW.salt IS NOT NULL OR NEW.data IS NOT NULL "
        "OR NEW.organisation_id <> OLD.organisation_id OR NEW.sequence <> OLD.sequence"
    ),
    "store_ledgerhead_grows": (
        "UPDATE ON store_ledgerhead WHEN NEW.size < OLD.size OR NEW.organisation_id <> OLD.organisation_id"
    ),
    "store_organisation_stays": (
        "UPDATE ON store_organisation WHEN NEW.id <> OLD.id OR NEW.type <> OLD.type"
    ),
}

_POSTGRES_GUARDS: Final = {
    **{f"{table}_kept": (table, "BEFORE DELETE", "ROW", "") for table in KEPT},
    **{f"{table}_not_emptied": (table, "BEFORE TRUNCATE", "STATEMENT", "") for table in KEPT},
    **{f"{table}_written_once": (table, "BEFORE UPDATE", "ROW", "") for table in APPENDED},
    "store_content_erased_only": (
        "store_content",
        "BEFORE UPDATE",
        "ROW",
        (
            "NEW.salt IS NOT NULL OR NEW.data IS NOT NULL OR NEW.organisation_id <> OLD.organisation_id "
            "OR NEW.sequence <> OLD.sequence"
        ),
    ),
    "store_ledgerhead_grows": (
        "store_ledgerhead",
        "BEFORE UPDATE",
        "ROW",
        "NEW.size < OLD.size OR NEW.organisation_id <> OLD.organisation_id",
    ),
    "store_organisation_stays": (
        "store_organisation",
        "BEFORE UPDATE",
        "ROW",
        "NEW.id <> OLD.id OR NEW.type <> OLD.type",
    ),
}

_POSTGRES_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION standfirst_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'standfirst: % of % is refused: what was recorded stays', TG_OP, TG_TABLE_NAME; END $$
"""


def statements(vendor: str) -> list[str]:
    """What sets the guards up, for ``sqlite`` or ``postgresql``."""
    if vendor == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'standfirst: what was recorded stays'); END"
        return [f"CREATE TRIGGER {name} BEFORE {when} {refuse}" for name, when in _SQLITE_GUARDS.items()]
    return [
        _POSTGRES_FUNCTION,
        *(
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} "
            + (f"WHEN ({condition}) " if condition else "")
            + "EXECUTE FUNCTION standfirst_refuse()"
            for name, (table, when, each, condition) in _POSTGRES_GUARDS.items()
        ),
    ]


def restore(connection: BaseDatabaseWrapper) -> None:
    """Sets up again the guards that do not stand. In a transaction of the caller's."""
    if not not_standing(connection):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE_GUARDS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name, (table, *_) in _POSTGRES_GUARDS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def not_standing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The names of guards that are gone, disabled or changed, and of triggers on their tables that are none of ours."""
    expected = {
        statement.split()[2]: _squeezed(statement)
        for statement in statements(connection.vendor)
        if statement.startswith("CREATE TRIGGER")
    }
    found = _in_sqlite(connection) if connection.vendor == "sqlite" else _in_postgres(connection)
    return tuple(
        sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    )


def _in_sqlite(connection: BaseDatabaseWrapper) -> dict[str, str]:
    tables = ", ".join(f"'{table}'" for table in KEPT)
    query = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({tables})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {str(name): _squeezed(str(sql)) for name, sql in cursor.fetchall()}


def _in_postgres(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Those that fire in this session; nothing of one that calls another function, or a function that is not ours any more."""
    query = (
        "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc, l.lanname, t.tgenabled, "
        "current_setting('session_replication_role') "
        "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang "
        "WHERE NOT t.tgisinternal AND t.tgrelid = ANY(%s::regclass[])"
    )
    source = _POSTGRES_FUNCTION.partition("$$")[2].partition("$$")[0]
    with connection.cursor() as cursor:
        cursor.execute(query, [list(KEPT)])
        return {
            str(name): _squeezed(str(definition))
            if (prosrc, language, role) == (source, "plpgsql", "origin") and enabled in ("O", "A")
            else ""
            for name, definition, prosrc, language, enabled, role in cursor.fetchall()
        }


_DECORATION: Final = re.compile(r"\s|::text|[()]|(?<= ON )\w+\.")


def _squeezed(statement: str) -> str:
    """As PostgreSQL writes it back: with schemas, casts and brackets of its own. No condition here depends on brackets."""
    return _DECORATION.sub("", statement).lower()
