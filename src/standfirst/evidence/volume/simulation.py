"""Model circuits compiled for the chosen qubits and run with their declared noise on Qiskit Aer.

The noise is that of gates and readout: each gate relaxes its qubits by T1 and T2 for its length and depolarises them as
far as its declared error goes beyond that; where the declared error is smaller than relaxation alone gives, relaxation
stands. Idle qubits keep their state, neighbours do not disturb each other and nothing leaks: a real run is no better.

Only the chosen qubits exist here, so the density matrix never grows beyond them. Aer runs each circuit in one thread
and several at a time; the counts do not depend on how many (tests compare).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Measure
from qiskit.circuit.library import UnitaryGate, get_standard_gate_name_mapping
from qiskit.transpiler import InstructionProperties, QubitProperties, Target
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError
from qiskit_aer.noise.device import basic_device_gate_errors

from standfirst.evidence.volume.circuits import ModelCircuit, model_circuit
from standfirst.evidence.volume.device import TWO_QUBIT_GATES, ChosenQubits
from standfirst.evidence.volume.ideal import heavy_outputs, heavy_share, probabilities
from standfirst.evidence.volume.parameters import VolumeParameters

_FUSION: Final[Mapping[str, Any]] = {"fusion_threshold": 2, "fusion_max_qubit": 2}
"""Aer fuses the channels of a density matrix only from 14 qubits on; fused from 2 on it takes less than half the time."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came out. `heavy` holds for each circuit how many of its shots gave a heavy output.

    `ideal` is the mean share of heavy outputs without any noise. `gates` is the SHA-256 (hex) over names and qubits of
    all gates that were run, in order, without angles, whose last digits may differ from machine to machine.
    """

    heavy: tuple[int, ...]
    ideal: float
    two_qubit_gates: int
    gates: str


def run_volume(chosen: ChosenQubits, parameters: VolumeParameters) -> Run:
    """Draw, compile and run all circuits of one experiment."""
    width = len(chosen.qubits)
    models = [model_circuit(width, parameters.seed, number) for number in range(parameters.circuits)]
    compiled = compile_all(models, chosen, parameters)
    counts = outcomes(compiled, chosen, parameters)
    heavy, ideal = [], 0.0
    for model, found in zip(models, counts, strict=True):
        chances = probabilities(model)
        is_heavy = heavy_outputs(chances)
        ideal += heavy_share(chances, is_heavy)
        heavy.append(sum(count for outcome, count in found.items() if is_heavy[outcome]))
    return Run(
        heavy=tuple(heavy),
        ideal=ideal / len(models),
        two_qubit_gates=sum(_two_qubit_gates(circuit) for circuit in compiled),
        gates=_gates_digest(compiled),
    )


def compile_all(
    models: Iterable[ModelCircuit], chosen: ChosenQubits, parameters: VolumeParameters
) -> Sequence[QuantumCircuit]:
    """The circuits in gates of the device, with measurement; outcomes keep the qubit numbers of the models."""
    compiled: Sequence[QuantumCircuit] = transpile(
        [as_circuit(model) for model in models],
        target=target_of(chosen),
        optimization_level=parameters.optimization_level,
        seed_transpiler=_seed("compile", parameters),
        num_processes=1,
    )
    return compiled


def outcomes(
    compiled: Sequence[QuantumCircuit], chosen: ChosenQubits, parameters: VolumeParameters, **options: object
) -> Sequence[Mapping[int, int]]:
    """For each circuit how often each outcome came; bit q of an outcome is the value of the model's qubit q."""
    result = simulator(chosen, parameters).run(list(compiled), **options).result()
    if not result.success:
        raise RuntimeError(f"the simulator gave up: {result.status}")
    return [
        {int(outcome, 16): count for outcome, count in sorted(found.data.counts.items())}
        for found in result.results
    ]


def simulator(chosen: ChosenQubits, parameters: VolumeParameters) -> AerSimulator:
    """Set up for this experiment: noise, shots and seed."""
    return AerSimulator(
        method="density_matrix",
        noise_model=noise_of(chosen),
        shots=parameters.shots,
        seed_simulator=_seed("run", parameters),
        **_FUSION,
    )


def as_circuit(model: ModelCircuit) -> QuantumCircuit:
    circuit = QuantumCircuit(model.width, model.width)
    for gate in model:
        circuit.append(UnitaryGate(gate.matrix), [gate.first, gate.second])
    circuit.measure(range(model.width), range(model.width))
    return circuit


def target_of(chosen: ChosenQubits) -> Target:
    """What the compiler may use: the gates among the chosen qubits, with their errors, so that it can prefer good ones."""
    target = Target(
        num_qubits=len(chosen.qubits),
        qubit_properties=[QubitProperties(t1=qubit.t1, t2=qubit.t2) for qubit in chosen.qubits],
    )
    gates = get_standard_gate_name_mapping()
    for name in sorted({gate.name for gate in chosen.gates}):
        places = {
            gate.qubits: InstructionProperties(error=gate.error, duration=gate.seconds)
            for gate in chosen.gates
            if gate.name == name
        }
        target.add_instruction(gates[name], places)
    readout = {
        (place,): InstructionProperties(
            error=(qubit.reads_1_for_0 + qubit.reads_0_for_1) / 2, duration=qubit.readout_seconds
        )
        for place, qubit in enumerate(chosen.qubits)
    }
    target.add_instruction(Measure(), readout)
    return target


def noise_of(chosen: ChosenQubits) -> NoiseModel:
    """Aer's own model of a device's gates, and readout with both of its probabilities."""
    noise = NoiseModel(basis_gates=sorted({gate.name for gate in chosen.gates}))
    for name, qubits, error in basic_device_gate_errors(target=target_of(chosen)):
        noise.add_quantum_error(error, name, list(qubits))
    for place, qubit in enumerate(chosen.qubits):
        wrong_0, wrong_1 = qubit.reads_1_for_0, qubit.reads_0_for_1
        noise.add_readout_error(ReadoutError([[1 - wrong_0, wrong_0], [wrong_1, 1 - wrong_1]]), [place])
    return noise


def _two_qubit_gates(circuit: QuantumCircuit) -> int:
    found: Counter[str] = Counter(circuit.count_ops())
    return sum(found[name] for name in TWO_QUBIT_GATES)


def _gates_digest(compiled: Iterable[QuantumCircuit]) -> str:
    gates = [
        [
            [step.operation.name, *(circuit.find_bit(qubit).index for qubit in step.qubits)]
            for step in circuit.data
        ]
        for circuit in compiled
    ]
    return sha256(json.dumps(gates, separators=(",", ":")).encode()).hexdigest()


def _seed(purpose: str, parameters: VolumeParameters) -> int:
    """31 bits of their own for each purpose, so that no two of them share a stream of numbers."""
    text = f"standfirst/quantum-volume/{purpose}/v1 {len(parameters.qubits)} {parameters.seed}"
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") >> 1
