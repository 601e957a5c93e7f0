"""The clauses that this room's rules come from, each with how sure we are of its number.

A refusal names its clause, so that nobody has to take our word for it. The standards' texts are not ours to quote and
were not at hand: MEDIUM was read in secondary texts (guidance of accreditation bodies, published procedures of
certification bodies), LOW is known and was found in no text that could be read. Both are to be checked against the
standard before anybody relies on a number.
"""

from enum import Enum

from standfirst.standards.vocabulary import Confidence

AUDITING = "ISO/IEC 17021-1:2015"
ACCREDITING = "ISO/IEC 17011:2017"


class Clause(Enum):
    """Document, clause, how sure, and what it asks in our words."""

    AGREEMENT = AUDITING, "5.1.2", Confidence.LOW, "An enforceable agreement with the client."
    CONSULTANCY = (
        *(AUDITING, "5.2.10", Confidence.LOW),
        "Nobody takes part who consulted for the client's management system within two years.",
    )
    CONTACT = AUDITING, "5.2.3", Confidence.LOW, "Threats to impartiality are found and treated."
    APPLICATION = (
        *(AUDITING, "9.1.1", Confidence.LOW),
        "The client states what is needed to plan: legal entity, scope, sites, people, outsourced processes, consultancy.",
    )
    APPLICATION_REVIEW = (
        *(AUDITING, "9.1.2", Confidence.LOW),
        "The body reviews whether it knows enough, is competent and accredited, and gives its reasons if it declines.",
    )
    AUDIT_TIME = (
        *(AUDITING, "9.1.4", Confidence.LOW),
        "Audit time is determined by a documented procedure, with its justification.",
    )
    AUDIT_TIME_TABLE = (
        *("IAF MD 5", "2.2 and 4", Confidence.MEDIUM),
        "Days by effective personnel; at most 30 % less; rounded after adjusting; at least 80 % on site.",
    )
    TEAM = AUDITING, "9.2.2", Confidence.LOW, "A team with one leader, chosen for the competence needed."
    STAGE_1 = (
        *(AUDITING, "9.3.1.2", Confidence.LOW),
        "Stage 1 comes first and concludes whether the client is ready for stage 2.",
    )
    STAGE_2 = (
        *(AUDITING, "9.3.1.3", Confidence.LOW),
        "Stage 2 evaluates how the system is put into practice and whether it works.",
    )
    FINDINGS = (
        *(AUDITING, "9.4.5", Confidence.LOW),
        "Findings are graded; an opportunity for improvement never hides a nonconformity.",
    )
    REPORT = AUDITING, "9.4.8", Confidence.LOW, "A written report of each audit, answered for by its leader."
    ANSWERS = (
        *(AUDITING, "9.4.9", Confidence.LOW),
        "The client analyses the cause and states correction and corrective action.",
    )
    ACCEPTANCE = (
        *(AUDITING, "9.4.10", Confidence.LOW),
        "The body reviews what the client answers, and verifies what was done.",
    )
    INDEPENDENCE = (
        *(AUDITING, "9.5.1", Confidence.LOW),
        "Who decides on granting, suspending, restoring or withdrawing did not carry out the audits.",
    )
    BEFORE_DECISION = (
        *(AUDITING, "9.5.2", Confidence.MEDIUM),
        "An effective review before the decision: major nonconformities verified, plans for minor ones accepted.",
    )
    SIX_MONTHS = (
        *(AUDITING, "9.5.3.2", Confidence.MEDIUM),
        "Majors that are not verified within six months after stage 2 need another stage 2.",
    )
    CERTIFICATE = (
        *(AUDITING, "8.2.2", Confidence.MEDIUM),
        "The effective date is not before the decision; expiry follows the cycle of three years.",
    )
    CYCLE = (
        AUDITING,
        "9.1.3.3",
        Confidence.MEDIUM,
        "The first surveillance is at most a year after the decision.",
    )
    STATUS = (
        *(AUDITING, "9.6.5", Confidence.MEDIUM),
        "Suspension, restoration and withdrawal are decided, with reasons.",
    )
    ACCREDITATION_CYCLE = (
        ACCREDITING,
        "7.9.1",
        Confidence.MEDIUM,
        "An accreditation lasts at most five years.",
    )
    ACCREDITATION_DECISION = (
        *(ACCREDITING, "7.7", Confidence.LOW),
        "Who decides on an accreditation did not assess.",
    )

    def __init__(self, document: str, number: str, confidence: Confidence, asks: str) -> None:
        self.document, self.number, self.confidence, self.asks = document, number, confidence, asks

    def __str__(self) -> str:
        return f"{self.document}, {self.number}"
