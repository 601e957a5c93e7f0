"""Small calibration records for the tests: a device that is in order, and ways to spoil it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "calibration"
HANOI = DATA / "ibm_hanoi.csv"
TORINO = DATA / "ibm_torino.csv"
LIMA = DATA / "props_lima.json"

HEADER = "device,snapshot_utc,element,index,parameter,value,unit,measured_at"
SNAPSHOT = datetime(2025, 2, 26, 12, tzinfo=UTC)

Row = tuple[str, str, str, str, str, float]
"""Element, index, parameter, value, unit, age in days."""


def rows_in_order(qubits: int = 3, *, error: str = "0.01") -> list[Row]:
    """A line of `qubits` qubits, each joined to the next in both directions; nothing to object to."""
    rows: list[Row] = []
    for qubit in range(qubits):
        index = str(qubit)
        rows += [
            ("qubit", index, "T1", "100", "us", 0.1),
            ("qubit", index, "T2", "80", "us", 0.2),
            ("qubit", index, "readout_error", "0.02", "", 0.1),
            ("qubit", index, "prob_meas0_prep1", "0.03", "", 0.1),
            ("qubit", index, "prob_meas1_prep0", "0.01", "", 0.1),
            ("qubit", index, "readout_length", "700", "ns", 30),
            ("gate:sx", index, "gate_error", "0.0005", "", 0.3),
            ("gate:sx", index, "gate_length", "35", "ns", 30),
            ("gate:rz", index, "gate_error", "0", "", 30),
            ("gate:rz", index, "gate_length", "0", "ns", 30),
            ("gate:reset", index, "gate_length", "900", "ns", 30),
        ]
    for qubit in range(qubits - 1):
        for index in (f"{qubit}-{qubit + 1}", f"{qubit + 1}-{qubit}"):
            rows += [
                ("gate:cx", index, "gate_error", error, "", 0.5),
                ("gate:cx", index, "gate_length", "400", "ns", 30),
            ]
    rows.append(("general", "", "jq_01", "0.002", "GHz", 0.1))
    return rows


def csv_of(rows: Iterable[Row], *, device: str = "line", snapshot: datetime = SNAPSHOT) -> bytes:
    lines = [HEADER]
    for element, index, parameter, value, unit, age in rows:
        measured = (snapshot - timedelta(days=age)).replace(tzinfo=None, microsecond=0).isoformat()
        stamp = snapshot.replace(tzinfo=None).isoformat()
        lines.append(f"{device},{stamp},{element},{index},{parameter},{value},{unit},{measured}")
    return ("\n".join(lines) + "\n").encode()


def with_value(rows: Iterable[Row], element: str, index: str, parameter: str, value: str) -> list[Row]:
    return [
        (e, i, p, value if (e, i, p) == (element, index, parameter) else v, unit, age)
        for e, i, p, v, unit, age in rows
    ]


def with_age(rows: Iterable[Row], element: str, index: str, parameter: str, age: float) -> list[Row]:
    return [
        (e, i, p, v, unit, age if (e, i, p) == (element, index, parameter) else old)
        for e, i, p, v, unit, old in rows
    ]
