"""When the values of a calibration record were measured."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from standfirst.evidence.calibration_finding import (
    DAY_RESOLUTION,
    Finding,
    Offence,
    days,
    figure_at,
    share_figures,
    share_value,
    site_name,
    value_at,
)
from standfirst.evidence.calibration_parameters import DAYS, IntegrityParameters
from standfirst.evidence.calibration_record import CalibrationRecord, Reading
from standfirst.evidence.decision import Rule, Verdict, judge, worst
from standfirst.evidence.result import Check, Figure, Limit

_MEASURED: Final = ("T1", "T2", "readout_error", "prob_meas0_prep1", "prob_meas1_prep0")
"""Qubit parameters that are measured. Lengths and frequencies are settings: their dates say when they were set."""


def staleness(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """How old the oldest measured value was when the snapshot was taken, against the policy; how far dates differ."""
    dated, undated = _dated(record)
    limit = Limit(parameter="max-age-days", value=parameters.max_age_days, unit=DAYS)
    ages = {index: days(record.snapshot - moment) for index, (_, _, moment) in enumerate(dated)}
    oldest = max(ages.values(), default=Decimal(0))
    spread = oldest - min(ages.values(), default=Decimal(0))
    stale = [index for index, age in ages.items() if age > Decimal(limit.value)]
    elements = {element for element, _, _ in dated} | {element for element, _ in undated}
    stale_elements = {dated[index][0] for index in stale}
    share = share_value("stale-share", len(stale_elements), len(elements), parameters) if elements else None
    verdict = Verdict.NOT_MEASURABLE
    if dated:
        verdict = judge(Rule.SIMPLE_ACCEPTANCE, oldest, oldest, oldest, limit=Decimal(limit.value))
        if undated:
            verdict = worst([verdict, Verdict.INDETERMINATE])
    return Finding(
        check=Check(
            name="staleness",
            verdict=verdict,
            figures=(
                figure_at("oldest-age", oldest, DAY_RESOLUTION, DAYS),
                figure_at("date-spread", spread, DAY_RESOLUTION, DAYS),
                Figure(name="elements", value=len(elements)),
                Figure(name="affected", value=len(stale_elements)),
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
        offences=tuple(
            Offence(
                dated[index][0],
                ages[index],
                (figure_at("age", ages[index], DAY_RESOLUTION, DAYS),),
                dated[index][1].place,
            )
            for index in stale
        ),
    )


def date_order(record: CalibrationRecord, parameters: IntegrityParameters) -> Finding:
    """Whether values are dated after the snapshot that holds them: by how much, against a lead that zones explain."""
    dated, _ = _dated(record)
    limit = Limit(parameter="max-lead-days", value=parameters.max_lead_days, unit=DAYS)
    late = [(element, reading, days(moment - record.snapshot)) for element, reading, moment in dated]
    furthest = max((lead for _, _, lead in late), default=Decimal(0)).max(Decimal(0))
    beyond = [(element, reading, lead) for element, reading, lead in late if lead > Decimal(limit.value)]
    verdict = judge(Rule.SIMPLE_ACCEPTANCE, furthest, furthest, furthest, limit=Decimal(limit.value))
    return Finding(
        check=Check(
            name="date-order",
            verdict=verdict if dated else Verdict.NOT_MEASURABLE,
            figures=(figure_at("furthest-lead", furthest, DAY_RESOLUTION, DAYS),),
            limit=limit,
            rule=Rule.SIMPLE_ACCEPTANCE,
        ),
        counts={"values-after-snapshot": sum(lead > 0 for _, _, lead in late)},
        offences=tuple(
            Offence(element, lead, (figure_at("lead", lead, DAY_RESOLUTION, DAYS),), reading.place)
            for element, reading, lead in beyond
        ),
    )


def record_age(record: CalibrationRecord, at: datetime, parameters: IntegrityParameters) -> Finding:
    """How old the snapshot itself is at the reference time."""
    age = days(at - record.snapshot)
    text = parameters.max_record_age_days
    limit = None if text is None else Limit(parameter="max-record-age-days", value=text, unit=DAYS)
    return Finding(
        check=Check(
            name="record-age",
            verdict=None
            if limit is None
            else judge(Rule.SIMPLE_ACCEPTANCE, age, age, age, limit=Decimal(limit.value)),
            figures=(figure_at("record-age", age, DAY_RESOLUTION, DAYS),),
            limit=limit,
            rule=None if limit is None else Rule.SIMPLE_ACCEPTANCE,
        ),
        values=(value_at("record-age", age, DAY_RESOLUTION, DAYS),),
    )


def ages_in_days(record: CalibrationRecord) -> tuple[Decimal, ...]:
    """The age of every dated measured value at the snapshot; below zero if dated after it."""
    return tuple(days(record.snapshot - moment) for _, _, moment in _dated(record)[0])


def _dated(
    record: CalibrationRecord,
) -> tuple[list[tuple[str, Reading, datetime]], list[tuple[str, Reading]]]:
    """The measured values with their times, and those without one, each with the name of its element."""
    dated: list[tuple[str, Reading, datetime]] = []
    undated: list[tuple[str, Reading]] = []
    for element, reading in _measured(record):
        if reading.measured_at is None:
            undated.append((element, reading))
        else:
            dated.append((element, reading, reading.measured_at))
    return dated, undated


def _measured(record: CalibrationRecord) -> Iterator[tuple[str, Reading]]:
    for qubit in record.qubits:
        for name in _MEASURED:
            reading = qubit.readings.get(name)
            if reading is not None and reading.value is not None:
                yield site_name((qubit.index,)), reading
    for gate in record.gates:
        reading = gate.readings.get("gate_error")
        if reading is not None and reading.value is not None and not gate.is_virtual:
            yield site_name(gate.site), reading
