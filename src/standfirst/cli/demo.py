"""``standfirst demo``: the main job from first to last, on a fictional company with data of real quantum processors."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from standfirst.certification.path import Played
    from standfirst.conformity.document import Assessed
    from standfirst.records.package.package import Package

BODIES = "bodies"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "demo", help="play it all: measure, assess, report, audit, decide, certify, log, verify"
    )
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="DIR",
        help="where reports, the bodies' books and certificate.bundle go; an earlier demonstration there is replaced",
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    """Ends with the exit code of the independent verification."""
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
