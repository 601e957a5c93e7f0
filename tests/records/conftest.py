"""Every store, behind one fixture. A store of another sort joins the behaviour tests by one line of ``STORES``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from tests.records.cast import KINDS, ticking
from tests.server import databases

from standfirst.records.kind import Kinds
from standfirst.records.memory import Clock, MemoryStore
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import PackageStore
from standfirst.records.workspace import Store

Opening = Callable[[Path, Kinds, Clock], Store]

STORES: Mapping[str, Opening] = {
    "memory": lambda _, kinds, clock: MemoryStore(kinds, clock=clock),
    "package": lambda folder, kinds, clock: PackageStore(FolderFiles(folder), kinds, clock=clock),
}


def _in_database(_: Path, kinds: Kinds, clock: Clock) -> Store:
    """A new organisation in the database that this process points at."""
    from standfirst.server.store import store  # noqa: PLC0415 - Django is set up by now

    made = store.create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation")
    return store.DatabaseStore(made.id, kinds, clock=clock)


@pytest.fixture(params=[*STORES, *databases.ENGINES])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens an empty store: ``opening()``, ``opening(clock)``, ``opening(clock, kinds)``."""
    with ExitStack() as stack:
        if request.param in databases.ENGINES:
            if not databases.available(request.param):
                pytest.skip("no PostgreSQL server on this machine")
            stack.enter_context(databases.pointed_at(databases.migrated(request.param)))
        made = STORES.get(request.param, _in_database)

        def opened(clock: Clock | None = None, kinds: Kinds = KINDS) -> Store:
            return made(tmp_path, kinds, clock or ticking())

        yield opened


@pytest.fixture
def store(opening: Callable[..., Store]) -> Store:
    return opening()
