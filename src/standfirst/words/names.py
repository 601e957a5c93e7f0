"""The English of the closed word lists: how each value is called in a sentence or a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Noun:
    one: str
    many: str
    a: str  # with its article


def _noun(one: str, many: str = "", article: str = "") -> Noun:
    return Noun(one, many or f"{one}s", f"{article or ('an' if one[0] in 'aeiou' else 'a')} {one}")


KINDS: Final[Mapping[str, Noun]] = {
    # kept by this release
    "organisation": _noun("organisation"),
    "scope": _noun("scope"),
    "person": _noun("person", "people"),
    "document": _noun("document"),
    "obligation": _noun("obligation"),
    "risk": _noun("risk"),
    "impact-assessment": _noun("impact assessment"),
    "product": _noun("product"),
    "objective": _noun("objective"),
    "competence": _noun("competence"),
    "supplier": _noun("supplier"),
    "measurement": _noun("measurement"),
    "nonconformity": _noun("nonconformity", "nonconformities"),
    "internal-audit": _noun("internal audit"),
    "management-review": _noun("management review"),
    "statement-of-applicability": _noun("statement of applicability", "statements of applicability"),
    "implemented-requirement": _noun("implemented requirement"),
    "access": _noun("access", "accesses"),
    "passkey": _noun("passkey"),
    "read-grant": _noun("read grant"),
    "received-grant": _noun("read grant received", "read grants received"),
    "export-classification": _noun("export classification"),
    "visit": _noun("visit"),
    "export-decision": _noun(
        "decision on reading a controlled record", "decisions on reading controlled records"
    ),
    "envelope": _noun("envelope"),
    "sent-envelope": _noun("envelope sent", "envelopes sent"),
    "comment": _noun("comment"),
    "legal-hold": _noun("legal hold"),
    "erasure": _noun("erasure"),
    "sealed-batch": _noun("batch of sealed items", "batches of sealed items"),
    "ledger-keys": _noun("change of the ledger's keys", "changes of the ledger's keys"),
    # kept by certification and accreditation bodies
    "accreditation": _noun("accreditation"),
    "held-accreditation": _noun("accreditation held", "accreditations held"),
    "application": _noun("application for certification", "applications for certification"),
    "audit": _noun("audit"),
    "finding": _noun("finding"),
    "technical-review": _noun("technical review"),
    "certification-decision": _noun("certification decision"),
    "certificate": _noun("certificate"),
    # named by criteria, kept by later releases
    "access-review": _noun("access review"),
    "acknowledgement": _noun("acknowledgement"),
    "appointment": _noun("appointment"),
    "benchmark-protocol": _noun("benchmark protocol"),
    "change": _noun("change"),
    "characterisation-plan": _noun("characterisation plan"),
    "claim": _noun("claim"),
    "classification": _noun("classification"),
    "complaint": _noun("complaint"),
    "configuration-item": _noun("configuration item"),
    "context-review": _noun("context review"),
    "end-use-check": _noun("end-use check"),
    "facility": _noun("facility", "facilities"),
    "footprint": _noun("footprint"),
    "horizon-signal": _noun("horizon signal"),
    "improvement": _noun("improvement"),
    "incident": _noun("incident"),
    "interaction-map": _noun("interaction map"),
    "interested-party": _noun("interested party", "interested parties"),
    "interface-declaration": _noun("interface declaration"),
    "kpi": _noun("key indicator"),
    "licence": _noun("licence"),
    "measuring-equipment": _noun("piece of measuring equipment", "pieces of measuring equipment"),
    "model-validation": _noun("model validation"),
    "node-security-case": _noun("node security case"),
    "process": _noun("process", "processes"),
    "red-line": _noun("red line"),
    "refusal": _noun("refusal"),
    "release": _noun("release"),
    "requirement-baseline": _noun("requirement baseline"),
    "review-decision": _noun("review decision"),
    "risk-criteria": _noun("set of risk criteria", "sets of risk criteria"),
    "security-evaluation": _noun("security evaluation"),
    "signing-record": _noun("signing record"),
    "stage-gate": _noun("stage gate"),
    "technical-file": _noun("technical file"),
    "threat-model": _noun("threat model"),
    "tier-decision": _noun("tier decision"),
    "training": _noun("training record"),
    "uncertainty-budget": _noun("uncertainty budget"),
    "unit-history": _noun("unit history", "unit histories", article="a"),
    "validated-tool": _noun("validated tool"),
    "validation": _noun("validation"),
    "validity-envelope": _noun("validity envelope"),
    "verification": _noun("verification"),
    "vulnerability": _noun("vulnerability", "vulnerabilities"),
    "workload-screening": _noun("workload screening"),
}

STATES: Final[Mapping[str, str]] = {
    # what may stand after "is"; a state that is missing here is its own name, without hyphens
    "acted": "acted on",
    "analysed": "analysed",
    "candidate": "a candidate",
    "concept": "in concept",
    "conditional": "conditionally approved",
    "deciding": "before the decision",
    "deployment": "in deployment",
    "describing": "being described",
    "dialogue": "in dialogue",
    "draft": "in draft",
    "engineering": "in engineering",
    "exploring": "being explored",
    "operation": "in operation",
    "re-evaluated": "re-evaluated",
    "research": "in research",
    "societal-frame": "at the societal frame",
    "stakeholders": "at the stakeholder analysis",
    "training": "in training",
}

FIELDS: Final[Mapping[str, str]] = {
    # a field that is missing here is its own name, without underscores
    "action_due": "due date of the action",
    "action_done_on": "date of the action",
    "against": "requirements not fulfilled",
    "assessed_on": "date of the assessment",
    "auditors_independent": "independence of the auditors",
    "aaguid": "authenticator model",
    "baseline": "classical baseline",
    "complete": "completeness",
    "decided_by": "deciders",
    "credential": "credential id",
    "decided_at": "time of the decision",
    "decisions": "number of decisions",
    "due": "due date",
    "duties_agreed": "agreement on the duties",
    "effect_checked_on": "date of the check of effect",
    "effective": "effectiveness",
    "effective_from": "effective date",
    "effective_on": "effective date",
    "entries": "number of entries",
    "evaluated_on": "evaluation date",
    "exclusions": "number of exclusions",
    "findings": "number of findings",
    "found_on": "date of the finding",
    "held_on": "date held",
    "level": "risk level",
    "not_applicable": "requirements not applicable",
    "not_applicable_reasons": "reasons for not applicable",
    "parties_heard": "number of parties heard",
    "performed_on": "date performed",
    "planned_for": "planned date",
    "readings": "number of readings",
    "reevaluate_by": "re-evaluation date",
    "renew_by": "renewal date",
    "requirements": "requirements sampled",
    "residual_level": "residual risk level",
    "review_by": "review date",
    "reviewed_on": "date of the last review",
    "rp_id": "site of the passkey",
    "sha256": "SHA-256",
    "single_source_plan": "plan for the single source",
    "uncertainty": "stated uncertainty",
    "verified_on": "verification date",
}

METHODS: Final[Mapping[str, str]] = {
    "calibration-integrity": "calibration integrity",
    "crypto-posture": "cryptographic posture",
    "drift": "drift",
    "gate-claim": "gate claims",
    "program-interop": "program interoperability",
    "qkd-interface": "QKD interface",
    "quantum-volume": "quantum volume",
    "rng-entropy": "random-number entropy",
    "sensor-stability": "sensor stability",
}

ROLES: Final[Mapping[str, str]] = {
    # what a member answers for
    "top-management": "top management",
    "quality-manager": "quality manager",
    "engineer": "engineer",
    "security-lead": "security lead",
    "export-control": "export control",
    "migration-lead": "migration lead",
    "ethics": "ethics",
    "metrology": "metrology",
    "auditor": "auditor",
    "reviewer": "reviewer",
    "purchasing": "purchasing",
    "application-reviewer": "application reviewer",
    "decision-maker": "decision maker",
    "accreditation-assessor": "accreditation assessor",
    # places in the value chain
    "component-maker": "component maker",
    "system-builder": "system builder",
    "network-operator": "network operator",
    "cloud-operator": "cloud operator",
    "service-provider": "service provider",
    "user": "user",
    "research": "research",
}

STATUSES: Final[Mapping[str, str]] = {
    "shown": "shown",
    "partly": "partly shown",
    "not-shown": "not shown",
    "needs-judgement": "needs judgement",
    "not-assessable": "not assessable",
    "not-applicable": "not applicable",
}

OUTCOMES: Final[Mapping[str, str]] = {
    "met": "met",
    "not-met": "not met",
    "judgement": "for an auditor",
    "not-assessable": "not assessable",
}

VERDICTS: Final[Mapping[str, str]] = {
    # what may stand after "the measurement says"
    "conform": "conforms",
    "conform-guarded": "conforms with a guard band",
    "indeterminate": "undecided within its uncertainty",
    "nonconform": "does not conform",
    "not-measurable": "could not be measured",
}

MEANINGS: Final[Mapping[str, str]] = {
    # what may stand before "signature"
    "acceptance": "acceptance",
    "approval": "approval",
    "assessment": "assessment",
    "classification": "classification",
    "confirmation": "confirmation",
    "decision": "decision",
    "effectiveness": "effectiveness",
    "grant": "grant",
    "invalidation": "invalidation",
    "issue": "issue",
    "performed": "performance",
    "release": "release",
    "report": "report",
    "restoration": "restoration",
    "review": "review",
    "revocation": "revocation",
    "risk-acceptance": "risk-acceptance",
    "suspension": "suspension",
    "verification": "verification",
    "withdrawal": "withdrawal",
}

ASSURANCES: Final[Mapping[str, str]] = {
    "declared": "declared",
    "key": "signed with a key",
    "reauthenticated": "re-authenticated",
    "passkey": "passkey",
}

MEANS: Final[Mapping[str, str]] = {
    # what somebody gave again to sign
    "password": "the password",
    "totp": "a code of an app",
}

RELATIONS: Final[Mapping[str, str]] = {
    # what may stand between "this requirement" and a document; "supports" is never "satisfies"
    "supports": "supports",
    "is-supported-by": "is supported by",
    "intersects-with": "intersects with",
    "equivalent-to": "is equivalent to",
    "example-of": "is an example of",
    "analogue-of": "is an analogue of",
}

PARTIES: Final[Mapping[str, str]] = {
    "first": "first-party",
    "second": "second-party",
    "third": "third-party",
}

PLAIN: Final[Mapping[str, str]] = {
    # words that are their own name: stages, domains, goals, aspects, confidence
    word: word
    for word in (
        *("concept", "research", "engineering", "deployment", "operation", "decommissioning"),
        *("computing", "communication", "sensing", "simulation"),
        *("security", "interoperability", "transparency", "accountability"),
        *("technical", "legal", "ethical", "social"),
        *("high", "medium", "low", "unconfirmed"),
    )
}

TITLES: Final[Mapping[str, str]] = {
    **{name: noun.one for name, noun in KINDS.items()},
    **MEANINGS,
    **METHODS,
    **ROLES,
    **VERDICTS,
    **ASSURANCES,
    **RELATIONS,
    **PARTIES,
    **OUTCOMES,
    **STATUSES,
    "partly": "partly",  # of an evaluation; as a result of ours it is one of STATUSES
    **PLAIN,
}
"""What each value of a closed list is called on its own."""
