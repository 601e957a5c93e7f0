"""``standfirst serve`` with its real processes: what happens when one of them is killed."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

APART = {"STANDFIRST_DATA", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STANDFIRST_URL", "STANDFIRST_EMAIL"}


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in APART} | more


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "standfirst.cli", "init", "--data", str(tmp_path / "data")]
    subprocess.run(command, check=True, capture_output=True, env=environment())
    return tmp_path / "data"


class Served:
    def __init__(self, data: Path) -> None:
        self.port = free_port()
        command = ("serve", "--data", str(data), "--bind", f"127.0.0.1:{self.port}", "--workers", "1")
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "standfirst.cli", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
        )
        assert self.process.stdout is not None
        self.said = iter(self.process.stdout)

    def until(self, pattern: str) -> re.Match[str]:
        """Reads on until a line says so."""
        for line in self.said:
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"it ended without saying {pattern}")

    def children(self) -> dict[str, int]:
        found = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
            found["web" if "gunicorn" in line else "work"] = int(pid)
        return found


@pytest.fixture
def served(data: Path) -> Iterator[Served]:
    if sys.platform != "linux":
        pytest.skip("looks into /proc")
    one = Served(data)
    try:
        yield one
    finally:
        one.process.terminate()
        one.process.communicate()


def test_one_address_that_works(served: Served) -> None:
    assert served.until(r"Standfirst at (\S+),")[1] == f"http://localhost:{served.port}"
    served.until("Booting worker")
    with urlopen(f"http://localhost:{served.port}/accounts/login/") as page:
        assert page.status == 200


def test_a_link_for_the_first_person(served: Served) -> None:
    link = served.until(r"(http://localhost:[0-9]+/begin/sfo_[0-9A-Za-z]+/)")[1]
    served.until("Booting worker")
    with urlopen(link) as page:  # noqa: S310 - of this machine
        assert "Nobody has an account here yet" in page.read().decode()


def test_a_worker_that_dies_is_started_again(served: Served) -> None:
    served.until("Booting worker")
    before = served.children()["work"]
    os.kill(before, signal.SIGKILL)
    served.until(r"The worker has ended \(-9\); it is started again")
    os.kill(served.process.pid, signal.SIGTERM)
    served.until("Shutting down")
    assert served.process.wait() == 0


def test_a_web_server_that_dies_ends_it(served: Served) -> None:
    served.until("Booting worker")
    work = served.children()["work"]
    os.kill(served.children()["web"], signal.SIGKILL)
    for _ in served.said:  # until nobody is left who could write
        pass
    assert served.process.wait() == 2
    assert not Path(f"/proc/{work}").exists()


def test_killed_it_leaves_nobody_behind(served: Served) -> None:
    """Who holds the pipe's other end can still write: its end is that of the last of them."""
    served.until("Booting worker")
    os.kill(served.process.pid, signal.SIGKILL)
    for _ in served.said:
        pass
    assert served.process.wait() == -signal.SIGKILL
