"""What a report shows of the measurements of a package."""

from typing import TYPE_CHECKING

from standfirst.cli.measuring import attached_inputs
from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.showing import shown
from standfirst.pictures.measured import Measured

if TYPE_CHECKING:
    from standfirst.records.package.package import Package


def measured(package: "Package") -> dict[str, Measured]:
    """Every current measurement by the label of its record. Where there is no picture it says why."""
    found: dict[str, Measured] = {}
    for record in package.store.records(kinds=("measurement",)).values():
        body = record.current.content.body
        result = MeasurementResult.model_validate(body["result"])
        found[record.number] = shown(result, attached_inputs(package, body))
    return found
