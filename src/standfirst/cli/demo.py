"""``standfirst demo``: the main job from first to last, on a fictional company with data of real quantum processors.

Then the same company at work: an installation of the workplace, played over two years, with its server.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from standfirst.certification.path import Played
    from standfirst.conformity.document import Assessed
    from standfirst.records.package.package import Package

BODIES = "bodies"
FIRST_PORT: Final = 8000


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "demo", help="play it all: measure, assess, report, audit, certify, verify; then start the workplace"
    )
    parser.add_argument(
        "--out",
        default=Path("demo-out"),
        type=Path,
        metavar="DIR",
        help="where reports, the bodies' books, certificate.bundle and the workplace go (default: demo-out); "
        "an earlier demonstration there is replaced",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--no-serve", action="store_true", help="without the workplace and its server")
    what.add_argument(
        "--stop", action="store_true", help="stop the server that was started, and nothing else"
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="play the workplace anew; what visitors did in the old one is lost",
    )
    parser.add_argument(
        "--port", type=_port, default=FIRST_PORT, metavar="N", help="or the next free one (default: 8000)"
    )
    parser.set_defaults(run=_demo)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65535")
    return int(text)


def _demo(arguments: argparse.Namespace) -> int:
    """Ends with the exit code of the independent verification; where the server cannot be started, with 2."""
    if arguments.stop:
        return _stop(arguments.out)
    code = _main_job(arguments)
    if arguments.no_serve:
        return code
    _open_workplace(arguments.out, port=arguments.port, fresh=arguments.fresh)
    return code


def _main_job(arguments: argparse.Namespace) -> int:
    from standfirst.cli.progress import step

    with step("reading what is asked", always=True):
        from standfirst.certification.publication import BUNDLE
        from standfirst.cli.assessing import assessed, day_of
        from standfirst.cli.example import example
        from standfirst.cli.opening import opened
        from standfirst.cli.output import clock, out
        from standfirst.cli.playing import require_replaceable
        from standfirst.cli.reporting import write
        from standfirst.cli.showing import readiness, unrecorded
    now, folder = clock(), arguments.out
    require_replaceable(folder / BODIES)
    with step("opening the package, proving its ledger", always=True):
        package = opened(example("quantum-computer"))
    _measure_again(package)
    with step("assessing requirement by requirement", always=True):
        result = assessed(package, at=day_of(package, None, now.date()))
    with step("writing the reports: page, PDF, OSCAL, statement of applicability", always=True):
        written = write(result, package, folder, remedies=True)
    played = _play(package, result, folder, now=now)
    out().print()
    readiness(result)
    unrecorded(package, package.path)
    _tell(played)
    return _verify(folder / BUNDLE, [*written, folder / BUNDLE], now=now)


def _stop(folder: Path) -> int:
    from standfirst.cli.demo_server import alone, stop
    from standfirst.cli.output import say

    if not folder.is_dir():
        say("No server of this demonstration runs.")
        return 0
    with alone(folder):
        found = stop(folder)
    say(f"The server at {found.address} is stopped." if found else "No server of this demonstration runs.")
    return 0


def _open_workplace(folder: Path, *, port: int, fresh: bool) -> None:
    """The installation, played where it is not there yet, and its server. Raises Unusable and Refused."""
    from importlib.util import find_spec

    from standfirst.cli.demo_server import LOG, alone, start, stop
    from standfirst.cli.demo_workplace import SIGN_INS, earlier, environment, play, sign_ins
    from standfirst.cli.output import say
    from standfirst.cli.progress import step
    from standfirst.standards.problems import Unusable, problem

    if find_spec("django") is None:
        raise Unusable([problem("standfirst demo", "workplace.extra-absent", extra="server")])
    with alone(folder):
        if (before := stop(folder)) is not None:
            say(f"\nThe earlier server at {before.address} is stopped.")
        say("")
        played = (None if fresh else earlier(folder)) or play(folder)
        with step("starting the server, waiting until it answers", always=True):
            server = start(folder, played.data, first_port=port, environment=environment())
    told = ", ".join(f"{name} {count}" for name, count in played.records.items())
    how = (
        "played just now"
        if played.fresh
        else "kept from before, with what visitors did in it (--fresh plays it anew)"
    )
    say(f"\nThe workplace is open: {server.address}", style="bold")
    if server.port != port:
        say(f"  Port {port} is taken by something else, so it stands on {server.port}.")
    say(f"  A fictional company over two simulated years, and three bodies; {how}.", style="dim")
    say(
        f"  Records: {told}. Signatures in the play are declared: nobody gave a password for them.",
        style="dim",
    )
    say(f"\nSign in as\n{sign_ins(played.password)}")
    say(f"\n  {folder / SIGN_INS} keeps these; {folder / LOG} is the server's log.", style="dim")
    out = "" if folder == Path("demo-out") else f" --out {folder}"
    say(f"  Stop it: make stop, or standfirst demo{out} --stop", style="dim")


def _measure_again(package: "Package") -> None:
    """Every measurement on record, from its own input: a repeat gives the digest that is on record."""
    from standfirst.cli.measuring import again, extra_missing
    from standfirst.cli.output import errors
    from standfirst.cli.progress import step

    records = sorted(package.store.records(kinds=("measurement",)).values(), key=lambda record: record.number)
    for record in records:
        method = str(record.current.content.body["result"]["method"])
        if missing := extra_missing(method):
            errors().print(f"{record.number} {missing}", highlight=False)
            continue
        with step(f"measuring again: {record.number} {method}", always=True):
            found = again(package, record.number)
        if found.now != found.on_record:
            errors().print(f"  {record.number} gives another result here", style="yellow", highlight=False)


def _play(package: "Package", result: "Assessed", folder: Path, *, now: "datetime") -> "Played":
    """The way to the certificate, in a folder that takes the place of an earlier play only when it is finished."""
    from standfirst.certification.path import Play
    from standfirst.certification.publication import BUNDLE
    from standfirst.cli.playing import staged
    from standfirst.cli.progress import step
    from standfirst.cli.saving import save
    from standfirst.words.render import sentence

    with staged(folder / BODIES) as stage:
        play = Play(package, result, stage, now=now)
        for one in play.steps():
            with step(f"{one.at.date()}  {sentence(one.reason)}", always=True):
                one.run()
    save(folder / BUNDLE, play.played.bundle)
    return play.played


def _tell(played: "Played") -> None:
    from rich.text import Text

    from standfirst.cli.output import out
    from standfirst.words.render import sentence

    found = ", ".join(f"{count} {grade}" for grade, count in sorted(played.findings.items()))
    out().print(
        Text(f"\nSPECIMEN certificate {played.number}", "bold"),
        Text(f"{played.audit_days} audit days, findings: {found}", "dim"),
    )
    for refusal in played.refused:
        out().print(Text(f"  refused: {sentence(refusal.reason)}"))
    out().print(
        Text(f"  logged with {played.log_size} entries, cosigned by {len(played.cosigned)} log witnesses\n")
    )


def _verify(bundle: Path, files: list[Path], *, now: "datetime") -> int:
    """By another process, which knows nothing but the bundle and the policy that ships. Its verdict is the last word."""
    import subprocess
    import sys

    from standfirst.cli.output import is_clock_fixed, say

    say("\n".join(str(file) for file in files))
    asked = ["verify", str(bundle), *(["--at", now.isoformat()] if is_clock_fixed() else [])]
    say(f"\nstandfirst {' '.join(asked)}\n", style="dim")
    # -P: what lies in the folder where this was started is not imported.
    command = [sys.executable, "-P", "-m", "standfirst.cli", *asked]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603 - this program
    said = done.stdout.rstrip("\n")
    say(said)
    verdict, _, _ = said.partition("\n")
    say(f"\nIndependently verified: {verdict}" if verdict else "\nNot verified", style="bold")
    return done.returncode
