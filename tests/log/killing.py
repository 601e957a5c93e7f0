"""A child process that dies before a chosen line of the functions that write: nothing is flushed, nothing is closed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from standfirst.log import folder, journal, tiled, witness

WRITING = {
    folder.__file__: {"make", "put", "clear_drafts", "remove_folders"},
    journal.__file__: {"__init__", "append", "clear"},
    tiled.__file__: {"_begin", "append", "publish", "_settle"},
    witness.__file__: {"add_checkpoint", "_cosign"},
}

Acknowledge = Callable[[int], None]
"""What the child calls to tell its parent one number from 0 to 255, at once."""


def killed_at(line: int, work: Callable[[Acknowledge], object]) -> tuple[bool, list[int]]:
    """Do the work in a child that dies before the ``line``-th line. Whether it got to its end, and what it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:

        def acknowledge(number: int) -> None:
            os.write(writing, bytes([number]))

        try:
            sys.settrace(_dying(line))
            work(acknowledge)
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        return not os.WIFSIGNALED(status), list(told.read())


def lines(step: int = 1) -> Iterator[int]:
    """1, 1 + step, ... for ever: until the child gets to its end."""
    line = 1
    while True:
        yield line
        line += step


def _dying(line: int) -> Callable[[FrameType, str, Any], Any]:
    passed = 0

    def each_line(_frame: FrameType, event: str, _: Any) -> Any:
        nonlocal passed
        if event == "line":
            passed += 1
            if passed == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return each_line

    def each_call(frame: FrameType, _event: str, _: Any) -> Any:
        code = frame.f_code
        return each_line if code.co_name in WRITING.get(code.co_filename, ()) else None

    return each_call
