"""Our own kinds, in the order in which a person meets them."""

from standfirst.management.applicability import OBLIGATION, STATEMENT_OF_APPLICABILITY
from standfirst.management.competence import COMPETENCE
from standfirst.management.documents import DOCUMENT
from standfirst.management.evaluation import INTERNAL_AUDIT, MANAGEMENT_REVIEW
from standfirst.management.improvement import NONCONFORMITY
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.objectives import OBJECTIVE
from standfirst.management.organisation import ORGANISATION, PERSON, SCOPE
from standfirst.management.products import PRODUCT
from standfirst.management.risk import IMPACT_ASSESSMENT, RISK
from standfirst.management.suppliers import SUPPLIER
from standfirst.records.kind import Kinds

OWN_KINDS = Kinds(
    (
        ORGANISATION,
        SCOPE,
        PERSON,
        DOCUMENT,
        OBLIGATION,
        RISK,
        IMPACT_ASSESSMENT,
        PRODUCT,
        OBJECTIVE,
        COMPETENCE,
        SUPPLIER,
        MEASUREMENT,
        NONCONFORMITY,
        INTERNAL_AUDIT,
        MANAGEMENT_REVIEW,
        STATEMENT_OF_APPLICABILITY,
    )
)
