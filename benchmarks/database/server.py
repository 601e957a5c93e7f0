"""The two engines, each as durable as a workplace runs it: what is acknowledged has been flushed to the disk."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

_OPTIONS: Final = "-c listen_addresses='' -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB"


@contextmanager
def sqlite() -> Iterator[str | None]:
    """The address of a file that does not exist yet. Journal and flushing are what the settings say."""
    folder = Path(mkdtemp(prefix="sf-bench-"))
    try:
        yield f"sqlite:///{folder / 'standfirst.sqlite3'}"
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database in a server of its own; None where no server is installed."""
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
    options = f"{_OPTIONS} -c unix_socket_directories={folder}"
    trusting = ("--auth=trust", "--username=standfirst", "--encoding=UTF8", "--locale=C.UTF-8")
    try:
        _run(programs / "initdb", *data, *trusting)
        _run(programs / "pg_ctl", "start", "--wait", *data, "--log", folder / "log", "--options", options)
        try:
            yield f"postgres://standfirst@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            _run(programs / "pg_ctl", "stop", "--mode=fast", *data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    asked = [str(part) for part in command]
    if os.getuid() == 0:
        asked = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *asked]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd="/")
