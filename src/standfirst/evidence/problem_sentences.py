"""The English of every problem code: what is wrong, and what the author of the file can do about it.

Doors that speak another language render `Problem.code` and `Problem.params` themselves.
"""

from collections.abc import Mapping
from typing import Final

_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    # the input as a whole
    "input.unreadable": (
        "The file cannot be read ({reason}).",
        "Check the path and the permission to read it.",
    ),
    "input.empty": ("The file is empty.", "Export the calibration record again."),
    "input.too-large": (
        "The file has {bytes} bytes; at most {limit} are read.",
        "Split it: one device and fewer snapshots a file.",
    ),
    "input.not-utf8": ("The bytes at offset {offset} are not UTF-8.", "Save the file as UTF-8."),
    # long-form CSV
    "csv.malformed": (
        "The line is not CSV ({reason}).",
        "Check the quotes on this line and the ones before it.",
    ),
    "csv.wrong-columns": (
        "The columns are not those of a calibration record; missing: {missing}; not known: {unknown}.",
        "The first line must name: device, snapshot_utc, element, index, parameter, value, unit, measured_at.",
    ),
    "csv.no-rows": ("There is no row below the header.", "Export the calibration record again."),
    "csv.row-width": (
        "The row has {found} fields, the header {expected}.",
        "Add or remove the fields, or quote a field that holds a comma.",
    ),
    # backend properties JSON
    "json.malformed": (
        "The text is not JSON (column {column}).",
        "Export the properties again; do not edit by hand.",
    ),
    "json.too-deep": ("The JSON is nested too deeply.", "A calibration record needs about six levels."),
    "json.repeated-key": ("The member {key} stands twice in one object.", "Keep the one that is right."),
    "json.wrong-type": (
        "Here stands {found}, expected is {expected}.",
        "Compare with an export of your provider.",
    ),
    "json.missing-member": ("The member {member} is missing.", "Compare with an export of your provider."),
    # one value
    "value.not-a-number": (
        "{text} is not a number.",
        "Write digits with a decimal point, or leave it empty (null).",
    ),
    "value.not-finite": (
        "{text} is not a finite number.",
        "Leave the value empty (null in JSON) if it is not known.",
    ),
    "value.out-of-range": (
        "{text} is too large or too small to be a calibration value.",
        "Check value and unit.",
    ),
    "value.too-long": (
        "The number has more than {limit} characters.",
        "Write at most 17 significant digits.",
    ),
    "value.unknown-unit": ("The unit {unit} is not known.", "Use one of: {known}."),
    "value.wrong-unit": ("The unit {unit} does not fit {parameter}.", "Use one of: {known}."),
    # times
    "time.not-a-time": ("{text} is not a date with a time.", "Write it like 2025-02-26T15:13:14Z."),
    "time.without-zone": ("{text} has no zone.", "Add Z or the offset from UTC, such as -05:00."),
    "time.missing": ("The time of the snapshot is missing.", "Every record says when it was taken."),
    # the record
    "record.unknown-element": ("The element {text} is not known.", "Use qubit, gate:<name> or general."),
    "record.bad-index": (
        "{text} does not number the qubits of this element.",
        "Use 7 for a qubit, 3-5 for a gate on the qubits 3 and 5; no qubit may stand twice.",
    ),
    "record.no-name": (
        "The name is empty or longer than {limit} characters.",
        "Name the device, gate or parameter.",
    ),
    "record.repeated": ("{what} is given twice.", "Keep the row that is right."),
    "record.unknown-qubit": (
        "The gate {gate} names qubit {qubit}, which the record does not hold.",
        "Add its rows.",
    ),
    "record.no-qubits": ("The record holds no qubit.", "A calibration record has at least one."),
    "record.several-devices": ("The file holds several devices: {devices}.", "Say which one is meant."),
    "record.no-such-device": (
        "The device {device} is not in the file, which holds: {devices}.",
        "Name one of these.",
    ),
    "record.no-such-snapshot": (
        "There is no snapshot of {snapshot}; the file holds: {snapshots}.",
        "Name one of these, or none for the latest.",
    ),
    # parameters
    "parameter.unknown": ("There is no parameter of this name.", "Ask the collector for its parameters."),
    "parameter.bad-value": (
        "The value {value} cannot be used ({reason}).",
        "Ask the collector for its parameters.",
    ),
}

CODES: Final = frozenset(_SENTENCES)


def sentence_for(code: str, params: Mapping[str, str | int]) -> str:
    return _SENTENCES[code][0].format_map(params)


def hint_for(code: str, params: Mapping[str, str | int]) -> str:
    return _SENTENCES[code][1].format_map(params)
