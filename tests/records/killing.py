"""A child process that dies before a chosen line of the functions that write: nothing is flushed, nothing is closed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from standfirst.records.package import stamping
from standfirst.records.package import store as package_store

WRITING = {
    package_store.__file__: {"_persist", "_finish_pending", "_recover", "_sweep", "carried_out"},
    stamping.__file__: {"put", "sync_folder", "write_fields"},
}


def lines(step: int = 1) -> Iterator[int]:
    """1, 1 + step, ... for ever: until the child gets to its end."""
    line = 1
    while True:
        yield line
        line += step


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies before the ``line``-th line of the writing code. False if it got to its end."""
    child = os.fork()
    if child == 0:
        try:
            sys.settrace(_dying(line))
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _dying(line: int) -> Callable[[FrameType, str, Any], Any]:
    passed = 0

    def lines(_frame: FrameType, event: str, _: Any) -> Any:
        nonlocal passed
        if event == "line":
            passed += 1
            if passed == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return lines

    def calls(frame: FrameType, _event: str, _: Any) -> Any:
        code = frame.f_code
        return lines if code.co_name in WRITING.get(code.co_filename, ()) else None

    return calls
