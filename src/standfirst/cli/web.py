"""The web server's settings, as ``standfirst serve`` starts it (``gunicorn --config python:standfirst.cli.web``)."""

import ctypes
import errno
import os
import signal
import socket
import sys
from time import monotonic
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

PARENT: Final = "STANDFIRST_SERVE"
"""The environment variable by which the processes of ``serve`` know its process id."""

GRACE: Final = 20.0
"""Seconds for which a request is waited for, whatever comes meanwhile."""

RATE: Final = 8 * 2**10
"""Bytes a second that are asked of a request that takes longer: a byte now and then would keep a thread for ever."""

_PARENT_DIES: Final = 1  # PR_SET_PDEATHSIG, of prctl(2)


class Hurried(socket.socket):
    """A connection that is waited for, but not for ever: only the time counts in which nothing had come."""

    waited, taken = 0.0, 0

    def begin(self) -> None:
        """The next request."""
        self.waited, self.taken = 0.0, 0

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Raises ConnectionResetError where the request comes too slowly."""
        began = monotonic()
        try:
            self.settimeout(max(GRACE + self.taken / RATE - self.waited, 0.001))
            data = super().recv(bufsize, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the request came too slowly") from None
        finally:
            self.settimeout(None)
            self.waited += monotonic() - began
        self.taken += len(data)
        return data


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.sock, Hurried):
            conn.sock = Hurried(fileno=conn.sock.detach())
        conn.sock.begin()
        return super().handle(conn)


def end_with_parent() -> None:
    """Whoever kills ``serve`` with a signal that it cannot hear leaves neither web server nor worker behind (on Linux)."""
    parent = os.environ.get(PARENT, "")
    if not parent or sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PARENT_DIES, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def on_starting(_: object) -> None:
    end_with_parent()


worker_class = Worker
threads = 8
timeout = 120
graceful_timeout = 20
control_socket_disable = True
