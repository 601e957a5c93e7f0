"""Pictures of measurement results, drawn again from their input; only where the input gives the same result."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from standfirst.evidence.calibration.ages_picture import ages_figure
from standfirst.evidence.calibration.dates import ages_in_days
from standfirst.evidence.calibration.parameters import IntegrityParameters
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration_integrity import METHOD, Examination, examine
from standfirst.evidence.result import MeasurementResult
from standfirst.standards.problems import Unusable


def drawn(stored: Mapping[str, Any], data: bytes, file: str) -> str | None:
    """SVGs one after the other, or None for a method without a picture or an input that gives another result."""
    if stored["method"] != METHOD:
        return None
    result = MeasurementResult.model_validate(stored)
    again = repeated(result, data, file)
    if again is None or again.result.result_digest != result.result_digest:
        return None
    device, mark = result.subject.name, result.result_digest[:8]
    policy = next(Decimal(str(p.value)) for p in result.parameters if p.name == "max-age-days")
    gates = declared_against_possible(again.two_qubit, device=device, prefix=f"p{mark}")
    return gates + ages_figure(
        ages_in_days(again.record), policy_days=policy, device=device, prefix=f"a{mark}"
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
