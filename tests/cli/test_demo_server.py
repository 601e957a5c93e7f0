"""The demonstration's server: one at a time, on a free port, gone without a trace. With real processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from standfirst.cli import demo_server, demo_workplace
from standfirst.cli.main import run
from standfirst.standards.problems import Unusable


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A demonstration's folder whose workplace is empty: what is in it does not matter to its server."""
    out = tmp_path_factory.mktemp("demo") / "out"
    out.mkdir()
    init = [sys.executable, "-m", "standfirst.cli", "init", "--data", str(out / "workplace")]
    subprocess.run(
        [*init, "--purpose", "demonstration"],
        check=True,
        capture_output=True,
        env=demo_workplace.environment(),
    )
    yield out
    demo_server.stop(out)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def started(folder: Path, port: int) -> demo_server.Server:
    return demo_server.start(
        folder, folder / "workplace", first_port=port, environment=demo_workplace.environment()
    )


def test_it_answers_when_it_is_told_and_is_gone_when_it_is_stopped(folder: Path) -> None:
    server = started(folder, free_port())
    with urlopen(f"{server.address}accounts/login/") as page:  # noqa: S310 - our own
        assert page.status == 200
    assert demo_server.standing(folder) == server
    children = _below(server.process)
    assert children
    assert demo_server.stop(folder) == server
    assert demo_server.standing(folder) is None
    assert not [child for child in children if Path(f"/proc/{child}/cmdline").exists() and _cmdline(child)]
    assert demo_server.stop(folder) is None


def test_what_stands_on_its_port_stays_there(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        server = started(folder, port)
        assert server.port != port
    demo_server.stop(folder)


def test_a_number_that_another_process_got_is_not_killed(folder: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        told = f'{{"process": {bystander.pid}, "began": "0", "port": 1}}'
        (folder / demo_server.RUNNING).write_text(told)
        assert demo_server.stop(folder) is None
        assert bystander.poll() is None
    finally:
        bystander.communicate(b"\n")


def test_a_killed_one_leaves_nobody_behind_and_the_next_one_starts(folder: Path) -> None:
    first = started(folder, free_port())
    os.kill(first.process, signal.SIGKILL)
    demo_server._STARTED.pop(first.process).wait()
    assert demo_server.standing(folder) is None
    second = started(folder, free_port())
    assert second.runs
    demo_server.stop(folder)


def test_what_keeps_it_from_starting_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        demo_server.start(
            folder, tmp_path / "nothing", first_port=free_port(), environment=demo_workplace.environment()
        )
    (told,) = caught.value.problems
    assert told.reason.code == "demo.no-answer"
    assert "Nothing was set up" in str(told.reason.parameters["said"])
    assert demo_server.standing(folder) is None


def test_two_do_not_start_at_once(folder: Path) -> None:
    with demo_server.alone(folder):
        assert run(["demo", "--out", str(folder), "--stop"]) == 2


def test_stopping_what_does_not_run_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--out", str(tmp_path / "none"), "--stop"]) == 0
    assert "No server" in capsys.readouterr().out


def test_sign_ins_are_their_owner_s_alone_and_found_again(tmp_path: Path) -> None:
    password = demo_workplace._new_password()
    file = tmp_path / demo_workplace.SIGN_INS
    demo_workplace._write_sign_ins(file, password)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert demo_workplace._password_in(file.read_text("utf-8")) == password


def test_a_half_built_workplace_is_played_anew(tmp_path: Path) -> None:
    (tmp_path / demo_workplace.WORKPLACE).mkdir()
    assert demo_workplace.earlier(tmp_path) is None


def _below(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children")
    if not told.exists():
        pytest.skip("looks into /proc")
    found = [int(child) for child in told.read_text().split()]
    return [*found, *(each for child in found for each in _below(child))]


def _cmdline(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()
