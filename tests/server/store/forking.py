"""Children of this process, with connections of their own: to write at once, and to be killed."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import connections


@contextmanager
def forked(work: Callable[[], object]) -> Iterator[int]:
    """The child's id. Killed at the end, if it is still there."""
    connections.close_all()  # a connection is no two processes'
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    try:
        yield child
    finally:
        kill(child)


def ended(child: int) -> int:
    """Waits for its end. Its exit status, or the signal that ended it as a negative number."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill(child: int) -> None:
    """At once, wherever it is (``SIGKILL``), and waits until it is gone. Harmless for one whose end was waited for."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
