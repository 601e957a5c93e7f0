"""What can be shown of a result: its checks, its elements, and pictures drawn from its inputs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from standfirst.evidence.collectors import collector_row
from standfirst.evidence.result import Check, Element, MeasurementResult
from standfirst.evidence.result import Figure as Measure
from standfirst.pictures.figure import Figure
from standfirst.pictures.measured import CheckRow, ElementTable, Measured
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason

_SHARE: Final = frozenset({"elements", "affected", "share", "lower", "upper"})

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
            codes=codes(check),
        )
        for check in result.checks
    ]


def share_of(check: Check) -> Mapping[str, str] | None:
    """What a share with its exact interval says, by the names of its figures: affected, elements, share, lower, upper."""
    figures = {figure.name: figure.value for figure in check.figures if figure.name in _SHARE}
    if len(figures) < len(_SHARE):
        return None
    exact = {name: f"{Decimal(figures[name]):.4f}" for name in ("share", "lower", "upper")}
    return {name: str(value) for name, value in figures.items()} | exact


def other_figures(check: Check) -> list[Measure]:
    """Those that are not told with the share."""
    told = _SHARE if share_of(check) else frozenset()
    return [figure for figure in check.figures if figure.name not in told]


def codes(check: Check) -> list[str]:
    """What has to be known beside what was found; digests are for programs."""
    return [code for code in check.codes if "sha256" not in code]


def _found(check: Check) -> str:
    told = [f"{f.name.replace('-', ' ')} {_with_unit(f.value, f.unit)}" for f in other_figures(check)]
    if share := share_of(check):
        told.insert(0, "{affected} of {elements} ({share}; interval {lower} to {upper})".format_map(share))
    return ", ".join(told)


def _with_unit(value: int | str, unit: str) -> str:
    return str(value) if unit == "1" else f"{value} {unit}"


def said_of(element: Element) -> Mapping[str, str]:
    """What is stated of it, by name."""
    return {one.name: "" if one.value is None else str(one.value) for one in element.statements}


def element_table(result: MeasurementResult, most: int = ELEMENTS_SHOWN) -> ElementTable | None:
    """What people read of the elements of a result; their places and the rest stand in the result. None without any."""
    if not result.elements:
        return None
    names = {s.name for element in result.elements for s in element.statements}
    columns = [name for name in ELEMENT_COLUMNS if name in names]
    rows = []
    for element in result.elements[:most]:
        said = said_of(element)
        rows.append([element.element, *(said.get(name, "") for name in columns)])
    named = ["element", *(name.replace("-", " ") for name in columns)]
    return ElementTable(named, rows, max(0, len(result.elements) - most))
