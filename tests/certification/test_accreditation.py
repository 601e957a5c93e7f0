"""Accreditation: for at most five years, with both keys, decided by somebody who did not assess."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.certification.desk import DIGEST, EDITION, Desk

from standfirst.certification.accreditation import ACCREDITATION_KIND, AccreditationBody, covers
from standfirst.records.change import Refused
from standfirst.words.render import sentence

KEYS = ({"algorithm": "Ed25519", "public": "AAAA"}, {"algorithm": "ML-DSA-65", "public": "AAAA"})
BODY: dict[str, Any] = {
    "title": "Accreditation",
    "accreditation_number": "A-1",
    "version": 1,
    "accreditation_body": {"id": "ab.example", "name": "AB", "country": "X"},
    "body": {"id": "cb.example", "name": "CB", "country": "X"},
    "criteria": "ISO/IEC 17021-1:2015",
    "schemes": [EDITION],
    "domains": ["computing"],
    "valid_from": date(2026, 1, 5),
    "valid_until": date(2030, 1, 5),
    "public_keys": KEYS,
    "assessed_on": date(2025, 12, 1),
    "assessment": "Good",
    "decided_on": date(2026, 1, 5),
    "digest": DIGEST,
}


@pytest.fixture
def desk() -> Desk:
    """An accreditation body's: Petra assesses, Dana and Esra decide, Esra has assessed as well."""
    made = Desk()
    for handle, roles in (
        ("petra", ["accreditation-assessor"]),
        ("esra", ["accreditation-assessor", "decision-maker"]),
    ):
        made.amend("dora", made.person(handle), why="", roles=roles)
    return made


def granted(desk: Desk, *, who: str = "dana", assessor: str = "petra", **changed: Any) -> str:
    body = AccreditationBody.model_validate({**BODY, **changed})
    record = desk.write("dora", ACCREDITATION_KIND, body, links={"assessor": desk.people(assessor)}, why="")
    desk.move(assessor, record, "assessed", why="")
    desk.move(who, record, "granted", why="")
    return record


def code(deed: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        deed()
    assert sentence(caught.value.reason)
    return caught.value.reason.code


def test_granted_suspended_restored_withdrawn(desk: Desk) -> None:
    record = granted(desk)
    for state in ("suspended", "granted", "suspended", "withdrawn"):
        desk.move("dana", record, state, why="Because")
        assert desk.record(record).current.content.state == state
    assert code(lambda: desk.move("dana", record, "granted", why="")) == "deed.no-way"


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2031, 1, 5), ""),
        (date(2031, 1, 6), "accreditation.interval"),
        (date(2026, 1, 5), "accreditation.interval"),
        (date(2025, 1, 5), "accreditation.interval"),
    ],
)
def test_at_most_five_years(desk: Desk, until: date, expected: str) -> None:
    if expected:
        assert code(lambda: granted(desk, valid_until=until)) == expected
    else:
        granted(desk, valid_until=until)


@pytest.mark.parametrize("keys", [(), KEYS[:1], KEYS[1:], (*KEYS, KEYS[0]), (KEYS[0], KEYS[0])])
def test_one_key_each_of_both_algorithms(desk: Desk, keys: tuple[dict[str, str], ...]) -> None:
    assert code(lambda: granted(desk, public_keys=keys)) == "accreditation.keys"


@pytest.mark.parametrize(
    "changed",
    [{"decided_on": date(2025, 11, 30)}, {"decided_on": date(2026, 1, 6)}, {"assessed_on": date(2026, 1, 6)}],
)
def test_assessed_before_decided_before_valid(desk: Desk, changed: dict[str, Any]) -> None:
    assert code(lambda: granted(desk, **changed)) == "accreditation.days"


@pytest.mark.parametrize("field", ["assessed_on", "assessment", "decided_on", "digest"])
def test_nothing_is_granted_half(desk: Desk, field: str) -> None:
    changed: dict[str, Any] = {field: None}
    assert code(lambda: granted(desk, **changed)) == "guard.missing"


@pytest.mark.parametrize("field", ["assessed_on", "assessment"])
def test_an_assessment_has_a_day_and_a_result(desk: Desk, field: str) -> None:
    body = AccreditationBody.model_validate({**BODY, field: None})
    record = desk.write("dora", ACCREDITATION_KIND, body, links={"assessor": desk.people("petra")}, why="")
    assert code(lambda: desk.move("petra", record, "assessed", why="")) == "guard.missing"


def test_a_body_takes_up_no_accreditation_that_is_none(desk: Desk) -> None:
    assert code(lambda: desk.hold(valid_until=date(2031, 1, 6))) == "accreditation.interval"
    assert code(lambda: desk.hold(title="[[Whose]]")) == "guard.template"


def test_who_assessed_does_not_decide(desk: Desk) -> None:
    assert code(lambda: granted(desk, who="esra", assessor="esra")) == "accreditation.assessed-it"
    record = granted(desk, accreditation_number="A-2")
    assert code(lambda: desk.move("petra", record, "suspended", why="")) == "deed.role"
    other = granted(desk, accreditation_number="A-3", assessor="esra")
    for state in ("suspended", "withdrawn"):
        assert code(lambda: desk.move("esra", other, state, why="")) == "accreditation.assessed-it"  # noqa: B023
    desk.move("dana", other, "suspended", why="")
    assert code(lambda: desk.move("esra", other, "granted", why="")) == "accreditation.assessed-it"


def test_who_was_taken_out_as_assessor_has_assessed(desk: Desk) -> None:
    body = AccreditationBody.model_validate(BODY)
    record = desk.write("dora", ACCREDITATION_KIND, body, links={"assessor": desk.people("esra")}, why="")
    desk.move("esra", record, "assessed", why="")
    desk.write(
        "dora", ACCREDITATION_KIND, body, links={"assessor": desk.people("petra")}, why="", record=record
    )
    assert code(lambda: desk.move("esra", record, "granted", why="")) == "accreditation.assessed-it"


def test_who_was_named_as_assessor_before_somebody_else_assessed_does_not_decide(desk: Desk) -> None:
    body = AccreditationBody.model_validate(BODY)
    record = desk.write("dora", ACCREDITATION_KIND, body, links={"assessor": desk.people("esra")}, why="")
    desk.write(
        "dora", ACCREDITATION_KIND, body, links={"assessor": desk.people("petra")}, why="", record=record
    )
    desk.move("petra", record, "assessed", why="")
    assert code(lambda: desk.move("esra", record, "granted", why="")) == "accreditation.assessed-it"
    desk.move("dana", record, "granted", why="")


def test_an_interval_is_half_open() -> None:
    held = {
        "schemes": [EDITION],
        "domains": ["computing"],
        "valid_from": "2026-01-05",
        "valid_until": "2026-02-05",
    }
    for day, expected in (
        (date(2026, 1, 4), False),
        (date(2026, 1, 5), True),
        (date(2026, 2, 4), True),
        (date(2026, 2, 5), False),
    ):
        assert covers(held, EDITION, ("computing",), day) is expected
    assert not covers(held, EDITION, ("computing", "sensing"), date(2026, 1, 5))
    assert not covers(held, "qt-qms/2027.1", ("computing",), date(2026, 1, 5))
