"""What a first installation costs: time, space, and how fast the command answers.

A fresh environment gets requirements.lock (with hashes, without pip's cache) and a wheel of this project. Printed are the
wall time of that, the size of site-packages without pip and setuptools, and the CPU time of `standfirst --version` against
`python -c pass` in the same environment. Exits with 1 when the size or the CPU ratio is over its limit.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
SIZE_LIMIT_MB = 60.0  # a megabyte is 10^6 bytes
CPU_RATIO_LIMIT = 6.0  # times the CPU of an interpreter that does nothing
RUNS = 20
NOT_OURS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")
QUIET = ("-qq", "--disable-pip-version-check", "--no-input")


class Environment(NamedTuple):
    python: Path
    command: Path
    site_packages: Path


def build_wheel(folder: Path) -> Path:
    """Build with the hatchling of the running environment, so that nothing unlocked is fetched."""
    build = ("wheel", *QUIET, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(PROJECT))
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    (wheel,) = folder.glob("standfirst-*.whl")
    return wheel


def install(folder: Path, wheel: Path) -> Environment:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", *QUIET, "--no-cache-dir"]
    lock = str(PROJECT / "requirements.lock")
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    (site_packages,) = folder.glob("lib/python3*/site-packages")
    return Environment(python, folder / "bin" / "standfirst", site_packages)


def size_mb(site_packages: Path) -> float:
    """Bytes of all installed files, compiled modules included, less those every environment starts with."""
    ours = (entry for entry in site_packages.iterdir() if not entry.name.startswith(NOT_OURS))
    files: Iterable[Path] = (file for entry in ours for file in (entry, *entry.rglob("*")) if file.is_file())
    return sum(file.stat().st_size for file in files) / 1e6


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one run of the command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheel = build_wheel(folder)
        started = time.monotonic()
        environment = install(folder / "environment", wheel)
        wall = time.monotonic() - started
        size = size_mb(environment.site_packages)

        idle_command = [str(environment.python), "-c", "pass"]
        version_command = [str(environment.command), "--version"]
        # Taken in turns, so that whatever else the machine does falls on both alike.
        runs = [(cpu_seconds(idle_command), cpu_seconds(version_command)) for _ in range(RUNS)]
    idle, version = (statistics.median(column) for column in zip(*runs, strict=True))
    ratio = version / idle

    print(f"install, no cache     {wall:6.1f} s wall")
    print(f"site-packages         {size:6.1f} MB          limit {SIZE_LIMIT_MB:.0f} MB")
    print(f"python -c pass        {idle * 1000:6.1f} ms CPU      median of {RUNS}")
    print(f"standfirst --version  {version * 1000:6.1f} ms CPU      median of {RUNS}")
    print(f"ratio                 {ratio:6.1f} times       limit {CPU_RATIO_LIMIT:.0f} times")
    return int(size > SIZE_LIMIT_MB or ratio > CPU_RATIO_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
