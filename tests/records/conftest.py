"""Every store, behind one fixture. A store of another sort joins the behaviour tests by one line of ``STORES``."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.records.cast import KINDS, ticking

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


@pytest.fixture(params=list(STORES))
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Store]:
    """Opens an empty store: ``opening()``, ``opening(clock)``, ``opening(clock, kinds)``."""
    made = STORES[request.param]

    def opened(clock: Clock | None = None, kinds: Kinds = KINDS) -> Store:
        return made(tmp_path, kinds, clock or ticking())

    return opened


@pytest.fixture
def store(opening: Callable[..., Store]) -> Store:
    return opening()
