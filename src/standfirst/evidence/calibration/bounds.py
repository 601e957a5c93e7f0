"""Values that no device can have, and the bound that relaxation sets to coherence."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from standfirst.evidence.calibration.coherence import coherence_of
from standfirst.evidence.calibration.finding import (
    SIX_DIGITS,
    Finding,
    Offence,
    judge_counted,
    share_finding,
)
from standfirst.evidence.calibration.parameters import SHARE, IntegrityParameters
from standfirst.evidence.calibration.record import CalibrationRecord, Gate, Qubit
from standfirst.evidence.decision import Rule
from standfirst.evidence.result import Check, Figure, Limit, decimal_text

_TIMES: Final = ("T1", "T2", "readout_length")
_PROBABILITIES: Final = ("readout_error", "prob_meas0_prep1", "prob_meas1_prep0")


def impossible_values(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Values outside their physical range: times and lengths that are not above zero, probabilities beyond 0 to 1."""
    offences = tuple(_impossible(record))
    limit = Limit(parameter="max-impossible-values", value=str(parameters.max_impossible_values), unit=SHARE)
    return Finding(
        check=Check(
            name="impossible-values",
            verdict=judge_counted(Decimal(len(offences)), limit),
            figures=(Figure(name="impossible-values", value=len(offences)),),
            limit=limit,
            rule=Rule.SIMPLE_ACCEPTANCE,
        ),
        counts={"values-impossible": len(offences)},
        offences=offences,
    )


def _impossible(record: CalibrationRecord) -> Iterator[Offence]:
    for qubit in record.qubits:
        yield from _beyond(qubit, _TIMES, lambda value: value > 0)
        yield from _beyond(qubit, _PROBABILITIES, lambda value: 0 <= value <= 1)
    for gate in record.gates:
        yield from _beyond(gate, ("gate_error",), lambda value: 0 <= value <= 1)
        if not gate.is_virtual:
            yield from _beyond(gate, ("gate_length",), lambda value: value > 0)


def _beyond(
    part: Qubit | Gate, parameters: Iterable[str], holds: Callable[[Decimal], bool]
) -> Iterator[Offence]:
    for parameter in parameters:
        value = part.value(parameter)
        if value is not None and not holds(value):
            reading = part.readings[parameter]
            figure = Figure(
                name=parameter.lower().replace("_", "-"),
                value=decimal_text(SIX_DIGITS.plus(value)),
                unit=reading.quantity.value,
            )
            yield Offence(part.element, abs(value), (figure,), reading.place)


def t2_bound(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Qubits whose T2 is above 2 T1, beyond what the tolerance lets pass."""
    factor = 2 * (1 + Decimal(parameters.t2_tolerance))
    offences, judged = [], 0
    for qubit in record.qubits:
        times = coherence_of(qubit)
        if times is None:
            continue
        judged += 1
        if times.t2 > factor * times.t1:
            ratio = SIX_DIGITS.divide(times.t2, times.t1)
            figure = Figure(name="t2-over-t1", value=decimal_text(ratio))
            offences.append(Offence(qubit.element, ratio, (figure,), qubit.readings["T2"].place))
    return share_finding(
        "t2-bound",
        "t2-excess-share",
        judged,
        offences,
        limit=("max-t2-excess-share", parameters.max_t2_excess_share),
        parameters=parameters,
        counts={"qubits-with-t1-and-t2": judged, "qubits-t2-above-2t1": len(offences)},
        measurable=bool(record.qubits),
    )
