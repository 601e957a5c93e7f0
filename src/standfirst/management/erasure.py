"""Erasure: what a record says is destroyed for good, while the ledger still shows that it was there; and legal holds.

Three people's worth of care, since nothing brings it back: somebody asks, somebody else approves, and before it is
carried out it is looked at once more whether anything stands in the way. What may never be erased is said by each kind
(``Kind.erasable``): what was erased and by whom, what is held, who was let in, whose keys sign, and certificates. Visits
and decisions on controlled records, which name people, only once their retention has ended. Besides them the record
with which the ledger begins.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date
from typing import Final, Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.management.organisation import MANAGERS, PERSON
from standfirst.records.body import Body
from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text
from standfirst.trust.moments import day_of, years_later

HOLDS: Final = "holds"
ERASES: Final = "erases"
RETENTION_ENDED: Final = "retention-ended"
BEFORE: Final = ("requested", "approved")


# --- legal hold ------------------------------------------------------------------------------------------------------


class HoldBody(Body):
    title: Text = Field(description="What is held, in a few words")
    reason: Text = Field(description="Why it must be kept, such as a claim or an inquiry")
    authority: Text = Field(description="Who asks for it, or by which law")
    placed_on: date = Field(description="From which day")


def holds_something(attempt: Attempt) -> Reason | None:
    """A hold on nothing would look like one on something."""
    return None if attempt.workspace.records(attempt.content.links.get(HOLDS, ())) else Reason("hold.nothing")


LEGAL_HOLD = Kind(
    name="legal-hold",
    prefix="HLD",
    folder="erasure",
    title="Legal hold",
    body=HoldBody,
    lifecycle=Lifecycle(
        states=("active", "released"),
        transitions=(Transition("release", ("active",), "released", MANAGERS, signs="release", signers=2),),
        frozen=("active", "released"),  # what is held is not changed: another hold is placed
    ),
    links=(LinkRule(HOLDS, ANY_KIND),),
    dated_by=("placed_on",),
    happened=("placed_on",),
    authors=MANAGERS,
    writes=(holds_something,),
    erasable="never",
    view=View(
        Family.KEEPING,
        summary=("authority", "placed_on"),
        sections=(Section("What is held, and why", ("title", "reason", "authority", "placed_on")),),
        widgets={"reason": Widget.PROSE},
        columns=("authority", "placed_on"),
    ),
)


# --- erasure ---------------------------------------------------------------------------------------------------------


class ErasureBody(Body):
    title: Text = Field(description="What is erased, without saying what it says")
    basis: Literal["data-subject-request", "retention-ended", "court-order", "recorded-by-mistake"] = Field(
        description="On what ground"
    )
    reason: Text = Field(description="Why; it is kept, so it repeats nothing that is to be erased")
    requested_by: Text = Field(
        description="Who asked: an office or a case number, not the name of who is concerned"
    )
    decided_on: date | None = Field(default=None, description="When it was decided")


def _targets(attempt: Attempt) -> Sequence[Record]:
    """Those that are still there, in the order of their numbers."""
    found = attempt.workspace.records(sorted(attempt.content.links.get(ERASES, ())))
    return sorted(found.values(), key=lambda record: record.number)


def _refused(code: str, attempt: Attempt, stands_in_the_way: Callable[[Record], bool]) -> Reason | None:
    found = tuple(record.number for record in _targets(attempt) if stands_in_the_way(record))
    return Reason(code, {"records": found}) if found else None


def erases_something(attempt: Attempt) -> Reason | None:
    """It says which records."""
    return None if attempt.content.links.get(ERASES) else Reason("erasure.nothing")


def erasable(attempt: Attempt) -> Reason | None:
    """Not what may never be erased, and not the record with which the ledger begins."""
    kinds = attempt.workspace.kinds
    return _refused(
        "erasure.never",
        attempt,
        lambda r: kinds[r.kind].erasable == "never" or any(v.entry.sequence == 0 for v in r.versions),
    )


def not_in_use(attempt: Attempt) -> Reason | None:
    """Somebody who still acts here leaves first, or nobody could say who acted."""
    return _refused(
        "erasure.in-use",
        attempt,
        lambda r: r.kind == PERSON.name and r.current.content.state == PERSON.lifecycle.initial,
    )


def not_held(attempt: Attempt) -> Reason | None:
    """No legal hold that is in force names one of them, whatever the ground for erasing it."""
    holds = attempt.workspace.records(kinds=(LEGAL_HOLD.name,)).values()
    active = [hold for hold in holds if hold.current.content.state == LEGAL_HOLD.lifecycle.initial]
    wanted = set(attempt.content.links.get(ERASES, ()))
    found = [hold.number for hold in active if wanted & set(hold.current.content.links.get(HOLDS, ()))]
    return Reason("erasure.held", {"holds": tuple(sorted(found))}) if found else None


def decided_by_now(attempt: Attempt) -> Reason | None:
    """The day of the decision, from which retention is counted back, is not later than the request stands recorded."""
    known = attempt.workspace.records([attempt.content.record]).get(attempt.content.record)
    stated = attempt.content.body.get("decided_on")
    if known is None or stated is None:
        return None
    recorded = known.current.entry.recorded_at.astimezone(UTC).date()
    if day_of(str(stated)) <= recorded:
        return None
    return Reason("erasure.decided-later", {"stated": str(stated), "recorded": recorded.isoformat()})


def retention_ended(attempt: Attempt) -> Reason | None:
    """Where that is the ground, every record's years have passed since its last version; for some kinds always."""
    body, kinds = attempt.content.body, attempt.workspace.kinds
    stated = body.get("decided_on")
    decided = day_of(str(stated)) if stated is not None else None

    def too_early(record: Record) -> bool:
        kind = kinds[record.kind]
        if body["basis"] != RETENTION_ENDED and kind.erasable != "after-retention":
            return False
        last = record.versions[-1].entry.recorded_at.astimezone(UTC).date()
        return decided is None or years_later(last, kind.retention) > decided

    return _refused("erasure.too-early", attempt, too_early)


ASKED = (own_words, erases_something, erasable, not_in_use, not_held, decided_by_now, retention_ended)

ERASURE = Kind(
    name="erasure",
    prefix="ERS",
    folder="erasure",
    title="Erasure",
    body=ErasureBody,
    lifecycle=Lifecycle(
        states=("requested", "approved", "carried-out", "refused"),
        transitions=(
            Transition(
                "approve",
                ("requested",),
                "approved",
                MANAGERS,
                (filled("decided_on"), *ASKED),
                signs="approval",
                second_person=True,
            ),
            Transition("carry-out", ("approved",), "carried-out", MANAGERS, ASKED, erases=ERASES),
            Transition("refuse", BEFORE, "refused", MANAGERS),
        ),
        frozen=("approved", "carried-out", "refused"),
    ),
    links=(LinkRule(ERASES, ANY_KIND),),
    facts=("basis",),
    dated_by=("decided_on",),
    happened=("decided_on",),
    erasable="never",
    view=View(
        Family.KEEPING,
        summary=("basis", "decided_on"),
        sections=(
            Section("What is erased, and why", ("title", "basis", "reason", "requested_by")),
            Section("What was decided", ("decided_on",)),
        ),
        widgets={"reason": Widget.PROSE},
        columns=("basis", "requested_by", "decided_on"),
        filters=("basis",),
        board=True,
    ),
)
