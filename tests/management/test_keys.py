"""Passkeys: each person's own, sound, and revoked by whom it concerns."""

from typing import Any

import pytest
from tests.management.house import House
from tests.management.refusals import refused
from tests.management.workplace import POINT, bodies

from standfirst.management.keys import PASSKEY, PasskeyBody
from standfirst.records.signature import keys_in

BODY = bodies()["passkey"]


def key(house: House, who: str, *, of: str = "", **changed: Any) -> str:
    return house.write(who, "passkey", {**BODY, **changed}, links={"of": (of or house.ids[who],)})


def test_any_member_registers_their_own() -> None:
    house = House()
    (found,) = [key(house, "ben")]
    assert house.number(found) == "KEY-0001"
    (registered,) = keys_in(house.store)
    assert (registered.person, registered.rp_id, registered.until) == (
        house.ids["ben"],
        "qms.example.org",
        None,
    )


@pytest.mark.parametrize("who", ["tove", "ada", "ben"])
def test_nobody_registers_one_for_somebody_else(who: str) -> None:
    house = House()
    with refused("key.of-another"):
        key(house, who, of=house.ids["ewan"])


def test_nor_one_for_themself_and_somebody_else_nor_for_nobody() -> None:
    house = House()
    for people in ((house.ids["ben"], house.ids["ewan"]), ()):
        with refused("key.of-another"):
            house.write("ben", "passkey", BODY, links={"of": people})


def test_it_is_not_made_another_s_afterwards() -> None:
    house = House()
    own = key(house, "ben")
    with refused("deed.frozen"):
        house.write("ewan", "passkey", BODY, links={"of": (house.ids["ewan"],)}, record=own)


def test_a_credential_is_registered_once() -> None:
    house = House()
    key(house, "ben")
    with refused("record.not-unique"):
        key(house, "ewan")


@pytest.mark.parametrize("who", ["ben", "tove", "ada"])
def test_its_holder_or_who_manages_revokes_it(who: str) -> None:
    house = House()
    own = key(house, "ben")
    house.move(who, own, "revoked")
    (registered,) = keys_in(house.store)
    assert registered.until is not None


def test_a_colleague_does_not() -> None:
    house = House()
    with refused("key.revoked-by-another"):
        house.move("ewan", key(house, "ben"), "revoked")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"y": POINT["x"]}, "passkey.key"),
        ({"d": POINT["x"]}, "passkey.key"),
        ({"kty": "oct"}, "passkey.key-unknown"),
        ({"crv": "secp256k1"}, "passkey.key-unknown"),
    ],
    ids=["not on the curve", "with its secret", "of no sort", "of another curve"],
)
def test_what_nothing_can_be_verified_with_is_no_key(changed: dict[str, str], code: str) -> None:
    house = House()
    with refused(code):
        key(house, "ben", public_key={**POINT, **changed})
    assert PASSKEY.inspect is not None
    assert [
        (field, reason.code)
        for field, reason in PASSKEY.inspect({**BODY, "public_key": {**POINT, **changed}})
    ] == [("public_key", code)]


@pytest.mark.parametrize(
    "changed",
    [
        {"rp_id": "https://qms.example.org"},
        {"rp_id": "QMS.example.org"},
        {"rp_id": "qms.example.org\n"},
        {"credential": "AAE="},
        {"credential": ""},
        {"aaguid": "x"},
    ],
)
def test_a_body_that_is_none(changed: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        PasskeyBody.model_validate({**BODY, **changed})
