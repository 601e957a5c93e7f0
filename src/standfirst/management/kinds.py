"""Our own kinds, in the order in which a person meets them."""

from standfirst.management.access import ACCESS
from standfirst.management.applicability import OBLIGATION, STATEMENT_OF_APPLICABILITY
from standfirst.management.comments import COMMENT
from standfirst.management.competence import COMPETENCE
from standfirst.management.controls import IMPLEMENTED_REQUIREMENT
from standfirst.management.documents import DOCUMENT
from standfirst.management.erasure import ERASURE, LEGAL_HOLD
from standfirst.management.evaluation import INTERNAL_AUDIT, MANAGEMENT_REVIEW
from standfirst.management.exchange import ENVELOPE, SENT_ENVELOPE
from standfirst.management.export_control import EXPORT_CLASSIFICATION
from standfirst.management.improvement import NONCONFORMITY
from standfirst.management.keys import PASSKEY
from standfirst.management.ledger_keys import LEDGER_KEYS
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.objectives import OBJECTIVE
from standfirst.management.organisation import ORGANISATION, PERSON, SCOPE
from standfirst.management.products import PRODUCT
from standfirst.management.risk import IMPACT_ASSESSMENT, RISK
from standfirst.management.sealed import SEALED_BATCH
from standfirst.management.sharing import EXPORT_DECISION, READ_GRANT, RECEIVED_GRANT, VISIT
from standfirst.management.suppliers import SUPPLIER
from standfirst.records.kind import Kinds

WORKPLACE_KINDS = (
    ACCESS,
    PASSKEY,
    READ_GRANT,
    RECEIVED_GRANT,
    EXPORT_CLASSIFICATION,
    VISIT,
    EXPORT_DECISION,
    ENVELOPE,
    SENT_ENVELOPE,
    COMMENT,
    LEGAL_HOLD,
    ERASURE,
    SEALED_BATCH,
    LEDGER_KEYS,
)
"""What every organisation keeps that works with others or with people's data, whatever it does besides."""

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
        IMPLEMENTED_REQUIREMENT,
        *WORKPLACE_KINDS,
    )
)
