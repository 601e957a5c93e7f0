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
    assert (row[0], row[1], row[-1]) == ("acme", "organisation", "2")
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


def adopting(package: str | Path) -> tuple[str | Path, ...]:
    return (
        *("organisation", "adopt", package, "--slug", "lab", "--name", "The lab"),
        *("--email", "lab@example.org"),
    )


def test_a_package_s_ledger_goes_on(data: Path) -> None:
    refused = run(*adopting(EXAMPLE), "--handle", "nobody", data=data, answer=PASSWORD)
    assert refused.returncode == 2
    assert "Nobody active here is called nobody" in refused.stderr
    entries = (EXAMPLE / "ledger/entries.jsonl").read_bytes().count(b"\n")
    person = next((EXAMPLE / "records/people").iterdir()).stem
    assert f"{entries} entries go on here" in done(
        *adopting(EXAMPLE), "--handle", person, data=data, answer=PASSWORD
    )
    assert done("ledger", "check", "--organisation", "lab", data=data)
    assert "simulation" in done("organisation", "list", data=data)
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        kept = b"".join(
            row[0] + b"\n" for row in database.execute("SELECT data FROM store_entry ORDER BY sequence")
        )
    database.close()
    before = (EXAMPLE / "ledger/entries.jsonl").read_bytes()
    assert kept.startswith(before)
    (joined,) = kept.removeprefix(before).splitlines()
    assert b'"kind":"access"' in joined
    again = run(*adopting(EXAMPLE), "--handle", person, data=data, answer=PASSWORD)
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
        database.execute(
            "DELETE FROM django_migrations WHERE app = 'store' AND name = '0003_current_by_state'"
        )
    database.close()
    for command in (("serve",), ("work", "--once"), ("organisation", "list")):
        refused = run(*command, data=data)
        assert refused.returncode == 2, command
        assert "lacks 1 step of this release" in refused.stderr


def test_a_web_server_without_a_data_folder_signs_nothing(tmp_path: Path) -> None:
    """Whoever starts gunicorn by hand, where nothing was set up: no secret is better than one that everybody knows."""
    asked = "import standfirst.server.wsgi; from django.core import signing; print(signing.dumps('reset'))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "STANDFIRST_DATA": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "SECRET_KEY" in done.stderr


# --- what cannot be used ---------------------------------------------------------------------------------------------


def settings_said(data: Path, *command: str, **said: str) -> subprocess.CompletedProcess[str]:
    apart = {"STANDFIRST_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STANDFIRST_ANCHOR"}
    return subprocess.run(
        [sys.executable, "-m", "standfirst.cli", *command, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in apart} | said,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "nonsense", "This is no address of a database."),
        ("DATABASE_URL", "mysql://user:hidden@localhost/x", "This is no address of a database."),
        ("DATABASE_URL", "postgres://user:hidden@127.0.0.1:1/x", "The database cannot be used"),
        ("STANDFIRST_SIGNUP", "foo", "This is open or invited, not foo."),
        ("STANDFIRST_URL", "http://[", "This is no address of a web site: http://["),
        ("STANDFIRST_URL", "localhost", "This is no address of a web site: localhost"),
        ("STANDFIRST_URL", "http://localhost:99999", "This is no address of a web site"),
        ("STANDFIRST_EMAIL", "mail.example.org", "This is no address of a mail server."),
        ("STANDFIRST_SCANNER", "scan 'x", "a quotation mark is not closed"),
        ("STANDFIRST_UPLOAD_MB", "much", "a whole number of megabytes, not much"),
    ],
)
def test_a_setting_that_says_nothing_is_named(name: str, value: str, sentence: str, data: Path) -> None:
    told = settings_said(data, "organisation", "list", **{name: value})
    assert told.returncode == 2, told.stderr
    assert told.stderr.startswith(f"{name}: ")
    assert sentence in told.stderr
    assert "hidden" not in told.stderr


def test_a_file_of_providers_that_is_none(data: Path) -> None:
    file = data.parent / "oidc.json"
    for text in ("{", "{}", "[1]"):
        file.write_text(text)
        told = settings_said(data, "organisation", "list", STANDFIRST_OIDC=str(file))
        assert (told.returncode, "no JSON file with a list of providers" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    "wrong",
    [("--workers", "-1"), ("--workers", "0"), ("--bind", "x:99999"), ("--bind", "8000"), ("--bind", ":1")],
)
def test_a_server_that_cannot_be(wrong: tuple[str, str], data: Path) -> None:
    told = run("serve", *wrong, data=data)
    assert told.returncode == 2
    assert f"argument {wrong[0]}" in told.stderr


def test_a_damaged_database_is_told(data: Path) -> None:
    (data / "standfirst.sqlite3").write_bytes(b"no database at all" * 1000)
    for command in (("init",), ("serve",), ("work", "--once"), ("organisation", "list")):
        told = run(*command, data=data)
        assert told.returncode == 2, told.stderr
        assert "The database cannot be used: file is not a database." in told.stderr


def test_tables_that_no_migration_tells_of(data: Path) -> None:
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'store'")
    database.close()
    assert "of this release" in run("serve", data=data).stderr
    told = run("init", data=data)
    assert told.returncode == 2, told.stderr
    assert "The database cannot be used" in told.stderr


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--handle", "A A"), "handle: "),
        (("--name", "x" * 201), "A name has 1 to 200 characters; this one has 201."),
        (("--by", "x" * 201), "A name has 1 to 200 characters; this one has 201."),
    ],
)
def test_who_cannot_be_recorded_leaves_nothing_behind(
    more: tuple[str, str], sentence: str, data: Path
) -> None:
    told = run(*ACME, *more, data=data, answer=PASSWORD)
    assert told.returncode == 2, told.stderr
    assert sentence in told.stderr
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        for table in ("accounts_user", "store_organisation"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
    database.close()
    assert not list((data / "keys").glob("*"))


def test_who_is_not_in_the_package_leaves_no_account_behind(data: Path) -> None:
    assert run(*adopting(EXAMPLE), "--handle", "nobody", data=data, answer=PASSWORD).returncode == 2
    with sqlite3.connect(data / "standfirst.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    database.close()


def test_working_files_that_stay_behind_are_named(data: Path, tmp_path: Path) -> None:
    package = shutil.copytree(EXAMPLE, tmp_path / "package")
    changed = next((package / "records/people").iterdir())
    changed.write_text(changed.read_text().replace("\nname: ", "\nname: Doctor "))
    told = done(
        *adopting(package),
        *("--handle", changed.stem),
        data=data,
        answer=PASSWORD,
    )
    assert f"records/people/{changed.name}" in told


# --- whose the folder is ---------------------------------------------------------------------------------------------


def test_a_folder_that_others_may_read_is_mended_and_that_is_said(data: Path) -> None:
    opened = [data, data / "secret-key", data / "standfirst.sqlite3"]
    for path in opened:
        path.chmod(0o755)
    told = run("organisation", "list", data=data)
    assert told.returncode == 0
    assert [path.stat().st_mode & 0o077 for path in opened] == [0, 0, 0]
    assert told.stderr.count("was open to others on this machine") == 3
    assert "open to others" not in run("organisation", "list", data=data).stderr


def test_whatever_is_made_in_it_is_its_owner_s_alone(data: Path) -> None:
    done(*ACME, data=data, answer=PASSWORD)
    done("work", "--once", data=data)
    assert {path for path in data.rglob("*") if path.stat().st_mode & 0o077} == set()


def test_an_empty_key_signs_nothing(data: Path) -> None:
    (data / "secret-key").write_text("\n")
    for command in (("init",), ("serve",)):
        told = run(*command, data=data)
        assert (told.returncode, "The secret key is empty" in told.stderr) == (2, True)


def test_a_key_that_was_half_written_is_written_anew(tmp_path: Path) -> None:
    """Whoever was killed while setting up leaves no key, but one on its way."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/secret-key.new").write_text("half")
    done("init", data=tmp_path / "data")
    assert len((tmp_path / "data/secret-key").read_text()) > 80
    assert not (tmp_path / "data/secret-key.new").exists()


def test_letters_go_to_standard_error_where_no_mail_server_is_named(data: Path) -> None:
    asked = (
        "import django; django.setup()\n"
        "from django.core.mail import send_mail; send_mail('Hello', 'Ada', None, ['ada@example.org'])"
    )
    done_ = subprocess.run(
        [sys.executable, "-c", asked],
        env={
            **os.environ,
            "STANDFIRST_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "standfirst.server.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done_.stdout, "Subject: Hello" in done_.stderr) == ("", True)
