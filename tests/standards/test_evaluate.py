"""One criterion, a few facts, a day: what counts, what decides, and what the answer says about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.standards.small_world import AT, WITHHELD, moment

from standfirst.standards.counting import holds
from standfirst.standards.evaluate import Answer, Outcome, evaluate
from standfirst.standards.facts import Fact, Facts, FieldValue, Reach, Signature
from standfirst.standards.method import Condition, Criterion
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance, Domain, Stage

DAY = timedelta(days=1)
POLICY = {
    "kind": "document",
    "states": ["approved"],
    "serving": True,
    "where": [{"field": "type", "is": "policy"}],
}
RUNNING = {"kind": "product", "states": ["operation"]}
FOR_EACH: Sequence[dict[str, Any]] = (
    {"record": {**POLICY, "for_each": RUNNING}},
    {"measurement": {"verdicts": ["conform"], "for_each": RUNNING}},
)


def criterion(**form: Any) -> Criterion:
    return Criterion.model_validate({"id": "it", "says": "It is so", **form})


def answer(asked: Criterion, *facts: Fact, at: date = AT, reach: Reach = Reach()) -> Answer:  # noqa: B008
    return evaluate(asked, "4.1", Facts(facts, reach), at)


def met(asked: Criterion, *facts: Fact, at: date = AT) -> bool:
    return answer(asked, *facts, at=at).outcome is Outcome.MET


def codes(found: Answer) -> list[str]:
    return [reason.code for reason in found.reasons]


def policy(name: str = "policy", *, age: int = 10, **other: Any) -> Fact:
    values: dict[str, Any] = {
        "id": name,
        "label": name,
        "kind": "document",
        "state": "approved",
        "dated": moment(AT - age * DAY),
        "serves": frozenset(["4.1"]),
        "fields": {"type": "policy"},
    }
    return Fact(**(values | other))


def product(name: str = "chip", **other: Any) -> Fact:
    return Fact(name, name, "product", "operation", moment(AT - 100 * DAY), **other)


def measured(
    name: str, age: int, verdict: str, *, of: str = "chip", method: str = "drift", **other: Any
) -> Fact:
    fields: dict[str, FieldValue] = {"method": method, "verdict": verdict}
    dated = moment(AT - age * DAY)
    return replace(
        Fact(name, name, "measurement", "recorded", dated, fields=fields, links=frozenset([of])), **other
    )


# --- what counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"withheld": WITHHELD}, "record.evidence-gone"),
        ({"state": "draft"}, "record.state"),
        ({"fields": {"type": "plan"}}, "record.field"),
        ({"fields": {}}, "record.field"),
        ({"dated": moment(AT + DAY)}, "record.not-begun"),
        ({"effective_from": AT + DAY}, "record.not-begun"),
        ({"dated": moment(AT + DAY), "effective_from": AT - DAY}, "record.not-begun"),
        ({"effective_until": AT}, "record.ended"),
        ({"dated": moment(AT - 31 * DAY)}, "record.stale"),
    ],
)
def test_what_keeps_a_record_from_counting_is_said(change: dict[str, Any], code: str) -> None:
    asked = criterion(record={**POLICY, "max_age_days": 30})
    assert met(asked, policy())
    found = answer(asked, policy(**change))
    assert found.outcome is Outcome.NOT_MET
    assert codes(found) == [code]
    remedy = "remedy.wait" if code == "record.not-begun" else "remedy.keep"
    assert [each.code for each in found.remedies] == [remedy]


def test_of_several_the_nearest_miss_is_told() -> None:
    stale, draft = policy("stale", age=90), policy("draft", state="draft")
    found = answer(criterion(record={**POLICY, "max_age_days": 30}), draft, stale)
    assert found.reasons == (Reason("record.stale", {"record": "stale", "age": 90, "limit": 30}),)


def test_nothing_of_the_kind_and_too_few_of_it_are_said_differently() -> None:
    two = criterion(record={**POLICY, "at_least": 2})
    assert codes(answer(two)) == ["record.none-serving"]
    assert codes(answer(criterion(record={**POLICY, "serving": False}))) == ["record.none-of-kind"]
    assert codes(answer(two, policy(), policy("draft", state="draft"))) == ["record.too-few", "record.state"]


def test_effective_periods_are_half_open() -> None:
    asked = criterion(record=POLICY)
    bound = policy(effective_from=AT, effective_until=AT + 2 * DAY)
    assert [met(asked, bound, at=AT + day * DAY) for day in (-1, 0, 1, 2)] == [False, True, True, False]


def test_a_record_is_fresh_on_the_last_day_of_its_age() -> None:
    asked = criterion(record={**POLICY, "max_age_days": 30})
    assert met(asked, policy(age=30))
    assert not met(asked, policy(age=31))


def test_the_last_day_that_the_calendar_has_is_a_day_like_others() -> None:
    asked = criterion(record={**POLICY, "max_age_days": 30})
    assert answer(asked, policy(dated=moment(date.max)), at=date.max).until is None
    assert not met(asked, policy(dated=moment(date.min)), at=date.max)


@pytest.mark.parametrize(
    ("condition", "value", "fulfilled"),
    [
        ({"is": True}, True, True),
        ({"is": True}, 1, False),
        ({"is": 1}, True, False),
        ({"is": "a"}, "a", True),
        ({"is": "a"}, ("a",), False),
        ({"is": False}, False, True),
        ({"is": False}, None, False),
        ({"in": ["a", "b"]}, "b", True),
        ({"in": ["a", "b"]}, "c", False),
        ({"present": True}, "a", True),
        ({"present": True}, 0, True),
        ({"present": True}, False, True),
        ({"present": True}, "", False),
        ({"present": True}, (), False),
        ({"present": True}, None, False),
        ({"at_least": 2}, 2, True),
        ({"at_least": 2}, 1, False),
        ({"at_least": 0}, True, False),
        ({"at_least": 2}, "3", False),
        ({"at_most": 0}, 0, True),
        ({"at_most": 2}, 3, False),
        ({"at_most": 2}, None, False),
        ({"includes_any": ["a", "b"]}, ("b", "c"), True),
        ({"includes_any": ["a", "b"]}, ("c",), False),
        ({"includes_any": ["a"]}, "a", True),
        ({"includes_all": ["a", "b"]}, ("b", "a", "c"), True),
        ({"includes_all": ["a", "b"]}, ("a",), False),
    ],
)
def test_conditions(condition: dict[str, object], value: FieldValue | None, fulfilled: bool) -> None:
    assert holds(Condition.model_validate({"field": "x", **condition}), value) is fulfilled


# --- several records -------------------------------------------------------------------------------------------------


def test_values_are_covered_by_all_records_together() -> None:
    asked = criterion(record={**POLICY, "covers": {"field": "topics", "values": ["b", "a"]}})
    one = policy("one", fields={"type": "policy", "topics": ("a", "c")})
    two = policy("two", fields={"type": "policy", "topics": ("b",)})
    assert met(asked, one, two)
    found = answer(asked, one)
    named: dict[str, Parameter] = {"field": "topics", "missing": ("b",), "kind": "document"}
    assert found.reasons == (Reason("coverage.missing", {**named, "records": ("one",)}),)
    assert found.remedies == (Reason("remedy.cover", named),)


def test_values_of_the_profile_are_those_that_are_covered() -> None:
    asked = criterion(record={**POLICY, "covers": {"field": "domains", "values_of": "domains"}})
    only = policy(fields={"type": "policy", "domains": ("sensing",)})
    sensing = Reach(frozenset([Domain.SENSING]), frozenset([Stage.RESEARCH]))
    assert answer(asked, only, reach=sensing).outcome is Outcome.MET
    missing = answer(asked, only).reasons[0].parameters["missing"]
    assert missing == ("communication", "computing", "simulation")


def test_every_one_of_those_looked_at_has_to_be_in_order() -> None:
    asked = criterion(
        record={"kind": "risk", "states": ["accepted"], "every": True, "among": ["assessed", "accepted"]}
    )
    accepted, assessed, closed = (
        Fact(state, state, "risk", state, moment(AT)) for state in ("accepted", "assessed", "closed")
    )
    assert met(asked, accepted, closed)
    found = answer(asked, accepted, assessed)
    assert codes(found) == ["every.lacking", "record.state"]
    assert found.records == ("assessed",)
    assert codes(answer(asked, closed)) == ["record.state"]
    assert codes(answer(asked)) == ["record.none-of-kind"]


def test_every_subject_needs_a_record_of_its_own() -> None:
    asked = criterion(record={**POLICY, "for_each": RUNNING})
    chip, fridge = product("chip"), product("fridge")
    about = policy(links=frozenset(["chip"]))
    assert met(asked, chip, about)
    found = answer(asked, chip, fridge, about)
    assert codes(found) == ["subject.without"]
    assert found.remedies[0].parameters["subject"] == "fridge"
    assert met(asked, chip, fridge, replace(about, links=frozenset(["chip", "fridge"])))


def test_a_record_of_a_subject_serves_the_requirement_and_there_are_enough_of_them() -> None:
    asked = criterion(record={**POLICY, "for_each": RUNNING, "at_least": 2})
    one, two = (policy(name, links=frozenset(["chip"])) for name in ("one", "two"))
    assert met(asked, product(), one, two)
    assert not met(asked, product(), one)
    assert not met(asked, product(), one, replace(two, serves=frozenset(["4.2"])))


def test_one_record_for_two_subjects_is_named_once() -> None:
    asked = criterion(record={**POLICY, "for_each": RUNNING})
    both = policy(links=frozenset(["chip", "fridge"]))
    assert answer(asked, product("chip"), product("fridge"), both).records == ("policy",)


@pytest.mark.parametrize("form", FOR_EACH, ids=["record", "measurement"])
def test_without_a_subject_nothing_is_shown(form: dict[str, Any]) -> None:
    found = answer(criterion(**form), policy(), measured("m", 1, "conform"))
    assert codes(found) == ["subject.none"]
    assert [remedy.code for remedy in found.remedies] == ["remedy.subject"]


@pytest.mark.parametrize("form", FOR_EACH, ids=["record", "measurement"])
def test_a_subject_does_not_go_away_with_its_evidence(form: dict[str, Any]) -> None:
    asked = criterion(**form)
    evidence = [policy(links=frozenset(["chip"])), measured("m", 1, "conform")]
    assert met(asked, product(), *evidence)
    found = answer(asked, product(), product("fridge", withheld=WITHHELD), *evidence)
    assert codes(found) == ["record.evidence-gone"]
    named: dict[str, Parameter] = {"kind": "product", "states": ("operation",), "records": ("fridge",)}
    assert found.remedies == (Reason("remedy.every", named),)


# --- until when ------------------------------------------------------------------------------------------------------


def test_of_two_records_the_one_that_lasts_longer_says_until_when() -> None:
    asked = {**POLICY, "max_age_days": 30}
    old, new = policy("old", age=25), policy("new", age=5)
    found = answer(criterion(record=asked), old, new)
    assert (found.until, found.oldest) == (AT + 26 * DAY, AT - 25 * DAY)
    assert answer(criterion(record={**asked, "at_least": 2}), old, new).until == AT + 6 * DAY


def test_a_covered_value_lasts_as_long_as_the_last_record_that_has_it() -> None:
    asked = criterion(
        record={**POLICY, "max_age_days": 30, "covers": {"field": "topics", "values": ["a", "b"]}}
    )
    both = policy("both", age=20, fields={"type": "policy", "topics": ("a", "b")})
    one = policy("one", age=1, fields={"type": "policy", "topics": ("a",)})
    assert answer(asked, both, one).until == AT + 11 * DAY


def test_what_has_no_age_and_no_end_holds_for_good() -> None:
    assert answer(criterion(record=POLICY), policy()).until is None


# --- measurements ----------------------------------------------------------------------------------------------------

CONFORMS = {"method": "drift", "verdicts": ["conform"], "max_age_days": 30, "for_each": RUNNING}


def test_the_latest_measurement_decides_before_anybody_asks_its_age() -> None:
    asked = criterion(measurement=CONFORMS)
    assert met(asked, product(), measured("m1", 20, "nonconform"), measured("m2", 10, "conform"))
    found = answer(asked, product(), measured("m1", 20, "conform"), measured("m2", 10, "nonconform"))
    assert codes(found) == ["measurement.verdict"]
    stale = answer(asked, product(), measured("m1", 90, "conform"), measured("m2", 40, "conform"))
    assert codes(stale) == ["record.stale"]


def test_of_two_at_one_moment_the_one_that_speaks_against_decides() -> None:
    asked = criterion(measurement=CONFORMS)
    for names in (("m1", "m2"), ("m2", "m1")):
        pair = (measured(names[0], 5, "conform"), measured(names[1], 5, "nonconform"))
        assert not met(asked, product(), *pair)


def test_an_invalidated_measurement_no_longer_decides() -> None:
    """To invalidate is a deed of two people, signed and on record; it is no adverse evidence and may raise an answer."""
    asked = criterion(measurement=CONFORMS)
    wrong = measured("m2", 10, "nonconform")
    older = measured("m1", 20, "conform")
    assert not met(asked, product(), older, wrong)
    assert met(asked, product(), older, replace(wrong, state="invalidated"))


def test_a_failing_measurement_stays_the_latest_when_its_file_is_gone() -> None:
    asked = criterion(measurement=CONFORMS)
    failing = measured("m2", 10, "nonconform", withheld=WITHHELD)
    assert not met(asked, product(), measured("m1", 20, "conform"), failing)


def test_a_passing_measurement_whose_file_is_gone_is_passed_over() -> None:
    asked = criterion(measurement=CONFORMS)
    gone = measured("m2", 10, "conform", withheld=WITHHELD)
    assert met(asked, product(), measured("m1", 20, "conform"), gone)
    assert codes(answer(asked, product(), gone)) == ["measurement.none", "record.evidence-gone"]


def test_without_a_method_the_latest_of_every_method_decides_and_the_newest_says_the_age() -> None:
    asked = criterion(measurement={**CONFORMS, "method": None})
    fresh = measured("m1", 5, "conform", method="noise")
    assert met(asked, product(), fresh, measured("m2", 90, "conform"))
    assert not met(asked, product(), fresh, measured("m2", 90, "nonconform"))


def test_another_product_or_method_or_a_later_day_is_another_matter() -> None:
    asked = criterion(measurement=CONFORMS)
    for other in (
        measured("m", 1, "conform", of="fridge"),
        measured("m", 1, "conform", method="noise"),
        measured("m", -1, "conform"),
    ):
        assert codes(answer(asked, product(), other)) == ["measurement.none"]


def test_a_measurement_is_of_a_moment_and_has_no_period() -> None:
    """If one could end, an older one would take its place, and to lose its evidence would be better than to keep it."""
    asked = criterion(measurement=CONFORMS)
    found = answer(asked, product(), measured("m", 1, "conform", effective_until=AT))
    assert (found.outcome, found.until) == (Outcome.MET, AT + 30 * DAY)


# --- statements and judgements ---------------------------------------------------------------------------------------

SIGNED = {**POLICY, "meaning": "approval", "assurance": "key", "by_roles": ["top-management"]}


def signature(**other: Any) -> Signature:
    values: dict[str, Any] = {
        "meaning": "approval",
        "assurance": Assurance.KEY,
        "by": "PER-0001",
        "roles": ("engineer", "top-management"),
        "at": moment(AT),
    }
    return Signature(**(values | other))


@pytest.mark.parametrize(
    ("change", "signed"),
    [
        ({}, True),
        ({"assurance": Assurance.PASSKEY}, True),
        ({"assurance": Assurance.DECLARED}, False),
        ({"meaning": "report"}, False),
        ({"roles": ("engineer",)}, False),
        ({"roles": ()}, False),
        ({"at": moment(AT + DAY)}, False),
    ],
)
def test_a_statement_is_signed_as_asked(change: dict[str, Any], signed: bool) -> None:
    asked = criterion(statement=SIGNED)
    found = answer(asked, policy(signatures=(signature(meaning="report"), signature(**change))))
    assert (found.outcome is Outcome.MET) is signed
    assert signed or codes(found) == ["statement.unsigned"]


def test_a_signature_on_a_record_that_does_not_count_shows_nothing() -> None:
    found = answer(criterion(statement=SIGNED), policy(state="draft", signatures=(signature(),)))
    assert codes(found) == ["record.state"]


def test_a_judgement_stays_open_and_asks_its_question() -> None:
    found = answer(criterion(judgement="An auditor reads two of them"), policy())
    assert found == Answer(
        Outcome.JUDGEMENT, (Reason("judgement.auditor", {"question": "An auditor reads two of them"}),)
    )


# --- what only waits for its day ---------------------------------------------------------------------------------------


def waiting(asked: Criterion, *facts: Fact) -> list[Reason]:
    return list(answer(asked, *facts).remedies)


@pytest.mark.parametrize(
    "asked",
    [
        {"record": POLICY},
        {"record": {**POLICY, "every": True}},
        {"statement": {**POLICY, "meaning": "approval", "assurance": "declared"}},
    ],
)
def test_what_lacks_only_its_day_is_waited_for(asked: dict[str, Any]) -> None:
    ahead = policy("ahead", effective_from=AT + 9 * DAY)
    day = (AT + 9 * DAY).isoformat()
    assert waiting(criterion(**asked), ahead) == [Reason("remedy.wait", {"records": ("ahead",), "from": day})]


def test_a_subject_waits_for_its_own_evidence() -> None:
    ahead = policy("ahead", effective_from=AT + 9 * DAY, links=frozenset(["chip"]))
    found = waiting(criterion(record={**POLICY, "for_each": RUNNING}), product(), ahead)
    assert [remedy.code for remedy in found] == ["remedy.wait"]


def test_waiting_is_no_remedy_where_it_does_not_bring_enough() -> None:
    ahead = policy("ahead", effective_from=AT + 9 * DAY)
    found = waiting(criterion(record={**POLICY, "at_least": 2}), ahead)
    assert [remedy.code for remedy in found] == ["remedy.keep"]


def test_waiting_is_no_remedy_for_what_will_be_too_old_by_then() -> None:
    ahead = policy("ahead", age=90, effective_from=AT + 20 * DAY)
    found = waiting(criterion(record={**POLICY, "max_age_days": 100}), ahead)
    assert [remedy.code for remedy in found] == ["remedy.keep"]


def test_of_several_those_that_wait_and_those_that_fall_short_are_told_apart() -> None:
    ahead = policy("ahead", effective_from=AT + 9 * DAY)
    found = waiting(criterion(record={**POLICY, "every": True}), ahead, policy("draft", state="draft"))
    assert [(remedy.code, remedy.parameters["records"]) for remedy in found] == [
        ("remedy.every", ("draft",)),
        ("remedy.wait", ("ahead",)),
    ]
