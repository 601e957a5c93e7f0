"""What can be chosen before an inventory is measured, and what holds when nothing is chosen."""

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from standfirst.evidence.choices import Choices
from standfirst.evidence.result import Natural, Parameter
from standfirst.standards.validation import Name

MOST_COMPARED: Final = 12
_COUNT, _DAYS = "1", "d"
_UNITS: Final = {"horizon_days": _DAYS}


def _plain(value: object) -> object:
    """Choices arrive as texts from a command line and as numbers from code."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value


def _optional(value: object) -> object:
    return None if value == "none" else _plain(value)


def _several(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _maybe_text(value: object) -> object:
    return None if value in ("none", "") else value


Count = Annotated[Natural, BeforeValidator(_plain)]
OptionalCount = Annotated[Natural | None, BeforeValidator(_optional)]


class PostureParameters(Choices):
    """Choices of `crypto-posture`. A limit of None (`none` as text) reports without a verdict."""

    jurisdiction: Name = Field(description="Whose profile of algorithms decides, such as us-nist or eu.")
    addressee: Annotated[Name | None, BeforeValidator(_maybe_text)] = Field(
        None,
        description="To whom of the profile's addressees the product belongs; by default the rules for all of them count.",
    )
    compare: Annotated[tuple[Name, ...], BeforeValidator(_several), Field(max_length=MOST_COMPARED)] = Field(
        (), description="Further jurisdictions, divided by commas: where they disagree is reported."
    )
    horizon_days: Count = Field(
        1826,
        description="How far ahead missed dates are counted; five years, so that what is built today is still in use.",
    )
    max_disallowed: Count = Field(0, description="Most assets that the profile disallows on the day.")
    max_not_approved: Count = Field(
        0, description="Most assets outside the list of algorithms that the profile approves."
    )
    max_deprecated: OptionalCount = Field(
        None, description="Most assets that the profile still permits and advises against."
    )
    max_indeterminate: Count = Field(
        0,
        description="Most assets whose standing is not known; beyond it the inventory does not carry a verdict.",
    )
    max_contradictions: Count = Field(
        0, description="Most assets whose OID, name and parameters say different things; beyond it as before."
    )
    max_unclear_members: Count = Field(
        0,
        description="Most members that stand twice, or are of a type that cannot be read; beyond it as before.",
    )
    max_wrong_levels: OptionalCount = Field(
        None, description="Most assets whose declared security level is not that of their algorithm."
    )
    max_broken_references: OptionalCount = Field(
        None, description="Most references that lead nowhere or in a circle."
    )
    max_schema_faults: OptionalCount = Field(
        None, description="Most places that break the CycloneDX schema; at most 1000 are counted."
    )

    def as_parameters(self) -> tuple[Parameter, ...]:
        """As a result states them; those compared are joined by commas."""
        return tuple(
            Parameter(
                name=name.replace("_", "-"),
                value=_stated(getattr(self, name)),
                unit=_UNITS.get(name, _COUNT) if isinstance(getattr(self, name), int) else None,
            )
            for name in type(self).model_fields
        )


def _stated(value: object) -> str | int | None:
    if isinstance(value, tuple):
        return ",".join(value) or None
    return value if isinstance(value, str | int) else None
