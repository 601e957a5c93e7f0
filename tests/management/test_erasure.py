"""Erasure and legal holds: what may be destroyed, when, by whom; and that it is gone then, while the ledger holds."""

from datetime import timedelta
from typing import Any

import pytest
from tests.management import workplace
from tests.management.house import FIRST, SERVICE, House
from tests.management.refusals import refused

from standfirst.certification.kinds import BODY_KINDS
from standfirst.cli.kinds import KINDS
from standfirst.records.kind import RETENTION_YEARS
from standfirst.records.ledger import check

HOLD = workplace.bodies()["legal-hold"]


def erasure(house: House, *records: str, who: str = "ben", **changed: Any) -> str:
    return house.write(who, "erasure", {**workplace.ERASURE, **changed}, links={"erases": records})


def erased(house: House, *records: str, **changed: Any) -> str:
    """Asked for, approved and carried out."""
    own = erasure(house, *records, **changed)
    house.move("ada", own, "approved")
    house.move("tove", own, "carried-out")
    return own


def held(house: House, *records: str) -> str:
    return house.write("ada", "legal-hold", HOLD, links={"holds": records})


def test_what_is_erased_is_gone_and_the_ledger_holds() -> None:
    house = House()
    product = house.product("A secret name")
    number, before = house.number(product), house.store.head.size
    own = erased(house, product)
    assert product not in house.store.records()
    assert not [
        sealed for sealed in house.store.ledger() if sealed.content and b"A secret name" in sealed.content
    ]
    assert check(house.store.ledger(), house.store.head) is None
    assert house.store.head.size == before + 3
    assert house.state(own) == "carried-out"
    assert house.number(house.product("Another")) != number


def test_it_takes_two_people_who_may() -> None:
    house = House()
    own = erasure(house, house.product(), who="ada")
    with refused("deed.second-person"):
        house.move("ada", own, "approved")
    with refused("deed.role"):
        house.move("ewan", own, "approved")
    house.move("tove", own, "approved")
    with refused("deed.frozen"):
        house.write("ada", "erasure", workplace.ERASURE, links={"erases": (house.ids["ben"],)}, record=own)
    with refused("deed.role"):
        house.move("ewan", own, "carried-out")


def test_nothing_is_carried_out_that_was_not_approved() -> None:
    house = House()
    own = erasure(house, house.product())
    with refused("deed.no-way"):
        house.move("tove", own, "carried-out")
    house.move("tove", own, "refused")
    with refused("deed.no-way"):
        house.move("tove", own, "approved")


def test_an_erasure_of_nothing_or_without_its_day_is_not_approved() -> None:
    house = House()
    with refused("erasure.nothing"):
        house.move("ada", erasure(house), "approved")
    undated = {name: value for name, value in workplace.ERASURE.items() if name != "decided_on"}
    own = house.write("ben", "erasure", undated, links={"erases": (house.product(),)})
    with refused("guard.missing"):
        house.move("ada", own, "approved")


# --- what may never be ---


def test_what_shows_who_was_let_in_and_what_was_erased_stays() -> None:
    house = House()
    product = house.product()
    grant = house.write("ada", "read-grant", workplace.GRANT)
    received = house.write(SERVICE, "received-grant", workplace.bodies()["received-grant"])
    key = house.write(
        "ben", "passkey", workplace.bodies()["passkey"], links={"of": (house.ids["ben"],)}, to="revoked"
    )
    asked = erasure(house, product)
    for record in (grant, received, key, asked, held(house, product), house.tove):
        with refused("erasure.never") as told:
            house.move("ada", erasure(house, product, record, basis="court-order"), "approved")
        assert told.reason.parameters["records"] == (house.number(record),)


def test_kinds_that_say_so() -> None:
    never = {kind.name for kind in KINDS if kind.erasable == "never"}
    assert never >= {"erasure", "legal-hold", "read-grant", "received-grant", "passkey", "certificate"}
    late = {kind.name for kind in KINDS if kind.erasable == "after-retention"}
    assert late == {"visit", "export-decision", "export-classification"}
    assert BODY_KINDS["certificate"].erasable == "never"
    assert {kind.retention for kind in KINDS} == {RETENTION_YEARS}


def test_a_person_who_acts_here_is_not_erased_and_one_who_left_is() -> None:
    house = House()
    ben = house.ids["ben"]
    own = erasure(house, ben, who="ewan")
    with refused("erasure.in-use"):
        house.move("ada", own, "approved")
    house.move("ada", ben, "left")
    house.move("ada", own, "approved")
    house.move("ada", ben, "active")
    with refused("erasure.in-use"):
        house.move("ada", own, "carried-out")
    house.move("ada", ben, "left")
    house.move("ada", own, "carried-out")
    assert ben not in house.store.records()
    assert check(house.store.ledger(), house.store.head) is None


# --- legal holds ---


def test_what_is_held_is_not_erased_whatever_the_ground() -> None:
    house = House()
    product, other = house.product("Held"), house.product("Free")
    own = erasure(house, product, other, basis="court-order")
    hold = held(house, product)
    with refused("erasure.held") as told:
        house.move("ada", own, "approved")
    assert told.reason.parameters["holds"] == (house.number(hold),)
    house.move("ada", erasure(house, other), "approved")
    house.move("ada", hold, "released")
    with refused("erasure.held"):  # one of two has signed
        house.move("ada", own, "approved")
    house.move("tove", hold, "released")
    house.move("ada", own, "approved")


def test_a_hold_that_comes_after_the_approval_still_holds() -> None:
    house = House()
    product = house.product()
    own = erasure(house, product)
    house.move("ada", own, "approved")
    held(house, product)
    with refused("erasure.held"):
        house.move("tove", own, "carried-out")
    assert product in house.store.records()


def test_a_hold_is_released_by_two_different_people() -> None:
    house = House()
    hold = held(house, house.product())
    house.move("ada", hold, "released")
    assert house.state(hold) == "active"
    with refused("deed.signed-already"):
        house.move("ada", hold, "released")
    with refused("deed.role"):
        house.move("ewan", hold, "released")
    house.move("tove", hold, "released")
    assert house.state(hold) == "released"


def test_a_hold_is_placed_by_who_manages_on_something_and_not_changed() -> None:
    house = House()
    product = house.product()
    with refused("deed.role"):
        house.write("ben", "legal-hold", HOLD, links={"holds": (product,)})
    with refused("hold.nothing"):
        house.write("ada", "legal-hold", HOLD)
    hold = held(house, product)
    with refused("deed.frozen"):
        house.write("ada", "legal-hold", HOLD, links={"holds": (house.product(),)}, record=hold)


# --- retention ---


@pytest.mark.parametrize(("day", "passed"), [("2032-01-04", False), ("2032-01-05", True)])
def test_retention_is_counted_from_the_last_version(day: str, passed: bool) -> None:
    house = House()
    product = house.product()
    house.at = FIRST + timedelta(days=2_300)  # in April 2032
    own = erasure(house, product, basis="retention-ended", decided_on=day)
    if passed:
        house.move("ada", own, "approved")
    else:
        with refused("erasure.too-early") as told:
            house.move("ada", own, "approved")
        assert told.reason.parameters["records"] == (house.number(product),)


def test_a_version_written_after_the_approval_keeps_it() -> None:
    house = House()
    product = house.product()
    house.at = FIRST + timedelta(days=2_300)
    own = erasure(house, product, basis="retention-ended", decided_on="2032-04-20")
    house.move("ada", own, "approved")
    house.write("ben", "product", {**house.content(product).body, "title": "Renamed"}, record=product)
    with refused("erasure.too-early"):
        house.move("tove", own, "carried-out")


def test_a_decision_is_not_dated_later_than_it_stands_recorded() -> None:
    house = House()
    own = erasure(house, house.product(), basis="retention-ended", decided_on="2040-01-01")
    with refused("erasure.decided-later"):
        house.move("ada", own, "approved")


@pytest.mark.parametrize("basis", ["data-subject-request", "court-order", "recorded-by-mistake"])
def test_other_grounds_do_not_wait_but_for_visits(basis: str) -> None:
    house = House()
    visit = house.write(SERVICE, "visit", workplace.VISIT)
    house.move("ada", erasure(house, house.product(), basis=basis), "approved")
    with refused("erasure.too-early"):
        house.move("ada", erasure(house, visit, basis=basis), "approved")
    house.at = FIRST + timedelta(days=2_300)
    house.move("ada", erasure(house, visit, basis=basis, decided_on="2032-04-20"), "approved")
