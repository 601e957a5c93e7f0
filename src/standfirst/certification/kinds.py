"""The kinds that certification and accreditation bodies keep: some of every organisation's, and this room's own."""

from standfirst.certification.accreditation import ACCREDITATION_KIND, HELD_ACCREDITATION_KIND
from standfirst.certification.application import APPLICATION_KIND
from standfirst.certification.audit import AUDIT_KIND
from standfirst.certification.certificate import CERTIFICATE_KIND
from standfirst.certification.decision import DECISION_KIND
from standfirst.certification.finding import FINDING_KIND
from standfirst.certification.review import REVIEW_KIND
from standfirst.management.competence import COMPETENCE
from standfirst.management.documents import DOCUMENT
from standfirst.management.kinds import WORKPLACE_KINDS
from standfirst.management.organisation import ORGANISATION, PERSON
from standfirst.records.kind import Kinds

CERTIFICATION_KINDS = (
    ACCREDITATION_KIND,
    HELD_ACCREDITATION_KIND,
    APPLICATION_KIND,
    AUDIT_KIND,
    FINDING_KIND,
    REVIEW_KIND,
    DECISION_KIND,
    CERTIFICATE_KIND,
)
"""This room's own, in the order in which a file passes through them."""

BODY_KINDS = Kinds((ORGANISATION, PERSON, DOCUMENT, COMPETENCE, *WORKPLACE_KINDS, *CERTIFICATION_KINDS))
"""What a workspace of a certification or accreditation body knows. Its clients' kinds are not among them."""
