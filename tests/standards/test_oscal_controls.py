"""Controls out of OSCAL catalogues, good and bad."""

import json
from typing import Any

import pytest

from standfirst.standards.library import edition
from standfirst.standards.oscal import catalog
from standfirst.standards.oscal_controls import DEEPEST, read_controls
from standfirst.standards.oscal_forms import as_file
from standfirst.standards.problems import Unusable


def catalogue(**more: Any) -> dict[str, Any]:
    return {
        "uuid": "613fca2d-704a-42e7-8e2b-b206fb92b456",
        "metadata": {"title": "A catalogue", "version": "1.0"},
        "groups": [
            {
                "id": "ac",
                "title": "Access",
                "params": [{"id": "p1"}],
                "controls": [
                    {
                        "id": "ac-1",
                        "title": "Policy\n and procedures",
                        "params": [{"id": "p2"}, {"id": "p3"}],
                        "props": [{"name": "label", "value": "AC-1"}],
                        "controls": [
                            {
                                "id": "ac-1.1",
                                "title": "Of old",
                                "props": [
                                    {"name": "label", "value": "AC-01(01)", "class": "zero-padded"},
                                    {"name": "label", "value": "AC-1(1)"},
                                    {"name": "status", "value": "Withdrawn"},
                                ],
                            }
                        ],
                    }
                ],
            }
        ],
        "controls": [{"id": "loose", "title": "In no family"}],
        **more,
    }


def data(value: Any) -> bytes:
    return json.dumps({"catalog": value}).encode()


def test_controls_families_parents_and_what_is_withdrawn() -> None:
    found = read_controls(data(catalogue()), file="c.json")
    assert [(c.id, c.label, c.title, c.family, c.parent, c.withdrawn) for c in found.controls] == [
        ("ac-1", "AC-1", "Policy and procedures", "Access", "", False),
        ("ac-1.1", "AC-1(1)", "Of old", "Access", "ac-1", True),
        ("loose", "LOOSE", "In no family", "", "", False),
    ]
    assert (found.title, found.version, found.families, found.ignored) == (
        "A catalogue",
        "1.0",
        ("Access", ""),
        3,
    )


def test_our_own_catalogue_is_read_too() -> None:
    """One that another room of this project writes."""
    found = read_controls(as_file(catalog(edition())), file="ours.json")
    assert len(found.controls) == len(list(edition()))


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (b"{", "oscal.not-json", ""),
        (b"\xff\xfe", "oscal.not-json", ""),
        (b"[" * 100_000, "oscal.not-json", ""),
        (b"[]", "oscal.no-catalogue", ""),
        (json.dumps({"profile": {}}).encode(), "oscal.no-catalogue", ""),
        (data({"uuid": "x", "metadata": {"title": "t", "version": "1"}}), "oscal.no-controls", "catalog"),
        (data(catalogue(uuid=None)), "field.missing", "catalog.uuid"),
        (data(catalogue(metadata={"title": "t"})), "field.missing", "catalog.metadata.version"),
        (data(catalogue(metadata="t")), "field.missing", "catalog.metadata.title"),
        (
            data(catalogue(controls=[{"id": "a b", "title": "t"}])),
            "oscal.control-id",
            "catalog.controls[0].id",
        ),
        (
            data(catalogue(controls=[{"id": "ac-1", "title": "t"}])),
            "oscal.repeated",
            "catalog.controls[0].id",
        ),
        (data(catalogue(controls=[{"id": "x"}])), "field.missing", "catalog.controls[0].title"),
        (data(catalogue(controls=["x"])), "oscal.no-object", "catalog.controls[0]"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(bad: bytes, code: str, field: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_controls(bad, file="c.json")
    assert (code, field) in [(problem.reason.code, problem.field) for problem in caught.value.problems]


def test_what_is_nested_without_end_is_refused() -> None:
    inner: dict[str, Any] = {"id": "deep", "title": "t"}
    for level in range(DEEPEST + 1):
        inner = {"id": f"c{level}", "title": "t", "controls": [inner]}
    with pytest.raises(Unusable) as caught:
        read_controls(data(catalogue(controls=[inner])), file="c.json")
    assert [problem.reason.code for problem in caught.value.problems] == ["oscal.too-deep"]
