"""A small device in the two files that providers export, in order as it stands, and ways to spoil it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
DATE = "2026-01-02T03:04:05+00:00"
CONFIGURATION, PROPERTIES = "conf_line.json", "props_line.json"


def parameter(name: str, value: float, unit: str = "") -> Json:
    return {"name": name, "value": value, "unit": unit, "date": DATE}


def configuration(qubits: int = 3) -> Json:
    pairs = [[q, q + 1] for q in range(qubits - 1)]
    return {
        "backend_name": "line",
        "n_qubits": qubits,
        "basis_gates": ["id", "rz", "sx", "x", "cx"],
        "coupling_map": [*pairs, *(pair[::-1] for pair in pairs)],
        "processor_type": {"family": "Paper"},
    }


def properties(qubits: int = 3, *, error: float = 0.008) -> Json:
    """A line of qubits joined by cx in both directions; `error` is that of cx, others follow it."""
    gates = []
    for q in range(qubits):
        for name, wrong, length in (("rz", 0.0, 0.0), ("sx", error / 30, 35.0), ("x", error / 30, 35.0)):
            gates.append(gate(name, [q], wrong, length))
    for q in range(qubits - 1):
        gates += [gate("cx", [q, q + 1], error, 300.0), gate("cx", [q + 1, q], error, 330.0)]
    return {
        "backend_name": "line",
        "last_update_date": DATE,
        "qubits": [
            [
                parameter("T1", 120.0, "us"),
                parameter("T2", 90.0, "us"),
                parameter("readout_error", 2 * error),
                parameter("prob_meas0_prep1", 3 * error),
                parameter("prob_meas1_prep0", error),
                parameter("readout_length", 5000.0, "ns"),
            ]
            for _ in range(qubits)
        ],
        "gates": gates,
        "general": [],
    }


def gate(name: str, qubits: list[int], error: float, length: float) -> Json:
    return {
        "gate": name,
        "name": f"{name}{qubits}",
        "qubits": qubits,
        "parameters": [parameter("gate_error", error), parameter("gate_length", length, "ns")],
    }


def files(
    declared: Json | None = None,
    noise: Json | None = None,
    *,
    spoil: Callable[[Json, Json], object] | None = None,
) -> Mapping[str, bytes]:
    """Both files as bytes, after `spoil` has changed configuration and properties in place."""
    declared, noise = declared or configuration(), noise or properties()
    if spoil is not None:
        spoil(declared, noise)
    return {CONFIGURATION: json.dumps(declared).encode(), PROPERTIES: json.dumps(noise).encode()}
