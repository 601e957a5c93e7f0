"""A document as it reads, and what its standing is: approved or not, since when, until when it is to be read again."""

from collections.abc import Mapping
from typing import Any

from standfirst.records.lifecycle import Transition
from standfirst.records.record import Version
from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.words.language import day


def sheet(given: Sheet) -> Mapping[str, Any]:
    content = given.record.current.content
    approving = _approving(given)
    begins, review = given.day("effective_from"), given.day("review_by")
    is_approved = approving is not None and content.state == approving.target
    last = _last_approved(given, approving) if not is_approved else None
    return {
        "text": given.field("text"),
        "sections": given.without({"text"}),
        "is_approved": is_approved,
        "is_effective": bool(is_approved and begins and begins <= given.today),
        "begins": day(begins) if begins else "",
        "review": day(review) if review else "",
        "review_late": bool(is_approved and review and review < given.today),
        "approvals": [one for one in given.signatures if one.current and one.holds],
        "last_approved": last.content.version if last else None,
    }


def _approving(given: Sheet) -> Transition | None:
    return next((move for move in given.kind.lifecycle.transitions if move.signs == "approval"), None)


def _last_approved(given: Sheet, approving: Transition | None) -> Version | None:
    """The newest version that stood approved before this one."""
    before = (
        one for one in reversed(given.record.versions) if approving and one.content.state == approving.target
    )
    return next(before, None)
