"""The certificate of a management system: what it says (ISO/IEC 17021-1, 8.2.2) and which days fit together."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from standfirst.trust.canonical import JsonValue
from standfirst.trust.errors import Rejected
from standfirst.trust.members import DIGEST, NUMBER, SCHEME, SLUG, MemberFlaw, Members
from standfirst.trust.moments import years_later
from standfirst.trust.parties import Body, Organisation

FORM: Final = "standfirst-certificate/1"
CERTIFIED: Final = "management system"

LONGEST_YEARS: Final = 3
"""Years from the decision to the last day of validity, at most: the certification cycle (17021-1, 9.1.3)."""

MOST_SITES: Final = 10_000
_MOST_VERSIONS: Final = 10_000
_REQUIREMENT: Final = re.compile(r"[A-Z0-9][A-Za-z0-9.]{0,19}")
_AUDIT_DAYS: Final = re.compile(r"(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?")


class CertificateFlaw(StrEnum):
    """Days of a certificate that cannot be true together."""

    PERIOD_REVERSED = "certificate.period-reversed"
    STAGES_REVERSED = "certificate.stages-reversed"
    DECIDED_BEFORE_AUDIT = "certificate.decided-before-audit"
    EFFECTIVE_BEFORE_DECISION = "certificate.effective-before-decision"
    EXPIRES_BEFORE_EFFECTIVE = "certificate.expires-before-effective"
    TOO_LONG = "certificate.too-long"
    FIRST_CERTIFIED_LATER = "certificate.first-certified-later"


class CertificateRejected(Rejected):
    """The certificate's own days contradict each other, or the rules for them."""


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both part of it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Exclusion:
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    statement: str
    domains: tuple[str, ...]
    stages: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]

    @classmethod
    def read(cls, inside: Members) -> "Scope":
        found = inside.child("scope", "statement", "domains", "stages", "exclusions")
        return cls(
            statement=found.text("statement"),
            domains=found.codes("domains", SLUG, least=1, most=100),
            stages=found.codes("stages", SLUG, least=1, most=100),
            exclusions=tuple(
                Exclusion(each.text("what"), each.text("reason"))
                for each in found.children("exclusions", "what", "reason", most=1_000)
            ),
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """``expires_on`` is the last day of validity."""

    notice: str
    number: str
    version: int
    organisation: Organisation
    sites: tuple[str, ...]
    scope: Scope
    edition: str
    edition_digest: str
    edition_status: str
    applicability_date: date
    applicability_digest: str
    not_applicable: tuple[str, ...]
    body: Body
    accreditation_number: str
    accreditation_digest: str
    stage_1: Period
    stage_2: Period
    audit_days: str
    decided_on: date
    effective_from: date
    expires_on: date
    first_certified_on: date
    simulation: bool

    @classmethod
    def read(cls, payload: JsonValue) -> "Certificate":
        """Raises `DocumentRejected`. Whether the days fit together is asked of `check_days`."""
        found = Members(
            payload, "certificate", "form", "specimen", "notice", "number", "version", "certified", "organisation",
            "sites", "scope", "requirements", "statement_of_applicability", "body", "accreditation", "audit",
            "decided_on", "effective_from", "expires_on", "first_certified_on", "simulation", "signed_with",
        )  # fmt: skip
        found.form(FORM)
        found.specimen()
        found.only("certified", CERTIFIED)
        requirements = found.child("requirements", "edition", "digest", "status")
        applicability = found.child("statement_of_applicability", "date", "digest", "not_applicable")
        accreditation = found.child("accreditation", "number", "digest")
        audit = found.child("audit", "stage_1", "stage_2", "audit_days")
        return cls(
            notice=found.text("notice"),
            number=found.coded("number", NUMBER),
            version=found.integer("version", 1, _MOST_VERSIONS),
            organisation=Organisation.read(found, "organisation"),
            sites=_sites(found),
            scope=Scope.read(found),
            edition=requirements.coded("edition", SCHEME),
            edition_digest=requirements.coded("digest", DIGEST),
            edition_status=requirements.text("status"),
            applicability_date=applicability.day("date"),
            applicability_digest=applicability.coded("digest", DIGEST),
            not_applicable=applicability.codes("not_applicable", _REQUIREMENT, most=10_000),
            body=Body.read(found, "body"),
            accreditation_number=accreditation.coded("number", NUMBER),
            accreditation_digest=accreditation.coded("digest", DIGEST),
            stage_1=_period(audit, "stage_1"),
            stage_2=_period(audit, "stage_2"),
            audit_days=audit.coded("audit_days", _AUDIT_DAYS),
            decided_on=found.day("decided_on"),
            effective_from=found.day("effective_from"),
            expires_on=found.day("expires_on"),
            first_certified_on=found.day("first_certified_on"),
            simulation=found.flag("simulation"),
        )


def _sites(found: Members) -> tuple[str, ...]:
    sites = tuple(each.text("name") for each in found.children("sites", "name", least=1, most=MOST_SITES))
    if len(set(sites)) != len(sites):
        raise found.flaw(MemberFlaw.REPEATED, "sites")
    return sites


def _period(audit: Members, name: str) -> Period:
    found = audit.child(name, "from", "to")
    return Period(found.day("from"), found.day("to"))


def check_days(certificate: Certificate) -> None:
    """The days that the certificate states, in the only order in which they can have come about.

    Raises `CertificateRejected` with the first that cannot be.
    """
    audit = (certificate.stage_1, certificate.stage_2)
    for number, period in enumerate(audit, start=1):
        if period.first > period.last:
            raise CertificateRejected(CertificateFlaw.PERIOD_REVERSED, {"stage": number})
    # 17021-1, 9.3.1: stage 2 follows stage 1.
    if certificate.stage_1.last > certificate.stage_2.first:
        raise CertificateRejected(CertificateFlaw.STAGES_REVERSED)
    decided, effective, expires = certificate.decided_on, certificate.effective_from, certificate.expires_on
    # 9.5: what is decided on is the audit; certificates older than their own audit have been seen.
    _in_order(certificate.stage_2.last, decided, CertificateFlaw.DECIDED_BEFORE_AUDIT)
    # 8.2.2: no effect before the decision.
    _in_order(decided, effective, CertificateFlaw.EFFECTIVE_BEFORE_DECISION)
    _in_order(effective, expires, CertificateFlaw.EXPIRES_BEFORE_EFFECTIVE)
    # 9.1.3: a cycle has three years.
    _in_order(expires, years_later(decided, LONGEST_YEARS), CertificateFlaw.TOO_LONG)
    # 8.2.2: the day of the first certification may be told, and lies not after this one's.
    _in_order(certificate.first_certified_on, effective, CertificateFlaw.FIRST_CERTIFIED_LATER)


def _in_order(earlier: date, later: date, flaw: CertificateFlaw) -> None:
    if earlier > later:
        raise CertificateRejected(flaw, {"earlier": earlier.isoformat(), "later": later.isoformat()})
