"""``standfirst ledger check``: the whole history, proved, or its first broken entry."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("ledger", help="the organisation's ledger")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="prove the whole history, or name its first broken entry")
    check.add_argument("package", type=Path, help="the package's folder or zip")
    check.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="SIZE:ROOT",
        help="a head noted elsewhere; shows truncation and rewriting. It can be given several times",
    )
    check.set_defaults(run=_check)
    show = verbs.add_parser("show", help="who did what, when")
    show.add_argument("package", type=Path, help="the package's folder or zip")
    show.add_argument("number", nargs="?", help="only this record, such as RSK-0001")
    show.set_defaults(run=_show)


def _head(text: str) -> "tuple[int, str]":
    match = re.fullmatch(r"([0-9]{1,15}):([0-9a-f]{64})", text)
    if match is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no head; write it as SIZE:ROOT, as 'package check' prints it"
        )
    return int(match[1]), match[2]


def _check(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import out
    from standfirst.records.ledger import EMPTY, Head, check
    from standfirst.records.package.door import open_files
    from standfirst.records.package.store import ENTRIES, LEDGER, read_ledger
    from standfirst.standards.problems import Unusable, problem
    from standfirst.words.render import sentence

    sealed, head = read_ledger(open_files(arguments.package))
    if not sealed and head == EMPTY and not arguments.head:  # else its entries were taken away
        raise Unusable([problem(LEDGER, "ledger.not-founded")])
    broken = check(sealed, head, noted=[Head(*noted) for noted in arguments.head])
    if broken is not None:
        out().print(
            f"BROKEN at {ENTRIES}:{broken.sequence + 1}: {sentence(broken.reason)}",
            style="red",
            highlight=False,
            soft_wrap=True,
        )
        return 1
    noted = _agreeing([size for size, _ in arguments.head])
    out().print(
        f"{len(sealed)} entries, each as it was written{noted}. Head {head}", highlight=False, soft_wrap=True
    )
    if not arguments.head:
        out().print(
            "Note the head elsewhere: with --head it also shows truncation and a rewritten history.",
            style="dim",
            highlight=False,
        )
    return 0


def _agreeing(sizes: Sequence[int]) -> str:
    if not sizes:
        return ""
    heads = "head" if len(sizes) == 1 else "heads"
    return f"; agrees with the noted {heads} at {', '.join(map(str, sorted(sizes)))}"


def _show(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from standfirst.cli.opening import opened
    from standfirst.cli.output import out
    from standfirst.records.package.package import basis_of
    from standfirst.records.signature import verify
    from standfirst.standards.problems import Unusable, problem

    package = opened(arguments.package)
    records = package.store.records()
    basis, kinds = basis_of(package.store), package.store.kinds
    people = {i: r.current.content.body.get("name", i) for i, r in records.items()}
    chosen = [r for r in records.values() if arguments.number in (None, r.number)]
    erased = [e for e in package.store.erased().values() if arguments.number in (None, e.number)]
    if not (chosen or erased):
        raise Unusable([problem("NUMBER", "number.unknown", field=arguments.number)])
    kept = [entry for record in chosen for entry in record.entries]
    gone = [entry for record in erased for entry in record.entries]
    said = {v.entry.sequence: (v.content.state, v.content.why) for r in chosen for v in r.versions}
    signed = {s.version.entry.sequence: s for r in chosen for s in verify(r.versions, basis, kinds[r.kind])}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("entry", "time", "who", "what", "record", "version", "state", "why"):
        whole = 25 if name == "time" else None  # with its zone: 21 CFR 11.50(b) asks for it on any print
        table.add_column(name, min_width=whole)
    for entry in sorted(kept + gone, key=lambda e: e.sequence):
        did = entry.transition or entry.deed.value.split(":")[1]
        if entry.signature and (seen := signed.get(entry.sequence)):
            name = f" as {seen.statement.name}" if seen.statement else ""
            did += f", signs {entry.signature['meaning']}{name} ({seen.assurance})"
        row = (entry.recorded_at.isoformat(), people.get(entry.actor, entry.actor), did, entry.number)
        state, why = said.get(entry.sequence, ("(erased)", ""))
        table.add_row(str(entry.sequence + 1), *row, str(entry.version), state, why)
    out().print(table)
    return 0
