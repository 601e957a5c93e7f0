"""What the ledger knows of what is kept outside it, speak-up cases and secret ballots: commitments, in batches, on a day.

A commitment tells nothing to whoever has not the content and its salt. A batch says which were waiting on its day, in the
order of the commitments themselves: not when each came, nor in which order, nor from whom.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from standfirst.management.guards import by_nobodys_hand
from standfirst.records.actor import Actor
from standfirst.records.body import Body, Sha256
from standfirst.records.change import Change, Refused, begun
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind
from standfirst.records.lifecycle import RECORDED
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.standards.reason import Reason
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import Domain, commitment


class Purpose(StrEnum):
    """What is kept sealed."""

    SPEAK_UP = "speak-up"
    BALLOT = "ballot"


FORM: Final = "standfirst-sealed/1"
"""Said within each sealed content, so that what was committed to for this is never taken for something else."""

ENOUGH: Final = 3
"""From how many on a batch is made at once: of fewer, its day tells too much about when they came."""

LONGEST: Final = timedelta(days=7)
"""After which a batch is made of however few: what never enters the ledger could be lost without a trace."""


# --- one sealed content ----------------------------------------------------------------------------------------------


def content_of(purpose: Purpose, subject: str, said: Mapping[str, Any]) -> bytes:
    """The bytes that are committed to. Raises ``trust.errors.Rejected`` for what has no canonical form."""
    return canonical_bytes(
        {"form": FORM, "purpose": purpose.value, "subject": subject, "content": dict(said)}
    )


def commitment_of(salt: bytes, content: bytes) -> str:
    """As a batch lists it."""
    return commitment(Domain.SEALED, salt, content).hex()


def is_in(batch: JsonBody, *, salt: bytes, content: bytes) -> bool:
    """Whether whoever holds this content and its salt holds something that was in the batch. Raises BadCommitment."""
    return commitment_of(salt, content) in batch["commitments"]


# --- the batch -------------------------------------------------------------------------------------------------------


class BatchBody(Body):
    purpose: Purpose = Field(description="What was sealed")
    day: date = Field(
        description="On which day the batch was made; what is in it may have come on any day before"
    )
    count: int = Field(ge=1, description="How many")
    commitments: tuple[Sha256, ...] = Field(min_length=1, description="One for each, in ascending order")


def _flaws(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    listed = list(body["commitments"])
    if listed != sorted(set(listed)):
        yield "commitments", Reason("sealed.out-of-order")
    if body["count"] != len(listed):
        yield "count", Reason("sealed.count", {"stated": body["count"], "found": len(listed)})


SEALED_BATCH = Kind(
    name="sealed-batch",
    prefix="SLB",
    folder="sealed",
    title="Batch of sealed items",
    body=BatchBody,
    titled_by="purpose",
    lifecycle=RECORDED,
    dated_by=("day",),
    happened=("day",),
    writes=(by_nobodys_hand("sealed.by-hand"),),  # but from what waits, by ``batch``
    erasable="never",
    by_hand=False,
    inspect=lambda body: tuple(_flaws(body)),
    view=View(
        Family.KEEPING,
        summary=("day", "count"),
        sections=(Section("What was sealed", ("purpose", "day", "count", "commitments")),),
        columns=("purpose", "day", "count"),
        filters=("purpose",),
    ),
)


def is_due(waiting: int, since: date, today: date) -> bool:
    """``since``: the day on which the oldest of those that wait came."""
    return waiting >= ENOUGH or (waiting > 0 and today - since >= LONGEST)


def batches(workspace: Workspace, purpose: Purpose, by: str) -> Mapping[str, Record]:
    """Those that the service of this id made, by their numbers. A copy from elsewhere is none of them."""
    return {
        record.number: record
        for record in workspace.records(kinds=(SEALED_BATCH.name,)).values()
        if record.versions[0].entry.actor == by and record.current.content.body["purpose"] == purpose
    }


def batch(*, purpose: Purpose, commitments: Collection[str], day: date, by: Actor) -> DeedFunction:
    """One record with those of ``commitments`` that no batch holds yet. Harmless when repeated.

    Raises Refused where all of them are in a batch, and for a second batch on one day.
    """

    def deed(workspace: Workspace) -> Change:
        made = [record.current.content.body for record in batches(workspace, purpose, by.id).values()]
        left = sorted(set(commitments).difference(*(body["commitments"] for body in made)))
        if not left:
            raise Refused(Reason("sealed.nothing-waits", {"purpose": purpose.value}))
        if any(body["day"] == day.isoformat() for body in made):
            raise Refused(Reason("sealed.once-a-day", {"purpose": purpose.value, "day": day.isoformat()}))
        body = BatchBody(purpose=purpose, day=day, count=len(left), commitments=tuple(left))
        return Change(by, (begun(SEALED_BATCH, body, "What waited outside the ledger is committed to"),))

    return deed
