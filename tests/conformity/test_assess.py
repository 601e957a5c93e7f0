"""From answers to statuses: what speaks against, what is left out, what cannot be assessed, and until when it holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformity.kept import AT, WITHHELD, days_before, shown

from standfirst.conformity.applicability import statement
from standfirst.conformity.assess import Result, adverse, assess, combined, exclusions
from standfirst.conformity.built import Built
from standfirst.conformity.readiness import readiness
from standfirst.standards.evaluate import Outcome
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Status
from standfirst.standards.profile import Profile, profile_named
from standfirst.standards.vocabulary import Aspect, Goal

DAY = timedelta(days=1)
MET, NOT_MET, JUDGEMENT, WAITING = Outcome.MET, Outcome.NOT_MET, Outcome.JUDGEMENT, Outcome.NOT_ASSESSABLE


def results(
    facts: Sequence[Fact], profile: Profile | None = None, *, at: date = AT, built: Built | None = None
) -> dict[str, Result]:
    chosen = profile or profile_named("all")
    found = assess(edition(), assessment_method(), Facts(facts, chosen.reach), chosen, at, built=built)
    return {result.requirement.id: result for result in found}


# --- statuses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "status", "with_adverse"),
    [
        ([MET, MET], Status.SHOWN, Status.PARTLY),
        ([MET, JUDGEMENT], Status.NEEDS_JUDGEMENT, Status.PARTLY),
        ([JUDGEMENT], Status.NEEDS_JUDGEMENT, Status.PARTLY),
        ([MET, NOT_MET], Status.PARTLY, Status.PARTLY),
        ([MET, NOT_MET, JUDGEMENT], Status.PARTLY, Status.PARTLY),
        ([NOT_MET, NOT_MET], Status.NOT_SHOWN, Status.NOT_SHOWN),
        ([NOT_MET, JUDGEMENT], Status.NOT_SHOWN, Status.NOT_SHOWN),
        ([NOT_MET, WAITING], Status.NOT_SHOWN, Status.NOT_SHOWN),
        ([MET, WAITING], Status.PARTLY, Status.PARTLY),
        ([WAITING], Status.NOT_ASSESSABLE, Status.NOT_ASSESSABLE),
        ([WAITING, JUDGEMENT], Status.NOT_ASSESSABLE, Status.NOT_ASSESSABLE),
    ],
)
def test_a_status_follows_from_the_outcomes(
    outcomes: list[Outcome], status: Status, with_adverse: Status
) -> None:
    assert combined(outcomes, adverse=False) is status
    assert combined(outcomes, adverse=True) is with_adverse


def test_every_requirement_gets_one_result_in_order() -> None:
    assert list(results([])) == list(edition().by_id)


def test_an_organisation_without_records_shows_nothing() -> None:
    assert {result.status for result in results([]).values()} == {Status.NOT_SHOWN}


def test_what_is_not_built_is_neither_met_nor_held_against_anybody() -> None:
    found = results(shown("4.1"), built=Built({}, {}))
    assert {result.status for result in found.values()} == {Status.NOT_ASSESSABLE}
    outcomes = {answer.outcome for result in found.values() for _, answer in result.answers}
    assert outcomes == {WAITING, JUDGEMENT}


def test_criteria_of_another_domain_are_not_asked() -> None:
    sensing = {c.id for c, _ in results([], profile_named("sensing"))["A.1.2"].answers}
    computing = {c.id for c, _ in results([], profile_named("computing"))["A.1.2"].answers}
    assert computing - sensing == {"calibration-credible"}


def test_a_result_says_its_oldest_record_and_the_day_it_holds_until() -> None:
    facts = shown("4.1")
    result = results(facts)["4.1"]
    assert result.status is Status.SHOWN
    assert result.oldest == min(fact.dated.date() for fact in facts)
    assert result.until is not None
    assert results(facts, at=result.until - DAY)["4.1"].status is Status.SHOWN
    assert results(facts, at=result.until)["4.1"].status is Status.PARTLY


# --- what speaks against ---------------------------------------------------------------------------------------------


def nonconformity(state: str = "open", **other: Any) -> Fact:
    fields: dict[str, Any] = {"against": ("4.1",)}
    return replace(
        Fact("ncr", "NCR-0001", "nonconformity", state, days_before(400), "Late", fields=fields), **other
    )


@pytest.mark.parametrize("state", ["open", "corrected", "analysed", "acted"])
def test_until_it_is_closed_a_nonconformity_speaks_against(state: str) -> None:
    result = results([*shown("4.1"), nonconformity(state)])["4.1"]
    assert result.status is Status.PARTLY
    (reason,) = result.adverse
    assert dict(reason.parameters) == {"record": "NCR-0001", "title": "Late", "state": state}


def test_a_closed_nonconformity_does_not() -> None:
    assert results([*shown("4.1"), nonconformity("closed")])["4.1"].status is Status.SHOWN


@pytest.mark.parametrize(
    "change", [{"withheld": WITHHELD}, {"effective_until": AT - 100 * DAY}], ids=["file", "period"]
)
def test_what_speaks_against_does_not_end_by_itself(change: dict[str, Any]) -> None:
    assert results([*shown("4.1"), nonconformity(**change)])["4.1"].status is Status.PARTLY


def test_it_speaks_against_from_the_day_on_which_it_was_found() -> None:
    rule = assessment_method().header.adverse
    facts = Facts([nonconformity(dated=days_before(0))], profile_named("all").reach)
    assert list(adverse(rule, facts, AT)) == ["4.1"]
    assert list(adverse(rule, facts, AT - DAY)) == []


# --- what is left out ------------------------------------------------------------------------------------------------


def applicability(name: str = "SOA-0001", *, out: Sequence[str] = ("A.5.1",), **other: Any) -> Fact:
    fields: dict[str, Any] = {
        "not_applicable": tuple(out),
        "not_applicable_reasons": tuple("no keys" for _ in out),
    }
    fact = Fact(name, name, "statement-of-applicability", "approved", days_before(30), fields=fields)
    return replace(fact, effective_from=AT - 30 * DAY, **other)


def left_out(*facts: Fact) -> list[str]:
    rule = assessment_method().header.exclusion
    return list(exclusions(edition(), rule, Facts(facts, profile_named("all").reach), AT))


def test_a_statement_in_force_leaves_out_an_annex_requirement_with_its_reason() -> None:
    result = results([applicability()])["A.5.1"]
    assert (result.status, result.answers) == (Status.NOT_APPLICABLE, ())
    assert result.left_out is not None
    assert dict(result.left_out.parameters) == {"record": "SOA-0001", "why": "no keys"}


def test_the_clauses_are_asked_of_everybody() -> None:
    assert left_out(applicability(out=("4.1", "A.5.1", "10.2"))) == ["A.5.1"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "draft"},
        {"state": "superseded"},
        {"effective_from": AT + DAY},
        {"effective_until": AT},
        {"withheld": WITHHELD},
        {"fields": {}},
    ],
    ids=str,
)
def test_a_statement_that_is_not_in_force_leaves_out_nothing(change: dict[str, Any]) -> None:
    assert left_out(replace(applicability(), **change)) == []


def test_of_two_statements_in_force_the_later_one_speaks() -> None:
    old, new = applicability("SOA-0001"), applicability("SOA-0002", out=["A.5.2"])
    new = replace(new, effective_from=AT - 5 * DAY)
    assert left_out(old, new) == left_out(new, old) == ["A.5.2"]
    assert left_out(old, replace(new, effective_from=AT + DAY)) == ["A.5.1"]


def test_a_profile_leaves_out_before_any_statement_does() -> None:
    found = results([applicability(out=["A.5.1"])], profile_named("sensing+concept+tier-0"))
    codes = {r.left_out.code for r in found.values() if r.left_out}
    assert codes <= {"profile.domain", "profile.stage", "profile.tier", "applicability.excluded"}
    assert all(r.status is Status.NOT_APPLICABLE for r in found.values() if r.left_out)
    assert {r.requirement.id for r in found.values() if not r.left_out} == {
        r.id for r in profile_named("sensing+concept+tier-0").asked(edition()) if r.id != "A.5.1"
    }


def test_the_statement_of_applicability_names_every_annex_requirement_once() -> None:
    found = statement(edition(), list(results([applicability()]).values()))
    assert [item.requirement for item in found] == [i for i in edition().by_id if i.startswith("A.")]
    assert [(item.requirement, item.reason.code) for item in found if not item.applies] == [
        ("A.5.1", "applicability.excluded")
    ]
    assert {item.reason.code for item in found if item.applies} == {"applicability.default"}


# --- how far along ---------------------------------------------------------------------------------------------------


def test_readiness_counts_every_requirement_once_in_each_way_of_counting() -> None:
    found = list(results([*shown("4.1"), *shown("A.1.1"), applicability()]).values())
    ready = readiness(edition(), found)
    assert sum(ready.whole.counts.values()) == 90
    assert ready.whole.asked == 89
    assert ready.whole.shown == sum(result.status is Status.SHOWN for result in found)
    assert sum(sum(tally.counts.values()) for tally in ready.clauses) == 90
    for tallies, names in ((ready.goals, Goal), (ready.aspects, Aspect)):
        assert [tally.key for tally in tallies] == [name.value for name in names]
        assert all(0 < sum(tally.counts.values()) <= 90 for tally in tallies)
    assert ready.whole.until == min(result.until for result in found if result.until)
    assert ready.whole.oldest == min(result.oldest for result in found if result.oldest)
