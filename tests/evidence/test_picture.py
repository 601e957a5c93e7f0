"""The figures: the same bytes each time, readable without sight, nothing from outside."""

import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.evidence.records import HANOI, LIMA, TORINO, csv_of, rows_in_order, with_value

from standfirst.evidence.calibration.ages_picture import ages_figure
from standfirst.evidence.calibration.dates import ages_in_days
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration_integrity import examine

SVG = "{http://www.w3.org/2000/svg}"


def figures(source: Path | bytes) -> tuple[str, str]:
    examined = examine(source, name="x", file_name="f")
    device = examined.record.device
    gates = declared_against_possible(examined.two_qubit, device=device)
    return gates, ages_figure(ages_in_days(examined.record), policy_days=Decimal(7), device=device)


@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
def test_the_same_bytes_each_time(file: Path) -> None:
    assert figures(file) == figures(file.read_bytes())


def test_every_judged_error_is_a_mark_of_its_shape() -> None:
    examined = examine(HANOI, name="x")
    root = ET.fromstring(figures(HANOI)[0])  # noqa: S314 - our own text
    circles = root.findall(f".//{SVG}circle")
    triangles = [path for path in root.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]
    below = sum(point.is_below for point in examined.two_qubit.points)
    assert len(triangles) == below == 13
    assert len(circles) == len(examined.two_qubit.points) - below + 1  # and one in the legend


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("file", [HANOI, TORINO, LIMA])
def test_has_a_text_alternative_and_nothing_from_outside(file: Path, which: int) -> None:
    text = figures(file)[which]
    root = ET.fromstring(text)  # noqa: S314 - our own text
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    labels = (root.get("aria-labelledby") or "").split()
    assert root.get("role") == "img"
    assert all(named[label].text for label in labels)
    assert [named[label].tag for label in labels] == [f"{SVG}title", f"{SVG}desc"]
    assert not re.search(r"<(script|style|image|use|foreignObject)|href|\sstyle=|url\(", text)
    assert "currentColor" in text
    assert "var(--figure-possible, #" in text


def test_the_marks_stay_inside_the_frame() -> None:
    for file in (HANOI, TORINO, LIMA):
        for circle in ET.fromstring(figures(file)[0]).iter(f"{SVG}circle"):  # noqa: S314 - our own text
            assert 74 <= Decimal(circle.get("cx") or 0) <= 622
            assert 34 <= Decimal(circle.get("cy") or 0) <= 410


def test_nothing_to_draw_is_said() -> None:
    gates, _ = figures(csv_of(rows_in_order(1)))
    assert "No declared two-qubit gate error could be judged." in gates
    assert "No measured value is dated." in ages_figure([], policy_days=Decimal(7), device="d")


@pytest.mark.parametrize("error", ["0", "-0.1", "0.0000000001", "0.9"])
def test_extreme_errors_are_drawn(error: str) -> None:
    ET.fromstring(figures(csv_of(with_value(rows_in_order(), "gate:cx", "0-1", "gate_error", error)))[0])  # noqa: S314


def test_a_strange_device_name_stays_text() -> None:
    examined = examine(csv_of(rows_in_order(), device="<b>&'"), name="x")
    text = declared_against_possible(examined.two_qubit, device=examined.record.device)
    assert "<b>" not in text
    ET.fromstring(text)  # noqa: S314


def test_ages_are_counted_once_each() -> None:
    ages = [Decimal(age) for age in ("-0.2", "0", "1", "1.1", "7", "7.1", "400")]
    text = ages_figure(ages, policy_days=Decimal(7), device="d")
    assert "up to 1 d: 3; 1 to 3 d: 1; 3 to 7 d: 1; 7 to 14 d: 1;" in text
    assert "over 365 d: 1" in text
    assert "2 are older than the policy of 7 days" in text


def test_an_odd_policy_gets_its_own_edge() -> None:
    text = ages_figure([Decimal(4), Decimal(6)], policy_days=Decimal(5), device="d")
    assert "3 to 5 d: 1; 5 to 7 d: 1" in text
