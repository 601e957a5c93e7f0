"""``standfirst catalogue``: controls of other catalogues (OSCAL), taken into an organisation of the workplace to be answered."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from standfirst.cli.opening import a_text
from standfirst.cli.workplace import data_option, enter

if TYPE_CHECKING:
    from standfirst.standards.oscal_controls import Controls

LARGEST: Final = 64_000_000
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "catalogue", help="controls of other catalogues, to be answered in the workplace"
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    taking = verbs.add_parser(
        "import", help="take in an OSCAL catalogue (JSON): one record a control; answers that are there stay"
    )
    taking.add_argument("file", type=Path, help="the catalogue")
    taking.add_argument("--organisation", required=True, metavar="SLUG", help="which organisation answers it")
    taking.add_argument(
        "--actor", required=True, type=a_text, metavar="WHO", help="handle of the person who does it"
    )
    taking.add_argument(
        "--as",
        dest="name",
        required=True,
        type=_name,
        metavar="NAME",
        help="its short name here, such as sp800-53; the same for a later version of it",
    )
    taking.add_argument("--dry-run", action="store_true", help="say what it would change, and change nothing")
    data_option(taking)
    taking.set_defaults(run=_import)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r}: small letters, digits and hyphens, such as sp800-53")
    return text


def _import(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.evidence.source import open_source
    from standfirst.standards.oscal_controls import read_controls

    enter(arguments.data)

    from standfirst.management.controls import compared, take_in
    from standfirst.management.founding import acting
    from standfirst.server.organising import organisation_named
    from standfirst.server.workplace import open_store

    store = open_store(organisation_named(arguments.organisation))
    data = open_source(arguments.file, max_bytes=LARGEST).data
    controls = read_controls(data, file=arguments.file.name)
    found, _ = compared(store, controls, arguments.name)
    _about(controls)
    if not arguments.dry_run:
        store.perform(
            take_in(
                controls,
                catalogue=arguments.name,
                acting=lambda workspace: acting(workspace, arguments.actor),
                why=f"{controls.title}, {controls.version}"[:4_000],
            )
        )
    done = "would be" if arguments.dry_run else "are"
    say(f"{found.new} {done} new, {found.changed} {done} worded otherwise, {found.same} stay as they were.")
    if found.gone:
        say(
            f"{len(found.gone)} are answered here and not in this catalogue: {', '.join(found.gone)}",
            style="yellow",
        )
    return 0


def _about(controls: "Controls") -> None:
    from standfirst.cli.output import say

    withdrawn = sum(control.withdrawn for control in controls.controls)
    say(f"{controls.title}, {controls.version}")
    say(
        f"{len(controls.controls)} controls in {len(controls.families)} families, {withdrawn} of them withdrawn."
    )
    say(
        f"Taken in are ids, labels, titles and families. What the controls say stays in the catalogue, and so do its "
        f"{controls.ignored} parameters.",
        style="dim",
    )
