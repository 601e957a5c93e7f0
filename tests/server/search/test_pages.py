"""The page that finds and the palette's answers: what they show, to whom, in how many queries."""

from typing import Any

import pytest
from django.urls import reverse
from tests.server.search.cast import worked
from tests.server.works import POLICY, PRODUCT, RISK, Works, browser, queries, works

from standfirst.records.actor import Actor
from standfirst.server.search.views import AT_MOST
from standfirst.words import render


@pytest.fixture
def house(database: str) -> Works:  # noqa: ARG001 - it works on it
    made = works("Qubit Works")
    made.create(
        "risk", {**RISK, "title": "The <b>laser</b> & its pump", "hazard": "No calibration for a week"}
    )
    made.create("product", {**PRODUCT, "title": "A laser"})
    made.create("document", {**POLICY, "title": "Policy", "text": "Every laser is calibrated."})
    worked()
    return made


def page(house: Works, query: str, *, who: Actor | None = None, **headers: Any) -> str:
    answer = house.client(who or house.ada).get(f"{reverse('search', args=[house.slug])}?{query}", **headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def palette(house: Works, text: str, *, who: Actor | None = None) -> dict[str, list[dict[str, str]]]:
    answer = house.client(who or house.ada).get(reverse("find", args=[house.slug]), {"q": text})
    assert answer.status_code == 200
    return {group["name"]: group["items"] for group in answer.json()["groups"]}


# --- the page ---------------------------------------------------------------------------------------------------------


def test_hits_with_the_place_that_matched(house: Works) -> None:
    shown = page(house, "q=laser")
    assert "The &lt;b&gt;<mark>laser</mark>&lt;/b&gt; &amp; its pump" in shown
    assert "Every <mark>laser</mark> is calibrated." in shown
    assert reverse("record", args=[house.slug, "RSK-0001"]) in shown
    assert shown.index("PRD-0001") < shown.index("RSK-0001") < shown.index("DOC-0001")
    assert "<b>laser" not in shown


def test_kinds_to_choose_from(house: Works) -> None:
    shown = page(house, "q=laser&kind=product")
    assert "PRD-0001" in shown
    assert "RSK-0001" not in shown
    assert "?q=laser&amp;kind=risk" in shown
    assert page(house, "q=laser&kind=nonsense").count("<h2>") == 3


def test_a_page_and_its_part_are_one_view(house: Works) -> None:
    whole, part = page(house, "q=laser"), page(house, "q=laser", headers={"HX-Request": "true"})
    assert "<html" in whole
    assert "<html" not in part
    assert part.strip() in whole


def test_nothing_found_and_nothing_asked_both_help(house: Works) -> None:
    assert "Nothing here has all of “zebra”." in page(house, "q=zebra")
    for query in ("q=zebra", "", "q=%20", "q=%22"):
        assert "kind:document state:approved" in page(house, query)


def test_the_next_page(house: Works) -> None:
    for n in range(25):
        house.create("risk", {**RISK, "title": f"Cooling {n}"})
    worked()
    first = page(house, "q=cooling")
    assert first.count("<h2>") == 20
    onward = first.partition('">Next page')[0].rpartition('href="')[2].replace("&amp;", "&")
    second = house.client(house.ada).get(onward).content.decode()
    assert second.count("<h2>") == 5
    assert "From the beginning" in second
    assert "Next page" not in second


def test_nobody_else(house: Works) -> None:
    other = works("Another firm")
    for name in ("search", "find"):
        address = f"{reverse(name, args=[house.slug])}?q=laser"
        for who, status in ((other.ada, 404), (other.mila, 404)):
            assert other.client(who).get(address).status_code == status
        assert browser(None).get(address).status_code == 302
        assert house.client(house.ada).post(address).status_code in {403, 405}


def test_a_text_from_outside_is_harmless(house: Works) -> None:
    shown = page(house, "q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=x")
    assert "<script>alert" not in shown
    assert 'value="&lt;script&gt;' in shown


# --- the palette ------------------------------------------------------------------------------------------------------


def test_the_palette_finds_records_requirements_people_and_actions(house: Works) -> None:
    found = palette(house, "laser")
    assert [item["number"] for item in found["records"]] == ["PRD-0001", "RSK-0001", "DOC-0001"]
    assert found["records"][0]["url"] == reverse("record", args=[house.slug, "PRD-0001"])
    assert found["people"] == []
    assert [item["title"] for item in palette(house, "ben ok")["people"]] == ["Ben Okri"]
    assert palette(house, "ben ok")["records"] == []
    requirements = palette(house, "6.1.3")["requirements"]
    assert [item["number"] for item in requirements] == ["6.1.3"]
    assert palette(house, "cali")["requirements"] != []
    titles = [item["title"] for item in palette(house, "new ris")["actions"]]
    assert titles == ["New risk"]
    assert "Risks" in [item["title"] for item in palette(house, "risk")["actions"]]
    assert [item["title"] for item in palette(house, "files")["actions"]] == ["Files"]


def test_everything_in_the_palette_leads_somewhere(house: Works) -> None:
    for text in ("laser", "risk", "cali", "ada", "", "4.1"):
        for items in palette(house, text).values():
            assert len(items) <= AT_MOST
            for item in items:
                assert house.client(house.ada).get(item["url"]).status_code == 200, item


def test_only_what_one_may_do(house: Works) -> None:
    def offered(who: Actor) -> set[str]:
        kinds = house.firm.workspace.kinds
        begun = (palette(house, f"new {render.kind(kind.name).one}", who=who)["actions"] for kind in kinds)
        return {item["url"] for items in begun for item in items}

    for who in (house.ada, house.mila):
        kinds = [
            kind for kind in house.firm.workspace.kinds if not kind.authors or who.roles & set(kind.authors)
        ]
        may = {reverse("record-new", args=[house.slug, kind.name]) for kind in kinds if kind.by_hand}
        assert offered(who) == may
    assert offered(house.mila) < offered(house.ada)


def test_what_was_just_recorded_is_in_the_palette(house: Works) -> None:
    house.create("risk", {**RISK, "title": "The magnet quenches"})
    assert [item["number"] for item in palette(house, "magnet")["records"]] == ["RSK-0002"]
    assert [item["number"] for item in palette(house, "rsk-2")["records"]][:1] == ["RSK-0002"]
    assert palette(house, "magnet kind:product")["records"] == []


def test_queries_stay_few(house: Works) -> None:
    client = house.client(house.ada)

    def cost(name: str, text: str) -> int:
        address = f"{reverse(name, args=[house.slug])}?q={text}"
        client.get(address)
        return len(queries(lambda: client.get(address)))

    before = [cost(name, text) for name in ("find", "search") for text in ("laser", "risk", "ada", "")]
    for n in range(20):
        house.create("risk", {**RISK, "title": f"Laser {n}"})
    worked()
    after = [cost(name, text) for name in ("find", "search") for text in ("laser", "risk", "ada", "")]
    assert after == before
    assert max(after[:4]) <= 6, after
    assert max(after[4:]) <= 9, after
