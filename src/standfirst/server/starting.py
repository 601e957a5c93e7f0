"""Waking Django, for commands: on the data folder that the environment names (``settings``)."""

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from standfirst.server.store.triggers import restore


def wake() -> None:
    django.setup()


def unapplied() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Also sets up again what guards the tables, where somebody has taken it away."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        restore(connection)


def address() -> str:
    """Where people reach this installation."""
    return str(settings.ADDRESS)
