"""How many auditor days an audit takes, and what may be taken off.

Source: IAF MD 5 (see ``content/audit-time.yaml`` for how sure the numbers are), on behalf of ISO/IEC 17021-1, 9.1.4.
The document's table is a continuum; here the band's own value holds for the whole band, which is never less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import log
from typing import Annotated

from pydantic import Field, StringConstraints

from standfirst.certification.shipped import content
from standfirst.standards.validation import Strict, Text, read_model
from standfirst.standards.vocabulary import Confidence

TABLE = "audit-time.yaml"

Figure = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}(?:\.[0-9]{1,4})?$")]
Fraction = Annotated[str, StringConstraints(pattern=r"^[1-9]/[1-9]$")]


class Band(Strict):
    people: int = Field(ge=1)
    days: Figure


class Beyond(Strict):
    days_per_unit_of_ln: Figure
    confidence: Confidence


class Share(Strict):
    value: Fraction
    confidence: Confidence


class Table(Strict):
    """The table as shipped; figures are decimal strings, in auditor days of eight hours or as fractions."""

    source: Text
    confidence: Confidence
    bands: tuple[Band, ...] = Field(min_length=1)
    beyond: Beyond
    reduction_at_most: Figure
    on_site_at_least: Figure
    step: Figure
    surveillance_share: Share
    recertification_share: Share


@dataclass(frozen=True, slots=True)
class AuditTime:
    """``base`` is the table's, ``adjusted`` after all reasons, ``days`` after rounding. In auditor days."""

    base: Decimal
    adjusted: Decimal
    days: Decimal
    reduction: Decimal


@lru_cache
def table() -> Table:
    """Raises :class:`Unusable` when the shipped file is broken."""
    return read_model(Table, (content() / TABLE).read_bytes(), file=TABLE)[0]


def base_days(people: int) -> Decimal:
    """Days for this many effective personnel before any adjustment, stage 1 and stage 2 together."""
    if people < 1:
        raise ValueError("an organisation without people has no audit time")
    known = table()
    for band in known.bands:
        if people <= band.people:
            return Decimal(band.days)
    last = known.bands[-1]
    growth = Decimal(log(people / last.people)) * Decimal(known.beyond.days_per_unit_of_ln)
    return Decimal(last.days) + growth


def audit_time(people: int, percent: Sequence[int]) -> AuditTime:
    """Days after adjusting by ``percent`` of the base, each for a reason of its own: more where positive, less where not."""
    base = base_days(people)
    adjusted = base * (100 + sum(percent)) / 100
    less = Decimal(-sum(part for part in percent if part < 0)) / 100
    return AuditTime(base, adjusted, rounded(adjusted), less)


def rounded(days: Decimal) -> Decimal:
    """To the nearest half day, halfway up (IAF MD 5, 2.2.3): 5.3 becomes 5.5, 5.2 becomes 5.0."""
    step = Decimal(table().step)
    return (days / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def most_reduction() -> Decimal:
    return Decimal(table().reduction_at_most)


def least_on_site() -> Decimal:
    return Decimal(table().on_site_at_least)
