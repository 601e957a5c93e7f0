"""The keys that sign the heads of a ledger, when others take over: the ledger itself says which, before they sign anything.

The head that covers this record is still signed by those who leave, so whoever believes them can believe the new ones.
The first keys are in no record: nothing that they have not signed themselves could vouch for them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from standfirst.management.guards import by_nobodys_hand, sound
from standfirst.management.organisation import MANAGERS
from standfirst.records.actor import Actor, Role
from standfirst.records.body import Body
from standfirst.records.change import Change, Refused, begun
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import RECORDED
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text
from standfirst.trust.cosignature import NoteKey
from standfirst.trust.errors import Rejected

CHANGERS: Final = (*MANAGERS, Role.SECURITY_LEAD)
"""Who may have the keys changed."""

VerifierKey = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class LedgerKeysBody(Body):
    origin: Text = Field(description="The name of the ledger, and of its keys, in signed heads")
    keys: tuple[VerifierKey, ...] = Field(
        min_length=1, max_length=4, description="The public keys that take over, as signed notes write them"
    )
    changed_on: date = Field(description="When they took over")


def _flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    for text in body["keys"]:
        try:
            key = NoteKey.read(text)
        except Rejected as flaw:
            yield "keys", Reason(flaw.code.value, {"name": "", **flaw.parameters})
        else:
            if key.name != body["origin"]:
                yield "keys", Reason("ledger-keys.other-name", {"name": key.name, "origin": body["origin"]})


LEDGER_KEYS = Kind(
    name="ledger-keys",
    prefix="LKY",
    folder="ledger-keys",
    title="Keys of the ledger",
    body=LedgerKeysBody,
    titled_by="origin",
    lifecycle=RECORDED,
    dated_by=("changed_on",),
    happened=("changed_on",),
    authors=CHANGERS,
    writes=(by_nobodys_hand("ledger-keys.by-hand"), sound(_flaws)),  # but by ``announce``
    erasable="never",
    by_hand=False,
    inspect=lambda body: tuple(_flaws(body)),
    view=View(
        Family.KEEPING,
        summary=("origin", "changed_on"),
        sections=(Section("Which keys sign the ledger", ("origin", "keys", "changed_on")),),
        columns=("changed_on",),
    ),
)


def announced(workspace: Workspace, keys: Sequence[str]) -> Record | None:
    """The record of this organisation's own that names these keys."""
    known = workspace.records(kinds=(LEDGER_KEYS.name,)).values()
    return next(
        (r for r in known if not _copied(r) and tuple(r.current.content.body["keys"]) == tuple(keys)), None
    )


def _copied(record: Record) -> bool:
    return record.current.content.origin is not None


def announce(actor: Actor, *, origin: str, keys: Sequence[str], today: date, why: str) -> Change:
    """Record the keys that are to take over. Raises Refused."""
    if not actor.roles & set(CHANGERS):
        raise Refused(Reason("deed.role", {"kind": LEDGER_KEYS.name, "asked": CHANGERS}))
    body = LedgerKeysBody(origin=origin, keys=tuple(keys), changed_on=today)
    for _, flaw in _flaws(body.values()):
        raise Refused(flaw)
    return Change(actor, (begun(LEDGER_KEYS, body, why),))
