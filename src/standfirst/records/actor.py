"""Who acts. A person is a record; here only what rules need to know of one."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a member answers for. Transitions name the roles that may take them."""

    TOP_MANAGEMENT = "top-management"
    QUALITY_MANAGER = "quality-manager"
    ENGINEER = "engineer"
    SECURITY_LEAD = "security-lead"
    EXPORT_CONTROL = "export-control"
    MIGRATION_LEAD = "migration-lead"
    ETHICS = "ethics"
    METROLOGY = "metrology"
    AUDITOR = "auditor"
    REVIEWER = "reviewer"
    PURCHASING = "purchasing"
    APPLICATION_REVIEWER = "application-reviewer"
    DECISION_MAKER = "decision-maker"
    ACCREDITATION_ASSESSOR = "accreditation-assessor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Pseudonymous: ``id`` is that of a person's record; the name stays in that record."""

    id: str
    roles: frozenset[Role] = field(default_factory=frozenset)
