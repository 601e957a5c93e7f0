"""The pages of readiness through the front door: what they show, to whom, in how many queries, and where they lead."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.server.files.cast import files_in
from tests.server.readiness.cast import NONCONFORMITY, ORGANISATION, SOA, approved, document, worked
from tests.server.works import PRODUCT, Works, queries, works

from standfirst.records.actor import Actor
from standfirst.server.organisations import OrganisationType
from standfirst.server.readiness import asked
from standfirst.server.readiness.models import KeptResult, Progress
from standfirst.standards.library import edition

AT_MOST = 12


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


def get(
    house: Works, name: str, *parts: str, who: Actor | None = None, query: str = "", **headers: Any
) -> Any:
    address = reverse(name, args=[house.slug, *parts])
    return house.client(who or house.ada).get(f"{address}?{query}" if query else address, **headers)


def html(house: Works, name: str, *parts: str, **more: Any) -> str:
    answer = get(house, name, *parts, **more)
    assert answer.status_code == 200, answer.content[:500]
    return str(answer.content.decode())


def words(text: str) -> str:
    """As it is read: without tags, and with single blanks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


# --- the whole --------------------------------------------------------------------------------------------------------


def test_every_requirement_is_a_square_that_explains_itself(house: Works) -> None:
    approved(house, document(house, "A.1.1"))
    worked()
    page = html(house, "readiness")
    for one in edition():
        assert f'href="{reverse("requirement", args=[house.slug, one.id])}"' in page
        assert f"{one.id} {one.title}" in unescape(page)
    told = words(page)
    assert (
        "A.1.1 Noise and drift characterisation partly shown 1 of 3 criteria met There is no product" in told
    )
    assert "no ISO/IEC QT-QMS standard exists" in told
    assert "first-party result" in told
    size = house.firm.workspace.head.size
    assert f"computed at ledger size {size}" in told


def test_groups_and_filters_are_addresses(house: Works) -> None:
    worked()
    assert "4 Context of the organisation" in words(html(house, "readiness"))
    assert "Interoperability" in words(html(house, "readiness", query="by=goal"))
    assert "Technical" in words(html(house, "readiness", query="by=aspect"))
    filtered = html(house, "readiness", query="status=needs-judgement")
    listed = {
        row.requirement
        for row in KeptResult.objects.filter(organisation=house.firm.organisation, status="needs-judgement")
    }
    for one in edition():
        assert (f'requirements/{one.id}/"' in filtered) is (one.id in listed), one.id
    assert "4 Context of the organisation" in words(
        html(house, "readiness", query="by=nonsense&status=nonsense")
    )


def test_a_page_and_its_part_are_one_view(house: Works) -> None:
    worked()
    whole, part = html(house, "readiness"), html(house, "readiness", headers={"HX-Request": "true"})
    assert "<main" in whole
    assert "<main" not in part
    assert 'class="squares"' in part


def test_what_changed_is_told_with_its_day(house: Works) -> None:
    worked()
    approved(house, document(house, "A.1.1"))
    worked()
    told = words(html(house, "readiness"))
    assert "not shown → partly shown" in told
    assert "Since yesterday +" in told


def test_counts_and_no_score(house: Works) -> None:
    worked()
    assert "%" not in re.sub(r"<svg.*?</svg>", "", words(html(house, "readiness")))


# --- a requirement ----------------------------------------------------------------------------------------------------


def test_a_requirement_down_to_its_records(house: Works) -> None:
    house.create("organisation", ORGANISATION)
    product = house.create("product", PRODUCT)
    record = document(house, "A.1.1", title="How we <measure>")
    approved(house, record)
    draft = document(house, "A.1.1", title="Another")
    house.create("nonconformity", {**NONCONFORMITY, "against": ["A.1.1"]})
    worked()
    page = html(house, "requirement", "A.1.1")
    told = words(page)
    requirement = edition().by_id["A.1.1"]
    for part in (
        requirement.sentence,
        "met An approved protocol of the last two years",
        f"{record.number} How we <measure>",
        "Holds until",
        "speaks against this",
        "What would make it a yes only you see this",
        "What an auditor looks at",
        "is-supported-by".replace("-", " "),
        "confidence: unconfirmed",
    ):
        assert part in told, part
    assert "<measure>" not in page
    for number in (record.number, draft.number, "NCR-0001"):
        assert f'href="{reverse("record", args=[house.slug, number])}"' in page
    assert product.number.startswith("PRD")


def test_remedies_begin_the_very_deed(house: Works) -> None:
    worked()
    page = unescape(html(house, "requirement", "A.1.1"))
    begun = reverse("record-new", args=[house.slug, "document"])
    assert f"{begun}?serves=A.1.1&body.type=procedure" in page
    form = house.client(house.ada).get(f"{begun}?serves=A.1.1&body.type=procedure")
    assert form.status_code == 200


def test_a_form_that_a_gap_leads_to_says_all_that_is_asked_of_it(house: Works) -> None:
    worked()
    page = html(house, "requirement", "5.2")
    leads = {unescape(one) for one in re.findall(r'href="([^"]*documents?/new/[^"]*)"', page)}
    (lead,) = leads
    for asked_for in ("serves=5.2", "body.type=policy", "body.audience=public", "body.topics=engage"):
        assert asked_for in lead
    form = house.client(house.ada).get(lead).content.decode()
    assert re.search(r'value="public"[^>]*(selected|checked)', form)
    for topic in ("safeguard", "engage", "advance", "obligations", "improvement"):
        assert topic in form


def test_an_unknown_requirement_is_nowhere(house: Works) -> None:
    worked()
    assert get(house, "requirement", "A.99.9").status_code == 404


def test_its_history(house: Works) -> None:
    worked()
    record = document(house, "A.1.1")
    approved(house, record)
    worked()
    house.move(record, "withdrawn", by=house.ada)
    worked()
    told = words(html(house, "requirement", "A.1.1"))
    assert "not shown → partly shown" in told
    assert "partly shown → not shown (" in told


# --- catching up ------------------------------------------------------------------------------------------------------


def test_a_page_says_that_it_is_behind_and_offers_to_compute(house: Works) -> None:
    worked()
    assert "Compute now" not in html(house, "readiness")
    document(house, "A.1.1")
    assert "1 entry has come since this was computed." in words(html(house, "readiness"))
    before = Progress.objects.get(organisation=house.firm.organisation)
    answer = house.client(house.ada).post(reverse("readiness-compute", args=[house.slug]), follow=True)
    assert "Compute now" not in answer.content.decode()
    assert Progress.objects.get(organisation=house.firm.organisation).size == before.size + 1


def test_of_a_long_ledger_a_worker_is_told(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("asked", "keeping", "standing", "reporting"):
        monkeypatch.setattr(f"standfirst.server.readiness.{room}.AT_ONCE", 1)
    assert "Nothing has been computed yet." in words(html(house, "readiness"))
    assert get(house, "requirement", "A.1.1").status_code == 302
    address = reverse("readiness-compute", args=[house.slug])
    assert "A worker is computing it" in house.client(house.ada).post(address, follow=True).content.decode()
    worked()
    assert "Compute now" not in html(house, "readiness")


def test_reading_writes_nothing(house: Works) -> None:
    document(house, "A.1.1")
    get(house, "readiness")  # signs in
    for name, parts in (
        ("readiness", ()),
        ("requirement", ("A.1.1",)),
        ("applicability", ()),
        ("reports", ()),
    ):
        said = queries(lambda name=name, parts=parts: get(house, name, *parts))  # type: ignore[misc]
        assert not [one for one in said if one.lstrip().upper().startswith(("INSERT", "DELETE"))], name
        assert not [one for one in said if 'UPDATE "readiness' in one], name


# --- what applies -----------------------------------------------------------------------------------------------------


def test_applicability_on_whose_word(house: Works) -> None:
    house.create("organisation", {**ORGANISATION, "domains": ["sensing"]})
    worked()
    told = words(html(house, "applicability"))
    assert "the organisation, as its own record describes it, reaches none of it" in told
    assert "Make a draft of this proposal" in told
    statement = house.create("statement-of-applicability", SOA)
    worked()
    told = words(html(house, "applicability"))
    assert "Make a draft of this proposal" not in told
    assert statement.number in told


def test_a_draft_of_the_proposal(house: Works) -> None:
    worked()
    answer = house.client(house.ada).post(reverse("applicability-draft", args=[house.slug]))
    assert answer.status_code == 302
    body = house.firm.workspace.records(kinds=("statement-of-applicability",))
    (record,) = body.values()
    annex = [one.id for one in edition() if edition().may_be_excluded(one.id)]
    assert [entry["requirement"] for entry in record.current.content.body["entries"]] == annex
    assert record.current.content.state == "draft"


# --- who, and how many queries ----------------------------------------------------------------------------------------


PAGES = [("readiness", ()), ("requirement", ("A.1.1",)), ("applicability", ()), ("reports", ())]


@pytest.mark.parametrize(("name", "parts"), PAGES)
def test_queries_are_few_and_stay_so_as_data_doubles(house: Works, name: str, parts: tuple[str, ...]) -> None:
    def grow(count: int) -> None:
        for _ in range(count):
            approved(house, document(house, "A.1.1", "A.1.2"))
            house.create("nonconformity", {**NONCONFORMITY, "against": ["A.1.1"]})
        worked()

    def count() -> int:
        get(house, name, *parts)  # what depends on the head alone is read once
        return len(queries(lambda: get(house, name, *parts)))

    grow(4)
    few = count()
    grow(4)
    assert count() == few <= AT_MOST


def test_the_first_page_at_a_head_too(house: Works) -> None:
    for _ in range(3):
        approved(house, document(house, "A.1.1"))
    worked()
    get(house, "readiness")  # signs in
    for name, parts in PAGES:
        document(house, "A.1.1")
        assert len(queries(lambda name=name, parts=parts: get(house, name, *parts))) <= AT_MOST, name  # type: ignore[misc]


def test_nobody_of_another_organisation(house: Works) -> None:
    worked()
    stranger = works("Another")
    for name, parts in (*PAGES, ("report", ("json",))):
        address = reverse(name, args=[house.slug, *parts])
        assert stranger.client(stranger.ada).get(address).status_code == 404
        assert stranger.client(stranger.ada).post(address).status_code in {404, 405}


def test_a_body_that_certifies_is_not_asked(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_BODIES", {OrganisationType.ORGANISATION})
    worked()
    assert not KeptResult.objects.filter(organisation=house.firm.organisation).exists()
    assert "does not ask anything of you" in words(html(house, "readiness"))
    assert "does not ask anything of you" in words(html(house, "applicability"))
    assert get(house, "requirement", "A.1.1").status_code == 404
    assert get(house, "report", "json").status_code == 404
