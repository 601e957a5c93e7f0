"""Every declared gate error beside the smallest error that the same record's coherence allows."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from standfirst.evidence.calibration_finding import (
    SHARE_RESOLUTION,
    SIX_DIGITS,
    Finding,
    Offence,
    Site,
    share_finding,
    value_at,
)
from standfirst.evidence.calibration_parameters import SHARE, IntegrityParameters
from standfirst.evidence.calibration_record import CalibrationRecord
from standfirst.evidence.coherence import Coherence, average_infidelity, coherence_of
from standfirst.evidence.result import Figure, decimal_text

_FOUR_FIFTHS: Final = Decimal("0.8")
"""How much depends on the scatter of T1 and T2: errors counted here stay too good if both were a quarter longer."""


@dataclass(frozen=True, slots=True)
class GatePoint:
    """One declared gate error beside what coherence allows; both are average gate infidelities."""

    gate: str
    site: Site
    error: Decimal
    limit: Decimal
    relaxation_limit: Decimal
    is_below: bool
    place: str

    @property
    def ratio(self) -> Decimal:
        return SIX_DIGITS.divide(self.error, self.limit)


@dataclass(frozen=True, slots=True)
class GateSurvey:
    """All declared errors of gates on `arity` qubits: judged points, and why the others could not be judged."""

    arity: int
    declared: int
    faulty: int
    not_judgeable: int
    missing: int
    capped: int
    points: tuple[GatePoint, ...]


def survey(record: CalibrationRecord, arity: int, parameters: IntegrityParameters) -> GateSurvey:
    """Compare every declared error of a gate on `arity` (1 or 2) qubits with its coherence limit.

    Not looked at: measurement, reset and delay, and virtual gates. Set aside: gates marked faulty (they claim
    nothing), gates without a length above zero or on a qubit without T1 and T2 above zero (nothing to compare with).
    """
    times = {qubit.index: coherence_of(qubit) for qubit in record.qubits}
    fidelities = lru_cache(maxsize=None)(_fidelities)
    points, declared, faulty, unjudged, missing, capped = [], 0, 0, 0, 0, 0
    keep = 1 - Decimal(parameters.coherence_margin)
    for gate in record.gates:
        if len(gate.qubits) != arity or not gate.is_unitary or gate.is_virtual:
            continue
        if gate.error is None:
            missing += 1
            continue
        declared += 1
        constants = [times[qubit] for qubit in gate.qubits]
        known = [constant for constant in constants if constant is not None]
        if gate.error >= Decimal(parameters.faulty_from):
            faulty += 1
        elif gate.length is None or gate.length <= 0 or len(known) < arity:
            unjudged += 1
        else:
            both = [fidelities(constant, gate.length) for constant in known]
            limit = average_infidelity(tuple(usual for usual, _ in both))
            floor = average_infidelity(tuple(best for _, best in both))
            if limit <= 0:  # the gate is so short that nothing is lost at forty digits
                unjudged += 1
                continue
            place = gate.readings["gate_error"].place
            below = gate.error < keep * limit
            points.append(GatePoint(gate.element, gate.site, gate.error, limit, floor, below, place))
            capped += any(constant.is_capped for constant in known)
    return GateSurvey(arity, declared, faulty, unjudged, missing, capped, tuple(points))


def coherence_limit(gates: GateSurvey, parameters: IntegrityParameters) -> Finding:
    """Elements with at least one declared error better than the coherence limit of the same record."""
    suffix = f"{gates.arity}q"
    by_site: dict[Site, list[GatePoint]] = {}
    for point in gates.points:
        by_site.setdefault(point.site, []).append(point)
    below = [point for point in gates.points if point.is_below]
    worst_points = [min(points, key=_by_ratio) for points in by_site.values()]
    offences = [_too_good(point) for point in worst_points if point.is_below]
    text = parameters.max_below_limit_share_2q if gates.arity == 2 else parameters.max_below_limit_share_1q
    finding = share_finding(
        f"coherence-limit-{suffix}",
        f"below-limit-share-{suffix}",
        len(by_site),
        offences,
        limit=(f"max-below-limit-share-{suffix}", text),
        parameters=parameters,
        counts={
            f"errors-{suffix}-declared": gates.declared,
            f"errors-{suffix}-missing": gates.missing,
            f"errors-{suffix}-faulty": gates.faulty,
            f"errors-{suffix}-not-judgeable": gates.not_judgeable,
            f"errors-{suffix}-judged": len(gates.points),
            f"errors-{suffix}-below-limit": len(below),
            f"errors-{suffix}-below-four-fifths-of-limit": sum(p.ratio < _FOUR_FIFTHS for p in gates.points),
            f"errors-{suffix}-below-relaxation-limit": sum(
                p.error < p.relaxation_limit for p in gates.points
            ),
            f"elements-{suffix}-judged": len(by_site),
            f"elements-{suffix}-below-limit": len(offences),
        },
        codes=("t2-capped",) if gates.capped else (),
        measurable=gates.declared + gates.missing > 0,
    )
    if not gates.points:
        return finding
    share = Decimal(len(below)) / len(gates.points)
    plain = value_at(f"below-limit-error-share-{suffix}", share, SHARE_RESOLUTION, SHARE)
    return Finding(finding.check, (*finding.values, plain), finding.counts, finding.offences)


def _fidelities(times: Coherence, length: Decimal) -> tuple[Decimal, Decimal]:
    return times.process_fidelity(length), times.best_process_fidelity(length)


def _by_ratio(point: GatePoint) -> tuple[Decimal, str]:
    return point.ratio, point.gate


def _too_good(point: GatePoint) -> Offence:
    figures = (
        Figure(name="declared-error", value=decimal_text(SIX_DIGITS.plus(point.error))),
        Figure(name="coherence-limit", value=decimal_text(SIX_DIGITS.plus(point.limit))),
        Figure(name="declared-over-limit", value=decimal_text(point.ratio)),
    )
    return Offence(point.gate, -point.ratio, figures, point.place)
