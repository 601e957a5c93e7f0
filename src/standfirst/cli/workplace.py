"""What every command of the workplace does first: find the data folder, and wake Django with it."""

import argparse
import os
from importlib.util import find_spec
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
    if find_spec("django") is None:
        raise Unusable([problem("standfirst", "workplace.extra-absent", extra="server")])

    from standfirst.server.starting import unapplied, wake

    wake()
    if not migrating and (left := unapplied()):
        raise Unusable([problem(str(data), "workplace.half-migrated", count=left)])
