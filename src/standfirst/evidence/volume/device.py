"""The chosen qubits of a device as its two files declare them: nothing is taken for granted that no file says.

A gate without a declared error would be simulated as perfect, so whatever the simulation needs and a file leaves out,
or gives a value that nothing can have, is refused by name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from standfirst.evidence.calibration.ibm_properties import read_ibm
from standfirst.evidence.calibration.record import CalibrationRecord, Gate, Qubit, Reading
from standfirst.evidence.faults import Faults
from standfirst.evidence.result import InputFile
from standfirst.evidence.source import Source, open_source
from standfirst.evidence.volume.configuration import Configuration, read_configuration, read_object
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason

ONE_QUBIT_GATES: Final = ("rz", "sx", "x", "u1", "u2", "u3")
TWO_QUBIT_GATES: Final = ("cx", "cz", "ecr")
"""The gates that a circuit may be compiled to, where the device's `basis_gates` name them. Others (fractional rotations)
stay unused; reset and idling are not part of a quantum-volume circuit."""
_ENOUGH_ALONE: Final = ({"rz", "sx"}, {"u3"})
"""Either of these, with one two-qubit gate, makes every circuit."""
FAULTY_FROM: Final = Decimal("0.999")
"""Declared gate error from which a gate counts as marked faulty; providers write 1."""

LONGEST_IN_T1: Final = 10
"""A gate longer than this many T1 leaves nothing of its qubit's state; real ones take about a hundredth of one."""


@dataclass(frozen=True, slots=True)
class GateNoise:
    """A gate on qubits of the chosen set, numbered by their place in it."""

    name: str
    qubits: tuple[int, ...]
    error: float
    seconds: float


@dataclass(frozen=True, slots=True)
class QubitNoise:
    """T1 and T2 in seconds; the probabilities to read the other value."""

    t1: float
    t2: float
    reads_1_for_0: float
    reads_0_for_1: float
    readout_seconds: float


@dataclass(frozen=True, slots=True)
class ChosenQubits:
    """What is simulated. `left_out` counts couplings among the chosen qubits that are marked faulty and not used."""

    qubits: tuple[QubitNoise, ...]
    gates: tuple[GateNoise, ...]
    left_out: int

    @property
    def t2_beyond_bound(self) -> int:
        """Qubits whose T2 is above 2 T1: no qubit can be so, and the noise model cuts it to 2 T1."""
        return sum(qubit.t2 > 2 * qubit.t1 for qubit in self.qubits)


@dataclass(frozen=True, slots=True)
class Device:
    configuration: Configuration
    record: CalibrationRecord
    inputs: tuple[InputFile, InputFile]
    """Configuration first, then properties."""

    @property
    def name(self) -> str:
        return self.record.device

    @property
    def snapshot(self) -> datetime:
        return self.record.snapshot


def read_device(files: Mapping[str, bytes]) -> Device:
    """The device that two files describe, told apart by what stands in them.

    Raises Unusable unless one is a configuration and one the properties of the same device.
    """
    sources = [open_source(data, file_name=name) for name, data in files.items()]
    configurations, properties = _told_apart(sources)
    if len(configurations) != 1 or len(properties) != 1:
        names = tuple(source.name for source in sources)
        raise Unusable([problem("input", "volume.two-files", names=names, count=len(names))])
    declared, source = read_configuration(configurations[0]), properties[0]
    record = read_ibm(source)
    if (declared.backend_name, declared.n_qubits) != (record.device, len(record.qubits)):
        pair = (declared.backend_name, record.device)
        sizes = (str(declared.n_qubits), str(len(record.qubits)))
        raise Unusable([problem(source.name, "volume.different-devices", names=pair, sizes=sizes)])
    return Device(declared, record, (configurations[0].as_input(), source.as_input()))


def _told_apart(sources: Iterable[Source]) -> tuple[list[Source], list[Source]]:
    configurations, properties = [], []
    for source in sources:
        members = read_object(source).keys()
        if "basis_gates" in members:
            configurations.append(source)
        elif "last_update_date" in members:
            properties.append(source)
    return configurations, properties


def chosen_qubits(device: Device, qubits: tuple[int, ...]) -> ChosenQubits:
    """The noise of exactly these qubits and the gates among them. Raises Unusable with every reason against them."""
    faults = Faults(device.inputs[1].name)
    place = {qubit: index for index, qubit in enumerate(qubits)}
    for qubit in qubits:
        if qubit not in device.record.qubit_by_index:
            held = len(device.record.qubits)
            faults.add(Reason("volume.no-such-qubit", {"qubit": qubit, "count": held}), field="qubits")
    faults.raise_if_any()
    one, two = _names(device)
    couplings = set(device.configuration.coupling_map or ())
    declared = [gate for gate in device.record.gates if set(gate.qubits) <= place.keys()]
    usable = [
        *_one_qubit_gates(declared, one, qubits, faults),
        *(
            gate
            for gate in declared
            if gate.name in two and gate.qubits in couplings and not _is_faulty(gate)
        ),
    ]
    faulty = {
        gate.site for gate in declared if gate.name in two and gate.qubits in couplings and _is_faulty(gate)
    }
    gates = [_gate_noise(gate, place, faults) for gate in usable]
    noise = [_qubit_noise(device.record.qubit_by_index[qubit], faults) for qubit in qubits]
    _check_lengths(usable, device.record, faults)
    _check_connected(qubits, {gate.site for gate in usable if len(gate.site) == 2}, faults)
    faults.raise_if_any()
    return ChosenQubits(tuple(noise), tuple(gates), len(faulty - {gate.site for gate in usable}))


def _names(device: Device) -> tuple[set[str], set[str]]:
    """The one- and two-qubit gates to compile to. Raises Unusable where they do not make every circuit."""
    basis = set(device.configuration.basis_gates)
    one, two = basis & set(ONE_QUBIT_GATES), basis & set(TWO_QUBIT_GATES)
    if not two or not any(needed <= one for needed in _ENOUGH_ALONE):
        known = (*ONE_QUBIT_GATES, *TWO_QUBIT_GATES)
        file = device.inputs[0].name
        raise Unusable([problem(file, "volume.gates-not-enough", field="$.basis_gates", known=known)])
    return one, two


def _one_qubit_gates(
    declared: Iterable[Gate], names: set[str], qubits: Iterable[int], faults: Faults
) -> Iterator[Gate]:
    """Every one of these gates on every qubit: a qubit without one, or with a faulty one, cannot be used."""
    found = {(gate.name, gate.qubits): gate for gate in declared}
    for qubit in qubits:
        for name in sorted(names):
            gate = found.get((name, (qubit,)))
            if gate is None:
                faults.add(Reason("volume.gate-undeclared", {"gate": name, "qubit": qubit}), field="gates")
            elif _is_faulty(gate):
                faults.add(Reason("volume.gate-faulty", {"gate": name, "qubit": qubit}), field="gates")
            else:
                yield gate


def _is_faulty(gate: Gate) -> bool:
    """An error above 1 is no mark: it is refused like other values that nothing can have."""
    return FAULTY_FROM <= (gate.error or 0) <= 1 or gate.value("operational") == 0


def _gate_noise(gate: Gate, place: Mapping[int, int], faults: Faults) -> GateNoise:
    error = _probability(gate.readings, "gate_error", gate.element, faults)
    seconds = _time(gate.readings, "gate_length", gate.element, faults, zero=True)
    return GateNoise(gate.name, tuple(place[qubit] for qubit in gate.qubits), error, seconds)


def _qubit_noise(qubit: Qubit, faults: Faults) -> QubitNoise:
    """The two readout probabilities where both are declared, else the one readout error for both."""
    both = ("prob_meas1_prep0", "prob_meas0_prep1")
    names = (
        both if all(qubit.value(name) is not None for name in both) else ("readout_error", "readout_error")
    )
    one_for_zero, zero_for_one = (_probability(qubit.readings, n, qubit.element, faults) for n in names)
    length = "readout_length"
    return QubitNoise(
        t1=_time(qubit.readings, "T1", qubit.element, faults),
        t2=_time(qubit.readings, "T2", qubit.element, faults),
        reads_1_for_0=one_for_zero,
        reads_0_for_1=zero_for_one,
        readout_seconds=_time(qubit.readings, length, qubit.element, faults, zero=True)
        if qubit.value(length) is not None
        else 0.0,
    )


def _probability(readings: Mapping[str, Reading], name: str, element: str, faults: Faults) -> float:
    value = _declared(readings, name, element, faults)
    if not 0 <= value <= 1:
        _impossible(readings[name], name, element, faults)
    return float(value)


def _time(
    readings: Mapping[str, Reading], name: str, element: str, faults: Faults, *, zero: bool = False
) -> float:
    value = _declared(readings, name, element, faults)
    if name in readings and (value < 0 or (value == 0 and not zero)):
        _impossible(readings[name], name, element, faults)
    return float(value)


def _declared(readings: Mapping[str, Reading], name: str, element: str, faults: Faults) -> Decimal:
    """The value; where there is none the fault is noted and 0 stands in for what is never simulated."""
    reading = readings.get(name)
    if reading is None or reading.value is None:
        faults.add(Reason("volume.undeclared", {"parameter": name, "element": element}))
        return Decimal(0)
    return reading.value


def _impossible(reading: Reading, name: str, element: str, faults: Faults) -> None:
    if reading.value is not None:
        found = {"parameter": name, "element": element, "value": str(reading.value)}
        faults.add(Reason("volume.impossible", found), path=reading.place.partition(":")[2])


def _check_lengths(gates: Iterable[Gate], record: CalibrationRecord, faults: Faults) -> None:
    """Note gates during which a qubit forgets everything: no error beyond that can be put into a noise model."""
    for gate in gates:
        for qubit in gate.qubits:
            length, t1 = gate.length, record.qubit_by_index[qubit].value("T1")
            if length is not None and t1 is not None and length > LONGEST_IN_T1 * t1 > 0:
                reason = Reason(
                    "volume.gate-too-long", {"gate": gate.element, "qubit": qubit, "times": LONGEST_IN_T1}
                )
                faults.add(reason, field="gates")


def _check_connected(qubits: tuple[int, ...], couplings: set[tuple[int, ...]], faults: Faults) -> None:
    """Raises nothing; notes the qubits that no path of usable couplings joins to the first."""
    reached, edge = {qubits[0]}, {qubits[0]}
    while edge:
        edge = {q for pair in couplings if edge & set(pair) for q in pair} - reached
        reached |= edge
    if apart := [str(qubit) for qubit in qubits if qubit not in reached]:
        reason = Reason("volume.not-connected", {"apart": tuple(apart), "first": qubits[0]})
        faults.add(reason, field="qubits")
