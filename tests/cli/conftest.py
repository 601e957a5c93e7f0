"""One firm for all tests of the commands; each test gets a copy of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.firm import found

from standfirst.cli import output


@pytest.fixture(autouse=True)
def _fresh_consoles() -> Iterator[None]:
    """A console keeps the width, and once the stream, that it met first."""
    output.out.cache_clear()
    output.errors.cache_clear()
    yield
    output.out.cache_clear()
    output.errors.cache_clear()


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("firm") / "package"
    found(path)
    return path


@pytest.fixture
def package(_founded: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "package"
    shutil.copytree(_founded, copy)
    return copy
