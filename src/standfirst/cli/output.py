"""The terminal: colours and tables where somebody looks, plain text where a pipe does."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from standfirst.standards.problems import Unusable, problem
from standfirst.words.visible import visible


class _Terminal(Console):
    """What comes from outside cannot move the cursor, repaint the screen or turn the reading direction."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)

    def on_broken_pipe(self) -> None:
        """A reader who has left is no error of ours, as Rich has it: the command decides."""
        raise BrokenPipeError


@lru_cache
def out() -> Console:
    return _Terminal(width=None if sys.stdout.isatty() else 120, emoji=False, markup=False)


@lru_cache
def errors() -> Console:
    return _Terminal(stderr=True, width=None if sys.stderr.isatty() else 200, emoji=False, markup=False)


def say(text: str, *, style: str = "") -> None:
    """One line as it is: not broken where it is long, since it may end in a path or a digest."""
    out().print(text, style=style or None, highlight=False, soft_wrap=True)


def wall_clock() -> datetime:
    """The time now, whatever the environment says: for judging whether evidence is fresh."""
    return datetime.now(UTC).replace(microsecond=0)


def is_clock_fixed() -> bool:
    """Whether ``clock`` tells a time that was set for it."""
    return bool(os.environ.get("SOURCE_DATE_EPOCH"))


def clock() -> datetime:
    """The time now. ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) stands in for it where somebody repeats a run."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise Unusable([problem("SOURCE_DATE_EPOCH", "clock.no-epoch", text=str(fixed))]) from None
    return moment.replace(microsecond=0)
