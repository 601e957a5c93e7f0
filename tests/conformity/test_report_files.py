"""The files that an assessment leaves: all of them, or a word about each that is missing."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from standfirst.cli.assessing import assessed
from standfirst.cli.example import example
from standfirst.cli.opening import opened
from standfirst.cli.pictures import measured
from standfirst.cli.reporting import write
from standfirst.conformity.document import Assessed
from standfirst.paper import typesetting
from standfirst.pictures import drawing
from standfirst.records.package.package import Package
from standfirst.standards.problems import Unusable

ALL = {
    "report.html",
    "report.pdf",
    "result.json",
    "statement-of-applicability.html",
    "statement-of-applicability.pdf",
}


@pytest.fixture(scope="module")
def package() -> Package:
    return opened(example("quantum-computer"))


@pytest.fixture(scope="module")
def result(package: Package) -> Assessed:
    return assessed(package, at=date(2026, 5, 29))


@pytest.fixture(scope="module")
def left(package: Package, result: Assessed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("left")
    named = write(result, package, folder, remedies=True)
    assert set(named) == {path for path in folder.rglob("*") if path.is_file()}
    return folder


def test_everything_is_written(left: Path) -> None:
    assert {path.name for path in left.iterdir() if path.is_file()} == ALL
    assert all(json.loads(path.read_bytes()) for path in (left / "oscal").iterdir())


def test_the_example_is_forty_pages_at_most(left: Path) -> None:
    assert len(PdfReader(left / "report.pdf").pages) <= 40


def test_the_example_has_pictures_in_both_forms(package: Package, left: Path) -> None:
    found = measured(package)
    figures = [figure for item in found.values() for figure in item.figures]
    assert len(figures) >= 6
    assert all(item.checks and item.unseen is None for item in found.values())
    page = (left / "report.html").read_text(encoding="utf-8")
    assert page.count('<div class="picture"') == len(figures)
    text = " ".join(page_.extract_text() for page_ in PdfReader(left / "report.pdf").pages)
    for figure in figures:
        assert "".join(figure.title.split()) in "".join(text.split())


def test_the_same_files_each_time(package: Package, result: Assessed, left: Path, tmp_path: Path) -> None:
    write(result, package, tmp_path, remedies=True)
    for path in (path for path in left.rglob("*") if path.is_file()):
        assert (tmp_path / path.relative_to(left)).read_bytes() == path.read_bytes()


def test_without_the_extra_it_writes_what_it_can_and_says_what_is_missing(
    package: Package,
    result: Assessed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(typesetting, "_MODULE", "a_module_that_is_not_there")
    monkeypatch.setattr(drawing, "_MODULE", "a_module_that_is_not_there")
    (tmp_path / "report.pdf").write_bytes(b"of another day")
    named = write(result, package, tmp_path, remedies=True)
    assert {path.name for path in named if path.parent == tmp_path} == {
        name for name in ALL if not name.endswith(".pdf")
    }
    told = capsys.readouterr().err
    for said in (
        "report.pdf is not written. Install what makes it: pip install 'standfirst[report]'",
        f"What is there now is from before: {tmp_path / 'report.pdf'}",
        "statement-of-applicability.pdf is not written.",
        "Pictures are given as tables",
    ):
        assert said in told


def test_for_an_auditor_no_file_says_what_would_make_it_a_yes(
    package: Package, result: Assessed, tmp_path: Path
) -> None:
    write(result, package, tmp_path, remedies=False)
    paper = " ".join(
        page.extract_text()
        for name in ("report.pdf", "statement-of-applicability.pdf")
        for page in PdfReader(BytesIO((tmp_path / name).read_bytes())).pages
    )
    others = [
        path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.suffix in (".html", ".json")
    ]
    for text in (paper, *others):
        assert "make it a yes" not in text
        assert "next steps" not in text
        assert "own organisation only" not in text


def test_nothing_is_written_into_the_package(package: Package, result: Assessed) -> None:
    with pytest.raises(Unusable) as refused:
        write(result, package, package.path / "out", remedies=True)
    assert [problem.reason.code for problem in refused.value.problems] == ["out.inside-package"]
