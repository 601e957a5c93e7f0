"""Erasing a record of a package by hand edits and commands: asked for, approved by somebody else, carried out, told."""

from pathlib import Path

import pytest
from tests.package.packages import ADA, AFTERWARDS, Door, write

BOB = ("--actor", "bob", *AFTERWARDS)
PERSON = "kind: person\nstate: active\nname: Bob\nhandle: bob\nroles: [top-management]\n"
REQUEST = """\
kind: erasure
state: requested
links:
  erases: [RSK-0001]
title: One risk
basis: recorded-by-mistake
reason: It named somebody
requested_by: The office, case 7
decided_on: 2026-01-07
"""
SAID = b"No calibration for a week"


@pytest.fixture
def erased(package: Path, door: Door) -> Path:
    """RSK-0001 was erased; its working file is still there."""
    write(package / "records/people/bob.yaml", PERSON)
    assert door("package", "record", package, *ADA).code == 0
    write(package / "records/erasure/one.yaml", REQUEST)
    assert door("package", "record", package, *BOB).code == 0
    for state in ("approved", "carried-out"):
        said = door("package", "move", package, "ERS-0001", "--to", state, *ADA)
        assert said.code == 0, said
    return package


def test_it_is_gone_from_the_ledgers_files(erased: Path, door: Door) -> None:
    assert all(SAID not in path.read_bytes() for path in (erased / "ledger").iterdir())
    said = door("ledger", "check", erased)
    assert (said.code, "each as it was written" in said.out) == (0, True)


def test_its_file_is_told_and_not_recorded(erased: Path, door: Door) -> None:
    said = door("package", "check", erased)
    assert said.code == 0
    assert "RSK-0001 was erased, and its file records/risks/laser.yaml is still there: delete it" in said.out
    assert "Nothing to record" in door("package", "record", erased, *ADA).out
    named = door("package", "record", erased, str(erased / "records/risks/laser.yaml"), *ADA)
    assert (named.code, "RSK-0001 was erased; it is not written again" in named.err) == (2, True)
    (erased / "records/risks/laser.yaml").unlink()
    assert "Not recorded" not in door("package", "check", erased).out


def test_the_ledger_shows_that_it_was_there(erased: Path, door: Door) -> None:
    said = door("ledger", "show", erased, "RSK-0001")
    assert said.code == 0
    assert "RSK-0001" in said.out
    assert "(erased)" in said.out
    whole = door("ledger", "show", erased).out
    assert "carry-out" in whole
    assert "(erased)" in whole


def test_it_is_neither_assessed_nor_handed_over(erased: Path, door: Door, tmp_path: Path) -> None:
    assert door("assess", erased).code == 0
    said = door("package", "export", erased, "--out", tmp_path / "x.zip", "--only", "RSK-0001")
    assert (said.code, "RSK-0001 was erased" in said.err) == (2, True)
