"""The terminal: colours and tables where somebody looks, plain text where a pipe does."""

import os
import sys
from datetime import UTC, datetime
from functools import lru_cache

from rich.console import Console


@lru_cache
def out() -> Console:
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, emoji=False, markup=False)


@lru_cache
def errors() -> Console:
    return Console(file=sys.stderr, width=None if sys.stderr.isatty() else 200, emoji=False, markup=False)


def clock() -> datetime:
    """The time now. ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) stands in for it where somebody repeats a run."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    return moment.replace(microsecond=0)
