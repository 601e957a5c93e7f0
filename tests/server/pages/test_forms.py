"""How forms ask: widgets, what they propose, why they ask, and what they say of a field before anything is sent."""

import json
import re
from typing import Any

import pytest
from tests.server.pages.test_pages import EMPTY, Reader
from tests.server.works import POLICY, PRODUCT, RISK, Works, queries, works

from standfirst.records.actor import Role
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.pages.blank import SERVES, blanks
from standfirst.server.pages.serving import asked_by
from standfirst.standards.library import edition

pytestmark = pytest.mark.usefixtures("database")

NEW = "/kinds/risk/new/"


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


@pytest.fixture
def ada(there: Works) -> Reader:
    return Reader(there, there.client(there.ada))


def inputs(page: str, name: str) -> list[str]:
    return re.findall(rf'<input[^>]*\bname="{re.escape(name)}"[^>]*>', page)


def content(there: Works, number: str) -> Any:
    return there.record(there.firm.workspace.numbered([number])[number]).current.content


# --- widgets ---


def test_a_scale_is_a_row_of_steps_with_their_words(there: Works, ada: Reader) -> None:
    page = ada.get(NEW)
    assert len(inputs(page.html, "body.likelihood")) == 6  # five, and none yet
    assert "1 rare" in page.text
    assert "5 almost certain" in page.text
    assert page.fields()["body.likelihood"] == [""]
    there.create("risk", {**RISK, "likelihood": 4})
    edit = ada.get("/records/RSK-0001/edit/")
    assert edit.fields()["body.likelihood"] == ["4"]
    ada.post("/records/RSK-0001/edit/", **edit.fields() | {"body.likelihood": "", "why": "Unknown again"})
    assert content(there, "RSK-0001").body.get("likelihood") is None


def test_requirements_are_picked_by_their_sentences(there: Works, ada: Reader) -> None:
    page = ada.get(NEW)
    assert len(inputs(page.html, "serves")) == len(list(edition()))
    assert edition().by_id["6.1.3"].title in page.text
    values = page.fields() | {f"body.{name}": part for name, part in RISK.items()} | EMPTY
    ada.post(NEW, **values | {"serves": ["6.1.3", "A.1.2"]})
    assert content(there, "RSK-0001").serves == ("6.1.3", "A.1.2")
    edit = ada.get("/records/RSK-0001/edit/")
    assert sorted(edit.fields()["serves"]) == ["6.1.3", "A.1.2"]
    refused = ada.post(
        "/records/RSK-0001/edit/", 422, **edit.fields() | {"serves": ["6.1.3", "99.9"], "why": "x"}
    )
    assert re.search(r'name="serves" value="99.9" checked', refused.html)  # nothing is lost
    assert "Not in this edition" in refused.text


def test_requirements_within_rows_and_bodies_are_proposed(ada: Reader) -> None:
    page = ada.get("/kinds/internal-audit/new/")
    assert re.search(r'name="body.findings.0.requirement"[^>]*list="requirements"', page.html)
    assert re.search(r'<option value="6.1.3" label="[^"]+">', page.html)
    own = kinds_of(OrganisationType.ORGANISATION)
    asking = {
        kind.name
        for kind in own
        for one in blanks(kind, {})
        if one.widget == "requirements" and one.key != SERVES
    }
    assert "internal-audit" in asking


def test_people_are_proposed_by_name(ada: Reader) -> None:
    page = ada.get(NEW)
    assert re.search(r'<input id="body-owner"[^>]*list="people"[^>]*data-pick="people"', page.html)
    assert '<option value="ada" label="Ada">' in page.html
    assert re.search(
        r'name="body.actions.0.owner"[^>]*list="people"', ada.get("/kinds/management-review/new/").html
    )


def test_records_to_link_are_found_by_words_among_the_kinds_that_may_be(there: Works, ada: Reader) -> None:
    there.create("product", PRODUCT)
    there.create("product", {**PRODUCT, "title": "A memory"})
    there.create("document", POLICY)
    page = ada.get(NEW)
    source = re.search(r'id="links-about"[^>]*data-from="([^"]+)"', page.html)
    assert source is not None
    path = source[1].replace("&amp;", "&").removeprefix(ada.base)

    def found(path: str) -> list[str]:
        return [one["value"] for one in json.loads(ada.get(path).html)["found"]]

    assert found(f"{path}q=") == ["PRD-0002", "PRD-0001"]  # what changed last
    assert found(f"{path}q=memory") == ["PRD-0002"]
    assert found(f"{path}q=PRD-0001") == ["PRD-0001"]
    assert found(f"{path}q=quality") == []  # a document is none that it may be about
    assert found("/choose/records/?kind=ghost&q=quality") == ["DOC-0001"]
    assert found(f"{path}q={'x' * 5000}") == []
    stranger = works("Elsewhere")
    Reader(there, stranger.client(stranger.ada)).get(path, 404)
    for count in (
        len(queries(lambda: ada.get(f"{path}q="))),
        len(queries(lambda: ada.get(f"{path}q=memory"))),
    ):
        assert count <= 8


def test_what_is_linked_is_named_beside_its_number(there: Works, ada: Reader) -> None:
    product = there.create("product", PRODUCT)
    there.create("risk", RISK, links={"about": (product.id,)})
    page = ada.get("/records/RSK-0001/edit/")
    assert page.field("links.about") == "PRD-0001"
    assert re.search(
        r'data-value="PRD-0001"><span class="code">PRD-0001</span> <bdi>A processor of 20 qubits', page.html
    )
    several = page.fields() | {"links.about": ["PRD-0001", "PRD-0099"], "why": "x"}
    again = ada.post("/records/RSK-0001/edit/", 422, **several)
    assert again.field("links.about") == "PRD-0001, PRD-0099"


def test_tags_come_one_a_line_or_each_for_itself(there: Works, ada: Reader) -> None:
    values = (
        ada.get("/kinds/document/new/").fields()
        | {f"body.{name}": part for name, part in POLICY.items()}
        | EMPTY
    )
    ada.post("/kinds/document/new/", **values | {"body.topics": ["risk", "safety\nlasers"]})
    assert content(there, "DOC-0001").body["topics"] == ["risk", "safety", "lasers"]


def test_markdown_is_shown_as_it_will_be_read(ada: Reader) -> None:
    assert 'data-preview="body-text-read"' in ada.get("/kinds/document/new/").html
    told = ada.post(
        "/choose/prose/?field=body.text", 200, **{"body.text": "# Head\n\n<script>x</script> **bold**"}
    )
    assert "<strong>bold</strong>" in told.html
    assert "<script>" not in told.html
    assert ada.client.get(f"{ada.base}/choose/prose/").status_code == 405


def test_numbers_that_are_none_are_told_and_not_stumbled_over(ada: Reader) -> None:
    values = ada.get("/kinds/impact-assessment/new/").fields() | {"body.title": "A", "why": "x"}
    for number in ("--5", "1" * 5_000, "٣", "1e3", "-"):
        page = ada.post("/kinds/impact-assessment/new/", 422, **values | {"body.parties_heard": number})
        assert page.field("body.parties_heard") == number


# --- organisations that are known ---


def test_a_reader_that_is_known_is_chosen_by_name(there: Works, ada: Reader) -> None:
    form = "/kinds/read-grant/new/"
    assert "One that you know" not in ada.get(form).text
    values = ada.get(form).fields() | EMPTY
    values |= {
        "body.title": "Risks to the auditor",
        "body.purpose": "The audit",
        "body.kinds": ["risk"],
        "body.effective_from.day": "2026-11-24",
        "body.effective_until.day": "2027-01-05",
        "body.unclassified": "refused",
    }
    auditor = {"body.reader.name": "The auditor", "body.reader.address": "https://audit.example/o/auditor/"}
    ada.post(form, **values | auditor)
    page = ada.get(form)
    assert re.search(r'<option value="https://audit.example/o/auditor/"[^>]*>The auditor</option>', page.html)
    chosen = {"known:body.reader": "https://audit.example/o/auditor/"}
    ada.post(form, **values | page.fields() | values | {"id": page.fields()["id"]} | chosen)
    assert content(there, "GRT-0002").body["reader"] == content(there, "GRT-0001").body["reader"]
    unknown = ada.post(form, 422, **values | {"id": "", "known:body.reader": "https://elsewhere.example/"})
    assert "Fill this in." in unknown.text
    stranger = works("Elsewhere")
    assert "The auditor" not in Reader(stranger, stranger.client(stranger.ada)).get(form).text


# --- why it asks ---


def test_a_form_says_which_requirements_ask_for_it(ada: Reader) -> None:
    assert "6.1.2" in asked_by("risk")[""]
    assert set(asked_by("risk")) <= {"", *kinds_of(OrganisationType.ORGANISATION)["risk"].fact_fields}
    page = ada.get(NEW)
    assert "Why this is asked" in page.text
    assert f"6.1.2 {edition().by_id['6.1.2'].title}" in page.text
    assert asked_by("ghost") == {}


# --- one field before the whole ---


def test_a_field_is_checked_by_itself(there: Works, ada: Reader) -> None:
    values = ada.get(NEW).fields()
    check = "/kinds/risk/check/?field="
    head = there.firm.workspace.head
    assert (
        "A whole number is asked for here."
        in ada.post(f"{check}body.likelihood", 200, **values | {"body.likelihood": "many"}).text
    )
    assert ada.post(f"{check}body.likelihood", 200, **values | {"body.likelihood": "3"}).text == ""
    assert "Fill this in." in ada.post(f"{check}body.title", 200, **values).text
    future = (
        values | {f"body.{name}": part for name, part in RISK.items()} | {"body.assessed_on": "2999-01-01"}
    )
    assert ada.post(f"{check}body.assessed_on", 200, **future).text != ""
    assert "99.9" in ada.post(f"{check}serves", 200, **values | {"serves": ["99.9"]}).text
    ada.post(f"{check}body.ghost", 404, **values)
    ada.post("/kinds/ghost/check/?field=x", 404)
    assert there.firm.workspace.head == head
    assert len(queries(lambda: ada.post(f"{check}body.title", 200, **values))) <= 4


def test_a_field_in_a_row_is_checked_where_it_stands_on_the_page(ada: Reader) -> None:
    """An empty row before it is passed over, and its place on the page stays the same."""
    values = {
        "body.entries.0.requirement": "",
        "body.entries.1.requirement": "annex one",
        "body.entries.1.applies": "True",
    }
    told = ada.post(
        "/kinds/statement-of-applicability/check/?field=body.entries.1.requirement", 200, **values
    )
    assert 'id="body-entries-1-requirement-fault"' in told.html
    assert "Write the id of a requirement" in told.text


# --- every kind ---


def test_every_kind_that_people_write_asks_in_sections() -> None:
    for type_ in OrganisationType:
        for kind in kinds_of(type_):
            asked = set(kind.body.model_fields) - {"attachments", "remarks"}
            if len(asked) == 1:
                continue
            assert kind.view.sections, kind.name
            named = [name for section in kind.view.sections for name in section.fields]
            assert len(named) == len(set(named)), kind.name
            assert not asked - set(named), kind.name
            assert kind.view.summary, kind.name


@pytest.mark.parametrize(
    "kind", [kind.name for kind in kinds_of(OrganisationType.ORGANISATION) if kind.by_hand]
)
def test_every_form_is_light_and_names_its_fields(ada: Reader, kind: str) -> None:
    page = ada.get(f"/kinds/{kind}/new/")
    assert len(page.html.encode()) < 150_000
    ids = re.findall(r'\bid="([^"]+)"', page.html)
    assert len(ids) == len(set(ids))
    assert len(queries(lambda: ada.get(f"/kinds/{kind}/new/"))) <= 12


# --- people ---


def test_a_persons_form_says_what_each_role_means_and_no_option_of_a_command(ada: Reader) -> None:
    page = ada.get("/kinds/person/new/")
    assert "--actor" not in page.html
    options = re.search(r'<div class="options meaning">(.*?)</div>', page.html, re.DOTALL)
    assert options is not None
    found = re.findall(r'value="([^"]+)"><span><b>[^<]+</b> <span class="soft">([^<]+)<', options[1])
    assert {key for key, meaning in found if meaning} == {str(role) for role in Role}
