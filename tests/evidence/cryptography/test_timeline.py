"""The picture of first missed dates: for no asset, one, a few and hundreds."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.evidence.cryptography.boms import DATA, asset, bom, examined

from standfirst.evidence import crypto_posture
from standfirst.evidence.cryptography.picture import timeline
from standfirst.pictures.drawing import Medium, svg
from standfirst.pictures.figure import Figure
from standfirst.standards.problems import Unusable

NAMES = ["RSA-2048", "RSA-3072", "AES-128", "SHA-1", "ML-KEM-768", "X25519MLKEM768", "own cipher", "DSA-2048"]


def drawn(count: int, jurisdiction: str = "us-nist") -> Figure:
    found = examined(bom(*(asset(NAMES[number % len(NAMES)]) for number in range(count))), jurisdiction)
    return timeline(found.inventory, found.policy, found.on)


@pytest.mark.parametrize("jurisdiction", ["us-nist", "china"])
@pytest.mark.parametrize("count", [0, 1, 5, 200])
def test_any_number_of_assets_can_be_drawn(count: int, jurisdiction: str) -> None:
    figure = drawn(count, jurisdiction)
    assert f"Of {count} assets" in figure.description
    for medium in Medium:
        text = svg(figure, medium, prefix="x")
        assert text.startswith("<svg")
        assert "judged 2026-11-22" in text


def test_marks_are_counted_by_status_and_date() -> None:
    rows = {(row["quantum status"], row["first missed date"]): row["assets"] for row in drawn(200).rows}
    assert rows == {
        ("vulnerable", "2024-02-03"): 25,
        ("vulnerable", "2030-12-31"): 25,
        ("vulnerable", "2035-12-31"): 25,
        ("broken", "2022-12-15"): 25,
    }


def test_the_dates_of_the_profile_stand_as_lines() -> None:
    layers = drawn(1, "eu").spec["layer"]
    dated = [lines(layer) for layer in layers]
    assert ["2030-12-31", "2035-12-31"] in dated


def lines(layer: Mapping[str, Any]) -> list[str]:
    values = layer.get("data", {}).get("values", [])
    return [str(row.get("first missed date")) for row in values]


def test_figures_of_a_stored_result_are_drawn_from_its_input() -> None:
    file = DATA / "cyclonedx-example-protocol.json"
    stored = examined(file).result
    inputs = {stored.inputs[0].sha256: file.read_bytes()}
    (figure,) = crypto_posture.COLLECTOR.figures(stored, inputs)
    assert figure.name == "first-missed-dates"
    with pytest.raises(Unusable):
        crypto_posture.COLLECTOR.figures(stored, {})
    with pytest.raises(Unusable):
        crypto_posture.COLLECTOR.figures(stored.model_copy(update={"counts": {}}), inputs)
