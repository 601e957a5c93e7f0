"""Every way a calibration record can be unusable: which problem it is, and where it stands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.records import HANOI, HEADER, LIMA, TORINO, csv_of, rows_in_order

from standfirst.evidence.calibration_integrity import measure
from standfirst.evidence.faults import MOST_PROBLEMS
from standfirst.evidence.source import open_source
from standfirst.standards.problems import Problem, Unusable
from standfirst.words import measuring
from standfirst.words.render import hint, sentence

LINE = "d,2025-02-26T12:00:00,{},2025-02-26T11:00:00"


def row(fields: str) -> bytes:
    """Header and one row; `fields` are element to unit."""
    return f"{HEADER}\n{LINE.format(fields)}\n".encode()


GOOD = row("qubit,0,T1,100,us")

BAD_CSV: list[tuple[str, bytes, str, str]] = [
    # what, bytes, code, place
    ("no bytes", b"", "input.empty", "d.csv"),
    ("UTF-16", GOOD.decode().encode("utf-16"), "file.not-utf8", "d.csv:1"),
    ("Latin 1", GOOD.replace(b"us", b"\xb5s"), "file.not-utf8", "d.csv:2"),
    ("blank", b"\n\n  \n", "csv.wrong-columns", "d.csv:1"),
    ("header only", HEADER.encode() + b"\n", "csv.no-rows", "d.csv"),
    ("other columns", b"a,b,c\n1,2,3\n", "csv.wrong-columns", "d.csv:1"),
    ("a column too many", HEADER.encode() + b",note\n", "csv.wrong-columns", "d.csv:1"),
    ("a column twice", HEADER.replace("unit", "value").encode() + b"\n", "csv.wrong-columns", "d.csv:1"),
    ("short row", GOOD + b"d,2025\n", "csv.row-width", "d.csv:3"),
    ("open quote", GOOD + b'd,"2025\n', "csv.malformed", "d.csv:3"),
    ("huge field", GOOD + b"d," + b"x" * 200_000 + b"\n", "csv.malformed", "d.csv:3"),
    ("word", row("qubit,0,T1,good,us"), "value.not-a-number", "d.csv:2:value"),
    ("decimal comma", row('qubit,0,T1,"1,5",us'), "value.not-a-number", "d.csv:2:value"),
    ("blank inside", row("qubit,0,T1, 5,us"), "value.not-a-number", "d.csv:2:value"),
    ("underscore", row("qubit,0,T1,1_000,us"), "value.not-a-number", "d.csv:2:value"),
    ("Arabic digits", row("qubit,0,T1,٣,us"), "value.not-a-number", "d.csv:2:value"),
    ("hexadecimal", row("qubit,0,T1,0x10,us"), "value.not-a-number", "d.csv:2:value"),
    ("NaN", row("qubit,0,T1,NaN,us"), "value.not-finite", "d.csv:2:value"),
    ("infinity", row("qubit,0,T1,-Infinity,us"), "value.not-finite", "d.csv:2:value"),
    ("huge", row("qubit,0,T1,1e400,us"), "value.out-of-range", "d.csv:2:value"),
    ("tiny", row("qubit,0,T1,1e-400,us"), "value.out-of-range", "d.csv:2:value"),
    ("absurd exponent", row("qubit,0,T1,1e99999999999999,us"), "value.out-of-range", "d.csv:2:value"),
    ("endless digits", row(f"qubit,0,T1,{'9' * 5000},us"), "value.too-long", "d.csv:2:value"),
    ("unknown unit", row("qubit,0,T1,100,dt"), "value.unknown-unit", "d.csv:2:unit"),
    ("no unit", row("qubit,0,T1,100,"), "value.wrong-unit", "d.csv:2:unit"),
    ("unit of another quantity", row("qubit,0,T1,100,GHz"), "value.wrong-unit", "d.csv:2:unit"),
    (
        "error with a unit of time",
        row("gate:cx,0-1,gate_error,0.1,ns"),
        "value.wrong-unit",
        "d.csv:2:unit",
    ),
    (
        "no date",
        GOOD.replace(b"2025-02-26T11:00:00", b"yesterday"),
        "time.not-a-time",
        "d.csv:2:measured_at",
    ),
    ("30 February", GOOD.replace(b"02-26T11", b"02-30T11"), "time.not-a-time", "d.csv:2:measured_at"),
    ("day alone", GOOD.replace(b"T11:00:00", b""), "time.not-a-time", "d.csv:2:measured_at"),
    (
        "year 10000",
        GOOD.replace(b"2025-02-26T11:00:00", b"9999-12-31T23:00:00-05:00"),
        "time.not-a-time",
        "d.csv:2:measured_at",
    ),
    ("snapshot no time", GOOD.replace(b"T12:00:00", b""), "time.not-a-time", "d.csv:2:snapshot_utc"),
    (
        "snapshot missing",
        GOOD.replace(b"2025-02-26T12:00:00", b""),
        "time.missing",
        "d.csv:2:snapshot_utc",
    ),
    ("no device", GOOD.replace(b"\nd,", b"\n,"), "calibration.no-name", "d.csv:2:device"),
    ("no parameter", row("qubit,0,,100,us"), "calibration.no-name", "d.csv:2:parameter"),
    ("control character", row("qubit,0,T\x071,100,us"), "calibration.no-name", "d.csv:2:parameter"),
    ("unknown element", row("resonator,0,T1,100,us"), "calibration.unknown-element", "d.csv:2:element"),
    ("gate without a name", row("gate:,0,gate_error,0,"), "calibration.no-name", "d.csv:2:element"),
    ("no index", row("qubit,,T1,100,us"), "calibration.bad-index", "d.csv:2:index"),
    ("negative index", row("qubit,-1,T1,100,us"), "calibration.bad-index", "d.csv:2:index"),
    ("endless index", row(f"qubit,{'1' * 5000},T1,100,us"), "calibration.bad-index", "d.csv:2:index"),
    ("index of two on a qubit", row("qubit,0-1,T1,100,us"), "calibration.bad-index", "d.csv:2:index"),
    (
        "a gate on too many qubits",
        row(f"gate:x,{'-'.join(map(str, range(40)))},gate_error,0.1,"),
        "calibration.bad-index",
        "d.csv:2:index",
    ),
    ("a qubit with itself", row("gate:cx,0-0,gate_error,0.1,"), "calibration.bad-index", "d.csv:2:index"),
    ("the same row twice", GOOD + GOOD.split(b"\n")[1] + b"\n", "calibration.repeated", "d.csv:3:parameter"),
    (
        "gate on a qubit that is not there",
        GOOD + LINE.format("gate:cx,0-7,gate_error,0.1,").encode(),
        "calibration.unknown-qubit",
        "d.csv:3:index",
    ),
    ("no qubit", row("general,,jq_01,1,GHz"), "calibration.no-qubits", "d.csv"),
    (
        "two devices",
        GOOD + GOOD.split(b"\n")[1].replace(b"d,", b"e,", 1),
        "calibration.several-devices",
        "d.csv:device",
    ),
]


def problem_of(data: bytes, file_name: str, **choices: Any) -> Problem:
    with pytest.raises(Unusable) as caught:
        measure(data, **{"name": "Our device", "file_name": file_name, **choices})
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.problems[0]


@pytest.mark.parametrize(("what", "data", "code", "place"), BAD_CSV, ids=[case[0] for case in BAD_CSV])
def test_bad_csv(what: str, data: bytes, code: str, place: str) -> None:
    found = problem_of(data, "d.csv")
    assert (found.reason.code, found.place) == (code, place), what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


def lima() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(LIMA.read_text())
    return body


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    body = lima()
    change(body)
    return json.dumps(body).encode()


def t1(body: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = body["qubits"][3][0]
    assert parameter["name"] == "T1"
    return parameter


T1 = "p.json:$.qubits[3][0]"

BAD_JSON: list[tuple[str, bytes, str, str]] = [
    ("cut off", LIMA.read_bytes()[:500], "json.malformed", "p.json:1"),
    ("not JSON", b"{ backend }", "json.malformed", "p.json:1"),
    ("a list", b"[]", "json.wrong-type", "p.json:$"),
    ("too deep", b"[" * 100_000, "json.too-deep", "p.json"),
    ("too deep, closed", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "json.too-deep", "p.json"),
    ("a key twice", b'{"backend_name": "a", "backend_name": "b"}', "yaml.duplicate-key", "p.json"),
    ("nothing in it", b"{}", "json.missing-member", "p.json:$.backend_name"),
    ("no time", changed(lambda b: b.pop("last_update_date")), "json.missing-member", "p.json:$.last_update_date"),
    ("time no text", changed(lambda b: b.update(last_update_date=7)), "json.wrong-type", "p.json:$.last_update_date"),
    ("time without zone", changed(lambda b: b.update(last_update_date="2021-03-15T00:36:03")), "time.without-zone", "p.json:$.last_update_date"),
    ("name empty", changed(lambda b: b.update(backend_name="")), "calibration.no-name", "p.json:$.backend_name"),
    ("no qubits member", changed(lambda b: b.pop("qubits")), "json.missing-member", "p.json:$.qubits"),
    ("qubits an object", changed(lambda b: b.update(qubits={})), "json.wrong-type", "p.json:$.qubits"),
    ("no qubit", changed(lambda b: b.update(qubits=[], gates=[])), "calibration.no-qubits", "p.json"),
    ("qubit a number", changed(lambda b: b["qubits"].append(5)), "json.wrong-type", "p.json:$.qubits[5]"),
    ("parameter a text", changed(lambda b: b["qubits"][3].append("T1")), "json.wrong-type", "p.json:$.qubits[3][8]"),
    ("parameter without name", changed(lambda b: t1(b).pop("name")), "json.missing-member", T1 + ".name"),
    ("value in quotes", changed(lambda b: t1(b).update(value="100")), "json.wrong-type", T1 + ".value"),
    ("value true", changed(lambda b: t1(b).update(value=True)), "json.wrong-type", T1 + ".value"),
    ("NaN", changed(lambda b: t1(b).update(value=float("nan"))), "value.not-finite", T1 + ".value"),
    ("infinity", changed(lambda b: t1(b).update(value=float("inf"))), "value.not-finite", T1 + ".value"),
    ("huge", LIMA.read_bytes().replace(b'"value": ', b'"value": 1e999, "was": ', 1), "value.out-of-range", "p.json:$.qubits[0][0].value"),
    ("endless digits", LIMA.read_bytes().replace(b'"value": ', b'"value": ' + b"9" * 10_000 + b', "was": ', 1), "value.too-long", "p.json:$.qubits[0][0].value"),
    ("unknown unit", changed(lambda b: t1(b).update(unit="dt")), "value.unknown-unit", T1 + ".unit"),
    ("unit of another quantity", changed(lambda b: t1(b).update(unit="GHz")), "value.wrong-unit", T1 + ".unit"),
    ("unit a number", changed(lambda b: t1(b).update(unit=5)), "json.wrong-type", T1 + ".unit"),
    ("date without zone", changed(lambda b: t1(b).update(date="2021-03-15T00:36:03")), "time.without-zone", T1 + ".date"),
    ("date no date", changed(lambda b: t1(b).update(date="Monday")), "time.not-a-time", T1 + ".date"),
    ("parameter twice", changed(lambda b: b["qubits"][3].append(t1(b))), "calibration.repeated", "p.json:$.qubits[3][8].name"),
    ("gate twice", changed(lambda b: b["gates"].append(b["gates"][0])), "calibration.repeated", "p.json:$.gates[33]"),
    ("gate a text", changed(lambda b: b["gates"].append("cx")), "json.wrong-type", "p.json:$.gates[33]"),
    ("gate without qubits", changed(lambda b: b["gates"][0].update(qubits=[])), "calibration.bad-index", "p.json:$.gates[0].qubits"),
    ("gate with a half qubit", changed(lambda b: b["gates"][0].update(qubits=[0.5])), "calibration.bad-index", "p.json:$.gates[0].qubits"),
    ("gate with a nested qubit", changed(lambda b: b["gates"][0].update(qubits=[[0]])), "calibration.bad-index", "p.json:$.gates[0].qubits"),
    ("gate on a qubit that is not there", changed(lambda b: b["gates"][0].update(qubits=[99])), "calibration.unknown-qubit", "p.json:$.gates[0].qubits"),
    ("gate without parameters", changed(lambda b: b["gates"][0].pop("parameters")), "json.wrong-type", "p.json:$.gates[0].parameters"),
    ("general a text", changed(lambda b: b.update(general="x")), "json.wrong-type", "p.json:$.general"),
    ("lone surrogate", changed(lambda b: b.update(backend_name="\ud800")), "calibration.no-name", "p.json:$.backend_name"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "data", "code", "place"), BAD_JSON, ids=[case[0] for case in BAD_JSON])
def test_bad_json(what: str, data: bytes, code: str, place: str) -> None:
    found = problem_of(data, "p.json")
    assert (found.reason.code, found.place) == (code, place), what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


BAD_CHOICES: list[tuple[str, dict[str, Any], str, str]] = [
    ("no such snapshot", {"snapshot": "2020-01-01T00:00:00Z"}, "calibration.no-such-snapshot", "snapshot"),
    ("no such device", {"device": "osaka"}, "calibration.no-such-device", "device"),
    ("snapshot no time", {"snapshot": "latest"}, "time.not-a-time", "snapshot"),
    ("at before the snapshot", {"at": "2020-01-01T00:00:00Z"}, "parameter.before-snapshot", "at"),
    ("unknown parameter", {"parameters": {"max-rage-days": "7"}}, "parameter.unknown", "max_rage_days"),
    ("a share of two", {"parameters": {"max-faulty-share": "2"}}, "parameter.bad-value", "max_faulty_share"),
    ("no number", {"parameters": {"max_age_days": "week"}}, "parameter.bad-value", "max_age_days"),
    ("negative age", {"parameters": {"max_age_days": -1}}, "parameter.bad-value", "max_age_days"),
    ("floating point", {"parameters": {"max_age_days": 7.5}}, "parameter.bad-value", "max_age_days"),
    ("unknown rule", {"parameters": {"rule": "coin"}}, "parameter.bad-value", "rule"),
    ("no name", {"name": ""}, "calibration.no-name", "name"),
    ("blank name", {"name": "  "}, "calibration.no-name", "name"),
    ("broken name", {"name": "\udcff"}, "calibration.no-name", "name"),
    ("coverage of one", {"parameters": {"coverage": "1"}}, "parameter.bad-value", "coverage"),
]


@pytest.mark.parametrize(
    ("what", "choices", "code", "field"), BAD_CHOICES, ids=[case[0] for case in BAD_CHOICES]
)
@pytest.mark.parametrize("file", [HANOI, LIMA], ids=["csv", "json"])
def test_bad_choices(file: Path, what: str, choices: dict[str, Any], code: str, field: str) -> None:
    found = problem_of(file.read_bytes(), file.name, **choices)
    assert (found.reason.code, found.field) == (code, field), what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.csv", tmp_path / "nul\0.csv"):
        with pytest.raises(Unusable) as caught:
            measure(path, name="x")
        assert caught.value.problems[0].reason.code == "file.unreadable"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as handle:
        handle.truncate(100_000_000)  # a hole: takes no room
    with pytest.raises(Unusable) as caught:
        measure(path, name="x")
    problem = caught.value.problems[0]
    assert (problem.reason.code, problem.reason.parameters["bytes"]) == ("input.too-large", 100_000_000)
    with pytest.raises(Unusable):
        open_source(b"12345", max_bytes=4)
    assert open_source(b"1234", max_bytes=4).data == b"1234"


def test_a_strange_file_name_is_shown_safely(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\udcff.csv"
    path.write_bytes(GOOD)
    assert measure(path, name="x").inputs[0].name == "a\ufffdb\ufffd.csv"


def test_every_problem_of_a_file_is_told() -> None:
    data = csv_of(rows_in_order(40)).replace(b",us,", b",fortnights,")
    with pytest.raises(Unusable) as caught:
        measure(data, name="x")
    assert [found.reason.code for found in caught.value.problems] == ["value.unknown-unit"] * 80


def test_reading_stops_where_a_file_is_wrong_throughout() -> None:
    data = csv_of(rows_in_order(MOST_PROBLEMS)).replace(b",us,", b",fortnights,")
    with pytest.raises(Unusable) as caught:
        measure(data, name="x")
    *told, last = caught.value.problems
    assert len(told) == MOST_PROBLEMS
    assert (
        sentence(last.reason) == f"Reading stopped here, after {MOST_PROBLEMS} problems; there may be more."
    )


def test_three_faults_are_three_problems_in_the_order_of_the_file() -> None:
    data = csv_of(rows_in_order()).decode().splitlines()
    data[1] = data[1].replace(",100,", ",NaN,")
    data[5] = data[5].replace(",prob_meas1_prep0,", ",,")
    data[9] = data[9].replace("gate:rz", "gats:rz")
    with pytest.raises(Unusable) as caught:
        measure("\n".join(data).encode(), name="x", file_name="d.csv")
    assert [(p.line, p.reason.code) for p in caught.value.problems] == [
        (2, "value.not-finite"),
        (6, "calibration.no-name"),
        (10, "calibration.unknown-element"),
    ]


def test_negative_and_impossible_numbers_are_measured_not_refused() -> None:
    """A declaration that no device can keep is what this collector is there to show."""
    data = TORINO.read_bytes().replace(b",T1,180.04100080673533,", b",T1,-180.04100080673533,")
    result = measure(data, name="x", snapshot="2024-02-28T08:48:51")
    assert result.counts["values-impossible"] == 1
    assert result.verdict.value == "nonconform"


TOLD_ELSEWHERE = {
    "input.too-large",
    "input.reading-stopped",
    "collector.unknown",  # test_collectors.py
    "parameter.missing",  # cryptography/test_crypto_posture.py
}
OF_THE_HOUSE = {"file.not-utf8", "yaml.duplicate-key"}


def test_every_code_has_its_case() -> None:
    tested = {case[2] for case in (*BAD_CSV, *BAD_JSON, *BAD_CHOICES)} | TOLD_ELSEWHERE
    assert tested - OF_THE_HOUSE == set(measuring.SENTENCES)
