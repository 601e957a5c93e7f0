"""The model circuits: random as they should be, and the same for ever."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.evidence.volume.circuits import haar_unitaries, model_circuit


@given(st.integers(2, 10), st.integers(0, 2**53 - 1), st.integers(0, 200))
@settings(deadline=None)
def test_square_layers_of_disjoint_pairs(width: int, seed: int, number: int) -> None:
    circuit = model_circuit(width, seed, number)
    assert len(circuit.layers) == width
    for layer in circuit.layers:
        used = [qubit for gate in layer for qubit in (gate.first, gate.second)]
        assert len(layer) == width // 2
        assert len(set(used)) == len(used)
        assert set(used) <= set(range(width))
        for gate in layer:
            assert np.allclose(gate.matrix @ gate.matrix.conj().T, np.eye(4), atol=1e-12)


def test_the_circuits_are_these_for_ever() -> None:
    """A change here makes every stored result unrepeatable: then the method's version must grow."""
    pairs = [[(g.first, g.second) for g in layer] for layer in model_circuit(4, 42, 0).layers]
    assert pairs == GOLDEN_PAIRS
    rounded = np.round(model_circuit(4, 42, 0).layers[0][0].matrix, 9)
    assert [complex(entry) for entry in rounded[0]] == pytest.approx(GOLDEN_ROW)


def test_streams_are_apart_and_prefixes_agree() -> None:
    def bytes_of(width: int, seed: int, number: int) -> str:
        return sha256(b"".join(g.matrix.tobytes() for g in model_circuit(width, seed, number))).hexdigest()

    found = [bytes_of(w, s, n) for w in (2, 3, 4) for s in (0, 1) for n in (0, 1, 11)]
    assert len(set(found)) == len(found)
    assert found == [bytes_of(w, s, n) for w in (2, 3, 4) for s in (0, 1) for n in (0, 1, 11)]


def test_unitaries_are_haar_distributed() -> None:
    """Moments of U(4): E|U_ij|^2 = 1/4, E|U_ij|^4 = 2/20, E U_ij = 0. Tolerances are six standard errors and more."""
    drawn = np.stack([g.matrix for number in range(400) for g in model_circuit(4, 7, number)])
    count = len(drawn)
    assert count == 3200
    assert np.allclose((np.abs(drawn) ** 2).mean(axis=0), 1 / 4, atol=0.025)
    assert np.allclose((np.abs(drawn) ** 4).mean(axis=0), 2 / 20, atol=0.025)
    assert np.abs(drawn.mean(axis=0)).max() < 0.06
    phases = np.angle(np.linalg.eigvals(drawn))
    assert abs(np.exp(2j * phases).mean()) < 0.06  # QR without the phases of R's diagonal fails here


def test_permutations_are_uniform() -> None:
    first = [model_circuit(4, 7, number).layers[0][0] for number in range(3000)]
    met = np.zeros((4, 4))
    for gate in first:
        met[gate.first, gate.second] += 1
    expected = 3000 / 12
    spread = ((met[~np.eye(4, dtype=bool)] - expected) ** 2 / expected).sum()
    assert spread < 45  # chi-squared, 11 degrees of freedom: above it in one of 200,000


def test_identity_deviates_give_the_identity() -> None:
    normals = np.concatenate([np.eye(4).reshape(-1), np.zeros(16)])[None, :]
    assert np.allclose(haar_unitaries(normals)[0], np.eye(4))


GOLDEN_PAIRS = [[(3, 0), (2, 1)], [(3, 0), (2, 1)], [(2, 1), (0, 3)], [(2, 0), (3, 1)]]
GOLDEN_ROW = [
    -0.410326127 + 0.218669604j,
    -0.003631368 - 0.41094945j,
    0.189345351 + 0.362872005j,
    0.443937969 + 0.500314662j,
]
