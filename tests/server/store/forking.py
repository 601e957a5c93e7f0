"""Children of this process, with connections of their own: to write at once, and to be killed."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections


class Child:
    """A copy of this process that does some work and ends."""

    def __init__(self, work: Callable[[], object]) -> None:
        connections.close_all()  # a connection is no two processes'
        self._ended: int | None = None
        self._id = os.fork()
        if self._id == 0:
            status = 1
            try:
                work()
                status = 0
            except BaseException:  # noqa: BLE001 - told here, since nobody above will
                traceback.print_exc()
            finally:
                os._exit(status)

    def wait(self) -> int:
        """Its exit status, or the signal that ended it as a negative number."""
        if self._ended is None:
            _, status = os.waitpid(self._id, 0)
            self._ended = os.waitstatus_to_exitcode(status)
        return self._ended

    def kill(self) -> int:
        """At once, wherever it is; nothing is flushed, nothing is closed."""
        if self._ended is None:
            os.kill(self._id, signal.SIGKILL)
        return self.wait()


@contextmanager
def working(work: Callable[[], object]) -> Iterator[Child]:
    """Killed at the end, if it is still there."""
    child = Child(work)
    try:
        yield child
    finally:
        child.kill()
