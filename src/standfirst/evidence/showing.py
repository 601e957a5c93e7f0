"""What can be shown of a result: its checks, its elements, and pictures drawn from its inputs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from standfirst.evidence.collectors import collector_row
from standfirst.evidence.result import Check, MeasurementResult
from standfirst.pictures.figure import Figure
from standfirst.pictures.measured import CheckRow, ElementTable, Measured
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason

SHARE: Final = frozenset({"elements", "affected", "share", "lower", "upper"})
"""The figures of a share with its exact interval."""

ELEMENT_COLUMNS: Final = ("kind", "quantum-status", "standing", "first-missed-date", "first-missed-rule")
ELEMENTS_SHOWN: Final = 40


def shown(result: MeasurementResult, inputs: Mapping[str, bytes]) -> Measured:
    """``inputs``: those that are at hand, by their SHA-256. Where there is no picture it says why."""
    figures, unseen = _figures(result, inputs)
    return Measured(checks(result), figures, unseen, element_table(result))


def _figures(
    result: MeasurementResult, inputs: Mapping[str, bytes]
) -> tuple[tuple[Figure, ...], Reason | None]:
    """The pictures, or the first reason why its collector cannot make them."""
    try:
        row = collector_row(result.method)
        if not row.is_available:
            return (), Reason("collector.extra-absent", {"extra": str(row.extra)})
        return row.load().figures(result, inputs), None
    except Unusable as unusable:
        return (), unusable.problems[0].reason


def checks(result: MeasurementResult) -> list[CheckRow]:
    """Every check in figures and codes, in the result's order."""
    return [
        CheckRow(
            check=check.name.replace("-", " "),
            verdict=check.verdict.value if check.verdict else "",
            found=_found(check),
            limit=f"{check.limit.side.value.replace('-', ' ')} {_with_unit(check.limit.value, check.limit.unit)}"
            if check.limit
            else "",
            codes=[code for code in check.codes if "sha256" not in code],
        )
        for check in result.checks
    ]


def _found(check: Check) -> str:
    """A share with its count and interval, or each figure by its name."""
    figures = {figure.name: figure for figure in check.figures}
    told = [
        f"{f.name.replace('-', ' ')} {_with_unit(f.value, f.unit)}"
        for f in check.figures
        if f.name not in SHARE
    ]
    if set(figures) >= SHARE:
        value, lower, upper = (f"{Decimal(figures[name].value):.4f}" for name in ("share", "lower", "upper"))
        told.insert(
            0,
            f"{figures['affected'].value} of {figures['elements'].value} ({value}; interval {lower} to {upper})",
        )
    return ", ".join(told)


def _with_unit(value: int | str, unit: str) -> str:
    return str(value) if unit == "1" else f"{value} {unit}"


def element_table(result: MeasurementResult, most: int = ELEMENTS_SHOWN) -> ElementTable | None:
    """What people read of the elements of a result; their places and the rest stand in the result. None without any."""
    if not result.elements:
        return None
    names = {s.name for element in result.elements for s in element.statements}
    columns = [name for name in ELEMENT_COLUMNS if name in names]
    rows = []
    for element in result.elements[:most]:
        said = {s.name: "" if s.value is None else str(s.value) for s in element.statements}
        rows.append([element.element, *(said.get(name, "") for name in columns)])
    named = ["element", *(name.replace("-", " ") for name in columns)]
    return ElementTable(named, rows, max(0, len(result.elements) - most))
