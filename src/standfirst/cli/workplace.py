"""What every command of the workplace does first: find the data folder, and wake Django with it."""

import argparse
import os
from pathlib import Path

DATA = "standfirst-data"


def data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("STANDFIRST_DATA", DATA)),
        metavar="DIR",
        help=f"the data folder (default: $STANDFIRST_DATA, else ./{DATA})",
    )


def enter(data: Path, *, migrating: bool = False) -> None:
    """Django stands on this data folder from here on.

    Raises :class:`Unusable` where the extra ``server`` is missing, nothing was set up in the folder, or the database is
    not as this release needs it.
    """
    from standfirst.standards.problems import Unusable, problem

    if not (data / "secret-key").is_file():
        raise Unusable([problem(str(data), "workplace.no-data")])
    os.environ["STANDFIRST_DATA"] = str(data.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.server.settings"
    try:
        import django
    except ImportError:
        raise Unusable([problem("standfirst", "workplace.extra-absent", extra="server")]) from None
    django.setup()
    if not migrating and (left := _unapplied()):
        raise Unusable([problem(str(data), "workplace.half-migrated", count=left)])


def _unapplied() -> int:
    """How many migrations the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
