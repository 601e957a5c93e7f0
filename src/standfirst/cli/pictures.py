"""Pictures of measurement results, drawn again from their input; only where the input gives the same result."""

from collections.abc import Mapping
from typing import Any

from standfirst.evidence.calibration.parameters import IntegrityParameters
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration_integrity import METHOD, Examination, examine
from standfirst.evidence.result import MeasurementResult
from standfirst.standards.problems import Unusable


def drawn(stored: Mapping[str, Any], data: bytes, file: str) -> str | None:
    """An SVG, or None for a method without a picture or an input that gives another result."""
    if stored["method"] != METHOD:
        return None
    result = MeasurementResult.model_validate(stored)
    again = repeated(result, data, file)
    if again is None or again.result.result_digest != result.result_digest:
        return None
    return declared_against_possible(
        again.two_qubit, device=again.result.subject.name, prefix=f"p{again.result.result_digest[:8]}"
    )


def repeated(result: MeasurementResult, data: bytes, file: str) -> Examination | None:
    """The same measurement again, from its stored parameters. None where the input can no longer be used."""
    stated = {parameter.name: parameter.value for parameter in result.parameters}
    known = {name.replace("_", "-"): name for name in IntegrityParameters.model_fields}
    try:
        return examine(
            data,
            name=result.subject.name,
            device=result.subject.identifier,
            snapshot=result.subject.snapshot,
            at=str(stated["at"]) if stated.get("at") else None,
            parameters={known[name]: value for name, value in stated.items() if name in known},
            file_name=file,
        )
    except Unusable:
        return None
