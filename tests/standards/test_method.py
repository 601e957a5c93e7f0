"""What a criterion or an example case may not say, whoever writes it."""

from typing import Any

import pytest
from pydantic import ValidationError

from standfirst.standards.method import Cases, Condition, Criterion, RequirementMethod, Status

RECORD = {"kind": "document", "states": ["approved"]}
EACH = {"kind": "product", "states": ["operation"]}
MEASURED = {"verdicts": ["conform"]}
FACTS = [
    {"name": "plan", "kind": "document", "state": "approved", "dated": "2026-01-01", "fields": {"type": "plan", "tier": 1}},
    {"name": "chip", "kind": "product", "state": "operation", "dated": "2026-01-01", "links": ["plan"]},
]  # fmt: skip


def refused(model: Any, value: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as error:
        model.model_validate(value)
    (fault,) = error.value.errors()
    return str(fault["msg"])


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "exactly one of"),
        ({"record": RECORD, "judgement": "An auditor looks"}, "exactly one of"),
        ({"record": RECORD | {"every": True, "at_least": 2}}, "every excludes"),
        ({"record": RECORD | {"every": True, "for_each": EACH}}, "every excludes"),
        ({"record": RECORD | {"every": True, "covers": {"field": "a", "values": ["b"]}}}, "every excludes"),
        ({"record": RECORD | {"for_each": EACH, "covers": {"field": "a", "values": ["b"]}}}, "choose one"),
        ({"record": RECORD | {"among": ["approved"]}}, "among belongs to every"),
        ({"record": RECORD | {"every": True, "among": ["draft"]}}, "among those that are looked at"),
        ({"record": RECORD | {"covers": {"field": "a"}}}, "values or values_of"),
        ({"record": RECORD | {"covers": {"field": "a", "values": ["b"], "values_of": "stages"}}}, "values or values_of"),
        ({"record": RECORD | {"max_age_days": 0}}, "greater than or equal to 1"),
        ({"record": RECORD | {"at_least": 0}}, "greater than or equal to 1"),
        ({"measurement": {"verdicts": []}}, "at least 1 item"),
        ({"statement": RECORD | {"meaning": "approval"}}, "Field required"),
        ({"record": RECORD, "asked_in": []}, "at least 1 item"),
    ],
)  # fmt: skip
def test_a_criterion_says_one_thing(form: dict[str, Any], says: str) -> None:
    assert says in refused(Criterion, {"id": "it", "says": "It is so", **form})


@pytest.mark.parametrize("more", [{}, {"is": 1, "present": True}, {"is": None}, {"at_most": None}])
def test_a_condition_has_exactly_one_operator(more: dict[str, Any]) -> None:
    assert "exactly one operator" in refused(Condition, {"field": "level", **more})


@pytest.mark.parametrize(("more", "asked"), [({"is": False}, ("is", False)), ({"in": ["a"]}, ("in", ("a",)))])
def test_a_condition_tells_what_it_asks(more: dict[str, Any], asked: tuple[str, object]) -> None:
    assert Condition.model_validate({"field": "level", **more}).asked == asked


def cases(change: dict[str, Any], facts: Any = FACTS) -> dict[str, Any]:
    return {
        "meets": {"at": "2026-06-01", "expect": "shown", "facts": facts},
        "fails": {"turns_on": "It", "expect": "partly", "change": change},
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "either remove, or fact with set"),
        ({"fact": "plan"}, "either remove, or fact with set"),
        ({"fact": "plan", "set": {"state": "draft"}, "remove": "chip"}, "either remove, or fact with set"),
        ({"remove": "nobody"}, "no fact of the case is called nobody"),
        ({"fact": "plan", "set": {"state": "approved"}}, "changes nothing"),
    ],
)
def test_the_change_of_a_failing_case_is_one_that_can_be_made(change: dict[str, Any], says: str) -> None:
    assert says in refused(Cases, cases(change))


def test_the_facts_of_a_case_have_names_of_their_own_and_link_to_each_other() -> None:
    assert "the same name" in refused(Cases, cases({"remove": "plan"}, [FACTS[0], FACTS[0]]))
    assert "no fact of the case is called plan" in refused(Cases, cases({"remove": "chip"}, [FACTS[1]]))


def test_a_change_replaces_keys_and_merges_fields() -> None:
    told = Cases.model_validate(cases({"fact": "plan", "set": {"fields": {"tier": 3}, "serves": ["4.1"]}}))
    plan = told.failing_facts()[0]
    assert (dict(plan.fields), plan.serves, plan.state) == ({"type": "plan", "tier": 3}, ("4.1",), "approved")
    assert told.failing_facts()[1] == told.meets.facts[1]


def test_every_domain_is_asked_something() -> None:
    only = {"id": "it", "says": "It is so", "record": RECORD, "asked_in": ["sensing"]}
    value = {"id": "4.1", "criteria": [only], "cases": cases({"remove": "plan"})}
    assert "every domain" in refused(RequirementMethod, value)


def test_statuses_are_ranked_lowest_first() -> None:
    ranked = ["not-assessable", "not-shown", "partly", "needs-judgement", "shown", "not-applicable"]
    assert [status.value for status in sorted(Status, key=lambda status: status.rank)] == ranked
