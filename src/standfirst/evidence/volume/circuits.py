"""The model circuits of Cross et al. 2019 (arXiv:1811.12926): as deep as wide; each layer pairs
the qubits by a random permutation and puts a random two-qubit unitary on each pair.

Drawn from SHAKE-256, not from a generator of numpy or qiskit: those promise the same numbers only within a release.
Each circuit has its own stream, named by width, seed and number, so the first circuits of a longer run are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import shake_256
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.complex128]

_DOMAIN: Final = "standfirst/quantum-volume/circuit/v1"
_NORMALS: Final = 32
"""Real numbers in a complex 4 by 4 matrix."""


@dataclass(frozen=True, slots=True)
class PairGate:
    """A unitary on two qubits; `first` is the less significant bit of the matrix's index."""

    first: int
    second: int
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class ModelCircuit:
    width: int
    layers: tuple[tuple[PairGate, ...], ...]

    def __iter__(self) -> Iterator[PairGate]:
        for layer in self.layers:
            yield from layer


def model_circuit(width: int, seed: int, number: int) -> ModelCircuit:
    """Circuit `number` (from 0) of this seed. In each layer of an odd width one qubit rests."""
    pairs = width // 2
    layer_words = width + pairs * _NORMALS
    data = shake_256(f"{_DOMAIN} {width} {seed} {number}".encode()).digest(8 * width * layer_words)
    words = np.frombuffer(data, "<u8").reshape(width, layer_words)
    unitaries = haar_unitaries(_normals(words[:, width:]).reshape(-1, _NORMALS)).reshape(width, pairs, 4, 4)
    layers = []
    for layer in range(width):
        order = np.argsort(words[layer, :width], kind="stable").tolist()
        layers.append(
            tuple(
                PairGate(order[2 * pair], order[2 * pair + 1], unitaries[layer, pair])
                for pair in range(pairs)
            )
        )
    return ModelCircuit(width, tuple(layers))


def _normals(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Standard normal deviates, one a word: Box and Muller, Ann. Math. Statist. 29 (1958) 610-611."""
    units = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53  # 0 <= unit < 1, exact
    radius = np.sqrt(-2.0 * np.log(1.0 - units[:, 0::2]))
    angle = 2.0 * np.pi * units[:, 1::2]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).reshape(units.shape)


def haar_unitaries(normals: NDArray[np.float64]) -> Matrix:
    """Random unitaries (k, 4, 4) from (k, 32) normal deviates, uniform by the Haar measure.

    QR with the phases of R's diagonal taken into Q: Mezzadri, Notices of the AMS 54 (2007) 592-604. They lie in SU(4)
    up to a phase, which no outcome shows.
    """
    ginibre = normals[:, :16].reshape(-1, 4, 4) + 1j * normals[:, 16:].reshape(-1, 4, 4)
    q, r = np.linalg.qr(ginibre)
    diagonal = np.diagonal(r, axis1=1, axis2=2)
    unitaries: Matrix = q * (diagonal / np.abs(diagonal))[:, None, :]
    return unitaries
