"""Append-only in the database too: triggers that refuse what no deed does, on both engines.

They stop a slip and a careless script. Whoever owns the database can take them away, so the ledger's check looks whether
they stand, and does not rely on it.
"""

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
CREATE FUNCTION standfirst_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
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


def not_standing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The names of guards that are gone, disabled or changed."""
    if connection.vendor == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        expected = {statement.split()[2]: statement for statement in statements("sqlite")}
        with connection.cursor() as cursor:
            cursor.execute(query)
            found = dict(cursor.fetchall())
        return tuple(sorted(name for name, sql in expected.items() if found.get(name) != sql))
    query = (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgenabled IN ('O', 'A') AND p.proname = 'standfirst_refuse' "
        "AND p.prosrc LIKE '%%RAISE EXCEPTION%%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        standing = {str(name) for (name,) in cursor.fetchall()}
    return tuple(sorted(set(_POSTGRES_GUARDS) - standing))
