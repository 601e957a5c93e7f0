"""Steps 11 to 15: whether the evidence is fresh, and what it says about the moment that was asked about."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from standfirst.trust.certificate import check_days as certificate_days
from standfirst.trust.moments import instant_text
from standfirst.trust.recognition import Gap, gaps, policy_gaps
from standfirst.trust.status import Happening, State
from standfirst.trust.steps.case import CLOCK_SKEW, Case, Contradiction
from standfirst.trust.verdict import Status


class StandingFlaw(StrEnum):
    WITNESSED_STALE = "times.witnessed-stale"
    SNAPSHOT_STALE = "times.snapshot-stale"
    SNAPSHOT_FUTURE = "times.snapshot-future"
    SNAPSHOT_AFTER_WITNESSES = "times.snapshot-after-witnesses"
    DECIDED_AFTER_WITNESSES = "times.decided-after-witnesses"
    IN_THE_FUTURE = "moment.in-the-future"
    NOT_YET = "state.not-yet"
    NOT_ACTIVE = "state.not-active"
    REDUCED = "state.reduced"
    LATER_VERSION = "state.later-version"
    LATER_EVENT = "state.later-event"
    GRANTED_OTHER_DAY = "days.granted-other-day"
    DECIDED_OTHER_DAY = "days.decided-other-day"
    EXPIRED = "days.expired"


def check_times(case: Case) -> None:
    """11. Nobody claims a time later than that of the witnesses, and all evidence is young enough for the question.

    The time of the witnesses is the latest for which cosignatures of then or later still fill the quorum: a few fast
    clocks do not make evidence younger. Evidence younger than the question is fine: its events answer for every day.
    A time that has not come yet is not answered for: what is active today may be suspended before it.
    """
    _check_claims(case)
    if case.at > case.now + CLOCK_SKEW:
        moments = {"at": instant_text(case.at), "now": instant_text(case.now)}
        case.doubt(Status.UNKNOWN, StandingFlaw.IN_THE_FUTURE, **moments)
    _check_age(case, case.quorum_time, case.policy.max_age, StandingFlaw.WITNESSED_STALE)
    for snapshot in case.snapshots:
        about = snapshot.about.value
        if snapshot.as_of > case.now + CLOCK_SKEW:
            case.doubt(
                Status.UNKNOWN, StandingFlaw.SNAPSHOT_FUTURE, about=about, as_of=instant_text(snapshot.as_of)
            )
        _check_age(
            case, snapshot.as_of, case.policy.snapshot_max_age, StandingFlaw.SNAPSHOT_STALE, about=about
        )


def _check_claims(case: Case) -> None:
    """What stands in a log was there before the witnesses saw it: a later date in it is invented."""
    latest = case.quorum_time + CLOCK_SKEW
    for snapshot in case.snapshots:
        if snapshot.as_of > latest:
            told = {"about": snapshot.about.value, "as_of": instant_text(snapshot.as_of)}
            raise _later(case, StandingFlaw.SNAPSHOT_AFTER_WITNESSES, told)
    for entry in (*case.certificate_chain.entries, *case.accreditation_chain.entries):
        event = entry.event
        if event.decided > latest:
            told = {"event": event.event.value, "decided": instant_text(event.decided)}
            raise _later(case, StandingFlaw.DECIDED_AFTER_WITNESSES, told)


def _later(case: Case, flaw: StandingFlaw, told: dict[str, str]) -> Contradiction:
    return Contradiction(flaw, {**told, "witnessed": instant_text(case.quorum_time)})


def _check_age(case: Case, stated: datetime, limit: timedelta, flaw: StandingFlaw, **who: str) -> None:
    """Half-open like every period: what is exactly as old as the limit still counts."""
    age = case.at - stated
    if age > limit:
        hours = {"hours": int(age.total_seconds() // 3600), "limit": int(limit.total_seconds() // 3600)}
        case.doubt(Status.UNKNOWN, flaw, as_of=instant_text(stated), **hours, **who)


def check_state(case: Case) -> None:
    """12. The certificate is active at the moment asked about, in the scope that it states (17021-1, 9.6).

    After ``reduced`` the document claims more than is certified: only its next version is right. After ``extended`` or
    ``renewed`` it claims less, which is still true.
    """
    chain = case.certificate_chain
    state = case.shown.state = chain.state_at(case.at)
    if state is None:
        first = chain.entries[0].event.effective
        raise Contradiction(StandingFlaw.NOT_YET, {"from": instant_text(first)})
    until = list(chain.until(case.at))
    if state is not State.ACTIVE:
        since = instant_text(until[-1].effective) if until else ""
        raise Contradiction(StandingFlaw.NOT_ACTIVE, {"state": state.value, "since": since})
    for event in until:
        told = {"event": event.event.value, "since": instant_text(event.effective)}
        if event.event is Happening.REDUCED:
            raise Contradiction(StandingFlaw.REDUCED, told)
        if event.event in (Happening.EXTENDED, Happening.RENEWED):
            case.tell(StandingFlaw.LATER_VERSION, **told)
    for event in chain.since(case.at):
        case.tell(StandingFlaw.LATER_EVENT, event=event.event.value, effective=instant_text(event.effective))


def check_days(case: Case) -> None:
    """13. The certificate's days are in order, are those of the granting event, and hold the day asked about.

    That the first day has come is said by step 12: it is the day on which the granting event took effect.
    """
    certificate, granted = case.certificate, case.certificate_chain.entries[0].event
    certificate_days(certificate)
    stated = (
        (StandingFlaw.DECIDED_OTHER_DAY, certificate.decided_on, granted.decided.date()),
        (StandingFlaw.GRANTED_OTHER_DAY, certificate.effective_from, granted.effective.date()),
    )
    for flaw, day, logged in stated:
        if day != logged:
            raise Contradiction(flaw, {"stated": day.isoformat(), "logged": logged.isoformat()})
    if case.at.date() > certificate.expires_on:
        raise Contradiction(StandingFlaw.EXPIRED, {"on": certificate.expires_on.isoformat()})


def check_recognition(case: Case) -> None:
    """14. The accreditation covers scheme, domains and both moments, and was active at both (ISO/IEC 17011)."""
    granted = case.certificate_chain.entries[0].event
    found = gaps(
        case.certificate, case.accreditation, case.accreditation_chain, decided=granted.decided, at=case.at
    )
    _doubt_all(case, found)


def check_scheme(case: Case) -> None:
    """15. The relying party recognises the scheme in this edition."""
    _doubt_all(case, policy_gaps(case.certificate, case.policy.schemes))


def _doubt_all(case: Case, found: Iterable[Gap]) -> None:
    for gap in found:
        case.doubt(Status.UNRECOGNISED, gap.flaw, **gap.parameters)
