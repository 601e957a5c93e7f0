"""``standfirst assess``, as somebody at a terminal, a pipe or another program meets it."""

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.firm import AT, NAME, command

from standfirst.standards.library import edition
from standfirst.standards.profile import profile_named
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Domain
from standfirst.words.render import sentence


def result(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "result.json").read_bytes())
    return value


def statuses(value: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["status"] for one in value["requirements"]}


def assessed(package: Path, out: Path, *more: str) -> dict[str, Any]:
    assert command("assess", package, "--at", AT, "--out", out, *more) == 0
    return result(out)


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_summary_says_whose_result_it_is_and_of_what(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("assess", package, "--at", AT) == 0
    told = capsys.readouterr()
    for text in (NAME, "first party", "fictional organisation", "simulation", AT, edition().header.status):
        assert text in told.out
    assert re.search(r"\d+ of \d+ requirements shown", told.out)
    assert told.err == ""


def test_piped_it_is_plain_text(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command("assess", package, "--at", AT, "--why", "--out", tmp_path / "out")
    assert "\x1b" not in capsys.readouterr().out


def test_why_names_every_open_requirement_with_its_reasons(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = assessed(package, tmp_path / "out")
    capsys.readouterr()
    command("assess", package, "--at", AT, "--why")
    told = joined(capsys.readouterr().out)
    for one in found["requirements"]:
        heading = f"{one['id']} {edition().by_id[one['id']].title}"
        assert (heading in told) is (one["status"] not in {"shown", "not-applicable"})
    for reason in reasons(found, "reasons", open_only=True):
        assert joined(sentence(reason)) in told
    for reason in reasons(found, "remedies", open_only=True):
        assert joined(sentence(reason)) in told


def joined(text: str) -> str:
    """Without the line breaks that the terminal's width made."""
    return re.sub(r"\s+", " ", text)


def reasons(value: dict[str, Any], key: str, *, open_only: bool) -> Iterator[Reason]:
    for one in value["requirements"]:
        for answer in one["criteria"]:
            if one["status"] != "shown" and (not open_only or answer["outcome"] != "met"):
                for reason in answer[key]:
                    parameters = {
                        k: tuple(v) if isinstance(v, list) else v for k, v in reason["parameters"].items()
                    }
                    yield Reason(reason["code"], parameters)


# --- the result file -------------------------------------------------------------------------------------------------


def test_json_is_the_result_file_byte_for_byte(
    package: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assessed(package, tmp_path / "out")
    capsysbinary.readouterr()
    assert command("assess", package, "--at", AT, "--json") == 0
    printed = capsysbinary.readouterr()
    assert printed.out == (tmp_path / "out" / "result.json").read_bytes()
    assert printed.err == b""


def test_the_result_names_what_it_rests_on(package: Path, tmp_path: Path) -> None:
    found = assessed(package, tmp_path / "out")
    assert found["form"] == "standfirst-result/1"
    assert (found["party"], found["at"], found["simulation"]) == ("first", AT, True)
    assert found["organisation"]["name"] == NAME
    assert found["edition"] == {"name": edition().name, "digest": edition().digest}
    assert found["facts"]["count"] == 6
    assert (statuses(found)["5.2"], statuses(found)["A.1.2"]) == ("shown", "partly")
    assert [one["id"] for one in found["requirements"]] == list(edition().by_id)
    assert set(found["records"]) == {"PER-0001", "PER-0002", "ORG-0001", "PRD-0001", "DOC-0001", "DOC-0002"}


def test_the_day_that_is_asked_about_decides_what_is_fresh(package: Path, tmp_path: Path) -> None:
    early, late = (tmp_path / name for name in ("early", "late"))
    command("assess", package, "--at", "2026-06-01", "--out", early)
    command("assess", package, "--at", "2036-06-01", "--out", late)
    before, after = statuses(result(early)), statuses(result(late))
    rank = {
        "not-assessable": 0,
        "not-shown": 1,
        "partly": 2,
        "needs-judgement": 3,
        "shown": 4,
        "not-applicable": 5,
    }
    assert all(rank[after[i]] <= rank[before[i]] for i in before)
    assert before != after


def test_without_a_day_a_simulation_is_assessed_on_its_last_one(package: Path, tmp_path: Path) -> None:
    command("assess", package, "--out", tmp_path)
    assert result(tmp_path)["at"] == "2026-03-03"


# --- profiles --------------------------------------------------------------------------------------------------------


def test_without_a_profile_the_organisation_s_own_record_says_what_is_asked(
    package: Path, tmp_path: Path
) -> None:
    found = assessed(package, tmp_path)
    assert found["profile"]["id"] == "as-recorded"
    assert (found["profile"]["domains"], found["profile"]["tier"]) == (["computing"], 1)
    assert found["profile"]["stages"] == ["concept", "engineering", "operation"]
    asked = [one["id"] for one in found["requirements"] if one["status"] != "not-applicable"]
    assert asked == [
        r.id for r in edition()
        if Domain.COMPUTING in r.domains and {"concept", "engineering", "operation"} & set(r.stages) and r.from_tier <= 1
    ]  # fmt: skip


def test_a_profile_that_is_asked_for_goes_before_it(package: Path, tmp_path: Path) -> None:
    found = assessed(package, tmp_path, "--profile", "sensing+operation+tier-2")
    left = [one["id"] for one in found["requirements"] if one["status"] == "not-applicable"]
    asked = {requirement.id for requirement in profile_named("sensing+operation+tier-2").asked(edition())}
    assert set(left) == set(edition().by_id) - asked


def test_before_there_is_such_a_record_everything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "new"
    command("package", "init", path, "--organisation", "New", "--by", "Ada", "--handle", "ada")
    command("assess", path, "--at", AT, "--out", tmp_path / "out")
    found = result(tmp_path / "out")
    assert found["profile"]["id"] == "all"
    assert set(statuses(found).values()) <= {"not-shown", "partly"}


@pytest.mark.parametrize("name", ["blockchain", "computing+tier-9", ""])
def test_a_profile_that_is_none_is_refused(
    package: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("assess", package, "--profile", name or "+") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "--profile" in told.err


# --- what leaves the house -------------------------------------------------------------------------------------------


def test_for_an_auditor_nothing_says_what_would_make_it_a_yes(
    package: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    own = assessed(package, tmp_path / "own")
    remedies = {joined(sentence(reason)) for reason in reasons(own, "remedies", open_only=False)}
    assert len(remedies) > 20
    in_own = text_of(tmp_path / "own" / "report.html")
    assert any(remedy in in_own for remedy in remedies)
    capsysbinary.readouterr()

    handed = assessed(package, tmp_path / "handed", "--for-auditor", "--why")
    printed = capsysbinary.readouterr().out.decode()
    command("assess", package, "--at", AT, "--for-auditor", "--json")
    as_json = capsysbinary.readouterr().out
    assert as_json == (tmp_path / "handed" / "result.json").read_bytes()
    assert b"remed" not in as_json
    page, terminal = text_of(tmp_path / "handed" / "report.html"), joined(printed)
    assert [remedy for remedy in remedies if remedy in page or remedy in terminal] == []
    assert statuses(handed) == statuses(own)


def text_of(page: Path) -> str:
    body = re.sub(r"<(style|script).*?</\1>", "", page.read_text("utf-8"), flags=re.DOTALL)
    return joined(html.unescape(re.sub(r"<[^>]*>", "", body)))


def test_the_folder_for_the_report_lies_outside_the_package(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(package.rglob("*"))
    assert command("assess", package, "--out", package / "reports") == 2
    assert capsys.readouterr().err
    assert sorted(package.rglob("*")) == before


# --- what cannot be used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [["assess"], ["assess", "x", "--at", "yesterday"], ["assess", "x", "--how"], ["asess", "x"]]
)
def test_a_command_that_is_none_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2
    assert "usage: standfirst" in capsys.readouterr().err


def test_a_package_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("assess", tmp_path / "nowhere") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "nowhere" in told.err


# --- everywhere the same ---------------------------------------------------------------------------------------------

WORLDS = (
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "0", "TZ": "UTC"},
    {"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
    {
        "LC_ALL": "de_DE.ISO-8859-1",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONHASHSEED": "4242",
        "TZ": "America/Los_Angeles",
    },
)


def test_locale_hash_seed_and_time_zone_change_no_byte(package: Path, tmp_path: Path) -> None:
    assessed(package, tmp_path)
    for world in WORLDS:
        done = subprocess.run(
            [sys.executable, "-c", "from standfirst.cli.main import main; main()", "assess", str(package), "--at", AT, "--json"],
            env={**os.environ, **world}, capture_output=True, check=True,
        )  # fmt: skip
        assert done.stdout == (tmp_path / "result.json").read_bytes()
        assert done.stderr == b""
