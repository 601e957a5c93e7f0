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

from standfirst.evidence.calibration.building import Form, RawReading, RecordBuilder, choose_snapshot
from standfirst.evidence.calibration.record import CalibrationRecord, Reading
from standfirst.evidence.calibration.values import BadValue, instant, name_of, qubit_numbers
from standfirst.evidence.choices import shown
from standfirst.evidence.faults import Faults
from standfirst.evidence.source import Source
from standfirst.standards.reason import Reason
from standfirst.standards.yaml_text import decode

_FORM: Final = Form(name="name", time="date", qubits="qubits", naive_is_utc=False)


class _NumberText(str):
    """A JSON number, or what stands for one (NaN), kept as its characters: nothing is rounded on the way."""

    __slots__ = ()


_TYPES: Final = {
    dict: "object",
    list: "array",
    str: "string",
    _NumberText: "number",
    bool: "boolean",
    type(None): "null",
}


class _RepeatedKey(Exception):
    """Carries the key of an object that names a member twice."""


def read_ibm(
    source: Source, *, device: str | None = None, snapshot: datetime | None = None
) -> CalibrationRecord:
    """The record in the file; `device` and `snapshot`, when given, must be the file's. Raises Unusable."""
    faults = Faults(source.name)
    body = _object(_parse(decode(source.data, file=source.name), faults), "$", faults)
    name, taken = _name_and_time(body, faults)
    if device is not None and device != name:
        reason = Reason("calibration.no-such-device", {"device": shown(device), "known": (name,)})
        raise faults.stop(reason, field="device")
    taken, _ = choose_snapshot({taken}, snapshot, faults)
    builder = RecordBuilder(source.name, _FORM, faults)
    for index, parameters in enumerate(_list(body, "qubits", "$", faults)):
        readings = builder.qubit(index)
        _add_all(builder, readings, f"qubit {index}", parameters, path=f"$.qubits[{index}]", faults=faults)
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
        raise faults.stop(Reason("json.malformed", {"column": error.colno}), line=error.lineno) from None
    except RecursionError:
        raise faults.stop(Reason("json.too-deep")) from None
    except _RepeatedKey as repeated:
        raise faults.stop(Reason("yaml.duplicate-key", {"key": shown(str(repeated))})) from None


def _name_and_time(body: dict[str, Any], faults: Faults) -> tuple[str, datetime]:
    name, stamp = (_text(body, member, "$", faults) for member in ("backend_name", "last_update_date"))
    field = "backend_name"
    try:
        name_of(name)
        field = "last_update_date"
        return name, instant(stamp, naive_is_utc=_FORM.naive_is_utc)
    except BadValue as bad:
        raise faults.stop(bad.reason, path="$", field=field) from None


def _add_gate(builder: RecordBuilder, gate: object, path: str, faults: Faults) -> None:
    body = _object(gate, path, faults)
    field = "gate"
    try:
        name = name_of(_text(body, "gate", path, faults))
        field = "qubits"
        listed = _list(body, "qubits", path, faults)
        numbers = qubit_numbers([one if isinstance(one, _NumberText) else _type(one) for one in listed])
    except BadValue as bad:
        faults.add(bad.reason, path=path, field=field)
        return
    element = f"gate {name} {'-'.join(map(str, numbers))}"
    if builder.has_gate(name, numbers):
        faults.add(Reason("calibration.repeated", {"parameter": "", "element": element}), path=path)
        return
    readings = builder.gate(name, numbers, path=path)
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
        raise faults.stop(_other_type(parameters, "array"), path=path)
    for index, parameter in enumerate(parameters):
        place = f"{path}[{index}]"
        body = _object(parameter, place, faults)
        try:
            name = name_of(_text(body, "name", place, faults))
        except BadValue as bad:
            faults.add(bad.reason, path=place, field="name")
            continue
        raw = RawReading(
            parameter=name,
            value=_number(body, "value", place, faults),
            unit=_optional_text(body, "unit", place, faults) or "",
            measured_at=_optional_text(body, "date", place, faults),
            path=place,
        )
        builder.add(readings, element, raw)


# --- one member of the expected type ---


def _object(value: object, path: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise faults.stop(_other_type(value, "object"), path=path)
    return value


def _list(body: dict[str, Any], member: str, path: str, faults: Faults) -> list[Any]:
    if member not in body:
        raise faults.stop(Reason("json.missing-member"), path=path, field=member)
    value = body[member]
    if not isinstance(value, list):
        raise faults.stop(_other_type(value, "array"), path=path, field=member)
    return value


def _text(body: dict[str, Any], member: str, path: str, faults: Faults) -> str:
    value = _optional_text(body, member, path, faults)
    if value is None:
        raise faults.stop(Reason("json.missing-member"), path=path, field=member)
    return value


def _optional_text(body: dict[str, Any], member: str, path: str, faults: Faults) -> str | None:
    value = body.get(member)
    if value is None or (isinstance(value, str) and not isinstance(value, _NumberText)):
        return value
    raise faults.stop(_other_type(value, "string"), path=path, field=member)


def _number(body: dict[str, Any], member: str, path: str, faults: Faults) -> str | None:
    value = body.get(member)
    if value is None or isinstance(value, _NumberText):
        return value
    faults.add(_other_type(value, "number"), path=path, field=member)
    return None


def _other_type(value: object, expected: str) -> Reason:
    return Reason("json.wrong-type", {"found": _type(value), "expected": expected})


def _type(value: object) -> str:
    return _TYPES[type(value)]
