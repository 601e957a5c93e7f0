"""Every declared gate error beside the smallest error that the same record's coherence allows."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from standfirst.evidence.calibration.coherence import Coherence, average_infidelity, coherence_of
from standfirst.evidence.calibration.finding import (
    SHARE_RESOLUTION,
    SIX_DIGITS,
    Finding,
    Offence,
    share_finding,
    value_at,
)
from standfirst.evidence.calibration.parameters import SHARE, IntegrityParameters
from standfirst.evidence.calibration.record import CalibrationRecord, Gate, Site
from standfirst.evidence.result import Figure, decimal_text

_FOUR_FIFTHS: Final = Decimal("0.8")
"""How much depends on the scatter of T1 and T2: errors counted here stay too good if both were a quarter longer."""


@dataclass(frozen=True, slots=True)
class GatePoint:
    """One declared gate error beside what coherence allows; both are average gate infidelities.

    `is_capped`: a T2 beyond 2 T1 entered the limit as 2 T1.
    """

    gate: str
    site: Site
    error: Decimal
    limit: Decimal
    relaxation_limit: Decimal
    is_below: bool
    is_capped: bool
    place: str

    @property
    def ratio(self) -> Decimal:
        return SIX_DIGITS.divide(self.error, self.limit)


@dataclass(frozen=True, slots=True)
class GateSurvey:
    """All errors of gates on `arity` qubits: judged points, and how many others were left out for which reason."""

    arity: int
    declared: int
    missing: int
    faulty: int
    points: tuple[GatePoint, ...]

    @property
    def not_judgeable(self) -> int:
        return self.declared - self.faulty - len(self.points)


def survey(record: CalibrationRecord, arity: int, parameters: IntegrityParameters) -> GateSurvey:
    """Compare every declared error of a gate on `arity` (1 or 2) qubits with its coherence limit.

    Not looked at: measurement, reset and delay, and virtual gates. Set aside: gates marked faulty (they claim
    nothing), gates without a length above zero or on a qubit without T1 and T2 above zero (nothing to compare with).
    """
    gates = [gate for gate in record.gates if len(gate.qubits) == arity and gate.is_physical]
    declared = [(gate, gate.error) for gate in gates if gate.error is not None]
    working = [(gate, error) for gate, error in declared if error < Decimal(parameters.faulty_from)]
    times = {qubit.index: coherence_of(qubit) for qubit in record.qubits}
    fidelities = lru_cache(maxsize=None)(_fidelities)
    keep = 1 - Decimal(parameters.coherence_margin)

    def point(gate: Gate, error: Decimal) -> GatePoint | None:
        known = [constant for qubit in gate.qubits if (constant := times[qubit]) is not None]
        if gate.length is None or gate.length <= 0 or len(known) < arity:
            return None
        both = [fidelities(constant, gate.length) for constant in known]
        limit = average_infidelity(tuple(usual for usual, _ in both))
        if limit <= 0:  # the gate is so short that nothing is lost at forty digits
            return None
        return GatePoint(
            gate=gate.element,
            site=gate.site,
            error=error,
            limit=limit,
            relaxation_limit=average_infidelity(tuple(best for _, best in both)),
            is_below=error < keep * limit,
            is_capped=any(constant.is_capped for constant in known),
            place=gate.readings["gate_error"].place,
        )

    points = [point(gate, error) for gate, error in working]
    return GateSurvey(
        arity=arity,
        declared=len(declared),
        missing=len(gates) - len(declared),
        faulty=len(declared) - len(working),
        points=tuple(found for found in points if found is not None),
    )


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
        codes=("t2-capped",) if any(point.is_capped for point in gates.points) else (),
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
