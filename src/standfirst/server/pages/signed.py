"""Signatures put into words, as 21 CFR 11.50 wants them wherever their record is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from standfirst.records.record import Record
from standfirst.records.signature import ShownSignature
from standfirst.server import signatures as signing
from standfirst.server.access import Place
from standfirst.server.pages.showing import Moment
from standfirst.words import render


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in words. ``on``: which version was signed; ``version``: in which it stands."""

    name: str
    meaning: str
    reason: str
    at: Moment
    on: int
    version: int
    roles: list[str]
    how: str
    unseen: list[str]
    current: bool
    holds: bool


def signatures(place: Place, found: Record, named: Mapping[str, object]) -> list[Signed]:
    """21 CFR 11.50: every signature of a record as it is shown and printed; those on older content are marked."""
    return [signed(one) for one in signing.signatures(place, found, named)]


def signed(one: ShownSignature) -> Signed:
    return Signed(
        name=one.name,
        meaning=render.title(one.meaning) if one.meaning else "",
        reason=one.reason,
        at=Moment(one.at),
        on=one.signed,
        version=one.version,
        roles=[render.title(role) for role in one.roles],
        how=render.sentence(one.told),
        unseen=[render.sentence(reason) for reason in one.unseen],
        current=one.current,
        holds=one.holds,
    )
