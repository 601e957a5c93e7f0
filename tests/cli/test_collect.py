"""Measuring through the front door: what a collector gives, also where its extra is not installed."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from standfirst.cli.main import run
from standfirst.evidence import collectors

CBOM = Path(__file__).parents[2] / "examples" / "quantum-computer" / "evidence" / "cbom-grove.json"
POSTURE = ("crypto-posture", "--input", str(CBOM), "--jurisdiction", "eu", "--at", "2026-05-29")
VOLUME = (
    "quantum-volume",
    "--backend",
    "montreal",
    "--qubits",
    "0,1,2",
    "--circuits",
    "100",
    "--shots",
    "100",
)


def collected(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run(["collect", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("arguments", [POSTURE, VOLUME], ids=lambda arguments: str(arguments[0]))
def test_a_repeat_gives_the_same_digest(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (collected(arguments, capsys) for _ in range(2))
    assert first["result_digest"] == second["result_digest"]


def test_the_posture_tells_the_first_missed_date_of_every_asset(capsys: pytest.CaptureFixture[str]) -> None:
    result = collected(POSTURE, capsys)["result"]
    assert isinstance(result, dict)
    told = {
        element["element"]: {one["name"]: one["value"] for one in element["statements"]}
        for element in result["elements"]
    }
    assert len(told) == 14
    assert told["ECDSA-P256-SHA256"]["first-missed-date"] == "2030-12-31"
    assert told["ECDSA-P256-SHA256"]["quantum-status"] == "vulnerable"
    assert told["ML-KEM-768"]["first-missed-date"] is None
    run(["collect", *POSTURE])
    assert "2030-12-31" in capsys.readouterr().out


def test_the_volume_names_both_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    result = collected(VOLUME, capsys)["result"]
    assert isinstance(result, dict)
    checks = {check["name"]: check for check in result["checks"]}
    assert {"two-sigma", "circuit-level"} <= checks.keys()
    assert all(checks[name]["rule"] and checks[name]["verdict"] for name in ("two-sigma", "circuit-level"))


@pytest.mark.parametrize(
    ("arguments", "extra"), [(POSTURE, "security"), (VOLUME, "quantum")], ids=("security", "quantum")
)
def test_a_missing_extra_is_said(
    arguments: Sequence[str],
    extra: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collectors, "find_spec", lambda _: None)
    found = collected(arguments, capsys)
    assert str(found["says"]).startswith(f"Not measurable: extra {extra} absent.")
    result = found["result"]
    assert isinstance(result, dict)
    assert result["decision"]["verdict"] == "not-measurable"
    assert run(["collect", *arguments]) == 0
    assert f"Not measurable: extra {extra} absent." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--circuits", "99"), "at least 100"),
        (("--qubits", "0,0"), "qubits"),
        (("--qubits", "0,26"), "qubits"),
        (("--backend", "nowhere"), "nowhere"),
    ],
    ids=lambda change: " ".join(change) if isinstance(change, tuple) else "",
)
def test_what_cannot_be_measured_is_refused(
    change: Sequence[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["collect", *VOLUME, *change]) == 2
    assert said in capsys.readouterr().err
