"""Review, decision and certificate (ISO/IEC 17021-1:2015, 9.5 and 8.2), and the attempt that has to fail."""

from datetime import timedelta
from functools import partial
from typing import get_args
from uuid import uuid4

from standfirst.certification.audit import AUDIT_KIND, AuditBody, Declaration
from standfirst.certification.decision import DECISION_KIND, DecisionBody
from standfirst.certification.issuing import certificate_payload, issue
from standfirst.certification.names import OF
from standfirst.certification.periods import months_after
from standfirst.certification.play.scene import Scene
from standfirst.certification.review import REVIEW_KIND, Looked, ReviewBody
from standfirst.certification.signers import signed_with
from standfirst.records.actor import Role
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import Domain
from standfirst.trust.envelope import seal
from standfirst.trust.moments import years_later


def review(scene: Scene) -> None:
    """By somebody who did not audit."""
    scene.on(scene.days.reviewed)
    told = scene.texts.file.review
    body = ReviewBody(
        title=told.title,
        reviewed_on=scene.days.reviewed,
        looked_at=get_args(Looked),
        review=told.review,
        recommendation="grant",
    )
    scene.ids["review"] = scene.certifier.write(
        told.by, REVIEW_KIND, body, links=_file(scene), why="File reviewed", to="done"
    )


def decide(scene: Scene) -> None:
    """First the lead auditor tries, who holds the role and audited the file; then somebody who did not."""
    scene.on(scene.days.decided)
    told, applied = scene.texts.file.decision, scene.certifier.body(scene.ids["application"])
    body = DecisionBody(
        title=told.title,
        decided_on=scene.days.decided,
        reasons=told.reasons,
        **{name: applied[name] for name in ("edition", "statement", "domains", "stages", "sites")},
        exclusions=applied.get("exclusions", ()),
    )
    links = {**_file(scene), "after": [scene.ids["review"]]}
    grant = partial(scene.certifier.write, kind=DECISION_KIND, body=body, links=links, to="granted")
    scene.refuse(
        told.attempted_by,
        "certification-decision:grant",
        lambda: grant(told.attempted_by, why="Recommended in my report"),
        "certification.audited-it",
    )
    scene.ids["decision"] = grant(told.by, why="Decided on the file and its review")


def certify(scene: Scene) -> None:
    """The certificate is made from the decision, signed with both algorithms, and put in force."""
    scene.on(scene.days.decided)
    told, keys = scene.texts.file.certificate, scene.signers.certification_body
    payload = certificate_payload(
        scene.certifier.store,
        decision=scene.ids["decision"],
        held=scene.ids["held"],
        number=told.number,
        effective_from=scene.days.decided,
        expires_on=years_later(scene.days.decided, told.years) - timedelta(days=1),
        signed_with=signed_with(keys),
    )
    envelope = scene.envelopes["certificate"] = seal(Domain.CERTIFICATE, payload, keys)
    file = scene.certifier.keep(f"certificates/{told.number}.json", canonical_bytes(envelope.as_json()))
    scene.ids["certificate"] = str(uuid4())
    scene.certifier.perform(
        told.issued_by,
        lambda workspace, actor: issue(
            workspace,
            actor,
            record=scene.ids["certificate"],
            decision=scene.ids["decision"],
            held=scene.ids["held"],
            payload=payload,
            digest=envelope.digest,
            file=file,
            why="Issued as decided",
        ),
    )


def plan_surveillance(scene: Scene) -> None:
    """The first surveillance is planned on the day of the decision, within the year."""
    scene.on(scene.days.decided)
    told, applied = scene.texts.file.surveillance, scene.certifier.body(scene.ids["application"])
    begins = months_after(scene.days.decided, told.months_after)
    body = AuditBody(
        title=told.title,
        type="surveillance",
        begins_on=begins,
        ends_on=begins + timedelta(days=1),
        audit_days=told.days,
        sites=applied["sites"][1:] or applied["sites"],
        plan=told.plan,
        declarations=(Declaration(handle=told.lead),),
    )
    planner = scene.texts.bodies.certification_body.first(Role.APPLICATION_REVIEWER)
    scene.ids["surveillance"] = scene.certifier.write(
        planner,
        AUDIT_KIND,
        body,
        links={**_file(scene), "lead": scene.persons(told.lead)},
        why="Programme of the cycle: first surveillance",
        to="assigned",
    )


def _file(scene: Scene) -> dict[str, list[str]]:
    return {OF: [scene.ids["application"]]}
