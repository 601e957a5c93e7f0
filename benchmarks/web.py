"""What pages cost: an organisation with 100,000 records of ten versions each, a million ledger entries, on SQLite
or (``--engine postgres``) on a PostgreSQL server of its own.

Two gunicorn workers answer one client over a kept connection, as `standfirst serve` starts them; CPU is theirs, from /proc,
without that of a database server.
Beside each page stands a plain hand-written Django view of the same rows (`database/plain.py`), the limit of what the
framework allows, served in the same way: ratios are of CPU, within one run. Queries are counted on a small organisation too.
`--catalogue FILE` takes the controls of an OSCAL catalogue, such as SP 800-53 revision 5; without it as many are invented:
1,189 controls in 20 families, 1,209 results in one response.

The nearest peer's figures for the same tasks, on two cores too, are told beside ours (see `peers` below). Exits with 1
when a limit is passed.
"""

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

PROJECT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.database.addresses import EMAIL, PAGES, PASSWORD  # noqa: E402 - found from here on
from benchmarks.store import ENGINES, STEP, Server, Workplace, succeeded  # noqa: E402 - the same

RECORDS: Final = 100_000
WORKERS: Final = 2
WARM: Final = 10
ASKED: Final = 100
MIXED: Final = 1_000
READY_WITHIN: Final = 60.0
TICK: Final = os.sysconf("SC_CLK_TCK")

LIMIT_RESULTS: Final = 0.100  # seconds at the median, 1,209 results
LIMIT_SET: Final = 0.020  # the same, one result set
LIMIT_ONE: Final = 0.003  # seconds of CPU, a signed-in GET with one query
LIMIT_MEMORY: Final = 300  # megabytes, both workers after a thousand requests
LIMIT_PAGE: Final = 150_000  # bytes
LIMIT_QUERIES: Final = 12
LIMIT_TIMES: Final = {"list": 12.0, "record": 20.0, "one query (JSON)": 3.0, "all results (JSON)": 4.0}
"""Times the CPU of the plain view, at most."""

PEER: Final = {
    "all results (JSON)": "the nearest peer: 8,388 ms wall, 7,998 ms CPU",
    "one result set": "the nearest peer: 142 to 5,263 ms wall",
    "one query (JSON)": "the nearest peer, without a query: 32 to 62 ms wall, 30 ms CPU",
}
"""Measured before on two cores with 1,209 requirements (its two newest releases)."""

PLAIN: Final = {
    "list": "/plain/{slug}/",
    "record": "/plain/{slug}/RSK-0500/",
    "one query (JSON)": "/plain/{slug}/head",
    "all results (JSON)": "/plain/{slug}/all",
}
SLUG: Final = "large"


# --- processes ---


@dataclass
class Web:
    """A web server with its workers, and a client that is signed in."""

    process: subprocess.Popen[bytes]
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def workers(self) -> list[int]:
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in told.split()]

    def cpu(self) -> float:
        """Seconds that its workers took so far."""
        stats = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in self.workers())
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICK

    def memory(self) -> int:
        """Megabytes of all workers together."""
        told = (Path(f"/proc/{each}/status").read_text() for each in self.workers())
        return sum(int(each.partition("VmRSS:")[2].split()[0]) for each in told) // 1024

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Host": f"localhost:{self.port}", "Cookie": cookie, **headers}
        self.line.request(method, address, body=body, headers=own)
        answer = self.line.getresponse()
        for told in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = told.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read()

    def get(self, address: str) -> bytes:
        status, data = self.ask("GET", address)
        if status != 200:
            raise SystemExit(f"{address}: {status}")
        return data

    def post(self, address: str, value: Mapping[str, Any]) -> None:
        status, data = self.ask(
            "POST",
            address,
            json.dumps(value).encode(),
            **{
                "Content-Type": "application/json",
                "X-CSRFToken": self.cookies["csrftoken"],
                "Referer": f"http://localhost:{self.port}/",
            },
        )
        if status not in {200, 201}:
            raise SystemExit(f"{address}: {status} {data[:300]!r}")

    def sign_in(self) -> None:
        page = self.get("/accounts/login/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]
        given = urlencode({"csrfmiddlewaretoken": token, "login": EMAIL, "password": PASSWORD}).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://localhost:{self.port}/",
        }
        status, _ = self.ask("POST", "/accounts/login/", given, **headers)
        if status != 302:
            raise SystemExit(f"could not sign in: {status}")


@contextmanager
def web(workplace: Workplace, settings: str = "standfirst.server.settings") -> Iterator[Web]:
    """As ``standfirst serve`` starts it, without the worker beside it, whose work would count."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = int(asked.getsockname()[1])
    environment = {
        **workplace.environment,
        "DJANGO_SETTINGS_MODULE": settings,
        "STANDFIRST_URL": f"http://localhost:{port}",
    }
    command = (
        sys.executable,
        "-m",
        "gunicorn",
        "standfirst.server.wsgi",
        "--config",
        "python:standfirst.cli.web",
    )
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--log-level", "error"],
        env=environment,
    )
    try:
        _until_it_listens(process, port)
        yield Web(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + READY_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the web server did not come up")


# --- measuring ---


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock at the median and the 95th of a hundred, seconds of CPU a request, bytes."""

    p50: float
    p95: float
    cpu: float
    size: int


def cost(server: Web, work: Callable[[int], int], times: int = ASKED) -> Cost:
    """``work`` is called with the number of the request, and returns how many bytes came."""
    for number in range(WARM):
        work(number)
    before, walls, size = server.cpu(), [], 0
    for number in range(WARM, WARM + times):
        began = time.perf_counter()
        size = work(number)
        walls.append(time.perf_counter() - began)
    spent = (server.cpu() - before) / times
    return Cost(statistics.median(walls), statistics.quantiles(walls, n=20)[-1], spent, size)


def told(name: str, found: Cost, *more: str) -> None:
    figures = f"p50 {found.p50 * 1e3:6.1f} ms, p95 {found.p95 * 1e3:6.1f}, CPU {found.cpu * 1e3:6.1f} ms, {found.size:9,} bytes"
    print(f"  {name:28} {figures}{''.join(f'; {each}' for each in more if each)}")


def measured(workplace: Workplace, counted: Mapping[str, Mapping[str, int]], times: int) -> list[str]:
    """Every page, ours and plain. Returns what is over a limit."""
    over: list[str] = []
    plain = _plain(workplace, times)
    with web(workplace) as server:
        server.sign_in()
        found: dict[str, Cost] = {}
        for name, pattern in PAGES.items():
            found[name] = each = _page(server, pattern, times)
            queries = counted[name]
            ratio = each.cpu / plain[name].cpu if name in plain and plain[name].cpu else 0.0
            beside = (
                f"{ratio:.1f} times plain Django ({plain[name].cpu * 1e3:.1f} ms), limit {LIMIT_TIMES[name]:.0f}"
                if name in plain
                else ""
            )
            told(name, each, f"{queries[SLUG]} queries", beside, PEER.get(name, ""))
            over += _over_for_page(name, each, queries, ratio)
        found["one result set"] = _set_results(server, times)
        told("one result set", found["one result set"], PEER["one result set"])
        found["a risk recorded"] = _create(server, times)
        told("a risk recorded", found["a risk recorded"])
        for number in range(MIXED):
            names = [name for name in PAGES if not name.startswith("all")]
            server.get(PAGES[names[number % len(names)]].format(slug=SLUG))
        memory = server.memory()
        print(f"  {WORKERS} workers: {memory} MB after {MIXED:,} more requests, limit {LIMIT_MEMORY}")
    if memory > LIMIT_MEMORY:
        over.append(f"{memory} MB, limit {LIMIT_MEMORY}")
    for name, value, limit in (
        ("all results (JSON), p50", found["all results (JSON)"].p50, LIMIT_RESULTS),
        ("one result set, p50", found["one result set"].p50, LIMIT_SET),
        ("one query (JSON), CPU", found["one query (JSON)"].cpu, LIMIT_ONE),
    ):
        if value > limit:
            over.append(f"{name}: {value * 1e3:.1f} ms, limit {limit * 1e3:.0f}")
    return over


def _over_for_page(name: str, found: Cost, queries: Mapping[str, int], ratio: float) -> Iterator[str]:
    if queries["small"] != queries[SLUG] or queries[SLUG] > LIMIT_QUERIES:
        yield f"{name}: {queries['small']} and {queries[SLUG]} queries, limit {LIMIT_QUERIES} and the same"
    if "JSON" not in name and found.size > LIMIT_PAGE:
        yield f"{name}: {found.size:,} bytes, limit {LIMIT_PAGE:,}"
    if name in LIMIT_TIMES and ratio > LIMIT_TIMES[name]:
        yield f"{name}: {ratio:.1f} times plain Django, limit {LIMIT_TIMES[name]:.0f}"


def _plain(workplace: Workplace, times: int) -> dict[str, Cost]:
    with web(workplace) as ours:
        ours.sign_in()
        cookies = ours.cookies
    with web(workplace, "benchmarks.database.plain_settings") as server:
        server.cookies = cookies
        return {name: _page(server, pattern, times) for name, pattern in PLAIN.items()}


def _page(server: Web, pattern: str, times: int) -> Cost:
    address = pattern.format(slug=SLUG)
    return cost(server, lambda _: len(server.get(address)), times)


def _set_results(server: Web, times: int) -> Cost:
    """Each of another control, from unanswered to implemented: one deed, recorded and flushed to disk."""
    rows = json.loads(server.get(PAGES["all results (JSON)"].format(slug=SLUG)))["implemented-requirements"]
    asked = [row for row in rows if not row["withdrawn"]]

    def work(number: int) -> int:
        row = asked[number]
        value = {"to": "implemented", "expected": row["version"], "why": "Looked at"}
        server.post(f"{row['href']}/moves", value)
        return 0

    return cost(server, work, times)


def _create(server: Web, times: int) -> Cost:
    body = {
        "title": "A risk that somebody found",
        "hazard": "Something drifts and nobody notices",
        "domains": ["computing"],
        "stages": ["operation"],
        "categories": ["technical"],
        "owner": "Ada Example",
    }

    def work(_: int) -> int:
        server.post(f"/api/v1/o/{SLUG}/records", {"kind": "risk", "body": body, "why": "It was found"})
        return 0

    return cost(server, work, times)


def main() -> int:
    parser = argparse.ArgumentParser(description="What pages cost")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"(default: {RECORDS:,})")
    parser.add_argument("--requests", type=int, default=ASKED, help=f"of each page (default: {ASKED})")
    parser.add_argument(
        "--catalogue", type=Path, help="an OSCAL catalogue (JSON); without it one is invented"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="build there, or measure what was built there before"
    )
    parser.add_argument("--engine", choices=[*ENGINES], default="sqlite", help="(default: sqlite)")
    arguments = parser.parse_args()
    if arguments.keep and arguments.engine != "sqlite":
        parser.error("--keep: only a database of SQLite can be kept")
    with ExitStack() as stack:
        place = arguments.keep or Path(stack.enter_context(TemporaryDirectory()))
        place.mkdir(parents=True, exist_ok=True)
        server = (
            Server(f"sqlite:///{(place / 'standfirst.sqlite3').resolve()}")
            if arguments.engine == "sqlite"
            else stack.enter_context(ENGINES[arguments.engine]())
        )
        if server is None:
            raise SystemExit(f"{arguments.engine} is not installed")
        over = _built_and_measured(Workplace(place, server), place, arguments)
    print(*over, sep="\n", end="\n" if over else "")
    return int(bool(over))


def _built_and_measured(workplace: Workplace, place: Path, arguments: argparse.Namespace) -> list[str]:
    """Returns what is over a limit."""
    if not (place / "built").exists():
        catalogue = str(arguments.catalogue.resolve()) if arguments.catalogue else ""
        succeeded(workplace.command("init"))
        succeeded(workplace.step("company", "build", str(arguments.records), catalogue))
        (place / "built").touch()
    asked = subprocess.run(
        [sys.executable, "-c", STEP, "company", "queries"],
        env=workplace.environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    return measured(workplace, json.loads(asked.stdout.splitlines()[-1]), arguments.requests)


if __name__ == "__main__":
    sys.exit(main())
