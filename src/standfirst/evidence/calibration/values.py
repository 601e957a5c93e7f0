"""Names, numbers, units and times of a calibration record, read exactly.

A number becomes a decimal in the base unit of its quantity (seconds, hertz, one) without any rounding, so that two
readers of the same file always compare the same numbers.
"""

import re
from datetime import UTC, datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import Final

from standfirst.evidence.choices import shown
from standfirst.standards.reason import Parameter, Reason


class Quantity(StrEnum):
    """What a parameter is; the value is its base unit as results write it."""

    TIME = "s"
    FREQUENCY = "Hz"
    PURE = "1"


_UNITS: Final[dict[str, tuple[Quantity, int]]] = {
    "s": (Quantity.TIME, 0),
    "ms": (Quantity.TIME, -3),
    "us": (Quantity.TIME, -6),
    "\u00b5s": (Quantity.TIME, -6),  # micro sign
    "\u03bcs": (Quantity.TIME, -6),  # Greek mu, which NFKC makes of the micro sign
    "ns": (Quantity.TIME, -9),
    "ps": (Quantity.TIME, -12),
    "Hz": (Quantity.FREQUENCY, 0),
    "kHz": (Quantity.FREQUENCY, 3),
    "MHz": (Quantity.FREQUENCY, 6),
    "GHz": (Quantity.FREQUENCY, 9),
    "": (Quantity.PURE, 0),
    "1": (Quantity.PURE, 0),
    "%": (Quantity.PURE, -2),
}

QUANTITIES: Final[dict[str, Quantity]] = {
    "T1": Quantity.TIME,
    "T2": Quantity.TIME,
    "readout_length": Quantity.TIME,
    "readout_error": Quantity.PURE,
    "prob_meas0_prep1": Quantity.PURE,
    "prob_meas1_prep0": Quantity.PURE,
    "frequency": Quantity.FREQUENCY,
    "anharmonicity": Quantity.FREQUENCY,
    "gate_error": Quantity.PURE,
    "gate_length": Quantity.TIME,
}
"""The parameters whose quantity we know. Others are kept as they are and never judged."""

MAX_NAME: Final = 100
"""Longest name of a device, gate or parameter: names stand in results and tables."""
MAX_CHARACTERS: Final = 64
"""Longest number read: three times what a double needs, so that no value costs unbounded arithmetic."""
MAX_MAGNITUDE: Final = 30
"""Powers of ten either side of 1, in the unit given: far beyond any calibration value, near enough to compute with."""
_MAX_QUBIT: Final = 999_999
"""Highest qubit number read; no number beyond it can be meant."""
_MOST_QUBITS: Final = 32
"""Most qubits one gate acts on: a gate's name lists them all."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE: Final = re.compile(r"[+-]?(s?nan\d*|inf(inity)?)", re.IGNORECASE)
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII | re.IGNORECASE
)
_EXACT: Final = Context(prec=MAX_CHARACTERS + 2)


class BadValue(Exception):
    """Carries the reason to a reader, which knows the place. Never leaves the readers."""

    def __init__(self, code: str, **parameters: Parameter) -> None:
        super().__init__(code, parameters)
        self.reason = Reason(code, parameters)


def name_of(text: str) -> str:
    """`text` as a name: not empty, not too long, printable. Raises `BadValue`."""
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise BadValue("calibration.no-name", limit=MAX_NAME)
    return text


def qubit_numbers(texts: list[str]) -> tuple[int, ...]:
    """Distinct qubit numbers from their digits, at least one. Raises `BadValue`."""
    readable = 1 <= len(texts) <= _MOST_QUBITS and all(
        text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_QUBIT)) for text in texts
    )
    numbers = tuple(int(text) for text in texts) if readable else ()
    if not numbers or len(set(numbers)) < len(numbers):
        raise BadValue("calibration.bad-index", text=shown("-".join(texts)))
    return numbers


def number(text: str) -> Decimal:
    """The number that `text` is, exactly. Raises `BadValue`."""
    if len(text) > MAX_CHARACTERS:
        raise BadValue("value.too-long", limit=MAX_CHARACTERS)
    if not _NUMBER.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            raise BadValue("value.not-finite", text=shown(text))
        raise BadValue("value.not-a-number", text=shown(text))
    value = Decimal(text)
    if value and not -MAX_MAGNITUDE <= value.adjusted() <= MAX_MAGNITUDE:
        raise BadValue("value.out-of-range", text=shown(text))
    return value or Decimal(0)


def unit_scale(parameter: str, unit: str) -> tuple[Quantity, int]:
    """The quantity of `unit` and its power of ten of the base unit. Raises `BadValue` if it does not fit."""
    expected = QUANTITIES.get(parameter)
    if unit not in _UNITS:
        raise BadValue("value.unknown-unit", unit=shown(unit), known=_known(expected))
    quantity, power = _UNITS[unit]
    if expected is not None and quantity is not expected:
        raise BadValue("value.wrong-unit", unit=shown(unit), parameter=parameter, known=_known(expected))
    return quantity, power


def in_base_unit(value: Decimal, power: int) -> Decimal:
    return value.scaleb(power, _EXACT)


def instant(text: str, *, naive_is_utc: bool) -> datetime:
    """The time that `text` is, in UTC; a time without a zone is UTC or refused. Raises `BadValue`."""
    if not _TIME.fullmatch(text):
        raise BadValue("time.not-a-time", text=shown(text))
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if not naive_is_utc:
                raise BadValue("time.without-zone", text=shown(text))
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February; an offset that leaves year 1 or 9999
        raise BadValue("time.not-a-time", text=shown(text)) from None


def _known(quantity: Quantity | None) -> tuple[str, ...]:
    """The units of a quantity, or all, each in its plain spelling."""
    return tuple(
        unit
        for unit, (its, _) in _UNITS.items()
        if unit and unit.isascii() and (quantity is None or its is quantity)
    )
