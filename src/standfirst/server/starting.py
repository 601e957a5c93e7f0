"""Waking Django, for commands: on the data folder that the environment names (``settings``)."""

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection, connections, transaction
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

from standfirst.server.store.triggers import restore
from standfirst.standards.problems import Unusable, problem


def wake() -> None:
    django.setup()


def unapplied() -> int:
    """How many migrations the database still lacks. Raises Unusable."""
    with _usable():
        loader = MigrationLoader(connection)
        return len(loader.graph.nodes.keys() - loader.applied_migrations.keys())


def migrate() -> None:
    """Also sets up again what guards the tables, where somebody has taken it away, and makes the lists anew that another
    release made for kinds as it knew them. Raises Unusable.
    """
    with _usable():
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            restore(connection)
        _keep_up()


def _keep_up() -> None:
    from standfirst.server.store.models import Organisation  # noqa: PLC0415 - once Django is awake
    from standfirst.server.workplace import open_store  # noqa: PLC0415 - the same

    for organisation in Organisation.objects.order_by("slug"):
        open_store(organisation).keep_up()


@contextmanager
def _usable() -> Iterator[None]:
    """Raises Unusable with what the database says: it is away, damaged, or has other tables than it tells of."""
    try:
        yield
    except (DatabaseError, InterfaceError, InconsistentMigrationHistory) as error:
        place = str(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else "DATABASE_URL"
        detail = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise Unusable([problem(place, "workplace.database", detail=detail.removesuffix("."))]) from None


def rest() -> None:
    """Nothing of the database is open any more, so that its folder may be moved."""
    connections.close_all()


def address() -> str:
    """Where people reach this installation."""
    return str(settings.ADDRESS)
