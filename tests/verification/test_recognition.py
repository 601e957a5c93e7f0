"""Steps 14 and 15, and what weighs more than what: a genuine certificate that the relying party does not recognise."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.verification.world import (
    AS_OF,
    AT,
    BLOCS,
    GRANTED,
    RECOGNISED,
    SPRING,
    WITNESSED,
    Happened,
    Tale,
    accreditation_payload,
    answer,
    asked,
    body_keys,
    changed,
    log_signer,
    policy,
    policy_document,
    public_keys,
    told,
)

from standfirst.trust.accreditation import Accreditation
from standfirst.trust.recognition import holds
from standfirst.trust.verdict import Status

AFTER = AS_OF + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope.schemes": ["qt-qms/2025.1"]}, "recognition.scheme-not-accredited"),
        ({"scope.schemes": ["iso-9001/2026.1"]}, "recognition.scheme-not-accredited"),
        ({"scope.domains": ["computing"]}, "recognition.domains-not-accredited"),
        ({"scope.domains": ["sensing", "communication"]}, "recognition.domains-not-accredited"),
        ({"valid_from": "2026-06-02"}, "recognition.not-in-period-at-decision"),
        ({"valid_until": "2026-06-01"}, "recognition.not-in-period-at-decision"),
        ({"valid_until": "2026-11-22"}, "recognition.not-in-period"),
    ],
)
def test_what_the_accreditation_does_not_cover(changes: dict[str, Any], code: str) -> None:
    assert answer(told(Tale(accreditation=changes))) == ("UNRECOGNISED", "recognition", code)


def test_the_interval_of_an_accreditation_is_half_open() -> None:
    assert answer(told(Tale(accreditation={"valid_from": "2026-06-01"})))[0] == "VALID"
    assert answer(told(Tale(accreditation={"valid_until": "2026-11-23"})))[0] == "VALID"


@given(st.dates(date(2026, 1, 1), date(2031, 12, 31)))
def test_an_accreditation_holds_from_its_first_day_until_before_its_last(day: date) -> None:
    read = Accreditation.read(
        changed(accreditation_payload(body_keys()), {"signed_with": ["Ed25519", "ML-DSA-87"]})
    )
    assert holds(read, day) == (date(2026, 1, 5) <= day <= date(2031, 1, 4))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": "2031-01-06"}, "accreditation.too-long"),
        ({"valid_until": "2026-01-05"}, "accreditation.period-reversed"),
        ({"criteria": "ISO/IEC 17020:2012"}, "document.wrong-value"),
        ({"scope.schemes": []}, "document.empty"),
        ({"keys": public_keys([*body_keys(), *body_keys("another")])}, "accreditation.key-repeated"),
    ],
)
def test_an_accreditation_that_cannot_be(changes: dict[str, Any], code: str) -> None:
    assert answer(told(Tale(accreditation=changes))) == ("NOT VALID", "accreditation", code)


@pytest.mark.parametrize("event", ["suspended", "withdrawn", "expired", "voided"])
def test_an_accreditation_that_is_not_active_today(event: str) -> None:
    for tale in (
        Tale(recognised=(RECOGNISED, Happened(event, SPRING))),
        Tale(recognised_after=(Happened(event, AFTER),)),
    ):
        found = asked(told(tale))
        assert found.status.value == "UNRECOGNISED"
        codes = {each.code for each in found.objections}
        assert "recognition.not-active" in codes
        assert ("recognition.not-active-at-decision" in codes) == (event == "voided")


def test_an_accreditation_suspended_when_the_certificate_was_decided() -> None:
    spell = (
        RECOGNISED,
        Happened("suspended", datetime(2026, 5, 20, tzinfo=UTC)),
        Happened("restored", datetime(2026, 6, 10, tzinfo=UTC)),
    )
    assert answer(told(Tale(recognised=spell))) == (
        "UNRECOGNISED",
        "recognition",
        "recognition.not-active-at-decision",
    )
    over = (
        RECOGNISED,
        Happened("suspended", datetime(2026, 3, 1, tzinfo=UTC)),
        Happened("restored", datetime(2026, 5, 1, tzinfo=UTC)),
    )
    assert answer(told(Tale(recognised=over)))[0] == "VALID"


def test_an_accreditation_granted_after_the_decision() -> None:
    late = (Happened("granted", datetime(2026, 6, 5, tzinfo=UTC)),)
    assert answer(told(Tale(recognised=late)))[2] == "recognition.not-active-at-decision"


def test_a_reduced_accreditation_says_more_than_what_holds() -> None:
    reduced = Tale(recognised=(RECOGNISED, Happened("reduced", SPRING)))
    assert answer(told(reduced)) == ("UNRECOGNISED", "recognition", "recognition.reduced")
    before = Tale(recognised=(RECOGNISED, Happened("reduced", datetime(2026, 5, 1, tzinfo=UTC))))
    assert {each.code for each in asked(told(before)).objections} == {
        "recognition.reduced",
        "recognition.reduced-at-decision",
    }


def test_a_scheme_that_the_policy_does_not_recognise() -> None:
    assert answer(told(), by=policy(schemes=["qt-qms/2027.1"])) == (
        "UNRECOGNISED",
        "scheme",
        "recognition.scheme-not-in-policy",
    )
    assert answer(told(), by=policy(schemes=["qt-qms/2027.1", "qt-qms/2026.1"]))[0] == "VALID"


# --- what weighs more ------------------------------------------------------------------------------------------------

THIN = dict.fromkeys([f"{bloc}-1" for bloc in BLOCS], WITNESSED)
NARROW = {"scope.domains": ["computing"]}
SUSPENDED = (GRANTED, Happened("suspended", SPRING))


def test_not_valid_weighs_more_than_unrecognised_more_than_unknown() -> None:
    assert answer(told(Tale(witnessed=THIN)))[0] == "UNKNOWN"
    assert answer(told(Tale(witnessed=THIN, accreditation=NARROW)))[0] == "UNRECOGNISED"
    assert answer(told(Tale(witnessed=THIN, accreditation=NARROW, events=SUSPENDED)))[0] == "NOT VALID"
    found = asked(told(Tale(witnessed=THIN, accreditation=NARROW)))
    assert [each.status.value for each in found.objections] == ["UNKNOWN", "UNRECOGNISED"]
    assert found.reason is found.objections[1]


def test_a_suspended_certificate_in_a_log_that_nobody_knows_is_not_valid() -> None:
    suspended = told(Tale(events=SUSPENDED))
    nowhere = policy(witnessing=policy_of_another_log())
    assert answer(suspended, by=nowhere) == ("NOT VALID", "state", "state.not-active")
    assert answer(told(), by=nowhere)[0] == "UNRECOGNISED"


def policy_of_another_log() -> list[str]:
    return [f"log {log_signer('log.elsewhere.example').key.vkey}", *policy_document()["witnessing"][1:]]


def test_every_status_has_its_exit_code() -> None:
    assert {status.value: status.exit for status in Status} == {
        "VALID": 0,
        "NOT VALID": 1,
        "UNKNOWN": 3,
        "UNRECOGNISED": 4,
    }


def test_now_is_the_moment_asked_about_where_no_clock_is_given() -> None:
    assert asked(told()).now == AT
