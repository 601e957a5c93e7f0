"""Recognition: whether an accreditation covers what a body certified, and when. Intervals are half-open."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from standfirst.trust.accreditation import Accreditation
from standfirst.trust.certificate import Certificate
from standfirst.trust.status import Chain, Happening, State


class RecognitionFlaw(StrEnum):
    """Why a genuine certificate is not recognised."""

    SCHEME_NOT_ACCREDITED = "recognition.scheme-not-accredited"
    DOMAINS_NOT_ACCREDITED = "recognition.domains-not-accredited"
    NOT_IN_PERIOD = "recognition.not-in-period"
    NOT_IN_PERIOD_THEN = "recognition.not-in-period-at-decision"
    NOT_ACTIVE = "recognition.not-active"
    NOT_ACTIVE_THEN = "recognition.not-active-at-decision"
    REDUCED = "recognition.reduced"
    REDUCED_THEN = "recognition.reduced-at-decision"
    SCHEME_NOT_IN_POLICY = "recognition.scheme-not-in-policy"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the accreditation, or the policy, does not cover."""

    flaw: RecognitionFlaw
    parameters: dict[str, str | int]


def gaps(
    certificate: Certificate, accreditation: Accreditation, history: Chain, *, decided: datetime, at: datetime
) -> Iterator[Gap]:
    """What ``accreditation`` with its ``history`` does not cover of ``certificate``, decided then and asked about ``at``.

    ISO/IEC 17011, 7.8.1 and 7.11: a body may refer to its accreditation within its scope, while it lasts. The scope is
    asked for the scheme in its edition and for every domain; the interval and the state for both moments.
    """
    if certificate.edition not in accreditation.schemes:
        yield Gap(RecognitionFlaw.SCHEME_NOT_ACCREDITED, {"scheme": certificate.edition})
    missing = [domain for domain in certificate.scope.domains if domain not in accreditation.domains]
    if missing:
        yield Gap(RecognitionFlaw.DOMAINS_NOT_ACCREDITED, {"domains": ", ".join(missing)})
    for day, flaw in ((certificate.decided_on, _F.NOT_IN_PERIOD_THEN), (at.date(), _F.NOT_IN_PERIOD)):
        if not holds(accreditation, day):
            days = {
                "from": accreditation.valid_from.isoformat(),
                "until": accreditation.valid_until.isoformat(),
            }
            yield Gap(flaw, {"day": day.isoformat(), **days})
    yield from _standing(history, decided, _F.NOT_ACTIVE_THEN, _F.REDUCED_THEN)
    yield from _standing(history, at, _F.NOT_ACTIVE, _F.REDUCED)


_F = RecognitionFlaw


def holds(accreditation: Accreditation, day: date) -> bool:
    return accreditation.valid_from <= day < accreditation.valid_until


def _standing(
    history: Chain, moment: datetime, not_active: RecognitionFlaw, reduced: RecognitionFlaw
) -> Iterator[Gap]:
    state = history.state_at(moment)
    day = moment.date().isoformat()
    if state is not State.ACTIVE:
        yield Gap(not_active, {"day": day, "state": state.value if state else "not-granted"})
    # A reduced scope stands in the accreditation's next version: what this one says is more than what holds.
    elif any(event.event is Happening.REDUCED for event in history.until(moment)):
        yield Gap(reduced, {"day": day})


def policy_gaps(certificate: Certificate, schemes: Collection[str]) -> Iterator[Gap]:
    """The relying party recognises schemes by their editions."""
    if certificate.edition not in schemes:
        yield Gap(RecognitionFlaw.SCHEME_NOT_IN_POLICY, {"scheme": certificate.edition})
