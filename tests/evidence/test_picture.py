"""The figures of a calibration record: what they say is what was found, and they can be drawn."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.evidence.records import HANOI, LIMA, TORINO, csv_of, rows_in_order, with_value

from standfirst.evidence.calibration.ages_picture import ages_figure
from standfirst.evidence.calibration.dates import ages_in_days
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration_integrity import COLLECTOR, examine
from standfirst.pictures.drawing import Medium, svg
from standfirst.pictures.figure import Figure
from standfirst.standards.problems import Unusable
from standfirst.trust.digests import sha256_hex

SVG = "{http://www.w3.org/2000/svg}"


def gates(source: Path | bytes, device: str = "d") -> Figure:
    found = declared_against_possible(examine(source, name="x", file_name="f").two_qubit, device=device)
    assert found is not None
    return found


def ages(*days: str, policy: str = "7", device: str = "d") -> Figure:
    found = ages_figure([Decimal(day) for day in days], policy_days=Decimal(policy), device=device)
    assert found is not None
    return found


def layer(figure: Figure, mark: str) -> list[dict[str, Any]]:
    return [one for one in figure.spec["layer"] if one["mark"]["type"] == mark]


# --- declared against possible ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
def test_every_judged_error_is_a_row_with_its_verdict(file: Path) -> None:
    points = examine(file, name="x").two_qubit.points
    rows = gates(file).rows
    assert [row["gate"] for row in rows] == [point.gate for point in points]
    for row, point in zip(rows, points, strict=True):
        assert row["declared error"] == pytest.approx(float(point.error), rel=1e-5)
        assert row["coherence limit"] == pytest.approx(float(point.limit), rel=1e-5)
        assert row["is"].startswith("better than possible") is point.is_below


def test_the_words_say_what_the_eye_sees() -> None:
    points = examine(HANOI, name="x").two_qubit.points
    worst = min((point for point in points if point.is_below), key=lambda point: point.ratio)
    told = gates(HANOI).description
    assert "Of 54 declared two-qubit gate errors, 13 are better than the coherence limit" in told
    assert f"the furthest below it is {worst.gate}: declared" in told
    assert "2 gates are marked faulty and not drawn" in told
    assert "furthest" not in gates(TORINO).description


def test_verdicts_differ_in_shape_and_in_colour() -> None:
    (marks,) = layer(gates(HANOI), "point")
    shapes, colours = (marks["encoding"][channel]["scale"] for channel in ("shape", "color"))
    assert shapes["domain"] == colours["domain"] == ["possible (41)", "better than possible (13)"]
    assert len(set(shapes["range"])) == len(set(colours["range"])) == 2


@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
def test_the_axes_are_logarithmic_and_hold_every_point(file: Path) -> None:
    figure = gates(file)
    for channel, field in (("x", "coherence limit"), ("y", "declared error")):
        axis = figure.spec["encoding"][channel]
        assert axis["scale"]["type"] == "log"
        low, high = axis["scale"]["domain"]
        assert all(low <= row[field] <= high for row in figure.rows)
        assert all(low <= tick <= high for tick in axis["axis"]["values"])
        assert all(1.9 < later / earlier < 10.1 for earlier, later in pairwise(axis["axis"]["values"]))


@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
def test_the_limit_is_the_diagonal(file: Path) -> None:
    (line,) = layer(gates(file), "line")
    assert all(point["coherence limit"] == point["drawn"] for point in line["data"]["values"])


def test_the_worst_gates_are_named_where_there_is_room() -> None:
    named = [
        row["gate"]
        for text in layer(gates(HANOI), "text")
        for row in text["data"]["values"]
        if "encoding" in text and "text" in text["encoding"]
    ]
    below = {point.gate for point in examine(HANOI, name="x").two_qubit.points if point.is_below}
    assert 1 <= len(named) <= 3
    assert set(named) <= below
    drawn = ET.fromstring(svg(gates(HANOI)))  # noqa: S314 - our own text
    assert set(named) <= {element.text for element in drawn.iter(f"{SVG}text")}


def test_every_judged_error_is_a_mark_that_says_what_it_is() -> None:
    figure = gates(HANOI)
    drawn = ET.fromstring(svg(figure))  # noqa: S314 - our own text
    told = [title.text for path in drawn.iter(f"{SVG}path") for title in path.iter(f"{SVG}title")]
    assert sorted(words for words in told if words) == sorted(row["in words"] for row in figure.rows)


@pytest.mark.parametrize("error", ["0", "-0.1", "0.0000000001", "0.9"])
def test_extreme_errors_are_drawn_inside_the_frame(error: str) -> None:
    figure = gates(csv_of(with_value(rows_in_order(), "gate:cx", "0-1", "gate_error", error)))
    drawn = ET.fromstring(svg(figure))  # noqa: S314 - our own text
    assert len([path for path in drawn.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]) == 4
    assert "NaN" not in svg(figure)
    assert "Infinity" not in svg(figure)


def test_where_nothing_could_be_judged_there_is_no_picture() -> None:
    examined = examine(csv_of(rows_in_order(1)), name="x", file_name="f")
    assert declared_against_possible(examined.two_qubit, device="d") is None
    assert ages_figure([], policy_days=Decimal(7), device="d") is None


def test_a_strange_device_name_stays_text() -> None:
    figure = gates(HANOI, device="<b>&' datum")
    assert figure.title.endswith("<b>&' datum")
    assert "<b>" not in svg(figure)
    ET.fromstring(svg(figure))  # noqa: S314 - our own text


# --- ages ------------------------------------------------------------------------------------------------------------


def test_ages_are_counted_once_each() -> None:
    figure = ages("-0.2", "0", "1", "1.1", "7", "7.1", "400")
    counted = {row["age"]: row["values"] for row in figure.rows}
    assert sum(counted.values()) == 7
    assert counted["up to 1 d"] == 3
    assert counted["1 to 3 d"] == counted["3 to 7 d"] == counted["7 to 14 d"] == counted["over 365 d"] == 1
    assert "up to 1 d: 3; 1 to 3 d: 1; 3 to 7 d: 1; 7 to 14 d: 1;" in figure.description
    assert "2 are older than the policy of 7 days" in figure.description


def test_the_policy_line_stands_between_what_it_allows_and_what_not() -> None:
    figure = ages("1", "5", "8", policy="7")
    assert [row["within policy"] for row in figure.rows] == [True, True, True, False]
    (line,) = layer(figure, "rule")
    assert line["data"]["values"] == [{"age": "3 to 7 d"}]
    assert "policy: 7 d" in svg(figure)


def test_an_odd_policy_gets_its_own_edge() -> None:
    figure = ages("4", "6", policy="5")
    assert [row["age"] for row in figure.rows][-2:] == ["3 to 5 d", "5 to 7 d"]
    assert [row["within policy"] for row in figure.rows][-2:] == [True, False]


def test_a_policy_beyond_all_ages_still_has_its_line() -> None:
    (line,) = layer(ages("0.5", policy="30"), "rule")
    assert line["data"]["values"] == [{"age": "up to 1 d"}]


# --- from a stored result --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
@pytest.mark.parametrize("medium", Medium)
def test_the_same_bytes_from_the_stored_result(file: Path, medium: Medium) -> None:
    stored = COLLECTOR.measure(file, name="x", parameters={})
    data = file.read_bytes()
    found = COLLECTOR.figures(stored, {sha256_hex(data): data})
    examined = examine(file, name="x")
    expected = (
        declared_against_possible(examined.two_qubit, device="x"),
        ages_figure(ages_in_days(examined.record), policy_days=Decimal(7), device="x"),
    )
    assert [figure.name for figure in found] == ["gates", "ages"]
    assert [svg(figure, medium) for figure in found] == [
        svg(one, medium) for one in expected if one is not None
    ]


def test_a_result_is_repeated_from_its_inputs_alone() -> None:
    stored = COLLECTOR.measure(HANOI, name="x", parameters={"max-age-days": "3"})
    inputs = {sha256_hex(data): data for data in COLLECTOR.files(HANOI).values()}
    assert COLLECTOR.repeat(stored, inputs).result_digest == stored.result_digest
    assert list(COLLECTOR.files(HANOI)) == [HANOI.name]


def test_a_result_of_another_version_is_not_repeated() -> None:
    stored = COLLECTOR.measure(HANOI, name="x", parameters={}).model_copy(update={"method_version": "0"})
    with pytest.raises(Unusable) as refused:
        COLLECTOR.repeat(stored, {sha256_hex(HANOI.read_bytes()): HANOI.read_bytes()})
    assert [problem.reason.code for problem in refused.value.problems] == ["measurement.other-method"]


def test_without_the_input_there_are_no_pictures() -> None:
    stored = COLLECTOR.measure(HANOI, name="x", parameters={})
    for deed in (COLLECTOR.repeat, COLLECTOR.figures):
        with pytest.raises(Unusable) as refused:
            deed(stored, {})
        assert [problem.reason.code for problem in refused.value.problems] == [
            "measurement.input-not-attached"
        ]


def test_a_result_that_its_input_does_not_give_has_no_pictures() -> None:
    data = HANOI.read_bytes()
    stored = COLLECTOR.measure(HANOI, name="x", parameters={})
    other = stored.model_copy(update={"counts": {**stored.counts, "qubits": 1}})
    with pytest.raises(Unusable) as refused:
        COLLECTOR.figures(other, {sha256_hex(data): data})
    assert [problem.reason.code for problem in refused.value.problems] == ["input.changed"]
