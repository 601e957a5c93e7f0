"""The calibration record of one device at one snapshot, whatever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeAlias

from standfirst.evidence.calibration.values import Quantity

_NOT_UNITARY: Final = ("measure", "reset", "delay", "barrier")
"""Operations whose name starts so are no gates: no coherence limit and no declared gate error is expected of them."""

Site: TypeAlias = tuple[int, ...]
"""One qubit, or the qubits that a gate couples, in rising order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One declared parameter.

    `value` is exact and in the base unit of `quantity`; None where the record gives none. `measured_at` is None where
    the record has no time. `place` is where it stood.
    """

    value: Decimal | None
    quantity: Quantity
    measured_at: datetime | None
    place: str


@dataclass(frozen=True)
class Element:
    """What declares parameters: a qubit or a gate."""

    readings: Mapping[str, Reading]

    def value(self, parameter: str) -> Decimal | None:
        reading = self.readings.get(parameter)
        return None if reading is None else reading.value


@dataclass(frozen=True)
class Qubit(Element):
    index: int

    @property
    def element(self) -> str:
        return f"qubit {self.index}"


@dataclass(frozen=True)
class Gate(Element):
    """One operation on named qubits, in the order declared: cx on 3-5 and on 5-3 are two gates."""

    name: str
    qubits: tuple[int, ...]

    @property
    def element(self) -> str:
        return f"{self.name} {'-'.join(map(str, self.qubits))}"

    @cached_property
    def site(self) -> Site:
        """The qubits without their order: what two directions of one coupling share."""
        return tuple(sorted(self.qubits))

    @property
    def is_unitary(self) -> bool:
        return not self.name.startswith(_NOT_UNITARY)

    @property
    def is_virtual(self) -> bool:
        """Done by relabelling a frame, not on the device: it takes no time, so it declares no error or none at all."""
        return self.length == 0 and not self.error

    @property
    def is_physical(self) -> bool:
        """A gate that is done on the device: an error and a length are expected of it."""
        return self.is_unitary and not self.is_virtual

    @property
    def error(self) -> Decimal | None:
        return self.value("gate_error")

    @property
    def length(self) -> Decimal | None:
        return self.value("gate_length")


@dataclass(frozen=True)
class CalibrationRecord:
    """Qubits by index, gates by name and qubits, both in order. `general` holds what belongs to no single element
    (couplings, layer fidelities): read, never judged. `other_snapshots` are those of the same file not chosen.
    """

    device: str
    snapshot: datetime
    qubits: tuple[Qubit, ...]
    gates: tuple[Gate, ...]
    general: Mapping[str, Reading]
    other_snapshots: tuple[datetime, ...] = ()

    @cached_property
    def qubit_by_index(self) -> Mapping[int, Qubit]:
        return {qubit.index: qubit for qubit in self.qubits}

    @cached_property
    def elements(self) -> Mapping[Site, tuple[Gate, ...]]:
        """Every qubit and every set of qubits that a gate couples, with the gates on it."""
        found: dict[Site, list[Gate]] = {(qubit.index,): [] for qubit in self.qubits}
        for gate in self.gates:
            found.setdefault(gate.site, []).append(gate)
        return {
            site: tuple(gates)
            for site, gates in sorted(found.items(), key=lambda item: (len(item[0]), item[0]))
        }
