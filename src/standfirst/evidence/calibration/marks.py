"""What a calibration record marks as faulty, leaves out, or reads more often one way than the other."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from standfirst.evidence.calibration.finding import (
    SIX_DIGITS,
    Finding,
    Offence,
    share_finding,
    site_name,
)
from standfirst.evidence.calibration.parameters import IntegrityParameters
from standfirst.evidence.calibration.record import CalibrationRecord, Element, Gate, Site
from standfirst.evidence.decision import Rule
from standfirst.evidence.result import Figure, decimal_text

_OF_A_QUBIT: Final = ("T1", "T2", "readout_error")
_OF_A_GATE: Final = ("gate_error", "gate_length")


def faulty_elements(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Qubits and couplings that carry a gate with the error that providers write for a gate that does not work."""
    offences, judged, marked = [], 0, 0
    for site, gates in record.elements.items():
        declared = [gate for gate in gates if gate.is_physical and gate.error is not None]
        faulty = [gate for gate in declared if (gate.error or 0) >= Decimal(parameters.faulty_from)]
        judged += bool(declared)
        marked += len(faulty)
        if faulty:
            figures = (Figure(name="gates-marked-faulty", value=len(faulty)),)
            place = faulty[0].readings["gate_error"].place
            offences.append(Offence(site_name(site), Decimal(len(faulty)), figures, place))
    return share_finding(
        "faulty-elements",
        "faulty-share",
        judged,
        offences,
        limit=("max-faulty-share", parameters.max_faulty_share),
        parameters=parameters,
        rule=Rule.SIMPLE_ACCEPTANCE,
        counts={"errors-marked-faulty": marked},
        measurable=bool(record.gates),
    )


def missing_values(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Qubits without T1, T2 or readout error, and couplings or qubits with a gate without error or length."""
    offences, expected, missing = [], 0, 0
    for site, gates in record.elements.items():
        wanted = list(_expected(record, site, gates))
        absent = [parameter for element, parameter in wanted if element.value(parameter) is None]
        expected += len(wanted)
        missing += len(absent)
        if absent:
            figures = (Figure(name="values-missing", value=len(absent)),)
            offences.append(
                Offence(site_name(site), Decimal(len(absent)), figures, ", ".join(sorted(set(absent))))
            )
    return share_finding(
        "missing-values",
        "missing-share",
        len(record.elements),
        offences,
        limit=("max-missing-share", parameters.max_missing_share),
        parameters=parameters,
        rule=Rule.SIMPLE_ACCEPTANCE,
        counts={"values-expected": expected, "values-missing": missing},
        measurable=True,
    )


def _expected(record: CalibrationRecord, site: Site, gates: Iterable[Gate]) -> Iterator[tuple[Element, str]]:
    """Everything that a complete record declares of one qubit or coupling."""
    if len(site) == 1:
        yield from ((record.qubit_by_index[site[0]], parameter) for parameter in _OF_A_QUBIT)
    for gate in gates:
        if gate.is_physical:
            yield from ((gate, parameter) for parameter in _OF_A_GATE)


def readout_asymmetry(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Qubits that read a prepared 1 as 0 much more often than the other way round, or much less."""
    offences, judged = [], 0
    for qubit in record.qubits:
        zero_for_one, one_for_zero = qubit.value("prob_meas0_prep1"), qubit.value("prob_meas1_prep0")
        if zero_for_one is None or one_for_zero is None:
            continue
        judged += 1
        difference = zero_for_one - one_for_zero
        if abs(difference) >= Decimal(parameters.asymmetry_from):
            figure = Figure(name="p01-minus-p10", value=decimal_text(SIX_DIGITS.plus(difference)))
            place = qubit.readings["prob_meas0_prep1"].place
            offences.append(Offence(qubit.element, abs(difference), (figure,), place))
    return share_finding(
        "readout-asymmetry",
        "asymmetric-readout-share",
        judged,
        offences,
        limit=("max-asymmetric-share", parameters.max_asymmetric_share),
        parameters=parameters,
        counts={"qubits-with-both-readout-probabilities": judged},
        measurable=bool(record.qubits),
    )
