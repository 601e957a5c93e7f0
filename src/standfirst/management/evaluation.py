"""Internal audit and management review (ISO 9001, 9.2 and 9.3; ISO 19011)."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Strict, Text


class AuditFinding(Strict):
    requirement: RequirementId = Field(description="Against which requirement")
    grade: Literal["major", "minor", "opportunity", "conforms"] = Field(
        description="What the auditor concludes"
    )
    statement: Text = Field(description="What was found, on what evidence")


class AuditBody(Body):
    title: Text = Field(description="What is audited")
    programme: Text = Field(description="The audit programme it belongs to")
    requirements: tuple[RequirementId, ...] = Field(
        min_length=1, description="The requirements that are sampled"
    )
    process_owners: tuple[Text, ...] = Field(
        min_length=1, description="Handles or numbers of those whose work is audited"
    )
    auditors: tuple[Text, ...] = Field(min_length=1, description="Handles or numbers of those who audit")
    planned_for: date = Field(description="When it is planned")
    performed_on: date | None = Field(default=None, description="When it took place")
    findings: tuple[AuditFinding, ...] = Field(default=(), description="What was found")
    conclusion: Text | None = Field(default=None, description="The auditors' conclusion")


def auditors_independent(attempt: Attempt) -> Reason | None:
    """Nobody audits their own work (ISO 19011, principle of independence): not as who is named, not as who moves it.

    All are named as people of this workspace, by handle or number: else a name in other words passes as somebody else.
    """
    body, people = attempt.content.body, _people(attempt)
    for field in ("auditors", "process_owners"):
        if unknown := sorted(set(body.get(field, ())) - people.keys()):
            return Reason("guard.nobody", {"fields": (field,), "names": tuple(unknown)})
    owners = {people[name] for name in body.get("process_owners", ())}
    if both := sorted(name for name in set(body.get("auditors", ())) if people[name] in owners):
        return Reason("guard.own-work", {"auditors": tuple(both)})
    own = sorted(name for name in set(body.get("process_owners", ())) if people[name] == attempt.actor.id)
    return Reason("guard.own-work", {"auditors": tuple(own)}) if own else None


def _people(attempt: Attempt) -> Mapping[str, str]:
    """Ids of this workspace's people, of those who have left too, by handle and by number."""
    people = attempt.workspace.records(kinds=(PERSON.name,)).values()
    return {
        name: person.id
        for person in people
        for name in (str(person.current.content.body["handle"]), person.number)
    }


INTERNAL_AUDIT = Kind(
    name="internal-audit",
    prefix="AUD",
    folder="internal-audits",
    title="Internal audit",
    body=AuditBody,
    schema=3,  # 2: whoever is audited moves nothing of it on; 3: who audits, and who is audited, are people here
    upcasts={1: lambda body: body, 2: lambda body: body},
    lifecycle=Lifecycle(
        states=("planned", "performed", "reported", "closed"),
        transitions=(
            Transition(
                "perform",
                ("planned",),
                "performed",
                guards=(
                    own_words,
                    auditors_independent,
                    filled("performed_on", "findings"),
                ),
            ),
            Transition(
                "report",
                ("performed",),
                "reported",
                (Role.AUDITOR,),
                (
                    own_words,
                    auditors_independent,
                    filled("performed_on", "findings", "conclusion"),
                ),
                signs="report",
            ),
            Transition("close", ("reported",), "closed", (Role.QUALITY_MANAGER, Role.AUDITOR)),
            Transition("correct", ("performed",), "planned"),
        ),
        frozen=("reported", "closed"),
    ),
    links=(LinkRule("about", ("product", "supplier")),),
    facts=("requirements",),
    derived={
        "findings": lambda body: len(body.get("findings", ())),
        "auditors_independent": lambda body: (
            not set(body.get("auditors", ())) & set(body.get("process_owners", ()))
        ),
    },
    dated_by=("performed_on",),
    happened=("performed_on",),
    view=View(
        Family.EVALUATION,
        summary=("programme", "planned_for", "findings"),
        sections=(
            Section("What is audited", ("title", "programme", "requirements", "planned_for")),
            Section("Who audits whom", ("auditors", "process_owners")),
            Section("What was found", ("performed_on", "findings", "conclusion")),
        ),
        widgets={
            "requirements": Widget.REQUIREMENTS,
            "auditors": Widget.PERSON,
            "process_owners": Widget.PERSON,
            "conclusion": Widget.PROSE,
        },
        columns=("programme", "planned_for", "performed_on", "findings"),
        filters=("programme", "auditors"),
        due=("planned_for",),
        settled=("performed", "reported", "closed"),
        owner="auditors",
        board=True,
    ),
)


class Action(Strict):
    what: Text = Field(description="What is to be done")
    owner: Text = Field(description="By whom")
    due: date = Field(description="By when")


ReviewInput = Literal[
    "audit-results",
    "objectives",
    "nonconformities",
    "measurements",
    "obligations",
    "stakeholder-feedback",
    "risks",
    "resources",
    "suppliers",
    "incidents",
    "changes",
    "improvement",
]


class ReviewBody(Body):
    title: Text = Field(description="Which review")
    planned_for: date = Field(description="When it is planned")
    held_on: date | None = Field(default=None, description="When it was held")
    participants: tuple[Text, ...] = Field(default=(), description="Who took part")
    inputs: tuple[ReviewInput, ...] = Field(default=(), description="What was looked at")
    minutes: Text | None = Field(default=None, description="What was said")
    decisions: tuple[Text, ...] = Field(default=(), description="What was decided")
    actions: tuple[Action, ...] = Field(default=(), description="What follows")
    public_summary: Text | None = Field(default=None, description="The concise account that is published")


MANAGEMENT_REVIEW = Kind(
    name="management-review",
    prefix="REV",
    folder="management-reviews",
    title="Management review",
    body=ReviewBody,
    lifecycle=Lifecycle(
        states=("planned", "held", "approved"),
        transitions=(
            Transition(
                "hold",
                ("planned",),
                "held",
                guards=(own_words, filled("held_on", "participants", "inputs", "minutes")),
            ),
            Transition(
                "approve",
                ("held",),
                "approved",
                (Role.TOP_MANAGEMENT,),
                (own_words, filled("held_on", "participants", "inputs", "minutes", "decisions")),
                signs="approval",
                second_person=True,
            ),
            Transition("correct", ("held",), "planned"),
        ),
        frozen=("approved",),
    ),
    links=(
        LinkRule(
            "looked-at", ("internal-audit", "objective", "nonconformity", "risk", "supplier", "measurement")
        ),
    ),
    facts=("inputs", "public_summary"),
    derived={"decisions": lambda body: len(body.get("decisions", ()))},
    dated_by=("held_on",),
    happened=("held_on",),
    view=View(
        Family.EVALUATION,
        summary=("planned_for", "held_on", "decisions"),
        sections=(
            Section("When, and who", ("title", "planned_for", "held_on", "participants")),
            Section("What was looked at", ("inputs", "minutes")),
            Section("What follows", ("decisions", "actions", "public_summary")),
        ),
        widgets={"minutes": Widget.PROSE, "public_summary": Widget.PROSE},
        columns=("planned_for", "held_on", "decisions"),
        due=("planned_for",),
        settled=("held", "approved"),
    ),
)
