"""Calibration records in long-form CSV: one row a parameter, several snapshots a file.

Columns, in any order: device, snapshot_utc, element (``qubit``, ``gate:<name>`` or ``general``), index (``7``, ``3-5``,
empty for general), parameter, value, unit, measured_at. A time without a zone is UTC, as the column's name says. An
empty value is a missing value, an empty measured_at a missing time.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from standfirst.evidence.calibration.building import Form, RawReading, RecordBuilder, choose_snapshot
from standfirst.evidence.calibration.record import CalibrationRecord, Reading
from standfirst.evidence.calibration.values import BadValue, instant, name_of, qubit_numbers
from standfirst.evidence.choices import shown
from standfirst.evidence.faults import Faults
from standfirst.evidence.source import Source
from standfirst.standards.reason import Reason
from standfirst.standards.yaml_text import decode

COLUMNS: Final = ("device", "snapshot_utc", "element", "index", "parameter", "value", "unit", "measured_at")
_FORM: Final = Form(name="parameter", time="measured_at", qubits="index", naive_is_utc=True)


def read_csv(
    source: Source, *, device: str | None = None, snapshot: datetime | None = None
) -> CalibrationRecord:
    """The record of one device at one snapshot, by default the latest in the file.

    Rows of other snapshots are looked at only for their device and time. Raises Unusable.
    """
    text, faults = decode(source.data, file=source.name), Faults(source.name)
    found: dict[str, dict[str, datetime]] = {}
    rows = 0
    for line, row in _rows(text, faults):
        rows += 1
        _note_snapshot(found, row, line, faults)
    if not rows:
        raise faults.stop(Reason("csv.no-rows"))
    faults.raise_if_any()
    device = _choose_device(found, device, faults)
    chosen, others = choose_snapshot(set(found[device].values()), snapshot, faults)
    builder = RecordBuilder(source.name, _FORM, faults)
    for line, row in _rows(text, faults):
        if row["device"] == device and found[device][row["snapshot_utc"]] == chosen:
            _add_row(builder, row, line, faults)
    return builder.build(device, chosen, others)


def _rows(text: str, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows as dictionaries with the line each ends on. Raises Unusable where the text stops being CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for row in reader:
            if header is None:
                header = [column.strip() for column in row]
                _check_header(header, faults)
            elif len(row) == len(header):
                yield reader.line_num, dict(zip(header, row, strict=True))
            elif row:  # an empty line is no row
                reason = Reason("csv.row-width", {"found": len(row), "expected": len(header)})
                raise faults.stop(reason, line=reader.line_num)
    except csv.Error as error:
        raise faults.stop(Reason("csv.malformed", {"detail": str(error)}), line=reader.line_num) from None


def _check_header(header: list[str], faults: Faults) -> None:
    if sorted(header) != sorted(COLUMNS):
        columns = {
            "missing": tuple(column for column in COLUMNS if column not in header),
            "unknown": tuple(shown(column) for column in header if column not in COLUMNS),
            "repeated": tuple(column for column in COLUMNS if header.count(column) > 1),
        }
        raise faults.stop(Reason("csv.wrong-columns", columns), line=1)


def _note_snapshot(
    found: dict[str, dict[str, datetime]], row: dict[str, str], line: int, faults: Faults
) -> None:
    device, stamp = row["device"], row["snapshot_utc"]
    if stamp in found.get(device, ()):
        return
    field = "device"
    try:
        name_of(device)
        field = "snapshot_utc"
        found.setdefault(device, {})[stamp] = instant(stamp, naive_is_utc=True)
    except BadValue as bad:
        is_missing = field == "snapshot_utc" and not stamp
        faults.add(Reason("time.missing") if is_missing else bad.reason, line=line, field=field)


def _choose_device(found: dict[str, dict[str, datetime]], wanted: str | None, faults: Faults) -> str:
    known = tuple(sorted(found))
    if wanted is None:
        if len(known) > 1:
            raise faults.stop(Reason("calibration.several-devices", {"known": known}), field="device")
        return known[0]
    if wanted not in found:
        reason = Reason("calibration.no-such-device", {"device": shown(wanted), "known": known})
        raise faults.stop(reason, field="device")
    return wanted


def _add_row(builder: RecordBuilder, row: dict[str, str], line: int, faults: Faults) -> None:
    element, index = row["element"], row["index"]
    field = "parameter"
    try:
        parameter = name_of(row["parameter"])
        field = "element"
        readings = _readings_of(builder, element, index, line)
    except BadValue as bad:
        is_index = bad.reason.code == "calibration.bad-index"
        faults.add(bad.reason, line=line, field="index" if is_index else field)
        return
    raw = RawReading(parameter, row["value"] or None, row["unit"], row["measured_at"] or None, line=line)
    builder.add(readings, f"{element} {index}".strip(), raw)


def _readings_of(builder: RecordBuilder, element: str, index: str, line: int) -> dict[str, Reading]:
    if element == "qubit":
        return builder.qubit(*qubit_numbers([index]))
    if element == "general":
        return builder.general
    if element.startswith("gate:"):
        gate = name_of(element.removeprefix("gate:"))
        return builder.gate(gate, qubit_numbers(index.split("-")), line=line)
    raise BadValue("calibration.unknown-element", text=shown(element))
