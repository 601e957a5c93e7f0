"""Reports from the page: complete at any size, each with the head of the ledger it is of; and the answers to programs."""

import html
import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils.translation import override
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.server.exchange.filing import attached, filed
from tests.server.exchange.test_erasure import ERASURE
from tests.server.files.cast import erase_uses, files_in
from tests.server.readiness.cast import LIMA, NONCONFORMITY, TODAY, approved, document, measurement, worked
from tests.server.works import POLICY, Works, queries, works

from standfirst.conformity import report as conformity_report
from standfirst.evidence.calibration_integrity import COLLECTOR
from standfirst.evidence.collectors import measure_with
from standfirst.evidence.result import MeasurementResult
from standfirst.evidence.showing import checks, shown
from standfirst.paper import typesetting
from standfirst.records.change import Change
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.api import description
from standfirst.server.clock import now
from standfirst.server.files.shelves import place_of
from standfirst.server.jobs import TOPICS
from standfirst.server.readiness import gathering, measurements, reporting
from standfirst.server.readiness.models import Prepared
from standfirst.server.store.erasing import ERASED
from standfirst.server.store.outbox import drain
from standfirst.standards.library import edition
from standfirst.trust.digests import sha256_hex

MANY = 300
ROOT = Path(__file__).parents[3]
MEASUREMENTS = ROOT / "examples/quantum-computer/records/measurements"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - it works on it
    with files_in(tmp_path / "files"):
        yield works()


def report(house: Works, form: str, query: str = "") -> Any:
    address = reverse("report", args=[house.slug, form])
    answer = house.client(house.ada).get(f"{address}{query}")
    assert answer.status_code == 200, answer
    return answer


def many(house: Works, count: int = MANY) -> None:
    """Documents that serve a requirement, all recorded at once."""
    kind = house.firm.workspace.kinds["document"]

    def deed(workspace: Workspace) -> Change:
        drafts = []
        for number in range(count):
            pen = Pen(workspace, house.ada, kind, str(uuid4()), None, "It is wanted")
            pen.write(
                {**POLICY, "title": f"Procedure {number}", "type": "procedure"}, serves=("A.1.1",), links={}
            )
            drafts += pen.drafts
        return Change(house.ada, tuple(drafts))

    house.firm.workspace.perform(deed)


def test_every_form_names_the_head_and_holds_every_record(house: Works) -> None:
    many(house)
    worked()
    head = house.firm.workspace.head
    numbers = [f"DOC-{number:04}" for number in range(1, MANY + 1)]

    answer = report(house, "json")
    told = json.loads(answer.content)
    assert told["ledger"] == str(head)
    assert f"{house.slug}-readiness-{TODAY.isoformat()}-at-{head.size}.json" in answer["Content-Disposition"]
    assert set(numbers) <= set(told["records"])

    sheets = load_workbook(BytesIO(report(house, "xlsx").content), read_only=True)
    rows = {name: list(sheets[name].values) for name in ("About", "Requirements", "Records")}
    assert ("Ledger", str(head)) in rows["About"]
    assert len(rows["Requirements"]) == len(list(edition())) + 1
    assert set(numbers) <= {row[0] for row in rows["Records"]}

    whole = report(house, "html").content.decode()
    assert head.root in whole
    assert "no ISO/IEC QT-QMS standard exists" in whole

    with ZipFile(BytesIO(report(house, "oscal").content)) as archive:
        results = json.loads(archive.read("oscal/assessment-results.json"))
    assert head.root in json.dumps(results)


def test_all_that_counts_stands_in_every_form(house: Works) -> None:
    """A list that a peer would have cut: hundreds of records behind one answer."""
    for number in range(60):
        house.create("nonconformity", {**NONCONFORMITY, "title": f"Gap {number}", "against": ["A.1.1"]})
    worked()
    labels = [f"NCR-{number:04}" for number in range(1, 61)]
    for form in ("html", "json"):
        text = report(house, form).content.decode()
        assert all(label in text for label in labels), form
    sheets = load_workbook(BytesIO(report(house, "xlsx").content), read_only=True)
    told = " ".join(str(cell) for row in sheets["Requirements"].values for cell in row)
    assert all(label in told for label in labels)


def test_a_title_is_no_formula(house: Works) -> None:
    approved(house, document(house, "A.1.1", title='=HYPERLINK("https://example.org")'))
    worked()
    sheets = load_workbook(BytesIO(report(house, "xlsx").content))
    found = [cell for row in sheets["Evidence"].iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_without_what_would_make_a_no_a_yes(house: Works) -> None:
    worked()
    ours, theirs = report(house, "json"), report(house, "json", "?for=auditor")
    assert "remedy." in ours.content.decode()
    assert "remedy." not in theirs.content.decode()
    assert "-for-auditor.json" in theirs["Content-Disposition"]
    heads = [
        [cell.value for cell in load_workbook(BytesIO(report(house, "xlsx", query).content))["Criteria"][1]]
        for query in ("", "?for=auditor")
    ]
    assert ("What would make it a yes" in heads[0], "What would make it a yes" in heads[1]) == (True, False)


def test_the_same_from_what_is_kept_and_from_the_records(house: Works) -> None:
    approved(house, document(house, "A.1.1"))
    anew = report(house, "json").content
    worked()
    assert report(house, "json").content == anew


def test_as_many_queries_whatever_there_is(house: Works) -> None:
    def count() -> int:
        worked()
        return len(queries(lambda: gathering.gathered(house.firm.organisation)))

    many(house, 20)
    few = count()
    many(house, 40)
    assert count() == few


# --- by a worker ------------------------------------------------------------------------------------------------------


def asked_for(house: Works, form: str, **more: str) -> Prepared:
    address = reverse("reports", args=[house.slug])
    answer = house.client(house.ada).post(address, {"form": form, **more})
    assert answer.status_code == 302
    return Prepared.objects.filter(organisation=house.firm.organisation).latest("asked_at")


def fetched(house: Works, prepared: Prepared) -> Any:
    return house.client(house.ada).get(reverse("report-prepared", args=[house.slug, prepared.pk]))


def test_a_worker_makes_what_would_keep_somebody_waiting(
    house: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", 1)
    address = reverse("report", args=[house.slug, "json"])
    assert house.client(house.ada).get(address)["Location"].endswith("/reports/?form=json")
    wanted = asked_for(house, "json")
    assert fetched(house, wanted).status_code == 404
    page = house.client(house.ada).get(reverse("reports", args=[house.slug])).content.decode()
    assert "waits for a worker" in page
    assert "every 2s" in page
    worked()
    answer = fetched(house, wanted)
    assert json.loads(answer.content)["ledger"] == str(house.firm.workspace.head)
    page = house.client(house.ada).get(reverse("reports", args=[house.slug])).content.decode()
    assert reverse("report-prepared", args=[house.slug, wanted.pk]) in page
    assert "every 2s" not in page


def test_asked_for_twice_it_is_made_once(house: Works) -> None:
    first, second = asked_for(house, "json"), asked_for(house, "json")
    assert first.pk == second.pk
    assert asked_for(house, "json", **{"for": "auditor"}).pk != first.pk


@pytest.mark.skipif(find_spec("typst") is None, reason="the extra that prints is not installed")
def test_a_pdf(house: Works) -> None:
    worked()
    wanted = asked_for(house, "pdf")
    worked()
    answer = fetched(house, wanted)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"


def test_what_is_not_installed_is_said(house: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_MODULE", "a_module_that_is_not_there")
    asked_for(house, "pdf")
    worked()
    page = house.client(house.ada).get(reverse("reports", args=[house.slug])).content.decode()
    assert "could not be made" in page
    assert "pip install" in page


def test_an_unknown_form_is_nowhere(house: Works) -> None:
    client = house.client(house.ada)
    assert client.get(reverse("report", args=[house.slug, "docx"])).status_code == 404
    assert client.post(reverse("reports", args=[house.slug]), {"form": "docx"}).status_code == 404


def test_an_erasure_takes_reports_and_results_with_it(house: Works) -> None:
    record = house.create("nonconformity", {**NONCONFORMITY, "title": "Quarrelsome", "against": ["A.1.1"]})
    asked_for(house, "json")
    worked()
    assert b"Quarrelsome" in bytes(Prepared.objects.get(organisation=house.firm.organisation).data or b"")
    erasure = house.create("erasure", ERASURE, links={"erases": (record.id,)})
    house.move(erasure, "approved", by=house.ben)
    house.move(erasure, "carried-out")
    assert drain({ERASED: TOPICS[ERASED]}, clock=now).failed == 0
    assert not Prepared.objects.filter(organisation=house.firm.organisation).exists()
    client = house.client(house.ada)
    assert (
        "Quarrelsome" not in client.get(reverse("requirement", args=[house.slug, "A.1.1"])).content.decode()
    )
    assert b"Quarrelsome" not in report(house, "json").content


# --- measurements -----------------------------------------------------------------------------------------------------


def with_input(house: Works, data: bytes = LIMA, *, name: str = "props_lima.json") -> Record:
    """The same with its input attached, as somebody does who uploads it."""
    return filed(house, measurement(house, data, name=name), attached(house, data, name))


def page_of(house: Works, **more: str) -> str:
    """The report to read, as a worker makes it."""
    wanted = asked_for(house, "html", **more)
    worked()
    answer = fetched(house, wanted)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("more", [{}, {"for": "auditor"}])
def test_a_report_shows_the_checks_of_a_measurement_and_draws_it(
    house: Works, more: Mapping[str, str]
) -> None:
    with_input(house)
    page = page_of(house, **more)
    section = page[page.index('id="mea-MEA-0001"') : page.index('id="records"')]
    assert "Integrity of Lima" in section
    assert section.count("<svg") == 2
    assert "No pictures" not in section
    result = measure_with("calibration-integrity", LIMA, subject="Lima")
    assert all(row.check in section and html.escape(row.found) in section for row in checks(result))
    assert 'href="#mea-MEA-0001">checks and pictures</a>' in page


def test_the_same_as_the_command_line_shows(house: Works) -> None:
    record = with_input(house)
    body = record.current.content.body
    worked()
    whole = gathering.gathered(house.firm.organisation)
    there = shown(MeasurementResult.model_validate(body["result"]), {sha256_hex(LIMA): LIMA})
    assert page_of(house) == conformity_report.html(whole, measured={"MEA-0001": there})


def test_it_speaks_its_own_language_and_not_that_of_who_asks(house: Works) -> None:
    with_input(house)
    english = page_of(house)
    wanted = asked_for(house, "html")
    with override("de"):
        worked()
    assert fetched(house, wanted).content.decode() == english


@pytest.mark.skipif(find_spec("typst") is None, reason="the extra that prints is not installed")
def test_the_printed_report_has_them_too(house: Works) -> None:
    with_input(house)
    wanted = asked_for(house, "pdf")
    worked()
    pages = PdfReader(BytesIO(fetched(house, wanted).content)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    result = measure_with("calibration-integrity", LIMA, subject="Lima")
    figures = COLLECTOR.figures(result, {sha256_hex(LIMA): LIMA})
    assert figures
    assert all("".join(figure.title.split()) in text for figure in figures)
    assert "Nopictures" not in text


UNREAD = "No pictures: The input input is not attached to this record"


def test_without_its_input_it_says_why_there_is_no_picture(house: Works) -> None:
    measurement(house)
    page = page_of(house)
    assert UNREAD in page
    assert '<div class="picture"' not in page
    assert "staleness" in page


def test_a_file_that_was_erased_is_drawn_no_more(house: Works) -> None:
    with_input(house)
    assert UNREAD not in page_of(house)
    erase_uses(house.firm.organisation, [sha256_hex(LIMA)], by="ERA-0001")
    assert UNREAD in page_of(house)


def test_bytes_that_another_organisation_keeps_are_not_read(house: Works, tmp_path: Path) -> None:
    other = works("Elsewhere")
    with_input(other)
    with_input(house)
    erase_uses(house.firm.organisation, [sha256_hex(LIMA)], by="ERA-0001")
    assert (tmp_path / "files" / place_of(sha256_hex(LIMA))).read_bytes() == LIMA
    assert UNREAD in page_of(house)
    assert UNREAD not in page_of(other)


def test_bytes_that_are_damaged_are_not_drawn(house: Works, tmp_path: Path) -> None:
    with_input(house)
    place = tmp_path / "files" / place_of(sha256_hex(LIMA))
    for damaged in (LIMA[:-1], LIMA[:-1] + b" "):  # cut off, and changed
        place.write_bytes(damaged)
        assert UNREAD in page_of(house)
    place.unlink()
    assert UNREAD in page_of(house)


def test_inputs_that_no_collector_reads_are_not_read_either(
    house: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_input(house)
    monkeypatch.setattr(measurements, "MOST", len(LIMA) - 1)
    assert UNREAD in page_of(house)


def test_a_result_that_somebody_invented_keeps_nobody_from_a_report(house: Works) -> None:
    given = json.loads((MEASUREMENTS / "quantum-volume-alder-120-2026-04-17.json").read_text())
    result = MeasurementResult.model_validate({**given["result"], "values": ()})
    body = {name: given[name] for name in ("title", "state_of")}
    house.create("measurement", {**body, "result": result.document(), "result_digest": result.result_digest})
    with_input(house)
    page = page_of(house)
    assert "No pictures: The result is of quantum-volume" in page
    assert page.count('<div class="picture"') == 2


def test_one_that_was_erased_since_is_left_out(house: Works) -> None:
    record = with_input(house)
    with_input(house)
    worked()
    whole = gathering.gathered(house.firm.organisation)
    assert sorted(measurements.measured(house.firm.organisation, whole)) == ["MEA-0001", "MEA-0002"]
    erasure = house.create("erasure", ERASURE, links={"erases": (record.id,)})
    house.move(erasure, "approved", by=house.ben)
    house.move(erasure, "carried-out")
    assert sorted(measurements.measured(house.firm.organisation, whole)) == ["MEA-0002"]
    assert 'id="mea-MEA-0001"' not in page_of(house)


def test_each_stands_in_the_version_that_was_assessed(house: Works) -> None:
    record = with_input(house)
    worked()
    whole = gathering.gathered(house.firm.organisation)
    before = measurements.measured(house.firm.organisation, whole)
    house.amend(record, attachments=[])
    assert measurements.measured(house.firm.organisation, whole) == before
    assert UNREAD in page_of(house)


def test_where_there_is_something_to_draw_a_worker_draws_it(house: Works) -> None:
    report(house, "html")
    with_input(house)
    address = reverse("report", args=[house.slug, "html"])
    answer = house.client(house.ada).get(address, {"for": "auditor"})
    assert answer["Location"].endswith("/reports/?form=html&for=auditor")
    page = house.client(house.ada).get(reverse("reports", args=[house.slug])).content.decode()
    assert address not in page
    assert reverse("report", args=[house.slug, "json"]) in page
    report(house, "json")


def test_measurements_are_read_in_as_many_queries_whatever_there_is(house: Works) -> None:
    def count() -> int:
        worked()
        whole = gathering.gathered(house.firm.organisation)
        return len(queries(lambda: measurements.measured(house.firm.organisation, whole)))

    for number in range(2):
        with_input(house, another(number), name=f"props-{number}.json")
    few = count()
    for number in range(2, 4):
        with_input(house, another(number), name=f"props-{number}.json")
    assert count() == few


def another(number: int) -> bytes:
    """The record in other bytes, so that it is another file."""
    return LIMA + b"\n" * (number + 1)


def test_the_inputs_of_one_measurement_are_read_when_those_before_it_are_shown(
    house: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        with_input(house, another(number), name=f"props-{number}.json")
    worked()
    whole = gathering.gathered(house.firm.organisation)
    monkeypatch.setattr(measurements, "RECORDS", 2)
    came: list[str] = []
    _noting(monkeypatch, "_read", came)
    _noting(monkeypatch, "shown", came)
    found = measurements.measured(house.firm.organisation, whole)
    assert came == ["_read", "shown"] * 3
    assert all(len(one.figures) == 2 for one in found.values())


def _noting(monkeypatch: pytest.MonkeyPatch, name: str, came: list[str]) -> None:
    does = getattr(measurements, name)

    def noting(*given: Any) -> Any:
        came.append(name)
        return does(*given)

    monkeypatch.setattr(measurements, name, noting)


# --- programs ---------------------------------------------------------------------------------------------------------


def answered(house: Works, *parts: str, query: str = "") -> Mapping[str, Any]:
    address = reverse("api-requirement" if parts else "api-readiness", args=[house.slug, *parts])
    answer = house.client(house.ada).get(f"{address}{query}")
    assert answer.status_code == 200
    form = "RequirementResult" if parts else "Readiness"
    told: dict[str, Any] = answer.json()
    schema = {"$ref": f"#/components/schemas/{form}", "components": description.document()["components"]}
    Draft202012Validator(schema).validate(told)
    return told


@pytest.mark.parametrize("is_kept", [False, True])
def test_programs_get_all_results_in_one_answer(house: Works, *, is_kept: bool) -> None:
    approved(house, document(house, "A.1.1"))
    if is_kept:
        worked()
    told = answered(house)
    assert [one["id"] for one in told["requirements"]] == [one.id for one in edition()]
    assert told["is_behind"] is False
    assert sum(told["counts"].values()) == len(told["requirements"])
    with_why = answered(house, query="?why=yes")
    assert all(one["answers"] for one in with_why["requirements"])
    one = answered(house, "A.1.1")["requirement"]
    assert one["status"] == "partly"
    assert one["answers"]["answers"][0]["records"] == ["DOC-0001"]


def test_programs_ask_in_as_many_queries_whatever_there_is(house: Works) -> None:
    def count() -> int:
        worked()
        address = reverse("api-readiness", args=[house.slug])
        house.client(house.ada).get(address)
        return len(queries(lambda: house.client(house.ada).get(address)))

    few = count()
    many(house, 30)
    assert count() == few <= 6
