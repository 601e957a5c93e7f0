"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, reached by a socket there alone.

One for all worker processes; each makes its own databases in it. It never flushes to disk: these tests kill clients,
not the server.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

ADDRESS = "STANDFIRST_TEST_POSTGRES"
"""The environment variable by which worker processes find it: the folder of its socket."""

_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=200 -c shared_buffers=64MB"
)


def programs() -> Path | None:
    """The newest PostgreSQL server's programs, or None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).resolve().parent if program else None


@contextmanager
def running() -> Iterator[str | None]:
    """The folder of the server's socket while it runs; None where no server is installed."""
    where = programs()
    if where is None:
        yield None
        return
    folder = Path(mkdtemp(prefix="sf-pg-", dir="/tmp"))
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        _run(
            where / "initdb",
            "--pgdata",
            folder / "data",
            "--auth=trust",
            "--username=standfirst",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        _run(
            where / "pg_ctl",
            "start",
            "--wait",
            "--silent",
            "--pgdata",
            folder / "data",
            "--log",
            folder / "log",
            "--options",
            f"{_OPTIONS} -c unix_socket_directories={folder}",
        )
        try:
            yield str(folder)
        finally:
            _run(where / "pg_ctl", "stop", "--silent", "--mode=immediate", "--pgdata", folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    asked = [str(part) for part in command]
    if os.getuid() == 0:
        asked = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *asked]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd="/")
