"""A hook for a scanner: a command that reads the file on its standard input. Exit 0 is clean, 1 refuses the file."""

import logging
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from standfirst.records.change import Refused
from standfirst.standards.reason import Reason

LONGEST: Final = 600
"""Seconds. A scanner that takes longer has not answered."""

_CLEAN, _REFUSED = 0, 1

_log = logging.getLogger(__name__)


def scan(path: Path, command: Sequence[str]) -> None:
    """Raises Refused: the scanner's no, or that it could not say. Without a command nothing is scanned."""
    if not command:
        return
    code = _asked(path, command)
    if code == _REFUSED:
        raise Refused(Reason("file.scan-refused"))
    if code != _CLEAN:
        _log.error("the scanner %s could not scan a file: %s", command[0], code)
        raise Refused(Reason("file.not-scanned"))


def _asked(path: Path, command: Sequence[str]) -> int | str:
    """Its exit code, or why there is none."""
    try:
        with path.open("rb") as file:
            done = subprocess.run(  # noqa: S603 - of the settings, no shell
                list(command),
                stdin=file,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return f"no answer in {LONGEST} seconds"
    except OSError as fault:
        return str(fault)
    return done.returncode
