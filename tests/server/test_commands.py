"""The workplace from the command line: set up, organisations begun and adopted, work done, and what is refused."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/sensing-lab"
PASSWORD = "a horse, a battery and a staple\n"  # noqa: S105 - of accounts that live as long as a test


def run(*arguments: str | Path, data: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which knows of no other data folder."""
    apart = {"STANDFIRST_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STANDFIRST_ANCHOR"}
    return subprocess.run(
        [sys.executable, "-m", "standfirst.cli", *map(str, arguments), "--data", str(data)],
        input=answer,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in apart},
    )


def done(*arguments: str | Path, data: Path, answer: str = "") -> str:
    told = run(*arguments, data=data, answer=answer)
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was set up, and nothing more."""
    folder = tmp_path_factory.mktemp("ready") / "data"
    done("init", data=folder)
    return folder


@pytest.fixture
def data(ready: Path, tmp_path: Path) -> Path:
    return shutil.copytree(ready, tmp_path / "data")


NEW = ("organisation", "new", "--name", "Acme Quantum", "--by", "Ada Example", "--handle", "ada")
ACME = (*NEW, "--slug", "acme", "--email", "ada@example.org")


def test_from_nothing_to_an_organisation_with_a_signed_ledger(data: Path) -> None:
    assert "/o/acme/" in done(*ACME, data=data, answer=PASSWORD)
    assert done("work", "--once", data=data) == ""
    row = done("organisation", "list", data=data).splitlines()[1].split()
    assert (row[0], row[1], row[-1]) == ("acme", "organisation", "1")
    assert done("ledger", "check", "--organisation", "acme", data=data)
    assert list((data / "keys").glob("*.heads"))


def test_what_is_secret_is_its_owner_s_alone(data: Path) -> None:
    done(*ACME, data=data, answer=PASSWORD)
    secrets = [data, data / "secret-key", data / "keys", *(data / "keys").glob("*.keyring")]
    assert len(secrets) == 4
    assert [oct(path.stat().st_mode & 0o077) for path in secrets] == ["0o0"] * 4


def test_setting_up_again_changes_nothing(data: Path) -> None:
    done(*ACME, data=data, answer=PASSWORD)
    key = (data / "secret-key").read_text()
    assert "ready (own)" in done("init", data=data)
    assert (data / "secret-key").read_text() == key
    assert "acme" in done("organisation", "list", data=data)


def test_a_package_s_ledger_goes_on(data: Path) -> None:
    adopt = (
        "organisation",
        "adopt",
        EXAMPLE,
        "--slug",
        "lab",
        "--name",
        "The lab",
        "--email",
        "lab@example.org",
    )
    refused = run(*adopt, "--handle", "nobody", data=data, answer=PASSWORD)
    assert refused.returncode == 2
    assert "Nobody active here is called nobody" in refused.stderr
    entries = (EXAMPLE / "ledger/entries.jsonl").read_bytes().count(b"\n")
    person = next((EXAMPLE / "records/people").iterdir()).stem
    assert f"{entries} entries go on here" in done(*adopt, "--handle", person, data=data, answer=PASSWORD)
    assert done("ledger", "check", "--organisation", "lab", data=data)
    assert "simulation" in done("organisation", "list", data=data)
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        kept = b"".join(
            row[0] + b"\n" for row in database.execute("SELECT data FROM store_entry ORDER BY sequence")
        )
    database.close()
    assert kept == (EXAMPLE / "ledger/entries.jsonl").read_bytes()
    again = run(*adopt, "--handle", person, data=data, answer=PASSWORD)
    assert again.returncode == 2
    assert "There is an organisation lab already" in again.stderr


def test_an_organisation_of_one_name_begins_once(data: Path) -> None:
    done(*ACME, data=data, answer=PASSWORD)
    again = run(*NEW, "--slug", "acme", "--email", "other@example.org", data=data, answer=PASSWORD)
    assert again.returncode == 2
    assert "There is an organisation acme already" in again.stderr


REFUSED = {
    "own": ("certification-body",),
    "certification-body": ("organisation", "laboratory"),
    "accreditation-body": ("certification-body",),
}


@pytest.mark.parametrize("purpose", REFUSED)
def test_who_judges_keeps_no_books_of_those_judged(purpose: str, tmp_path: Path) -> None:
    """And leaves no account behind: the refusal comes before one is made."""
    data = tmp_path / "data"
    done("init", "--purpose", purpose, data=data)
    for wanted in REFUSED[purpose]:
        refused = run(*ACME, "--type", wanted, data=data, answer=PASSWORD)
        assert refused.returncode == 2
        assert "has a workspace on this installation" in refused.stderr
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    database.close()


def test_a_demonstration_holds_them_all(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done("init", "--purpose", "demonstration", data=data)
    for wanted in ("organisation", "certification-body"):
        done(
            *NEW, "--slug", wanted, "--type", wanted, "--email", "ada@example.org", data=data, answer=PASSWORD
        )
    assert len(done("organisation", "list", data=data).splitlines()) == 3


def test_what_an_installation_is_for_is_said_once(data: Path) -> None:
    refused = run("init", "--purpose", "demonstration", data=data)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "This installation is for another purpose: own" in refused.stderr


@pytest.mark.parametrize("slug", ["", "../up", "A-B", "x" * 61])
def test_a_name_that_no_address_can_hold(slug: str, data: Path) -> None:
    refused = run(*NEW, "--slug", slug, "--email", "ada@example.org", data=data, answer=PASSWORD)
    assert refused.returncode == 2
    assert "no name for addresses" in refused.stderr


def test_a_folder_that_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    for command in (("init",), ("organisation", "list"), ("work", "--once"), ("serve",)):
        refused = run(*command, data=tmp_path / "mine")
        assert refused.returncode == 2, command
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_database_of_another_release_is_not_served(data: Path) -> None:
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'store' AND name = '0002_append_only'")
    database.close()
    for command in (("serve",), ("work", "--once"), ("organisation", "list")):
        refused = run(*command, data=data)
        assert refused.returncode == 2, command
        assert "lacks 1 step of this release" in refused.stderr
