"""The certificate as the body keeps it: issued from a decision, then suspended, restored or withdrawn by decisions.

The signed document itself is the attached file; ``digest`` is that of its envelope. It expires by its own last day, which
is no deed of anybody's. Reducing, extending, renewing and transferring are left to a later release.
"""

from datetime import date

from pydantic import Field

from standfirst.certification.accreditation import Number, Scheme, covered
from standfirst.certification.clauses import Clause
from standfirst.certification.finding import unsettled
from standfirst.certification.independence import (
    audited_by,
    audits_of,
    no_auditor_of_it,
    not_the_clients_contact,
    of_one_application,
)
from standfirst.certification.linked import body_of, linked, moved_by, pointing, state, targets
from standfirst.certification.names import APPLICATION, CERTIFICATE, DECISION, HELD_ACCREDITATION, OF
from standfirst.certification.periods import day_of
from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.projection import entered
from standfirst.records.view import Family, Section, View
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text
from standfirst.standards.vocabulary import Domain
from standfirst.trust.certificate import LONGEST_YEARS
from standfirst.trust.moments import years_later


class CertificateBody(Body):
    title: Text = Field(description="Whose management system")
    certificate_number: Number = Field(description="The number on the certificate")
    version: int = Field(ge=1, description="Counts up with each change of the document")
    edition: Scheme = Field(description="By which requirements")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains covered")
    decided_on: date = Field(description="When it was decided")
    effective_from: date = Field(description="The first day of validity")
    expires_on: date = Field(description="The last day of validity")
    digest: Sha256 = Field(description="Of the signed document")


def from_a_granted_decision(attempt: Attempt) -> Reason | None:
    """One decision, which granted, of the same application; one certificate from it; and their days agree.

    The day of the decision is also the one on which it was recorded: a decision dated back is none.

    Source: ISO/IEC 17021-1:2015, 9.5 (see ``clauses``): who refused has certified nothing.
    """
    decisions = [record for record in linked(attempt, "decided-by") if record.kind == DECISION]
    body = attempt.content.body
    if (
        len(decisions) == 1
        and state(decisions[0]) == "granted"
        and targets(decisions[0].current.content, OF) == targets(attempt.content, OF)
    ):
        said = body_of(attempt.workspace, decisions[0])
        others = [
            record.number
            for record in pointing(attempt.workspace, CERTIFICATE, "decided-by", [decisions[0].id])
            if record.id != attempt.content.record and state(record) != "draft"
        ]
        same = all(said[field] == body[field] for field in ("decided_on", "edition", "domains"))
        recorded_on = entered(decisions[0]).entry.recorded_at.date()
        if recorded_on != day_of(said["decided_on"]):
            days = {"stated": str(said["decided_on"]), "recorded": recorded_on.isoformat()}
            return Reason("certificate.decided-another-day", days)
        if same and not others:
            return None
        return Reason("certificate.other-than-decided", {"others": tuple(others)})
    found = tuple(f"{record.number} ({state(record)})" for record in decisions)
    return Reason("certificate.no-granted-decision", {"found": found, "clause": str(Clause.INDEPENDENCE)})


def still_independent(attempt: Attempt) -> Reason | None:
    """Whoever granted has not audited this file, also not since. Source: ISO/IEC 17021-1:2015, 9.5.1 (see ``clauses``)."""
    deciders = {who for record in linked(attempt, "decided-by") for who in moved_by(record, "grant")}
    audits = audits_of(attempt.workspace, targets(attempt.content, OF))
    if found := tuple(audit.number for audit in audits if deciders & audited_by(audit)):
        return Reason("certification.audited-it", {"audits": found, "clause": str(Clause.INDEPENDENCE)})
    return None


def still_settled(attempt: Attempt) -> Reason | None:
    """No major has been opened again since the decision. Source: ISO/IEC 17021-1:2015, 9.5.2 (see ``clauses``)."""
    return unsettled(attempt.workspace, audits_of(attempt.workspace, targets(attempt.content, OF)))


def days_of_the_cycle(attempt: Attempt) -> Reason | None:
    """Not effective before the decision, and at most three years of validity after it.

    Source: ISO/IEC 17021-1:2015, 8.2.2 and 9.1.3 (see ``clauses``).
    """
    body = attempt.content.body
    decided, begins, ends = (day_of(body[n]) for n in ("decided_on", "effective_from", "expires_on"))
    if decided <= begins <= ends <= years_later(decided, LONGEST_YEARS):
        return None
    return Reason(
        "certificate.days",
        {
            "days": (decided.isoformat(), begins.isoformat(), ends.isoformat()),
            "years": LONGEST_YEARS,
            "clause": str(Clause.CERTIFICATE),
        },
    )


CHANGING = (no_auditor_of_it, not_the_clients_contact)

CERTIFICATE_KIND = Kind(
    name=CERTIFICATE,
    prefix="CRT",
    folder="certificates",
    title="Certificate",
    body=CertificateBody,
    lifecycle=Lifecycle(
        states=("draft", "active", "suspended", "withdrawn"),
        transitions=(
            Transition(
                "issue",
                ("draft",),
                "active",
                (Role.DECISION_MAKER, Role.QUALITY_MANAGER),
                (
                    own_words,
                    filled("digest", "attachments"),
                    of_one_application,
                    from_a_granted_decision,
                    still_independent,
                    still_settled,
                    days_of_the_cycle,
                    covered("effective_from"),
                ),
                signs="issue",
            ),
            Transition(
                "suspend", ("active",), "suspended", (Role.DECISION_MAKER,), CHANGING, signs="suspension"
            ),
            Transition(
                "restore", ("suspended",), "active", (Role.DECISION_MAKER,), CHANGING, signs="restoration"
            ),
            Transition(
                "withdraw",
                ("active", "suspended"),
                "withdrawn",
                (Role.DECISION_MAKER,),
                CHANGING,
                signs="withdrawal",
            ),
        ),
        frozen=("active", "suspended", "withdrawn"),
    ),
    links=(
        LinkRule(OF, (APPLICATION,)),
        LinkRule("decided-by", (DECISION,)),
        LinkRule("under", (HELD_ACCREDITATION,)),
    ),
    facts=("domains", "expires_on"),
    effective_from="effective_from",
    unique=("certificate_number",),
    erasable="never",
    view=View(
        Family.CERTIFICATION,
        summary=("certificate_number", "domains", "expires_on"),
        sections=(
            Section("Whose certificate", ("title", "certificate_number", "version", "edition", "domains")),
            Section("For how long", ("decided_on", "effective_from", "expires_on")),
            Section("The signed document", ("digest",)),
        ),
        columns=("certificate_number", "domains", "effective_from", "expires_on"),
        filters=("domains",),
        due=("expires_on",),
    ),
)
