"""``standfirst assess``: what a package shows, requirement by requirement, on a day."""

import argparse
import sys
from pathlib import Path

from standfirst.cli.opening import a_day, opened


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("assess", help="what a package shows, requirement by requirement, and why")
    parser.add_argument("package", type=Path, help="the package's folder or zip")
    parser.add_argument(
        "--profile",
        metavar="P",
        help="such as computing+operation+tier-2 (default: as the organisation's record says)",
    )
    parser.add_argument(
        "--at", type=a_day, metavar="DATE", help="the day on which the evidence has to hold (default: today)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write report, statement of applicability, result file and OSCAL there",
    )
    parser.add_argument("--json", action="store_true", help="print the result file instead of the summary")
    parser.add_argument("--why", action="store_true", help="print every open requirement with its reasons")
    parser.add_argument(
        "--for-auditor", action="store_true", help="everything without 'what would make it a yes'"
    )
    parser.set_defaults(run=_assess)


def _assess(arguments: argparse.Namespace) -> int:
    from standfirst.cli import showing
    from standfirst.cli.assessing import assessed, day_of
    from standfirst.cli.output import clock, say
    from standfirst.cli.progress import step
    from standfirst.conformity.document import to_bytes

    with step("opening the package, proving its ledger"):
        package = opened(arguments.package)
    remedies = not arguments.for_auditor
    at = day_of(package, arguments.at, clock().date())
    with step("assessing"):
        result = assessed(package, at=at, profile=arguments.profile)
    written: list[Path] = []
    if arguments.out:
        from standfirst.cli.reporting import write

        with step("writing the reports"):
            written = write(result, package, arguments.out, remedies=remedies)
    if arguments.json:
        sys.stdout.flush()
        sys.stdout.buffer.write(
            to_bytes(result, remedies=remedies)
        )  # its bytes, whatever the terminal's encoding
        return 0
    showing.readiness(result)
    showing.unrecorded(package, arguments.package)
    if arguments.why:
        showing.reasons(result, only_open=True, remedies=remedies)
    elif not arguments.out:
        say(f"\nWhy: standfirst assess {arguments.package} --why, or --out DIR for the report", style="dim")
    if written:
        say("\n" + "\n".join(str(file) for file in written))
    return 0
