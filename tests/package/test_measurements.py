"""Measurements on their way into a package, and those that a forged ledger holds."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.evidence.records import LIMA
from tests.package.oddities import disturbed, sound_or_refused
from tests.package.packages import ADA, FUZZ, Door, Refuses, Row, forge, row_of, write

from standfirst.evidence.result import MeasurementResult
from standfirst.trust.errors import Rejected

COLLECT = ("collect", "calibration-integrity", "--input")


@pytest.fixture(scope="session")
def measured(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound package with a measurement on record. Nobody writes to it."""
    from standfirst.cli.main import run  # noqa: PLC0415

    folder = Path(shutil.copytree(sound, tmp_path_factory.mktemp("measured") / "acme"))
    assert run([*COLLECT, str(LIMA), "--name", "lima", "--into", str(folder), "--about", "PRD-0001"]) == 0
    assert run(["package", "record", str(folder), *ADA]) == 0
    return folder


def test_a_measurement_comes_in(measured: Path, door: Door) -> None:
    assert door("package", "check", measured).out.startswith("Sound. 6 records")
    assert door("collect", "repeat", measured, "MEA-0001").out.startswith("REPEATED")


def test_a_second_one_does_not_overwrite_the_first(measured: Path, refuses: Refuses, tmp_path: Path) -> None:
    package = Path(shutil.copytree(measured, tmp_path / "acme"))
    again = (*COLLECT, LIMA, "--name", "lima", "--into", package, "--about", "PRD-0001")
    refuses(*again, says=("records/measurements/", "of this name already"))


ODD_NAMES = {
    ".hidden.json": ("attachments[0].file",),
    "MINUTES.txt": ("evidence/MINUTES.txt", "evidence/minutes.txt", "for one"),
    "a\x1b[2J.json": (r"evidence/a\x1b[2J.json", "lead outside"),
    "a\x9b.json": (r"evidence/a\x9b.json", "lead outside"),
    "a\u2028b.json": (r"evidence/a\u2028b.json", "lead outside"),
    "C:x.json": ("evidence/C:x.json", "lead outside"),
}


def test_what_would_break_the_package_stays_out(package: Path, refuses: Refuses) -> None:
    into = ("--into", package, "--about")
    refuses(*COLLECT, LIMA, *into, "PRD-0009", says=("--about", "PRD-0009"))
    refuses(*COLLECT, LIMA, *into, "DOC-0001", says=("document", "product"))
    refuses(*COLLECT, LIMA, *into, "PRD-0001", "--serves", "99.9", says=("serves[0]", "99.9"))
    refuses(*COLLECT, LIMA, *into, "PRD-0001", "--serves", "../x", says=("serves[0]",))
    for name, words in ODD_NAMES.items():
        source = write(package.parent / name, LIMA.read_bytes())
        refuses(*COLLECT, source, "--name", "x", *into, "PRD-0001", says=words)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", ".", "x" * 400, "\u202e", "a/b", "é", "CON"])
def test_a_device_of_any_name_stays_in_its_folder(name: str, package: Path, door: Door) -> None:
    before = {path for path in package.parent.rglob("*") if not path.is_relative_to(package)}
    said = door(*COLLECT, LIMA, "--name", name, "--into", package, "--about", "PRD-0001")
    sound_or_refused(said)
    assert door("package", "check", package).code == 0
    assert {path for path in package.parent.rglob("*") if not path.is_relative_to(package)} == before


def test_an_input_that_changes_after_it_was_measured(
    package: Path, refuses: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.cli.measuring.sha256_hex", lambda _: "0" * 64)
    refuses(
        *COLLECT, LIMA, "--into", package, "--about", "PRD-0001", says=("props_lima.json", "no longer what")
    )


def test_an_input_that_is_none(package: Path, refuses: Refuses) -> None:
    into = ("--into", package, "--about", "PRD-0001")
    refuses(*COLLECT, package.parent / "gone.csv", *into, says=("gone.csv",))
    refuses(*COLLECT, package, *into, says=("acme",))
    refuses(*COLLECT, write(package.parent / "x.csv", bytes(range(256))), *into, says=("x.csv",))
    refuses(*COLLECT, LIMA, "--limit", "a", says=("--limit",))
    refuses(*COLLECT, LIMA, "--limit", "a\x1b[2J=1", says=())
    file = write(package.parent / "a-file", b"here")
    refuses(*COLLECT, LIMA, "--pictures", file, says=("cannot be written",))


def test_evidence_that_is_gone_draws_no_picture(measured: Path, door: Door, tmp_path: Path) -> None:
    package = Path(shutil.copytree(measured, tmp_path / "acme"))
    shutil.rmtree(package / "records" / "measurements")
    (package / "evidence" / "props_lima.json").unlink()
    assert door("assess", package, "--out", tmp_path / "out").code == 0
    said = door("collect", "repeat", package, "MEA-0001")
    assert (said.code, "not attached" in said.err) == (2, True)


@FUZZ
@given(data=st.data())
def test_a_forged_measurement(data: st.DataObject, measured: Path, tmp_path: Path, door: Door) -> None:
    """A result that is disturbed and whose digest is right again: it is read, drawn and repeated, or refused."""
    package = tmp_path / "forged"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(measured, package)
    shutil.rmtree(package / "records")

    def change(rows: list[Row]) -> None:
        body = row_of(rows, "measurement").content["body"]
        name = data.draw(
            st.sampled_from(("parameters", "parameters", "subject", "inputs", "values", "checks", "method"))
        )
        body["result"][name] = data.draw(disturbed(body["result"][name]))
        try:
            result = MeasurementResult.model_validate(body["result"])
            body["result"] = result.document()
            body["result_digest"] = result.result_digest
        except (ValidationError, Rejected):
            return

    forge(package, change)
    opens = sound_or_refused(door("package", "check", package))
    assert sound_or_refused(door("assess", package, "--out", tmp_path / "out")) or not opens
    sound_or_refused(door("collect", "repeat", package, "MEA-0001"), no=True)
