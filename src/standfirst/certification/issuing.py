"""What is signed, and the deeds that issue a certificate and change its status. All pure: from records to values.

Sealing needs keys and fresh salts, so it stands between two pure steps: a payload is made from records, it is sealed
elsewhere, and a deed records the certificate with the digest of what was sealed.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from standfirst.certification.certificate import CERTIFICATE_KIND, CertificateBody
from standfirst.certification.clauses import Clause
from standfirst.certification.independence import audits_of
from standfirst.certification.linked import body_of, state
from standfirst.certification.names import APPLICATION, CERTIFICATE, DECISION, OF
from standfirst.records.actor import Actor
from standfirst.records.body import Attachment
from standfirst.records.change import Change, Refused
from standfirst.records.kind import Body
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.standards.library import edition
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Assurance
from standfirst.trust import accreditation, certificate
from standfirst.trust.bundle import NOTICE
from standfirst.trust.canonical import JsonValue

Payload = dict[str, JsonValue]


def accreditation_payload(body: Body, *, simulation: bool, signed_with: list[str]) -> Payload:
    """The accreditation as it is signed, from its record. Raises a ``Rejected`` of ``trust`` for what no reader takes."""
    payload: Payload = {
        "form": accreditation.FORM,
        "specimen": True,
        "notice": NOTICE,
        "number": body["accreditation_number"],
        "version": body["version"],
        "accreditation_body": dict(body["accreditation_body"]),
        "body": dict(body["body"]),
        "criteria": body["criteria"],
        "scope": {"schemes": list(body["schemes"]), "domains": list(body["domains"])},
        "valid_from": body["valid_from"],
        "valid_until": body["valid_until"],
        "keys": [dict(key) for key in body["public_keys"]],
        "simulation": simulation,
        "signed_with": [*signed_with],
    }
    accreditation.Accreditation.read(payload)
    return payload


def certificate_payload(
    workspace: Workspace,
    *,
    decision: str,
    held: str,
    number: str,
    effective_from: date,
    expires_on: date,
    signed_with: list[str],
) -> Payload:
    """The certificate as it is signed: the decision's scope, and what the auditors concluded does not apply.

    ``decision`` and ``held`` are the ids of a granted decision and of the accreditation held. Raises Refused where the
    decision did not grant, and a ``Rejected`` of ``trust`` for what no reader takes, such as days out of order.
    """
    file = _File(workspace, decision)
    decided, applied, held_body = file.decision, file.application, _body(workspace, held)
    whole = edition(str(decided["edition"]))
    payload: Payload = {
        "form": certificate.FORM,
        "specimen": True,
        "notice": NOTICE,
        "number": number,
        "version": 1,
        "certified": certificate.CERTIFIED,
        "organisation": {n: _line(applied["client"][n]) for n in ("name", "country", "identifier")},
        "sites": [{"name": _line(site)} for site in decided["sites"]],
        "scope": {
            "statement": _line(decided["statement"]),
            "domains": list(decided["domains"]),
            "stages": list(decided["stages"]),
            "exclusions": [
                {"what": _line(one["what"]), "reason": _line(one["reason"])}
                for one in decided.get("exclusions", ())
            ],
        },
        "requirements": {
            "edition": decided["edition"],
            "digest": whole.digest,
            "status": whole.header.status,
        },
        "statement_of_applicability": {
            "date": applied["applicability"]["on"],
            "digest": applied["applicability"]["commitment"],
            "not_applicable": file.not_applicable,
        },
        "body": dict(held_body["body"]),
        "accreditation": {"number": held_body["accreditation_number"], "digest": held_body["digest"]},
        "audit": {
            "stage_1": _period(file.stage("stage-1")),
            "stage_2": _period(file.stage("stage-2")),
            "audit_days": file.audit_days,
        },
        "decided_on": decided["decided_on"],
        "effective_from": effective_from.isoformat(),
        "expires_on": expires_on.isoformat(),
        "first_certified_on": effective_from.isoformat(),
        "simulation": workspace.simulation,
        "signed_with": [*signed_with],
    }
    certificate.check_days(certificate.Certificate.read(payload))
    return payload


def issue(
    workspace: Workspace,
    actor: Actor,
    *,
    record: str,
    decision: str,
    held: str,
    payload: Mapping[str, Any],
    digest: str,
    file: Attachment,
    why: str,
) -> Change:
    """Record a sealed certificate and put it in force. Raises Refused by the first guard that does not hold."""
    found = _File(workspace, decision)
    body = CertificateBody(
        title=f"{found.application['client']['name']}, {payload['number']}",
        certificate_number=payload["number"],
        version=payload["version"],
        edition=payload["requirements"]["edition"],
        domains=payload["scope"]["domains"],
        decided_on=payload["decided_on"],
        effective_from=payload["effective_from"],
        expires_on=payload["expires_on"],
        digest=digest,
        attachments=(file,),
    ).values()
    pen = Pen(workspace, actor, CERTIFICATE_KIND, record, workspace.records([record]).get(record), why)
    pen.write(
        body, serves=(), links={OF: (found.application_id,), "decided-by": (decision,), "under": (held,)}
    )
    pen.move_to("active", Assurance.DECLARED)
    return Change(actor, tuple(pen.drafts))


def change_status(workspace: Workspace, actor: Actor, *, record: str, to: str, why: str) -> Change:
    """Suspend, restore (``to`` "active") or withdraw a certificate. Raises Refused; also where no reason is given.

    Source: ISO/IEC 17021-1:2015, 9.6.5 (see ``clauses``): the decision has its reasons.
    """
    if not why.strip():
        raise Refused(Reason("certificate.no-reason", {"asked": to, "clause": str(Clause.STATUS)}))
    known = workspace.records([record], kinds=(CERTIFICATE,)).get(record)
    if known is None or state(known) == "draft":
        raise Refused(Reason("certificate.not-issued", {"asked": to}))
    if state(known) == to:
        raise Refused(Reason("certificate.already", {"record": known.number, "state": to}))
    pen = Pen(workspace, actor, CERTIFICATE_KIND, record, known, why)
    pen.move_to(to, Assurance.DECLARED)
    return Change(actor, tuple(pen.drafts))


class _File:
    """What a granted decision rests on."""

    def __init__(self, workspace: Workspace, decision: str) -> None:
        found = workspace.records([decision], kinds=(DECISION,)).get(decision)
        if found is None or state(found) != "granted":
            told = (f"{found.number} ({state(found)})",) if found else ()
            raise Refused(
                Reason("certificate.no-granted-decision", {"found": told, "clause": str(Clause.INDEPENDENCE)})
            )
        self.workspace, self.decision = workspace, body_of(workspace, found)
        (self.application_id,) = found.current.content.links[OF]
        self.application = _body(workspace, self.application_id, APPLICATION)
        audits = audits_of(workspace, frozenset((self.application_id,)))
        self._audits = [body_of(workspace, audit) for audit in audits if state(audit) == "reported"]

    def stage(self, type_: str) -> Body:
        """The last of its type: after a stage 2 that had to be repeated, the repetition."""
        return max((one for one in self._audits if one["type"] == type_), key=lambda one: str(one["ends_on"]))

    @property
    def audit_days(self) -> str:
        """As the auditors took them, for stage 1 and stage 2."""
        return str(sum(Decimal(self.stage(type_)["audit_days"]) for type_ in ("stage-1", "stage-2")))

    @property
    def not_applicable(self) -> list[JsonValue]:
        """What the auditors concluded does not apply, in the order in which they concluded."""
        return [
            one["requirement"]
            for one in self.stage("stage-2")["conclusions"]
            if one["conclusion"] == "not-applicable"
        ]


def _body(workspace: Workspace, record: str, *kinds: str) -> Body:
    found: Record = workspace.records([record], kinds=kinds or None)[record]
    return body_of(workspace, found)


def _line(text: str) -> str:
    """Prose as a document holds it: on one line. What nobody could see is left for its reader to refuse."""
    return " ".join(text.split())


def _period(audit: Body) -> JsonValue:
    return {"from": audit["begins_on"], "to": audit["ends_on"]}
