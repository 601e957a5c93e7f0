"""When the values of a calibration record were measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from standfirst.evidence.calibration.finding import (
    DAY_RESOLUTION,
    Finding,
    Offence,
    days,
    figure_at,
    judge_counted,
    share_figures,
    share_value,
    site_name,
    value_at,
)
from standfirst.evidence.calibration.parameters import DAYS, IntegrityParameters
from standfirst.evidence.calibration.record import CalibrationRecord, Reading
from standfirst.evidence.choices import PARAMETERS
from standfirst.evidence.decision import Rule, worst
from standfirst.evidence.result import Check, Figure, Limit, instant_text
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Reason
from standfirst.standards.vocabulary import Verdict

_MEASURED: Final = ("T1", "T2", "readout_error", "prob_meas0_prep1", "prob_meas1_prep0")
"""Qubit parameters that are measured. Lengths and frequencies are settings: their dates say when they were set."""


@dataclass(frozen=True, slots=True)
class _Dated:
    """A measured value with its age at the snapshot in days: below zero if dated after it."""

    element: str
    place: str
    age: Decimal

    def offence(self, name: str, severity: Decimal) -> Offence:
        return Offence(self.element, severity, (figure_at(name, severity, DAY_RESOLUTION, DAYS),), self.place)


def staleness(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """How old the oldest measured value was when the snapshot was taken, against the policy; how far dates differ."""
    dated, undated = _dated(record)
    limit = Limit(parameter="max-age-days", value=parameters.max_age_days, unit=DAYS)
    oldest = max((value.age for value in dated), default=Decimal(0))
    spread = oldest - min((value.age for value in dated), default=Decimal(0))
    stale = [value for value in dated if value.age > Decimal(limit.value)]
    elements = {value.element for value in dated} | set(undated)
    affected = {value.element for value in stale}
    share = share_value("stale-share", len(affected), len(elements), parameters) if elements else None
    verdict = judge_counted(oldest, limit) if dated else Verdict.NOT_MEASURABLE
    if dated and undated:
        verdict = worst([verdict, Verdict.INDETERMINATE])
    return Finding(
        check=Check(
            name="staleness",
            verdict=verdict,
            figures=(
                figure_at("oldest-age", oldest, DAY_RESOLUTION, DAYS),
                figure_at("date-spread", spread, DAY_RESOLUTION, DAYS),
                Figure(name="elements", value=len(elements)),
                Figure(name="affected", value=len(affected)),
                *share_figures(share),
            ),
            limit=limit,
            rule=Rule.SIMPLE_ACCEPTANCE,
            codes=("undated-values",) if undated else (),
        ),
        values=(
            value_at("oldest-age", oldest, DAY_RESOLUTION, DAYS),
            value_at("date-spread", spread, DAY_RESOLUTION, DAYS),
            *((share,) if share else ()),
        ),
        counts={"values-dated": len(dated), "values-undated": len(undated), "values-stale": len(stale)},
        offences=tuple(value.offence("age", value.age) for value in stale),
    )


def date_order(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Whether values are dated after the snapshot that holds them: by how much, against a lead that zones explain."""
    dated, _ = _dated(record)
    limit = Limit(parameter="max-lead-days", value=parameters.max_lead_days, unit=DAYS)
    furthest = max([Decimal(0), *(-value.age for value in dated)])
    return Finding(
        check=Check(
            name="date-order",
            verdict=judge_counted(furthest, limit) if dated else Verdict.NOT_MEASURABLE,
            figures=(figure_at("furthest-lead", furthest, DAY_RESOLUTION, DAYS),),
            limit=limit,
            rule=Rule.SIMPLE_ACCEPTANCE,
        ),
        counts={"values-after-snapshot": sum(value.age < 0 for value in dated)},
        offences=tuple(
            value.offence("lead", -value.age) for value in dated if -value.age > Decimal(limit.value)
        ),
    )


def record_age(record: CalibrationRecord, at: datetime, parameters: IntegrityParameters) -> Finding:
    """How old the snapshot itself is at the reference time. Raises Unusable when that lies before the snapshot."""
    if at < record.snapshot:
        stated = {"at": instant_text(at), "snapshot": instant_text(record.snapshot)}
        raise Unusable([Problem(PARAMETERS, 0, "at", Reason("parameter.before-snapshot", stated))])
    age = days(at - record.snapshot)
    text = parameters.max_record_age_days
    limit = None if text is None else Limit(parameter="max-record-age-days", value=text, unit=DAYS)
    return Finding(
        check=Check(
            name="record-age",
            verdict=None if limit is None else judge_counted(age, limit),
            figures=(figure_at("record-age", age, DAY_RESOLUTION, DAYS),),
            limit=limit,
            rule=None if limit is None else Rule.SIMPLE_ACCEPTANCE,
        ),
        values=(value_at("record-age", age, DAY_RESOLUTION, DAYS),),
    )


def ages_in_days(record: CalibrationRecord) -> tuple[Decimal, ...]:
    """The age of every dated measured value at the snapshot; below zero if dated after it."""
    return tuple(value.age for value in _dated(record)[0])


def _dated(record: CalibrationRecord) -> tuple[list[_Dated], list[str]]:
    """The measured values with a time, and the element of each without one."""
    dated: list[_Dated] = []
    undated: list[str] = []
    for element, reading in _measured(record):
        if reading.measured_at is None:
            undated.append(element)
        else:
            dated.append(_Dated(element, reading.place, days(record.snapshot - reading.measured_at)))
    return dated, undated


def _measured(record: CalibrationRecord) -> Iterator[tuple[str, Reading]]:
    for qubit in record.qubits:
        for parameter in _MEASURED:
            if qubit.value(parameter) is not None:
                yield qubit.element, qubit.readings[parameter]
    for gate in record.gates:
        if gate.error is not None and not gate.is_virtual:
            yield site_name(gate.site), gate.readings["gate_error"]
