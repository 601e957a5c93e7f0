"""Nobody gives themself roles, unless they manage alone."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from tests.management.house import House
from tests.management.refusals import refused

from standfirst.management.founding import acting, without_roles
from standfirst.management.organisation import PERSON, PersonBody
from standfirst.records.actor import Role
from standfirst.records.change import Change
from standfirst.records.pen import Pen
from standfirst.records.workspace import Workspace
from standfirst.standards.vocabulary import Assurance


def test_a_quality_manager_does_not_give_themself_a_role() -> None:
    house = House()
    wanted = house.person("ada", roles=["quality-manager", "auditor"])
    with refused("person.own-roles") as told:
        house.write("ada", "person", wanted, record=house.ids["ada"])
    assert told.reason.parameters["others"] == ("PER-0001",)
    house.write("tove", "person", wanted, record=house.ids["ada"])
    assert house.content(house.ids["ada"]).body["roles"] == ["quality-manager", "auditor"]


@pytest.mark.parametrize("roles", [[], ["top-management"], ["quality-manager", "top-management"]])
def test_nor_takes_one_away_or_changes_it(roles: list[str]) -> None:
    house = House()
    with refused("person.own-roles"):
        house.write("ada", "person", house.person("ada", roles=roles), record=house.ids["ada"])


def test_one_s_own_name_and_the_order_of_roles_are_free() -> None:
    house = House()
    house.write(
        "tove", "person", house.person("ada", roles=["auditor", "quality-manager"]), record=house.ids["ada"]
    )
    own = house.person("ada", roles=["quality-manager", "auditor"], name="Ada L")
    house.write("ada", "person", own, record=house.ids["ada"])
    assert house.content(house.ids["ada"]).body["name"] == "Ada L"


def test_the_roles_of_others_are_given_by_who_manages() -> None:
    house = House()
    house.write("ada", "person", house.person("ben", roles=["auditor"]), record=house.ids["ben"])
    assert house.content(house.ids["ben"]).body["roles"] == ["auditor"]


def test_who_manages_alone_may() -> None:
    house = House(alone=True)
    house.write(
        "tove", "person", house.person("tove", roles=["top-management", "auditor"]), record=house.tove
    )
    assert house.content(house.tove).body["roles"] == ["top-management", "auditor"]


def test_engineers_beside_do_not_make_it_two_and_who_left_does_not_either() -> None:
    house = House()
    house.move("tove", house.ids["ada"], "left")
    house.write(
        "tove", "person", house.person("tove", roles=["top-management", "auditor"]), record=house.tove
    )
    assert house.content(house.tove).body["roles"] == ["top-management", "auditor"]


def test_not_while_the_other_is_taken_off_in_the_same_change() -> None:
    """Two acts then, which stand in the ledger one after the other."""
    house = House()

    def deed(workspace: Workspace) -> Change:
        ada = acting(workspace, "ada")
        people = workspace.records()
        other, own = (
            Pen(workspace, ada, PERSON, i, people[i], "Mine now") for i in (house.tove, house.ids["ada"])
        )
        other.move_to("left", Assurance.DECLARED)
        own.write(house.person("ada", roles=["top-management"]), serves=(), links={})
        return Change(ada, (*other.drafts, *own.drafts))

    with refused("person.own-roles"):
        house.store.perform(deed)
    assert house.state(house.tove) == "active"


def test_a_person_of_an_older_schema_is_asked_too() -> None:
    assert PERSON.upcast({"name": "A", "handle": "aa"}, 1) == {"name": "A", "handle": "aa", "functions": []}
    house = House(alone=True)
    house.write(
        "tove", "person", PersonBody(name="Ada", handle="ada", roles=(Role.QUALITY_MANAGER,)).values()
    )
    with refused("person.own-roles"):
        house.write("tove", "person", {"name": "Tove", "handle": "tove"}, record=house.tove)


def test_who_comes_in_from_elsewhere_has_no_roles_whoever_they_are() -> None:
    assert without_roles(PERSON, {"name": "A", "handle": "aa", "roles": ["auditor"]})["roles"] == []


# --- nobody is a service ---


@pytest.mark.parametrize(
    "identity",
    [
        str(uuid5(NAMESPACE_URL, "https://example.org/")),  # as the ids of services are reckoned
        "8d4f5be6-5b0e-1a64-9a52-6f6a4c1f2a10",
        "8d4f5be6-5b0e-7a64-9a52-6f6a4c1f2a10",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_nobody_takes_an_id_that_a_service_may_act_by(identity: str) -> None:
    house = House()
    with refused("person.service-id"):
        house.write("tove", "person", {"name": "Service", "handle": "svc"}, record=identity)
    house.write("tove", "person", {"name": "Service", "handle": "svc"})
