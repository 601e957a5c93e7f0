"""Lists of records: what they show, to whom, in which order, in how many queries, and what they do with what is no question."""

import csv
import io
import json
import re
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.server.works import PRODUCT, RISK, Works, browser, queries, works

from standfirst.server.desk.models import FirstView, SavedView
from standfirst.server.lists.querying import PAGE
from standfirst.server.workplace import open_store


def risk(house: Works, title: str = "A risk", state: str | None = None, **more: Any) -> Any:
    return house.create("risk", {**RISK, "title": title, **more}, state=state)


@pytest.fixture
def house(database: str) -> Works:  # noqa: ARG001 - it has to point there
    return works()


@pytest.fixture
def ada(house: Works) -> Client:
    return house.client(house.ada)


def listed(client: Client, house: Works, query: str = "all", kind: str = "risk") -> list[str]:
    """The titles that a list shows, in their order."""
    answer = client.get(f"/o/{house.slug}/kinds/{kind}/?{query}")
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a [^>]*><bdi>([^<]*)</bdi>', answer.content.decode())


# --- order, filters --------------------------------------------------------------------------------------------------


def test_the_newest_come_first(ada: Client, house: Works) -> None:
    for title in ("First", "Second", "Third"):
        risk(house, title)
    assert listed(ada, house) == ["Third", "Second", "First"]
    assert listed(ada, house, "sort=number") == ["First", "Second", "Third"]


def test_sorted_by_a_title_without_case_and_accents(ada: Client, house: Works) -> None:
    for title in ("Éclair", "delta", "Foxtrot"):
        risk(house, title)
    assert listed(ada, house, "sort=title") == ["delta", "Éclair", "Foxtrot"]
    assert listed(ada, house, "sort=-title") == ["Foxtrot", "Éclair", "delta"]


def test_sorted_by_a_number_as_a_number_and_what_says_nothing_last(ada: Client, house: Works) -> None:
    risk(house, "Twenty", likelihood=5, severity=4)
    risk(house, "Nine", likelihood=3, severity=3)
    risk(house, "None")
    assert listed(ada, house, "sort=level") == ["Nine", "Twenty", "None"]
    assert listed(ada, house, "sort=-level") == ["Twenty", "Nine", "None"]
    assert listed(ada, house, "sort=-level&f.nature=threat") == ["Twenty", "Nine", "None"]
    assert listed(ada, house, "sort=level&q=e") == ["Nine", "Twenty", "None"]


def test_sorted_by_a_day_and_narrowed_to_some(ada: Client, house: Works) -> None:
    for title, day in (("May", "2030-05-01"), ("March", "2030-03-01"), ("July", "2030-07-01")):
        risk(house, title, review_by=day)
    risk(house, "Never")
    assert listed(ada, house, "sort=review_by") == ["March", "May", "July", "Never"]
    assert listed(ada, house, "f.review_by.from=2030-04-01&f.review_by.to=2030-06-01") == ["May"]


def test_narrowed_by_words_values_owner_and_state(ada: Client, house: Works) -> None:
    risk(house, "Laser drift", categories=["technical", "security"], owner="Ben Okri")
    risk(house, "Laser theft", categories=["security"], owner="ada")
    risk(house, "Helium", categories=["legal"], owner="ada")
    assert listed(ada, house, "q=LASER") == ["Laser theft", "Laser drift"]
    assert listed(ada, house, "f.categories=legal&f.categories=technical") == ["Helium", "Laser drift"]
    assert listed(ada, house, "mine=yes") == ["Helium", "Laser theft"]
    assert listed(ada, house, "f.owner=ben okri") == ["Laser drift"]
    assert listed(ada, house, "q=laser&mine=yes&f.categories=security") == ["Laser theft"]
    assert listed(ada, house, "state=closed") == []
    assert listed(ada, house, "f.decision=&q=helium") == ["Helium"]
    assert listed(ada, house, "q=RSK-0001") == ["Laser drift"]


def test_late_and_soon(ada: Client, house: Works) -> None:
    from standfirst.server.clock import now  # noqa: PLC0415 - Django is set up by now

    today = now().date()
    for title, days in (("Late", -3), ("Soon", 5), ("Far", 300)):
        risk(house, title, review_by=(today + timedelta(days=days)).isoformat())
    assert listed(ada, house, "due=late") == ["Late"]
    assert listed(ada, house, "due=soon") == ["Soon"]
    page = ada.get(f"/o/{house.slug}/kinds/risk/?all").content.decode()
    assert 'class="badge bad">late 3 d' in page
    assert 'class="badge warn">in 5 d' in page


@pytest.mark.parametrize(
    "sort", ["", "sort=number", "sort=title", "sort=-level", "sort=review_by", "sort=-changed", "sort=state"]
)
@pytest.mark.parametrize("narrowed", ["", "f.nature=threat"])
def test_pages_together_are_the_whole_list_once(ada: Client, house: Works, sort: str, narrowed: str) -> None:
    count = PAGE * 2 + 7
    for at in range(count):
        more = (
            {"review_by": f"2030-01-{at % 28 + 1:02}"}
            if at % 3
            else {"likelihood": at % 5 + 1, "severity": 2}
        )
        risk(house, f"Risk {at % 10}", **more)
    seen: list[str] = []
    query = "&".join(part for part in (sort, narrowed) if part) or "all"
    while query:
        page = ada.get(f"/o/{house.slug}/kinds/risk/?{query}").content.decode()
        seen += re.findall(r'<td class="code soft">(RSK-\d+)</td>', page)
        onward = re.search(r'rel="next" href="\?([^"]+)"', page)
        query = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == count
    assert len(set(seen)) == count


@pytest.mark.parametrize(
    "query",
    [
        "state=nowhere",
        "sort=-nothing",
        "sort=--level",
        "f.unknown=1",
        "f.level.from=many",
        "f.level.from=nan",
        "f.review_by.to=2030-02-31",
        "f.owner.like=%25",
        "columns=evil,title",
        "due=never",
        "after=!!!",
        "after=W10",
        "after=WzAsIngiXQ",
        "sort=title&after=WzIsICJcdWQ4MDAiLCA1XQ",
        "sort=review_by&after=WzEsICIyMDI2LVcxMC0xIiwgNV0",
        "q=%00%27%22%3B--",
        "q=" + "x" * 5000,
        "f.owner.has=100%25_%5C",
        "f.categories=" + "&f.categories=".join(map(str, range(200))),
        "view=99999999999999999999",
    ],
)
def test_what_is_no_question_is_told_and_never_fails(ada: Client, house: Works, query: str) -> None:
    risk(house, "100%_\\ of it", owner="100%_\\")
    answer = ada.get(f"/o/{house.slug}/kinds/risk/?{query}")
    assert answer.status_code == 200
    for path in ("records.csv", "board/"):
        answer = ada.get(f"/o/{house.slug}/kinds/risk/{path}?{query}")
        assert answer.status_code == 200
        answer.close()


def test_what_is_left_out_is_said(ada: Client, house: Works) -> None:
    risk(house)
    page = ada.get(f"/o/{house.slug}/kinds/risk/?f.level.from=many&sort=zzz").content.decode()
    assert "neither a day" in page
    assert "zzz" in page


def test_a_column_is_chosen_and_sorting_is_told(ada: Client, house: Works) -> None:
    risk(house, likelihood=3, severity=3)
    page = ada.get(f"/o/{house.slug}/kinds/risk/?columns=level&columns=state&sort=-level").content.decode()
    assert re.search(r'aria-sort="descending"><a href="\?sort=level', page)
    assert '<td class="figure">9</td>' in page
    assert "Review date" not in page.split("<table", 1)[1].split("</table>")[0]


def test_a_fragment_is_the_table_alone(ada: Client, house: Works) -> None:
    risk(house)
    answer = ada.get(f"/o/{house.slug}/kinds/risk/?all", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<div id="found">')
    assert "<html" not in page
    assert "HX-Request" in answer["Vary"]


def test_queries_stay_the_same_as_records_double(ada: Client, house: Works) -> None:
    lists = ("?all", "?state=identified&sort=-level&q=risk&due=late", "board/", "?mine=yes&sort=title")
    paths = (*(f"kinds/risk/{one}" for one in lists), "calendar/", "calendar/?as=agenda&mine=yes")

    def ask(path: str) -> None:
        assert ada.get(f"/o/{house.slug}/{path}").status_code == 200

    def asked() -> list[int]:
        ask(paths[0])  # what the shell counts is counted once after each change
        return [len(queries(partial(ask, path))) for path in paths]

    for at in range(6):
        risk(house, f"Risk {at}", review_by="2026-01-01")
    once = asked()
    for at in range(6):
        risk(house, f"Another risk {at}", review_by="2026-01-01")
    assert asked() == once
    assert max(once) <= 12, once


def test_people_stand_by_name_and_are_kept_by_handle(ada: Client, house: Works) -> None:
    """In lists, filters, chips, boards and calendars; free words and unknown handles stay as they are."""
    for owner in ("ada", "nobody-here", "The laboratory"):
        risk(house, f"Of {owner}", owner=owner, review_by="2030-05-17")
    name = house.record(house.ada.id).current.content.body["name"]
    shown = ada.get(f"/o/{house.slug}/kinds/risk/?f.owner=ada&f.owner=nobody-here").content.decode()
    assert f"<bdi>{name}</bdi></span></td>" in shown
    assert "<bdi>ada</bdi>" not in shown
    assert f": {name}</bdi>" in shown  # the filter that is set
    saved = ada.get(f"/o/{house.slug}/kinds/risk/views/?f.owner=ada").content.decode()
    assert f": {name}<" in saved
    assert ": ada<" not in saved
    assert re.search(rf'value="ada" checked> <bdi>{name}</bdi>', shown)
    assert "<bdi>nobody-here</bdi></span></td>" in shown
    assert '<summary class="set">Filters <span class="number">(2)</span></summary>' in shown
    for path in ("kinds/risk/board/", "calendar/?month=2030-05&as=agenda"):
        page = ada.get(f"/o/{house.slug}/{path}").content.decode()
        for words in (name, "nobody-here", "The laboratory"):
            assert f'<span class="soft"><bdi>{words}</bdi></span>' in page, (path, words)
        assert "<bdi>ada</bdi>" not in page
    kept = json.loads(exported(ada, house, "json"))
    assert {one["body"]["owner"] for one in kept} == {"ada", "nobody-here", "The laboratory"}


def test_two_of_one_name_keep_their_handles_and_who_has_left_keeps_their_name(
    ada: Client, house: Works
) -> None:
    body = {**house.record(house.ben.id).current.content.body, "name": "Kim Lee"}
    first = house.create("person", {**body, "handle": "kim"})
    risk(house, "Kim's", owner="kim")
    house.move(first, "left")
    assert "<bdi>Kim Lee</bdi></span></td>" in ada.get(f"/o/{house.slug}/kinds/risk/?all").content.decode()
    house.create("person", {**body, "handle": "kim-2"})
    risk(house, "The other's", owner="kim-2")
    shown = ada.get(f"/o/{house.slug}/kinds/risk/?all").content.decode()
    assert "<bdi>Kim Lee (kim)</bdi></span></td>" in shown
    assert "<bdi>Kim Lee (kim-2)</bdi></span></td>" in shown


# --- saved views -----------------------------------------------------------------------------------------------------


def save(client: Client, house: Works, name: str, query: str, **more: str) -> Any:
    address = f"/o/{house.slug}/kinds/risk/views/"
    return client.post(address, {"name": name, "query": query, **more})


def test_a_view_is_saved_found_again_and_begun_with(ada: Client, house: Works) -> None:
    risk(house, "Laser")
    risk(house, "Helium")
    answer = save(ada, house, "Lasers", "q=laser&sort=title&evil=1", first="yes")
    view = SavedView.objects.get(organisation=house.firm.organisation)
    assert view.query == "q=laser&sort=title"
    assert answer["Location"].endswith(f"?q=laser&sort=title&view={view.pk}")
    bare = ada.get(f"/o/{house.slug}/kinds/risk/")
    assert bare["Location"] == answer["Location"]
    assert listed(ada, house, f"{view.query}&view={view.pk}") == ["Laser"]
    assert house.client(house.ben).get(f"/o/{house.slug}/kinds/risk/").status_code == 200
    ada.post(f"/o/{house.slug}/views/{view.pk}/", {"do": "not-first"})
    assert ada.get(f"/o/{house.slug}/kinds/risk/").status_code == 200


def test_a_view_is_its_owners_until_it_is_shared(ada: Client, house: Works) -> None:
    save(ada, house, "Mine", "q=laser")
    view = SavedView.objects.get(organisation=house.firm.organisation)
    mila = house.client(house.mila)
    assert mila.get(f"/o/{house.slug}/views/{view.pk}/").status_code == 404
    save(ada, house, "Mine", "q=helium", shared="yes")
    view.refresh_from_db()
    assert (view.shared, view.query) == (True, "q=helium")
    assert mila.get(f"/o/{house.slug}/views/{view.pk}/").status_code == 200
    assert mila.post(f"/o/{house.slug}/views/{view.pk}/", {"do": "delete"}).status_code == 403
    mila.post(f"/o/{house.slug}/views/{view.pk}/", {"do": "first"})
    assert (
        house.client(house.ben).post(f"/o/{house.slug}/views/{view.pk}/", {"do": "delete"}).status_code == 302
    )
    assert not SavedView.objects.filter(pk=view.pk).exists()
    assert not FirstView.objects.filter(view=view.pk).exists()


def test_a_view_of_another_organisation_is_not_there(ada: Client, house: Works) -> None:
    save(ada, house, "Ours", "q=laser", shared="yes")
    view = SavedView.objects.get(organisation=house.firm.organisation)
    other = works("Others")
    stranger = other.client(other.ada)
    assert stranger.get(f"/o/{other.slug}/views/{view.pk}/").status_code == 404
    assert stranger.get(f"/o/{house.slug}/views/{view.pk}/").status_code == 404
    assert stranger.post(f"/o/{other.slug}/views/{view.pk}/", {"do": "delete"}).status_code == 404
    assert browser(None).get(f"/o/{house.slug}/views/{view.pk}/").status_code == 302


def test_a_view_needs_a_name(ada: Client, house: Works) -> None:
    answer = save(ada, house, " ", "q=laser")
    assert answer["Location"].endswith("?q=laser")
    assert not SavedView.objects.filter(organisation=house.firm.organisation).exists()


# --- several at once -------------------------------------------------------------------------------------------------

ASSESSED: dict[str, Any] = {
    "likelihood": 2,
    "severity": 2,
    "assessed_on": "2026-01-05",
}


def test_several_are_moved_in_one_change(ada: Client, house: Works) -> None:
    ready = [risk(house, f"Ready {at}", **ASSESSED) for at in range(3)]
    lacking = risk(house, "Lacking")
    before = house.firm.workspace.head.size
    address = f"/o/{house.slug}/kinds/risk/move/"
    preview = ada.post(address, {"transition": "assess", "all": "yes", "query": ""})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert page.count('name="version"') == 3
    assert lacking.number in page
    assert house.firm.workspace.head.size == before
    sent = {
        "transition": "assess",
        "confirm": "yes",
        "why": "Looked through together",
        "record": [one.number for one in ready],
        "version": [f"{one.number}:1" for one in ready],
    }
    assert ada.post(address, sent).status_code == 302
    records = house.firm.workspace.records([one.id for one in ready])
    assert {record.current.content.state for record in records.values()} == {"assessed"}
    assert house.firm.workspace.head.size == before + 3
    assert len({record.current.entry.recorded_at for record in records.values()}) == 1
    again = ada.post(address, sent)
    assert again.status_code == 409
    assert house.firm.workspace.head.size == before + 3


def test_all_or_none_are_moved(ada: Client, house: Works) -> None:
    ready, lacking = risk(house, "Ready", **ASSESSED), risk(house, "Lacking")
    before = house.firm.workspace.head.size
    answer = ada.post(
        f"/o/{house.slug}/kinds/risk/move/",
        {
            "transition": "assess",
            "confirm": "yes",
            "why": "All",
            "record": [ready.number, lacking.number],
            "version": [f"{ready.number}:1", f"{lacking.number}:1"],
        },
    )
    assert answer.status_code == 403
    assert "So none was" in answer.content.decode()
    assert house.firm.workspace.head.size == before


def test_what_signs_is_not_moved_together(ada: Client, house: Works) -> None:
    kind = house.firm.workspace.kinds["risk"]
    signing = next(move for move in kind.lifecycle.transitions if move.signs)
    one = risk(house, **ASSESSED)
    sent = {"transition": signing.name, "record": one.number}
    address = f"/o/{house.slug}/kinds/risk/move/"
    assert "signed by itself" in ada.post(address, sent).content.decode()
    sure = {**sent, "confirm": "yes", "why": "All", "version": f"{one.number}:1"}
    assert ada.post(address, sure).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"transition": "nothing", "record": "RSK-0001"},
        {"transition": "assess"},
        {"transition": "assess", "record": "RSK-9999"},
        {"transition": "assess", "record": "'; DROP"},
    ],
)
def test_a_move_of_nothing_leads_back(ada: Client, house: Works, sent: dict[str, str]) -> None:
    answer = ada.post(f"/o/{house.slug}/kinds/risk/move/", sent)
    assert answer.status_code == 302


def test_records_of_another_organisation_are_not_moved(ada: Client, house: Works) -> None:
    other = works("Others")
    theirs = risk(other, "Theirs", **ASSESSED)
    risk(house, "Ours", **ASSESSED)
    page = ada.post(
        f"/o/{house.slug}/kinds/risk/move/", {"transition": "assess", "all": "yes"}
    ).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert (
        open_store(other.firm.organisation).records([theirs.id])[theirs.id].current.content.state
        == "identified"
    )


# --- files -----------------------------------------------------------------------------------------------------------


def exported(client: Client, house: Works, form: str, query: str = "all") -> bytes:
    answer = client.get(f"/o/{house.slug}/kinds/risk/records.{form}?{query}")
    assert answer.status_code == 200
    assert f"{house.slug}-risk-" in answer["Content-Disposition"]
    content = b"".join(cast("Any", answer).streaming_content)
    answer.close()
    return content


def test_files_hold_all_that_match_and_say_the_same(ada: Client, house: Works) -> None:
    product = house.create("product", PRODUCT)
    for at in range(PAGE + 5):
        risk(
            house, f"Risk {at}, “{at}”\nand more", owner="=1+1" if at == 3 else "ada", review_by="2030-01-05"
        )
    risk(house, "Apart")
    rows = list(
        csv.reader(io.StringIO(exported(ada, house, "csv", "q=risk").decode("utf-8-sig"), newline=""))
    )
    head, lines = rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert len(lines) == PAGE + 5
    assert lines[0]["title"] == f"Risk {PAGE + 4}, “{PAGE + 4}”\nand more"
    assert lines[0]["review_by"] == "2030-01-05"
    assert [line["owner"] for line in lines if line["owner"] != "ada"] == ["'=1+1"]
    assert b"\r\n" in exported(ada, house, "csv")
    sheet = cast("Any", load_workbook(io.BytesIO(exported(ada, house, "xlsx", "q=risk"))).active)
    found = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert found == [head, *([line[name] for name in head] for line in lines)]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    told = json.loads(exported(ada, house, "json", "q=risk"))
    assert [one["number"] for one in told] == [line["number"] for line in lines]
    assert next(one for one in told if one["body"]["owner"] != "ada")["body"]["owner"] == "=1+1"
    assert product.number not in {one["number"] for one in told}


def test_a_file_of_nothing_and_of_no_form(ada: Client, house: Works) -> None:
    assert json.loads(exported(ada, house, "json")) == []
    assert len(exported(ada, house, "csv").splitlines()) == 1
    assert ada.get(f"/o/{house.slug}/kinds/risk/records.exe").status_code == 404
    assert browser(None).get(f"/o/{house.slug}/kinds/risk/records.csv").status_code == 302


# --- board, calendar -------------------------------------------------------------------------------------------------


def test_a_board_shows_states_as_columns(ada: Client, house: Works) -> None:
    risk(house, "Begun", review_by="2026-01-05")
    risk(house, "Assessed", state="assessed", **ASSESSED)
    page = ada.get(f"/o/{house.slug}/kinds/risk/board/").content.decode()
    columns = dict(re.findall(r'id="stage-([a-z]+)">(.*?)</section>', page, re.DOTALL))
    assert list(columns) == ["identified", "assessed", "treated", "accepted", "closed"]
    assert "Begun" in columns["identified"]
    assert "Assessed" in columns["assessed"]
    assert "moves/assess/" in columns["identified"]
    assert ada.get(f"/o/{house.slug}/kinds/measurement/board/").status_code == 404


def test_a_calendar_shows_what_is_due(ada: Client, house: Works) -> None:
    risk(house, "In May", review_by="2030-05-17")
    risk(house, "Ben's", owner="Ben Okri", review_by="2030-05-17")
    month = ada.get(f"/o/{house.slug}/calendar/?month=2030-05").content.decode()
    assert "In May" in month
    assert "Nothing is due this month" in ada.get(f"/o/{house.slug}/calendar/?month=2030-06").content.decode()
    mine = ada.get(f"/o/{house.slug}/calendar/?month=2030-05&mine=yes&as=agenda").content.decode()
    assert "In May" in mine
    assert "Ben&#x27;s" not in mine
    assert "In May" not in ada.get(f"/o/{house.slug}/calendar/?month=2030-05&kind=document").content.decode()


def test_a_calendar_says_what_it_is_about(ada: Client, house: Works) -> None:
    risk(house, "In May", review_by="2030-05-17")

    def heading(query: str) -> str:
        page = ada.get(f"/o/{house.slug}/calendar/?{query}").content.decode()
        (told,) = re.findall(r"<h1>(.*?)</h1>", page)
        return str(told)

    assert heading("month=2030-05") == "Due in May 2030"
    assert heading("month=2030-05&as=agenda") == "Due from May 2030 on"
    assert heading("as=agenda") == "Late, and due from today on"
    assert heading("day=2030-05-17") == "Due on 17 May 2030"


def test_what_chooses_all_has_words_of_its_own(ada: Client, house: Works) -> None:
    risk(house, "One")
    page = ada.get(f"/o/{house.slug}/kinds/risk/").content.decode()
    assert '<label data-pick-all hidden><input type="checkbox"><span aria-hidden="true">All</span>' in page


@pytest.mark.parametrize(
    "query", ["month=0000-99", "month=2030-5", "day=x", "kind=nothing", "day=9999-12-31", "month=9999-12"]
)
def test_a_calendar_of_nothing_shows_some_month(ada: Client, house: Works, query: str) -> None:
    assert ada.get(f"/o/{house.slug}/calendar/?{query}").status_code == 200
