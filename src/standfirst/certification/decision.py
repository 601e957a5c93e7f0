"""The decision: by somebody who did not audit, on a file that was reviewed (ISO/IEC 17021-1:2015, 9.5)."""

from datetime import date

from pydantic import Field

from standfirst.certification.accreditation import Scheme, covered
from standfirst.certification.clauses import Clause
from standfirst.certification.independence import (
    no_auditor_of_it,
    no_consultant_of_it,
    not_the_clients_contact,
    of_one_application,
)
from standfirst.certification.linked import body_of, linked, state, targets
from standfirst.certification.names import APPLICATION, DECISION, OF, TECHNICAL_REVIEW
from standfirst.certification.periods import day_of
from standfirst.certification.review import after_the_file, audits_reported, nothing_unsettled
from standfirst.management.guards import filled, own_words
from standfirst.management.organisation import Exclusion
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text
from standfirst.standards.vocabulary import Domain, Stage


class DecisionBody(Body):
    title: Text = Field(description="What is decided about whom")
    edition: Scheme = Field(description="By which requirements")
    statement: Text = Field(description="The scope that is decided on")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains covered")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Life-cycle stages covered")
    sites: tuple[Text, ...] = Field(min_length=1, description="Sites covered")
    exclusions: tuple[Exclusion, ...] = Field(default=(), description="What is left out, with its reason")
    decided_on: date | None = Field(default=None, description="When it was decided")
    reasons: Text | None = Field(default=None, description="Why")


def after_a_review(attempt: Attempt) -> Reason | None:
    """A finished review of the same application, made no later than the decision.

    Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``).
    """
    day = day_of(attempt.content.body["decided_on"])
    file = targets(attempt.content, OF)
    reviews = [record for record in linked(attempt, "after") if record.kind == TECHNICAL_REVIEW]
    if reviews and all(
        state(review) == "done"
        and targets(review.current.content, OF) == file
        and day_of(body_of(attempt.workspace, review)["reviewed_on"]) <= day
        for review in reviews
    ):
        return None
    found = tuple(f"{review.number} ({state(review)})" for review in reviews)
    return Reason("certification.no-review", {"found": found, "clause": str(Clause.BEFORE_DECISION)})


def decided_after_the_audits(attempt: Attempt) -> Reason | None:
    """A decision cannot rest on reports that were written later."""
    return after_the_file("decided_on", attempt)


def no_wider_than_applied(attempt: Attempt) -> Reason | None:
    """What was audited is what was applied for; a decision may cover less, never more.

    Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``): the information is sufficient for the scope.
    """
    (application,) = linked(attempt, OF)
    applied, body = body_of(attempt.workspace, application), attempt.content.body
    wider = tuple(
        value
        for field in ("domains", "stages", "sites")
        for value in body[field]
        if value not in applied[field]
    )
    unsaid = tuple(e["what"] for e in applied.get("exclusions", ()) if e not in body.get("exclusions", ()))
    other = () if body["edition"] == applied["edition"] else (str(body["edition"]),)
    if not wider and not unsaid and not other:
        return None
    return Reason(
        "certification.wider-than-applied",
        {"values": (*wider, *unsaid, *other), "clause": str(Clause.BEFORE_DECISION)},
    )


ALWAYS = (
    own_words,
    filled("decided_on", "reasons"),
    of_one_application,
    no_auditor_of_it,
    not_the_clients_contact,
    no_consultant_of_it("decided_on"),
)

DECISION_KIND = Kind(
    name=DECISION,
    prefix="DEC",
    folder="decisions",
    title="Certification decision",
    body=DecisionBody,
    lifecycle=Lifecycle(
        states=("draft", "granted", "refused"),
        transitions=(
            Transition(
                "grant",
                ("draft",),
                "granted",
                (Role.DECISION_MAKER,),
                (
                    *ALWAYS,
                    audits_reported,
                    after_a_review,
                    nothing_unsettled,
                    decided_after_the_audits,
                    no_wider_than_applied,
                    covered("decided_on"),
                ),
                signs="decision",
            ),
            Transition(
                "refuse",
                ("draft",),
                "refused",
                (Role.DECISION_MAKER,),
                (*ALWAYS, audits_reported, decided_after_the_audits),
                signs="decision",
            ),
        ),
        frozen=("granted", "refused"),
    ),
    links=(LinkRule(OF, (APPLICATION,)), LinkRule("after", (TECHNICAL_REVIEW,))),
    facts=("domains", "stages"),
    dated_by=("decided_on",),
    happened=("decided_on",),
    view=View(
        Family.CERTIFICATION,
        summary=("domains", "stages", "decided_on"),
        sections=(
            Section("What is decided", ("title", "edition", "decided_on", "reasons")),
            Section(
                "The scope that is decided on", ("statement", "domains", "stages", "sites", "exclusions")
            ),
        ),
        widgets={"reasons": Widget.PROSE, "statement": Widget.PROSE},
        columns=("domains", "stages", "decided_on"),
        filters=("domains", "stages"),
    ),
)
