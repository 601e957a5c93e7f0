"""Ideal probabilities and heavy outputs: by hand, and against Qiskit's own statevector."""

from math import log

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from standfirst.evidence.volume.circuits import ModelCircuit, PairGate, model_circuit
from standfirst.evidence.volume.ideal import HEAVIER_BY, heavy_outputs, heavy_share, probabilities
from standfirst.evidence.volume.simulation import as_circuit

SWAP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=complex)
X_ON_FIRST = np.kron(np.eye(2), [[0, 1], [1, 0]]).astype(complex)
H_ON_FIRST = np.kron(np.eye(2), np.array([[1, 1], [1, -1]]) / np.sqrt(2)).astype(complex)
FLIP_SECOND_IF_FIRST = np.eye(4, dtype=complex)[[0, 3, 2, 1]]
"""Index of a matrix: 2 * second + first."""


def of(width: int, *gates: tuple[int, int, np.ndarray]) -> ModelCircuit:
    return ModelCircuit(width, tuple((PairGate(*gate),) for gate in gates))


@pytest.mark.parametrize(
    ("circuit", "expected"),
    [
        (of(2, (0, 1, X_ON_FIRST)), {1: 1.0}),
        (of(2, (1, 0, X_ON_FIRST)), {2: 1.0}),
        (of(3, (2, 0, X_ON_FIRST), (2, 1, SWAP)), {2: 1.0}),
        (of(2, (0, 1, H_ON_FIRST), (0, 1, FLIP_SECOND_IF_FIRST)), {0: 0.5, 3: 0.5}),
        (of(3, (0, 2, H_ON_FIRST), (0, 2, FLIP_SECOND_IF_FIRST)), {0: 0.5, 5: 0.5}),
    ],
)
def test_small_circuits_by_hand(circuit: ModelCircuit, expected: dict[int, float]) -> None:
    found = probabilities(circuit)
    assert found == pytest.approx([expected.get(outcome, 0.0) for outcome in range(2**circuit.width)])


@pytest.mark.parametrize("width", [2, 3, 4, 5])
def test_probabilities_are_those_of_qiskit(width: int) -> None:
    for number in range(5):
        model = model_circuit(width, 3, number)
        circuit = as_circuit(model)
        circuit.remove_final_measurements()
        assert np.allclose(probabilities(model), Statevector(circuit).probabilities(), atol=1e-12)


@pytest.mark.parametrize(
    ("chances", "heavy", "share"),
    [
        ([0.1, 0.2, 0.3, 0.4], [2, 3], 0.7),
        ([0.5, 0.0, 0.0, 0.5], [0, 3], 1.0),
        ([0.25, 0.25, 0.25, 0.25], [], 0.0),
        ([0.4, 0.2, 0.2, 0.2], [0], 0.4),
        ([0.3, 0.3, 0.3, 0.1], [], 0.0),
        ([1.0, 0.0, 0.0, 0.0], [0], 1.0),
    ],
)
def test_heavy_is_strictly_above_the_median(chances: list[float], heavy: list[int], share: float) -> None:
    found = heavy_outputs(np.array(chances))
    assert np.flatnonzero(found).tolist() == heavy
    assert heavy_share(np.array(chances), found) == pytest.approx(share)


def test_rounding_of_equal_outcomes_decides_nothing() -> None:
    equal = np.full(4, 0.25) + np.array([1, -1, 1, -1]) * 1e-16
    assert not heavy_outputs(equal).any()
    bell = np.array([0.5, 3e-33, 1e-33, 0.5])
    assert np.flatnonzero(heavy_outputs(bell)).tolist() == [0, 3]


def test_drawn_circuits_have_no_outcome_near_the_line() -> None:
    """So that no machine's rounding can move one across it: the least distance is a million times what rounding does."""
    least = 1.0
    for width in (2, 4, 6, 8):
        for number in range(50):
            ordered = np.sort(probabilities(model_circuit(width, 42, number)))
            middle = len(ordered) // 2
            least = min(least, float(ordered[middle] - ordered[middle - 1]) / 2)
            assert heavy_outputs(ordered).sum() == middle
    assert least > 100 * HEAVIER_BY


def test_deep_circuits_come_near_the_known_mean() -> None:
    """(1 + ln 2) / 2 for wide random circuits: Aaronson and Chen 2016 (arXiv:1612.05903)."""
    shares = []
    for number in range(60):
        chances = probabilities(model_circuit(7, 1, number))
        shares.append(heavy_share(chances, heavy_outputs(chances)))
    assert np.mean(shares) == pytest.approx((1 + log(2)) / 2, abs=0.012)
