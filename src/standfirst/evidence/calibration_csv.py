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

from standfirst.evidence.calibration_record import (
    CalibrationRecord,
    RawReading,
    Reading,
    RecordBuilder,
    name_of,
    qubit_numbers,
)
from standfirst.evidence.calibration_values import BadValue, instant, shown
from standfirst.evidence.errors import Faults
from standfirst.evidence.source import Source, text_of

COLUMNS: Final = ("device", "snapshot_utc", "element", "index", "parameter", "value", "unit", "measured_at")


def read_csv(
    source: Source, *, device: str | None = None, snapshot: datetime | None = None
) -> CalibrationRecord:
    """The record of one device at one snapshot, by default the latest in the file.

    Rows of other snapshots are looked at only for their device and time. Raises `UnusableInput`.
    """
    text, faults = text_of(source), Faults(source.name)
    found: dict[str, dict[str, datetime]] = {}
    rows = 0
    for line, row in _rows(text, faults):
        rows += 1
        _note_snapshot(found, row, line, faults)
    if not rows:
        raise faults.stop("csv.no-rows")
    faults.raise_if_any()
    device = _choose_device(found, device, faults)
    chosen, others = choose_snapshot(set(found[device].values()), snapshot, faults)
    builder = RecordBuilder(source.name, faults, naive_is_utc=True)
    for line, row in _rows(text, faults):
        if row["device"] == device and found[device][row["snapshot_utc"]] == chosen:
            _add_row(builder, row, line, faults)
    return builder.build(device, chosen, others)


def choose_snapshot(
    present: set[datetime], wanted: datetime | None, faults: Faults
) -> tuple[datetime, tuple[datetime, ...]]:
    """The wanted snapshot or the latest, and the others in order. Raises `UnusableInput`."""
    if wanted is not None and wanted not in present:
        stamps = [moment.isoformat() for moment in sorted(present)]
        listed = ", ".join(stamps[-10:])
        raise faults.stop(
            "record.no-such-snapshot", {"snapshot": wanted.isoformat(), "snapshots": listed}, field="snapshot"
        )
    chosen = wanted or max(present)
    return chosen, tuple(sorted(present - {chosen}))


def _rows(text: str, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows as dictionaries with the line each ends on. Raises `UnusableInput` where the text stops being CSV."""
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
                raise faults.stop(
                    "csv.row-width", {"found": len(row), "expected": len(header)}, line=reader.line_num
                )
    except csv.Error as error:
        raise faults.stop("csv.malformed", {"reason": str(error)}, line=reader.line_num) from None


def _check_header(header: list[str], faults: Faults) -> None:
    if sorted(header) != sorted(COLUMNS):
        missing = ", ".join(column for column in COLUMNS if column not in header)
        unknown = ", ".join(shown(column) for column in header if column not in COLUMNS)
        repeated = "" if missing or unknown else "a column stands twice"
        raise faults.stop(
            "csv.wrong-columns",
            {"missing": missing or "none", "unknown": unknown or repeated or "none"},
            line=1,
        )


def _note_snapshot(
    found: dict[str, dict[str, datetime]], row: dict[str, str], line: int, faults: Faults
) -> None:
    device, stamp = row["device"], row["snapshot_utc"]
    snapshots = found.get(device)
    if snapshots is not None and stamp in snapshots:
        return
    try:
        name_of(device)
    except BadValue as bad:
        faults.add(bad.code, bad.params, line=line, field="device")
        return
    try:
        found.setdefault(device, {})[stamp] = instant(stamp, naive_is_utc=True)
    except BadValue as bad:
        code = bad.code if stamp else "time.missing"
        faults.add(code, bad.params, line=line, field="snapshot_utc")


def _choose_device(found: dict[str, dict[str, datetime]], wanted: str | None, faults: Faults) -> str:
    listed = ", ".join(sorted(found)[:10])
    if wanted is None:
        if len(found) > 1:
            raise faults.stop("record.several-devices", {"devices": listed}, field="device")
        return next(iter(found))
    if wanted not in found:
        raise faults.stop(
            "record.no-such-device", {"device": shown(wanted), "devices": listed}, field="device"
        )
    return wanted


def _add_row(builder: RecordBuilder, row: dict[str, str], line: int, faults: Faults) -> None:
    element, index = row["element"], row["index"]
    try:
        parameter = name_of(row["parameter"])
    except BadValue as bad:
        faults.add(bad.code, bad.params, line=line, field="parameter")
        return
    try:
        readings = _readings_of(builder, element, index, line)
    except BadValue as bad:
        faults.add(
            bad.code, bad.params, line=line, field="index" if bad.code == "record.bad-index" else "element"
        )
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
    raise BadValue("record.unknown-element", text=shown(element))
