"""``standfirst verify`` from the front door: exit codes, what people read, what programs read."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.verification.world import (
    AS_OF,
    AT,
    GRANTED,
    SPRING,
    WITNESSED,
    Happened,
    Tale,
    edited,
    honest_bundle,
    log_signer,
    policy_document,
    told,
)

from standfirst.cli import output
from standfirst.cli.main import run
from standfirst.trust.bundle import MAX_BYTES, checksum
from standfirst.trust.canonical import canonical_bytes

WHEN = "2026-11-22T12:00:00Z"


@pytest.fixture(autouse=True)
def _fresh_consoles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A console keeps the width, and once the stream, that it met first. The clock stands still."""
    monkeypatch.setattr(output, "wall_clock", lambda: AT)
    output.out.cache_clear()
    output.errors.cache_clear()
    yield
    output.out.cache_clear()
    output.errors.cache_clear()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return kept(tmp_path, honest_bundle())


def kept(folder: Path, data: bytes, name: str = "certificate.bundle") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def plain(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, on one line."""
    return " ".join(capsys.readouterr().out.split())


# --- exit codes ------------------------------------------------------------------------------------------------------


def test_valid_is_0(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(good)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "VALID against DEMO trust roots; draft scheme"


@pytest.mark.parametrize(
    ("tale", "exit_code", "first"),
    [
        (Tale(events=(GRANTED, Happened("withdrawn", SPRING))), 1, "NOT VALID"),
        (Tale(witnessed={"north-1": WITNESSED}), 3, "UNKNOWN"),
        (Tale(accreditation={"scope.domains": ["sensing"]}), 4, "UNRECOGNISED"),
    ],
)
def test_every_no_has_its_exit_code(
    tale: Tale, exit_code: int, first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = kept(tmp_path, told(tale).bundle())
    assert run(["verify", str(file), "--at", WHEN]) == exit_code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{first} against DEMO trust roots; draft scheme"
    assert lines[1].startswith("SPECIMEN")
    assert run(["verify", str(file), "--at", WHEN, "--json"]) == exit_code


def test_stale_is_unknown(
    good: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "wall_clock", lambda: AS_OF + timedelta(days=30))
    assert run(["verify", str(good)]) == 3
    said = plain(capsys)
    assert "Step 11 of 15" in said
    assert "the policy allows 168" in said
    assert "Ask for a bundle made today." in said
    assert "Status unknown at 2026-12-22" in said


def test_a_byte_changed_is_not_valid(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = honest_bundle()
    for place in (0, 5, len(data) // 2, len(data) - 1):
        good.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert run(["verify", str(good)]) == 1
        said = plain(capsys)
        assert "Step 1 of 15 (the file is exactly a bundle)" in said
        assert "Not reached 2 the policy recognises" in said
        assert "Brightwell" not in said  # nothing of it is believed


# --- input that cannot be used ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "not a certificate bundle"),
        (b"", "not a certificate bundle"),
        (b" " * (MAX_BYTES + 1), "larger than"),
        (canonical_bytes({"form": "standfirst-bundle/2", "checksum": checksum({"form": "standfirst-bundle/2"})}), "later release"),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_2(
    data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(kept(tmp_path, data))]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_folder_a_missing_file_and_a_pipe_are_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path, "a folder"),
        (tmp_path / "none", "no file here"),
        (tmp_path / "pipe", "a pipe or a device"),
        (Path("/dev/null"), "a pipe or a device"),
        (tmp_path / "a\x00b", "cannot be read"),
    ):
        assert run(["verify", str(path)]) == 2
        assert said in capsys.readouterr().err


def test_a_file_that_may_not_be_read_is_2(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good.chmod(0)
    if os.access(good, os.R_OK):
        pytest.skip("this user may read everything")
    assert run(["verify", str(good)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_time_that_is_none_is_2(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(["verify", str(good), "--at", "yesterday"])
    assert left.value.code == 2
    for far in ("0001-01-01", "9999-12-31T23:59:59Z", "1999-01-01"):
        assert run(["verify", str(good), "--at", far]) == 2
        assert "--at" in capsys.readouterr().err


def test_every_problem_of_a_policy_at_once(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**policy_document(), "schemes": [], "max_age_hours": 0, "extra": 1}
    policy = kept(tmp_path, json.dumps(wrong).encode(), "policy.json")
    assert run(["verify", str(good), "--policy", str(policy)]) == 2
    told = capsys.readouterr().err
    assert "policy.schemes" in told
    assert "policy.max_age_hours" in told
    assert "extra" in told
    assert "3 problems" in told


def test_a_policy_that_is_no_file_is_2(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(good), "--policy", str(tmp_path / "none.json")]) == 2
    assert run(["verify", str(good), "--policy", str(good)]) == 2
    assert capsys.readouterr().out == ""


# --- for people ------------------------------------------------------------------------------------------------------


def test_what_people_read(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(good)]) == 0
    text = capsys.readouterr().out
    said = " ".join(text.split())
    for part in (
        "SPECIMEN: a demonstration of a draft scheme.",
        "not accredited by any real body",
        "Organisation Brightwell Quantum (fictional), Ireland",
        "Certified management system, against qt-qms/2026.1 (Draft reference requirements of this project.)",
        "Scope Design and operation of superconducting quantum processors.",
        "Sites Clonbarrow, laboratory and office; Port Ellery, machine hall",
        "Valid from 2026-06-02 to 2029-06-01, both included",
        "Issued by Calder Certification (fictional)",
        "Accredited by Thornmere Accreditation (fictional)",
        "Status active at 2026-11-22 12:00 UTC; the body's snapshot is of 2026-11-22 06:00 UTC",
        "Witnessed not before 2026-11-22 07:00 UTC, by north 3 of 3 (2 needed), east 3 of 3 (2 needed)",
        "Excluded: Fabrication of chips (Done by a supplier)",
        "Not applicable: A.3.4, A.6.2",
        "what is certified is a management system, never a product",
        "the requirements are a draft of this project",
    ):
        assert part in said, part
    headings = [
        text.index(heading)
        for heading in ("VALID", "SPECIMEN", "Organisation", "What this covers", "What it does not cover")
    ]
    assert headings == sorted(headings)


def test_a_no_names_step_reason_and_what_was_not_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = kept(tmp_path, told(Tale(events=(GRANTED, Happened("suspended", SPRING)))).bundle())
    assert run(["verify", str(file)]) == 1
    said = plain(capsys)
    assert (
        "Step 12 of 15 (the certificate is active). The certificate is suspended, since 2026-09-01T09:00:00Z."
        in said
    )
    assert "Not reached 13" in said
    assert "What the signed certificate says (CC-2026-0001)" in said
    assert "What this covers" not in said


def test_text_from_outside_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that nobody has signed is quoted, on one line, what is hidden in it written out; of an id only an id."""
    assert (
        run(["verify", str(kept(tmp_path, of_nobody("a\x1b[2Jb", '\u202eevil \u2003 \u2800"VALID"')))]) == 4
    )
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "[2J" not in said
    assert (
        "The policy knows no accreditation body of this id: what stands there is not an id, which calls itself "
        "\"[U+202E]evil [U+2800]'VALID'\"." in " ".join(said.split())
    )


def test_an_id_that_is_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["verify", str(kept(tmp_path, of_nobody("mallory.example", "Mallory" + 90 * " " + "VALID")))])
        == 4
    )
    assert 'no accreditation body mallory.example, which calls itself "Mallory VALID".' in plain(capsys)


def of_nobody(body_id: str, name: str) -> bytes:
    """The honest bundle with an accreditation that names somebody else, and signers whom nobody knows."""
    payload = canonical_bytes({"accreditation_body": {"id": body_id, "name": name}}).decode()
    strangers = {f"accreditation.signatures.{at}.key": "00" * 16 for at in (0, 1)}
    return edited(honest_bundle(), {"accreditation.payload": payload, **strangers})


@pytest.mark.parametrize(
    ("tale", "lines"),
    [
        (Tale(witnessed={"north-1": WITNESSED}), policy_document()["witnessing"]),
        (Tale(entries_between=17), policy_document()["witnessing"]),
        (
            Tale(),
            [f"log {log_signer('log.elsewhere.example').key.vkey}", *policy_document()["witnessing"][1:]],
        ),
    ],
    ids=["thin quorum", "old snapshot", "unknown log"],
)
def test_a_state_that_nobody_vouches_for_is_not_shown(
    tale: Tale, lines: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = kept(tmp_path, told(tale).bundle())
    policy = kept(tmp_path, json.dumps({**policy_document(), "witnessing": lines}).encode(), "policy.json")
    assert run(["verify", str(file), "--policy", str(policy)]) in (3, 4)
    said = b" ".join(capfdbinary.readouterr().out.split()).decode()
    assert "Status not shown at 2026-11-22 12:00 UTC; active by the events in the bundle alone" in said
    assert as_json(file, capfdbinary, "--policy", str(policy))[2]["certificate"]["state"] is None


def test_a_time_to_come_is_not_answered(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(good), "--at", "2026-11-23T12:00:00Z"]) == 3
    assert "has not come yet: it is 2026-11-22T12:00:00Z" in plain(capsys)


def test_a_flood_of_exclusions_does_not_hide_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flood = {
        "scope.exclusions": [{"what": f"Part {n} {'x' * 3_000}", "reason": "Long."} for n in range(40)],
        "statement_of_applicability.not_applicable": [f"A.{n}" for n in range(100)],
        "sites": [{"name": f"Site {n} {'y' * 3_000}"} for n in range(40)],
    }
    assert run(["verify", str(kept(tmp_path, told(Tale(certificate=flood)).bundle()))]) == 0
    said = plain(capsys)
    assert said.count("Excluded: Part") == 12
    assert "Excluded: and 28 more" in said
    assert "A.11, and 88 more" in said
    assert "and 28 more (--json lists all)" in said
    assert "…" in said
    assert len(said) < 12_000


def test_a_flood_of_notices_does_not_hide_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = "bdfghklmnqrtuvwz"
    sites = [{"name": f"Qu{letter}{other}\u0430"} for letter in letters for other in letters[:3]]
    assert run(["verify", str(kept(tmp_path, told(Tale(certificate={"sites": sites})).bundle()))]) == 0
    said = plain(capsys)
    assert said.count("Look twice") == 12
    assert "36 more (--json lists all)" in said


def test_a_policy_of_ones_own(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = {**policy_document(), "name": "Our list", "status": "pilot", "schemes": ["qt-qms/2027.1"]}
    policy = kept(tmp_path, json.dumps(own).encode(), "policy.json")
    assert run(["verify", str(good), "--policy", str(policy)]) == 4
    assert capsys.readouterr().out.splitlines()[0] == "UNRECOGNISED against Our list; pilot"


# --- for programs ----------------------------------------------------------------------------------------------------


def as_json(path: Path, capfdbinary: pytest.CaptureFixture[bytes], *more: str) -> tuple[int, bytes, Any]:
    code = run(["verify", str(path), "--json", *more])
    sys.stdout.flush()
    data = capfdbinary.readouterr().out
    return code, data, json.loads(data)


def test_what_programs_read(good: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, data, found = as_json(good, capfdbinary, "--at", WHEN)
    assert (code, found["exit"], found["status"]) == (0, 0, "VALID")
    assert found["headline"] == "VALID against DEMO trust roots; draft scheme"
    assert found["policy"]["name"] == "DEMO trust roots"
    assert found["specimen"] is True
    assert [step["number"] for step in found["steps"]] == list(range(1, 16))
    assert {step["outcome"] for step in found["steps"]} == {"passed"}
    assert all(step["title"] and step["source"] for step in found["steps"])
    assert found["reasons"] == []
    assert found["certificate"]["organisation"]["name"] == "Brightwell Quantum (fictional)"
    assert found["covered"]
    assert "not-covered.products" in [item["code"] for item in found["not_covered"]]
    assert data == (json.dumps(found, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def test_the_same_question_gives_the_same_bytes(
    good: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert as_json(good, capfdbinary, "--at", WHEN)[1] == as_json(good, capfdbinary, "--at", WHEN)[1]


def test_a_no_for_programs(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = kept(tmp_path, told(Tale(events=(GRANTED, Happened("suspended", SPRING)))).bundle())
    code, _, found = as_json(file, capfdbinary)
    assert (code, found["exit"], found["status"]) == (1, 1, "NOT VALID")
    (reason,) = found["reasons"]
    assert reason == {
        "status": "NOT VALID",
        "step": "state",
        "code": "state.not-active",
        "parameters": {"state": "suspended", "since": "2026-09-01T09:00:00Z"},
        "sentence": "The certificate is suspended, since 2026-09-01T09:00:00Z.",
    }
    assert [step["outcome"] for step in found["steps"]] == ["passed"] * 11 + ["failed"] + ["not-reached"] * 3
    assert (found["covered"], found["not_covered"]) == ([], [])
    assert found["certificate"]["state"] == "suspended"


def test_nothing_that_is_not_signed_is_told_as_the_certificate(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    damaged = honest_bundle().replace(b"Brightwell", b"Brightwold")
    _, data, found = as_json(kept(tmp_path, damaged), capfdbinary)
    assert found["certificate"] is None
    assert b"Brightw" not in data


FRESH = f"""
from datetime import datetime
from standfirst.cli import main, output
output.wall_clock = lambda: datetime.fromisoformat("{WHEN}")
main.main()
"""


def test_in_a_fresh_process(good: Path) -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            FRESH,
            "verify",
            str(good),
            "--at",
            WHEN,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0
    assert told.stdout.splitlines()[0] == "VALID against DEMO trust roots; draft scheme"


def test_whoever_trusts_public_keys_is_told_whatever_the_policy_is_called(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = Path(output.__file__).parents[1] / "trust" / "policies" / "demo.json"
    copied = {**json.loads(shipped.read_bytes()), "name": "My company", "specimen": False}
    policy = kept(tmp_path, json.dumps(copied).encode(), "policy.json")
    run(["verify", str(good), "--policy", str(policy)])
    said = plain(capsys)
    assert "against My company" in said
    assert "private keys of the demonstration are public" in said


def test_the_statement_of_applicability_can_be_matched(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(good)]) == 0
    assert "(commitment " in plain(capsys)
