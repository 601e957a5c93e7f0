"""The calibration record of one device at one snapshot, whatever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from standfirst.evidence.calibration_values import (
    QUANTITIES,
    BadValue,
    Quantity,
    in_base_unit,
    instant,
    number,
    shown,
    unit_scale,
)
from standfirst.evidence.errors import Faults

MAX_NAME: Final = 100
"""Longest name of a device, gate or parameter: names stand in results and tables."""
_MAX_QUBIT: Final = 999_999
"""Highest qubit number read; no number beyond it can be meant."""
_MOST_QUBITS: Final = 32
"""Most qubits one gate acts on: a gate's name lists them all."""
_NOT_UNITARY: Final = ("measure", "reset", "delay", "barrier")
"""Operations whose name starts so are no gates: no coherence limit and no declared gate error is expected of them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One declared parameter.

    `value` is exact and in the base unit of `quantity`; None where the record gives none. `measured_at` is None where
    the record has no time. `declared` is the number as it stood, `place` where it stood.
    """

    value: Decimal | None
    quantity: Quantity
    declared: str
    measured_at: datetime | None
    place: str


@dataclass(frozen=True)
class Qubit:
    index: int
    readings: Mapping[str, Reading]

    @property
    def element(self) -> str:
        return f"qubit {self.index}"

    def value(self, parameter: str) -> Decimal | None:
        reading = self.readings.get(parameter)
        return None if reading is None else reading.value


@dataclass(frozen=True)
class Gate:
    """One operation on named qubits, in the order declared: cx on 3-5 and on 5-3 are two gates."""

    name: str
    qubits: tuple[int, ...]
    readings: Mapping[str, Reading]

    @property
    def element(self) -> str:
        return f"{self.name} {'-'.join(map(str, self.qubits))}"

    @cached_property
    def site(self) -> tuple[int, ...]:
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
    def error(self) -> Decimal | None:
        return self._value("gate_error")

    @property
    def length(self) -> Decimal | None:
        return self._value("gate_length")

    def _value(self, parameter: str) -> Decimal | None:
        reading = self.readings.get(parameter)
        return None if reading is None else reading.value


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
    def elements(self) -> Mapping[tuple[int, ...], tuple[Gate, ...]]:
        """Every qubit and every set of qubits that a gate couples, with the gates on it."""
        found: dict[tuple[int, ...], list[Gate]] = {(qubit.index,): [] for qubit in self.qubits}
        for gate in self.gates:
            found.setdefault(gate.site, []).append(gate)
        return {
            site: tuple(gates)
            for site, gates in sorted(found.items(), key=lambda item: (len(item[0]), item[0]))
        }


@dataclass(frozen=True, slots=True)
class RawReading:
    """A parameter as its file has it: texts, None where the file has nothing, and the line or path where it stood."""

    parameter: str
    value: str | None
    unit: str
    measured_at: str | None
    line: int = 0
    path: str = ""


class RecordBuilder:
    """Puts readings together to a record, whatever their order, and collects what is wrong with them."""

    def __init__(self, file: str, faults: Faults, *, naive_is_utc: bool) -> None:
        self._file = file
        self._faults = faults
        self._naive_is_utc = naive_is_utc
        self._qubits: dict[int, dict[str, Reading]] = {}
        self._gates: dict[tuple[str, tuple[int, ...]], dict[str, Reading]] = {}
        self._gate_places: dict[tuple[str, tuple[int, ...]], tuple[int, str]] = {}
        self._general: dict[str, Reading] = {}

    def qubit(self, index: int) -> dict[str, Reading]:
        """The readings of a qubit, made when it is first named."""
        return self._qubits.setdefault(index, {})

    def gate(
        self, name: str, qubits: tuple[int, ...], *, line: int = 0, path: str = ""
    ) -> dict[str, Reading]:
        """The readings of a gate, made when it is first named."""
        key = (name, qubits)
        self._gate_places.setdefault(key, (line, path))
        return self._gates.setdefault(key, {})

    @property
    def general(self) -> dict[str, Reading]:
        return self._general

    def has_gate(self, name: str, qubits: tuple[int, ...]) -> bool:
        return (name, qubits) in self._gates

    def add(self, readings: dict[str, Reading], element: str, raw: RawReading) -> None:
        """Read one parameter into `readings`; a fault is noted and the parameter left out."""
        if raw.parameter in readings:
            what = f"{raw.parameter} of {element}" if element else raw.parameter
            self._faults.add(
                "record.repeated", {"what": what}, line=raw.line, path=raw.path, field="parameter"
            )
            return
        quantity, value, moment = QUANTITIES.get(raw.parameter, Quantity.PURE), None, None
        try:
            if raw.value is not None:
                exact = number(raw.value)
                quantity, power = unit_scale(raw.parameter, raw.unit)
                value = in_base_unit(exact, power)
        except BadValue as bad:
            field = "unit" if bad.code.endswith("-unit") else "value"
            self._faults.add(bad.code, bad.params, line=raw.line, path=raw.path, field=field)
        try:
            if raw.measured_at is not None:
                moment = instant(raw.measured_at, naive_is_utc=self._naive_is_utc)
        except BadValue as bad:
            field = "measured_at" if raw.line else "date"
            self._faults.add(bad.code, bad.params, line=raw.line, path=raw.path, field=field)
        place = f"{self._file}:{raw.line or raw.path}"
        readings[raw.parameter] = Reading(value, quantity, raw.value or "", moment, place)

    def build(self, device: str, snapshot: datetime, others: tuple[datetime, ...] = ()) -> CalibrationRecord:
        """The record, once everything was added. Raises `UnusableInput` with every problem noted until now.

        Whether the parts fit together is asked only of parts that could all be read: a row left out for its fault
        would otherwise be missed a second time.
        """
        self._faults.raise_if_any()
        if not self._qubits:
            self._faults.add("record.no-qubits")
        for (name, qubits), (line, path) in self._gate_places.items():
            for qubit in qubits:
                if qubit not in self._qubits:
                    self._faults.add(
                        "record.unknown-qubit",
                        {"gate": shown(name), "qubit": qubit},
                        line=line,
                        path=path,
                        field="qubits",
                    )
        self._faults.raise_if_any()
        return CalibrationRecord(
            device=device,
            snapshot=snapshot,
            qubits=tuple(Qubit(index, readings) for index, readings in sorted(self._qubits.items())),
            gates=tuple(
                Gate(name, qubits, readings) for (name, qubits), readings in sorted(self._gates.items())
            ),
            general=self._general,
            other_snapshots=others,
        )


def name_of(text: str) -> str:
    """`text` as a name: not empty, not too long, printable. Raises `BadValue`."""
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise BadValue("record.no-name", limit=MAX_NAME)
    return text


def qubit_numbers(texts: list[str]) -> tuple[int, ...]:
    """Distinct qubit numbers from their digits, at least one. Raises `BadValue`."""
    if not 1 <= len(texts) <= _MOST_QUBITS or not all(
        text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_QUBIT)) for text in texts
    ):
        raise BadValue("record.bad-index", text=shown("-".join(texts)))
    numbers = tuple(int(text) for text in texts)
    if len(set(numbers)) < len(numbers):
        raise BadValue("record.bad-index", text=shown("-".join(texts)))
    return numbers
