"""Who acts as whom, from when and until when: what the ledger says, and who may end it."""

from uuid import uuid4

import pytest
from tests.management.house import House

from standfirst.management.access import ACCESS, ENDED, OPEN, Began, end_access_of, open_access
from standfirst.records.actor import Actor
from standfirst.records.change import Refused
from standfirst.records.record import Record

SERVICE = Actor(str(uuid4()))


@pytest.fixture
def house() -> House:
    return House()


def joined(house: House, who: str, *, account: str = "", began: Began = "invitation", by: str = "") -> str:
    record = str(uuid4())
    house.store.perform(
        open_access(
            record=record,
            person=house.ids[who],
            account=account or str(uuid4()),
            began=began,
            invited_by=house.ids[by] if by else None,
        )
    )
    return record


def found(house: House, record: str) -> Record:
    return house.store.records([record])[record]


def state(house: House, record: str) -> str:
    return found(house, record).current.content.state


def code(act: object) -> str:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.reason.code


def test_the_ledger_says_which_account_acts_as_whom_and_who_invited_it(house: House) -> None:
    account = str(uuid4())
    record = found(house, joined(house, "ben", account=account, by="ada"))
    content, entry = record.current.content, record.current.entry
    assert content.state == OPEN
    assert (content.body["account"], content.body["began"]) == (account, "invitation")
    assert content.links == {"of": (house.ids["ben"],), "invited-by": (house.ids["ada"],)}
    assert entry.actor == house.ids["ben"]
    assert "@" not in str(content.body)


def test_said_again_it_is_said_once(house: House) -> None:
    record, account = str(uuid4()), str(uuid4())
    for _ in range(2):
        house.store.perform(
            open_access(record=record, person=house.ids["ben"], account=account, began="founding")
        )
    assert len(found(house, record).versions) == 1


def test_one_account_a_person_and_one_person_an_account(house: House) -> None:
    account = str(uuid4())
    first = joined(house, "ben", account=account)
    second = joined(house, "ben")
    third = joined(house, "ewan", account=account)
    assert [state(house, each) for each in (first, second, third)] == [ENDED, OPEN, OPEN]
    fourth = joined(house, "pia", account=account)
    assert [state(house, each) for each in (second, third, fourth)] == [OPEN, ENDED, OPEN]


def test_an_installation_that_goes_on_with_a_package_knows_none_of_the_accounts_before(house: House) -> None:
    before = [joined(house, who) for who in ("tove", "ben", "ewan")]
    now = joined(house, "ada", began="adoption")
    assert [state(house, each) for each in before] == [ENDED] * 3
    assert state(house, now) == OPEN


def test_nobody_writes_it_by_hand(house: House) -> None:
    body = {"account": str(uuid4()), "began": "invitation"}
    assert code(lambda: house.write("tove", "access", body, links={"of": (house.ids["ben"],)})) == (
        "access.by-hand"
    )


def test_who_is_not_there_gets_none(house: House) -> None:
    house.move("tove", house.ids["ben"], "left")
    assert code(lambda: joined(house, "ben")) == "invitation.no-such-person"


def test_it_is_given_up_or_withdrawn_by_who_manages_people(house: House) -> None:
    joined(house, "tove", began="founding")
    bens, ewans = joined(house, "ben"), joined(house, "ewan")
    assert code(lambda: house.move("pia", bens, ENDED)) == "access.ended-by-another"
    house.move("ben", bens, ENDED)
    house.move("ada", ewans, ENDED)
    assert [state(house, each) for each in (bens, ewans)] == [ENDED, ENDED]
    assert found(house, ewans).current.entry.actor == house.ids["ada"]


def test_what_has_ended_is_not_opened_again(house: House) -> None:
    joined(house, "tove", began="founding")
    bens = joined(house, "ben")
    house.move("ben", bens, ENDED)
    assert code(lambda: house.move("tove", bens, OPEN)) == "deed.no-way"
    assert ACCESS.lifecycle.frozen == (OPEN, ENDED)


def test_somebody_who_manages_keeps_access(house: House) -> None:
    """Ada manages too, and does not count without an account, nor once she has left."""
    toves = joined(house, "tove", began="founding")
    joined(house, "ben")
    assert code(lambda: house.move("tove", toves, ENDED)) == "access.last-manager"
    joined(house, "ada")
    house.move("tove", house.ids["ada"], "left")
    assert code(lambda: house.move("tove", toves, ENDED)) == "access.last-manager"
    house.move("tove", house.ids["ada"], "active")
    house.move("tove", toves, ENDED)
    assert state(house, toves) == ENDED


def test_who_leaves_has_none_any_more(house: House) -> None:
    bens, ewans = joined(house, "ben"), joined(house, "ewan")
    house.store.perform(end_access_of(house.ids["ben"], by=SERVICE))
    assert state(house, bens) == OPEN  # still here
    house.move("tove", house.ids["ben"], "left")
    for _ in range(2):
        house.store.perform(end_access_of(house.ids["ben"], by=SERVICE))
    assert [state(house, each) for each in (bens, ewans)] == [ENDED, OPEN]
    assert found(house, bens).current.entry.actor == SERVICE.id
    assert len(found(house, bens).versions) == 2
