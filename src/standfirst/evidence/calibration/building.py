"""From readings in any order to a calibration record: what all file forms share."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from standfirst.evidence.calibration.record import CalibrationRecord, Gate, Qubit, Reading
from standfirst.evidence.calibration.values import (
    QUANTITIES,
    BadValue,
    Quantity,
    in_base_unit,
    instant,
    number,
    unit_scale,
)
from standfirst.evidence.choices import shown
from standfirst.evidence.faults import Faults
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Form:
    """What a file form calls the name and the time of a parameter and the qubits of a gate, and whether a time without
    a zone is UTC in it (else it is refused).
    """

    name: str
    time: str
    qubits: str
    naive_is_utc: bool


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
    """Puts readings together to a record, whatever their order, and notes what is wrong with them."""

    def __init__(self, file: str, form: Form, faults: Faults) -> None:
        self._file = file
        self._form = form
        self._faults = faults
        self._qubits: dict[int, dict[str, Reading]] = {}
        self._gates: dict[tuple[str, tuple[int, ...]], dict[str, Reading]] = {}
        self._gate_places: dict[tuple[str, tuple[int, ...]], tuple[int, str]] = {}
        self.general: dict[str, Reading] = {}

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

    def has_gate(self, name: str, qubits: tuple[int, ...]) -> bool:
        return (name, qubits) in self._gates

    def add(self, readings: dict[str, Reading], element: str, raw: RawReading) -> None:
        """Read one parameter into `readings`. A fault is noted, and the parameter or the part at fault left out."""
        if raw.parameter in readings:
            reason = Reason("calibration.repeated", {"parameter": raw.parameter, "element": element})
            self._note(reason, raw, self._form.name)
            return
        quantity, value = self._value(raw)
        place = f"{self._file}:{raw.line or raw.path}"
        readings[raw.parameter] = Reading(value, quantity, self._moment(raw), place)

    def _value(self, raw: RawReading) -> tuple[Quantity, Decimal | None]:
        usual = QUANTITIES.get(raw.parameter, Quantity.PURE)
        if raw.value is None:
            return usual, None
        field = "value"
        try:
            exact = number(raw.value)
            field = "unit"
            quantity, power = unit_scale(raw.parameter, raw.unit)
        except BadValue as bad:
            self._note(bad.reason, raw, field)
            return usual, None
        return quantity, in_base_unit(exact, power)

    def _moment(self, raw: RawReading) -> datetime | None:
        if raw.measured_at is None:
            return None
        try:
            return instant(raw.measured_at, naive_is_utc=self._form.naive_is_utc)
        except BadValue as bad:
            self._note(bad.reason, raw, self._form.time)
            return None

    def _note(self, reason: Reason, raw: RawReading, field: str) -> None:
        self._faults.add(reason, line=raw.line, path=raw.path, field=field)

    def build(self, device: str, snapshot: datetime, others: tuple[datetime, ...] = ()) -> CalibrationRecord:
        """The record, once everything was added. Raises Unusable with every problem noted until now.

        Whether the parts fit together is asked only of parts that could all be read: a row left out for its fault
        would otherwise be missed a second time.
        """
        self._faults.raise_if_any()
        self._check_qubits()
        self._faults.raise_if_any()
        return CalibrationRecord(
            device=device,
            snapshot=snapshot,
            qubits=tuple(
                Qubit(readings=readings, index=index) for index, readings in sorted(self._qubits.items())
            ),
            gates=tuple(
                Gate(readings=readings, name=name, qubits=qubits)
                for (name, qubits), readings in sorted(self._gates.items())
            ),
            general=self.general,
            other_snapshots=others,
        )

    def _check_qubits(self) -> None:
        if not self._qubits:
            self._faults.add(Reason("calibration.no-qubits"))
        for (name, qubits), (line, path) in self._gate_places.items():
            for qubit in qubits:
                if qubit not in self._qubits:
                    reason = Reason("calibration.unknown-qubit", {"gate": shown(name), "qubit": qubit})
                    self._faults.add(reason, line=line, path=path, field=self._form.qubits)


def choose_snapshot(
    present: set[datetime], wanted: datetime | None, faults: Faults
) -> tuple[datetime, tuple[datetime, ...]]:
    """The wanted snapshot or the latest, and the others in order. Raises Unusable."""
    if wanted is not None and wanted not in present:
        known = tuple(moment.isoformat() for moment in sorted(present, reverse=True))
        reason = Reason("calibration.no-such-snapshot", {"snapshot": wanted.isoformat(), "known": known})
        raise faults.stop(reason, field="snapshot")
    chosen = wanted or max(present)
    return chosen, tuple(sorted(present - {chosen}))
