"""The statement of applicability as it follows from the profile and the organisation's own statement in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from standfirst.conformity.assess import Result
from standfirst.standards.catalogue import Edition
from standfirst.standards.method import Status
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Applicability:
    """One annex requirement: whether it applies, who says so, why, and how far it is shown."""

    requirement: str
    title: str
    applies: bool
    reason: Reason
    status: Status


def statement(edition: Edition, results: Sequence[Result]) -> tuple[Applicability, ...]:
    """Every annex requirement once. Without a word of the organisation a requirement applies."""
    return tuple(
        Applicability(
            result.requirement.id,
            result.requirement.title,
            result.left_out is None,
            result.left_out or result.taken_in or Reason("applicability.default", {}),
            result.status,
        )
        for result in results
        if edition.may_be_excluded(result.requirement.id)
    )
