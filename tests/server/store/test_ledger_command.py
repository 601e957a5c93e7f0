"""``standfirst ledger check --organisation`` and ``ledger keys``, as somebody calls them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "a horse, a battery and a staple\n"  # noqa: S105 - of accounts that live as long as a test


def run(*arguments: str | Path, data: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    """In a process of its own, on SQLite, with a log for anchors beside the data folder."""
    apart = {"STANDFIRST_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in apart}
    return subprocess.run(
        [sys.executable, "-m", "standfirst.cli", *map(str, arguments), "--data", str(data)],
        input=answer,
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"STANDFIRST_ANCHOR": str(data.parent / "anchors")},
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    new = ("organisation", "new", "--slug", "acme", "--name", "Acme", "--by", "Ada", "--handle", "ada")
    for command in (("init",), (*new, "--email", "ada@example.org"), ("work", "--once")):
        told = run(*command, data=folder / "data", answer=PASSWORD)
        assert told.returncode == 0, told.stderr
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "made") / "data"


CHECK = ("ledger", "check", "--organisation", "acme")


def test_a_ledger_that_holds(data: Path) -> None:
    told = run(*CHECK, data=data)
    assert told.returncode == 0, told.stderr
    assert "2 entries, each as it was written; heads that agree: 1 signed, 1 kept, 1 anchored." in told.stdout
    head = told.stdout.split("Head ")[1].split()[0]
    assert run(*CHECK, "--head", head, data=data).returncode == 0
    other = run(*CHECK, "--head", f"1:{'0' * 64}", data=data)
    assert other.returncode == 1
    assert other.stdout.startswith(
        "BROKEN at entry 1: This is another history than the one of noted head, 1:000"
    )


def test_what_an_administrator_did_is_named(data: Path) -> None:
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        database.execute("DROP TRIGGER store_content_erased_only")
        database.execute("UPDATE store_content SET data = ?", (b"{}",))
    database.close()
    told = run(*CHECK, data=data)
    assert told.returncode == 1
    guards, *broken = [line for line in told.stdout.splitlines() if not line.startswith(" ")]
    assert guards.startswith(
        "WRONG: Guards of the tables are gone, disabled or changed: store_content_erased_only."
    )
    assert broken == ["BROKEN at entry 1: What the entry commits to was changed."]
    assert run("init", data=data).returncode == 0
    assert "Guards" not in run(*CHECK, data=data).stdout


def test_an_auditor_brings_keys_and_log(data: Path, tmp_path: Path) -> None:
    printed = run("ledger", "keys", "acme", data=data)
    assert json.loads(printed.stdout)["form"] == "standfirst-ledger-keys/1"
    brought = tmp_path / "keys.json"
    brought.write_text(printed.stdout)
    shutil.copytree(data.parent / "anchors", tmp_path / "copy")
    own = ("--keys", brought, "--anchors", tmp_path / "copy")
    without_key = run(*CHECK, *own, data=data)
    assert without_key.returncode == 2
    assert "There is no public key beside this log" in without_key.stderr
    key = ("--anchors-key", data.parent / "anchors.vkey")
    told = run(*CHECK, *own, *key, data=data)
    assert (told.returncode, "1 anchored." in told.stdout) == (0, True), told.stderr
    brought.write_text(printed.stdout.replace('"first":0', '"first":1'))
    assert run(*CHECK, *own, *key, data=data).returncode == 2


@pytest.mark.parametrize("arguments", [(), ("package", "--organisation", "acme")])
def test_one_thing_at_a_time(data: Path, arguments: tuple[str, ...]) -> None:
    told = run("ledger", "check", *arguments, data=data)
    assert told.returncode == 2
    assert "An organisation is named with --organisation SLUG." in told.stderr


def test_fresh_keys_on_the_record(data: Path) -> None:
    rekey = ("ledger", "rekey", "acme", "--why", "Yearly")
    assert run(*rekey, "--actor", "nobody", data=data).returncode == 2
    assert "From 4 entries on, fresh keys sign" in run(*rekey, "--actor", "ada", data=data).stdout
    assert "heads that agree: 2 signed, 2 kept, 1 anchored." in run(*CHECK, data=data).stdout
    assert len(json.loads(run("ledger", "keys", "acme", data=data).stdout)["periods"]) == 2


def test_an_organisation_that_is_not_there(data: Path) -> None:
    told = run("ledger", "check", "--organisation", "nobody", data=data)
    assert (told.returncode, "There is no organisation nobody." in told.stderr) == (2, True)
