"""``standfirst demo``: the main job on a fictional company with data of a real quantum processor."""

import argparse
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("demo", help="assess the example company and write its report")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where report.html and result.json go"
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    from standfirst.cli.progress import step

    with step("reading what is asked", always=True):
        from standfirst.cli.assessing import assessed, day_of
        from standfirst.cli.example import example
        from standfirst.cli.opening import opened
        from standfirst.cli.output import clock, out, say
        from standfirst.cli.reporting import write
        from standfirst.cli.showing import readiness, unrecorded
    with step("opening the package, proving its ledger", always=True):
        package = opened(example("quantum-computer"))
    with step("assessing 90 requirements", always=True):
        result = assessed(package, at=day_of(package, None, clock().date()))
    with step("measuring again for the pictures, writing the report", always=True):
        write(result, package, arguments.out, remedies=True)
    out().print()
    readiness(result)
    unrecorded(package, package.path)
    say(f"\n{arguments.out / 'report.html'}\n{arguments.out / 'result.json'}")
    return 0
