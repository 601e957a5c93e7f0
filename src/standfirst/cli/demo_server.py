"""The demonstration's server: started detached, waited for until it answers, and stopped again without a trace."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from standfirst.standards.problems import Unusable, problem

RUNNING: Final = "server.json"
LOG: Final = "server.log"
LOCK: Final = ".serving"
PORTS: Final = 20
"""Of so many ports from the first one on the first free one is taken."""

READY_WITHIN: Final = 90.0
GONE_WITHIN: Final = 30.0
_LOOK_AGAIN: Final = 0.1
_STARTED: Final[dict[int, subprocess.Popen[bytes]]] = {}
"""What this process started itself, so that it can take note of its end."""

_ASKED: Final = "/accounts/login/"
_SHOWN: Final = 15


@dataclass(frozen=True, slots=True)
class Server:
    """One that was started from this folder. ``began`` tells its process from a later one that got the same number."""

    process: int
    began: str
    port: int

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    @property
    def runs(self) -> bool:
        return self.began != "" and _began(self.process) == self.began


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else starts or stops the demonstration of this folder meanwhile. Raises Unusable where somebody does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unusable([problem(str(folder), "demo.another")]) from None
        yield


def standing(folder: Path) -> Server | None:
    """The server that was started from this folder and still runs."""
    try:
        told = json.loads((folder / RUNNING).read_text("utf-8"))
        found = Server(int(told["process"]), str(told["began"]), int(told["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found.runs else None


def stop(folder: Path) -> Server | None:
    """Ends it, and waits until it is gone. None where none runs. Raises Unusable where it does not end."""
    found = standing(folder)
    if found is not None:
        with suppress(ProcessLookupError):
            os.kill(found.process, signal.SIGTERM)
        if not _comes(lambda: not found.runs, GONE_WITHIN):
            with suppress(ProcessLookupError):
                os.kill(found.process, signal.SIGKILL)  # web server and worker end with it
            if not _comes(lambda: not found.runs, GONE_WITHIN):
                raise Unusable([problem(str(folder), "demo.not-ended", process=found.process)])
        if (process := _STARTED.pop(found.process, None)) is not None:
            process.wait()
    (folder / RUNNING).unlink(missing_ok=True)
    return found


def start(folder: Path, data: Path, *, first_port: int, environment: dict[str, str]) -> Server:
    """On the first free port. Returns when it answers. Raises Unusable, with what it said last, where it does not."""
    port = _free_port(first_port)
    command = [sys.executable, "-P", "-m", "standfirst.cli", "serve", "--data", str(data.absolute())]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - this program
            [*command, "--bind", f"127.0.0.1:{port}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            start_new_session=True,  # it outlives the terminal, and Ctrl-C there is not meant for it
        )
    _STARTED[process.pid] = process
    server = Server(process.pid, _began(process.pid), port)
    _keep(folder, server)
    if (
        not _comes(lambda: process.poll() is not None or _answers(port), READY_WITHIN)
        or process.poll() is not None
    ):
        said = (folder / LOG).read_text("utf-8", "replace").strip().splitlines()[-_SHOWN:]
        process.terminate()
        process.wait()
        (folder / RUNNING).unlink(missing_ok=True)
        raise Unusable([problem(str(folder / LOG), "demo.no-answer", said="\n".join(said))])
    return server


def _keep(folder: Path, server: Server) -> None:
    told = {"process": server.process, "began": server.began, "port": server.port}
    (folder / RUNNING).write_text(json.dumps(told) + "\n", "utf-8")


def _free_port(first: int) -> int:
    """Raises Unusable where none of them is free."""
    for port in range(first, min(first + PORTS, 2**16)):
        with socket.socket() as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asked.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Unusable([problem("--port", "demo.no-port", first=first, last=first + PORTS - 1)])


def _answers(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", _ASKED, headers={"Host": f"localhost:{port}"})
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _comes(about: Callable[[], bool], within: float) -> bool:
    """Whether it comes about in so many seconds."""
    ends = time.monotonic() + within
    while not about():
        if time.monotonic() > ends:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _began(process: int) -> str:
    """When a process began, as the system tells it; empty where there is none any more."""
    told = Path(f"/proc/{process}/stat")
    if Path("/proc/self/stat").exists():
        try:
            state, *rest = told.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if state == "Z" else rest[18]
    done = subprocess.run(  # noqa: S603 - a number of our own
        ["/bin/ps", "-o", "lstart=", "-p", str(process)], check=False, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()
