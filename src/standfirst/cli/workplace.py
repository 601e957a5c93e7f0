"""What every command of the workplace does first: find the data folder, and wake Django with it."""

import argparse
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final

DATA: Final = "standfirst-data"

PRIVATE: Final = 0o077
"""What nobody but the owner may do: the folder holds secrets, and what people said in confidence."""

_LARGEST_KEY: Final = 10_000


def data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("STANDFIRST_DATA", DATA)),
        metavar="DIR",
        help=f"the data folder (default: $STANDFIRST_DATA, else ./{DATA})",
    )


def enter(data: Path, *, migrating: bool = False) -> None:
    """Django stands on this data folder from here on, and whatever is made in it is its owner's alone.

    Raises :class:`Unusable` where the extra ``server`` is missing, nothing was set up in the folder, a setting says
    nothing that can be used, or the database is not as this release needs it.
    """
    from standfirst.standards.problems import Unusable, problem

    if not (data / "secret-key").is_file():
        raise Unusable([problem(str(data), "workplace.no-data")])
    if not (data / "secret-key").read_bytes()[:_LARGEST_KEY].strip():
        raise Unusable([problem(str(data / "secret-key"), "workplace.empty-key")])
    os.umask(PRIVATE)
    _mend(data)
    os.environ["STANDFIRST_DATA"] = str(data.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.server.settings"
    if find_spec("django") is None:
        raise Unusable([problem("standfirst", "workplace.extra-absent", extra="server")])

    from standfirst.server.starting import unapplied, wake

    wake()
    left = unapplied()
    if left and not migrating:
        raise Unusable([problem(str(data), "workplace.half-migrated", count=left)])


def _mend(data: Path) -> None:
    """Takes from everybody else what they may do with the folder and its secrets. Raises Unusable where it is not ours."""
    from standfirst.cli.output import errors
    from standfirst.standards.problems import Unusable, problem

    for path in (data, data / "secret-key", data / "keys", *sorted(data.glob("*.sqlite3*"))):
        try:
            mode = path.stat().st_mode & 0o7777
            if mode & PRIVATE:
                path.chmod(mode & ~PRIVATE)
                errors().print(
                    f"{path} was open to others on this machine; it is its owner's alone from now on.",
                    style="yellow",
                    highlight=False,
                    soft_wrap=True,
                )
        except FileNotFoundError:
            continue
        except PermissionError:
            raise Unusable([problem(str(path), "workplace.open-to-others")]) from None
