"""An accreditation: which body may certify against which schemes, where, in which interval, with which keys."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from standfirst.trust.canonical import JsonValue
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm, KeyRejected, PublicKey
from standfirst.trust.members import NUMBER, SCHEME, SLUG, Members
from standfirst.trust.moments import years_later
from standfirst.trust.parties import Body
from standfirst.trust.spelling import Misspelt, read_base64

FORM: Final = "standfirst-accreditation/1"
CRITERIA: Final = "ISO/IEC 17021-1:2015"

LONGEST_YEARS: Final = 5
"""Years of an accreditation, at most: the accreditation cycle (ISO/IEC 17011, 7.9.1)."""


class AccreditationFlaw(StrEnum):
    """Why an accreditation cannot be what it says."""

    PERIOD_REVERSED = "accreditation.period-reversed"
    TOO_LONG = "accreditation.too-long"
    OWN_ACCREDITATION = "accreditation.of-itself"
    KEY_UNREADABLE = "accreditation.key-unreadable"
    KEY_REPEATED = "accreditation.key-repeated"


class AccreditationRejected(Rejected):
    """The accreditation contradicts itself, or the rules for accreditations."""


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Half-open: valid on ``valid_from``, no longer valid on ``valid_until``."""

    notice: str
    number: str
    version: int
    accreditation_body: Body
    body: Body
    schemes: tuple[str, ...]
    domains: tuple[str, ...]
    valid_from: date
    valid_until: date
    keys: tuple[PublicKey, ...]
    simulation: bool

    @classmethod
    def read(cls, payload: JsonValue) -> "Accreditation":
        """Raises `DocumentRejected`, `AccreditationRejected`."""
        found = Members(
            payload, "accreditation", "form", "specimen", "notice", "number", "version", "accreditation_body", "body",
            "criteria", "scope", "valid_from", "valid_until", "keys", "simulation", "signed_with",
        )  # fmt: skip
        found.form(FORM)
        found.specimen()
        found.only("criteria", CRITERIA)
        scope = found.child("scope", "schemes", "domains")
        read = cls(
            notice=found.text("notice"),
            number=found.coded("number", NUMBER),
            version=found.integer("version", 1, 10_000),
            accreditation_body=Body.read(found, "accreditation_body"),
            body=Body.read(found, "body"),
            schemes=scope.codes("schemes", SCHEME, least=1, most=100),
            domains=scope.codes("domains", SLUG, least=1, most=100),
            valid_from=found.day("valid_from"),
            valid_until=found.day("valid_until"),
            keys=tuple(
                key_of(each) for each in found.children("keys", "algorithm", "public", least=1, most=8)
            ),
            simulation=found.flag("simulation"),
        )
        _check(read)
        return read


def key_of(found: Members) -> PublicKey:
    """The key of a member ``{"algorithm", "public"}``. Raises `DocumentRejected`, `AccreditationRejected`."""
    algorithm = found.one_of("algorithm", Algorithm)
    try:
        return PublicKey(algorithm, read_base64(found.string("public")))
    except (Misspelt, KeyRejected):
        raise AccreditationRejected(AccreditationFlaw.KEY_UNREADABLE, {"where": found.where}) from None


def _check(read: Accreditation) -> None:
    # One key an algorithm: which key a signature has to be by is then never a question of order.
    algorithms = [key.algorithm for key in read.keys]
    if len(set(algorithms)) != len(algorithms):
        raise AccreditationRejected(AccreditationFlaw.KEY_REPEATED)
    # ISO/IEC 17011, 4.4: the accreditation body is none of those that it accredits.
    if read.body.id == read.accreditation_body.id:
        raise AccreditationRejected(AccreditationFlaw.OWN_ACCREDITATION, {"id": read.body.id})
    days = {"from": read.valid_from.isoformat(), "until": read.valid_until.isoformat()}
    if read.valid_from >= read.valid_until:
        raise AccreditationRejected(AccreditationFlaw.PERIOD_REVERSED, days)
    # ISO/IEC 17011, 7.9.1.
    if read.valid_until > years_later(read.valid_from, LONGEST_YEARS):
        raise AccreditationRejected(AccreditationFlaw.TOO_LONG, days)
