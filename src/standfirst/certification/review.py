"""The technical review: somebody who did not audit looks whether a decision can be made (17021-1, 9.5.2)."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from pydantic import Field

from standfirst.certification.clauses import Clause
from standfirst.certification.finding import unsettled
from standfirst.certification.independence import (
    STARTED,
    audits_of,
    no_auditor_of_it,
    no_consultant_of_it,
    not_the_clients_contact,
    of_one_application,
)
from standfirst.certification.linked import body_of, state, targets
from standfirst.certification.names import APPLICATION, OF, TECHNICAL_REVIEW
from standfirst.certification.periods import day_of
from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text

Looked = Literal["information", "scope", "audit-time", "team", "conclusions", "findings"]
"""What there is to look at in a file."""


class ReviewBody(Body):
    title: Text = Field(description="Whose file is reviewed")
    reviewed_on: date | None = Field(default=None, description="When the review was done")
    looked_at: tuple[Looked, ...] = Field(default=(), description="What was looked at")
    review: Text | None = Field(default=None, description="What the review found")
    recommendation: Literal["grant", "refuse"] | None = Field(
        default=None, description="What the reviewer recommends"
    )


def audits_reported(attempt: Attempt) -> Reason | None:
    """Stage 1 and stage 2 are reported, and no audit of the file has begun without being reported.

    Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``): the information is sufficient.
    """
    audits = _begun(attempt)
    types = {str(body_of(attempt.workspace, audit)["type"]) for audit in audits if state(audit) == "reported"}
    waiting = tuple(audit.number for audit in audits if state(audit) != "reported")
    if {"stage-1", "stage-2"} <= types and not waiting:
        return None
    return Reason(
        "certification.audit-not-reported", {"audits": waiting, "clause": str(Clause.BEFORE_DECISION)}
    )


def nothing_unsettled(attempt: Attempt) -> Reason | None:
    """Majors are verified and plans for minors accepted. Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``)."""
    return unsettled(attempt.workspace, _begun(attempt))


def whole_file_looked_at(attempt: Attempt) -> Reason | None:
    """An effective review leaves nothing out. Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``)."""
    missing = set(get_args(Looked)) - set(attempt.content.body["looked_at"])
    if not missing:
        return None
    return Reason(
        "certification.review-incomplete",
        {"missing": tuple(sorted(missing)), "clause": str(Clause.BEFORE_DECISION)},
    )


def after_the_file(day_field: str, attempt: Attempt) -> Reason | None:
    """The day named lies before a report or a verification of the file."""
    day = day_of(attempt.content.body[day_field])
    told = [str(body_of(attempt.workspace, audit)["reported_on"]) for audit in _begun(attempt)]
    later = [one for one in told if day_of(one) > day]
    return Reason("certification.before-the-file", {"days": (day.isoformat(), max(later))}) if later else None


def reviewed_after_the_audits(attempt: Attempt) -> Reason | None:
    """A review cannot have looked at reports that were written later."""
    return after_the_file("reviewed_on", attempt)


def _begun(attempt: Attempt) -> Sequence[Record]:
    audits = audits_of(attempt.workspace, targets(attempt.content, OF))
    return [audit for audit in audits if state(audit) in STARTED]


REVIEW_KIND = Kind(
    name=TECHNICAL_REVIEW,
    prefix="TRV",
    folder="reviews",
    title="Technical review",
    body=ReviewBody,
    lifecycle=Lifecycle(
        states=("draft", "done"),
        transitions=(
            Transition(
                "conclude",
                ("draft",),
                "done",
                (Role.REVIEWER,),
                (
                    own_words,
                    filled("reviewed_on", "looked_at", "review", "recommendation"),
                    of_one_application,
                    no_auditor_of_it,
                    not_the_clients_contact,
                    no_consultant_of_it("reviewed_on"),
                    whole_file_looked_at,
                    audits_reported,
                    nothing_unsettled,
                    reviewed_after_the_audits,
                ),
                signs="review",
            ),
        ),
        frozen=("done",),
    ),
    links=(LinkRule(OF, (APPLICATION,)),),
    facts=("recommendation",),
    dated_by=("reviewed_on",),
    happened=("reviewed_on",),
    view=View(
        Family.CERTIFICATION,
        summary=("recommendation", "reviewed_on"),
        sections=(
            Section("What is reviewed", ("title", "looked_at", "reviewed_on")),
            Section("What the review came to", ("review", "recommendation")),
        ),
        widgets={"review": Widget.PROSE},
        columns=("recommendation", "reviewed_on"),
        filters=("recommendation",),
    ),
)
