"""Django on SQLite and on PostgreSQL, for every test of the server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.server import databases
from tests.server.browsing import started

databases.set_up()


@pytest.fixture(scope="module", autouse=True)
def _shared_with_no_other_module() -> Iterator[None]:
    yield
    databases.let_go()


@pytest.fixture(params=databases.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if not databases.available(request.param):
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    return str(request.param)


@pytest.fixture
def database(engine: str) -> Iterator[str]:
    """A migrated database that the tests of a module share; each test makes organisations of its own in it."""
    url = databases.migrated(engine)
    with databases.pointed_at(url):
        yield url


@pytest.fixture
def own_database(engine: str) -> Iterator[str]:
    """A migrated database of the test's own, for those that damage it or count what is in it."""
    url = databases.fresh(engine)
    with databases.pointed_at(url):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found
