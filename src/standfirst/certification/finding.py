"""Findings and what the client answers (ISO/IEC 17021-1:2015, 9.4.5, 9.4.9 and 9.4.10).

A finding is the body's record. What the client answers arrives as a file of the client's; the body keeps its digest and
writes down what it says. Nothing here says what the client should do: that would be consultancy.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from standfirst.certification.clauses import Clause
from standfirst.certification.linked import body_of, linked, pointing, state, targets
from standfirst.certification.names import AUDIT, FINDING
from standfirst.certification.periods import day_of, months_after
from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View, Widget
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Text

Grade = Literal["major", "minor", "opportunity"]
GRADES = ("opportunity", "minor", "major")
"""From the lightest to the gravest."""

SETTLED_MINOR = ("accepted", "verified", "closed")
VERIFY_WITHIN_MONTHS = 6
ANSWER = ("correction", "cause", "action", "action_due", "answer_received_on", "answer_digest")


class FindingBody(Body):
    title: Text = Field(description="What was found, in a few words")
    against: tuple[RequirementId, ...] = Field(min_length=1, description="Which requirements")
    grade: Grade = Field(description="Major: the system's ability to reach its results is affected")
    statement: Text = Field(description="What does not conform; no advice")
    evidence: Text = Field(description="The objective evidence")
    seen: tuple[Text, ...] = Field(default=(), description="Numbers of the client's records that were seen")
    raised_on: date = Field(description="When it was raised")
    answer_received_on: date | None = Field(default=None, description="When the client's answer came")
    answer_digest: Sha256 | None = Field(default=None, description="Of the client's answer as a file")
    correction: Text | None = Field(default=None, description="The client: what was put right at once")
    cause: Text | None = Field(default=None, description="The client: why it happened")
    action: Text | None = Field(
        default=None, description="The client: what it changes so that it does not recur"
    )
    action_due: date | None = Field(default=None, description="The client: by when")
    review: Text | None = Field(default=None, description="The body: why the answer is accepted")
    verified_on: date | None = Field(default=None, description="The body: when it verified what was done")
    verification: Text | None = Field(default=None, description="The body: how, and on what evidence")


def gravest(record: Record) -> str:
    """The gravest grade that a finding ever had: one that was softened after it was raised keeps its duties.

    Stricter than ISO/IEC 17021-1:2015, which lets a body regrade with reasons.
    """
    return max((str(version.content.body["grade"]) for version in record.versions), key=GRADES.index)


def verified(record: Record) -> bool:
    """What was done has been verified since the finding was last open."""
    for version in reversed(record.versions):
        if version.entry.moved == "verify":
            return True
        if version.content.state == "open":
            return False
    return False


def raised_in(workspace: Workspace, audits: Sequence[Record]) -> list[Record]:
    """The findings that any version of theirs has tied to one of these audits."""
    return pointing(workspace, FINDING, "raised-in", [audit.id for audit in audits])


def unsettled(workspace: Workspace, audits: Sequence[Record]) -> Reason | None:
    """What stands between these audits and a decision: majors not verified, minors without an accepted plan.

    Source: ISO/IEC 17021-1:2015, 9.5.2, and 9.5.3.2 for the six months (see ``clauses``).
    """
    findings = raised_in(workspace, audits)
    majors = [finding for finding in findings if gravest(finding) == "major"]
    if open_majors := tuple(finding.number for finding in majors if not verified(finding)):
        return Reason(
            "certification.major-open", {"findings": open_majors, "clause": str(Clause.BEFORE_DECISION)}
        )
    minors = [finding for finding in findings if gravest(finding) == "minor"]
    if open_minors := tuple(finding.number for finding in minors if state(finding) not in SETTLED_MINOR):
        return Reason(
            "certification.minor-open", {"findings": open_minors, "clause": str(Clause.BEFORE_DECISION)}
        )
    if late := tuple(_late(workspace, majors, audits)):
        return Reason(
            "certification.major-late",
            {"findings": late, "months": VERIFY_WITHIN_MONTHS, "clause": str(Clause.SIX_MONTHS)},
        )
    return None


def _late(workspace: Workspace, majors: Sequence[Record], audits: Sequence[Record]) -> Iterator[str]:
    stage_2 = [body_of(workspace, audit) for audit in audits]
    ends = [day_of(body["ends_on"]) for body in stage_2 if body["type"] == "stage-2"]
    limit = months_after(max(ends), VERIFY_WITHIN_MONTHS) if ends else date.max
    for major in majors:
        if day_of(body_of(workspace, major)["verified_on"]) > limit:
            yield major.number


def answers_in_time(attempt: Attempt) -> Reason | None:
    """An answer follows the finding, and a verification follows the answer."""
    body = attempt.content.body
    days = [str(body[name]) for name in ("raised_on", "answer_received_on", "verified_on") if body.get(name)]
    return None if days == sorted(days) else Reason("finding.days", {"days": tuple(days)})


def only_an_opportunity(attempt: Attempt) -> Reason | None:
    """Noted without an answer is only what was never graded as a nonconformity.

    Source: ISO/IEC 17021-1:2015, 9.4.5 (see ``clauses``).
    """
    grade = _gravest(attempt)
    if grade == "opportunity":
        return None
    return Reason("finding.not-an-opportunity", {"grade": grade, "clause": str(Clause.FINDINGS)})


def by_an_auditor_of_it(attempt: Attempt) -> Reason | None:
    """Answers are accepted and verified by the team that raised the finding, its leader or an auditor.

    Source: ISO/IEC 17021-1:2015, 9.4.10, leaves to the body who does it (see ``clauses``); this is the procedure here.
    """
    team = {
        target
        for audit in linked(attempt, "raised-in")
        for target in targets(audit.current.content, "lead", "auditor")
    }
    if attempt.actor.id in team:
        return None
    return Reason("finding.not-its-auditor", {"clause": str(Clause.ACCEPTANCE)})


def _gravest(attempt: Attempt) -> str:
    """Of what is recorded and of the content at hand, which may be later."""
    record = attempt.workspace.records([attempt.content.record]).get(attempt.content.record)
    grades = [str(attempt.content.body["grade"]), *([gravest(record)] if record else [])]
    return max(grades, key=GRADES.index)


FINDING_KIND = Kind(
    name=FINDING,
    prefix="FND",
    folder="findings",
    title="Finding",
    body=FindingBody,
    lifecycle=Lifecycle(
        states=("open", "answered", "accepted", "verified", "closed"),
        transitions=(
            Transition(
                "answer",
                ("open",),
                "answered",
                (Role.AUDITOR,),
                (own_words, filled(*ANSWER), answers_in_time),
            ),
            Transition("return", ("answered",), "open", (Role.AUDITOR,)),
            Transition(
                "accept",
                ("answered",),
                "accepted",
                (Role.AUDITOR,),
                (own_words, filled(*ANSWER, "review"), answers_in_time, by_an_auditor_of_it),
            ),
            Transition(
                "verify",
                ("accepted",),
                "verified",
                (Role.AUDITOR,),
                (
                    own_words,
                    filled(*ANSWER, "review", "verified_on", "verification"),
                    answers_in_time,
                    by_an_auditor_of_it,
                ),
                signs="verification",
            ),
            Transition("close", ("verified",), "closed", (Role.AUDITOR,), (own_words, by_an_auditor_of_it)),
            Transition("note", ("open",), "closed", (Role.AUDITOR,), (own_words, only_an_opportunity)),
            Transition("reopen", ("accepted", "verified", "closed"), "open", (Role.AUDITOR,)),
        ),
        frozen=("verified", "closed"),
    ),
    links=(LinkRule("raised-in", (AUDIT,)),),
    facts=("against", "grade"),
    dated_by=("verified_on", "raised_on"),
    happened=("raised_on", "answer_received_on", "verified_on"),
    view=View(
        Family.CERTIFICATION,
        summary=("grade", "against", "raised_on"),
        sections=(
            Section("What does not conform", ("title", "grade", "against", "statement")),
            Section("What was seen", ("evidence", "seen", "raised_on")),
            Section(
                "What the client answers",
                ("answer_received_on", "answer_digest", "correction", "cause", "action", "action_due"),
            ),
            Section("What the body says to it", ("review", "verified_on", "verification")),
        ),
        widgets={
            "against": Widget.REQUIREMENTS,
            "statement": Widget.PROSE,
            "evidence": Widget.PROSE,
            "correction": Widget.PROSE,
            "cause": Widget.PROSE,
            "action": Widget.PROSE,
            "review": Widget.PROSE,
            "verification": Widget.PROSE,
        },
        columns=("grade", "against", "raised_on", "action_due"),
        settled=("verified", "closed"),
        filters=("grade", "against"),
        due=("action_due",),
        board=True,
    ),
)
