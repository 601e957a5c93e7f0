"""The shipped edition against the outline of the reference requirements: their ids, order, stages and domains."""

import json
from pathlib import Path

import pytest

from standfirst.standards.library import assessment_method, edition

IDS = [
    "4.1",
    "4.2",
    "4.3",
    "4.4",
    "4.5",
    "4.6",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "5.5",
    "6.1.1",
    "6.1.2",
    "6.1.3",
    "6.1.4",
    "6.1.5",
    "6.1.6",
    "6.1.7",
    "6.2",
    "6.3",
    "7.1.1",
    "7.1.2",
    "7.1.3",
    "7.2",
    "7.3",
    "7.4",
    "7.5.1",
    "7.5.2",
    "8.1",
    "8.2",
    "8.3",
    "8.4",
    "8.5",
    "8.6",
    "8.7",
    "8.8",
    "8.9",
    "8.10",
    "8.11",
    "8.12",
    "9.1.1",
    "9.1.2",
    "9.2",
    "9.3",
    "10.1",
    "10.2",
    "A.1.1",
    "A.1.2",
    "A.1.3",
    "A.1.4",
    "A.2.1",
    "A.2.2",
    "A.2.3",
    "A.2.4",
    "A.2.5",
    "A.3.1",
    "A.3.2",
    "A.3.3",
    "A.3.4",
    "A.4.1",
    "A.4.2",
    "A.4.3",
    "A.4.4",
    "A.4.5",
    "A.4.6",
    "A.5.1",
    "A.5.2",
    "A.5.3",
    "A.5.4",
    "A.5.5",
    "A.6.1",
    "A.6.2",
    "A.6.3",
    "A.6.4",
    "A.6.5",
    "A.7.1",
    "A.7.2",
    "A.7.3",
    "A.7.4",
    "A.7.5",
    "A.8.1",
    "A.8.2",
    "A.8.3",
    "A.8.4",
    "A.9.1",
    "A.9.2",
    "A.9.3",
    "A.9.4",
    "A.10.1",
    "A.10.2",
]
STAGES = {
    "C": "concept",
    "R": "research",
    "E": "engineering",
    "D": "deployment",
    "O": "operation",
    "X": "decommissioning",
}
DOMAINS = {"QC": "computing", "QN": "communication", "QS": "sensing", "SM": "simulation"}
OUTLINE = json.loads((Path(__file__).parents[1] / "data" / "outline.json").read_text("utf-8"))


def test_the_edition_has_the_ninety_requirements_in_order() -> None:
    assert len(IDS) == 90
    assert [requirement.id for requirement in edition()] == IDS
    assert [row["id"] for row in OUTLINE] == IDS


def test_the_method_assesses_them_in_the_same_order() -> None:
    assert list(assessment_method().by_id) == IDS


def test_each_requirement_stands_in_its_clause() -> None:
    for group in edition().groups:
        assert all(requirement.id.startswith(f"{group.clause}.") for requirement in group.requirements)


@pytest.mark.parametrize("row", OUTLINE, ids=IDS)
def test_stages_and_domains_are_those_of_the_outline(row: dict[str, list[str]]) -> None:
    requirement = edition().by_id[str(row["id"])]
    assert list(requirement.stages) == [STAGES[letter] for letter in row["stages"]]
    assert set(requirement.domains) == {DOMAINS[code] for code in row["domains"]}
    assert len(requirement.domains) == len(row["domains"])


def test_only_annex_requirements_may_be_excluded() -> None:
    assert [i for i in IDS if edition().may_be_excluded(i)] == [i for i in IDS if i.startswith("A.")]
