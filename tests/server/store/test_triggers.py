"""What was recorded cannot be changed or taken away by a slip: the tables refuse it; and who takes that away is told."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, models, transaction
from tests.records.cast import amend, doing, draft, found
from tests.server.store.conftest import new_store

from standfirst.server.store.heads import put
from standfirst.server.store.models import Anchor, Content, Entry, LedgerHead, Organisation, SignedHead
from standfirst.server.store.store import DatabaseStore
from standfirst.server.store.triggers import APPENDED, KEPT, not_standing, restore
from standfirst.trust.note import Note, NoteSignature

NOTE = Note("a text\n", (NoteSignature("a", b"1234", b"5"),))


@pytest.fixture
def books(own_database: str) -> DatabaseStore:  # noqa: ARG001 - it has to point there
    """An organisation with a row in every guarded table."""
    store = new_store()
    found(store)
    thing = draft()
    store.perform(doing(thing))
    store.perform(amend(thing.record, title="Better"))
    put(store.organisation, 3, NOTE)
    Anchor.objects.create(organisation_id=store.organisation, size=3, origin="log", index=0)
    return store


def rows() -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in KEPT:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            found[table] = sorted(
                tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
                for row in cursor.fetchall()
            )
    return found


def refused(deed: Callable[[], object]) -> None:
    before = rows()
    with pytest.raises(DatabaseError, match="what was recorded stays"), transaction.atomic():
        deed()
    assert rows() == before
    assert all(before.values())


def sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.usefixtures("books")
def test_by_sql() -> None:
    for table in KEPT:
        refused(sql(f"DELETE FROM {table}"))  # noqa: S608
        if connection.vendor == "postgresql":
            refused(sql(f"TRUNCATE {table} CASCADE"))
    changes = {
        "store_entry": ("data = data", "record = 'other'", "version = 9"),
        "store_signedhead": ("note = note",),
        "store_anchor": ("size = 4",),
        "store_content": ("data = data", "salt = salt", "data = NULL, sequence = sequence + 100"),
        "store_ledgerhead": ("size = size - 1",),
        "store_organisation": ("type = 'authority'",),
    }
    assert changes.keys() == set(KEPT)
    for table, sets in changes.items():
        for change in sets:
            refused(sql(f"UPDATE {table} SET {change}"))  # noqa: S608


@pytest.mark.usefixtures("books")
def test_by_replacing() -> None:
    """SQLite deletes the row that stands in the way, and asks no guard of deletions."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    others = {
        "store_entry": "data || 'x'",
        "store_signedhead": "note || 'x'",
        "store_anchor": '"index" + 1',
        "store_content": "data || 'x'",
        "store_ledgerhead": "size + 1",
        "store_organisation": "name || 'x'",
    }
    assert others.keys() == set(KEPT)
    for table, other in others.items():
        column = other.split()[0]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608
            names = [f'"{one[0]}"' for one in cursor.description]
        put = ", ".join(other if name.strip('"') == column.strip('"') else name for name in names)
        refused(sql(f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) SELECT {put} FROM {table}"))  # noqa: S608
    elsewhere = "SELECT organisation_id, sequence + 1000, record, version, data, leaf FROM store_entry"
    refused(
        sql(
            f"INSERT OR REPLACE INTO store_entry (organisation_id, sequence, record, version, data, leaf) {elsewhere}"
        )
    )


def test_by_django(books: DatabaseStore) -> None:
    own = {"organisation": books.organisation}
    tables: tuple[type[models.Model], ...] = (Entry, Content, SignedHead, Anchor, LedgerHead)
    for table in tables:
        refused(lambda table=table: table._default_manager.filter(**own)._raw_delete("default"))  # type: ignore[misc]
    entry = Entry.objects.filter(**own).first()
    assert entry is not None
    refused(entry.delete)
    refused(entry.save)
    refused(lambda: Entry.objects.filter(**own).update(data=b"{}"))
    refused(lambda: Content.objects.filter(**own).update(data=b"{}"))
    refused(lambda: LedgerHead.objects.filter(**own).update(size=0))
    refused(lambda: Organisation.objects.filter(id=books.organisation).update(type="authority"))


def test_what_deeds_do_is_let_through(books: DatabaseStore) -> None:
    books.perform(doing(draft()))
    Organisation.objects.filter(id=books.organisation).update(name="A better name")
    Content.objects.filter(organisation=books.organisation, sequence=1).update(salt=None, data=None)
    assert books.head.size == 4


# --- whoever owns the database can take them away: then that is told ---


@pytest.mark.usefixtures("own_database")
def test_they_stand() -> None:
    assert not_standing(connection) == ()


def every(statement: str) -> Callable[[], None]:
    def run() -> None:
        for table in APPENDED:
            name = f"{table}_written_once"
            with connection.cursor() as cursor:
                cursor.execute(statement.format(table=table, name=name))

    return run


CALL = "EXECUTE FUNCTION standfirst_refuse()"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'standfirst: what was recorded stays'); END"
HOLLOW = (
    "CREATE OR REPLACE FUNCTION standfirst_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    "BEGIN /* RAISE EXCEPTION */ RETURN NULL; END $$"
)
TAKEN = {
    "sqlite": {
        "dropped": ("DROP TRIGGER {name}",),
        "hollow": (
            "DROP TRIGGER {name}",
            "CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END",
        ),
        "never": (
            "DROP TRIGGER {name}",
            "CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN FALSE " + REFUSE,
        ),
        "of another table": (
            "DROP TRIGGER {name}",
            "CREATE TRIGGER {name} BEFORE UPDATE ON store_outbox " + REFUSE,
        ),
        "of another event": (
            "DROP TRIGGER {name}",
            "CREATE TRIGGER {name} BEFORE UPDATE OF sequence ON {table} " + REFUSE,
        ),
    },
    "postgresql": {
        "dropped": ("DROP TRIGGER {name} ON {table}",),
        "disabled": ("ALTER TABLE {table} DISABLE TRIGGER {name}",),
        "for replicas": ("ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",),
        "hollow": (HOLLOW,),
        "never": (
            "DROP TRIGGER {name} ON {table}",
            f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} FOR EACH ROW WHEN (FALSE) {CALL}",
        ),
        "of another table": (
            "DROP TRIGGER {name} ON {table}",
            f"CREATE TRIGGER {{name}} BEFORE UPDATE ON store_outbox FOR EACH ROW {CALL}",
        ),
        "after": (
            "DROP TRIGGER {name} ON {table}",
            f"CREATE TRIGGER {{name}} AFTER UPDATE ON {{table}} FOR EACH STATEMENT {CALL}",
        ),
    },
}


@pytest.mark.usefixtures("own_database")
def test_who_takes_one_away_is_told() -> None:
    ours = {f"{table}_written_once" for table in APPENDED}
    for way, statements in TAKEN[connection.vendor].items():
        with suppress(RollBack), transaction.atomic():
            for statement in statements:
                every(statement)()
            assert ours <= set(not_standing(connection)), way
            restore(connection)
            assert not_standing(connection) == (), way
            raise RollBack
        assert not_standing(connection) == ()


class RollBack(Exception):
    """The end of an experiment."""


@pytest.mark.usefixtures("own_database")
def test_a_session_in_which_none_fires_is_told() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        assert set(not_standing(connection)) > {f"{table}_kept" for table in KEPT}
        connection.close()


@pytest.mark.parametrize(
    "table", ["store_entry", "store_outbox", "store_current", "accounts_membership", "sealed_sealeditem"]
)
@pytest.mark.usefixtures("own_database")
def test_a_trigger_that_is_none_of_ours_is_told(table: str) -> None:
    statement = {
        "sqlite": f"CREATE TRIGGER stray AFTER INSERT ON {table} BEGIN SELECT 1; END",
        "postgresql": f"CREATE TRIGGER stray AFTER INSERT ON {table} FOR EACH ROW {CALL}",
    }[connection.vendor]
    sql(statement)()
    assert not_standing(connection) == ("stray",)


@pytest.mark.usefixtures("own_database")
def test_a_rule_does_the_same_as_a_trigger_and_is_told() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has rules")
    sql("CREATE RULE quiet AS ON INSERT TO store_outbox DO INSTEAD NOTHING")()
    assert not_standing(connection) == ("quiet",)
