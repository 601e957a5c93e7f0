"""A spreadsheet that is brought in, from the front door, on both engines: the file, its columns, the check, the record."""

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.server.importing.test_tables import xlsx
from tests.server.works import PRODUCT, RISK, Works, queries, works

from standfirst.records.actor import Actor
from standfirst.server.clock import now
from standfirst.server.files import shelves
from standfirst.server.importing import views
from standfirst.server.importing.bringing import bring
from standfirst.server.importing.columns import guessed, targets
from standfirst.server.importing.models import Sheet
from standfirst.server.importing.template import template
from standfirst.server.jobs import daily
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.store.models import Current

pytestmark = pytest.mark.usefixtures("database")

RISKS = "Title;Hazard;Domains;Stages;Categories;Owner;Likelihood;Review date\r\n"
ROW = "The laser fails;No calibration;computing;operation;technical;ada;2;2027-01-05\r\n"


@pytest.fixture
def there(database: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Works:  # noqa: ARG001 - first this
    monkeypatch.setattr("django.conf.settings.FILES", tmp_path / "files", raising=False)
    shelves.shelf.cache_clear() if hasattr(shelves.shelf, "cache_clear") else None
    return works()


class Desk:
    """Somebody at work on a spreadsheet."""

    def __init__(self, there: Works, client: Client, kind: str = "risk") -> None:
        self.client, self.base = client, f"/o/{there.slug}/kinds/{kind}/import/"

    def bring(self, data: bytes | str, name: str = "table.csv", status: int = 302) -> str:
        raw = data.encode() if isinstance(data, str) else data
        answer = self.client.post(self.base, {"file": SimpleUploadedFile(name, raw)})
        assert answer.status_code == status, text(answer)
        return text(answer)

    def columns(self) -> Any:
        return self.client.get(f"{self.base}columns/")

    def mapping(self) -> dict[str, str]:
        page = self.columns().content.decode()
        chosen = re.findall(r'<select name="(column\.\d+)".*?</select>', page, re.DOTALL)
        found = {}
        for name in chosen:
            select = re.search(rf'<select name="{re.escape(name)}".*?</select>', page, re.DOTALL)
            assert select is not None
            option = re.search(r'<option value="([^"]*)" selected', select[0])
            found[name] = option[1] if option else ""
        return found

    def check(self, status: int = 200, **more: str) -> Any:
        answer = self.client.post(f"{self.base}columns/", {**self.mapping(), "do": "check", **more})
        assert answer.status_code == status, text(answer)
        return answer

    def record(self, shown: Any, status: int = 302, **more: str) -> Any:
        page = shown.content.decode()
        hidden = dict(
            re.findall(r'<input type="hidden" name="((?:column|digest|update)[^"]*)" value="([^"]*)"', page)
        )
        sent = {**hidden, "do": "record", "why": "From our old list", **more}
        answer = self.client.post(f"{self.base}columns/", sent)
        assert answer.status_code == status, text(answer)
        return answer


def text(answer: Any) -> str:
    bare = re.sub(r"<(script|style|title|select)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def faults(answer: Any) -> list[tuple[str, str, str]]:
    _before, _, table = answer.content.decode().partition('<table class="dense wrong">')
    rows = re.findall(
        r'<tr><th scope="row" class="number">(.*?)</th><td><bdi>(.*?)</bdi></td><td><bdi>(.*?)</bdi></td></tr>',
        table.partition("</table>")[0],
    )
    return [tuple(html.unescape(part) for part in row) for row in rows]  # type: ignore[misc]


def handle_of(there: Works, who: Actor) -> str:
    return str(there.record(who.id).current.content.body["handle"])


def body_of(there: Works, number: str) -> Any:
    identity = there.firm.workspace.numbered([number])[number]
    return there.record(identity).current.content


# --- the way ---


def test_a_table_becomes_records_in_one_change(there: Works) -> None:
    product = there.create("product", PRODUCT)
    desk = Desk(there, there.client(there.ada))
    before = there.firm.workspace.head.size
    desk.bring(
        RISKS.replace("\r\n", ";Serves;Links: about;Our own column\r\n")
        + ROW.replace("\r\n", f";6.1.3, A.1.2;{product.number};x\r\n")
        + "Drift;Wrong results;computing;Operation;technical;ada;;;;;\r\n"
    )
    shown = desk.columns()
    assert "Read as text in UTF-8, with a semicolon between the columns." in text(shown)
    assert "Left out, since no field has this name: Our own column" in text(shown)
    assert desk.mapping()["column.7"] == "body.review_by"
    checked = desk.check()
    assert "New records 2 Changed records 0" in text(checked)
    assert there.firm.workspace.head.size == before
    desk.record(checked)
    first, second = body_of(there, "RSK-0001"), body_of(there, "RSK-0002")
    assert (first.body["title"], first.body["likelihood"], first.body["review_by"]) == (
        "The laser fails",
        2,
        "2027-01-05",
    )
    assert (first.serves, first.links["about"], first.why) == (
        ("6.1.3", "A.1.2"),
        (product.id,),
        "From our old list",
    )
    assert (second.body["stages"], second.body.get("likelihood")) == (["operation"], None)
    entries = there.firm.workspace.ledger()[before:]
    assert len(entries) == 2
    assert (
        len(
            {
                Current.objects.get(number=n, organisation=there.firm.organisation).recorded_at
                for n in ("RSK-0001", "RSK-0002")
            }
        )
        == 1
    )
    assert not Sheet.objects.filter(organisation=there.firm.organisation).exists()


def test_every_fault_of_every_row_is_told_and_nothing_is_recorded(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    before = there.firm.workspace.head
    desk.bring(
        RISKS
        + ROW
        + "A;x;computing;operation;technical;ada;many;05.01.2027\r\n"
        + ";x;computing;nowhere;technical;ada;9;\r\n"
    )
    checked = desk.check(422)
    told = faults(checked)
    assert sorted((row, column) for row, column, _ in told) == [
        ("3", "Likelihood"),
        ("3", "Review date"),
        ("4", "Likelihood"),
        ("4", "Stages"),
        ("4", "Title"),
    ]
    assert "05.01.2027 is no date that can be read without guessing." in text(checked)
    assert "Nothing was recorded." in text(checked)
    assert "2 of the rows have faults" in text(checked)
    assert there.firm.workspace.head == before


def test_a_fault_stands_in_its_cell_and_is_told_in_our_words(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    good = "".join(ROW for _ in range(12))
    desk.bring(RISKS + good + ROW.replace(";2;", ";9;") + ROW.replace("The laser fails", ""))
    checked = desk.check(422)
    assert ("14", "Likelihood", "The most here is 5.") in faults(checked)
    shown = checked.content.decode().partition('class="dense preview"')[2]
    marked = re.findall(r'<td class="faulty">(.*?)</td>', shown)
    assert [re.sub(r"<[^>]+>", "", cell) for cell in marked] == [
        "9✗ The most here is 5.",
        "✗ empty: Fill this in.",
    ]
    assert re.findall(r'<th scope="row" class="number">(\d+)', shown) == ["14", "15"]  # and not the first ten


def test_nobody_is_named_who_is_not_here(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW + ROW.replace(";ada;", ";adda;") + ROW.replace(";ada;", ";okri;"))
    told = faults(desk.check(422))
    assert [(row, column) for row, column, _ in told] == [("3", "Owner"), ("4", "Owner")]
    assert told[0][2].startswith("Nobody here is called adda. Did you mean ada (Ada")
    assert f"Did you mean {handle_of(there, there.ben)} (Ben Okri)?" in told[1][2]
    assert not there.firm.workspace.records(kinds=("risk",))


def test_who_has_left_is_named_no_more_but_where_they_stood_already(there: Works) -> None:
    ben = handle_of(there, there.ben)
    there.create("risk", {**RISK, "owner": ben})
    there.move(there.record(there.ben.id), "left")
    desk = Desk(there, there.client(there.ada))
    desk.bring("Number;Title;Owner\nRSK-0001;Again;" + ben)
    desk.check(update="1")
    desk.bring(RISKS + ROW.replace(";ada;", f";{ben};"))
    assert [words for *_, words in faults(desk.check(422))] == [
        f"{ben} is Ben Okri, who has left. Write the handle of whoever answers for it now."
    ]


def test_functions_name_people_too_and_audits_take_their_numbers(there: Works) -> None:
    there.amend(there.record(there.ada.id), functions=["Head of Operations"])
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW.replace(";ada;", ";Head of Operations;"))
    desk.check()
    number, ben = there.record(there.ada.id).number, handle_of(there, there.ben)
    audits = Desk(there, there.client(there.ada), "internal-audit")
    head = "title,programme,requirements,process_owners,auditors,planned_for\n"
    audits.bring(head + f"A,B,6.1.3,{number},{ben},2027-01-05\nA,B,6.1.3,ada;PER-0099,{ben},2027-01-05\n")
    told = faults(audits.check(422))
    assert [(row, column) for row, column, _ in told] == [("3", "process_owners")]
    assert "PER-0099" in told[0][2]


def test_columns_are_laid_by_hand_and_remembered(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS.replace("Title", "What").replace("Owner", "Title") + ROW)
    assert desk.mapping()["column.0"] == ""
    assert "Needed for new records, and no column is laid onto it: Owner" in text(desk.columns())
    twice = desk.check(422, **{"column.0": "body.title"})
    assert "Two columns are laid onto title" in text(twice)
    desk.check(200, **{"column.0": "body.title", "column.5": "body.owner"})
    assert desk.mapping() | {"column.0": "body.title", "column.5": "body.owner"} == desk.mapping()
    nothing = dict.fromkeys(desk.mapping(), "")
    assert "No column is laid onto any field." in text(desk.check(422, **nothing))


def test_records_are_changed_by_number_only_where_somebody_says_so(there: Works) -> None:
    there.create("risk", RISK)
    there.create("risk", {**RISK, "title": "Drift"})
    table = "Number;Title;Likelihood\nRSK-0001;The laser fails often;4\nrsk-0002;Drift;\n"
    desk = Desk(there, there.client(there.ada))
    desk.bring(table)
    assert "Hazard" in {column for _, column, _ in faults(desk.check(422))}  # as new ones they are incomplete
    checked = desk.check(update="1")
    assert "New records 0 Changed records 1 Already as the table says 1" in text(checked)
    desk.record(checked)
    content = body_of(there, "RSK-0001")
    assert (content.version, content.body["title"], content.body["hazard"]) == (
        2,
        "The laser fails often",
        RISK["hazard"],
    )
    assert body_of(there, "RSK-0002").version == 1
    desk.bring("Number;Title\nRSK-0001;A\nRSK-0001;B\nRSK-0099;C\nPER-0001;D\n")
    told = faults(desk.check(422, update="1"))
    assert [row for row, _, _ in told] == ["3", "4", "5"]


def test_a_kind_with_rows_within_and_values_that_nobody_shares(there: Works) -> None:
    ada = there.client(there.ada)
    people = Desk(there, ada, "person")
    people.bring(
        "Name,Handle,Roles\nEve,eve,reviewer; quality manager\nEva,eve,\nOdd,Not a handle,\nAda,ada,\n"
    )
    told = faults(people.check(422))
    assert {(row, column) for row, column, _ in told} >= {("3", "–"), ("4", "Handle"), ("5", "–")}
    names = {one.key: one.label for one in targets(there.firm.workspace.kinds["objective"])}
    assert "body.readings" in names
    organisation = Desk(there, ada, "organisation")
    organisation.bring(
        "name,country,description,domains,stages,roles,tier,sites,headcount,certificates\n"
        'Q,DE,"It makes, and runs",computing;sensing,operation,user,1,Jena;Ulm,12,"ISO 9001:2015 | TÜV | 2027-01-01\n'
        'ISO/IEC 27001:2022 | BSI | 2027-05-01"\n'
    )
    organisation.record(organisation.check())
    body = body_of(there, "ORG-0001").body
    assert (body["domains"], body["sites"]) == (["computing", "sensing"], ["Jena", "Ulm"])
    assert [one["valid_until"] for one in body["certificates"]] == ["2027-01-01", "2027-05-01"]


def test_who_may_not_write_is_told_for_each_row(there: Works) -> None:
    desk = Desk(there, there.client(there.mila), "person")
    desk.bring("Name,Handle\nEve,eve\n")
    assert len(faults(desk.check(422))) == 1
    assert there.client(there.mila).get(f"/o/{there.slug}/kinds/access/import/").status_code == 403


# --- only what was shown, only for who brought it ---


def test_what_is_recorded_is_what_was_shown(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW)
    checked = desk.check()
    desk.bring(RISKS + ROW.replace("laser", "cryostat"))
    again = desk.record(checked, 422)
    assert "The file is another one than the one that was shown." in text(again)
    assert "Fill this in." in text(desk.record(desk.check(), 422, why=" "))
    desk.record(desk.check())
    assert body_of(there, "RSK-0001").body["title"] == "The cryostat fails"
    assert desk.columns().status_code == 404  # it is gone


def test_two_clicks_at_once_record_it_once(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW)
    checked = desk.check()
    first = iter([True])

    def overtaken(*given: Any, **more: Any) -> Any:
        if next(first, False):
            desk.record(checked)
        return bring(*given, **more)

    monkeypatch.setattr(views, "bring", overtaken)
    assert "is recorded already" in text(desk.record(checked, 422))
    assert [risk.number for risk in there.firm.workspace.records(kinds=("risk",)).values()] == ["RSK-0001"]


def test_a_spreadsheet_is_its_authors_alone_and_goes_after_a_day(there: Works) -> None:
    ada, ben = (Desk(there, there.client(who)) for who in (there.ada, there.ben))
    ada.bring(RISKS + ROW)
    assert ben.columns().status_code == 404
    stranger = works("Elsewhere")
    theirs = Desk(there, stranger.client(stranger.ada))
    assert theirs.columns().status_code == 404
    theirs.bring(RISKS + ROW, status=404)
    Sheet.objects.filter(organisation=there.firm.organisation).update(brought_at=now() - timedelta(days=2))
    assert ada.columns().status_code == 404
    daily(now().date())
    assert not Sheet.objects.filter(organisation=there.firm.organisation).exists()


def test_a_spreadsheet_can_be_thrown_away(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW)
    assert "You brought table.csv" in text(desk.client.get(desk.base))
    desk.client.post(f"{desk.base}columns/", {"do": "throw-away"})
    assert desk.columns().status_code == 404


def test_what_is_no_spreadsheet_is_told_and_not_kept(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    assert "neither an Excel file" in desk.bring(b"\x00\x01\x02", status=422)
    assert "No file arrived." in desk.bring(b"", status=422)
    desk.bring(b"x" * (5 * 2**20 + 2**20 + 100), status=413)
    assert not Sheet.objects.filter(organisation=there.firm.organisation).exists()


def test_text_that_no_record_keeps_is_a_fault_of_its_row(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    desk.bring(RISKS + ROW.replace("laser", "la\u202eser\x07") + ROW.replace("ada", "x" * 5_000))
    assert {row for row, _, _ in faults(desk.check(422))} == {"2", "3"}


# --- Excel ---


def test_an_excel_file_with_dates_and_numbers_of_its_own(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    date = now().date() - timedelta(days=3)
    desk.bring(
        xlsx(
            ["Title", "Hazard", "Domains", "Stages", "Categories", "Owner", "Severity", "assessed_on"],
            [2026, "It is cold", "computing", "operation", "technical", "ada", 3.0, date],
        ),
        "Risiken.xlsx",
    )
    desk.record(desk.check())
    body = body_of(there, "RSK-0001").body
    assert (body["title"], body["severity"], body["assessed_on"]) == ("2026", 3, date.isoformat())


@pytest.mark.parametrize(
    "kind", [kind.name for kind in kinds_of(OrganisationType.ORGANISATION) if kind.by_hand]
)
def test_a_template_names_each_field_so_that_it_is_found_again(kind: str) -> None:
    found = kinds_of(OrganisationType.ORGANISATION)[kind]
    book = load_workbook(io.BytesIO(template(found)))
    head = [str(cell.value) for cell in book.worksheets[0][1]]
    keys = [one.key for one in targets(found)]
    assert [guessed(found, head)[place] for place in range(len(head))] == keys
    choices = [rule for rule in book.worksheets[0].data_validations.dataValidation if rule.type == "list"]
    assert len(choices) == sum(
        str(one.shape.sort) in {"Sort.CHOICE", "Sort.FLAG"} for one in targets(found) if one.shape
    )


def test_a_filled_template_is_taken(there: Works) -> None:
    desk = Desk(there, there.client(there.ada))
    answer = desk.client.get(f"{desk.base}template.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    said = {
        **RISK,
        "domains": "computing",
        "stages": "operation",
        "categories": "technical",
        "nature": "threat",
    }
    kind = there.firm.workspace.kinds["risk"]
    for place, one in enumerate(targets(kind), 1):
        sheet.cell(2, place).value = said.get(one.key.removeprefix("body."))  # type: ignore[assignment]
    made = io.BytesIO()
    book.save(made)
    desk.bring(made.getvalue(), "risks.xlsx")
    assert "2 other sheets are left out." in text(desk.columns())
    desk.record(desk.check())
    assert body_of(there, "RSK-0001").body["title"] == RISK["title"]


# --- size ---


def test_queries_do_not_grow_with_the_rows(there: Works) -> None:
    for index in range(40):
        there.create("product", {**PRODUCT, "title": f"Product {index}"})
    ada = there.client(there.ada)

    def asked(count: int) -> tuple[int, int]:
        desk = Desk(there, ada)
        head = RISKS.replace("\r\n", ";Links: about\r\n")
        rows = "".join(
            ROW.replace("laser", f"laser {index}").replace("\r\n", f";PRD-{index % 40 + 1:04}\r\n")
            for index in range(count)
        )
        desk.bring(head + rows)
        mapping = desk.mapping()
        shown: list[Any] = []
        check = len(
            queries(lambda: shown.append(ada.post(f"{desk.base}columns/", {**mapping, "do": "check"})))
        )
        record = len(queries(lambda: desk.record(shown[0])))
        return check, record

    asked(1)
    few, many = asked(20), asked(40)
    assert few[0] == many[0] <= 12
    assert few[1] <= many[1] <= few[1] + 3  # SQLite takes inserts in batches
    assert many[1] <= 30


def test_changes_of_many_records_ask_no_more_than_those_of_few(there: Works) -> None:
    for index in range(40):
        there.create("risk", {**RISK, "title": f"Risk {index}"})
    there.create("product", PRODUCT)
    ada = there.client(there.ada)
    desk = Desk(there, ada)

    def asked(count: int) -> int:
        rows = "".join(f"RSK-{index + 1:04};Again {count} {index};PRD-0001\n" for index in range(count))
        desk.bring("Number;Title;Links: about\n" + rows)
        mapping = desk.mapping()
        found: list[Any] = []
        post = {**mapping, "do": "check", "update": "1"}
        count_ = len(queries(lambda: found.append(ada.post(f"{desk.base}columns/", post))))
        assert found[0].status_code == 200, text(found[0])
        return count_

    assert asked(20) == asked(40) <= 15


def test_circles_of_links_are_seen_across_the_rows(there: Works) -> None:
    for index in range(3):
        there.create("product", {**PRODUCT, "title": f"Product {index}"})
    desk = Desk(there, there.client(there.ada), "product")
    desk.bring("Number;Links: part of\nPRD-0001;PRD-0002\nPRD-0002;PRD-0003\nPRD-0003;PRD-0001\n")
    told = faults(desk.check(422, update="1"))
    assert [row for row, _, _ in told] == ["4"]
