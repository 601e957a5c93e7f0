"""What several commands need: a package opened with our own kinds, and a day read from the command line."""

import argparse
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standfirst.records.package.package import Package


def opened(path: Path, *, at: datetime | None = None, lenient: bool = False) -> "Package":
    """Raises Unusable with every problem. ``at`` is a simulated clock's time; ``lenient`` as for ``open_package``."""
    from standfirst.cli.kinds import KINDS
    from standfirst.cli.output import clock
    from standfirst.records.package.package import open_package
    from standfirst.standards.library import edition

    time = (lambda: at) if at else clock
    return open_package(path, KINDS, edition().by_id, today=at, clock=time, lenient=lenient)


def filling(path: Path, *, at: datetime | None = None, lenient: bool = False) -> "Package":
    """A package that a command will put files into. Raises Unusable also for a zip."""
    from standfirst.standards.problems import Unusable, problem

    package = opened(path, at=at, lenient=lenient)
    if not path.is_dir():
        raise Unusable([problem(str(path), "package.read-only")])
    return package


def writing(arguments: argparse.Namespace, *, lenient: bool = False) -> "Package":
    """A package that a command will record in; with ``--clock`` where its ledger says simulation, and only there."""
    from standfirst.records.change import Refused
    from standfirst.standards.reason import Reason

    package = filling(arguments.package, at=arguments.clock, lenient=lenient)
    if package.store.founded and bool(arguments.clock) != package.store.simulation:
        raise Refused(Reason("clock.missing" if package.store.simulation else "clock.not-a-simulation"))
    return package


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-06-01") from None


def a_moment(text: str) -> datetime:
    """A time in UTC; without a zone it is read as UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write it like 2026-06-01T09:00:00+00:00"
        ) from None


def a_text(text: str) -> str:
    """Text that is kept: NFC, as files are read, and nothing that no terminal could show again."""
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise argparse.ArgumentTypeError("write it on one line, as UTF-8 and without control characters")
    return unicodedata.normalize("NFC", text)


def deed_options(parser: argparse.ArgumentParser, *, why: str) -> None:
    """The options of every command that writes to the ledger."""
    parser.add_argument(
        "--actor",
        required=True,
        type=a_text,
        metavar="WHO",
        help="handle or number of the person who does it",
    )
    parser.add_argument(
        "--why", type=a_text, default=why, help=f"reason, kept with the versions (default: {why!r})"
    )
    clock_option(parser)


def clock_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clock", type=a_moment, metavar="TIME", help="simulated time; only in a simulation")
