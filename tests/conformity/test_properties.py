"""What always holds of the results of the shipped method, whatever an organisation keeps.

Rank is ``Status.rank``; what is not applicable stays so within one run. Everything that criteria name is taken to be
built, so that the criteria of later releases are held to the same rules. The rules themselves, for any criterion
anybody could write, are in ``tests/standards/test_properties.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.conformity.kept import AT, METHODS, WITHHELD, criteria, days_before, fact_sets, shown
from tests.standards.small_world import asks_more, fulfilling, measuring

from standfirst.conformity.assess import Result, assess, combined
from standfirst.conformity.document import Assessed, to_bytes
from standfirst.standards.counting import lack, subjects_of
from standfirst.standards.evaluate import MEASUREMENT, Outcome
from standfirst.standards.facts import Fact, Facts, Reach
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.method import Criterion, RecordCriterion, Status
from standfirst.standards.profile import Profile, profile_named
from standfirst.standards.vocabulary import Verdict
from standfirst.words.render import sentence

often = settings(deadline=None, max_examples=20)


@lru_cache
def everything() -> Profile:
    return profile_named("all")


def results(facts: Sequence[Fact], at: date = AT) -> Sequence[Result]:
    known = Facts(facts, everything().reach)
    return assess(edition(), assessment_method(), known, everything(), at)


def ranks(facts: Sequence[Fact], at: date = AT) -> Mapping[str, int]:
    """Of the requirements that are asked."""
    asked = (result for result in results(facts, at) if result.status is not Status.NOT_APPLICABLE)
    return {result.requirement.id: result.status.rank for result in asked}


def raised(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return [requirement for requirement in before if after[requirement] > before[requirement]]


def lowered(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return raised(after, before)


def of_kind(facts: Sequence[Fact], *kinds: str) -> list[Fact]:
    return [fact for fact in facts if fact.kind in kinds]


# --- a. more evidence ------------------------------------------------------------------------------------------------


@often
@given(fact_sets(), st.sampled_from([*METHODS, "drift"]), st.integers(0, 400), st.integers(0, 9))
def test_a_conforming_measurement_of_a_known_product_never_lowers_a_status(
    facts: list[Fact], method: str, days_old: int, which: int
) -> None:
    """Of whatever method, however old: where an older one failed it stands in its place, where a newer one did it is moot."""
    products = of_kind(facts, "product", "supplier")
    assume(products)
    new = measuring(products[which % len(products)], Verdict.CONFORM, days_before(days_old), method)
    assert lowered(ranks(facts), ranks([*facts, new])) == []


@often
@given(fact_sets(), criteria(), st.integers(0, 400), st.integers(0, 9))
def test_a_record_that_a_criterion_asks_for_never_lowers_a_status(
    facts: list[Fact], asked: tuple[str, Criterion], days_old: int, which: int
) -> None:
    """In an asked-for state, fulfilling ``where`` and age, linked to a subject that is known.

    Narrowed: not where the record itself is what another criterion of a requirement asks evidence of (a subject of
    ``for_each``) or one of those of which ``every`` one has to fulfil more than it does. To record a risk as accepted
    shows that risks are treated; it also asks, elsewhere, that every accepted risk has a benefit.
    """
    requirement, criterion = asked
    selection = criterion.record or criterion.statement
    assume(selection is not None)
    assert selection is not None
    new = fulfilling(selection, requirement, AT, days_old=days_old)
    assume(new is not None)
    assert new is not None
    if criterion.record is not None and criterion.record.for_each is not None:
        known = subjects_of(criterion.record.for_each, Facts(facts, Reach()))
        assume(known)
        new = replace(new, links=frozenset([known[which % len(known)].id]))
    after = ranks([*facts, new])
    unanswered = {
        item.id
        for item in assessment_method().by_id.values()
        if any(asks_more(c, new, AT) for c in item.criteria)
    }
    assert set(lowered(ranks(facts), after)) <= unanswered


def test_a_better_answer_never_lowers_a_status_and_an_objection_never_raises_one() -> None:
    for outcomes, adverse in product(product(Outcome, repeat=4), (False, True)):
        now = combined(outcomes, adverse=adverse)
        for place, outcome in enumerate(outcomes):
            if outcome is Outcome.NOT_MET:
                better = (*outcomes[:place], Outcome.MET, *outcomes[place + 1 :])
                assert combined(better, adverse=adverse).rank >= now.rank
        assert combined(outcomes, adverse=True).rank <= now.rank


# --- b. a later day --------------------------------------------------------------------------------------------------


@often
@given(fact_sets(), st.integers(0, 900), st.integers(0, 900))
def test_a_later_day_never_raises_a_status(facts: list[Fact], one: int, other: int) -> None:
    """All records and signatures are dated, and all effective periods have begun, by the earlier day."""
    early, late = sorted((one, other))
    assert raised(ranks(facts, AT + timedelta(days=early)), ranks(facts, AT + timedelta(days=late))) == []


@often
@given(fact_sets())
def test_a_status_holds_until_the_day_that_its_result_names(facts: list[Fact]) -> None:
    now = results(facts)
    days = sorted({result.until for result in now if result.until})
    for day in days[:3]:
        eve, then = (ranks(facts, day - timedelta(days=back)) for back in (1, 0))
        for result in now:
            if result.until == day:
                assert eve[result.requirement.id] == result.status.rank
                assert then[result.requirement.id] <= result.status.rank


# --- c. what speaks against ------------------------------------------------------------------------------------------


def counts(criterion: Criterion, new: Fact) -> bool:
    """Does a criterion ask for records such as ``new``: that it was measured, whatever came of it; that it was written down?"""
    if (measured := criterion.measurement) is not None:
        of_method = measured.method is None or new.fields.get("method") == measured.method
        return new.kind == MEASUREMENT and of_method and new.fields.get("verdict") in measured.verdicts
    asked = criterion.record
    return isinstance(asked, RecordCriterion) and asked.kind == new.kind and lack(new, asked, AT) is None


def counting(new: Fact) -> set[str]:
    return {
        item.id for item in assessment_method().by_id.values() if any(counts(c, new) for c in item.criteria)
    }


@often
@given(
    fact_sets(),
    st.sampled_from([*METHODS, "drift"]),
    st.sampled_from([Verdict.NONCONFORM, Verdict.NOT_MEASURABLE]),
    st.integers(0, 400),
    st.integers(0, 9),
)
def test_a_failing_measurement_never_raises_a_status(
    facts: list[Fact], method: str, verdict: Verdict, days_old: int, which: int
) -> None:
    """Narrowed: some criteria ask that somebody measured, and a measurement that fails shows that as well as one that passes.

    They are *record* criteria of the kind measurement (A.1.1: are there three a year?) and measurement criteria that name
    this very verdict among those they take (A.5.1: could the inventory be read by a machine?). No other may rise.
    """
    products = of_kind(facts, "product", "supplier")
    assume(products)
    new = measuring(products[which % len(products)], verdict, days_before(days_old), method)
    assert set(raised(ranks(facts), ranks([*facts, new]))) <= counting(new)


@often
@given(
    fact_sets(),
    st.sampled_from(assessment_method().header.adverse.states),
    st.lists(st.sampled_from(sorted(assessment_method().by_id)), min_size=1, max_size=4, unique=True),
    st.integers(0, 2_000),
)
def test_an_open_nonconformity_never_raises_a_status(
    facts: list[Fact], state: str, against: list[str], days_old: int
) -> None:
    """However old. Narrowed as above: 8.10 asks that nonconforming output is written down, and this one is.

    A requirement that it is against is never fully shown, and never the auditor's question alone.
    """
    rule = assessment_method().header.adverse
    new = Fact(
        "new",
        "NCR-9999",
        rule.kind,
        state,
        days_before(days_old),
        fields={rule.field: tuple(against), "source": "process"},
    )
    before, after = ranks(facts), ranks([*facts, new])
    assert set(raised(before, after)) <= counting(new)
    for requirement in against:
        assert after[requirement] <= Status.PARTLY.rank


# --- d. order, f. withheld, g. explained -----------------------------------------------------------------------------


@settings(deadline=None, max_examples=10)
@given(fact_sets(), st.data())
def test_the_order_of_facts_never_changes_a_byte(facts: list[Fact], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(facts))
    assert result_bytes(shuffled) == result_bytes(facts)


def result_bytes(facts: Sequence[Fact]) -> bytes:
    known = Facts(facts, everything().reach)
    return to_bytes(
        Assessed(
            "Org", "id", simulation=False, fictional=True, at=AT, edition=edition(), method=assessment_method(),
            profile=everything(), facts=known, results=results(facts), ledger_head="0",
        )
    )  # fmt: skip


@often
@given(fact_sets(), st.integers(0, 99))
def test_what_is_withheld_never_helps_and_nothing_goes_away_by_it(facts: list[Fact], which: int) -> None:
    """Template text left in, or evidence that is gone: no better than without the record, nor than with all of it."""
    one = facts[which % len(facts)]
    others = [fact for fact in facts if fact is not one]
    withheld = ranks([*others, replace(one, withheld=WITHHELD)])
    assert raised(ranks(others), withheld) == []
    assert raised(ranks([*others, replace(one, withheld=None)]), withheld) == []


def test_where_everything_is_withheld_nothing_is_met() -> None:
    facts = [replace(fact, withheld=WITHHELD) for item in assessment_method().by_id for fact in shown(item)]
    met = [
        answer for result in results(facts) for _, answer in result.answers if answer.outcome is Outcome.MET
    ]
    assert met == []


@often
@given(fact_sets())
def test_every_no_explains_itself(facts: list[Fact]) -> None:
    for result in results(facts):
        for _, answer in result.answers:
            assert answer.reasons
            assert bool(answer.remedies) == (answer.outcome is Outcome.NOT_MET)
            assert all(sentence(reason) for reason in (*answer.reasons, *answer.remedies))
        assert all(sentence(reason) for reason in result.adverse)
