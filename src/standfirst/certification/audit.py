"""Audits of a certification file: stage 1, stage 2 and what follows (ISO/IEC 17021-1:2015, 9.2 to 9.4)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from standfirst.certification.application import Days
from standfirst.certification.clauses import Clause
from standfirst.certification.independence import of_one_application, team_without_consultants
from standfirst.certification.linked import body_of, linked, pointing, state, targets
from standfirst.certification.names import APPLICATION, AUDIT, DECISION, FINDING, OF, TEAM
from standfirst.certification.periods import day_of, months_after
from standfirst.management.guards import filled, own_words
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Record
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.standards.validation import RequirementId, Strict, Text

AuditType = Literal["stage-1", "stage-2", "surveillance", "recertification", "follow-up", "special"]
Conclusion = Literal["conforming", "nonconforming", "not-sampled", "not-applicable"]

PLANNERS = (Role.APPLICATION_REVIEWER, Role.QUALITY_MANAGER)
GRADED = ("major", "minor")


class Declaration(Strict):
    """What a member of the team says about themselves and this client, for this audit."""

    handle: Text = Field(description="Whose declaration it is")
    advised_until: date | None = Field(
        default=None,
        description="The last day on which they advised the client's management system or audited it internally",
    )
    other: Text | None = Field(default=None, description="Any other connection, with what is done about it")


class Concluded(Strict):
    """What the auditors conclude on one requirement. Theirs alone: it follows from no result that software computed."""

    requirement: RequirementId = Field(description="Which requirement")
    conclusion: Conclusion = Field(description="What the auditors conclude")
    says: Text | None = Field(default=None, description="On what evidence, or why it was not sampled")


class AuditBody(Body):
    title: Text = Field(description="Which audit of whom")
    type: AuditType = Field(description="What sort of audit")
    begins_on: date = Field(description="The first day")
    ends_on: date = Field(description="The last day")
    audit_days: Days = Field(description="Auditor days; technical experts do not count")
    sites: tuple[Text, ...] = Field(min_length=1, description="Which sites are visited")
    plan: Text = Field(description="What is looked at, by whom, and how")
    declarations: tuple[Declaration, ...] = Field(
        default=(), description="What each member of the team declares about this client"
    )
    conclusions: tuple[Concluded, ...] = Field(
        default=(), description="What the auditors conclude, requirement by requirement"
    )
    concerns: tuple[Text, ...] = Field(
        default=(), description="Of stage 1: what could become a nonconformity in stage 2"
    )
    ready: bool | None = Field(
        default=None, description="Of stage 1: whether the client is ready for stage 2"
    )
    recommendation: Literal["grant", "refuse"] | None = Field(
        default=None, description="Of stage 2: what the team recommends"
    )
    report: Text | None = Field(default=None, description="The conclusion in a few sentences")
    reported_on: date | None = Field(default=None, description="When the report was given")


def one_leader(attempt: Attempt) -> Reason | None:
    """A team has one leader, and nobody stands on it twice. Source: ISO/IEC 17021-1:2015, 9.2.2 (see ``clauses``)."""
    leaders = attempt.content.links.get("lead", ())
    everybody = [target for relation in TEAM for target in attempt.content.links.get(relation, ())]
    persons = [record.id for record in linked(attempt, *TEAM) if record.kind == PERSON.name]
    if len(leaders) == 1 and sorted(persons) == sorted(everybody):
        return None
    return Reason("audit.one-leader", {"leaders": len(leaders), "clause": str(Clause.TEAM)})


def after_stage_1(attempt: Attempt) -> Reason | None:
    """Stage 2 begins after a stage 1 of the same application was reported and found the client ready.

    Source: ISO/IEC 17021-1:2015, 9.3.1.2 and 9.3.1.3 (see ``clauses``).
    """
    body = attempt.content.body
    if body["type"] != "stage-2":
        return None
    before = [record for record in linked(attempt, "after") if record.kind == AUDIT]
    said = body_of(attempt.workspace, before[0]) if len(before) == 1 else {}
    if (
        said.get("type") == "stage-1"
        and state(before[0]) == "reported"
        and targets(before[0].current.content, OF) == targets(attempt.content, OF)
        and day_of(said["reported_on"]) <= day_of(body["begins_on"])
        and said["ready"]
    ):
        return None
    found = tuple(f"{record.number} ({state(record)})" for record in before)
    return Reason("audit.no-stage-1", {"found": found, "clause": str(Clause.STAGE_1)})


def surveillance_in_time(attempt: Attempt) -> Reason | None:
    """The first surveillance begins at most twelve months after the decision that certified.

    Source: ISO/IEC 17021-1:2015, 9.1.3.3 (see ``clauses``). Later ones, once in a calendar year, are not checked.
    """
    body, file = attempt.content.body, targets(attempt.content, OF)
    if body["type"] != "surveillance":
        return None
    decided = [
        day_of(body_of(attempt.workspace, record)["decided_on"])
        for record in pointing(attempt.workspace, DECISION, OF, file)
        if state(record) == "granted"
    ]
    earlier = [
        record
        for record in pointing(attempt.workspace, AUDIT, OF, file)
        if state(record) == "reported" and body_of(attempt.workspace, record)["type"] == "surveillance"
    ]
    latest = months_after(min(decided), 12) if decided else None
    if latest is not None and (earlier or day_of(body["begins_on"]) <= latest):
        return None
    until = latest.isoformat() if latest else ""
    return Reason("audit.surveillance-late", {"until": until, "clause": str(Clause.CYCLE)})


def days_in_order(attempt: Attempt) -> Reason | None:
    """An audit ends after it begins and is reported after it ends."""
    body = attempt.content.body
    days = [str(body[name]) for name in ("begins_on", "ends_on", "reported_on") if body.get(name)]
    return None if days == sorted(days) else Reason("audit.days", {"days": tuple(days)})


def by_the_team(attempt: Attempt) -> Reason | None:
    """An audit is carried out by its team. Source: ISO/IEC 17021-1:2015, 9.2.2 (see ``clauses``)."""
    if attempt.actor.id in targets(attempt.content, "lead", "auditor"):
        return None
    return Reason("audit.not-on-the-team", {"clause": str(Clause.TEAM)})


def by_its_leader(attempt: Attempt) -> Reason | None:
    """The team leader answers for the report. Source: ISO/IEC 17021-1:2015, 9.4.8 (see ``clauses``)."""
    if attempt.actor.id in targets(attempt.content, "lead"):
        return None
    return Reason("audit.not-its-leader", {"clause": str(Clause.REPORT)})


def concluded(attempt: Attempt) -> Reason | None:
    """Stage 1 says whether the client is ready; stage 2 concludes on every requirement, with a reason where it was not
    sampled, and recommends. Source: ISO/IEC 17021-1:2015, 9.3.1.2, 9.3.1.3 and 9.4.8 (see ``clauses``).
    """
    body = attempt.content.body
    if body["type"] == "stage-1":
        return None if body.get("ready") is not None else Reason("guard.missing", {"fields": ("ready",)})
    if body["type"] != "stage-2":
        return None
    if not body.get("recommendation"):
        return Reason("guard.missing", {"fields": ("recommendation",)})
    by_requirement = _by_requirement(body)
    asked = {requirement.id for requirement in edition(str(_application(attempt)["edition"]))}
    if asked != set(by_requirement):
        differing = tuple(sorted(asked ^ set(by_requirement)))
        return Reason("audit.not-concluded", {"requirements": differing, "clause": str(Clause.STAGE_2)})
    if silent := tuple(r for r, c in by_requirement.items() if not _reasoned(c)):
        return Reason("audit.no-reason", {"requirements": silent, "clause": str(Clause.REPORT)})
    excluded = set(_application(attempt)["applicability"]["not_applicable"])
    left_out = {r for r, c in by_requirement.items() if c["conclusion"] == "not-applicable"}
    if unstated := tuple(sorted(left_out - excluded)):
        return Reason("audit.not-excluded", {"requirements": unstated, "clause": str(Clause.STAGE_2)})
    return None


def findings_match(attempt: Attempt) -> Reason | None:
    """Every requirement concluded as nonconforming has a graded finding, and every graded finding such a conclusion.

    So no nonconformity hides behind an opportunity. Source: ISO/IEC 17021-1:2015, 9.4.5 (see ``clauses``).
    """
    body = attempt.content.body
    if body["type"] != "stage-2":
        return None
    concluded_so = {r for r, c in _by_requirement(body).items() if c["conclusion"] == "nonconforming"}
    raised = {
        requirement
        for record in findings_of(attempt, attempt.content.record)
        if (finding := body_of(attempt.workspace, record))["grade"] in GRADED
        for requirement in finding["against"]
    }
    if concluded_so == raised:
        return None
    return Reason(
        "audit.findings-differ",
        {
            "without_finding": tuple(sorted(concluded_so - raised)),
            "without_conclusion": tuple(sorted(raised - concluded_so)),
            "clause": str(Clause.FINDINGS),
        },
    )


def whole_audit_time(attempt: Attempt) -> Reason | None:
    """Stage 1 and stage 2 together take at least the days that were determined and agreed.

    Source: ISO/IEC 17021-1:2015, 9.1.4 (see ``clauses``).
    """
    if attempt.content.body["type"] != "stage-2":
        return None
    audits = [body_of(attempt.workspace, record) for record in linked(attempt, "after")]
    taken = sum((Decimal(body["audit_days"]) for body in (*audits, attempt.content.body)), Decimal(0))
    agreed = Decimal(_application(attempt)["time"]["days"])
    if taken >= agreed:
        return None
    return Reason(
        "audit-time.not-taken",
        {"taken": str(taken), "agreed": str(agreed), "clause": str(Clause.AUDIT_TIME)},
    )


def findings_of(attempt: Attempt, audit: str) -> Sequence[Record]:
    return pointing(attempt.workspace, FINDING, "raised-in", (audit,))


def _application(attempt: Attempt) -> JsonBody:
    (application,) = linked(attempt, OF)
    return body_of(attempt.workspace, application)


def _by_requirement(body: JsonBody) -> Mapping[str, JsonBody]:
    return {one["requirement"]: one for one in body.get("conclusions", ())}


def _reasoned(one: JsonBody) -> bool:
    return one["conclusion"] == "conforming" or bool(one.get("says"))


def _repeated(body: JsonBody) -> Iterator[tuple[str, Reason]]:
    for field, name in (("conclusions", "requirement"), ("declarations", "handle")):
        seen: set[str] = set()
        for index, one in enumerate(body.get(field, ())):
            if one[name] in seen:
                yield f"{field}[{index}].{name}", Reason("audit.repeated", {"value": one[name]})
            seen.add(one[name])


ASSIGNABLE = (
    own_words,
    of_one_application,
    one_leader,
    days_in_order,
    team_without_consultants,
    after_stage_1,
    surveillance_in_time,
)

AUDIT_KIND = Kind(
    name=AUDIT,
    prefix="CAU",
    folder="audits",
    title="Audit",
    body=AuditBody,
    lifecycle=Lifecycle(
        states=("planned", "assigned", "performed", "reported"),
        transitions=(
            Transition("assign", ("planned",), "assigned", PLANNERS, ASSIGNABLE),
            Transition("perform", ("assigned",), "performed", (Role.AUDITOR,), (*ASSIGNABLE, by_the_team)),
            Transition(
                "report",
                ("performed",),
                "reported",
                (Role.AUDITOR,),
                (
                    *ASSIGNABLE,
                    by_its_leader,
                    filled("report", "reported_on"),
                    concluded,
                    findings_match,
                    whole_audit_time,
                ),
                signs="report",
            ),
        ),
        frozen=("reported",),
    ),
    links=(
        LinkRule(OF, (APPLICATION,)),
        LinkRule("after", (AUDIT,)),
        *(LinkRule(relation, ("person",)) for relation in TEAM),
    ),
    facts=("type", "audit_days"),
    dated_by=("ends_on",),
    happened=("reported_on",),
    inspect=lambda body: list(_repeated(body)),
    view=View(
        Family.CERTIFICATION,
        summary=("type", "begins_on", "ends_on", "recommendation"),
        sections=(
            Section("Which audit", ("title", "type", "begins_on", "ends_on", "audit_days", "sites")),
            Section("How it is planned", ("plan", "declarations")),
            Section("What the auditors conclude", ("conclusions", "concerns", "ready", "recommendation")),
            Section("The report", ("report", "reported_on")),
        ),
        widgets={"plan": Widget.PROSE, "report": Widget.PROSE},
        columns=("type", "begins_on", "audit_days", "recommendation", "reported_on"),
        filters=("type", "recommendation"),
        due=("begins_on",),
        board=True,
    ),
)
