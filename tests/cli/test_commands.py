"""The other commands, from the front door: what is asked, OSCAL, measuring into a package, the method's own check."""

import json
from pathlib import Path

import pytest
from tests.cli.firm import AT, DATA, command

from standfirst import __version__
from standfirst.cli.assessing import built
from standfirst.conformity.built import unassessable
from standfirst.standards.library import assessment_method, edition
from standfirst.words.render import sentence

LIMA = DATA / "props_lima.json"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"standfirst {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["certify"], ["package"], ["package", "burn"], ["collect", "horoscope"]]
)
def test_an_unknown_command_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_all_requirements_are_listed_under_their_honest_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("requirements") == 0
    told = capsys.readouterr().out
    assert edition().header.status in told
    for requirement in edition():
        assert f"{requirement.id} " in told
        assert requirement.title in told


def test_one_requirement_is_told_with_its_criteria(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("requirements", "A.1.2") == 0
    told = " ".join(capsys.readouterr().out.split())
    requirement = edition().by_id["A.1.2"]
    for text in (
        requirement.sentence,
        requirement.intent,
        requirement.guidance,
        *requirement.typical_evidence,
    ):
        assert " ".join(text.split()) in told
    for criterion in assessment_method().by_id["A.1.2"].criteria:
        assert " ".join(criterion.says.split()) in told
    for related in requirement.related:
        assert related.document in told


def test_a_requirement_that_is_none_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("requirements", "A.99.1") == 2
    assert "A.99.1" in capsys.readouterr().err


def test_a_profile_lists_only_what_it_asks(capsys: pytest.CaptureFixture[str]) -> None:
    command("requirements", "--profile", "sensing+decommissioning")
    told = capsys.readouterr().out
    assert "A.1.1" not in told
    assert "8.12" in told


def test_oscal_is_written_where_it_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("oscal", "--out", tmp_path / "oscal") == 0
    names = capsys.readouterr().out.split()
    assert len(names) > 1
    assert all("uuid" in next(iter(json.loads(Path(name).read_bytes()).values())) for name in names)


# --- the method's own check ------------------------------------------------------------------------------------------


def test_lint_tells_how_many_criteria_cannot_be_assessed_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("method", "lint") == 0
    told = capsys.readouterr().out
    waiting = unassessable(assessment_method(), built())
    assert waiting
    assert f"{len(waiting)} criteria are not assessable in this release:" in told
    for requirement, criterion, reason in waiting:
        assert f"{requirement:<7} {criterion.id}: {sentence(reason)}" in told
    assert "180 example cases, 0 wrong" in told


# --- measuring -------------------------------------------------------------------------------------------------------


def test_a_measurement_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("collect", "calibration-integrity", "--input", LIMA, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["result"]["method"] == "calibration-integrity"
    assert len(told["result_digest"]) == 64


def test_a_measurement_goes_into_a_package_is_recorded_counts_and_can_be_repeated(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = ("--into", package, "--about", "PRD-0001", "--serves", "A.1.2")
    assert command("collect", "calibration-integrity", "--input", LIMA, *into) == 0
    command("assess", package, "--at", AT, "--out", tmp_path / "before")
    assert command("package", "record", package, "--actor", "bo", "--clock", "2026-03-04T09:00") == 0
    command("assess", package, "--at", AT, "--out", tmp_path / "after")
    before, after = (
        json.loads((tmp_path / name / "result.json").read_bytes()) for name in ("before", "after")
    )
    assert before["facts"]["count"] + 1 == after["facts"]["count"]
    assert len(before["unrecorded"]) == len(after["unrecorded"]) + 1
    assert "MEA-0001" in after["records"]
    capsys.readouterr()
    assert command("collect", "repeat", package, "MEA-0001") == 0
    assert "REPEATED" in capsys.readouterr().out


def test_a_measurement_about_nothing_is_refused(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = ("--into", package, "--about", "PRD-0099")
    assert command("collect", "calibration-integrity", "--input", LIMA, *into) == 2
    assert "PRD-0099" in capsys.readouterr().err
    assert not (package / "evidence" / LIMA.name).exists()
