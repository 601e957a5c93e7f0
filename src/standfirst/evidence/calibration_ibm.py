"""Calibration records in IBM's backend-properties JSON, one snapshot a file.

The form as found in the ``props_*.json`` files of qiskit-ibm-runtime's fake backends (Apache-2.0): ``backend_name``,
``last_update_date``, ``qubits`` (a list of parameters for each), ``gates`` (name, qubits, parameters), ``general``.
Each parameter has name, value, unit and date. Times carry a zone; one without is refused. A value or date that is
null or absent is missing.
"""

import json
from collections import Counter
from datetime import datetime
from typing import Any, Final

from standfirst.evidence.calibration_csv import choose_snapshot
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

_KINDS: Final = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class _NumberText(str):
    """A JSON number, or what stands for one (NaN), kept as its characters: nothing is rounded on the way."""

    __slots__ = ()


class _RepeatedKey(Exception):
    """Carries the key of an object that names a member twice."""


def read_ibm(
    source: Source, *, device: str | None = None, snapshot: datetime | None = None
) -> CalibrationRecord:
    """The record in the file; `device` and `snapshot`, when given, must be the file's. Raises `UnusableInput`."""
    faults = Faults(source.name)
    body = _object(_parse(text_of(source), faults), "$", faults)
    name, taken = _name_and_time(body, faults)
    if device is not None and device != name:
        raise faults.stop("record.no-such-device", {"device": shown(device), "devices": name}, field="device")
    taken, _ = choose_snapshot({taken}, snapshot, faults)
    builder = RecordBuilder(source.name, faults, naive_is_utc=False)
    for index, parameters in enumerate(_list(body, "qubits", "$", faults)):
        _add_all(
            builder,
            builder.qubit(index),
            f"qubit {index}",
            parameters,
            path=f"$.qubits[{index}]",
            faults=faults,
        )
    for index, gate in enumerate(_list(body, "gates", "$", faults)):
        _add_gate(builder, gate, f"$.gates[{index}]", faults)
    if body.get("general") is not None:
        _add_all(builder, builder.general, "", body["general"], path="$.general", faults=faults)
    return builder.build(name, taken)


def _parse(text: str, faults: Faults) -> object:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _RepeatedKey(Counter(key for key, _ in pairs).most_common(1)[0][0])
        return found

    decoder = json.JSONDecoder(
        object_pairs_hook=members, parse_float=_NumberText, parse_int=_NumberText, parse_constant=_NumberText
    )
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise faults.stop("json.malformed", {"column": error.colno}, line=error.lineno) from None
    except RecursionError:
        raise faults.stop("json.too-deep") from None
    except _RepeatedKey as repeated:
        raise faults.stop("json.repeated-key", {"key": shown(str(repeated))}) from None


def _name_and_time(body: dict[str, Any], faults: Faults) -> tuple[str, datetime]:
    name, stamp = (_text(body, member, "$", faults) for member in ("backend_name", "last_update_date"))
    try:
        return name_of(name), instant(stamp, naive_is_utc=False)
    except BadValue as bad:
        member = "backend_name" if bad.code == "record.no-name" else "last_update_date"
        raise faults.stop(bad.code, bad.params, path=f"$.{member}", field=member) from None


def _add_gate(builder: RecordBuilder, gate: object, path: str, faults: Faults) -> None:
    body = _object(gate, path, faults)
    field = "gate"
    try:
        name = name_of(_text(body, "gate", path, faults))
        field = "qubits"
        listed = _list(body, "qubits", path, faults)
        numbers = qubit_numbers(
            [number if isinstance(number, _NumberText) else _kind(number) for number in listed]
        )
    except BadValue as bad:
        faults.add(bad.code, bad.params, path=f"{path}.{field}", field=field)
        return
    element = f"gate {name} {'-'.join(map(str, numbers))}"
    if builder.has_gate(name, numbers):
        faults.add("record.repeated", {"what": element}, path=path, field="gate")
        return
    readings = builder.gate(name, numbers, path=f"{path}.qubits")
    _add_all(builder, readings, element, body.get("parameters"), path=f"{path}.parameters", faults=faults)


def _add_all(
    builder: RecordBuilder,
    readings: dict[str, Reading],
    element: str,
    parameters: object,
    *,
    path: str,
    faults: Faults,
) -> None:
    if not isinstance(parameters, list):
        raise faults.stop("json.wrong-type", {"found": _kind(parameters), "expected": "a list"}, path=path)
    for index, parameter in enumerate(parameters):
        place = f"{path}[{index}]"
        body = _object(parameter, place, faults)
        try:
            name = name_of(_text(body, "name", place, faults))
        except BadValue as bad:
            faults.add(bad.code, bad.params, path=place, field="name")
            continue
        raw = RawReading(
            parameter=name,
            value=_value(body.get("value"), place, faults),
            unit=_optional_text(body, "unit", place, faults) or "",
            measured_at=_optional_text(body, "date", place, faults),
            path=place,
        )
        builder.add(readings, element, raw)


def _value(value: object, path: str, faults: Faults) -> str | None:
    if value is None or isinstance(value, _NumberText):
        return value
    faults.add(
        "json.wrong-type",
        {"found": _kind(value), "expected": "a number"},
        path=f"{path}.value",
        field="value",
    )
    return None


def _object(value: object, path: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise faults.stop("json.wrong-type", {"found": _kind(value), "expected": "an object"}, path=path)
    return value


def _list(body: dict[str, Any], member: str, path: str, faults: Faults) -> list[Any]:
    if member not in body:
        raise faults.stop("json.missing-member", {"member": member}, path=path, field=member)
    value = body[member]
    if not isinstance(value, list):
        raise faults.stop(
            "json.wrong-type",
            {"found": _kind(value), "expected": "a list"},
            path=f"{path}.{member}",
            field=member,
        )
    return value


def _text(body: dict[str, Any], member: str, path: str, faults: Faults) -> str:
    value = _optional_text(body, member, path, faults)
    if value is None:
        raise faults.stop("json.missing-member", {"member": member}, path=path, field=member)
    return value


def _optional_text(body: dict[str, Any], member: str, path: str, faults: Faults) -> str | None:
    value = body.get(member)
    if value is None or (isinstance(value, str) and not isinstance(value, _NumberText)):
        return value
    raise faults.stop(
        "json.wrong-type",
        {"found": _kind(value), "expected": "a text"},
        path=f"{path}.{member}",
        field=member,
    )


def _kind(value: object) -> str:
    return "a number" if isinstance(value, _NumberText) else _KINDS.get(type(value), "something else")
