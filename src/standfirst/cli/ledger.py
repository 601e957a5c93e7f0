"""``standfirst ledger check``: the whole history, proved, or its first broken entry."""

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli import proofs
from standfirst.cli.opening import a_text
from standfirst.cli.workplace import data_option, enter

if TYPE_CHECKING:
    from uuid import UUID

    from standfirst.records.ledger import Head
    from standfirst.server.store.checking import Vouched


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("ledger", help="the organisation's ledger")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="prove the whole history, or name its first broken entry")
    check.add_argument("package", type=Path, nargs="?", help="the package's folder or zip")
    check.add_argument(
        "--organisation", metavar="SLUG", help="instead of a package: an organisation of the workplace"
    )
    data_option(check)
    check.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="the ledger's public keys, as 'ledger keys' printed them (default: those in the data folder)",
    )
    check.add_argument(
        "--anchors",
        type=Path,
        metavar="LOGDIR",
        help="a copy of the log in which its heads are anchored (default: $STANDFIRST_ANCHOR)",
    )
    check.add_argument(
        "--anchors-key", type=Path, metavar="FILE", help="that log's public key (default: LOGDIR.vkey)"
    )
    check.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="SIZE:ROOT",
        help="a head noted elsewhere; shows truncation and rewriting. It can be given several times",
    )
    check.add_argument(
        "--files",
        action="store_true",
        help="also read every attached file; of an organisation of the workplace",
    )
    check.set_defaults(run=_check)
    keys = verbs.add_parser(
        "keys", help="the public keys that sign an organisation's heads, for who verifies them"
    )
    keys.add_argument("organisation", metavar="SLUG")
    data_option(keys)
    keys.set_defaults(run=_keys)
    rekey = verbs.add_parser(
        "rekey", help="have fresh keys sign an organisation's heads from now on, on the record"
    )
    rekey.add_argument("organisation", metavar="SLUG")
    rekey.add_argument(
        "--actor",
        required=True,
        type=a_text,
        metavar="WHO",
        help="handle or number of the person who does it",
    )
    rekey.add_argument("--why", required=True, type=a_text, help="reason, kept with the record")
    data_option(rekey)
    rekey.set_defaults(run=_rekey)
    proofs.add(verbs)
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
    from standfirst.standards.problems import Unusable, problem

    if (arguments.package is None) == (arguments.organisation is None):
        raise Unusable([problem("ledger check", "ledger.which")])
    return _check_package(arguments) if arguments.package else _check_organisation(arguments)


def _check_package(arguments: argparse.Namespace) -> int:
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


def _check_organisation(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say

    enter(arguments.data)

    from standfirst.records.ledger import Head
    from standfirst.server.beside import differing, differing_files
    from standfirst.server.organising import organisation_named
    from standfirst.server.store.apart import comparing_apart, is_worthwhile
    from standfirst.server.store.checking import Source, check_organisation
    from standfirst.server.workplace import open_store
    from standfirst.words.render import hint, sentence

    organisation = organisation_named(arguments.organisation)
    store = open_store(organisation)
    noted = tuple(Head(*noted) for noted in arguments.head)
    outside = _outside(arguments, store.organisation, noted)
    two = is_worthwhile(store.head.size)
    with comparing_apart(open_store, organisation) if two else nullcontext() as apart:
        checked = check_organisation(store, outside, apart=apart)
    if not any(
        wrong.sequence is not None for wrong in checked.wrong
    ):  # what is broken names nothing to trust
        checked.wrong += differing(organisation, store)
    if arguments.files:
        checked.wrong += differing_files(organisation, seen=_counting)
    for wrong in checked.wrong:
        place = "WRONG" if wrong.sequence is None else f"BROKEN at entry {wrong.sequence + 1}"
        say(f"{place}: {sentence(wrong.reason)}", style="red")
        if advice := hint(wrong.reason, at_command_line=True):
            say(f"    {advice}", style="dim")
    if checked.wrong:
        return 1
    agree = [f"{count} {source.value.partition('-')[0]}" for source, count in checked.heads.items()]
    told = f"; heads that agree: {', '.join(agree)}" if agree else ""
    say(f"{checked.head.size} entries, each as it was written{told}. Head {checked.head}")
    if checked.signed < checked.head.size:
        say(f"Signed up to entry {checked.signed}; 'standfirst work' signs the rest.", style="dim")
    if not {Source.ANCHORED, Source.NOTED} & checked.heads.keys():
        say(
            "Anchor heads (STANDFIRST_ANCHOR), or note one elsewhere and give it with --head: only that shows "
            "when the whole data folder was put back to an older state.",
            style="dim",
        )
    return 0


def _counting(count: int, of: int) -> None:
    """Where somebody looks: reading all files takes long."""
    if sys.stderr.isatty():
        print(f"\r{count} of {of} files", end="\n" if count == of else "", file=sys.stderr, flush=True)


def _outside(arguments: argparse.Namespace, organisation: "UUID", noted: "tuple[Head, ...]") -> "Vouched":
    """What the database is held against. Raises Unusable, and Rejected for keys or a log that are damaged."""
    from standfirst.evidence.source import open_source
    from standfirst.server.jobs import anchor_log, key_folder
    from standfirst.server.store.anchoring import AnchorLog
    from standfirst.server.store.checking import from_outside
    from standfirst.server.store.ledger_keys import LedgerKeys
    from standfirst.standards.problems import Unusable, problem
    from standfirst.trust.cosignature import NoteKey

    log = AnchorLog(arguments.anchors) if arguments.anchors else anchor_log()
    key = None
    if arguments.anchors_key:
        key = NoteKey.read(
            open_source(arguments.anchors_key, max_bytes=10_000).data.decode("utf-8", "replace").strip()
        )
    elif log is not None:
        key = log.key
    if arguments.anchors and key is None:
        raise Unusable([problem(str(arguments.anchors), "ledger.anchors-key")])
    keys = (
        LedgerKeys.from_bytes(open_source(arguments.keys, max_bytes=1_000_000).data)
        if arguments.keys
        else None
    )
    return from_outside(
        organisation, key_folder(), keys=keys, log=(log.folder, key) if log and key else None, noted=noted
    )


def _keys(arguments: argparse.Namespace) -> int:
    enter(arguments.data)

    from standfirst.server.jobs import key_folder
    from standfirst.server.organising import organisation_named
    from standfirst.standards.problems import Unusable, problem

    public = key_folder().public(organisation_named(arguments.organisation).id)
    if public is None:
        raise Unusable([problem(arguments.organisation, "ledger.no-keys-yet")])
    print(public.to_bytes().decode(), end="")
    return 0


def _rekey(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say, wall_clock

    enter(arguments.data)

    from standfirst.management.founding import acting
    from standfirst.server.jobs import host, key_folder
    from standfirst.server.organising import organisation_named
    from standfirst.server.store.changing_keys import change_keys
    from standfirst.server.workplace import open_store

    organisation = organisation_named(arguments.organisation)
    changed = change_keys(
        open_store(organisation),
        key_folder(),
        acting=lambda workspace: acting(workspace, arguments.actor),
        why=arguments.why,
        host=host(),
        now=wall_clock(),
    )
    say(f"From {changed.periods[-1].first} entries on, fresh keys sign the heads of {organisation.name}.")
    say(f"Give them to whoever verifies: standfirst ledger keys {organisation.slug}", style="dim")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from standfirst.cli.opening import opened
    from standfirst.cli.output import out
    from standfirst.records.package.package import basis_of
    from standfirst.records.signature import shown
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
    signed = {(r.number, one.version): one for r in chosen for one in shown(r, people, basis, kinds[r.kind])}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("entry", "time", "who", "what", "record", "version", "state", "why"):
        whole = 25 if name == "time" else None  # with its zone: 21 CFR 11.50(b) asks for it on any print
        table.add_column(name, min_width=whole)
    for entry in sorted(kept + gone, key=lambda e: e.sequence):
        did = entry.moved or entry.deed.value.split(":")[1]
        if one := signed.get((entry.number, entry.version)):
            holds = "" if one.holds else "; DOES NOT HOLD"
            did += f", signs {one.meaning} on version {one.signed} as {one.name} ({one.assurance}{holds})"
        row = (entry.recorded_at.isoformat(), people.get(entry.actor, entry.actor), did, entry.number)
        state, why = said.get(entry.sequence, ("(erased)", ""))
        table.add_row(str(entry.sequence + 1), *row, str(entry.version), state, why)
    out().print(table)
    return 0
