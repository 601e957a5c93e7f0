"""From the application to the report of stage 2, and what the client answers (ISO/IEC 17021-1:2015, 9.1 to 9.4)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from standfirst.certification.application import (
    APPLICATION_KIND,
    Applicability,
    ApplicationBody,
    Client,
    Consultancy,
    Handover,
    TimeDetermined,
)
from standfirst.certification.audit import AUDIT_KIND, AuditBody, Declaration
from standfirst.certification.audit_time import audit_time
from standfirst.certification.finding import FINDING_KIND, FindingBody
from standfirst.certification.hand_in import handed_over, read_in
from standfirst.certification.names import OF
from standfirst.certification.play.scene import Scene
from standfirst.certification.play.texts import Raised
from standfirst.records.actor import Role
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex

ARCHIVE, RESULT = "hand-over.zip", "first-party-result.json"


def receive(scene: Scene) -> None:
    """The client hands over its records with proofs and its own result without advice; the body proves and reads them."""
    scene.on(scene.days.applied)
    archive, result = handed_over(scene.client, scene.assessed)
    files = (scene.certifier.keep(ARCHIVE, archive), scene.certifier.keep(RESULT, result))
    handed = scene.received = read_in(scene.certifier.path / files[0].file, result)
    told, organisation, scope = scene.texts.file.application, handed.organisation, handed.scope
    body = ApplicationBody(
        title=f"{organisation['name']}, initial certification",
        client=Client(
            name=organisation["name"],
            country=organisation["country"],
            legal_entity=told.legal_entity,
            identifier=handed.proved.ledger,
        ),
        edition=scene.texts.file.edition,
        statement=scope["statement"],
        domains=scope["domains"],
        stages=scope["stages"],
        exclusions=scope.get("exclusions", ()),
        sites=scope["sites"],
        headcount=organisation["headcount"],
        processes=told.processes,
        outsourced=told.outsourced,
        consultancy_stated="received" if told.consultancy else "none",
        consultancy=tuple(
            Consultancy(
                body=advice.body,
                person=advice.person,
                what=advice.what,
                until=scene.days.applied - timedelta(days=advice.ended_days_before),
            )
            for advice in told.consultancy
        ),
        applicability=Applicability(
            on=handed.applicable_from,
            commitment=handed.applicability,
            not_applicable=handed.not_applicable,
        ),
        handed_over=Handover(
            ledger=handed.proved.ledger,
            size=handed.proved.head.size,
            root=handed.proved.head.root,
            records=len(handed.proved.sent),
            digest=sha256_hex(archive),
            result=sha256_hex(result),
        ),
        received_on=scene.days.applied,
        attachments=files,
    )
    scene.ids["application"] = scene.certifier.write(
        _reviewer(scene),
        APPLICATION_KIND,
        body,
        links={"contact": scene.persons(told.contact)},
        why="Application received",
    )


def review(scene: Scene) -> None:
    """Accepted by the application reviewer, with the audit time from the table and its justification."""
    scene.on(scene.days.application_reviewed)
    told, people = scene.texts.file.application, scene.handed_in.organisation["headcount"]
    time = audit_time(people, [adjustment.percent for adjustment in told.adjustments])
    determined = TimeDetermined(
        effective_personnel=people,
        adjustments=told.adjustments,
        days=str(time.days),
        on_site_days=told.on_site_days,
    )
    scene.certifier.amend(
        _reviewer(scene),
        scene.ids["application"],
        why="Reviewed: enough is known, the body is competent and accredited for it",
        to="accepted",
        reviewed_on=scene.days.application_reviewed,
        agreed_on=scene.days.application_reviewed,
        enough_known=told.enough_known,
        competence=told.competence,
        threats=[threat.model_dump() for threat in told.threats],
        time=determined.model_dump(),
    )


# --- the audits ------------------------------------------------------------------------------------------------------


def assign_stage_1(scene: Scene) -> None:
    """First with somebody on the team who has advised the client, which is refused; then without."""
    scene.on(scene.days.stage_1_assigned)
    told, applied = scene.texts.file.stage_1, scene.certifier.body(scene.ids["application"])
    body = AuditBody(
        title=told.title,
        type="stage-1",
        begins_on=scene.days.stage_1,
        ends_on=scene.days.stage_1,
        audit_days=told.days,
        sites=applied["sites"][:1],
        plan=told.plan,
        declarations=_declarations(scene, told.lead, told.proposed),
    )
    links = {OF: [scene.ids["application"]], "lead": scene.persons(told.lead)}
    attempt = {**links, "auditor": scene.persons(told.proposed)}
    write = partial(scene.certifier.write, _reviewer(scene), AUDIT_KIND, body, to="assigned")
    scene.refuse(
        told.proposed,
        "audit:assign",
        lambda: write(links=attempt, why="Team proposed"),
        "certification.consultant",
    )
    scene.ids["stage-1"] = write(links=links, why="Team assigned; the client has not objected")


def stage_1(scene: Scene) -> None:
    told, audit = scene.texts.file.stage_1, scene.ids["stage-1"]
    scene.on(scene.days.stage_1)
    scene.certifier.move(told.lead, audit, "performed", why="Stage 1 done")
    scene.on(scene.days.stage_1_reported)
    scene.certifier.amend(
        told.lead,
        audit,
        why="Report of stage 1",
        to="reported",
        ready=True,
        concerns=list(told.concerns),
        report=told.report,
        reported_on=scene.days.stage_1_reported,
    )


def assign_stage_2(scene: Scene) -> None:
    scene.on(scene.days.stage_2_assigned)
    told, applied = scene.texts.file.stage_2, scene.certifier.body(scene.ids["application"])
    body = AuditBody(
        title=told.title,
        type="stage-2",
        begins_on=scene.days.stage_2_begins,
        ends_on=scene.days.stage_2_ends,
        audit_days=told.days,
        sites=applied["sites"],
        plan=told.plan,
        declarations=_declarations(scene, told.lead, *told.auditors, *told.experts),
    )
    links = {
        OF: [scene.ids["application"]],
        "after": [scene.ids["stage-1"]],
        "lead": scene.persons(told.lead),
        "auditor": scene.persons(*told.auditors),
        "technical-expert": scene.persons(*told.experts),
    }
    scene.ids["stage-2"] = scene.certifier.write(
        _reviewer(scene), AUDIT_KIND, body, links=links, why="Team assigned", to="assigned"
    )


def stage_2(scene: Scene) -> None:
    """At the client's sites; what does not conform is raised on the last day."""
    told, audit = scene.texts.file.stage_2, scene.ids["stage-2"]
    scene.on(scene.days.stage_2_ends)
    scene.certifier.move(told.lead, audit, "performed", why="Stage 2 done at all sites")
    for place, raised in enumerate(scene.texts.findings):
        body = FindingBody(
            title=raised.title,
            against=raised.against,
            grade=raised.grade,
            statement=raised.statement,
            evidence=raised.evidence,
            seen=raised.seen,
            raised_on=scene.days.stage_2_ends,
        )
        scene.findings[place] = scene.certifier.write(
            raised.by, FINDING_KIND, body, links={"raised-in": [audit]}, why="Raised in the closing meeting"
        )


def report_stage_2(scene: Scene) -> None:
    """Concluded requirement by requirement, in the auditors' own words, and recommended by the team leader."""
    scene.on(scene.days.stage_2_reported)
    told = scene.texts.file.stage_2
    scene.certifier.amend(
        told.lead,
        scene.ids["stage-2"],
        why="Report of stage 2",
        to="reported",
        conclusions=[one.model_dump(exclude_none=True) for one in scene.texts.conclusions],
        recommendation="grant",
        report=told.report,
        reported_on=scene.days.stage_2_reported,
    )
    for place, raised in enumerate(scene.texts.findings):
        if raised.grade == "opportunity":
            scene.certifier.move(raised.by, scene.findings[place], "closed", why="Noted in the report")


# --- answers ---------------------------------------------------------------------------------------------------------


def answer(scene: Scene) -> None:
    """The client's answers arrive as files; the body writes down what they say, with their digests."""
    scene.on(scene.days.answered)
    for place, raised in _nonconformities(scene):
        due = scene.days.answered + timedelta(days=raised.due_days)
        number = scene.certifier.number(scene.findings[place])
        data = _answer(scene, number, raised, due)
        file = scene.certifier.keep(f"answers/{number}.json", data)
        scene.certifier.amend(
            raised.by,
            scene.findings[place],
            why="Answer of the client received",
            to="answered",
            answer_received_on=scene.days.answered,
            answer_digest=file.sha256,
            correction=raised.correction,
            cause=raised.cause,
            action=raised.action,
            action_due=due,
            attachments=[file.model_dump()],
        )


def _answer(scene: Scene, number: str, raised: Raised, due: date) -> bytes:
    """What the client sends."""
    return canonical_bytes(
        {
            "form": "standfirst-answer/1",
            "organisation": scene.handed_in.proved.ledger,
            "finding": number,
            "correction": raised.correction,
            "cause": raised.cause,
            "action": raised.action,
            "action_due": due.isoformat(),
        }
    )


def accept(scene: Scene) -> None:
    scene.on(scene.days.accepted)
    for place, raised in _nonconformities(scene):
        scene.certifier.amend(
            raised.by,
            scene.findings[place],
            why="Correction, cause and action reviewed",
            to="accepted",
            review=raised.review,
        )


def verify(scene: Scene) -> None:
    """Majors are verified before anybody decides; minors at the next audit."""
    scene.on(scene.days.verified)
    for place, raised in _nonconformities(scene):
        if raised.grade == "major":
            scene.certifier.amend(
                raised.by,
                scene.findings[place],
                why="Correction and action verified",
                to="verified",
                verified_on=scene.days.verified,
                verification=raised.verification,
            )


def audit_days(scene: Scene) -> Decimal:
    told = scene.texts.file
    return Decimal(told.stage_1.days) + Decimal(told.stage_2.days)


def _nonconformities(scene: Scene) -> Sequence[tuple[int, Raised]]:
    return [(place, one) for place, one in enumerate(scene.texts.findings) if one.grade != "opportunity"]


def _declarations(scene: Scene, *handles: str) -> tuple[Declaration, ...]:
    """Each member's own word. Who advised the client says until when."""
    applied = scene.certifier.body(scene.ids["application"])
    advised = {one["person"]: one["until"] for one in applied.get("consultancy", ())}
    names = {handle: scene.certifier.body(scene.certifier.person(handle))["name"] for handle in handles}
    return tuple(
        Declaration(handle=handle, advised_until=advised.get(name)) for handle, name in names.items()
    )


def _reviewer(scene: Scene) -> str:
    return scene.texts.bodies.certification_body.first(Role.APPLICATION_REVIEWER)
