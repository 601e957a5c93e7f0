"""``standfirst``: the commands. Each is a few lines over a function that lives in its room.

Nothing heavy is imported here, so that ``--version`` and ``--help`` answer at once.
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from standfirst import __version__
from standfirst.cli import (
    assess,
    catalogue,
    certificate,
    collect,
    demo,
    keys,
    ledger,
    organisation,
    package,
    serve,
    upkeep,
    verify,
)

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXIT_OK, EXIT_NO, EXIT_UNUSABLE = 0, 1, 2
EXIT_OUR_FAULT = 70
"""As sysexits.h has it (EX_SOFTWARE): nobody may read a failure of ours as an answer."""


class _Parser(argparse.ArgumentParser):
    """Says what it says without a character that could move what is read: arguments may be names of files."""

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        from standfirst.words.visible import visible

        super()._print_message(visible(message), file)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show it is told so
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
    except Exception:  # noqa: BLE001 - the edge of the process: our own fault is told apart from a "no"
        traceback.print_exc()
        code = EXIT_OUR_FAULT
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    sys.exit(code)


def _open_streams() -> None:
    """Whoever closed our streams gets no output, and the same exit code."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends


def run(arguments: Sequence[str]) -> int:
    """0 done; 1 looked and the answer is no; 2 the input cannot be used, with every problem on standard error."""
    parsed = parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except BrokenPipeError:
        hush()
        return EXIT_OK
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from standfirst.cli.refusals import told

        if told(error):
            return EXIT_UNUSABLE
        raise
    return code


def hush() -> None:
    """The reader of our output left; nothing is wrong, and nothing more is to be said at the end."""
    with suppress(OSError, ValueError):  # a stream that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    top = _Parser(
        prog="standfirst",
        description="Keep a quality management system for quantum technologies, show evidence, see what it shows.",
        epilog="The requirements are a draft of this project; no ISO/IEC QT-QMS standard exists.",
    )
    top.add_argument("--version", action="version", version=f"standfirst {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (
        demo,
        assess,
        verify,
        package,
        collect,
        ledger,
        certificate,
        keys,
        serve,
        organisation,
        catalogue,
        upkeep,
    ):
        module.add(commands)
    return top
