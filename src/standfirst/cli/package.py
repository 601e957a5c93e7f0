"""``standfirst package``: begin, check, fill, record, move, hand over and take in."""

import argparse
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.opening import a_text, clock_option, deed_options, filling, opened, writing

if TYPE_CHECKING:
    from standfirst.records.kind import Kind
    from standfirst.records.package.recording import Recorded
    from standfirst.records.package.transfer import Handover


TEMPLATES_NAMED = 3  # after each recording; all of them are what 'package check' is for


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("package", help="an organisation's management system as files")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    init = _verb(verbs, "init", "begin a package in a new folder", _init)
    init.add_argument(
        "--organisation", required=True, type=a_text, metavar="NAME", help="the organisation's name"
    )
    init.add_argument(
        "--by", required=True, type=a_text, metavar="NAME", help="your name; you become its first person"
    )
    init.add_argument("--handle", required=True, help="your short name for --actor, such as ada")
    init.add_argument(
        "--fictional", action="store_true", help="an invented organisation; every report says so"
    )
    init.add_argument("--simulation", action="store_true", help="its time is simulated; every report says so")
    clock_option(init)

    new = _verb(verbs, "new", "write a file to fill in for a new record", _new)
    new.add_argument("kind", help="such as risk, document, supplier; 'standfirst package kinds' lists them")
    new.add_argument("name", help="the file's name, such as laser-failure")

    _verb(verbs, "check", "is everything in it readable and sound? what is not yet recorded?", _check)

    record = _verb(verbs, "record", "make versions of hand edits", _record)
    record.add_argument(
        "files", nargs="*", metavar="FILE", help="only these files, such as records/risks/laser.yaml"
    )
    deed_options(record, why="Recorded from files")

    move = _verb(verbs, "move", "bring records into another state, and record it", _move)
    move.add_argument("numbers", nargs="+", metavar="NUMBER", help="such as DOC-0001")
    move.add_argument("--to", required=True, metavar="STATE", help="such as approved")
    deed_options(move, why="Moved")

    export = _verb(
        verbs, "export", "the whole package as a zip, or a hand-over of some records with proofs", _export
    )
    export.add_argument("--out", required=True, type=Path, metavar="ZIP", help="the file to write")
    export.add_argument(
        "--only", nargs="+", default=[], metavar="NUMBER", help="a hand-over of these records"
    )

    take = _verb(
        verbs, "import", "take in another package or hand-over, or restore a longer copy of this one", _import
    )
    take.add_argument("source", type=Path, help="a package folder, its zip, or a hand-over")
    take.add_argument("--only", nargs="+", default=[], metavar="NUMBER", help="only these records")
    deed_options(take, why="Imported")

    kinds = verbs.add_parser("kinds", help="the kinds of record there are, or one of them")
    kinds.add_argument("kind", nargs="?", help="show this kind's fields as a file to fill in")
    kinds.set_defaults(run=_kinds)


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, run: object
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=does, description=does[0].upper() + does[1:])
    parser.add_argument("package", type=Path, help="the package's folder (or zip, for reading)")
    parser.set_defaults(run=run)
    return parser


def _init(arguments: argparse.Namespace) -> int:
    from standfirst.cli.kinds import KINDS
    from standfirst.cli.output import say
    from standfirst.management.starter import start
    from standfirst.records.change import Refused
    from standfirst.standards.reason import Reason

    if bool(arguments.clock) != arguments.simulation:
        raise Refused(Reason("clock.missing" if arguments.simulation else "clock.not-a-simulation"))
    start(
        arguments.package,
        organisation=arguments.organisation,
        name=arguments.by,
        handle=arguments.handle,
        fictional=arguments.fictional,
        simulation=arguments.simulation,
        kinds=KINDS,
        clock=_clock(arguments),
    )
    say(f"Begun in {arguments.package}. The ledger's first entry is you, {arguments.handle}.")
    say("Next: fill in the files below records/ ([[double brackets]] mark what to write), then")
    say(f"  standfirst package check {arguments.package}")
    say(f"  standfirst package record {arguments.package} --actor {arguments.handle}")
    return 0


def _clock(arguments: argparse.Namespace) -> Callable[[], datetime]:
    from standfirst.cli.output import clock

    return (lambda: arguments.clock) if arguments.clock else clock


def _new(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.cli.prefilling import prefilled
    from standfirst.records.package.starting import new_file

    package = filling(arguments.package, lenient=True)
    kind = _kind(arguments.kind)
    text = prefilled(kind, package)
    path = new_file(package.path, kind, arguments.name, text=text, look=package.require_room)
    say(f"{path}\nFill it in, then: standfirst package record {arguments.package} --actor WHO")
    return 0


def _kind(name: str) -> "Kind":
    from standfirst.cli.kinds import KINDS
    from standfirst.standards.problems import Unusable, problem

    if name not in KINDS:
        raise Unusable([problem("KIND", "record.unknown-kind", kind=name, known=KINDS.names)])
    return KINDS[name]


def _kinds(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from standfirst.cli.kinds import KINDS
    from standfirst.cli.output import out
    from standfirst.records.package.starting import template

    if arguments.kind:
        print(template(_kind(arguments.kind)), end="")
        return 0
    table = Table(box=None, pad_edge=False)
    for column in ("kind", "number", "states"):
        table.add_column(column)
    for kind in KINDS:
        table.add_row(kind.name, f"{kind.prefix}-0001", " · ".join(kind.lifecycle.states))
    out().print(table)
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.cli.showing import unrecorded
    from standfirst.records.package.door import HANDOVER, LOGGED, open_files
    from standfirst.records.package.transfer import read_handover

    files = open_files(arguments.package)
    if HANDOVER in files.names():
        proved = read_handover(files)
        numbers = ", ".join(one.entry.number for one in proved.sent)
        say(f"A hand-over: {numbers}. Every record is proved under head {proved.head}.")
        marks = ", fictional" if proved.fictional else ""
        marks += "; its time is simulated" if proved.simulation else ""
        say(f"It says it is of {proved.organisation}{marks}.")
        return _signatures_in(proved, signed=LOGGED in files.names())
    package = opened(arguments.package)
    count = len(package.store.records())
    records = "1 record" if count == 1 else f"{count} records"
    say(f"Sound. {records}, ledger head {package.store.head}.")
    unrecorded(package, arguments.package)
    return 0


def _signatures_in(handover: "Handover", *, signed: bool) -> int:
    """Each signature, verified with what the hand-over holds; and what it is not enough for."""
    from standfirst.cli.output import say
    from standfirst.cli.proofs import sentence_of
    from standfirst.cli.signatures import lines, of_handover

    found = of_handover(handover)
    for number, one in found:
        for line in lines(number, one):
            say(line, style="" if one.holds else "red")
    if not found:
        say("No version in it was signed.")
    say(sentence_of("proof.other-signatures"), style="dim")
    if signed:
        say("Its head is signed; with the ledger's keys: standfirst ledger verify", style="dim")
    return 0 if all(one.holds for _, one in found) else 1


def _record(arguments: argparse.Namespace) -> int:
    from standfirst.management.founding import acting
    from standfirst.records.package.recording import record

    package = writing(arguments, lenient=bool(arguments.files))
    acting(
        package.store, arguments.actor
    )  # a name that nobody has is told even when there is nothing to record
    known = [item.file for item in package.working] + [fault.file for fault in package.aside]
    only = _files(package.path, arguments.files, known)
    recorded = record(package, actor=arguments.actor, why=arguments.why, acting=acting, only=only)
    _told(recorded)
    return 0


def _files(root: Path, asked: list[str], known: list[str]) -> list[str]:
    """Files as people name them: below the package, or from where they stand."""
    from standfirst.standards.problems import Unusable, problem

    found = []
    for name in asked:
        path, folder = Path(os.path.realpath(name)), Path(os.path.realpath(root))
        below = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else name
        found.append(name if name in known else below)
    unknown = [name for name, one in zip(asked, found, strict=True) if one not in known]
    if unknown:
        raise Unusable([problem(name, "record.no-such-file") for name in unknown])
    return found


def _told(recorded: "Recorded") -> None:
    from standfirst.cli.output import say

    if recorded.receipt is not None:
        for item in recorded.written:
            say(f"{item.frame.number or '':<10} {item.state:<14} {item.file}")
        entries = (
            "1 ledger entry"
            if recorded.receipt.entries == 1
            else f"{recorded.receipt.entries} ledger entries"
        )
        say(f"{entries}; head {recorded.receipt.head}")
    elif not recorded.templates:
        say("Nothing to record: every file is as recorded.")
    for left in recorded.templates[:TEMPLATES_NAMED]:
        say(f"left out: {left.file} still holds template text in [[double brackets]]")
    if (more := len(recorded.templates) - TEMPLATES_NAMED) > 0:
        say(f"... and {more} more that still hold template text; 'package check' names them")


def _move(arguments: argparse.Namespace) -> int:
    from standfirst.management.founding import acting
    from standfirst.records.package.recording import move

    recorded = move(
        writing(arguments, lenient=True),
        arguments.numbers,
        to=arguments.to,
        actor=arguments.actor,
        why=arguments.why,
        acting=acting,
    )
    _told(recorded)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.cli.saving import require_outside, save
    from standfirst.records.package.transfer import export, handover

    package = opened(arguments.package)
    require_outside(arguments.out, package.path)
    data = handover(package, arguments.only) if arguments.only else export(package)
    save(arguments.out, data)
    what = f"hand-over of {len(set(arguments.only))} records" if arguments.only else "whole package"
    say(f"{arguments.out}: {what}, {len(data):,} bytes, ledger head {package.store.head}")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.management.founding import acting, without_roles
    from standfirst.records.package.intake import import_into

    imported = import_into(
        writing(arguments),
        arguments.source,
        actor=arguments.actor,
        why=arguments.why,
        acting=acting,
        disarm=without_roles,
        only=arguments.only,
    )
    if imported.continued:
        what = (
            f"restored {len(imported.files)} files of the longer ledger"
            if imported.files
            else "nothing new in the source"
        )
    else:
        entries = imported.receipt.entries if imported.receipt else 0
        what = f"{entries} records taken in, each in its first state and with its origin"
    say(what)
    return 0
