"""What a perfect device would give: the probability of each outcome of a model circuit, and which outcomes are heavy."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from standfirst.evidence.volume.circuits import ModelCircuit

HEAVIER_BY: Final = 1e-12
"""An outcome is heavy when its probability exceeds the median by more than this. Rounding moves probabilities by about
1e-16, so outcomes that are equal in truth stay on one side of the line, on every machine; of unequal ones that are so
close a random circuit has none to be expected: at 10 qubits neighbours lie about 1e-6 apart."""


def probabilities(circuit: ModelCircuit) -> NDArray[np.float64]:
    """Of all outcomes, starting from zeros; bit q of an outcome's number is the value of qubit q."""
    width = circuit.width
    state = np.zeros((2,) * width, dtype=np.complex128)
    state[(0,) * width] = 1.0
    for gate in circuit:
        axes = (width - 1 - gate.second, width - 1 - gate.first)
        turned = np.tensordot(gate.matrix.reshape(2, 2, 2, 2), state, axes=((2, 3), axes))
        state = np.moveaxis(turned, (0, 1), axes)
    amplitudes = state.reshape(-1)
    squares: NDArray[np.float64] = amplitudes.real**2 + amplitudes.imag**2
    return squares


def heavy_outputs(chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which outcomes are strictly more probable than the median (Aaronson and Chen 2016, arXiv:1612.05903).

    The median of an even number of values is the mean of the middle two. With half of the outcomes equal to it, fewer
    than half are heavy; with all equal, none.
    """
    heavy: NDArray[np.bool_] = chances > float(np.median(chances)) + HEAVIER_BY
    return heavy


def heavy_share(chances: NDArray[np.float64], heavy: NDArray[np.bool_]) -> float:
    """How often a perfect device gives a heavy output."""
    return math.fsum(chances[heavy].tolist())
