"""Kinds with a page of their own, ``templates/pages/kinds/<kind>.html``: where people think in more than a body's fields."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.management.comments import COMMENT
from standfirst.management.documents import DOCUMENT
from standfirst.management.evaluation import INTERNAL_AUDIT, MANAGEMENT_REVIEW
from standfirst.management.improvement import NONCONFORMITY
from standfirst.management.measurement import MEASUREMENT
from standfirst.management.objectives import OBJECTIVE
from standfirst.management.risk import RISK
from standfirst.management.sharing import READ_GRANT
from standfirst.server.pages.kinds import (
    applicability,
    audit,
    comment,
    document,
    grant,
    nonconformity,
    objective,
    review,
    risk,
)
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.server.pages.measuring import sheet as measured

__all__ = ["OF_ITS_OWN", "Sheet"]

Own: TypeAlias = Callable[[Sheet], Mapping[str, Any]]

OF_ITS_OWN: Final[Mapping[str, Own]] = {
    COMMENT.name: comment.sheet,
    DOCUMENT.name: document.sheet,
    INTERNAL_AUDIT.name: audit.sheet,
    MANAGEMENT_REVIEW.name: review.sheet,
    MEASUREMENT.name: lambda given: measured(given.body),
    NONCONFORMITY.name: nonconformity.sheet,
    OBJECTIVE.name: objective.sheet,
    READ_GRANT.name: grant.sheet,
    RISK.name: risk.sheet,
    STATEMENT_OF_APPLICABILITY.name: applicability.sheet,
}
"""What each of these pages shows besides what every record's page does."""
