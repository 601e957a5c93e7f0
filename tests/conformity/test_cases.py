"""The example cases of the shipped method are its tests: one that meets each requirement, and one that fails by one fact."""

import pytest

from standfirst.conformity.cases import outcome_of
from standfirst.standards.library import assessment_method
from standfirst.standards.method import Status

METHOD = assessment_method()
REQUIREMENTS = tuple(METHOD.by_id)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_meeting_case_meets(requirement: str) -> None:
    item = METHOD.by_id[requirement]
    met, _ = outcome_of(item, METHOD.header.adverse)
    judged = any(criterion.judgement for criterion in item.criteria)
    assert met is item.cases.meets.expect is (Status.NEEDS_JUDGEMENT if judged else Status.SHOWN)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_failing_case_fails(requirement: str) -> None:
    item = METHOD.by_id[requirement]
    met, failed = outcome_of(item, METHOD.header.adverse)
    assert failed is item.cases.fails.expect
    assert failed in {Status.PARTLY, Status.NOT_SHOWN}
    assert failed.rank < met.rank


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_two_differ_in_exactly_one_fact(requirement: str) -> None:
    cases = METHOD.by_id[requirement].cases
    meets = {fact.name: fact for fact in cases.meets.facts}
    fails = {fact.name: fact for fact in cases.failing_facts()}
    assert len(meets) == len(cases.meets.facts)
    assert fails.keys() <= meets.keys()
    differing = [name for name, fact in meets.items() if fails.get(name) != fact]
    assert differing == [cases.fails.change.fact or cases.fails.change.remove]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_without_any_fact_nothing_is_shown(requirement: str) -> None:
    """Each requirement turns on records: an organisation that keeps none never gets a yes."""
    item = METHOD.by_id[requirement]
    cases = item.cases.model_copy(update={"meets": item.cases.meets.model_copy(update={"facts": ()})})
    met, _ = outcome_of(item.model_copy(update={"cases": cases}), METHOD.header.adverse)
    assert met is Status.NOT_SHOWN
