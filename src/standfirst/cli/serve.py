"""``standfirst init``, ``serve`` and ``work``: the workplace on this machine."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

from standfirst.cli.workplace import data_option, enter


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
        "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="(default: 127.0.0.1:8000)"
    )
    serve.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default: 2)")
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help="do what commits leave behind: sign and anchor heads, deliver")
    data_option(work)
    work.add_argument("--once", action="store_true", help="what is due now, and then end")
    work.set_defaults(run=_work)


def _init(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    _make(arguments.data)
    enter(arguments.data, migrating=True)

    from standfirst.server.organisations import Purpose
    from standfirst.server.organising import begin_installation
    from standfirst.server.starting import migrate

    migrate()
    purpose = begin_installation(Purpose(arguments.purpose) if arguments.purpose else None)
    say(f"{arguments.data} is ready ({purpose.value}). Next: standfirst organisation new, standfirst serve.")
    return 0


def _make(data: Path) -> None:
    """The folder and its secret key. Raises :class:`Unusable` where something else lies there, or nothing can be written."""
    from standfirst.standards.problems import Unusable, problem

    key = data / "secret-key"
    try:
        if not key.exists():
            if data.exists() and any(data.iterdir()):
                raise Unusable([problem(str(data), "package.not-empty")])
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64) + "\n")
    except OSError as error:
        raise Unusable([problem(str(data), "file.not-writable", detail=error.strerror or "")]) from None


def _serve(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    enter(arguments.data)

    from standfirst.server.starting import address

    say(f"Standfirst at {address()}, listening on {arguments.bind}. Ctrl-C ends it.")
    beside = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "standfirst.cli", "work", "--data", str(arguments.data)]
    )
    web = subprocess.Popen(  # noqa: S603 - the server that is installed with us
        [
            sys.executable,
            *("-m", "gunicorn", "standfirst.server.wsgi", "--bind", arguments.bind),
            *("--workers", str(arguments.workers), "--worker-class", "gthread", "--threads", "8"),
            *("--timeout", "120", "--graceful-timeout", "20", "--no-control-socket"),
        ]
    )
    signal.signal(signal.SIGTERM, lambda *_: web.terminate())
    try:
        return 0 if web.wait() == 0 else 2
    except KeyboardInterrupt:
        web.terminate()
        web.wait()
        return 0
    finally:
        beside.terminate()
        beside.wait()


def _work(arguments: argparse.Namespace) -> int:
    enter(arguments.data)

    from standfirst.server.clock import now
    from standfirst.server.jobs import TOPICS
    from standfirst.server.sealed.batching import run_all
    from standfirst.server.store.outbox import drain, run

    if arguments.once:
        failed = drain(TOPICS, clock=now).failed
        run_all(today=now().date())
        return 1 if failed else 0
    stop = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    run(TOPICS, clock=now, stop=stop, daily=lambda today: run_all(today=today))
    return 0
