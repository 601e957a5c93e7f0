"""Reading calibration records: both file forms, several snapshots, units and zones."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.records import HANOI, HEADER, LIMA, SNAPSHOT, TORINO, csv_of, rows_in_order

from standfirst.evidence.calibration.reading import read_calibration
from standfirst.evidence.calibration.record import CalibrationRecord
from standfirst.evidence.calibration.values import number
from standfirst.evidence.source import Source, open_source
from standfirst.standards.problems import Problem, Unusable
from standfirst.words.render import hint, sentence


def read(data: bytes, **choice: Any) -> CalibrationRecord:
    return read_calibration(Source("file", data), **choice)


def test_reads_the_latest_snapshot_and_names_the_others() -> None:
    record = read_calibration(open_source(HANOI))
    assert (record.device, record.snapshot) == ("hanoi", datetime(2025, 2, 26, 15, 13, 14, tzinfo=UTC))
    assert [moment.year for moment in record.other_snapshots] == [2021, 2024, 2025]
    assert (len(record.qubits), len(record.gates), len(record.general)) == (27, 191, 56)


def test_reads_a_chosen_snapshot() -> None:
    moment = datetime(2021, 12, 9, 14, 6, tzinfo=UTC)
    record = read_calibration(open_source(HANOI), snapshot=moment)
    assert record.snapshot == moment
    assert record.qubits[0].value("T1") == Decimal("162.29562357444243e-6")  # every digit of the file


def test_reads_backend_properties() -> None:
    record = read_calibration(open_source(LIMA))
    assert record.device == "ibmq_lima"
    assert record.snapshot == datetime(2021, 3, 15, 4, 36, 3, tzinfo=UTC)  # 00:36:03 at -04:00
    assert [gate.element for gate in record.gates if len(gate.qubits) == 2][:2] == ["cx 0-1", "cx 1-0"]
    assert len(record.general) == 8
    assert {gate.name for gate in record.gates if gate.is_virtual} == {"rz"}
    assert {gate.name for gate in record.gates if not gate.is_unitary} == {"reset"}


def test_both_forms_give_the_same_record() -> None:
    body = json.loads(LIMA.read_text(), parse_float=str, parse_int=str)
    lines = [HEADER]

    def add(element: str, index: str, parameters: list[dict[str, str]]) -> None:
        for p in parameters:
            fields = (body["backend_name"], body["last_update_date"], element, index)
            lines.append(",".join((*fields, p["name"], p["value"], p["unit"], p["date"])))

    for index, parameters in enumerate(body["qubits"]):
        add("qubit", str(index), parameters)
    for gate in body["gates"]:
        add(f"gate:{gate['gate']}", "-".join(gate["qubits"]), gate["parameters"])
    add("general", "", body["general"])

    def plain(record: CalibrationRecord) -> list[tuple[object, ...]]:
        holders = [(q.element, q.readings) for q in record.qubits] + [
            (g.element, g.readings) for g in record.gates
        ]
        holders.append(("general", record.general))
        return [
            (
                record.device,
                record.snapshot,
                element,
                name,
                reading.value,
                reading.quantity,
                reading.measured_at,
            )
            for element, readings in holders
            for name, reading in sorted(readings.items())
        ]

    assert plain(read("\n".join(lines).encode())) == plain(read_calibration(open_source(LIMA)))


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        ("1", "s", "1"),
        ("2.5", "ms", "0.0025"),
        ("100", "us", "0.0001"),
        ("100", "\u00b5s", "0.0001"),
        ("100", "\u03bcs", "0.0001"),
        ("35", "ns", "0.000000035"),
        ("7", "ps", "0.000000000007"),
        ("1.5e2", "us", "0.00015"),
        ("+.5", "us", "0.0000005"),
        ("-3", "us", "-0.000003"),
    ],
)
def test_units_of_time(value: str, unit: str, seconds: str) -> None:
    rows = [("qubit", "0", "T1", value, unit, 0.0)]
    assert read(csv_of(rows)).qubits[0].value("T1") == Decimal(seconds)


def test_other_units() -> None:
    rows = [
        ("qubit", "0", "readout_error", "2", "%", 0.0),
        ("qubit", "0", "frequency", "4.7", "GHz", 0.0),
        ("qubit", "0", "anharmonicity", "-310", "MHz", 0.0),
        ("qubit", "0", "of_our_own", "3", "", 0.0),
    ]
    readings = read(csv_of(rows)).qubits[0].readings
    assert readings["readout_error"].value == Decimal("0.02")
    assert readings["frequency"].value == Decimal(4_700_000_000)
    assert readings["anharmonicity"].value == Decimal(-310_000_000)
    assert readings["of_our_own"].value == 3


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [
        ("2025-02-26T12:00:00", 12),
        ("2025-02-26T12:00:00Z", 12),
        ("2025-02-26T12:00:00-05:00", 17),
        ("2025-02-26T12:00:00+0200", 10),
        ("2025-02-26 12:00:00.5", 12),
        ("2025-02-26T12:00", 12),
    ],
)
def test_zones(stamp: str, hour: int) -> None:
    line = f"line,2025-02-26T12:00:00Z,qubit,0,T1,100,us,{stamp}"
    measured = read(f"{HEADER}\n{line}\n".encode()).qubits[0].readings["T1"].measured_at
    assert measured is not None
    assert (measured.hour, measured.utcoffset()) == (hour, SNAPSHOT.utcoffset())


def test_an_empty_value_and_an_empty_time_are_missing() -> None:
    lines = [
        HEADER,
        "d,2025-02-26T12:00:00,qubit,0,T1,,us,2025-02-26T11:00:00",
        "d,2025-02-26T12:00:00,qubit,0,T2,5,us,",
    ]
    readings = read("\r\n".join(lines).encode("utf-8-sig")).qubits[0].readings
    assert readings["T1"].value is None
    assert readings["T2"].measured_at is None


def test_null_and_absent_members_are_missing() -> None:
    parameters = [
        {"name": "T1", "value": None, "unit": "us", "date": None},
        {"name": "T2", "value": 5, "unit": "us"},
    ]
    body = {
        "backend_name": "d",
        "last_update_date": "2025-02-26T12:00:00Z",
        "qubits": [parameters],
        "gates": [],
    }
    readings = read(json.dumps(body).encode()).qubits[0].readings
    assert readings["T1"].value is None
    assert readings["T2"].measured_at is None


def test_columns_in_another_order_and_quoted_fields() -> None:
    columns = HEADER.split(",")[::-1]
    row = ["2025-02-26T11:00:00", "us", "100", "T1", "0", "qubit", "2025-02-26T12:00:00", '"our, device"']
    assert read((",".join(columns) + "\n\n" + ",".join(row) + "\n").encode()).device == "our, device"


def test_one_device_of_several() -> None:
    second = csv_of(rows_in_order(2), device="other").split(b"\n", 1)[1]
    data = csv_of(rows_in_order(3)) + second
    assert len(read(data, device="other").qubits) == 2
    assert len(read(data, device="line").qubits) == 3


def test_a_fault_in_another_snapshot_is_not_looked_at() -> None:
    older = csv_of(rows_in_order(), snapshot=datetime(2024, 1, 1, tzinfo=UTC)).replace(
        b",100,us,", b",broken,us,"
    )
    data = csv_of(rows_in_order()) + older.split(b"\n", 1)[1]
    assert len(read(data).qubits) == 3
    with pytest.raises(Unusable):
        read(data, snapshot=datetime(2024, 1, 1, tzinfo=UTC))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-1000, max_value=1000))
def test_numbers_are_read_exactly(value: Decimal) -> None:
    assert number(str(value)) == value


def assert_read_or_refused(data: bytes) -> None:
    """Either a record comes out or problems with sentences; never another error."""
    problems: Sequence[Problem] = ()
    record = None
    try:
        record = read_calibration(open_source(data))
    except Unusable as refused:
        problems = refused.problems
    assert (record is None) == bool(problems)
    assert all(sentence(problem.reason) for problem in problems)
    assert all(hint(problem.reason) for problem in problems)


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=100).map(lambda text: ("{" + text).encode(errors="replace"))
    )
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert_read_or_refused(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "unit", "date", "gate", "qubits", "parameters"]), children
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(qubits=json_values, gates=json_values, general=json_values)
def test_any_json_of_about_the_right_shape_is_read_or_refused(
    qubits: object, gates: object, general: object
) -> None:
    body = {
        "backend_name": "d",
        "last_update_date": "2025-02-26T12:00:00Z",
        "qubits": qubits,
        "gates": gates,
        "general": general,
    }
    assert_read_or_refused(json.dumps(body).encode())


def test_the_larger_file_is_read_too() -> None:
    assert len(read_calibration(open_source(TORINO)).qubits) == 133
