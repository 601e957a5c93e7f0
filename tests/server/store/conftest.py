"""Organisations of a test's own, with keys in a folder of its own."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.records.cast import KINDS, ticking

from standfirst.records.kind import Kinds
from standfirst.server.store import store as stores
from standfirst.server.store.ledger_keys import KeyFolder


def new_store(kinds: Kinds = KINDS) -> stores.DatabaseStore:
    """Of a new organisation with an empty ledger, in the database that this process points at."""
    made = stores.create(uuid4(), slug=f"o{uuid4().hex[:12]}", name="Acme", type="organisation")
    return stores.DatabaseStore(made.id, kinds, clock=ticking())


@pytest.fixture
def organisation(database: str) -> UUID:  # noqa: ARG001 - it has to point there
    return new_store().organisation


@pytest.fixture
def store(database: str) -> stores.DatabaseStore:  # noqa: ARG001 - it has to point there
    return new_store()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")
