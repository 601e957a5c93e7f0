"""The server on a port of this machine, for a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler


@contextmanager
def serving() -> Iterator[str]:
    """Its address. It reads the database that the test is pointed at."""
    with ThreadedWSGIServer(("localhost", 0), QuietWSGIRequestHandler, allow_reuse_address=False) as server:
        server.set_app(get_wsgi_application())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
