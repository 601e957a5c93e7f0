"""``standfirst ledger verify``: what a hand-over or a proof shows to a stranger who has the ledger's keys, offline."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.output import out, say
from standfirst.cli.signatures import lines, of_handover, one_line
from standfirst.words.render import sentence

if TYPE_CHECKING:
    from standfirst.records.ledger import Entry
    from standfirst.records.package.transfer import Handover
    from standfirst.server.store.ledger_keys import LedgerKeys
    from standfirst.server.store.logged import SignedHead
    from standfirst.standards.reason import Reason
    from standfirst.trust.tlog_proof import TlogProof

PROVED, NOT_PROVED, UNKNOWN = 0, 1, 3  # as `standfirst verify` has them; 2 is input that cannot be used

NOT_SOUND = frozenset({"handover.not-proved", "handover.twice", "evidence.missing", "evidence.changed"})
"""Problems of a hand-over that say no; any other says that it is none."""


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = verbs.add_parser(
        "verify",
        help="whether a hand-over, or a proof, is in the ledger of somebody whose keys you have, offline",
        description="Whether what was handed over is in the ledger that KEYS sign, and what that shows. Asks no server.",
        epilog="Exit: 0 proved; 1 not proved; 2 input that cannot be used; 3 unknown (no head is signed in it).",
    )
    verify.add_argument(
        "file", type=Path, metavar="FILE", help="a hand-over (zip or folder), or a .tlog-proof"
    )
    verify.add_argument(
        "--keys",
        type=Path,
        required=True,
        metavar="KEYS",
        help="the ledger's public keys, as 'ledger keys' prints them; from the organisation, on another way",
    )
    verify.set_defaults(run=verify_file)


def verify_file(arguments: argparse.Namespace) -> int:
    from standfirst.evidence.source import open_source
    from standfirst.server.store.ledger_keys import LedgerKeys
    from standfirst.trust.tlog_proof import MAX_SIZE, TlogProof

    keys = LedgerKeys.from_bytes(open_source(arguments.keys, max_bytes=1_000_000).data)
    if _is_package(arguments.file):
        return _handover(arguments.file, keys)
    return _alone(
        str(arguments.file), TlogProof.parse(open_source(arguments.file, max_bytes=MAX_SIZE).data), keys
    )


def _is_package(path: Path) -> bool:
    """Everything but a file that begins as a proof does: whatever is wrong with it is told as for a package."""
    from standfirst.trust.tlog_proof import HEADER

    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) != HEADER.encode()
    except OSError:
        return True


# --- a hand-over -----------------------------------------------------------------------------------------------------


def _handover(path: Path, keys: "LedgerKeys") -> int:
    from standfirst.records.package.door import HANDOVER, LOGGED, open_files
    from standfirst.records.package.transfer import read_handover
    from standfirst.server.store.logged import NotProved, prove_handover
    from standfirst.standards.problems import Unusable, problem
    from standfirst.standards.reason import Reason
    from standfirst.trust.tlog_proof import TlogProof

    files = open_files(path)
    if HANDOVER not in files.names():
        raise Unusable([problem(str(path), "proof.neither")])
    try:
        handover = read_handover(files)
    except Unusable as unusable:
        if any(one.reason.code not in NOT_SOUND for one in unusable.problems):
            raise
        return _not_proved([(one.field or one.file, one.reason) for one in unusable.problems])
    if LOGGED not in files.names():
        say("UNKNOWN: no head is signed in it", style="bold yellow")
        say(sentence(Reason("proof.head-unsigned", {"head": str(handover.head)})))
        return _signatures(handover, UNKNOWN)
    try:
        signed = prove_handover(handover, TlogProof.parse(files.read(LOGGED)), keys)
    except NotProved as not_proved:
        return _not_proved([(LOGGED, not_proved.reason)])
    _proved(signed, [one.entry for one in handover.sent])
    _ledger(handover)
    code = _signatures(handover, PROVED)
    _list("What this shows", ("proof.shows-entry", "proof.shows-content", "proof.shows-ledger"))
    _list("What it does not show", ("proof.not-later", "proof.not-whose", "proof.not-true", "proof.not-fork"))
    return code


def _ledger(handover: "Handover") -> None:
    marks = [word for word, holds in _marks(handover) if holds]
    say(f"Ledger       {handover.ledger}{''.join(f'; {word}' for word in marks)}")
    say(f"Says it is of  {one_line(handover.organisation)}")


def _marks(handover: "Handover") -> Sequence[tuple[str, bool]]:
    return (
        ("a SIMULATION: its time is simulated", handover.simulation),
        ("an invented organisation", handover.fictional),
    )


def _signatures(handover: "Handover", code: int) -> int:
    """Each with what the hand-over holds. One that does not hold is a no, whatever else is proved."""
    found = of_handover(handover)
    for number, one in found:
        for line in lines(number, one):
            say(line, style="" if one.holds else "red")
    say(sentence_of("proof.other-signatures"), style="dim")
    return code if all(one.holds for _, one in found) else NOT_PROVED


# --- a proof alone ---------------------------------------------------------------------------------------------------


def _alone(place: str, proof: "TlogProof", keys: "LedgerKeys") -> int:
    from standfirst.server.store.logged import NotProved, prove_entry
    from standfirst.standards.problems import Unusable, problem

    if proof.extra is None:
        raise Unusable([problem(place, "proof.no-entry")])
    try:
        entry, signed = prove_entry(proof, keys)
    except NotProved as not_proved:
        return _not_proved([(place, not_proved.reason)])
    _proved(signed, [entry])
    _list("What this shows", ("proof.shows-entry",))
    _list(
        "What it does not show",
        ("proof.not-content", "proof.not-simulation", "proof.not-later", "proof.not-whose", "proof.not-fork"),
    )
    return PROVED


# --- what is told ----------------------------------------------------------------------------------------------------


def _not_proved(reasons: Sequence[tuple[str, "Reason"]]) -> int:
    say("NOT PROVED", style="bold red")
    for place, reason in reasons:
        say(f"{one_line(place)}: {sentence(reason)}")
    return NOT_PROVED


def _proved(signed: "SignedHead", entries: Sequence["Entry"]) -> None:
    say(f"PROVED against the keys of {one_line(signed.origin)}", style="bold green")
    for entry in entries:
        at = f"{entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
        say(one_line(f"{entry.number}, version {entry.version} ({entry.kind}), recorded {at}"))
        say(f"    entry {entry.sequence + 1}; it commits to {one_line(entry.commitment)}", style="dim")
    say(f"Signed head  {signed.head}, {signed.signed_at:%Y-%m-%d %H:%M:%S} UTC")


def _list(heading: str, codes: Sequence[str]) -> None:
    out().print()
    say(heading, style="bold")
    for code in codes:
        say(f"- {sentence_of(code)}")


def sentence_of(code: str) -> str:
    from standfirst.standards.reason import Reason

    return sentence(Reason(code))
