"""The example packages, through the front door: sound, marked for what they are, and repeatable."""

import json
from pathlib import Path

import pytest

from standfirst.cli.main import run

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("quantum-computer", "qkd-vendor", "sensing-lab")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_sound(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["package", "check", str(EXAMPLES / name)]) == 0
    assert "Sound." in capsys.readouterr().out
    assert run(["ledger", "check", str(EXAMPLES / name)]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_an_example_says_what_it_is_and_gives_the_same_bytes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for _ in range(2):
        assert run(["assess", str(EXAMPLES / name), "--json"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    result = json.loads(told[0])
    assert result["simulation"]
    assert result["organisation"]["fictional"]
    assert result["party"] == "first"
    assert "no ISO/IEC QT-QMS standard exists" in result["status"]
    assert len(result["requirements"]) == 90
    assert result["readiness"]["whole"]["counts"]["shown"] > 0


def test_records_of_an_older_schema_are_not_taken_for_edited(capsys: pytest.CaptureFixture[str]) -> None:
    """The first measurements were recorded when a result told no elements; two edits are there on purpose."""
    assert run(["package", "check", str(EXAMPLES / "quantum-computer")]) == 0
    said = capsys.readouterr().out
    assert "does not count (2)" in said
    assert "OBJ-0001 was edited" in said


@pytest.mark.parametrize("number", [f"MEA-000{count}" for count in range(1, 8)])
def test_the_example_s_measurements_repeat(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["collect", "repeat", str(EXAMPLES / "quantum-computer"), number]) == 0
    assert capsys.readouterr().out.startswith("REPEATED")


def test_a_declaration_better_than_physics_lowers_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", str(EXAMPLES / "quantum-computer"), "--json"]) == 0
    results = {r["id"]: r for r in json.loads(capsys.readouterr().out)["requirements"]}
    credible = next(c for c in results["A.1.2"]["criteria"] if c["id"] == "calibration-credible")
    assert results["A.1.2"]["status"] == "partly"
    assert credible["outcome"] == "not-met"
    assert credible["reasons"][0]["parameters"]["verdict"] == "nonconform"
