"""Two rules on the same counts, and what they make of them together."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.evidence.decision import Side
from standfirst.evidence.result import Check
from standfirst.evidence.volume.judgement import RESOLUTION, THRESHOLD, Judgement, judged
from standfirst.evidence.volume.parameters import VolumeParameters
from standfirst.evidence.volume.statistics import circuit_level, two_sigma
from standfirst.standards.vocabulary import Verdict

C, I, N = Verdict.CONFORM, Verdict.INDETERMINATE, Verdict.NONCONFORM  # noqa: E741


def judge(heavy: list[int], shots: int = 1000, *, width: int = 4, **choices: object) -> Judgement:
    chosen = {"qubits": tuple(range(width)), "circuits": len(heavy), "shots": shots, **choices}
    return judged(heavy, VolumeParameters.choose(chosen))


def spread(mean: int, by: int, circuits: int = 100) -> list[int]:
    """Half of the circuits above the mean, half below, by as much."""
    return [mean + by, mean - by] * (circuits // 2)


def verdicts(found: Judgement) -> tuple[Verdict | None, Verdict | None, Verdict]:
    sigma, level = found.checks
    return sigma.verdict, level.verdict, found.decision.verdict


def figure(check: Check, name: str) -> float:
    return float(next(f.value for f in check.figures if f.name == name))


MEASURED: list[tuple[int, list[int], tuple[float, float], tuple[Verdict, Verdict, Verdict]]] = [
    (4, spread(732, 47), (0.6435, 0.7228), (I, C, I)),
    (5, spread(726, 45), (0.6370, 0.7170), (I, C, I)),
    (6, spread(641, 30), (0.5456, 0.6351), (I, N, N)),
    (7, spread(620, 32), (0.5229, 0.6136), (I, N, N)),
    (8, spread(558, 20), (0.4589, 0.5541), (N, N, N)),
]
"""Width, means and spreads of FakeMontrealV2 with 100 circuits of 1000 shots, and the lower ends of both intervals."""


@pytest.mark.parametrize(("width", "heavy", "lower", "expected"), MEASURED)
def test_a_real_device_passes_the_published_rule_at_no_width(
    width: int,
    heavy: list[int],
    lower: tuple[float, float],
    expected: tuple[Verdict, Verdict, Verdict],
) -> None:
    found = judge(heavy, width=width)
    assert [figure(check, "lower-end") for check in found.checks] == pytest.approx(lower, abs=0.0006)
    assert verdicts(found) == expected


@pytest.mark.parametrize(
    ("heavy", "shots", "expected"),
    [
        (spread(790, 40), 1000, (C, C, C)),
        (spread(732, 47, 200), 1000, (C, C, C)),
        (spread(667, 40), 1000, (I, I, I)),
        ([1] * 76 + [0] * 24, 1, (C, C, C)),
        ([1] * 75 + [0] * 25, 1, (I, I, I)),
        ([1] * 57 + [0] * 43, 1, (I, I, I)),
        ([1] * 56 + [0] * 44, 1, (N, N, N)),
        ([700] * 100, 1000, (I, Verdict.NOT_MEASURABLE, Verdict.NOT_MEASURABLE)),
        ([0] * 100, 1000, (N, Verdict.NOT_MEASURABLE, N)),
    ],
)
def test_verdicts(heavy: list[int], shots: int, expected: tuple[Verdict, Verdict, Verdict]) -> None:
    assert verdicts(judge(heavy, shots)) == expected


def test_a_volume_is_claimed_only_where_both_rules_pass() -> None:
    def named(found: Judgement) -> dict[str, str]:
        return {value.name: value.value for value in found.values}

    assert named(judge(spread(790, 40), width=5))["achieved-quantum-volume"] == "32"
    assert "achieved-quantum-volume" not in named(judge(spread(732, 47)))
    assert "achieved-quantum-volume" not in named(judge(spread(558, 20)))


def test_the_rule_that_decides_is_named_with_its_source() -> None:
    found = judge(spread(732, 47)).decision
    assert found.decided_by == ("two-sigma",)
    assert "Cross et al. 2019" in str(found.check_rule_source)
    assert "Baldwin et al. 2022" in str(found.check_rule_source)
    assert judge(spread(641, 30)).decision.decided_by == ("circuit-level",)
    assert judge(spread(790, 40)).decision.decided_by == ("two-sigma", "circuit-level")


def test_the_published_rule_says_how_many_circuits_it_would_need() -> None:
    assert figure(judge(spread(732, 47)).checks[0], "circuits-needed") == 184
    assert "circuits-needed" not in {f.name for f in judge(spread(641, 30)).checks[0].figures}
    assert verdicts(judge(spread(732, 47, 184)))[0] is C
    assert verdicts(judge(spread(732, 47, 182)))[0] is I


def test_two_thirds_itself_does_not_pass() -> None:
    """The threshold is the next decimal above: nothing at or below two thirds reaches it."""
    assert Fraction(THRESHOLD) > Fraction(2, 3)
    assert Fraction(THRESHOLD) - Fraction(2, 3) < Fraction(1, 10**6)
    for check in judge(spread(732, 47)).checks:
        assert check.limit is not None
        assert (check.limit.value, check.limit.side) == ("0.666667", Side.AT_LEAST)


def test_every_verdict_says_that_it_is_simulated() -> None:
    for heavy in (spread(732, 47), [700] * 100):
        assert all("simulated" in check.codes for check in judge(heavy).checks)


def test_without_spread_nothing_is_claimed_of_the_uncertainty() -> None:
    found = judge([700] * 100)
    assert found.checks[1].codes == ("simulated", "no-spread")
    assert found.values[0].interval is None
    assert found.values[0].uncertainty is None


def test_the_risk_is_stated_only_where_it_is_known() -> None:
    assert judge(spread(732, 47)).decision.false_acceptance == "0.025"
    assert judge(spread(732, 47), confidence="0.9").decision.false_acceptance == "0.1"
    assert judge(spread(732, 47), confidence="0.999").decision.false_acceptance == "0.025"
    assert judge([1] * 76 + [0] * 24, 1).decision.false_acceptance is None


@given(
    st.integers(1, 1000).flatmap(
        lambda shots: st.tuples(st.lists(st.integers(0, shots), min_size=100, max_size=120), st.just(shots))
    )
)
@settings(max_examples=40)
def test_a_verdict_follows_from_the_printed_figures(counts: tuple[list[int], int]) -> None:
    """A reader with the document alone comes to the same verdicts."""
    heavy, shots = counts
    found, level = judge(heavy, shots), circuit_level(heavy, shots, confidence=Decimal("0.975"))
    for check in found.checks:
        if check.verdict is Verdict.NOT_MEASURABLE:
            assert len(set(heavy)) == 1
            continue
        figures = {f.name: Decimal(f.value) for f in check.figures}
        assert check.limit is not None
        limit = Decimal(check.limit.value)
        expected = C if figures["lower-end"] >= limit else N if figures["upper-end"] < limit else I
        assert check.verdict is expected
        assert figures["lower-end"] <= figures["mean-share"] <= figures["upper-end"]
        exact = two_sigma(heavy, shots) if check.name == "two-sigma" else level
        assert exact is not None
        assert figures["lower-end"] <= exact.lower < figures["lower-end"] + RESOLUTION
        assert figures["upper-end"] >= exact.upper > figures["upper-end"] - RESOLUTION
    claimed = any(value.name == "achieved-quantum-volume" for value in found.values)
    assert claimed == all(check.verdict is C for check in found.checks)


@given(st.lists(st.integers(500, 900), min_size=100, max_size=110), st.integers(1, 90))
@settings(max_examples=40)
def test_more_heavy_outputs_everywhere_never_worsen_the_mean(heavy: list[int], more: int) -> None:
    before, after = judge(heavy).checks[1], judge([h + more for h in heavy]).checks[1]
    if before.figures and after.figures:
        assert figure(after, "lower-end") >= figure(before, "lower-end")
