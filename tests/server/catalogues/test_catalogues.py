"""A catalogue of somebody else's, taken in, answered on its page and by programs, and read whole."""

from functools import partial
from typing import Any

import pytest
from django.test import Client
from tests.server.api.program import check
from tests.server.works import Works, queries, works

from standfirst.management.controls import IMPLEMENTED_REQUIREMENT, compared, take_in
from standfirst.records.change import Refused
from standfirst.records.writing import move
from standfirst.server.access import AT_A_DOOR
from standfirst.standards.oscal_controls import Control, Controls

pytestmark = pytest.mark.usefixtures("database")

NAME = "sp800-53"


def catalogue(count: int = 4, *, version: str = "1", renamed: str = "Account management") -> Controls:
    controls = [
        Control(f"ac-{n}", f"AC-{n}", renamed if n == 2 else f"Control {n}", "Access", "", n == 3)
        for n in range(1, count + 1)
    ]
    return Controls(
        "613fca2d-704a-42e7-8e2b-b206fb92b456", "A catalogue", version, tuple(controls), ("Access",), 0
    )


def taken_in(there: Works, controls: Controls) -> int:
    return there.firm.workspace.perform(
        take_in(controls, catalogue=NAME, acting=lambda _: there.ada, why="Taken in")
    ).entries


@pytest.fixture
def there() -> Works:
    made = works()
    taken_in(made, catalogue())
    return made


def whole(there: Works, client: Client | None = None) -> dict[str, Any]:
    client = client or there.client(there.ada)
    answer = client.get(f"/api/v1/o/{there.slug}/catalogues/{NAME}")
    assert answer.status_code == 200
    check("GET", f"/catalogues/{NAME}", answer)
    found: dict[str, Any] = answer.json()
    return found


def test_all_answers_are_one_response(there: Works) -> None:
    found = whole(there)
    rows = found["implemented-requirements"]
    assert [(row["control-id"], row["withdrawn"]) for row in rows] == [
        ("ac-1", False),
        ("ac-2", False),
        ("ac-3", True),
        ("ac-4", False),
    ]
    assert {row["implementation-status"]["state"] for row in rows} == {"unanswered"}
    (family,) = found["families"]
    assert family["statuses"]["unanswered"] == 3  # a withdrawn control is not asked
    answer = there.client(there.ada).get(f"/api/v1/o/{there.slug}/catalogues")
    check("GET", "/catalogues", answer)
    assert answer.json()["catalogues"][0]["statuses"]["unanswered"] == 3


def test_one_is_set_on_the_page(there: Works) -> None:
    client, page = there.client(there.ada), f"/o/{there.slug}/catalogues/{NAME}/"
    row = whole(there)["implemented-requirements"][1]
    given = {
        "number": row["number"],
        "version": row["version"],
        "status": "partial",
        "remarks": "Two of three",
    }
    assert client.post(page, given).status_code == 302
    after = whole(there)["implemented-requirements"][1]
    assert after["implementation-status"] == {"state": "partial", "remarks": "Two of three"}
    assert "Two of three" in client.get(page).content.decode()


def test_what_is_refused_is_not_lost(there: Works) -> None:
    client, page = there.client(there.ada), f"/o/{there.slug}/catalogues/{NAME}/"
    row = whole(there)["implemented-requirements"][0]
    given = {"number": row["number"], "version": row["version"], "status": "not-applicable", "remarks": ""}
    told = client.post(page, given)
    assert told.status_code == 409
    assert "remarks" in told.content.decode()
    late = {**given, "status": "planned", "remarks": "In spring", "version": "7"}
    conflict = client.post(page, late)
    assert conflict.status_code == 409
    assert 'value="In spring"' in conflict.content.decode()
    odd = client.post(page, {**given, "status": "splendid"})
    assert odd.status_code in {409, 422}
    assert client.post(page, {**given, "number": "IMR-9999"}).status_code == 404
    assert whole(there)["implemented-requirements"][0]["version"] == 1


def test_a_later_version_keeps_the_answers(there: Works) -> None:
    store = there.firm.workspace
    record = next(
        r for r in store.records(kinds=(IMPLEMENTED_REQUIREMENT.name,)).values() if r.number == "IMR-0002"
    )
    store.perform(
        move(
            acting=lambda _: there.ada,
            record=record.id,
            expected=1,
            to="planned",
            why="Soon",
            signed=AT_A_DOOR,
        )
    )
    assert taken_in(there, catalogue()) == 0
    later = catalogue(5, version="2", renamed="Accounts")
    assert taken_in(there, later) == 2
    row = whole(there)["implemented-requirements"][1]
    assert (row["title"], row["implementation-status"]["state"]) == ("Accounts", "planned")
    found, _ = compared(store, catalogue(2), NAME)
    assert found.gone == ("ac-3", "ac-4", "ac-5")


def test_the_same_control_is_not_there_twice(there: Works) -> None:
    twice = catalogue(1)
    with pytest.raises(Refused):
        there.firm.workspace.perform(
            take_in(
                Controls(
                    twice.uuid,
                    "t",
                    "1",
                    (*twice.controls, *catalogue(6).controls[5:], *catalogue(6).controls[5:]),
                    ("Access",),
                    0,
                ),
                catalogue=NAME,
                acting=lambda _: there.ada,
                why="Twice",
            )
        )


def test_queries_stay_the_same_as_controls_double() -> None:
    counts = []
    for count in (20, 40):
        there = works()
        taken_in(there, catalogue(count))
        client = there.client(there.ada)
        addresses = (
            f"/o/{there.slug}/catalogues/",
            f"/o/{there.slug}/catalogues/{NAME}/",
            f"/api/v1/o/{there.slug}/catalogues/{NAME}",
        )
        for address in addresses:
            client.get(address)
        counts.append([len(queries(partial(client.get, address))) for address in addresses])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


def test_a_stranger_finds_nothing(there: Works) -> None:
    other = works("Others")
    client = other.client(other.ada)
    for address in ("catalogues/", f"catalogues/{NAME}/"):
        assert client.get(f"/o/{there.slug}/{address}").status_code == 404
    assert client.get(f"/o/{other.slug}/catalogues/{NAME}/").status_code == 404
    assert client.get(f"/o/{other.slug}/catalogues/").status_code == 200
