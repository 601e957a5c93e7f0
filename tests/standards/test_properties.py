"""What always holds of one criterion's answer, whatever is asked and whatever is kept: the four rules of ``evaluate``.

The same rules for whole requirements of the shipped method are in ``tests/conformity/test_properties.py``.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.standards.small_world import (
    AT,
    METHODS,
    REQUIREMENT,
    WITHHELD,
    asks_more,
    criteria,
    fact_sets,
    measurement_criteria,
    measuring,
    moment,
    scenes,
    subjects_asked,
    wanted,
)

from standfirst.standards.evaluate import Answer, Outcome, evaluate
from standfirst.standards.facts import Fact, Facts, Reach
from standfirst.standards.method import Criterion, MeasurementCriterion
from standfirst.standards.vocabulary import Verdict
from standfirst.words.render import sentence

Scene: TypeAlias = tuple[Criterion, list[Fact]]
often = settings(deadline=None, max_examples=30)
later = st.integers(0, 150).map(lambda days: AT + timedelta(days=days))


def answer(criterion: Criterion, facts: list[Fact], at: date = AT) -> Answer:
    return evaluate(criterion, REQUIREMENT, Facts(facts, Reach()), at)


def met(criterion: Criterion, facts: list[Fact], at: date = AT) -> bool:
    return answer(criterion, facts, at).outcome is Outcome.MET


# --- a. more evidence ------------------------------------------------------------------------------------------------


@often
@given(scenes(), criteria(), st.integers(0, 60), st.data())
def test_a_record_that_is_asked_for_never_lowers_an_answer(
    scene: Scene, other: Criterion, days_old: int, data: st.DataObject
) -> None:
    """Neither that of the criterion that asks for it, nor another's, unless it is what the other asks evidence of.

    A new record may be a subject of its own or one of "every": the other criterion then asks more than before.
    """
    asking, facts = scene
    subjects = subjects_asked(asking, facts)
    assume(subjects)
    new = wanted(asking, data.draw(st.sampled_from(subjects)), AT, days_old=days_old)
    assume(new is not None)
    assert new is not None
    for criterion in (asking, other):
        if not asks_more(criterion, new, AT):
            assert met(criterion, [*facts, new]) >= met(criterion, facts)


@often
@given(criteria(), fact_sets())
def test_the_records_that_are_asked_for_meet_the_criterion(criterion: Criterion, facts: list[Fact]) -> None:
    """The property above is not empty: enough of what is asked, and nothing that falls short, is a yes."""
    kept = [each for each in subjects_asked(criterion, facts) if each is None or each.withheld is None]
    assume(kept)
    new = [wanted(criterion, subject, AT, days_old=0) for subject in kept for _ in range(3)]
    made = [replace(fact, id=f"new {i}", label=f"NEW-{i:04}") for i, fact in enumerate(new) if fact]
    assume(made and not any(asks_more(criterion, fact, AT) for fact in made))
    assert met(criterion, [*(each for each in kept if each), *made])


# --- b. a later day --------------------------------------------------------------------------------------------------


@often
@given(scenes(), later, later)
def test_a_later_day_never_raises_an_answer(scene: Scene, one: date, other: date) -> None:
    """Given that everything has begun: no record, signature or effective period lies after the earlier day."""
    criterion, facts = scene
    assert met(criterion, facts, max(one, other)) <= met(criterion, facts, min(one, other))


@often
@given(scenes())
def test_until_is_the_first_day_on_which_a_yes_is_none(scene: Scene) -> None:
    criterion, facts = scene
    found = answer(criterion, facts)
    if found.outcome is not Outcome.MET:
        assert found.until is None
    elif found.until is None:
        assert met(criterion, facts, date.max)
    else:
        assert found.until > AT
        assert met(criterion, facts, found.until - timedelta(days=1))
        assert not met(criterion, facts, found.until)


# --- c. what speaks against ------------------------------------------------------------------------------------------

FAILING = st.sampled_from([Verdict.NONCONFORM, Verdict.INDETERMINATE, Verdict.NOT_MEASURABLE])


@often
@given(scenes(), FAILING, st.sampled_from(METHODS), st.integers(0, 60), st.data())
def test_a_failing_measurement_never_raises_an_answer(
    scene: Scene, verdict: Verdict, method: str, days_old: int, data: st.DataObject
) -> None:
    """Whenever it was made. A criterion that counts measurements as *records* asks only that there was one: not meant."""
    criterion, facts = scene
    assume(criterion.record is None or criterion.record.kind != "measurement")
    subject = data.draw(st.sampled_from([None, *(fact for fact in facts if fact.kind == "thing")]))
    new = measuring(subject, verdict, moment(AT - timedelta(days=days_old)), method)
    assert met(criterion, [*facts, new]) <= met(criterion, facts)


@often
@given(measurement_criteria(), fact_sets(), FAILING, st.data())
def test_the_latest_measurement_decides(
    asked: MeasurementCriterion, facts: list[Fact], verdict: Verdict, data: st.DataObject
) -> None:
    """However many older ones conform, and also where one of the same moment conforms."""
    criterion = Criterion(id="it", says="It is so", measurement=asked)
    subjects = subjects_asked(criterion, facts)
    assume(subjects)
    new = measuring(data.draw(st.sampled_from(subjects)), verdict, moment(AT, 1), asked.method or METHODS[0])
    assert not met(criterion, [*facts, new])


# --- d. order, f. withheld, g. explained -----------------------------------------------------------------------------


@often
@given(scenes(), st.data())
def test_the_order_of_facts_never_matters(scene: Scene, data: st.DataObject) -> None:
    criterion, facts = scene
    shuffled = data.draw(st.permutations(facts))
    assert answer(criterion, shuffled) == answer(criterion, facts)
    assert Facts(shuffled, Reach()).digest == Facts(facts, Reach()).digest


@often
@given(scenes())
def test_what_is_withheld_never_helps_and_nothing_goes_away_by_it(scene: Scene) -> None:
    """It never helps: without it the answer is no lower. Nothing goes away by it: with its evidence back it is no lower."""
    criterion, facts = scene
    for one in facts:
        others = [fact for fact in facts if fact is not one]
        withheld = met(criterion, [*others, replace(one, withheld=WITHHELD)])
        assert withheld <= met(criterion, others)
        assert withheld <= met(criterion, [*others, replace(one, withheld=None)])


@often
@given(scenes())
def test_where_everything_is_withheld_nothing_is_met(scene: Scene) -> None:
    criterion, facts = scene
    assert not met(criterion, [replace(fact, withheld=WITHHELD) for fact in facts])


@often
@given(scenes())
def test_every_no_explains_itself(scene: Scene) -> None:
    criterion, facts = scene
    found = answer(criterion, facts)
    assert found.reasons
    assert bool(found.remedies) == (found.outcome is Outcome.NOT_MET)
    for reason in (*found.reasons, *found.remedies):
        assert sentence(reason)
    assert set(found.records) <= {fact.label for fact in facts}
    assert len(set(found.records)) == len(found.records)
