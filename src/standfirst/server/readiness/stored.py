"""Facts and results as they are kept, and back: JSON that says everything but what the edition and the method say already."""

import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from standfirst.conformity.assess import Result
from standfirst.server.readiness.asked import Asked
from standfirst.server.readiness.models import KeptFact, KeptResult
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.facts import Fact
from standfirst.standards.method import Criterion, Status
from standfirst.standards.profile import Profile
from standfirst.standards.reason import Reason

NAMED: Final = 100
"""Records that a kept answer names; how many there are stands beside them (``record.counts``). A report names all."""


# --- facts ------------------------------------------------------------------------------------------------------------


def fact_bytes(fact: Fact) -> bytes:
    return _text(fact.as_json()).encode()


def fact_of(row: KeptFact) -> Fact:
    return Fact.from_json(json.loads(bytes(row.data)))


def read_facts(rows: QuerySet[KeptFact]) -> list[Fact]:
    """Many: all they consist of stays, so that looking for garbage in between would only take time."""
    was_looking = gc.isenabled()
    gc.disable()
    try:
        found = rows.values_list("data", flat=True).iterator(_FETCHED)
        return [Fact.from_json(json.loads(bytes(data))) for data in found]
    finally:
        if was_looking:
            gc.enable()


_FETCHED: Final = 5000
"""Rows at once."""


# --- results ----------------------------------------------------------------------------------------------------------


def result_text(result: Result) -> str:
    return _text(result_value(result))


def result_value(result: Result) -> dict[str, Any]:
    """Why a result is as it is, in plain values."""
    return {
        "answers": [_answer(criterion, answer) for criterion, answer in result.answers],
        "adverse": _reasons(result.adverse),
        "left_out": result.left_out.as_json() if result.left_out else None,
        "taken_in": result.taken_in.as_json() if result.taken_in else None,
    }


def result_of(row: KeptResult, asked: Asked) -> Result:
    """Without the answers to criteria that the method has not, until a worker of this release has been here. Raises KeyError
    for a requirement that the edition has not.
    """
    value = json.loads(row.data)
    criteria = {criterion.id: criterion for criterion in asked.method.by_id[row.requirement].criteria}
    return Result(
        asked.edition.by_id[row.requirement],
        Status(row.status),
        tuple((criteria[one["id"]], _answer_of(one)) for one in value["answers"] if one["id"] in criteria),
        tuple(Reason.from_json(one) for one in value["adverse"]),
        Reason.from_json(value["left_out"]) if value["left_out"] else None,
        Reason.from_json(value["taken_in"]) if value["taken_in"] else None,
    )


def _answer(criterion: Criterion, answer: Answer) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "outcome": answer.outcome.value,
        "reasons": _reasons(answer.reasons),
        "remedies": _reasons(answer.remedies),
        "records": answer.records[:NAMED],
        "oldest": _day(answer.oldest),
        "until": _day(answer.until),
    }


def _answer_of(value: Mapping[str, Any]) -> Answer:
    return Answer(
        Outcome(value["outcome"]),
        tuple(Reason.from_json(one) for one in value["reasons"]),
        tuple(Reason.from_json(one) for one in value["remedies"]),
        tuple(value["records"]),
        _from_day(value["oldest"]),
        _from_day(value["until"]),
    )


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "parameters": {
                name: value[:NAMED] if isinstance(value, tuple) else value
                for name, value in reason.parameters.items()
            },
        }
        for reason in reasons
    ]


@dataclass(frozen=True, slots=True)
class Gist:
    """A result in a line: how many of its criteria are met, and the first reason why it is no better, as JSON or empty."""

    met: int = 0
    criteria: int = 0
    text: str = ""

    @property
    def why(self) -> Reason | None:
        return Reason.from_json(json.loads(self.text)) if self.text else None

    def as_row(self) -> dict[str, Any]:
        return {"met": self.met, "criteria": self.criteria, "why": self.text}


NOTHING: Final = Gist()


def gist(result: Result) -> Gist:
    """What is not met comes before what speaks against, and before what an auditor has to judge."""
    answers = [answer for _, answer in result.answers]
    told = [
        *(reason for answer in answers if answer.outcome is Outcome.NOT_MET for reason in answer.reasons[:1]),
        *result.adverse,
        *(reason for answer in answers if answer.outcome is not Outcome.MET for reason in answer.reasons[:1]),
    ]
    if result.left_out is not None:
        told = [result.left_out]
    met = sum(answer.outcome is Outcome.MET for answer in answers)
    return Gist(met, len(answers), _text(_reasons(told[:1])[0]) if told else "")


def causes(result: Result, before: str) -> list[str]:
    """Why a result is not what it was (``result_text``): codes of reasons against it that are new, or of all where none is.

    How old something is changes every day, so that reasons are told apart by what they are about.
    """
    against = [_about(reason) for reason in _against(result_value(result))]
    known = {_about(reason) for reason in _against(json.loads(before))}
    fresh = [about for about in against if about not in known] or against
    return list(dict.fromkeys(code for code, *_ in fresh))


def _against(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    unmet = [one for one in value["answers"] if one["outcome"] != Outcome.MET.value]
    told = [reason for one in unmet for reason in one["reasons"]]
    return [*told, *value["adverse"], *([value["left_out"]] if value["left_out"] else [])]


def _about(reason: Mapping[str, Any]) -> tuple[str, ...]:
    parameters = reason["parameters"]
    return reason["code"], *(
        str(parameters.get(name, "")) for name in ("record", "subject", "kind", "method")
    )


# --- the profile ------------------------------------------------------------------------------------------------------


def profile_text(profile: Profile) -> str:
    return _text(profile.model_dump(mode="json"))


def profile_of(text: str) -> Profile:
    return Profile.model_validate_json(text)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _from_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
