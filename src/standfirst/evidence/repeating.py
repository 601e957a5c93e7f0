"""What every collector asks of a stored result before it measures again, and of the repeat before it draws it."""

from collections.abc import Mapping

from standfirst.evidence.result import MeasurementResult
from standfirst.standards.problems import Unusable, problem


def stored_inputs(
    stored: MeasurementResult, inputs: Mapping[str, bytes], *, method: str, version: str
) -> dict[str, bytes]:
    """What the result was made from, by file name; ``inputs`` are bytes by their SHA-256 in hex.

    Raises Unusable: the result is of another method or version, it was made from nothing, or an input is missing.
    """
    if (stored.method, stored.method_version) != (method, version):
        where = stored.subject.name
        raise Unusable(
            [problem(where, "measurement.other-method", method=stored.method, version=stored.method_version)]
        )
    missing = [file.name for file in stored.inputs if file.sha256 not in inputs]
    if not stored.inputs:
        missing = [stored.subject.name]
    if missing:
        raise Unusable(problem(name, "measurement.input-not-attached", name=name) for name in missing)
    return {file.name: inputs[file.sha256] for file in stored.inputs}


def require_same(stored: MeasurementResult, again: MeasurementResult) -> None:
    """Raises Unusable where the repeat gives another result than the stored one."""
    if again.result_digest != stored.result_digest:
        raise Unusable([problem(stored.inputs[0].name, "input.changed")])
