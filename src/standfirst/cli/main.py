"""``standfirst``: the commands. Each is a few lines over a function that lives in its room.

Nothing heavy is imported here, so that ``--version`` and ``--help`` answer at once.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from standfirst import __version__
from standfirst.cli import assess, collect, demo, ledger, package, upkeep

EXIT_OK, EXIT_NO, EXIT_UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """0 done; 1 looked and the answer is no; 2 the input cannot be used, with every problem on standard error."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left; nothing is wrong
        return EXIT_OK
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from standfirst.cli.refusals import told

        if told(error):
            return EXIT_UNUSABLE
        raise
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standfirst",
        description="Keep a quality management system for quantum technologies, show evidence, see what it shows.",
        epilog="The requirements are a draft of this project; no ISO/IEC QT-QMS standard exists.",
    )
    parser.add_argument("--version", action="version", version=f"standfirst {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (demo, assess, package, collect, ledger, upkeep):
        module.add(commands)
    return parser
