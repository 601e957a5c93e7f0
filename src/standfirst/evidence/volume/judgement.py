"""From the counts of one experiment to values, checks and a decision: pure, in decimals.

Two rules judge the same counts, and neither is left out: they may disagree, and a reader must see it.

- ``two-sigma``: the rule as published by Cross et al. 2019. At many shots it asks for far more circuits than the spread
  warrants, so it often cannot decide; it has been used for every published quantum volume.
- ``circuit-level``: Student's t over circuits, which keeps its confidence at any number of shots above a few.

Each compares its interval with the threshold in three ways: wholly above is conform (the published rule's "pass"), wholly
below is nonconform, across is indeterminate (more circuits could decide). The overall verdict is the worse of the two:
conform only where both pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from standfirst.evidence.decision import WORST_CHECK, WORST_CHECK_SOURCE, Rule, Side, judge, worst
from standfirst.evidence.result import (
    Check,
    Decision,
    Figure,
    Interval,
    Limit,
    Uncertainty,
    Value,
    decimal_text,
)
from standfirst.evidence.volume.parameters import VolumeParameters
from standfirst.evidence.volume.statistics import (
    Bounds,
    circuit_level,
    circuits_needed,
    mean_share,
    two_sigma,
)
from standfirst.standards.vocabulary import Verdict

RESOLUTION: Final = Decimal("0.000001")
THRESHOLD: Final = Decimal("0.666667")
"""Two thirds, rounded up to the resolution: no decimal is two thirds, and the published rule asks for more than it. A lower
end, rounded down to the resolution, that reaches this is above two thirds; what lies between the two is not accepted."""
RULE: Final = Rule.INTERVAL_THREE_WAY
RULE_SOURCES: Final = (
    "two-sigma: Cross et al. 2019 (arXiv:1811.12926), algorithm 1; circuit-level: Student's t over circuits, in place of "
    "the bootstrap of Baldwin et al. 2022 (arXiv:2110.14808); both intervals against the threshold: ISO 10576 idea of an "
    "inconclusive outcome"
)
TWO_SIGMA, CIRCUIT_LEVEL = "two-sigma", "circuit-level"
SIMULATION: Final = "simulation"
"""The check that decides nothing and says what the verdicts hold under."""
T_METHOD: Final = "student-t-over-circuits"
LEAST_SHOTS_FOR_RISK: Final = 10
"""Below, the shares of circuits are too coarse for a risk to be stated: at one shot and a true share of two thirds, 2.8 % of
experiments with 100 circuits pass both rules, 3.2 % with 200."""
LEAST_RISK: Final = Decimal("0.025")
"""Stated at least, however high the confidence: what the published rule has. From ten shots on far fewer pass both rules
(in 40,000 simulated experiments at a true share of two thirds none, and 0.35 % where circuits spread six times as wide as
seen)."""
SIMULATED: Final = "simulated"
"""On every verdict: a simulation with a device's declared noise, never a run on that device."""


@dataclass(frozen=True, slots=True)
class Judgement:
    values: tuple[Value, ...]
    checks: tuple[Check, ...]
    decision: Decision


def judged(heavy: Sequence[int], parameters: VolumeParameters) -> Judgement:
    """The judgement on these counts: for each circuit its shots with a heavy output."""
    confidence = Decimal(parameters.confidence)
    mean = mean_share(heavy, parameters.shots)
    sigma = two_sigma(heavy, parameters.shots)
    level = circuit_level(heavy, parameters.shots, confidence=confidence)
    checks = (_check(TWO_SIGMA, sigma, parameters), _check(CIRCUIT_LEVEL, level, parameters))
    verdict = worst(check.verdict for check in checks if check.verdict)
    values = [_share(mean, level, confidence)]
    if verdict is Verdict.CONFORM:
        volume = 2 ** len(parameters.qubits)
        values.append(Value(name="achieved-quantum-volume", value=str(volume), unit="1", resolution="1"))
    return Judgement(tuple(values), checks, _decision(verdict, checks, parameters))


def _check(name: str, bounds: Bounds | None, parameters: VolumeParameters) -> Check:
    if bounds is None:
        codes = (SIMULATED, "no-spread")
        return Check(name=name, verdict=Verdict.NOT_MEASURABLE, limit=_limit(), rule=RULE, codes=codes)
    lower, upper = _outwards(bounds)
    return Check(
        name=name,
        verdict=judge(RULE, bounds.mean, lower, upper, limit=THRESHOLD, side=Side.AT_LEAST),
        figures=_figures(name, bounds, parameters),
        limit=_limit(),
        rule=RULE,
        codes=(SIMULATED,),
    )


def _figures(name: str, bounds: Bounds, parameters: VolumeParameters) -> tuple[Figure, ...]:
    """The interval; for the rule that often cannot decide also with how many circuits this share would pass it."""
    lower, upper = _outwards(bounds)
    figures = [
        Figure(name="mean-share", value=_text(bounds.mean, ROUND_HALF_EVEN)),
        Figure(name="standard-uncertainty", value=_text(bounds.standard, ROUND_CEILING)),
        Figure(name="lower-end", value=decimal_text(lower)),
        Figure(name="upper-end", value=decimal_text(upper)),
        Figure(name="circuits", value=parameters.circuits),
    ]
    needed = circuits_needed(bounds.mean, THRESHOLD) if name == TWO_SIGMA else None
    if needed is not None and needed > parameters.circuits:
        figures.append(Figure(name="circuits-needed", value=needed))
    return tuple(figures)


def _share(mean: Decimal, level: Bounds | None, confidence: Decimal) -> Value:
    """The measured quantity with its circuit-level interval; without one where no spread could be seen."""
    interval = uncertainty = None
    if level is not None:
        lower, upper = _outwards(level)
        interval = Interval(
            lower=decimal_text(lower),
            upper=decimal_text(upper),
            coverage=decimal_text((2 * confidence - 1).normalize()),
            method=T_METHOD,
        )
        uncertainty = Uncertainty(
            standard=_text(level.standard, ROUND_CEILING), method="standard-error-over-circuits"
        )
    return Value(
        name="heavy-output-share",
        value=_text(mean, ROUND_HALF_EVEN),
        unit="1",
        resolution=decimal_text(RESOLUTION),
        interval=interval,
        uncertainty=uncertainty,
    )


def _decision(verdict: Verdict, checks: Sequence[Check], parameters: VolumeParameters) -> Decision:
    """The risk is the circuit-level one: a subject at the threshold passes that rule, and so both, no more often."""
    risk = max(1 - Decimal(parameters.confidence), LEAST_RISK)
    return Decision(
        verdict=verdict,
        rule=WORST_CHECK,
        source=WORST_CHECK_SOURCE,
        check_rule=RULE,
        check_rule_source=RULE_SOURCES,
        guard=T_METHOD,
        false_acceptance=decimal_text(risk) if parameters.shots >= LEAST_SHOTS_FOR_RISK else None,
        limits=(_limit(),),
        decided_by=tuple(check.name for check in checks if check.verdict is verdict),
    )


def _limit() -> Limit:
    text = decimal_text(THRESHOLD)
    return Limit(parameter="heavy-output-threshold", value=text, unit="1", side=Side.AT_LEAST)


def _outwards(bounds: Bounds) -> tuple[Decimal, Decimal]:
    """The interval at the resolution, so that its coverage is kept."""
    return bounds.lower.quantize(RESOLUTION, ROUND_FLOOR), bounds.upper.quantize(RESOLUTION, ROUND_CEILING)


def _text(value: Decimal, rounding: str) -> str:
    return decimal_text(value.quantize(RESOLUTION, rounding))
