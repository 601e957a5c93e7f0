"""A sound package for each test, made once and copied; the command line, called in this process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.package.packages import Door, Said, begin

from standfirst.cli.main import run


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sound package for all tests to copy. Nobody writes to it."""
    return begin(tmp_path_factory.mktemp("sound") / "acme")


@pytest.fixture
def package(sound: Path, tmp_path: Path) -> Path:
    """A sound package of the test's own."""
    shutil.copytree(sound, tmp_path / "acme")
    return tmp_path / "acme"


@pytest.fixture
def door(capsys: pytest.CaptureFixture[str]) -> Door:
    def call(*arguments: object) -> Said:
        capsys.readouterr()
        try:
            code = run([str(argument) for argument in arguments])
        except SystemExit as refused:  # argparse's own refusals
            code = refused.code if isinstance(refused.code, int) else 2
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
