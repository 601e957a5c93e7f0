"""The answer to one question about a calibration record: check, values, counts and the elements that offend.

What is counted is always an element (a qubit, or a coupling: the qubits a gate joins, without their order), never a
single declared value. The gates x, sx and id of a qubit, or the two directions of a coupling, are declared from one
calibration; counting them singly would make an interval narrower than what was measured allows.

What the interval of a share means: the elements of this snapshot taken as draws from how this device is calibrated
and declared. The share in this snapshot itself is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from standfirst.evidence import intervals
from standfirst.evidence.calibration.parameters import SHARE, IntegrityParameters
from standfirst.evidence.calibration.record import Site
from standfirst.evidence.decision import Rule, judge
from standfirst.evidence.result import Check, Example, Figure, Interval, Limit, Offenders, Value, decimal_text
from standfirst.standards.vocabulary import Verdict

MOST_EXAMPLES: Final = 10
"""Offending elements shown for each check: enough to look into, few enough to read."""
SHARE_RESOLUTION: Final = Decimal("0.000001")
DAY_RESOLUTION: Final = Decimal("0.0001")
"""Nine seconds."""
SIX_DIGITS: Final = Context(prec=6, rounding=ROUND_HALF_EVEN)
"""Declared errors, limits and ratios in examples: six significant digits."""


@dataclass(frozen=True, slots=True)
class Offence:
    """An element that speaks against the record; a larger `severity` is worse."""

    element: str
    severity: Decimal
    figures: tuple[Figure, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Finding:
    check: Check
    values: tuple[Value, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    offences: tuple[Offence, ...] = ()

    def offenders(self) -> Offenders:
        """The worst elements, worst first; equals in the order of their names."""
        ranked = sorted(
            self.offences, key=lambda offence: (-offence.severity, offence.element, offence.place)
        )
        shown = tuple(
            Example(element=o.element, figures=o.figures, place=o.place) for o in ranked[:MOST_EXAMPLES]
        )
        return Offenders(check=self.check.name, total=len(ranked), worst=shown)


def site_name(site: Site) -> str:
    """``qubit 7`` or ``coupling 3-5``."""
    return f"qubit {site[0]}" if len(site) == 1 else f"coupling {'-'.join(map(str, site))}"


def judge_counted(value: Decimal, limit: Limit) -> Verdict:
    """The verdict on a counted fact, with nothing uncertain about it."""
    return judge(Rule.SIMPLE_ACCEPTANCE, value, value, value, limit=Decimal(limit.value))


def share_finding(
    name: str,
    value_name: str,
    elements: int,
    offences: list[Offence],
    *,
    limit: tuple[str, str | None],
    parameters: IntegrityParameters,
    counts: Mapping[str, int],
    measurable: bool,
    rule: Rule | None = None,
    codes: tuple[str, ...] = (),
) -> Finding:
    """The finding on a share of `elements`. Without any element: not measurable if there was something to measure
    (`measurable`), else no verdict, since the question does not arise.
    """
    parameter, text = limit
    stated = None if text is None else Limit(parameter=parameter, value=text, unit=SHARE)
    applied = rule or parameters.rule
    share = share_value(value_name, len(offences), elements, parameters) if elements else None
    verdict = None
    if share is None:
        codes = (*codes, "nothing-to-judge" if measurable else "no-elements")
        verdict = Verdict.NOT_MEASURABLE if measurable and stated is not None else None
    elif stated is not None and share.interval is not None:
        exact = Decimal(len(offences)) / elements
        lower, upper = Decimal(share.interval.lower), Decimal(share.interval.upper)
        verdict = judge(applied, exact, lower, upper, limit=Decimal(stated.value))
    return Finding(
        check=Check(
            name=name,
            verdict=verdict,
            figures=(
                Figure(name="elements", value=elements),
                Figure(name="affected", value=len(offences)),
                *share_figures(share),
            ),
            limit=stated,
            rule=None if stated is None else applied,
            codes=codes,
        ),
        values=(share,) if share else (),
        counts=counts,
        offences=tuple(offences),
    )


def share_value(name: str, affected: int, elements: int, parameters: IntegrityParameters) -> Value:
    coverage = Decimal(parameters.coverage)
    bounds = intervals.clopper_pearson(affected, elements, coverage=coverage, resolution=SHARE_RESOLUTION)
    interval = Interval(
        lower=decimal_text(bounds.lower),
        upper=decimal_text(bounds.upper),
        coverage=parameters.coverage,
        method=intervals.METHOD,
    )
    return value_at(name, Decimal(affected) / elements, SHARE_RESOLUTION, SHARE, interval)


def share_figures(share: Value | None) -> tuple[Figure, ...]:
    if share is None or share.interval is None:
        return ()
    return (
        Figure(name="share", value=share.value),
        Figure(name="lower", value=share.interval.lower),
        Figure(name="upper", value=share.interval.upper),
    )


def value_at(name: str, value: Decimal, step: Decimal, unit: str, interval: Interval | None = None) -> Value:
    text = decimal_text(value.quantize(step, ROUND_HALF_EVEN))
    return Value(name=name, value=text, unit=unit, resolution=decimal_text(step), interval=interval)


def figure_at(name: str, value: Decimal, step: Decimal, unit: str) -> Figure:
    return Figure(name=name, value=decimal_text(value.quantize(step, ROUND_HALF_EVEN)), unit=unit)


def days(span: timedelta) -> Decimal:
    microseconds = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return Decimal(microseconds) / 86_400_000_000
