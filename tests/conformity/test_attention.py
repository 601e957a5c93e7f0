"""What is named first is what matters first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from standfirst.conformity.assess import Result
from standfirst.conformity.attention import against, lapsing, next_steps
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.facts import Fact, Facts, Reach
from standfirst.standards.library import edition
from standfirst.standards.method import Criterion, RecordCriterion, Status
from standfirst.standards.reason import Reason

AT = date(2026, 6, 15)
REQUIREMENTS = tuple(edition())
YEARLY = Criterion(
    id="yearly",
    says="A yearly report is there",
    record=RecordCriterion(kind="document", states=("approved",), max_age_days=365),
)


def report(label: str, days_old: int, until: date | None = None) -> Fact:
    dated = datetime(2026, 6, 15, tzinfo=UTC) - timedelta(days=days_old)
    return Fact(label, label, "document", "approved", dated, label.lower(), effective_until=until)


def met(place: int, until: date, *labels: str) -> Result:
    answer = Answer(Outcome.MET, records=labels, until=until)
    return Result(REQUIREMENTS[place], Status.SHOWN, ((YEARLY, answer),))


def lacking(place: int, *answers: tuple[Outcome, tuple[Reason, ...]]) -> Result:
    return Result(
        REQUIREMENTS[place],
        Status.PARTLY,
        tuple((YEARLY, Answer(outcome, remedies=wishes)) for outcome, wishes in answers),
    )


def test_a_record_against_several_requirements_is_named_once() -> None:
    reason = Reason("adverse.open", {"record": "NCR-0001", "title": "", "state": "open"})
    results = [Result(REQUIREMENTS[n], Status.PARTLY, adverse=(reason,)) for n in (0, 3)]
    (found,) = against(results)
    assert (found.reason, found.requirements) == (reason, (REQUIREMENTS[0].id, REQUIREMENTS[3].id))


def test_the_next_to_lapse_comes_first_and_the_last_day_still_counts() -> None:
    facts = Facts(
        [report("D1", 306), report("D2", 340), report("D3", 305), report("D4", 0, date(2026, 7, 1))], Reach()
    )
    results = [
        met(0, AT + timedelta(days=60), "D1"),
        met(1, AT + timedelta(days=26), "D2"),
        met(2, AT + timedelta(days=61), "D3"),
        met(3, date(2026, 7, 1), "D4"),
    ]
    found = lapsing(results, facts, AT)
    assert [(item.fact.label, item.day - AT, item.requirements) for item in found] == [
        ("D4", timedelta(days=16), (REQUIREMENTS[3].id,)),
        ("D2", timedelta(days=26), (REQUIREMENTS[1].id,)),
        ("D1", timedelta(days=60), (REQUIREMENTS[0].id,)),
    ]


def test_a_record_that_another_one_will_stand_in_for_is_not_named() -> None:
    facts = Facts([report("OLD", 340), report("NEW", 3)], Reach())
    assert lapsing([met(0, AT + timedelta(days=363), "NEW", "OLD")], facts, AT) == ()


def test_one_record_for_several_requirements_is_one_line() -> None:
    facts = Facts([report("D1", 340)], Reach())
    (found,) = lapsing([met(n, AT + timedelta(days=26), "D1") for n in (4, 5)], facts, AT)
    assert found.requirements == (REQUIREMENTS[4].id, REQUIREMENTS[5].id)


MEASURE = Reason("remedy.measure", {"subject": "PRD-0001", "method": "drift"})
SIGN = Reason("remedy.sign", {"records": ("DOC-0001",)})
LINK = Reason("remedy.link", {"subject": "PRD-0001"})


def test_what_completes_comes_before_what_only_helps() -> None:
    results = [
        lacking(0, (Outcome.NOT_MET, (SIGN,)), (Outcome.NOT_MET, (LINK,))),
        lacking(1, (Outcome.NOT_MET, (SIGN,)), (Outcome.NOT_MET, (LINK,))),
        lacking(2, (Outcome.MET, ()), (Outcome.NOT_MET, (MEASURE,))),
    ]
    steps = next_steps(results)
    assert [step.remedy for step in steps] == [MEASURE, SIGN, LINK]
    assert steps[0].closes == (REQUIREMENTS[2].id,)
    assert steps[1].helps == (REQUIREMENTS[0].id, REQUIREMENTS[1].id)


def test_a_judgement_left_open_does_not_keep_a_step_from_completing() -> None:
    (step,) = next_steps([lacking(0, (Outcome.NOT_MET, (SIGN,)), (Outcome.JUDGEMENT, ()))])
    assert step.closes == (REQUIREMENTS[0].id,)


def test_a_step_completes_nothing_that_waits_for_more() -> None:
    waiting = (
        lacking(0, (Outcome.NOT_MET, (SIGN, LINK))),
        lacking(0, (Outcome.NOT_MET, (SIGN,)), (Outcome.NOT_ASSESSABLE, ())),
        replace(lacking(0, (Outcome.NOT_MET, (SIGN,))), adverse=(Reason("adverse.open"),)),
    )
    assert all(not step.closes for result in waiting for step in next_steps([result]))
