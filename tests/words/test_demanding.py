"""What a criterion asks, beside the remedy that names the records."""

from typing import Any

import pytest

from standfirst.standards.method import Criterion
from standfirst.standards.reason import Reason
from standfirst.words.demanding import demands

ASKED = {
    "kind": "risk",
    "states": ["assessed", "accepted"],
    "where": [
        {"field": "type", "is": "policy"},
        {"field": "owner", "present": True},
        {"field": "parties_heard", "at_least": 2},
        {"field": "single_source", "is": True},
        {"field": "decision", "in": ["reduce", "avoid"]},
    ],
    "max_age_days": 365,
}


def told(code: str, **form: Any) -> str:
    return demands(Criterion.model_validate({"id": "it", "says": "It is so", **form}), Reason(code))


def test_beside_records_that_fall_short_all_is_said() -> None:
    said = told("remedy.every", record=ASKED)
    assert said.startswith("Asked: assessed or accepted; type: policy; owner filled in; ")
    assert "at least 2" in said
    assert "yes" in said
    assert "reduce or avoid" in said
    assert said.endswith("at most 365 days old.")


def test_what_the_remedy_says_itself_is_not_said_again() -> None:
    said = told("remedy.keep", record={**ASKED, "at_least": 3})
    assert "assessed" not in said
    assert "type" not in said
    assert said.startswith("Asked: owner filled in; ")
    assert said.endswith("3 of them.")


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("remedy.keep", {"record": {"kind": "risk", "states": ["assessed"]}}),
        ("remedy.measure", {"measurement": {"verdicts": ["conform"]}}),
        ("remedy.wait", {"record": ASKED}),
    ],
)
def test_where_nothing_is_left_to_say_nothing_is_said(code: str, form: dict[str, Any]) -> None:
    assert not told(code, **form)
