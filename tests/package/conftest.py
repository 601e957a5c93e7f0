"""A sound package for each test, made once and copied; the command line, called in this process."""

import shutil
from pathlib import Path

import pytest
from tests.package.packages import Door, Refuses, Said, begin, renumbered, tree

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


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another organisation's package, whose numbers are free in ours. Nobody writes to it."""
    folder = tmp_path_factory.mktemp("others") / "other"
    return renumbered(begin(folder, organisation="Other", founder="olga", engineer="otto"))


@pytest.fixture
def other(others: Path, tmp_path: Path) -> Path:
    """Another organisation's package, to be spoilt."""
    return Path(shutil.copytree(others, tmp_path / "other"))


@pytest.fixture(scope="session")
def handed_over(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A hand-over of the product and of the policy with its file."""
    out = tmp_path_factory.mktemp("handed") / "x.zip"
    assert run(["package", "export", str(sound), "--out", str(out), "--only", "PRD-0001", "DOC-0001"]) == 0
    return out.read_bytes()


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


@pytest.fixture
def refuses(door: Door, tmp_path: Path) -> Refuses:
    """The command is refused: exit code 2, these words on standard error, not a byte changed anywhere."""

    def call(*arguments: object, says: tuple[str, ...]) -> Said:
        before = tree(tmp_path)
        said = door(*arguments)
        assert said.code == 2, said
        for words in says:
            assert words in said.err, said
        assert "Traceback" not in said.err
        assert "\x1b" not in said.out + said.err
        assert tree(tmp_path) == before
        return said

    return call
