"""What is signed: made from records alone, and refused where no reader would take it."""

from datetime import date
from typing import Any

import pytest
from tests.certification.desk import DECIDED, DIGEST, Desk

from standfirst.certification.events import history
from standfirst.certification.issuing import certificate_payload
from standfirst.records.change import Refused
from standfirst.standards.library import edition
from standfirst.trust.certificate import Certificate
from standfirst.trust.errors import Rejected
from standfirst.trust.status import Happening


@pytest.fixture
def desk() -> Desk:
    return Desk()


def payload(desk: Desk, **changed: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "decision": desk.ids["decision"],
        "held": desk.ids["held"],
        "number": "C-1",
        "effective_from": DECIDED,
        "expires_on": date(2029, 5, 17),
        "signed_with": ["Ed25519", "ML-DSA-65"],
        **changed,
    }
    return certificate_payload(desk.store, **asked)


def test_a_certificate_is_made_from_the_file(desk: Desk) -> None:
    desk.until_decided()
    made = Certificate.read(payload(desk))
    assert made.organisation.identifier == DIGEST
    assert made.edition_digest == edition().digest
    assert (made.stage_1.first, made.stage_2.last) == (date(2026, 3, 16), date(2026, 4, 6))
    assert made.audit_days == "4"
    assert made.not_applicable == ("A.3.3",)
    assert made.accreditation_number == "A-1"


def test_the_same_file_gives_the_same_certificate(desk: Desk) -> None:
    desk.until_decided()
    assert payload(desk) == payload(desk)


@pytest.mark.parametrize("to", ["draft", "refused"])
def test_nothing_is_made_from_a_decision_that_did_not_grant(desk: Desk, to: str) -> None:
    desk.until_reported()
    desk.review()
    desk.decide(to="" if to == "draft" else to)
    with pytest.raises(Refused) as refused:
        payload(desk)
    assert refused.value.reason.code == "certificate.no-granted-decision"


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "C 1"},
        {"number": ""},
        {"effective_from": date(2026, 5, 17)},
        {"expires_on": date(2029, 5, 19)},
        {"expires_on": date(2026, 5, 17)},
    ],
)
def test_what_no_reader_takes_is_not_signed(desk: Desk, changed: dict[str, Any]) -> None:
    desk.until_decided()
    with pytest.raises(Rejected):
        payload(desk, **changed)


def decided_on(desk: Desk, statement: str) -> None:
    desk.hold()
    desk.accept(statement=statement)
    desk.stage_1()
    desk.stage_2()
    desk.review()
    desk.decide(statement=statement)


def test_prose_of_several_lines_stands_on_one(desk: Desk) -> None:
    decided_on(desk, "Making of processors,\n  and  running them\tas well")
    assert payload(desk)["scope"]["statement"] == "Making of processors, and running them as well"


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x07"])
def test_a_scope_that_shows_other_than_it_says_is_not_signed(desk: Desk, hidden: str) -> None:
    decided_on(desk, f"Making of{hidden} processors")
    with pytest.raises(Rejected):
        payload(desk)


def test_only_what_concerns_everybody_becomes_an_event(desk: Desk) -> None:
    desk.until_decided().issue()
    record = desk.record("the certificate")
    (granted,) = history(desk.store, record)
    assert granted.event is Happening.GRANTED
    assert granted.decided.date() == DECIDED
    assert granted.effective.isoformat() == "2026-05-18T00:00:00+00:00"
