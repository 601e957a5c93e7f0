"""A schema number means one thing: when a kind changes without a new number, these tests fail and say what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import Field
from tests.management.golden import FOLDER, fault, golden_file, write_new

from standfirst.management.kinds import OWN_KINDS
from standfirst.management.risk import RISK, RiskBody
from standfirst.records.kind import Kind
from standfirst.standards.validation import Text


@pytest.mark.parametrize("kind", list(OWN_KINDS), ids=lambda kind: str(kind.name))
def test_a_kind_is_as_its_golden_file_says(kind: Kind) -> None:
    assert not fault(kind), fault(kind)


def test_every_golden_file_belongs_to_a_kind() -> None:
    known = {f"{kind.name}-{number}" for kind in OWN_KINDS for number in range(1, kind.schema + 1)}
    assert {path.stem for path in FOLDER.iterdir()} == known


# --- that they notice, and what they do not mind ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The golden file of risks as they are."""
    write_new(iter([RISK]), tmp_path)
    assert not fault(RISK, tmp_path)
    return tmp_path


class WiderBody(RiskBody):
    colour: str | None = Field(default=None, description="What it looks like")


class RewordedBody(RiskBody):
    """Said better."""

    hazard: Text = Field(description="What could happen, and to whom")


first, *others = RISK.lifecycle.transitions
CHANGED = {
    "a new field": replace(RISK, body=WiderBody),
    "a new state": replace(RISK, lifecycle=replace(RISK.lifecycle, states=(*RISK.lifecycle.states, "gone"))),
    "a thawed state": replace(RISK, lifecycle=replace(RISK.lifecycle, frozen=())),
    "a dropped transition": replace(RISK, lifecycle=replace(RISK.lifecycle, transitions=tuple(others))),
    "a dropped guard": replace(
        RISK, lifecycle=replace(RISK.lifecycle, transitions=(replace(first, guards=()), *others))
    ),
    "a fact more": replace(RISK, facts=(*RISK.facts, "hazard")),
    "another freshness": replace(RISK, dated_by=("review_by",)),
    "a shorter retention": replace(RISK, retention=RISK.retention - 1),
    "an erasure more": replace(RISK, erasable="on-request" if RISK.erasable == "never" else "never"),
}


@pytest.mark.parametrize("kind", CHANGED.values(), ids=CHANGED.keys())
def test_a_change_without_a_new_number_is_told(kind: Kind, folder: Path) -> None:
    before = golden_file(RISK, folder).read_bytes()
    assert "raise the kind's schema number, add an upcast, and write a new golden file" in fault(kind, folder)
    assert write_new(iter([kind]), folder) == []
    assert golden_file(RISK, folder).read_bytes() == before


def test_a_new_number_has_a_new_file_beside_the_old(folder: Path) -> None:
    grown = replace(RISK, body=WiderBody, schema=2, upcasts={1: lambda body: body})
    assert "no golden file for schema 2" in fault(grown, folder)
    assert [path.name for path in write_new(iter([grown]), folder)] == ["risk-2.json"]
    assert not fault(grown, folder)
    golden_file(RISK, folder).unlink()
    assert "kept for ever" in fault(grown, folder)


def test_better_words_are_no_new_schema(folder: Path) -> None:
    assert not fault(replace(RISK, title="A risk or an opportunity"), folder)
    assert not fault(replace(RISK, body=RewordedBody), folder)
