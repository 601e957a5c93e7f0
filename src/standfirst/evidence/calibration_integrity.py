"""The collector `calibration-integrity`: does a calibration record agree with itself, with physics and with a policy?

It needs one snapshot and no history, asks no device and trusts no declaration: whether values are recent, possible and
complete, and whether declared gate errors are ones that the declared T1, T2 and gate lengths allow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from pathlib import Path
from typing import ClassVar, Final

from standfirst.evidence.calibration.ages_picture import ages_figure
from standfirst.evidence.calibration.bounds import impossible_values, t2_bound
from standfirst.evidence.calibration.dates import ages_in_days, date_order, record_age, staleness
from standfirst.evidence.calibration.declared_against_possible import GateSurvey, coherence_limit, survey
from standfirst.evidence.calibration.finding import Finding
from standfirst.evidence.calibration.marks import faulty_elements, missing_values, readout_asymmetry
from standfirst.evidence.calibration.parameters import IntegrityParameters
from standfirst.evidence.calibration.picture import declared_against_possible
from standfirst.evidence.calibration.reading import read_calibration
from standfirst.evidence.calibration.record import CalibrationRecord
from standfirst.evidence.calibration.values import BadValue, instant, name_of
from standfirst.evidence.choices import PARAMETERS
from standfirst.evidence.decision import SOURCES, WORST_CHECK, WORST_CHECK_SOURCE, Rule, worst
from standfirst.evidence.environment import this_environment
from standfirst.evidence.intervals import METHOD as INTERVAL_METHOD
from standfirst.evidence.repeating import require_same, stored_inputs
from standfirst.evidence.result import (
    Decision,
    MeasurementResult,
    Parameter,
    Subject,
    decimal_text,
    instant_text,
)
from standfirst.evidence.source import Source, open_source
from standfirst.pictures.figure import Figure
from standfirst.standards.problems import Problem, Unusable

METHOD: Final = "calibration-integrity"
VERSION: Final = "1"
"""Grows with every change that can change a result."""

_ARITHMETIC: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
"""Set for the whole measurement, so that no setting of the calling program reaches a result."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A result with what a report draws beside it: the record and the two-qubit errors against their limits."""

    result: MeasurementResult
    record: CalibrationRecord
    two_qubit: GateSurvey


def measure(
    source: Path | str | bytes,
    *,
    name: str,
    device: str | None = None,
    snapshot: datetime | str | None = None,
    at: datetime | str | None = None,
    parameters: IntegrityParameters | Mapping[str, object] | None = None,
    performed_at: datetime | None = None,
    file_name: str = "",
) -> MeasurementResult:
    """Measure one calibration record.

    Args:
        source: path of a file (long-form CSV or IBM backend properties JSON), or its bytes.
        name: what the organisation calls the device; stands in the result as its subject.
        device: which device of the file, by the name it has there; needed only if there are several.
        snapshot: which snapshot of the file; default the latest. A text without a zone is UTC.
        at: the reference time for how old the record is. Without it that question is not asked.
        parameters: limits and choices, as `IntegrityParameters` or by name; default its defaults.
        performed_at: when the measurement was made; stands in the envelope only.
        file_name: the name that results and problems show, where bytes are given or the path says nothing.

    Raises:
        Unusable: the file, the snapshot, the times or the parameters cannot be used; it lists every problem.
    """
    return examine(
        source,
        name=name,
        device=device,
        snapshot=snapshot,
        at=at,
        parameters=parameters,
        performed_at=performed_at,
        file_name=file_name,
    ).result


def examine(
    source: Path | str | bytes,
    *,
    name: str,
    device: str | None = None,
    snapshot: datetime | str | None = None,
    at: datetime | str | None = None,
    parameters: IntegrityParameters | Mapping[str, object] | None = None,
    performed_at: datetime | None = None,
    file_name: str = "",
) -> Examination:
    """As `measure`, with the record and the points for a picture."""
    if not isinstance(parameters, IntegrityParameters):
        parameters = IntegrityParameters.choose(parameters or {})
    _check_name(name)
    wanted, reference = _moment(snapshot, "snapshot"), _moment(at, "at")
    with localcontext(_ARITHMETIC):
        opened = open_source(source, file_name=file_name)
        record = read_calibration(opened, device=device, snapshot=wanted)
        two_qubit = survey(record, 2, parameters)
        findings = _findings(record, two_qubit, reference, parameters)
        result = _assemble(
            opened,
            record,
            findings,
            name=name,
            at=reference,
            parameters=parameters,
            performed_at=performed_at,
        )
    return Examination(result, record, two_qubit)


def _findings(
    record: CalibrationRecord,
    two_qubit: GateSurvey,
    at: datetime | None,
    parameters: IntegrityParameters,
) -> list[Finding]:
    """One for each question. Raises Unusable when the reference time lies before the record."""
    findings = [
        staleness(record, parameters),
        date_order(record, parameters),
        impossible_values(record, parameters),
        t2_bound(record, parameters),
        coherence_limit(two_qubit, parameters),
        coherence_limit(survey(record, 1, parameters), parameters),
        faulty_elements(record, parameters),
        missing_values(record, parameters),
        readout_asymmetry(record, parameters),
    ]
    if at is not None:
        findings.append(record_age(record, at, parameters))
    return findings


def _assemble(
    source: Source,
    record: CalibrationRecord,
    findings: list[Finding],
    *,
    name: str,
    at: datetime | None,
    parameters: IntegrityParameters,
    performed_at: datetime | None,
) -> MeasurementResult:
    snapshot = instant_text(record.snapshot)
    counts = {
        "qubits": len(record.qubits),
        "gates": len(record.gates),
        "general-values": len(record.general),
    }
    for finding in findings:
        counts.update(finding.counts)
    return MeasurementResult(
        method=METHOD,
        method_version=VERSION,
        subject=Subject(
            name=name,
            identifier=record.device,
            what="calibration-record",
            snapshot=snapshot,
            other_snapshots=tuple(instant_text(moment) for moment in record.other_snapshots),
        ),
        inputs=(source.as_input(),),
        parameters=(
            Parameter(name="device", value=record.device),
            Parameter(name="snapshot", value=snapshot),
            Parameter(name="at", value=None if at is None else instant_text(at)),
            *parameters.as_parameters(),
        ),
        counts=counts,
        values=tuple(value for finding in findings for value in finding.values),
        checks=tuple(finding.check for finding in findings),
        decision=_decide(findings, parameters),
        examples=tuple(finding.offenders() for finding in findings if finding.offences),
        environment=this_environment(),
        performed_at=None if performed_at is None else instant_text(performed_at),
    )


def _decide(findings: list[Finding], parameters: IntegrityParameters) -> Decision:
    verdicts = {finding.check.name: finding.check.verdict for finding in findings}
    verdict = worst(verdict for verdict in verdicts.values() if verdict is not None)
    guarded = parameters.rule is not Rule.SIMPLE_ACCEPTANCE
    risk = (1 - Decimal(parameters.coverage)) / 2
    return Decision(
        verdict=verdict,
        rule=WORST_CHECK,
        source=WORST_CHECK_SOURCE,
        check_rule=parameters.rule,
        check_rule_source=SOURCES[parameters.rule],
        guard=INTERVAL_METHOD if guarded else None,
        false_acceptance=decimal_text(risk) if guarded else None,
        limits=tuple(finding.check.limit for finding in findings if finding.check.limit is not None),
        decided_by=tuple(name for name, found in verdicts.items() if found is verdict),
    )


def _check_name(name: str) -> None:
    """Raises Unusable unless a result can show the name."""
    try:
        name_of(name.strip() and name)
    except BadValue as bad:
        raise Unusable([Problem(PARAMETERS, 0, "name", bad.reason)]) from None


def _moment(moment: datetime | str | None, parameter: str) -> datetime | None:
    """A time given as a parameter. Raises Unusable; a `datetime` without a zone is a programming error."""
    if isinstance(moment, str):
        try:
            return instant(moment, naive_is_utc=True)
        except BadValue as bad:
            raise Unusable([Problem(PARAMETERS, 0, parameter, bad.reason)]) from None
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{parameter} needs a zone")
    return moment


class CalibrationIntegrity:
    """This collector as `standfirst.evidence.collectors` offers it."""

    name: ClassVar[str] = METHOD
    version: ClassVar[str] = VERSION
    needs_extra: ClassVar[str | None] = None
    parameters: ClassVar[type[IntegrityParameters]] = IntegrityParameters

    def measure(
        self,
        source: Path | str | bytes,
        *,
        name: str,
        parameters: Mapping[str, object],
        at: datetime | None = None,
        performed_at: datetime | None = None,
    ) -> MeasurementResult:
        """As `measure` of this file; `device` and `snapshot` may stand among the parameters."""
        choices = dict(parameters)
        device, snapshot = choices.pop("device", None), choices.pop("snapshot", None)
        return measure(
            source,
            name=name,
            device=None if device is None else str(device),
            snapshot=None if snapshot is None else str(snapshot),
            at=at,
            parameters=choices,
            performed_at=performed_at,
        )

    def files(self, source: Path | str | bytes) -> Mapping[str, bytes]:
        opened = open_source(source)
        return {opened.name: opened.data}

    def repeat(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
        """Raises Unusable where the input is not among them or can no longer be used."""
        return _again(stored, inputs).result

    def figures(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Figure, ...]:
        """Drawn from the record, measured again. Raises Unusable where that gives another result than the stored one."""
        again = _again(stored, inputs)
        require_same(stored, again.result)
        device = stored.subject.name
        policy = next(Decimal(str(p.value)) for p in stored.parameters if p.name == "max-age-days")
        found = (
            declared_against_possible(again.two_qubit, device=device),
            ages_figure(ages_in_days(again.record), policy_days=policy, device=device),
        )
        return tuple(figure for figure in found if figure is not None)


def _again(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> Examination:
    """The same measurement, from the parameters that a stored result states. Raises Unusable."""
    (file_name, data), *_ = stored_inputs(stored, inputs, method=METHOD, version=VERSION).items()
    stated = {parameter.name: parameter.value for parameter in stored.parameters}
    known = {name.replace("_", "-"): name for name in IntegrityParameters.model_fields}
    at = stated.get("at")
    return examine(
        data,
        name=stored.subject.name,
        device=stored.subject.identifier,
        snapshot=stored.subject.snapshot,
        at=None if at is None else str(at),
        parameters={known[name]: value for name, value in stated.items() if name in known},
        file_name=file_name,
    )


COLLECTOR: Final = CalibrationIntegrity()
