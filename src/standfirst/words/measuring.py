"""The English of inputs that cannot be measured: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # the input as a whole
    "input.empty": "The file is empty.",
    "input.too-large": "The file has {bytes:count} bytes; at most {limit:count} are read.",
    "input.reading-stopped": "Reading stopped here, after {count} problems; there may be more.",
    # long-form CSV
    "csv.malformed": "The line is not CSV: {detail:clause}.",
    "csv.wrong-columns": (
        "The columns are not those of a calibration record[; missing: {missing}][; not known: {unknown}]"
        "[; there twice: {repeated}]."
    ),
    "csv.no-rows": "There is no row below the header.",
    "csv.row-width": "The row has {found:count} {found:field/fields}, the header {expected:count}.",
    # backend properties JSON
    "json.malformed": "The text stops being JSON at column {column:count}.",
    "json.too-deep": "The JSON is nested too deeply.",
    "json.wrong-type": "Here belongs a JSON {expected}; found: {found}.",
    "json.missing-member": "This member is missing.",
    # one value
    "value.not-a-number": "{text} is not a number.",
    "value.not-finite": "{text} is not a finite number.",
    "value.out-of-range": "{text} is too large or too small to be a calibration value.",
    "value.too-long": "The number has more than {limit:count} characters.",
    "value.unknown-unit": "The unit {unit} is not known.",
    "value.wrong-unit": "The unit {unit} does not fit {parameter}.",
    # times
    "time.not-a-time": "{text} is not a date with a time.",
    "time.without-zone": "{text} has no zone.",
    "time.missing": "The time of the snapshot is missing.",
    # the calibration record
    "calibration.unknown-element": "The element {text} is not known.",
    "calibration.bad-index": "{text} does not number the qubits of this element.",
    "calibration.no-name": "The name is empty, longer than {limit:count} characters or not printable.",
    "calibration.repeated": "[{parameter} of {element}|{parameter}{element}] is given twice.",
    "calibration.unknown-qubit": "The gate {gate} names qubit {qubit:count}, which the record does not hold.",
    "calibration.no-qubits": "The record holds no qubit.",
    "calibration.several-devices": "The file holds several devices: {known}.",
    "calibration.no-such-device": "The device {device} is not in the file, which holds: {known}.",
    "calibration.no-such-snapshot": "There is no snapshot of {snapshot}; the file holds: {known}.",
    # what was chosen
    "collector.unknown": "There is no such collector.",
    "parameter.missing": "This parameter has to be given.",
    "parameter.unknown": "There is no parameter of this name.",
    "parameter.bad-value": "The value {value} cannot be used: {detail:clause}.",
    "parameter.before-snapshot": "{at} lies before the snapshot of the record, {snapshot}.",
}

HINTS: Final[Mapping[str, str]] = {
    "parameter.missing": "Give it as NAME=VALUE.",
    "input.empty": "Export the calibration record again.",
    "input.too-large": "Split it: one device and fewer snapshots a file.",
    "input.reading-stopped": "Put the others right first; one cause may be behind them all.",
    "csv.malformed": "Check the quotes on this line and the ones before it.",
    "csv.wrong-columns": (
        "The first line names, in any order: device, snapshot_utc, element, index, parameter, value, unit, measured_at."
    ),
    "csv.no-rows": "Export the calibration record again.",
    "csv.row-width": "Add or remove the fields, or quote a field that holds a comma.",
    "json.malformed": "Export the properties again; do not edit by hand.",
    "json.too-deep": "A calibration record needs about six levels.",
    "json.wrong-type": "Compare with an export of your provider.",
    "json.missing-member": "Compare with an export of your provider.",
    "value.not-a-number": "Write digits with a decimal point, or leave it empty (null in JSON).",
    "value.not-finite": "Leave the value empty (null in JSON) if it is not known.",
    "value.out-of-range": "Check value and unit.",
    "value.too-long": "Write at most 17 significant digits.",
    "value.unknown-unit": "Use one of: {known:all}.",
    "value.wrong-unit": "Use one of: {known:all}.",
    "time.not-a-time": "Write it like 2025-02-26T15:13:14Z.",
    "time.without-zone": "Add Z or the offset from UTC, such as -05:00.",
    "time.missing": "Every record says when it was taken.",
    "calibration.unknown-element": "Use qubit, gate:<name> or general.",
    "calibration.bad-index": "Use 7 for a qubit, 3-5 for a gate on the qubits 3 and 5; no qubit may stand twice.",
    "calibration.no-name": "Give it a short name.",
    "calibration.repeated": "Keep the one that is right.",
    "calibration.unknown-qubit": "Add its rows.",
    "calibration.no-qubits": "A calibration record has at least one.",
    "calibration.several-devices": "Say which one is meant.",
    "calibration.no-such-device": "Name one of these.",
    "calibration.no-such-snapshot": "Name one of these, or none for the latest.",
    "collector.unknown": "There are: {known:all}.",
    "parameter.unknown": "There are: {known:all}.",
    "parameter.bad-value": "Choose another, or none: then the default holds.",
    "parameter.before-snapshot": "Ask for the age at the time of the snapshot or later.",
}
