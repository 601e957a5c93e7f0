"""What reaches the terminal: whatever names and texts come from outside, no character moves what is read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.package.packages import ADA, Door, begin, write

from standfirst.cli.main import run
from standfirst.cli.output import out

HOSTILE = "[bold]x[/] \u202egnp.exe\u2066 \ufeff\u200b \U000e0041"
UNSEEN = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\ufeff", "\u200b", "\U000e0041", "\x7f")
COMMANDS = (("package", "check"), ("assess",), ("assess", "--why"), ("ledger", "show"), ("ledger", "check"))


@pytest.mark.parametrize("command", COMMANDS)
def test_names_and_texts_are_shown_and_not_obeyed(
    command: tuple[str, ...], tmp_path: Path, door: Door
) -> None:
    package = begin(tmp_path / "acme", organisation=HOSTILE)
    laser = package / "records" / "risks" / "laser.yaml"
    write(laser, laser.read_text().replace("The laser fails", f'"{HOSTILE}"'))
    clock = ("--clock", "2026-01-07T09:00:00+00:00")
    assert (
        door("package", "record", package, *ADA, "--why", HOSTILE.replace("\U000e0041", ""), *clock).code == 0
    )
    write(package / "records" / "risks" / "gnp\u202e.yaml", "kind: risk\ntitle: '[[x]]'\n")
    said = door(*command, package)
    assert said.code == 0
    for character in UNSEEN:
        assert character not in said.out + said.err
    if command[0] == "assess" or "show" in command:
        assert "[bold]x[/] [U+202E]gnp.exe" in said.out.replace("\n", "") or "[U+202E]" in said.out


def test_markup_is_no_markup(tmp_path: Path, door: Door) -> None:
    package = begin(tmp_path / "acme", organisation="[red]A[/red] :smile: [link=x]y[/link]")
    assert "[red]A[/red] :smile: [link=x]y[/link]" in door("assess", package).out


def test_what_a_refusal_repeats_is_on_one_line_and_short(package: Path, door: Door) -> None:
    write(
        package / "records" / "risks" / "x.yaml", "kind: risk\n? " + "a" * 100_000 + '\n: b\n"c\\nd: e": f\n'
    )
    said = door("package", "check", package)
    assert said.code == 2
    assert "c[U+000A]d: e" in said.err
    assert max(map(len, said.err.split("\n"))) < 2000


def test_arguments_are_repeated_without_harm(door: Door) -> None:
    for arguments in (
        ("package", "check", "a", "\x1b[2J"),
        ("\x1b[2J",),
        ("package", "\x9b2J"),
        ("assess", "x", "--at", "\x1b[2J"),
        ("assess", "x", "--\x1b[2J"),
        ("ledger", "check", "x", "--head", "\u202e"),
        ("package", "check", "a", "\udcff"),
        ("package", "check", "\udcff\x1b[2J"),
        ("requirements", "\x1b[2J"),
        ("assess", "\x1b[2J", "--profile", "\u202e"),
    ):
        said = door(*arguments)
        assert said.code == 2
        assert not any(character in said.out + said.err for character in (*UNSEEN, "\udcff"))


def test_a_reader_that_leaves_is_no_error(package: Path) -> None:
    """As in ``standfirst ledger show P | head -0``."""
    read, write_ = os.pipe()
    os.close(read)
    code = "from standfirst.cli.main import main; main()"
    with os.fdopen(write_, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-c", code, "ledger", "show", str(package)],
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_it(encoding: str, package: Path) -> None:
    code = "from standfirst.cli.main import main; main()"
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", code, "assess", str(package)],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("epoch", ["yesterday", "1e99", "9" * 30, "-" + "9" * 17])
def test_a_clock_that_is_none(epoch: str, package: Path, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    said = door("package", "check", package)
    assert said.code == 2
    assert "SOURCE_DATE_EPOCH" in said.err


def test_escapes_of_our_own_stay(capsys: pytest.CaptureFixture[str]) -> None:
    """What is written out is what comes from outside: colours are ours."""
    out().print("\x1b[2J", style="bold")
    assert capsys.readouterr().out == "[U+001B][2J\n"
    assert run(["package", "kinds"]) == 0
