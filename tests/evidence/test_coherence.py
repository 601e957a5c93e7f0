"""The coherence limit against a simulation that shares nothing with it but physics."""

from decimal import Decimal
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from standfirst.evidence.calibration.coherence import Coherence, average_infidelity

Matrix = npt.NDArray[np.complex128]


def kraus(time: float, t1: float, t2: float) -> list[Matrix]:
    """Amplitude damping followed by the pure dephasing that is left of T2."""
    decay, phase = 1 - np.exp(-time / t1), (1 - np.exp(-time / t2 + time / (2 * t1))) / 2
    damping = [np.diag([1, np.sqrt(1 - decay)]), np.array([[0, np.sqrt(decay)], [0, 0]])]
    dephasing = [np.sqrt(1 - phase) * np.eye(2), np.sqrt(phase) * np.diag([1, -1])]
    return [(b @ a).astype(np.complex128) for a, b in product(damping, dephasing)]


def simulated_average_infidelity(operators: list[Matrix]) -> float:
    """One minus the mean fidelity over pure states, sampled by the exact formula of Pedersen et al. (2007)."""
    dimension = operators[0].shape[0]
    traces = sum(abs(np.trace(operator)) ** 2 for operator in operators)
    kept = sum(np.trace(operator @ operator.conj().T).real for operator in operators)
    return float(1 - (kept + traces) / (dimension * (dimension + 1)))


TIMES = [
    (35e-9, 100e-6, 80e-6),
    (1e-6, 50e-6, 99e-6),
    (5e-7, 3e-6, 6e-6),
    (1e-5, 2e-6, 1e-6),
    (4e-7, 9e-5, 1e-7),
]


@pytest.mark.parametrize(("time", "t1", "t2"), TIMES)
def test_one_qubit(time: float, t1: float, t2: float) -> None:
    ours = average_infidelity((Coherence(Decimal(t1), Decimal(t2)).process_fidelity(Decimal(time)),))
    assert float(ours) == pytest.approx(simulated_average_infidelity(kraus(time, t1, t2)), rel=1e-9)


@pytest.mark.parametrize(("first", "second"), list(product(TIMES, TIMES[:2])))
def test_two_qubits(first: tuple[float, float, float], second: tuple[float, float, float]) -> None:
    time = first[0]
    pairs = [first[1:], second[1:]]
    ours = average_infidelity(
        tuple(Coherence(Decimal(t1), Decimal(t2)).process_fidelity(Decimal(time)) for t1, t2 in pairs)
    )
    joint = [
        np.kron(a, b).astype(np.complex128) for a, b in product(*(kraus(time, t1, t2) for t1, t2 in pairs))
    ]
    assert float(ours) == pytest.approx(simulated_average_infidelity(joint), rel=1e-9)


def test_the_example_of_the_montreal_record() -> None:
    """Cx 0-1 as declared on 2021-03-15 (error 0.00702): a noise model built from the record gives 0.01069."""
    first = Coherence(Decimal("107.38826691040694e-6"), Decimal("75.52326484680549e-6"))
    second = Coherence(Decimal("96.22877102563827e-6"), Decimal("21.202407834569073e-6"))
    limit = average_infidelity(tuple(qubit.process_fidelity(Decimal("384e-9")) for qubit in (first, second)))
    assert round(limit, 5) == Decimal("0.01069")


def test_t2_beyond_2t1_counts_as_2t1() -> None:
    time, t1 = Decimal("4e-7"), Decimal("5e-5")
    beyond, bound = Coherence(t1, Decimal("3e-4")), Coherence(t1, Decimal("1e-4"))
    assert beyond.is_capped
    assert not bound.is_capped
    assert beyond.process_fidelity(time) == bound.process_fidelity(time) == beyond.best_process_fidelity(time)


def test_no_time_no_error_and_for_ever_all() -> None:
    times = Coherence(Decimal("1e-4"), Decimal("1e-4"))
    assert average_infidelity((times.process_fidelity(Decimal(0)),)) == 0
    assert average_infidelity((times.process_fidelity(Decimal("1e20")),)) == Decimal("0.5")
    assert average_infidelity((times.process_fidelity(Decimal("1e20")),) * 2) == Decimal("0.75")
