"""``standfirst init``, ``serve`` and ``work``: the workplace on this machine."""

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from standfirst.cli.workplace import PRIVATE, data_option, enter

MOST_WORKERS: Final = 64
LONGEST_PAUSE: Final = 60.0
"""Seconds after which a worker that ends again and again is started at the latest."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser("init", help="set up the workplace, or bring it up to this release")
    data_option(init)
    init.add_argument(
        "--purpose",
        choices=("own", "certification-body", "accreditation-body", "demonstration"),
        help="whose installation it is; said once (default: own). Only a demonstration holds everybody's",
    )
    init.set_defaults(run=_init)
    serve = commands.add_parser("serve", help="start the workplace's web server, and a worker beside it")
    data_option(serve)
    serve.add_argument(
        "--bind",
        type=_bind,
        default="127.0.0.1:8000",
        metavar="HOST:PORT",
        help="(default: 127.0.0.1:8000)",
    )
    serve.add_argument("--workers", type=_workers, default=2, metavar="N", help="processes (default: 2)")
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help="do what commits leave behind: sign and anchor heads, deliver")
    data_option(work)
    work.add_argument("--once", action="store_true", help="what is due now, and then end")
    work.set_defaults(run=_work)


def _bind(text: str) -> str:
    match = re.fullmatch(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})", text)
    if match is None or not 0 < int(match[1]) < 2**16:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8000"
        )
    return text


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 0 < int(text) <= MOST_WORKERS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes from 1 to {MOST_WORKERS}")
    return int(text)


def _init(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    os.umask(PRIVATE)
    make(arguments.data)
    enter(arguments.data, migrating=True)

    from standfirst.server.organisations import Purpose
    from standfirst.server.organising import begin_installation
    from standfirst.server.starting import migrate

    migrate()
    purpose = begin_installation(Purpose(arguments.purpose) if arguments.purpose else None)
    say(
        f"{arguments.data} is ready ({purpose.value}). Next: standfirst serve --data {arguments.data}, and the link that it "
        "prints; or standfirst organisation new."
    )
    return 0


def make(data: Path) -> None:
    """The folder and its secret key. Raises :class:`Unusable` where something else lies there, or nothing can be written."""
    from standfirst.standards.problems import Unusable, problem

    key, coming = data / "secret-key", data / "secret-key.new"
    try:
        if not key.exists():
            if data.exists() and set(data.iterdir()) - {coming}:  # of an attempt that was killed
                raise Unusable([problem(str(data), "package.not-empty")])
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            coming.unlink(missing_ok=True)
            with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64) + "\n")
                file.flush()
                os.fsync(file.fileno())
            coming.rename(key)  # whoever is killed leaves no half key, which would sign all the same
    except OSError as error:
        raise Unusable([problem(str(data), "file.not-writable", detail=error.strerror or "")]) from None


# --- serve -----------------------------------------------------------------------------------------------------------


def _serve(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    host, _, port = arguments.bind.rpartition(":")
    if not os.environ.get(
        "STANDFIRST_URL"
    ):  # read by the settings of this process and of those that it starts
        os.environ["STANDFIRST_URL"] = f"http://localhost:{port}"
    enter(arguments.data)

    from standfirst.server.clock import now
    from standfirst.server.setup import opening
    from standfirst.server.starting import address

    say(f"Standfirst at {address()}, listening on {host}:{port}. Ctrl-C ends it.")
    if (secret := opening.fresh(now=now())) is not None:
        say(
            "Nobody has an account here yet. This link makes the first one: once, and within a day. Keep it to yourself."
        )
        say(f"    {address()}/begin/{secret}/")
    os.environ["STANDFIRST_SERVE"] = str(os.getpid())  # ``cli.web``: they end when we do
    program = (sys.executable, "-m")
    work = (*program, "standfirst.cli", "work", "--data", str(arguments.data))
    web = (
        *(*program, "gunicorn", "standfirst.server.wsgi", "--config", "python:standfirst.cli.web"),
        *("--bind", arguments.bind, "--workers", str(arguments.workers)),
    )
    with _both(work, web) as both:
        signal.signal(signal.SIGTERM, lambda *_: both.web.terminate())
        try:
            return 0 if both.until_web_ends() == 0 else 2
        except KeyboardInterrupt:
            return 0


@dataclass(slots=True)
class _Both:
    """The web server, and the worker beside it, which is started again whenever it ends."""

    start_worker: Callable[[], subprocess.Popen[bytes]]
    web: subprocess.Popen[bytes]
    beside: subprocess.Popen[bytes] = field(init=False)
    ended: SimpleQueue[subprocess.Popen[bytes]] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self.watch(self.web)
        self.begin_work()

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        Thread(target=self._wait_for, args=(process,), daemon=True).start()

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self.ended.put(process)

    def begin_work(self) -> None:
        self.beside = self.start_worker()
        self.watch(self.beside)

    def until_web_ends(self) -> int:
        from standfirst.cli.output import errors

        delay, pause = 1.0, None
        while True:
            try:
                process = self.ended.get(timeout=pause)
            except Empty:
                pause = None
                self.begin_work()
                continue
            if process is self.web:
                return self.web.returncode
            pause, delay = delay, min(2 * delay, LONGEST_PAUSE)
            errors().print(
                f"The worker has ended ({process.returncode}); it is started again in {pause:.0f} s.",
                style="yellow",
                highlight=False,
            )


@contextmanager
def _both(work: tuple[str, ...], web: tuple[str, ...]) -> Iterator[_Both]:
    """Neither is left behind."""
    both = _Both(lambda: subprocess.Popen(work), subprocess.Popen(web))  # noqa: S603 - ourselves, and what is installed with us
    try:
        yield both
    finally:
        for process in (both.web, both.beside):
            process.terminate()
        for process in (both.web, both.beside):
            process.wait()


def _work(arguments: argparse.Namespace) -> int:
    from standfirst.cli.web import end_with_parent

    end_with_parent()
    enter(arguments.data)

    from standfirst.server.clock import now
    from standfirst.server.jobs import BESIDE, TOPICS, daily, often
    from standfirst.server.store.outbox import drain, run

    if arguments.once:
        failed = daily(now().date()) + drain({**TOPICS, **BESIDE}, clock=now).failed
        often(now())
        return 1 if failed else 0
    stop = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    # Ends with this process, wherever it is: what it had begun is then due again.
    Thread(target=lambda: run(BESIDE, clock=now, stop=stop, often=often), daemon=True).start()
    run(TOPICS, clock=now, stop=stop, daily=daily)
    return 0
