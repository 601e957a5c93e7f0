"""The kinds of this room by name: they look at each other, and a circle of imports would be the price of asking each."""

from typing import Final

ACCREDITATION: Final = "accreditation"
HELD_ACCREDITATION: Final = "held-accreditation"
APPLICATION: Final = "application"
AUDIT: Final = "audit"
FINDING: Final = "finding"
TECHNICAL_REVIEW: Final = "technical-review"
DECISION: Final = "certification-decision"
CERTIFICATE: Final = "certificate"

OF: Final = "of"
"""The relation from everything in a certification file to its application."""

TEAM: Final = ("lead", "auditor", "technical-expert")
"""The relations from an audit to the persons who carry it out (ISO/IEC 17021-1, 9.2.2)."""
