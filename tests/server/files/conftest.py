"""Each test keeps its files in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server import databases
from tests.server.files.cast import Member, files_in, member


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with files_in(tmp_path / "files") as where:
        yield where


@pytest.fixture
def ada(database: str, folder: Path) -> Member:  # noqa: ARG001 - she works on them
    (databases.set_up() / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
    return member()
