"""What a workplace on a database costs, on SQLite and on a PostgreSQL server of its own, both flushing every commit to disk.

*Ready* is `standfirst init` in a fresh process: from nothing to every table. A *deed* is one as pages and API do it, with the
actor's roles read and every rule asked under the ledger's lock; the *least* for it are its rows alone, inserted by the bare
driver into the same tables in one transaction. *django-simple-history*, measured where it is installed, is a peer that keeps
each version of a plain model, but no chain, rules or numbers. Ways of a row are measured in turns, and ratios are medians.
Several writers are processes. On SQLite all organisations share one writer: what eight reach, each in its own organisation,
is the ceiling of an installation.

Last comes a ledger of a million entries (`--entries` for another), signed and with erasures, that `standfirst ledger check
--organisation` proves together with everything made from it. Exits with 1 when a limit is passed.
"""

import argparse
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final, NamedTuple

PROJECT: Final = Path(__file__).resolve().parent.parent
MILLION: Final = 1_000_000
LIMIT_READY: Final = 5.0  # seconds of CPU
LIMIT_CHECK: Final = 60.0  # of CPU and by the clock, for a million entries
STARTING: Final = 3.0  # of them before the first entry, so that a smaller ledger is judged fairly
STEP: Final = (  # Django is awake before a step's own imports
    "import django, runpy, sys; django.setup(); sys.argv = sys.argv[1:]; "
    "runpy.run_module(f'benchmarks.database.{sys.argv[0]}', run_name='__main__')"
)


POSTGRES: Final = "-c listen_addresses='' -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB"


class Server(NamedTuple):
    """Where a database is; ``process`` is the one that all of a server's other processes come from, if it has any."""

    url: str
    process: int | None = None

    def cpu(self) -> float:
        """Seconds that its processes took which have ended: each connection has one. 0 where nobody can tell."""
        told = Path(f"/proc/{self.process}/stat")
        if self.process is None or not told.exists():
            return 0.0
        while self._is_serving():  # a connection that was just closed
            time.sleep(0.01)
        return sum(map(int, told.read_text().rpartition(")")[2].split()[13:15])) / os.sysconf("SC_CLK_TCK")

    def _is_serving(self) -> bool:
        """Whether a process for a connection is left; each says in its title for whom it works.

        One that has ended has no title any more until the server has taken note of it, and only then counts what it took.
        """
        for process in Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                title = Path(f"/proc/{process}/cmdline").read_bytes()
                if not title or b": standfirst " in title:
                    return True
        return False


class Used(NamedTuple):
    """What a process and those that it began took until it ended. ``cpu`` is with the ``server``'s; ``memory`` is megabytes
    at its highest, of the largest of them.
    """

    code: int
    wall: float
    cpu: float
    server: float
    memory: int


class Workplace:
    """Processes of one workplace, one after the other."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self.environment = {
            **os.environ,
            "STANDFIRST_DATA": str(folder / "data"),
            "DATABASE_URL": server.url,
            "DJANGO_SETTINGS_MODULE": "standfirst.server.settings",
            "PYTHONPATH": str(PROJECT),
        }

    def command(self, *arguments: str) -> Used:
        return self._used("-m", "standfirst.cli", *arguments)

    def step(self, *arguments: str) -> Used:
        return self._used("-c", STEP, *arguments)

    def _used(self, *arguments: str) -> Used:
        """Its output is shown as it comes."""
        sys.stdout.flush()
        before, began = self.server.cpu(), time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], env=self.environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)  # Popen need not wait for it any more
        server = self.server.cpu() - before
        cpu = usage.ru_utime + usage.ru_stime + server
        return Used(process.returncode, wall, cpu, server, usage.ru_maxrss // 1024)


# --- engines ---


@contextmanager
def sqlite() -> Iterator[Server | None]:
    """A file that does not exist yet. How it is flushed is said in the settings."""
    with TemporaryDirectory() as folder:
        yield Server(f"sqlite:///{folder}/standfirst.sqlite3")


@contextmanager
def postgres() -> Iterator[Server | None]:
    """An empty database in a server of its own; None where no server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    program = found[-1] if found else shutil.which("initdb")
    if program is None:
        yield None
        return
    programs = Path(program).resolve().parent
    folder = Path(mkdtemp(prefix="sf-bench-"))
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = ("--pgdata", str(folder / "data"))
    options = f"{POSTGRES} -c unix_socket_directories={folder}"
    trusting = ("--auth=trust", "--username=standfirst", "--encoding=UTF8", "--locale=C.UTF-8")
    try:
        _run(programs / "initdb", *data, *trusting)
        _run(programs / "pg_ctl", "start", "--wait", *data, "--log", folder / "log", "--options", options)
        try:
            process = int((folder / "data/postmaster.pid").read_text().split()[0])
            yield Server(f"postgres://standfirst@{str(folder).replace('/', '%2F')}/postgres", process)
        finally:
            _run(programs / "pg_ctl", "stop", "--mode=fast", *data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    asked = [str(part) for part in command]
    if os.getuid() == 0:
        asked = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *asked]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd="/")


ENGINES: Final[Mapping[str, Callable[[], AbstractContextManager[Server | None]]]] = {
    "sqlite": sqlite,
    "postgres": postgres,
}


# --- everything on one of them ---


def measured(workplace: Workplace, entries: int) -> list[str]:
    """Everything on one engine. Returns what is over a limit."""
    over = []
    ready = succeeded(workplace.command("init"))
    print(
        f"  ready after {ready.cpu:.1f} s CPU, limit {LIMIT_READY:.0f} ({ready.wall:.1f} s, {ready.memory} MB)"
    )
    if ready.cpu > LIMIT_READY:
        over.append(f"ready after {ready.cpu:.1f} s CPU, limit {LIMIT_READY:.0f} s")
    if workplace.step("deeds").code:
        over.append("deeds: see above")
    succeeded(workplace.step("large", "build", str(entries)))
    limit = STARTING + (LIMIT_CHECK - STARTING) * entries / MILLION
    check = succeeded(workplace.command("ledger", "check", "--organisation", "large"))
    servers = f", {check.server:.1f} of them the server's" if check.server else ""
    print(
        f"  checked in {check.cpu:.1f} s CPU{servers}, limit {limit:.0f} "
        f"({check.wall:.1f} s, {entries / check.wall:,.0f} entries a second, {check.memory} MB)"
    )
    if max(check.cpu, check.wall) > limit:
        over.append(
            f"{entries:,} entries checked in {check.cpu:.1f} s CPU, {check.wall:.1f} s, limit {limit:.0f} s"
        )
    succeeded(workplace.step("large", "read"))
    return over


def succeeded(used: Used) -> Used:
    if used.code:
        raise SystemExit(f"a step ended with {used.code}")
    return used


def main() -> int:
    parser = argparse.ArgumentParser(description="What the database store costs")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="(default: both)")
    parser.add_argument("--entries", type=int, default=MILLION, help=f"(default: {MILLION:,})")
    arguments = parser.parse_args()
    over = []
    for engine in arguments.engine or ENGINES:
        with TemporaryDirectory() as folder, ENGINES[engine]() as server:
            if server is None:
                print(f"{engine}: no server is installed, so it is left out")
                continue
            print(f"{engine}:")
            over += [
                f"{engine}: {one}" for one in measured(Workplace(Path(folder), server), arguments.entries)
            ]
    print(*over, sep="\n", end="\n" if over else "")
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
