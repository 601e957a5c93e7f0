"""Signatures as the command line prints them (21 CFR 11.50(b))."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from standfirst.words.render import sentence
from standfirst.words.visible import visible

if TYPE_CHECKING:
    from standfirst.records.package.transfer import Handover
    from standfirst.records.signature import RegisteredKey, ShownSignature


def lines(number: str, one: "ShownSignature") -> Iterator[str]:
    """What a signature says, how surely it is its signer's, and what could not be looked at."""
    mark = "" if one.holds else "DOES NOT HOLD: "
    yield one_line(
        f"{mark}{number}, version {one.signed}, signed by {one.name}, {one.time}: {one.meaning}. "
        f"Reason: {one.reason}"
    )
    for reason in (one.told, *one.unseen):
        yield f"    {one_line(sentence(reason))}"


def one_line(text: str) -> str:
    """What may come from outside, without anything that begins a line of its own."""
    return " ".join(visible(text).split())


def of_handover(handover: "Handover") -> list[tuple[str, "ShownSignature"]]:
    """Number and signature, for each record of a hand-over whose version was signed; verified with what is in it."""
    from standfirst.records.record import Version
    from standfirst.records.signature import shown_alone

    keys, people = _keys(handover), _people(handover)
    found = []
    for sent in handover.sent:
        version = Version(sent.content, sent.entry)
        if (one := shown_alone(version, people, handover.ledger, keys)) is not None:
            found.append((sent.number, one))
    return found


def _keys(handover: "Handover") -> Sequence["RegisteredKey"]:
    from standfirst.cli.kinds import KINDS
    from standfirst.records.record import Record, Version

    telling = {kind.name: kind.signing_keys for kind in KINDS if kind.signing_keys is not None}
    return [
        key
        for sent in handover.sent
        if sent.content.kind in telling
        for key in telling[sent.content.kind](Record((Version(sent.content, sent.entry),)))
    ]


def _people(handover: "Handover") -> dict[str, str]:
    """Names of people by id, of those who were handed over too."""
    named = ((sent.content.record, sent.content.body.get("name")) for sent in handover.sent)
    return {record: name for record, name in named if isinstance(name, str)}
