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

_REPLACED: Final = {
    "store_entry": (
        "organisation_id = NEW.organisation_id "
        "AND (sequence = NEW.sequence OR (record = NEW.record AND version = NEW.version))"
    ),
    "store_content": "organisation_id = NEW.organisation_id AND sequence = NEW.sequence",
    "store_ledgerhead": "organisation_id = NEW.organisation_id",
    "store_organisation": "id = NEW.id OR slug = NEW.slug",
    "store_signedhead": "organisation_id = NEW.organisation_id AND size = NEW.size AND note <> NEW.note",
    "store_anchor": (
        "id = NEW.id OR (organisation_id = NEW.organisation_id AND size = NEW.size AND origin = NEW.origin "
        'AND "index" <> NEW."index")'
    ),
}
"""What INSERT OR REPLACE would put another row in the place of: SQLite then asks no guard of deletions. What workers repeat
says the same again, and is left to the tables' own constraints."""

_SQLITE_GUARDS: Final = {
    **{
        f"{table}_not_replaced": f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        for table, same in _REPLACED.items()
    },
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


_POSTGRES_OURS: Final = """
SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname = ANY(%s)
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
            cursor.execute(_POSTGRES_OURS, [list(_POSTGRES_GUARDS)])
            for name, table in cursor.fetchall():  # also where somebody has put one of this name
                cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def not_standing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The names of guards that are gone, disabled or changed, and of triggers on any table that are none of ours.

    Also on tables that have no guard: a trigger on the outbox could have work struck out before anybody sees it.
    """
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {str(name): _squeezed(str(sql)) for name, sql in cursor.fetchall()}


def _in_postgres(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Those that fire in this session; nothing of one that calls another function, or a function that is not ours any more.

    Rules beside those of views do the same as triggers, and none of ours is one.
    """
    query = (
        "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc, l.lanname, t.tgenabled, "
        "current_setting('session_replication_role') "
        "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang "
        "JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace "
        "UNION ALL SELECT rulename, '', '', '', '', '' FROM pg_rules "
        "WHERE schemaname = current_schema() AND rulename <> '_RETURN'"
    )
    source = _POSTGRES_FUNCTION.partition("$$")[2].partition("$$")[0]
    with connection.cursor() as cursor:
        cursor.execute(query)
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
