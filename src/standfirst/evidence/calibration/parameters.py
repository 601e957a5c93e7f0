"""What can be chosen before a calibration record is measured, and what holds when nothing is chosen.

No standard sets these limits. They are this project's defaults, each with its reason; a user who overrides one finds
the choice in the result, where an auditor sees it.
"""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from standfirst.evidence.choices import Choices
from standfirst.evidence.decision import Rule
from standfirst.evidence.result import DecimalText, Natural, Parameter

SHARE, DAYS = "1", "d"
_UNITS: Final = {"max_age_days": DAYS, "max_lead_days": DAYS, "max_record_age_days": DAYS}


def _plain(value: object) -> object:
    """Choices arrive as texts from a command line and as numbers from code."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _optional(value: object) -> object:
    return None if value == "none" else _plain(value)


def _share(text: str) -> str:
    if not 0 <= Decimal(text) <= 1:
        raise ValueError("a share lies between 0 and 1")
    return text


def _not_negative(text: str) -> str:
    if Decimal(text) < 0:
        raise ValueError("it cannot be negative")
    return text


def _coverage(text: str) -> str:
    if not Decimal("0.5") <= Decimal(text) <= Decimal("0.9999"):
        raise ValueError("a coverage lies between 0.5 and 0.9999")
    return text


Share = Annotated[DecimalText, AfterValidator(_share), BeforeValidator(_plain)]
OptionalShare = Annotated[Annotated[DecimalText, AfterValidator(_share)] | None, BeforeValidator(_optional)]
Amount = Annotated[DecimalText, AfterValidator(_not_negative), BeforeValidator(_plain)]
OptionalAmount = Annotated[
    Annotated[DecimalText, AfterValidator(_not_negative)] | None, BeforeValidator(_optional)
]


class IntegrityParameters(Choices):
    """Limits and choices of `calibration-integrity`. A limit of None (`none` as text) reports without a verdict."""

    rule: Rule = Field(
        Rule.INTERVAL_FOUR_WAY,
        description="Decision rule for shares that rest on compared measurements; counted facts use simple acceptance.",
    )
    coverage: Annotated[DecimalText, AfterValidator(_coverage)] = Field(
        "0.95", description="Coverage of every interval; two-sided, equal tails."
    )
    max_age_days: Amount = Field(
        "7",
        description="Oldest a measured value may be at its snapshot. Providers calibrate daily to weekly.",
    )
    max_lead_days: Amount = Field(
        "1", description="Furthest a value may be dated after its snapshot: a day covers a misread zone."
    )
    max_record_age_days: OptionalAmount = Field(
        None,
        description="Oldest the snapshot may be at the reference time; by default the criterion that asks decides.",
    )
    max_impossible_values: Natural = Field(
        0, description="Values no device can have: negative times, probabilities beyond 0 to 1."
    )
    t2_tolerance: Amount = Field(
        "0", description="Relative excess of T2 over 2 T1 that is let pass as measurement uncertainty."
    )
    max_t2_excess_share: OptionalShare = Field(
        "0.05",
        description="Largest share of qubits with T2 above 2 T1; single fits scatter beyond the bound.",
    )
    coherence_margin: Share = Field(
        "0",
        description="Relative margin below the coherence limit that is let pass, for the scatter of T1 and T2.",
    )
    max_below_limit_share_2q: OptionalShare = Field(
        "0.05",
        description="Largest share of couplings with a declared error better than the coherence limit.",
    )
    max_below_limit_share_1q: OptionalShare = Field(
        None,
        description="The same for qubits. Honest one-qubit errors lie close to the limit and scatter to both sides "
        "of it, so nothing is decided on them unless a limit is chosen.",
    )
    faulty_from: Share = Field(
        "0.999",
        description="Declared gate error from which a gate counts as marked faulty; providers write 1.",
    )
    max_faulty_share: OptionalShare = Field(
        "0.05", description="Largest share of qubits and couplings that carry a gate marked faulty."
    )
    max_missing_share: OptionalShare = Field(
        "0.05", description="Largest share of qubits and couplings of which an expected value is missing."
    )
    asymmetry_from: Share = Field(
        "0.05",
        description="Difference of the two readout error probabilities from which readout counts as asymmetric.",
    )
    max_asymmetric_share: OptionalShare = Field(
        None, description="Largest share of qubits with asymmetric readout; asymmetry is no fault by itself."
    )

    def as_parameters(self) -> tuple[Parameter, ...]:
        """As a result states them."""
        return tuple(
            Parameter(
                name=name.replace("_", "-"),
                value=value,
                unit=_UNITS.get(name, None if name == "rule" else SHARE) if value is not None else None,
            )
            for name, value in self.model_dump(mode="json").items()
        )
