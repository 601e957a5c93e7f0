"""The accreditation body: founded, it assesses the certification body and accredits it (ISO/IEC 17011:2017)."""

from standfirst.certification.accreditation import (
    ACCREDITATION_KIND,
    HELD_ACCREDITATION_KIND,
    AccreditationBody,
    HeldBody,
    Key,
    Party,
)
from standfirst.certification.demo_keys import ACCREDITATION_BODY_ID, CERTIFICATION_BODY_ID
from standfirst.certification.issuing import accreditation_payload
from standfirst.certification.play.scene import Scene
from standfirst.certification.play.texts import Body
from standfirst.certification.publication import ACCREDITATION_BODY, CERTIFICATION_BODY
from standfirst.certification.signers import BODY_ALGORITHMS, signed_with
from standfirst.records.actor import Role
from standfirst.trust.accreditation import CRITERIA
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import Domain, sha256_hex
from standfirst.trust.envelope import seal
from standfirst.trust.moments import years_later
from standfirst.trust.spelling import base64_text


def found_bodies(scene: Scene) -> None:
    bodies = scene.texts.bodies
    scene.on(scene.days.accreditor_founded)
    scene.found("accreditor", bodies.accreditation_body, ACCREDITATION_BODY)
    scene.on(scene.days.certifier_founded)
    scene.found("certifier", bodies.certification_body, CERTIFICATION_BODY)


def apply(scene: Scene) -> None:
    """The certification body applies, with the keys that it will sign with."""
    scene.on(scene.days.accreditation_applied)
    told, granted = scene.texts.file.accreditation, scene.days.accreditation_granted
    publics = {key.algorithm: key.public for key in scene.signers.certification_body}
    body = AccreditationBody(
        title=told.title,
        accreditation_number=told.number,
        version=1,
        accreditation_body=party(ACCREDITATION_BODY_ID, scene.texts.bodies.accreditation_body),
        body=party(CERTIFICATION_BODY_ID, scene.texts.bodies.certification_body),
        criteria=CRITERIA,
        schemes=(scene.texts.file.edition,),
        domains=told.domains,
        valid_from=granted,
        valid_until=years_later(granted, told.years),
        public_keys=tuple(
            Key(algorithm=one, public=base64_text(publics[one].raw)) for one in BODY_ALGORITHMS
        ),
    )
    assessor = scene.accreditor.person(_assessor(scene))
    founder = scene.texts.bodies.accreditation_body.founder.handle
    scene.ids["accreditation"] = scene.accreditor.write(
        founder, ACCREDITATION_KIND, body, links={"assessor": [assessor]}, why="Application received"
    )


def assess(scene: Scene) -> None:
    scene.on(scene.days.accreditation_assessed)
    scene.accreditor.amend(
        _assessor(scene),
        scene.ids["accreditation"],
        why="Assessed at the head office, one audit witnessed",
        to="assessed",
        assessed_on=scene.days.accreditation_assessed,
        assessment=scene.texts.file.accreditation.assessment,
    )


def grant(scene: Scene) -> None:
    """Decided by somebody who did not assess; signed, recorded and sent to the body, which keeps its copy."""
    scene.on(scene.days.accreditation_granted)
    office, record = scene.accreditor, scene.ids["accreditation"]
    keys = scene.signers.accreditation_body
    payload = accreditation_payload(office.body(record), simulation=True, signed_with=signed_with(keys))
    envelope = scene.envelopes["accreditation"] = seal(Domain.ACCREDITATION, payload, keys)
    file = office.keep("accreditation.json", canonical_bytes(envelope.as_json()))
    office.amend(
        scene.texts.bodies.accreditation_body.first(Role.DECISION_MAKER),
        record,
        why="Assessment read; decided to accredit",
        to="granted",
        decided_on=scene.days.accreditation_granted,
        digest=envelope.digest,
        attachments=[file.model_dump()],
    )


def take_up(scene: Scene) -> None:
    """What crosses from one body to the other is the signed document; the receiver records it as its own."""
    scene.on(scene.days.accreditation_held)
    given, envelope = scene.accreditor.body(scene.ids["accreditation"]), scene.envelopes["accreditation"]
    data = canonical_bytes(envelope.as_json())
    file = scene.certifier.keep("accreditation.json", data)
    same = ("accreditation_number", "version", "accreditation_body", "body", "criteria", "schemes", "domains")
    body = HeldBody.model_validate(
        {
            **{name: given[name] for name in (*same, "title", "valid_from", "valid_until")},
            "digest": envelope.digest,
            "attachments": [file.model_dump()],
            "remarks": f"Received as a file of {len(data)} bytes, SHA-256 {sha256_hex(data)}",
        }
    )
    founder = scene.texts.bodies.certification_body.founder.handle
    scene.ids["held"] = scene.certifier.write(
        founder, HELD_ACCREDITATION_KIND, body, why="Accreditation received", to="held"
    )


def party(identity: str, body: Body) -> Party:
    return Party(id=identity, name=body.name, country=body.country)


def _assessor(scene: Scene) -> str:
    return scene.texts.bodies.accreditation_body.first(Role.ACCREDITATION_ASSESSOR)
