"""What a report shows of the measurements of a package: their checks, and pictures drawn from their inputs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from standfirst.cli.measuring import attached_inputs, checks, element_table
from standfirst.conformity.measured import Measured
from standfirst.evidence.collectors import collector_row
from standfirst.evidence.result import MeasurementResult
from standfirst.standards.problems import Unusable
from standfirst.standards.reason import Reason

if TYPE_CHECKING:
    from standfirst.pictures.figure import Figure
    from standfirst.records.package.package import Package


def measured(package: "Package") -> dict[str, Measured]:
    """Every current measurement by the label of its record. Where there is no picture it says why."""
    found: dict[str, Measured] = {}
    for record in package.store.records(kinds=("measurement",)).values():
        body = record.current.content.body
        result = MeasurementResult.model_validate(body["result"])
        figures, unseen = _figures(result, attached_inputs(package, body))
        found[record.number] = Measured(checks(result), figures, unseen, element_table(result))
    return found


def _figures(
    result: MeasurementResult, inputs: Mapping[str, bytes]
) -> tuple[tuple["Figure", ...], Reason | None]:
    """The pictures, or the first reason why its collector cannot make them."""
    try:
        row = collector_row(result.method)
        if not row.is_available:
            return (), Reason("collector.extra-absent", {"extra": str(row.extra)})
        return row.load().figures(result, inputs), None
    except Unusable as unusable:
        return (), unusable.problems[0].reason
