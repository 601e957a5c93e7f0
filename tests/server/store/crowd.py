"""The server as it runs, in processes of its own, and programs that write to it all at once."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
THREADS = 6
PATIENCE = 60.0  # seconds for one answer; only a server that hangs needs more


@contextmanager
def gunicorn(url: str, *, workers: int, log: Path) -> Iterator[int]:
    """Its port. ``log`` tells afterwards which process answered what (``answered_by``).

    The socket is open before the server is: whoever comes too early waits in its queue.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        port = listening.getsockname()[1]
        command = [
            *(sys.executable, "-m", "gunicorn", "standfirst.server.wsgi", "--preload"),
            *("--bind", f"fd://{listening.fileno()}", "--workers", str(workers)),
            *("--worker-class", "gthread", "--threads", str(THREADS), "--log-level", "error"),
            *("--access-logfile", str(log), "--access-logformat", "%({x-asked}i)s %(p)s"),
        ]
        process = subprocess.Popen(
            command,
            env={**os.environ, "DATABASE_URL": url},
            cwd=ROOT,
            pass_fds=(listening.fileno(),),
            stderr=subprocess.DEVNULL,  # it tells of each refusal, and of what an assertion would tell better
        )
    with process:
        try:
            yield port
        finally:
            process.terminate()


def answered_by(log: Path) -> Mapping[str, str]:
    """By each question's mark, the process that answered."""
    return dict(line.split() for line in log.read_text("utf-8").splitlines())


@dataclass
class Program:
    """Asks on a new connection each time, so that any process may answer. ``pairs``: marks of a write and the next read."""

    port: int
    slug: str
    token: str
    name: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    _marks: Iterator[int] = field(default_factory=count)

    def ask(
        self, method: str, path: str, value: object = None, *, version: int = 0
    ) -> tuple[int, str, dict[str, Any]]:
        """Status, the question's mark, and what was answered."""
        mark = f"{self.name}:{next(self._marks)}"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "X-Asked": mark,
            "Connection": "close",
        }
        if version:
            headers["If-Match"] = f'"{version}"'
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            body = json.dumps(value) if value is not None else None
            connection.request(method, f"/api/v1/o/{self.slug}{path}", body, headers)
            answer = connection.getresponse()
            return answer.status, mark, json.loads(answer.read())
        finally:
            connection.close()

    def read(self, record: str, *, after: str = "") -> dict[str, Any]:
        status, mark, answer = self.ask("GET", f"/records/{record}")
        assert status == 200, answer
        if after:
            self.pairs.append((after, mark))
        return answer

    def create(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was created, read back at once."""
        status, mark, made = self.ask("POST", "/records", {"kind": kind, "body": body, "why": "It is wanted"})
        assert status == 201, made
        assert self.read(made["number"], after=mark) == made
        return made

    def add(self, record: str, name: str, line: str) -> int:
        """One more line in a list that all write to; read again and tried again where others came first. Returns how often."""
        known = self.read(record)
        for attempt in count(1):
            body = {**known["body"], name: [*known["body"][name], line]}
            status, mark, answer = self.ask(
                "PATCH", f"/records/{record}", {"body": body, "why": line}, version=known["version"]
            )
            found = self.read(record, after=mark)
            if status == 200:
                assert found["version"] >= answer["version"] == known["version"] + 1
                assert line in found["body"][name]
                return attempt
            assert (status, [p["code"] for p in answer["problems"]]) == (412, ["record.conflict"])
            assert found["version"] >= answer["current"]["version"] > known["version"], "a stale read"
            known = found
        raise AssertionError
