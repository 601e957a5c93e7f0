"""The noise is that of the device, and nothing but what is asked decides the counts."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.quantum_info import SuperOp, average_gate_fidelity
from qiskit_aer.noise import NoiseModel
from qiskit_aer.noise.device import basic_device_gate_errors, basic_device_readout_errors
from qiskit_ibm_runtime.models import BackendProperties
from qiskit_ibm_runtime.utils.backend_decoder import properties_from_server_data
from tests.evidence.volume.devices import configuration, files, properties

from standfirst.evidence.source import Source
from standfirst.evidence.volume.catalogue import device_files
from standfirst.evidence.volume.circuits import model_circuit
from standfirst.evidence.volume.configuration import read_object
from standfirst.evidence.volume.device import ChosenQubits, chosen_qubits, read_device
from standfirst.evidence.volume.ideal import probabilities
from standfirst.evidence.volume.parameters import VolumeParameters
from standfirst.evidence.volume.simulation import (
    as_circuit,
    compile_all,
    noise_of,
    outcomes,
    run_volume,
    simulator,
    target_of,
)
from standfirst.standards.problems import Unusable

QUBITS = (1, 2, 4, 7)
"""Of montreal: a line 2-1-4-7."""


def choose(**choices: object) -> VolumeParameters:
    return VolumeParameters.choose({"qubits": (0, 1), "shots": 100, **choices})


def line(qubits: int = 2, *, error: float = 0.008) -> ChosenQubits:
    device = read_device(files(configuration(qubits), properties(qubits, error=error)))
    return chosen_qubits(device, tuple(range(qubits)))


@pytest.fixture(scope="module")
def montreal() -> Mapping[str, bytes]:
    return device_files("montreal")


@pytest.fixture(scope="module")
def provider(montreal: Mapping[str, bytes]) -> BackendProperties:
    """The same file as the provider's own library reads it."""
    body = read_object(Source("props", montreal["props_montreal.json"]))
    properties_from_server_data(body)
    return BackendProperties.from_dict(body)


def test_gate_noise_is_what_aer_makes_of_the_whole_device(
    montreal: Mapping[str, bytes], provider: BackendProperties
) -> None:
    ours = {
        (name, tuple(QUBITS[q] for q in qubits)): SuperOp(error)
        for name, qubits, error in basic_device_gate_errors(
            target=target_of(chosen_qubits(read_device(montreal), QUBITS))
        )
    }
    theirs = {
        (name, tuple(qubits)): SuperOp(error)
        for name, qubits, error in basic_device_gate_errors(provider)
        if set(qubits) <= set(QUBITS) and name in {"sx", "x", "cx"}
    }
    assert ours.keys() == theirs.keys()
    assert len(ours) == 4 * 2 + 6
    for place, error in ours.items():
        assert np.allclose(error.data, theirs[place].data, atol=1e-10), place


def test_readout_noise_is_what_aer_makes_of_the_whole_device(
    montreal: Mapping[str, bytes], provider: BackendProperties
) -> None:
    noise = noise_of(chosen_qubits(read_device(montreal), QUBITS)).to_dict()
    ours = {tuple(e["gate_qubits"][0]): e["probabilities"] for e in noise["errors"] if e["type"] == "roerror"}
    theirs = {q[0]: error.probabilities for q, error in basic_device_readout_errors(provider)}
    assert sorted(ours) == [(0,), (1,), (2,), (3,)]
    for (place,), found in ours.items():
        assert np.allclose(found, theirs[QUBITS[place]])


def test_a_declared_error_is_the_error_of_the_simulated_gate() -> None:
    """Where relaxation alone is smaller, the whole gate has exactly its declared infidelity."""
    chosen = line(error=0.05)
    found = {(n, q): e for n, q, e in basic_device_gate_errors(target=target_of(chosen))}
    for gate in chosen.gates:
        if gate.error:
            infidelity = 1 - average_gate_fidelity(SuperOp(found[gate.name, gate.qubits]))
            assert infidelity == pytest.approx(gate.error, abs=1e-9)


SECONDS = st.sampled_from([1e-12, 1e-9, 3e-7, 1e-4, 1.0, 1e20])
ERRORS = st.sampled_from([0.0, 1e-20, 1e-3, 0.5, 0.6, 0.75, 0.8, 0.99])


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=2, max_size=2), st.tuples(ERRORS, ERRORS), SECONDS)
@settings(max_examples=60)
def test_whatever_is_not_refused_can_be_simulated(
    times: list[tuple[float, float]], errors: tuple[float, float], length: float
) -> None:
    noise = properties(2)
    for declared, (t1, t2) in zip(noise["qubits"], times, strict=True):
        declared[0].update(value=t1, unit="s")
        declared[1].update(value=t2, unit="s")
    for gate in noise["gates"]:
        if gate["gate"] != "rz":
            gate["parameters"][0]["value"] = errors[len(gate["qubits"]) - 1]
            gate["parameters"][1].update(value=length, unit="s")
    try:
        chosen = chosen_qubits(read_device(files(configuration(2), noise)), (0, 1))
    except Unusable as unusable:
        assert {p.reason.code for p in unusable.problems} == {"volume.gate-too-long"}  # noqa: PT017
        return
    (found,) = outcomes(compile_all([model_circuit(2, 1, 0)], chosen, choose()), chosen, choose())
    assert sum(found.values()) == 100


def test_the_noise_knows_only_the_chosen_qubits(montreal: Mapping[str, bytes]) -> None:
    chosen = chosen_qubits(read_device(montreal), (25, 26))
    assert target_of(chosen).num_qubits == 2
    noise: NoiseModel = noise_of(chosen)
    assert noise.noise_qubits == [0, 1]
    assert noise.noise_instructions == ["cx", "measure", "sx", "x"]


def test_outcomes_keep_the_numbers_of_the_model() -> None:
    """Almost without noise, shots fall as the ideal probabilities say: no bit is turned, whatever the compiler moved."""
    chosen = line(4, error=1e-9)
    parameters = choose(qubits=(0, 1, 2, 3), shots=20_000)
    models = [model_circuit(4, 5, number) for number in range(4)]
    counts = outcomes(compile_all(models, chosen, parameters), chosen, parameters)
    for model, found in zip(models, counts, strict=True):
        shares = np.array([found.get(outcome, 0) for outcome in range(16)]) / 20_000
        assert np.abs(shares - probabilities(model)).max() < 0.04


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_compiled_circuits_use_only_gates_of_the_device(level: int) -> None:
    chosen = line(3)
    parameters = choose(qubits=(0, 1, 2), **{"optimization-level": level})
    allowed = {(g.name, g.qubits) for g in chosen.gates}
    for circuit in compile_all([model_circuit(3, 1, n) for n in range(3)], chosen, parameters):
        assert circuit.num_qubits == 3
        for step in circuit.data:
            place = tuple(circuit.find_bit(q).index for q in step.qubits)
            assert step.operation.name in {"measure", "barrier"} or (step.operation.name, place) in allowed


def test_compiling_twice_gives_the_same_gates() -> None:
    chosen, parameters = line(4), choose(qubits=(0, 1, 2, 3))
    models = [model_circuit(4, 3, number) for number in range(12)]
    assert compile_all(models, chosen, parameters) == compile_all(models, chosen, parameters)


def test_compiling_approximates_nothing() -> None:
    chosen, parameters = line(3, error=0.2), choose(qubits=(0, 1, 2))
    model = model_circuit(3, 9, 0)
    (compiled,) = compile_all([model], chosen, parameters)
    exact = simulator(chosen, parameters)
    exact.set_options(noise_model=None, shots=None)
    bare: QuantumCircuit = compiled.copy()
    bits = [bare.find_bit(s.qubits[0]).index for s in bare.data if s.operation.name == "measure"]
    places = {
        bare.find_bit(s.clbits[0]).index: bare.find_bit(s.qubits[0]).index
        for s in bare.data
        if s.operation.name == "measure"
    }
    assert sorted(bits) == [0, 1, 2]
    bare.remove_final_measurements()
    bare.save_probabilities([places[bit] for bit in range(3)])
    found = exact.run(bare).result().data()["probabilities"]
    assert np.allclose(found, probabilities(model), atol=1e-9)


THREADS: tuple[dict[str, int], ...] = (
    {"max_parallel_threads": 1},
    {"max_parallel_threads": 2, "max_parallel_experiments": 2},
    {"max_parallel_threads": 2, "max_parallel_experiments": 1, "statevector_parallel_threshold": 2},
)
"""One thread; two circuits at once; two threads on each circuit."""


def test_threads_do_not_change_counts() -> None:
    chosen, parameters = line(4), choose(qubits=(0, 1, 2, 3))
    compiled = compile_all([model_circuit(4, 5, number) for number in range(4)], chosen, parameters)
    found = [outcomes(compiled, chosen, parameters, **options) for options in ({}, *THREADS)]
    assert found.count(found[0]) == len(found)


def test_fusion_changes_no_more_than_rounding() -> None:
    """The option that makes it fast: probabilities agree with the plain way."""
    chosen, parameters = line(3), choose(qubits=(0, 1, 2))
    (compiled,) = compile_all([model_circuit(3, 5, 0)], chosen, parameters)
    compiled.remove_final_measurements()
    compiled.save_probabilities()
    found = [
        simulator(chosen, parameters).run(compiled, fusion_enable=fused).result().data()["probabilities"]
        for fused in (True, False)
    ]
    assert np.allclose(found[0], found[1], atol=1e-12)


def test_more_noise_never_gives_more_heavy_outputs() -> None:
    """The same circuits with errors of 0, 4 and 16 per cent: means lie more than five standard errors apart."""
    shares = []
    for error in (1e-6, 0.04, 0.16):
        run = run_volume(line(error=error), choose())
        shares.append((sum(run.heavy) / (100 * 100), run.ideal))
    means = [mean for mean, _ in shares]
    assert means[0] > means[1] + 0.02 > means[2] + 0.04
    assert len({ideal for _, ideal in shares}) == 1
    assert means[0] == pytest.approx(shares[0][1], abs=0.02)


def test_a_random_device_gives_one_half() -> None:
    """Readout that says nothing: every outcome as often as any other, and half of the outcomes are heavy."""
    noise = properties(2)
    for parameters in noise["qubits"]:
        for one in parameters:
            if one["name"].startswith("prob_"):
                one["value"] = 0.5
    chosen = chosen_qubits(read_device(files(configuration(2), noise)), (0, 1))
    run = run_volume(chosen, choose())
    assert sum(run.heavy) / (100 * 100) == pytest.approx(0.5, abs=0.03)


def test_models_are_measured_qubit_by_qubit() -> None:
    circuit = as_circuit(model_circuit(3, 1, 0))
    pairs = [
        (circuit.find_bit(s.qubits[0]).index, circuit.find_bit(s.clbits[0]).index)
        for s in circuit.data
        if s.operation.name == "measure"
    ]
    assert pairs == [(0, 0), (1, 1), (2, 2)]
