"""Nonconformity, correction and corrective action (ISO 9001, 10.2): nothing closes without a check of its effect."""

from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Text


class NonconformityBody(Body):
    title: Text = Field(description="What does not conform, in a few words")
    description: Text = Field(description="What was found, with the objective evidence")
    against: tuple[RequirementId, ...] = Field(
        min_length=1, description="The requirements that are not fulfilled"
    )
    grade: Literal["minor", "major"] = Field(
        description="Major: the system's ability to reach its results is affected"
    )
    source: Literal["internal-audit", "external-audit", "measurement", "complaint", "incident", "process"] = (
        Field(description="How it came to light")
    )
    found_on: date = Field(description="When it was found")
    correction: Text | None = Field(default=None, description="What was done at once about the thing itself")
    cause: Text | None = Field(default=None, description="Why it happened, and how the cause was found")
    corrective_action: Text | None = Field(
        default=None, description="What is changed so that it does not happen again"
    )
    action_owner: Text | None = Field(default=None, description="Who does it")
    action_due: date | None = Field(default=None, description="By when")
    action_done_on: date | None = Field(default=None, description="When it was done")
    effect_checked_on: date | None = Field(default=None, description="When the effect was checked")
    effect: Text | None = Field(default=None, description="What the check found, on what evidence")
    effective: bool | None = Field(default=None, description="Whether the cause is gone")


def proved_effective(attempt: Attempt) -> Reason | None:
    """The effect was checked and is there."""
    return None if attempt.content.body.get("effective") else Reason("guard.not-effective", {})


NONCONFORMITY = Kind(
    name="nonconformity",
    prefix="NCR",
    folder="nonconformities",
    title="Nonconformity",
    body=NonconformityBody,
    lifecycle=Lifecycle(
        states=("open", "corrected", "analysed", "acted", "closed"),
        transitions=(
            Transition("correct", ("open",), "corrected", guards=(own_words, filled("correction"))),
            Transition(
                "analyse",
                ("corrected",),
                "analysed",
                guards=(filled("cause", "corrective_action", "action_due"),),
            ),
            Transition("act", ("analysed",), "acted", guards=(filled("action_done_on"),)),
            Transition(
                "close",
                ("acted",),
                "closed",
                (Role.QUALITY_MANAGER, Role.AUDITOR, Role.TOP_MANAGEMENT),
                (
                    own_words,
                    filled("correction", "cause", "corrective_action", "action_due", "action_done_on"),
                    filled("effect_checked_on", "effect"),
                    proved_effective,
                ),
                signs="effectiveness",
                second_person=True,
            ),
            Transition("reopen", ("closed", "acted"), "open"),
        ),
        frozen=("closed",),
    ),
    links=(
        LinkRule("about", ("product", "supplier", "document", "measurement")),
        LinkRule("raised-by", ("internal-audit",)),
    ),
    facts=("against", "grade", "source", "cause", "effective"),
    dated_by=("effect_checked_on", "action_done_on", "found_on"),
    happened=("found_on", "action_done_on", "effect_checked_on"),
    view=View(
        Family.IMPROVEMENT,
        summary=("grade", "source", "found_on", "action_due"),
        sections=(
            Section("What was found", ("title", "description", "against", "grade", "source", "found_on")),
            Section("What was done at once", ("correction",)),
            Section("Why it happened", ("cause",)),
            Section(
                "What is changed",
                ("corrective_action", "action_owner", "action_due", "action_done_on"),
            ),
            Section("Whether it helped", ("effect_checked_on", "effect", "effective")),
        ),
        widgets={
            "description": Widget.PROSE,
            "against": Widget.REQUIREMENTS,
            "correction": Widget.PROSE,
            "cause": Widget.PROSE,
            "corrective_action": Widget.PROSE,
            "action_owner": Widget.PERSON,
        },
        columns=("grade", "source", "found_on", "action_owner", "action_due"),
        filters=("grade", "source", "against"),
        due=("action_due",),
        settled=("acted", "closed"),
        owner="action_owner",
        board=True,
    ),
)
