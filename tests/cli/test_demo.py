"""The demonstration through the front door: everything it promises is there, and another process believes the certificate."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standfirst.cli import output
from standfirst.cli.main import run

LEFT = (
    "report.html",
    "report.pdf",
    "result.json",
    "statement-of-applicability.html",
    "statement-of-applicability.pdf",
    "certificate.bundle",
    "oscal/assessment-results.json",
    "oscal/plan-of-action-and-milestones.json",
)
DECIDES = "noor"  # of the certification body: decides, does not audit


def standfirst(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "standfirst.cli", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env={**os.environ, **more}
    )


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo") / "out"
    return folder, standfirst("demo", "--no-serve", "--out", folder)


def test_it_leaves_what_it_promises_and_ends_with_the_verdict(
    demonstrated: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demonstrated
    assert done.returncode == 0, done.stderr
    assert [name for name in LEFT if not (folder / name).is_file()] == []
    assert done.stdout.rstrip().endswith("VALID against DEMO trust roots; draft scheme")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((folder / "result.json").read_bytes())["party"] == "first"


def test_it_shows_its_progress_and_what_was_refused(
    demonstrated: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = demonstrated
    for told in ("proving its ledger", "measuring again", "stage 1", "stage 2", "technical review", "cosign"):
        assert told in done.stderr
    said = " ".join(done.stdout.split())
    assert "SPECIMEN" in said
    assert "refused: Who audited a file neither reviews it nor decides on it" in said
    assert "cosigned by 9 log witnesses" in said
    assert "gives another result" not in done.stderr


@pytest.fixture
def bodies(demonstrated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    copy = tmp_path / "bodies"
    shutil.copytree(demonstrated[0] / "bodies", copy)
    return copy


def verdict(bundle: Path, *more: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["verify", str(bundle), *more])
    return code, capsys.readouterr().out.partition("\n")[0]


def test_a_certificate_is_suspended_restored_and_withdrawn(
    bodies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = bodies / "certificate.bundle"
    said: Sequence[tuple[str, int, str]] = (
        ("suspend", 1, "NOT VALID"),
        ("restore", 0, "VALID"),
        ("withdraw", 1, "NOT VALID"),
    )
    for verb, code, word in said:
        assert run(["certificate", verb, str(bodies), "--actor", DECIDES, "--why", "For this test"]) == 0
        found, line = verdict(bundle, capsys=capsys)
        assert (found, line) == (code, f"{word} against DEMO trust roots; draft scheme")


def test_an_auditor_changes_no_status(bodies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (bodies / "certificate.bundle").read_bytes()
    assert run(["certificate", "suspend", str(bodies), "--actor", "declan", "--why", "No"]) == 2
    assert "decision maker" in capsys.readouterr().err
    assert (bodies / "certificate.bundle").read_bytes() == before


def test_what_grows_stale_is_bundled_afresh(
    bodies: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bodies / "certificate.bundle"
    in_two_months = datetime.now(UTC) + timedelta(days=60)
    monkeypatch.setattr(output, "wall_clock", lambda: in_two_months)
    monkeypatch.setattr(output, "clock", lambda: in_two_months)
    assert verdict(bundle, capsys=capsys) == (3, "UNKNOWN against DEMO trust roots; draft scheme")
    assert run(["certificate", "bundle", str(bodies)]) == 0
    assert verdict(bundle, capsys=capsys)[0] == 0


def test_the_bodies_books_are_packages_like_any_other(
    bodies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("accreditation-body", "certification-body"):
        assert run(["ledger", "check", str(bodies / name)]) == 0
    assert run(["package", "check", str(bodies / "certification-body")]) == 0
    capsys.readouterr()
    assert run(["ledger", "show", str(bodies / "certification-body"), "CRT-0001"]) == 0
    assert "signs issue" in capsys.readouterr().out


def test_a_second_demonstration_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    kept = tmp_path / "bodies" / "thesis.txt"
    kept.write_text("years of work")
    done = standfirst("demo", "--no-serve", "--out", tmp_path)
    assert done.returncode == 2
    assert "is not replaced" in done.stderr
    assert kept.read_text() == "years of work"
    assert not (tmp_path / "report.html").exists()  # told before anything was written
    kept.unlink()
    kept.parent.rmdir()
    first = standfirst("demo", "--no-serve", "--out", tmp_path)
    second = standfirst("demo", "--no-serve", "--out", tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_answer_does_not_depend_on_who_reads_it(
    demonstrated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    good = demonstrated[0] / "certificate.bundle"
    bad = tmp_path / "bad.bundle"
    bad.write_bytes(good.read_bytes().replace(b"Brightwell", b"Brightwall", 1))
    for bundle, code in ((good, 0), (bad, 1)):
        for more in ((), ("--json",)):
            command = [sys.executable, "-m", "standfirst.cli", "verify", str(bundle), *more]
            reading, writing = os.pipe()
            os.close(reading)  # whoever should read has left
            assert subprocess.run(command, stdout=writing, check=False).returncode == code
            os.close(writing)
            closed = " ".join(command) + " >&-"
            assert subprocess.run(closed, shell=True, check=False).returncode == code  # noqa: S602 - our own paths


def test_what_lies_in_the_folder_is_not_run(tmp_path: Path) -> None:
    planted = tmp_path / "standfirst" / "cli"
    planted.mkdir(parents=True)
    for file in (planted.parent / "__init__.py", planted / "__init__.py"):
        file.write_text("")
    (planted / "__main__.py").write_text('print("VALID against every root")')
    command = [sys.executable, "-P", "-m", "standfirst.cli", "demo", "--no-serve", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "every root" not in done.stdout
    assert done.stdout.rstrip().endswith(
        "Independently verified: VALID against DEMO trust roots; draft scheme"
    )


def test_the_verifier_s_clock_is_nobody_s_to_set(
    demonstrated: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    bundle = demonstrated[0] / "certificate.bundle"
    assert standfirst("verify", bundle, SOURCE_DATE_EPOCH="4102444800").returncode == 0
