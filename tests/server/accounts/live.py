"""The server on a port of this machine, for a real browser."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler


@contextmanager
def serving() -> Iterator[str]:
    """Its address. It reads the database that the test is pointed at."""
    answering = Answering(get_wsgi_application())
    with ThreadedWSGIServer(("localhost", 0), QuietWSGIRequestHandler, allow_reuse_address=False) as server:
        server.set_app(answering)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            answering.end()


class Answering:
    """The application, until the test ends: a page that is left still saves its draft, and connections stay open after it.

    Whoever takes the database away under a request that is being answered crashes SQLite.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.open = 0
        self.over = False
        self.changed = Condition()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self.changed:
            if self.over:
                start_response("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
                return []
            self.open += 1
        try:
            answer: Any = self.application(environ, start_response)
            try:
                return list(answer)
            finally:
                answer.close()
        finally:
            with self.changed:
                self.open -= 1
                self.changed.notify_all()

    def end(self) -> None:
        """Takes no more requests, and waits for those that are being answered."""
        with self.changed:
            self.over = True
            self.changed.wait_for(lambda: not self.open)
