"""Whatever this room can object to has a sentence, and the sentence says where and what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.evidence.records import HANOI, HEADER

import standfirst.evidence
from standfirst.evidence.calibration_integrity import measure
from standfirst.standards.problems import Unusable
from standfirst.words import english, measuring, problems
from standfirst.words.render import SENTENCES, hint, sentence

ROOM = Path(next(iter(standfirst.evidence.__path__)))
CODE_AT = {"Reason": 0, "BadValue": 0, "problem": 1}
"""Which argument of these calls is the code."""


def codes(source: Path) -> Iterator[str]:
    """Every literal that a file gives to one of these calls as its code, also as either side of an ``if``."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODE_AT:
            asked = node.args[CODE_AT[node.func.id]]
            for literal in (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,):
                if isinstance(literal, ast.Constant):
                    yield str(literal.value)


def test_every_code_in_the_source_has_a_sentence_and_the_other_way_round() -> None:
    found = {code for file in ROOM.rglob("*.py") for code in codes(file)}
    assert found - set(SENTENCES) == set()
    assert set(measuring.SENTENCES) - found == set()


def test_no_other_table_says_the_same_code() -> None:
    for table in (english, problems):
        assert not set(table.SENTENCES) & set(measuring.SENTENCES)
        assert not set(table.HINTS) & set(measuring.HINTS)


SAID: list[tuple[str, bytes, str, str]] = [
    # file name, bytes, place, what is said and advised
    ("d.csv", b"device,unit,unit,note\n", "d.csv:1", "The columns are not those of a calibration record; missing: snapshot_utc, element, index, parameter, value and measured_at; not known: 'note'; there twice: unit."),
    ("d.csv", f"{HEADER}\nd,2025\n".encode(), "d.csv:2", "The row has 2 fields, the header 8."),
    ("d.csv", f"{HEADER}\nd,2025-01-01T00:00:00,qubit,0,T1,1,\n".encode(), "d.csv:2", "The row has 7 fields, the header 8."),
    ("d.csv", f"{HEADER}\nd,2025-01-01T00:00:00,qubit,0,T1,1,GHz,\n".encode(), "d.csv:2:unit", "The unit 'GHz' does not fit T1. Use one of: s, ms, us, ns, ps."),
    ("d.csv", f"{HEADER}\nd,2025-01-01T00:00:00,qubit,0,T1,1,s,\nd,2025-01-01T00:00:00,qubit,0,T1,1,s,\n".encode(), "d.csv:3:parameter", "T1 of qubit 0 is given twice."),
    ("d.csv", f"{HEADER}\nd,2025-01-01T00:00:00,qubit,1,T1,1,s,\nd,2025-01-01T00:00:00,gate:cx,1-0,gate_error,0,,\n".encode(), "d.csv:3:index", "The gate 'cx' names qubit 0, which the record does not hold."),
    ("p.json", b'{"backend_name": 7}', "p.json:$.backend_name", "Here belongs a JSON string; found: number."),
    ("p.json", b'{"backend_name": "d", "last_update_date": "2025-01-01T00:00:00Z", "qubits": [], "gates": [{"gate": "x", "qubits": [0], "parameters": []}, {"gate": "x", "qubits": [0], "parameters": []}]}', "p.json:$.gates[1]", "gate x 0 is given twice."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "place", "said"), SAID)
def test_a_problem_says_where_and_what(name: str, data: bytes, place: str, said: str) -> None:
    with pytest.raises(Unusable) as caught:
        measure(data, name="x", file_name=name)
    (found,) = caught.value.problems
    assert found.place == place
    assert f"{sentence(found.reason)} {hint(found.reason)}".startswith(said)


def test_snapshots_are_named_latest_first() -> None:
    with pytest.raises(Unusable) as caught:
        measure(HANOI, name="x", snapshot="2020-01-01T00:00:00Z")
    (found,) = caught.value.problems
    assert sentence(found.reason) == (
        "There is no snapshot of 2020-01-01T00:00:00+00:00; the file holds: 2025-02-26T15:13:14+00:00, "
        "2025-02-12T12:26:36+00:00, 2024-05-27T14:02:10+00:00 and 2021-12-09T14:06:00+00:00."
    )
