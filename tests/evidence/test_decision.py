"""Each decision rule at and around its limit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.evidence.decision import SOURCES, WORST_CHECK_SOURCE, Rule, Side, judge, rank, worst
from standfirst.standards.vocabulary import Verdict

C, G, U, N = Verdict.CONFORM, Verdict.CONFORM_GUARDED, Verdict.INDETERMINATE, Verdict.NONCONFORM


@pytest.mark.parametrize(
    ("where", "interval", "verdicts"),
    [
        # lower, value, upper; verdicts in the order of the rules: simple, guarded, three-way, four-way
        ("within", ("1", "2", "3"), [C, C, C, C]),
        ("upper end on the limit", ("3", "4", "5"), [C, C, C, C]),
        ("straddling, value within", ("4", "4.5", "5.1"), [C, N, U, G]),
        ("straddling, value on the limit", ("4", "5", "6"), [C, N, U, G]),
        ("straddling, value beyond", ("5", "5.1", "6"), [N, N, U, U]),
        ("beyond", ("5.1", "6", "7"), [N, N, N, N]),
    ],
)
def test_at_most_five(where: str, interval: tuple[str, str, str], verdicts: list[Verdict]) -> None:
    lower, value, upper = (Decimal(text) for text in interval)
    assert [judge(rule, value, lower, upper, limit=Decimal(5)) for rule in Rule] == verdicts, where


@pytest.mark.parametrize("rule", list(Rule))
@given(
    values=st.lists(st.integers(-9, 9), min_size=3, max_size=3),
    limit=st.integers(-9, 9),
    up=st.integers(0, 5),
)
def test_a_worse_value_is_never_judged_better(rule: Rule, values: list[int], limit: int, up: int) -> None:
    lower, value, upper = (Decimal(v) for v in sorted(values))
    before = judge(rule, value, lower, upper, limit=Decimal(limit))
    after = judge(rule, value + up, lower + up, upper + up, limit=Decimal(limit))
    assert rank(before) <= rank(after)


@pytest.mark.parametrize("rule", list(Rule))
def test_at_least_is_the_mirror_image(rule: Rule) -> None:
    for lower, value, upper in [(1, 2, 3), (4, 5, 6), (6, 7, 8), (3, 4, 5), (4, 4, 9)]:
        least = judge(
            rule, Decimal(value), Decimal(lower), Decimal(upper), limit=Decimal(5), side=Side.AT_LEAST
        )
        most = judge(rule, Decimal(-value), Decimal(-upper), Decimal(-lower), limit=Decimal(-5))
        assert least is most


def test_the_worst_decides() -> None:
    assert worst([C, G, C]) is G
    assert worst(list(Verdict)) is N
    assert worst([U, Verdict.NOT_MEASURABLE]) is Verdict.NOT_MEASURABLE
    assert worst([]) is Verdict.NOT_MEASURABLE


def test_every_verdict_has_its_rank() -> None:
    assert sorted(rank(verdict) for verdict in Verdict) == list(range(len(Verdict)))
    assert rank(N) > rank(Verdict.NOT_MEASURABLE) > rank(U) > rank(G) > rank(C)


def test_every_rule_names_its_source() -> None:
    assert set(SOURCES) == set(Rule)
    assert WORST_CHECK_SOURCE == (
        "this project: the worst verdict of all checks that have a limit, "
        "conform < conform-guarded < indeterminate < not-measurable < nonconform"
    )
