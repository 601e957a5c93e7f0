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
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from database.server import postgres, sqlite

PROJECT: Final = Path(__file__).resolve().parent.parent
ENGINES: Final = {"sqlite": sqlite, "postgres": postgres}
MILLION: Final = 1_000_000
LIMIT_READY: Final = 5.0  # seconds of CPU
LIMIT_CHECK: Final = 60.0  # seconds for a million entries
STARTING: Final = 3.0  # of them before the first entry, so that a smaller ledger is judged fairly
STEP: Final = (  # Django is awake before a step's own imports
    "import django, runpy, sys; django.setup(); sys.argv = sys.argv[1:]; "
    "runpy.run_module(f'benchmarks.database.{sys.argv[0]}', run_name='__main__')"
)


class Used(NamedTuple):
    """What a process took until it ended. ``memory``: megabytes at its highest."""

    code: int
    wall: float
    cpu: float
    memory: int


class Workplace:
    """Processes of one workplace, one after the other."""

    def __init__(self, folder: Path, url: str) -> None:
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "STANDFIRST_DATA": str(self.data),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "standfirst.server.settings",
            "PYTHONPATH": str(PROJECT),
        }

    def command(self, *arguments: str) -> Used:
        return used([sys.executable, "-m", "standfirst.cli", *arguments], self.environment)

    def step(self, *arguments: str) -> Used:
        return used([sys.executable, "-c", STEP, *arguments], self.environment)


def used(command: Sequence[str], environment: Mapping[str, str]) -> Used:
    """Its output is shown as it comes."""
    sys.stdout.flush()
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen need not wait for it any more
    wall = time.perf_counter() - began
    return Used(process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


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
    check = succeeded(workplace.step("large", "check"))
    print(
        f"  checked in {check.wall:.1f} s, limit {limit:.0f} ({check.cpu:.1f} s of it CPU of its own, "
        f"{entries / check.wall:,.0f} entries a second, {check.memory} MB)"
    )
    if check.wall > limit:
        over.append(f"{entries:,} entries checked in {check.wall:.1f} s, limit {limit:.0f} s")
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
        with TemporaryDirectory() as folder, ENGINES[engine]() as url:
            if url is None:
                print(f"{engine}: no server is installed, so it is left out")
                continue
            print(f"{engine}:")
            over += [f"{engine}: {one}" for one in measured(Workplace(Path(folder), url), arguments.entries)]
    print(*over, sep="\n", end="\n" if over else "")
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
