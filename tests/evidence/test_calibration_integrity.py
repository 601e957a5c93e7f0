"""The collector on real records, on a device in order, and under every change that must not make it look better."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, getcontext, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.evidence.records import (
    HANOI,
    LIMA,
    SNAPSHOT,
    TORINO,
    Row,
    csv_of,
    rows_in_order,
    with_age,
    with_value,
)

from standfirst.evidence.calibration.parameters import IntegrityParameters
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration_integrity import examine, measure
from standfirst.evidence.decision import Rule, rank
from standfirst.evidence.result import MeasurementResult
from standfirst.pictures.drawing import svg
from standfirst.standards.vocabulary import Verdict

C, G, U, N = Verdict.CONFORM, Verdict.CONFORM_GUARDED, Verdict.INDETERMINATE, Verdict.NONCONFORM


def of_rows(rows: list[Row], **choices: Any) -> MeasurementResult:
    return measure(csv_of(rows), name="Line", **choices)


# --- real records ---


@dataclass(frozen=True)
class Expected:
    """What was counted in the files with other code, and intervals from scipy's beta quantiles, rounded outwards."""

    snapshot: str | None
    errors: tuple[int, int, int]
    """Two-qubit errors below the limit, judged, marked faulty."""
    couplings: tuple[int, int]
    interval: tuple[str, str]
    t2_above: int
    oldest: str
    verdict: Verdict


REAL = [
    (
        HANOI,
        Expected("2021-12-09T14:06:00", (12, 56, 0), (7, 28), ("0.106907", "0.448716"), 0, "155.5688", N),
    ),
    (HANOI, Expected("2024-05-27T14:02:10", (12, 52, 4), (8, 26), ("0.143259", "0.517897"), 1, "1.5316", N)),
    (HANOI, Expected("2025-02-12T12:26:36", (16, 54, 2), (10, 28), ("0.186406", "0.559350"), 3, "1.5054", N)),
    (HANOI, Expected("2025-02-26T15:13:14", (13, 54, 2), (8, 28), ("0.132236", "0.486669"), 5, "2.6188", N)),
    (
        TORINO,
        Expected("2024-02-28T08:48:51", (4, 300, 0), (2, 150), ("0.001618", "0.047334"), 2, "78.3089", N),
    ),
    (
        TORINO,
        Expected("2025-02-26T15:26:08", (0, 278, 322), (0, 139), ("0.000000", "0.026190"), 5, "92.2901", N),
    ),
    (LIMA, Expected(None, (2, 8, 0), (1, 4), ("0.006309", "0.805880"), 0, "0.0189", U)),
]


@pytest.mark.parametrize(("file", "expected"), REAL)
def test_real_records(file: Path, expected: Expected) -> None:
    result = measure(file, name="Our device", snapshot=expected.snapshot)
    counts = result.counts
    names = ("errors-2q-below-limit", "errors-2q-judged", "errors-2q-faulty")
    assert tuple(counts[name] for name in names) == expected.errors
    assert (counts["elements-2q-below-limit"], counts["elements-2q-judged"]) == expected.couplings
    share = result.value("below-limit-share-2q")
    assert share.interval is not None
    assert (share.interval.lower, share.interval.upper) == expected.interval
    assert counts["qubits-t2-above-2t1"] == expected.t2_above
    assert result.value("oldest-age").value == expected.oldest
    assert result.verdict is expected.verdict


def test_the_checks_of_a_real_record_one_by_one() -> None:
    result = measure(HANOI, name="Our device", snapshot="2025-02-26T15:13:14", at="2025-03-01T00:00:00Z")
    assert {check.name: check.verdict for check in result.checks} == {
        "staleness": C,
        "date-order": C,
        "impossible-values": C,
        "t2-bound": N,
        "coherence-limit-2q": N,
        "coherence-limit-1q": None,
        "faulty-elements": C,
        "missing-values": C,
        "readout-asymmetry": None,
        "record-age": None,
    }
    assert result.decision.decided_by == ("t2-bound", "coherence-limit-2q")
    assert result.decision.rule == "worst-check"
    assert result.decision.false_acceptance == "0.025"
    assert result.value("record-age").value == "2.3658"
    offenders = {found.check: found for found in result.examples}["coherence-limit-2q"]
    assert offenders.total == 8
    ratios = [Decimal(str(example.figures[2].value)) for example in offenders.worst]
    assert ratios == sorted(ratios)
    assert offenders.worst[0].place.startswith("ibm_hanoi.csv:")


def test_the_place_of_an_example_is_the_line_it_stands_on() -> None:
    example = measure(HANOI, name="x").examples[-1].worst[0]
    line = int(example.place.split(":")[1])
    text = HANOI.read_text().splitlines()[line - 1]
    assert f"qubit,{example.element.removeprefix('qubit ')}," in text


# --- a device in order ---


def test_a_small_device_in_order_conforms_within_the_guard_band() -> None:
    """Two couplings without fault are no proof of a share below 5 %."""
    result = of_rows(rows_in_order())
    assert result.verdict is G
    assert result.check("coherence-limit-2q").verdict is G
    assert {offenders.check for offenders in result.examples} == set()


def test_a_large_device_in_order_conforms() -> None:
    assert of_rows(rows_in_order(80)).verdict is C


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [(Rule.SIMPLE_ACCEPTANCE, C), (Rule.GUARDED_ACCEPTANCE, N), (Rule.INTERVAL_THREE_WAY, U)],
)
def test_the_rule_is_a_choice_and_stands_in_the_result(rule: Rule, verdict: Verdict) -> None:
    result = of_rows(rows_in_order(), parameters={"rule": rule.value})
    assert result.verdict is verdict
    assert result.decision.check_rule is rule
    assert (result.decision.guard is None) == (rule is Rule.SIMPLE_ACCEPTANCE)


SPOILED: list[tuple[str, tuple[str, str, str, str], str, Verdict]] = [
    ("T1 negative", ("qubit", "0", "T1", "-100"), "impossible-values", N),
    ("T1 zero", ("qubit", "0", "T1", "0"), "impossible-values", N),
    ("T2 zero", ("qubit", "0", "T2", "0"), "impossible-values", N),
    ("readout error above one", ("qubit", "0", "readout_error", "1.01"), "impossible-values", N),
    ("probability negative", ("qubit", "0", "prob_meas0_prep1", "-0.1"), "impossible-values", N),
    ("readout length zero", ("qubit", "0", "readout_length", "0"), "impossible-values", N),
    ("gate error negative", ("gate:cx", "0-1", "gate_error", "-0.1"), "impossible-values", N),
    ("gate error above one", ("gate:cx", "0-1", "gate_error", "1.5"), "impossible-values", N),
    ("gate length zero with an error", ("gate:cx", "0-1", "gate_length", "0"), "impossible-values", N),
    ("gate length negative", ("gate:cx", "0-1", "gate_length", "-400"), "impossible-values", N),
    ("T2 above 2 T1", ("qubit", "0", "T2", "201"), "t2-bound", U),
    ("two-qubit error too good", ("gate:cx", "0-1", "gate_error", "0.0001"), "coherence-limit-2q", U),
    ("two-qubit error zero", ("gate:cx", "0-1", "gate_error", "0"), "coherence-limit-2q", U),
    ("marked faulty", ("gate:cx", "0-1", "gate_error", "1"), "faulty-elements", N),
    ("T1 missing", ("qubit", "0", "T1", ""), "missing-values", N),
    ("error missing", ("gate:cx", "0-1", "gate_error", ""), "missing-values", N),
    ("length missing", ("gate:cx", "0-1", "gate_length", ""), "missing-values", N),
]


@pytest.mark.parametrize(("what", "change", "check", "verdict"), SPOILED, ids=[case[0] for case in SPOILED])
def test_one_spoiled_value(
    what: str, change: tuple[str, str, str, str], check: str, verdict: Verdict
) -> None:
    result = of_rows(with_value(rows_in_order(), *change))
    assert result.check(check).verdict is verdict, what
    assert check in {offenders.check for offenders in result.examples}


def test_an_old_value() -> None:
    result = of_rows(with_age(rows_in_order(), "qubit", "1", "T2", 7.5))
    check = result.check("staleness")
    assert check.verdict is N
    assert {figure.name: figure.value for figure in check.figures}["oldest-age"] == "7.5000"
    assert of_rows(with_age(rows_in_order(), "qubit", "1", "T2", 7)).check("staleness").verdict is C


def test_old_settings_are_not_stale() -> None:
    """Lengths and virtual gates are dated when they were set; the rows in order have them 30 days old."""
    assert of_rows(rows_in_order()).check("staleness").verdict is C


def test_values_dated_after_their_snapshot() -> None:
    result = of_rows(with_age(rows_in_order(), "qubit", "1", "T2", -0.5))
    assert result.counts["values-after-snapshot"] == 1
    assert result.check("date-order").verdict is C  # half a day may be a misread zone
    assert of_rows(with_age(rows_in_order(), "qubit", "1", "T2", -30)).check("date-order").verdict is N


def test_values_without_a_time_cannot_be_shown_fresh() -> None:
    data = csv_of(rows_in_order()).decode().splitlines()
    data[1] = data[1].rsplit(",", 1)[0] + ","
    check = measure("\n".join(data).encode(), name="x").check("staleness")
    assert (check.verdict, check.codes) == (U, ("undated-values",))
    timeless = [data[0], *(line.rsplit(",", 1)[0] + "," for line in data[1:])]
    assert (
        measure("\n".join(timeless).encode(), name="x").check("staleness").verdict is Verdict.NOT_MEASURABLE
    )


def test_one_direction_too_good_spoils_the_coupling_once() -> None:
    rows = with_value(rows_in_order(), "gate:cx", "0-1", "gate_error", "0.0001")
    both = with_value(rows, "gate:cx", "1-0", "gate_error", "0.0001")
    for result, errors in ((of_rows(rows), 1), (of_rows(both), 2)):
        assert result.counts["errors-2q-below-limit"] == errors
        assert (result.counts["elements-2q-below-limit"], result.counts["elements-2q-judged"]) == (1, 2)


def test_virtual_gates_and_resets_are_not_judged() -> None:
    counts = of_rows(rows_in_order()).counts
    assert (counts["errors-1q-declared"], counts["errors-1q-judged"]) == (3, 3)  # sx on three qubits


def test_a_device_without_couplings_is_not_blamed_for_it() -> None:
    check = of_rows(rows_in_order(1)).check("coherence-limit-2q")
    assert (check.verdict, check.codes) == (None, ("no-elements",))


@pytest.mark.parametrize(
    "spoil", [("qubit", "T1", ""), ("gate:cx", "gate_length", ""), ("gate:cx", "gate_error", "1")]
)
def test_couplings_that_cannot_be_judged_are_not_measurable(spoil: tuple[str, str, str]) -> None:
    element, parameter, value = spoil
    rows = [
        (e, i, p, value if (e, p) == (element, parameter) else v, u, a)
        for e, i, p, v, u, a in rows_in_order()
    ]
    check = of_rows(rows).check("coherence-limit-2q")
    assert (check.verdict, check.codes) == (Verdict.NOT_MEASURABLE, ("nothing-to-judge",))


def test_a_gate_too_short_to_lose_anything_is_not_judged() -> None:
    absurd = {"T1": "9e30", "T2": "9e30", "gate_length": "1e-30"}
    rows = [(e, i, p, absurd.get(p, v), u, a) for e, i, p, v, u, a in rows_in_order()]
    assert of_rows(rows).counts["errors-2q-not-judgeable"] == 4


def test_t2_beyond_the_bound_is_capped_and_said() -> None:
    check = of_rows(with_value(rows_in_order(), "qubit", "0", "T2", "900")).check("coherence-limit-2q")
    assert "t2-capped" in check.codes


def test_tolerance_and_margin() -> None:
    high_t2 = with_value(rows_in_order(), "qubit", "0", "T2", "210")
    assert of_rows(high_t2).counts["qubits-t2-above-2t1"] == 1
    assert of_rows(high_t2, parameters={"t2_tolerance": "0.1"}).counts["qubits-t2-above-2t1"] == 0
    limit = next(point.limit for point in examine(csv_of(rows_in_order()), name="x").two_qubit.points)
    close = with_value(
        rows_in_order(), "gate:cx", "0-1", "gate_error", format(limit * Decimal("0.95"), ".12f")
    )
    assert of_rows(close).counts["errors-2q-below-limit"] == 1
    assert of_rows(close, parameters={"coherence-margin": "0.1"}).counts["errors-2q-below-limit"] == 0


def test_limits_can_be_set_and_unset() -> None:
    rows = with_value(rows_in_order(), "gate:cx", "0-1", "gate_error", "1")
    assert of_rows(rows).check("faulty-elements").verdict is N
    unset = of_rows(rows, parameters={"max-faulty-share": "none"}).check("faulty-elements")
    assert (unset.verdict, unset.limit, unset.rule) == (None, None, None)
    raised = of_rows(rows, parameters=IntegrityParameters(max_faulty_share="0.5"))
    assert raised.check("faulty-elements").verdict is C
    asked = of_rows(rows_in_order(), parameters={"max-asymmetric-share": 0, "asymmetry-from": "0.02"})
    assert asked.check("readout-asymmetry").verdict is N


def test_the_age_of_the_record_is_asked_only_with_a_reference_time() -> None:
    at = SNAPSHOT + timedelta(days=40)
    assert "record-age" not in {check.name for check in of_rows(rows_in_order()).checks}
    assert of_rows(rows_in_order(), at=at).check("record-age").verdict is None
    limited = {"max-record-age-days": "30"}
    assert of_rows(rows_in_order(), at=at, parameters=limited).check("record-age").verdict is N
    assert of_rows(rows_in_order(), at=SNAPSHOT, parameters=limited).check("record-age").verdict is C


def test_a_time_without_a_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="zone"):
        of_rows(rows_in_order(), at=datetime(2025, 3, 1))  # noqa: DTZ001


# --- repeatable ---


def without_inputs(result: MeasurementResult) -> dict[str, object]:
    document = result.document()
    del document["inputs"], document["examples"]
    return document


def test_a_repeat_gives_the_same_digest_and_the_time_only_another_envelope() -> None:
    first = measure(HANOI, name="x", performed_at=datetime(2026, 1, 1, tzinfo=UTC))
    second = measure(HANOI.read_bytes(), name="x", performed_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert first.result_digest == second.result_digest
    assert first.envelope_digest != second.envelope_digest


def test_settings_of_the_caller_do_not_reach_the_result() -> None:
    expected = measure(HANOI, name="x").result_digest
    with localcontext() as context:
        context.prec = 3
        assert measure(HANOI, name="x").result_digest == expected
    assert getcontext().prec == 28


GOLDEN: list[tuple[Path, dict[str, Any], str]] = [
    (HANOI, {}, "540bfd075272788a78bcf13eba15833032f9f38c1acebd50bd9104bc196bcafd"),
    (TORINO, {}, "11a219e32a503ee3462b824842246c5bad0fef828ac8a9f3316558241b962aa7"),
    (LIMA, {}, "24e47ee721f7382c15ddb5a9de49d7a05b586d3fc3f2c0c693be32d1005b4365"),
    (
        HANOI,
        {
            "at": "2026-01-01T00:00:00Z",
            "parameters": {"rule": "guarded-acceptance", "max_below_limit_share_1q": "0.1"},
        },
        "5626bb1c7c30560dd9eeff8f14c8e3bdc86bd97572b8c6da01127c9c8772845a",
    ),
]


@pytest.mark.parametrize(("file", "choices", "digest"), GOLDEN)
def test_the_result_digest_is_this_for_ever(file: Path, choices: dict[str, Any], digest: str) -> None:
    """Golden: if this changes without a new `VERSION` of the collector, old results can no longer be repeated."""
    assert measure(file, name="x", **choices).result_digest == digest


@pytest.mark.parametrize("file", [HANOI, TORINO])
def test_the_order_of_the_rows_does_not_matter(file: Path) -> None:
    header, *rows = file.read_text().splitlines()
    shuffled = measure("\n".join([header, *sorted(rows, key=lambda row: row[::-1])]).encode(), name="x")
    original = measure(file, name="x")
    assert without_inputs(shuffled) == without_inputs(original)
    assert shuffled.model_copy(update={"inputs": original.inputs}).result_digest == original.result_digest


def test_another_snapshot_is_another_result() -> None:
    one, other = (
        measure(HANOI, name="x", snapshot=s) for s in ("2021-12-09T14:06:00", "2024-05-27T14:02:10Z")
    )
    assert one.result_digest != other.result_digest
    assert one.subject.other_snapshots == (
        "2024-05-27T14:02:10Z",
        "2025-02-12T12:26:36Z",
        "2025-02-26T15:13:14Z",
    )


# --- no change for the worse looks better ---

errors = st.sampled_from(["0.0001", "0.002", "0.004", "0.006", "0.01", "0.05", "0.5"])
ages = st.sampled_from([0.0, 0.5, 3.0, 6.9, 7.1, 30.0])


@st.composite
def devices(draw: st.DrawFn) -> list[Row]:
    rows = rows_in_order(draw(st.integers(2, 6)))
    drawn = []
    for element, index, parameter, value, unit, age in rows:
        if element == "gate:cx" and parameter == "gate_error":
            drawn.append((element, index, parameter, draw(errors), unit, draw(ages)))
        elif parameter == "T2":
            drawn.append(
                (element, index, parameter, draw(st.sampled_from(["20", "80", "199", "230"])), unit, age)
            )
        else:
            drawn.append((element, index, parameter, value, unit, age))
    return drawn


def gate_rows(rows: list[Row]) -> Iterator[Row]:
    return (row for row in rows if row[0] == "gate:cx" and row[2] == "gate_error")


rules = st.sampled_from([rule.value for rule in Rule])


@settings(max_examples=60)
@given(rows=devices(), which=st.integers(0, 99), rule=rules)
def test_an_error_made_better_than_possible_never_helps(rows: list[Row], which: int, rule: str) -> None:
    chosen = list(gate_rows(rows))
    element, index, parameter, value, _, _ = chosen[which % len(chosen)]
    assume(Decimal(value) > Decimal("0.00001"))
    before = of_rows(rows, parameters={"rule": rule})
    after = of_rows(with_value(rows, element, index, parameter, "0.00001"), parameters={"rule": rule})
    assert rank(before.verdict) <= rank(after.verdict)
    assert before.counts["elements-2q-below-limit"] <= after.counts["elements-2q-below-limit"]


@settings(max_examples=60)
@given(rows=devices(), which=st.integers(0, 99), older=st.sampled_from([0.5, 5.0, 300.0]))
def test_an_older_value_never_helps(rows: list[Row], which: int, older: float) -> None:
    chosen = list(gate_rows(rows))
    element, index, parameter, _, _, age = chosen[which % len(chosen)]
    before, after = of_rows(rows), of_rows(with_age(rows, element, index, parameter, age + older))
    assert rank(before.verdict) <= rank(after.verdict)
    assert Decimal(before.value("oldest-age").value) <= Decimal(after.value("oldest-age").value)


@settings(max_examples=40)
@given(orders=devices().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_any_order_of_any_device(orders: tuple[list[Row], list[Row]]) -> None:
    rows, shuffled = orders
    assert without_inputs(of_rows(rows)) == without_inputs(of_rows(shuffled))


@settings(max_examples=30)
@given(rows=devices())
def test_every_share_lies_in_its_interval(rows: list[Row]) -> None:
    for value in of_rows(rows).values:
        if value.interval is not None:
            assert Decimal(value.interval.lower) <= Decimal(value.value) <= Decimal(value.interval.upper)


numbers = st.one_of(
    st.sampled_from(["0", "-0", "1", "-1", "9e30", "1e-30", "-9e30", "0.5", "1e-9", ""]),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-2, max_value=400).map(
        lambda d: f"{d:.30f}"
    ),
)


@settings(max_examples=150)
@given(values=st.lists(numbers, min_size=8, max_size=8), qubits=st.integers(1, 3))
def test_any_readable_record_is_measured(values: list[str], qubits: int) -> None:
    """However absurd the numbers, a result comes out, and its figures and pictures with it."""
    names = ("T1", "T2", "readout_error", "prob_meas0_prep1", "gate_error", "gate_length", "readout_length")
    drawn = dict(zip(names, values, strict=False))
    rows = [
        (element, index, parameter, drawn.get(parameter, value), unit, age)
        for element, index, parameter, value, unit, age in rows_in_order(qubits)
    ]
    examined = examine(csv_of(rows), name="x")
    assert examined.result.canonical()
    picture = declared_against_possible(examined.two_qubit, device="x")
    assert (picture is None) is (not examined.two_qubit.points)
    if picture is not None:
        drawn_picture = svg(picture)
        assert "NaN" not in drawn_picture
        assert "Infinity" not in drawn_picture
