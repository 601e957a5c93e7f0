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
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from standfirst.cli.output import clock, errors, out
    from standfirst.cli.showing import readiness, unrecorded

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=errors()) as progress:
        step = progress.add_task("reading what is asked", total=1)
        from standfirst.cli.assessing import assessed, day_of
        from standfirst.cli.example import example
        from standfirst.cli.opening import opened
        from standfirst.cli.reporting import write

        progress.update(step, completed=1)
        step = progress.add_task("opening the package and proving its ledger", total=1)
        package = opened(example("quantum-computer"))
        progress.update(step, completed=1)
        step = progress.add_task("assessing", total=1)
        result = assessed(package, at=day_of(package, None, clock().date()))
        progress.update(step, completed=1)
        step = progress.add_task("measuring again for the pictures, writing the report", total=1)
        write(result, package, arguments.out, remedies=True)
        progress.update(step, completed=1)
    readiness(result)
    unrecorded(package, package.path)
    out().print(f"\n{arguments.out / 'report.html'}\n{arguments.out / 'result.json'}", highlight=False)
    return 0
