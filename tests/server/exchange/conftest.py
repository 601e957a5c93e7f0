"""Two firms: on one installation, or each on its own."""

from pathlib import Path

import pytest
from tests.server.exchange.cast import Sides, sides
from tests.server.exchange.crossing import Installation, installed


@pytest.fixture
def both(database: str) -> Sides:  # noqa: ARG001 - they stand in it
    return sides()


@pytest.fixture
def apart(engine: str, tmp_path: Path) -> tuple[Installation, Installation]:
    return (
        installed(engine, tmp_path / "ours", "https://qms.example.org", "Acme"),
        installed(engine, tmp_path / "theirs", "https://cb.example.net:8443", "Notified"),
    )
