"""Waking Django, for commands: on the data folder that the environment names (``settings``)."""

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def wake() -> None:
    django.setup()


def unapplied() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    call_command("migrate", verbosity=0)


def address() -> str:
    """Where people reach this installation."""
    return str(settings.ADDRESS)
