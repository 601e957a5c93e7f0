"""The result file: everything an assessment found, as plain values that depend on nothing but its inputs.

The same facts on the same day give the same bytes, in any language and on any machine. It holds codes, not sentences.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from standfirst.conformity.applicability import statement
from standfirst.conformity.assess import Result
from standfirst.conformity.readiness import Readiness, Tally, readiness
from standfirst.standards.catalogue import Edition
from standfirst.standards.evaluate import Answer
from standfirst.standards.facts import Facts
from standfirst.standards.method import AssessmentMethod, Criterion
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Reason

FORM = "standfirst-result/1"


@dataclass(frozen=True, slots=True)
class Assessed:
    """Whose result it is, of what, on which day. ``party`` is first: the organisation's own."""

    organisation: str
    organisation_id: str
    simulation: bool
    fictional: bool
    at: date
    edition: Edition
    method: AssessmentMethod
    profile: Profile
    facts: Facts
    results: Sequence[Result]
    ledger_head: str
    unrecorded: Sequence[Reason] = ()
    party: str = "first"
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def readiness(self) -> Readiness:
        return readiness(self.edition, self.results)


def document(assessed: Assessed, *, remedies: bool = True) -> dict[str, Any]:
    """The result as JSON values. Without ``remedies`` it says nowhere what would make a no a yes."""
    ready = assessed.readiness()
    return {
        "form": FORM,
        "party": assessed.party,
        "status": assessed.edition.header.status,
        "organisation": {
            "name": assessed.organisation,
            "id": assessed.organisation_id,
            "fictional": assessed.fictional,
        },
        "simulation": assessed.simulation,
        "at": assessed.at.isoformat(),
        "edition": {"name": assessed.edition.name, "digest": assessed.edition.digest},
        "method": {"name": assessed.method.name, "digest": assessed.method.digest},
        "profile": assessed.profile.model_dump(mode="json"),
        "facts": {"digest": assessed.facts.digest, "count": len(assessed.facts.all)},
        "ledger": assessed.ledger_head,
        "unrecorded": _reasons(assessed.unrecorded),
        "readiness": {
            "whole": _tally(ready.whole),
            "clauses": [_tally(tally) for tally in ready.clauses],
            "goals": [_tally(tally) for tally in ready.goals],
            "aspects": [_tally(tally) for tally in ready.aspects],
        },
        "requirements": [_result(result, remedies=remedies) for result in assessed.results],
        "applicability": [
            {
                "requirement": item.requirement,
                "applies": item.applies,
                "reason": item.reason.as_json(),
                "status": item.status.value,
            }
            for item in statement(assessed.edition, assessed.results)
        ],
        "records": {label: dict(about) for label, about in sorted(assessed.records.items())},
    }


def to_bytes(assessed: Assessed, *, remedies: bool = True) -> bytes:
    """The result file: readable, sorted, ending in a newline; the same bytes for the same inputs."""
    text = json.dumps(document(assessed, remedies=remedies), ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def cited(results: Sequence[Result]) -> frozenset[str]:
    """The labels of all records that a result rests on or names."""
    return frozenset(label for result in results for _, answer in result.answers for label in answer.records)


def _result(result: Result, *, remedies: bool) -> dict[str, Any]:
    return {
        "id": result.requirement.id,
        "status": result.status.value,
        "left_out": result.left_out.as_json() if result.left_out else None,
        "adverse": [reason.as_json() for reason in result.adverse],
        "oldest": _day(result.oldest),
        "until": _day(result.until),
        "criteria": [_answer(criterion, answer, remedies=remedies) for criterion, answer in result.answers],
    }


def _answer(criterion: Criterion, answer: Answer, *, remedies: bool) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "outcome": answer.outcome.value,
        "reasons": _reasons(answer.reasons),
        **({"remedies": _reasons(answer.remedies)} if remedies else {}),
        "records": list(answer.records),
        "oldest": _day(answer.oldest),
        "until": _day(answer.until),
    }


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, object]]:
    return [reason.as_json() for reason in reasons]


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "key": tally.key,
        "title": tally.title,
        "asked": tally.asked,
        "counts": {status.value: count for status, count in tally.counts.items()},
        "oldest": _day(tally.oldest),
        "until": _day(tally.until),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
