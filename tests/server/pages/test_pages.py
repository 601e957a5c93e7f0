"""The plain pages as a browser without scripts meets them, on both engines."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.server.works import POLICY, PRODUCT, RISK, Works, browser, queries, works

from standfirst.cli.main import run
from standfirst.records.kind import Kinds
from standfirst.records.record import Record
from standfirst.server import reading
from standfirst.server.access import place_for
from standfirst.server.clock import now
from standfirst.server.exchange.service import service
from standfirst.server.files.models import FileUse, StoredFile
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.pages.acting import who
from standfirst.server.pages.blank import Blank
from standfirst.server.pages.shapes import Sort, shapes
from standfirst.server.pages.spelling import SPELLINGS, told
from standfirst.server.sealed import batching
from standfirst.server.store.models import Content, Current
from standfirst.standards.reason import Reason

pytestmark = pytest.mark.usefixtures("database")

EMPTY = {"why": "It is wanted"}


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


def repeats(label: str, question: str) -> bool:
    """Whether a question says no more than what its field is called."""
    return Blank("", label, question, Sort.LINE).asked == ""


class Page:
    """What was answered, and what a person reads of it."""

    def __init__(self, answer: Any) -> None:
        self.status, self.answer = answer.status_code, answer
        self.html = answer.content.decode(errors="replace")  # a hand-over is no page

    @property
    def text(self) -> str:
        bare = re.sub(r"<(script|style|title)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())

    def field(self, name: str) -> str:
        """What stands in a field of a form."""
        area = re.search(
            rf'<textarea[^>]*\bname="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', self.html, re.DOTALL
        )
        if area:
            return html.unescape(area[1])
        line = re.search(rf'<input[^>]*\bname="{re.escape(name)}"[^>]*>', self.html)
        assert line is not None, name
        value = re.search(r'\bvalue="([^"]*)"', line[0])
        return html.unescape(value[1]) if value else ""

    def fields(self) -> dict[str, Any]:
        """All that a browser would send back, untouched."""
        found: dict[str, Any] = {}
        main = self.html[self.html.index("<main") :]
        for name, value in re.findall(
            r'<input(?=[^>]*\bname="([^"]*)")(?=[^>]*type="hidden")[^>]*\bvalue="([^"]*)"', main
        ):
            found.setdefault(name, []).append(html.unescape(value))
        for tag in re.findall(r"<input[^>]*>", main):
            kind = re.search(r'type="([^"]*)"', tag)
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if not name or (kind and kind[1] == "hidden"):
                continue
            if kind and kind[1] in {"checkbox", "radio"} and "checked" not in tag:
                continue
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
        for name, text in re.findall(
            r'<textarea[^>]*\bname="([^"]*)"[^>]*>\n?(.*?)</textarea>', main, re.DOTALL
        ):
            found[name] = [html.unescape(text)]
        for name, options in re.findall(r'<select[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', main, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
                r'<option value="([^"]*)"', options
            )
            found[name] = [html.unescape(chosen[1]) if chosen else ""]
        found.pop("csrfmiddlewaretoken", None)
        return found


class Reader:
    def __init__(self, there: Works, client: Client) -> None:
        self.base, self.client = f"/o/{there.slug}", client

    def get(self, path: str, status: int = 200) -> Page:
        page = Page(self.client.get(self.base + path))
        assert page.status == status, page.html
        return page

    def post(self, path: str, status: int = 302, **values: Any) -> Page:
        page = Page(self.client.post(self.base + path, values))
        assert page.status == status, page.text
        return page


@pytest.fixture
def ada(there: Works) -> Reader:
    return Reader(there, there.client(there.ada))


@pytest.fixture
def ben(there: Works) -> Reader:
    return Reader(there, there.client(there.ben))


def kept(there: Works) -> tuple[Record, Record, Record]:
    product = there.create("product", PRODUCT)
    risk = there.create("risk", RISK, links={"about": ("PRD-0001",)}, serves=("6.1.3",))
    policy = there.create("document", POLICY, links={"about": ("RSK-0001",)})
    return product, risk, policy


# --- looking ---


def test_the_organisation(there: Works, ada: Reader) -> None:
    kept(there)
    page = ada.get("/")
    assert "Qubit Works" in page.text
    assert "Risks 1" in page.text
    assert "Risks 1" in ada.get("/kinds/").text


def test_a_list(there: Works, ada: Reader) -> None:
    kept(there)
    for index in range(55):
        there.create("risk", {**RISK, "title": f"Risk {index}"})
    page = ada.get("/kinds/risk/")
    assert "Risk 54" in page.text
    assert "The laser fails" not in page.text
    onward = re.search(r'href="\?(after=[^"]+)">Next page', page.html)
    assert onward is not None
    assert "The laser fails" in ada.get(f"/kinds/risk/?{onward[1]}").text
    assert "None matches" in ada.get("/kinds/risk/?state=accepted").text
    assert "There are none yet" in ada.get("/kinds/supplier/").text
    ada.get("/kinds/ghost/", 404)
    ada.get("/kinds/risk/?after=x&state=nothing")


def test_a_record(there: Works, ada: Reader) -> None:
    kept(there)
    page = ada.get("/records/RSK-0001/")
    for words in (
        "RSK-0001 The laser fails identified Edit",
        "Nature threat Owner Ada Version 1, ",
        "identified (is so now) assessed (can be next)",
        "What could happen Nature threat Hazard No calibration for a week",
        "6.1.3 Quantum risk assessment",
        "About 1 PRD-0001 A processor of 20 qubits in concept",
        "From elsewhere: about 1 DOC-0001 Quality policy in draft",
        "Created Ada",
        "It is wanted",
        "Assess Not filled in yet: likelihood, severity and date of the assessment.",
        "Put it right: Likelihood , Severity , Date of the assessment",
        "Close",
    ):
        assert words in page.text, words
    assert ada.get(f"/records/{there.firm.workspace.numbered(['RSK-0001'])['RSK-0001']}/").text == page.text


def test_what_markup_says_stays_text(there: Works, ada: Reader) -> None:
    there.create("risk", {**RISK, "title": "<b>bold</b>", "hazard": "<script>alert(1)</script> \u202eabc"})
    page = ada.get("/records/RSK-0001/")
    assert "<b>bold</b>" not in page.html
    assert "<script>alert" not in page.html
    assert "[U+202E]abc" in page.text


def test_a_form_that_is_sent_twice_makes_one_record(there: Works, ada: Reader) -> None:
    (identity,) = re.findall(r'name="id" value="([^"]+)"', ada.get("/kinds/risk/new/").html)
    client, address = there.client(there.ada), f"/o/{there.slug}/kinds/risk/new/"
    sent = {**{f"body.{name}": part for name, part in RISK.items()}, "why": "Found", "id": identity}
    first, second = (client.post(address, sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302), first.content.decode()
    assert first.headers["Location"] == second.headers["Location"]
    assert list(there.firm.workspace.records(kinds=("risk",))) == [identity]
    other = client.post(address, {**sent, "body.title": "Another risk"})  # from the browser's way back
    assert other.status_code == 409
    assert "Another risk" in other.content.decode()
    (anew,) = re.findall(r'name="id" value="([^"]+)"', other.content.decode())
    assert client.post(address, {**sent, "body.title": "Another risk", "id": anew}).status_code == 302
    assert set(there.firm.workspace.records(kinds=("risk",))) == {identity, anew}


@pytest.mark.parametrize("given", ["8d4f5be6-5b0e-5a64-9a52-6f6a4c1f2a10", "x", ""])
def test_a_form_gives_no_id_but_one_of_chance(there: Works, given: str) -> None:
    sent = {**{f"body.{name}": part for name, part in RISK.items()}, "why": "Found", "id": given}
    answer = there.client(there.ada).post(f"/o/{there.slug}/kinds/risk/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    (made,) = there.firm.workspace.records(kinds=("risk",))
    assert (made != given, UUID(made).version) == (True, 4)


def test_every_kind_has_its_pages(there: Works, ada: Reader) -> None:
    for kind in there.firm.workspace.kinds:
        if not kind.by_hand:
            told = "when it is used to sign" if kind.signing_keys else "left by what is done"
            assert told in ada.get(f"/kinds/{kind.name}/new/", 403).text
            assert f"/kinds/{kind.name}/new/" not in ada.get(f"/kinds/{kind.name}/").html
            continue
        page = ada.get(f"/kinds/{kind.name}/new/")
        for shape in shapes(kind):
            assert shape.label in page.text
            said = html.escape(shape.question) in page.html or shape.question in page.text
            assert said or repeats(shape.label, shape.question), (kind.name, shape.name)
    names = {kind.name for each in OrganisationType for kind in kinds_of(each)}
    assert len(names) > 20


def test_history_and_comparison(there: Works, ada: Reader) -> None:
    product, *_ = kept(there)
    there.amend(product, title="A processor of 30 qubits", domains=["computing", "sensing"])
    there.amend(product, by=there.ben, remarks="Seen")
    page = ada.get("/records/PRD-0001/history/")
    assert re.search(r"3 Amended .* Ben Okri .* 2 Amended .* Ada .* 1 Created", page.text)
    page = ada.get("/records/PRD-0001/compare/?from=1&to=3")
    assert "<del>20</del><ins>30</ins>" in page.html
    assert "Remarks added" in page.text
    assert "Domains, 2 added" in page.text
    assert "They say the same" in ada.get("/records/PRD-0001/compare/?from=2&to=2").text
    assert "Remarks added" in ada.get("/records/PRD-0001/compare/").text
    ada.get("/records/PRD-0001/compare/?from=1&to=9", 404)
    assert "1 Created" in ada.get("/records/PRD-0001/history/?before=2").text


def test_the_trace(there: Works, ada: Reader) -> None:
    kept(there)
    page = ada.get("/records/RSK-0001/trace/")
    assert "2 records within 3 links" in page.text
    assert "It leads to about PRD-0001" in page.text
    assert "What leads to it about DOC-0001" in page.text
    assert "There may be more" in ada.get("/records/PRD-0001/trace/?depth=1").text


def test_a_hand_over_is_proved_elsewhere(there: Works, ada: Reader, tmp_path: Path, capsys: Any) -> None:
    kept(there)
    there.amend(there.record(there.firm.workspace.numbered(["PRD-0001"])["PRD-0001"]), title="Renamed")
    page = ada.get("/records/PRD-0001/proof/")
    assert "standfirst package check PRD-0001-v2-handover.zip" in page.text
    answer = ada.client.get(f"{ada.base}/records/PRD-0001/proof/handover.zip")
    file = tmp_path / "PRD-0001-v2-handover.zip"
    file.write_bytes(answer.content)
    assert run(["package", "check", str(file)]) == 0
    said = capsys.readouterr().out
    assert "PRD-0001" in said
    assert str(there.firm.workspace.head) in said

    other = tmp_path / "other"
    assert (
        run(["package", "init", str(other), "--organisation", "Other", "--by", "Olga", "--handle", "olga"])
        == 0
    )
    for template in (other / "records" / "organisation").iterdir():
        template.unlink()
    assert run(["package", "import", str(other), str(file), "--actor", "olga"]) == 0
    assert "1 records taken in" in capsys.readouterr().out


# --- writing ---


def test_a_record_is_written_in_a_form(there: Works, ada: Reader) -> None:
    there.create("product", PRODUCT)
    values = ada.get("/kinds/risk/new/").fields()
    values |= {
        "body.title": "The laser fails",
        "body.hazard": "No calibration\r\nfor a week",
        "body.causes": "Age\r\n\r\nHeat",
        "body.domains": ["computing", "sensing"],
        "body.stages": ["operation"],
        "body.categories": ["technical"],
        "body.owner": "ada",
        "body.likelihood": "2",
        "serves": "6.1.3, A.1.2",
        "links.about": "PRD-0001",
        "why": "Seen on Monday",
    }
    page = ada.post("/kinds/risk/new/", **values)
    assert page.answer.headers["Location"].endswith("/records/RSK-0001/")
    content = there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]).current.content
    assert content.body["hazard"] == "No calibration\nfor a week"
    assert content.body["causes"] == ["Age", "Heat"]
    assert (content.body["likelihood"], content.body["nature"]) == (2, "threat")
    assert (content.serves, len(content.links["about"])) == (("6.1.3", "A.1.2"), 1)
    assert content.why == "Seen on Monday"


def test_a_form_tells_what_is_wrong_beside_the_field_and_keeps_all_else(there: Works, ada: Reader) -> None:
    values = ada.get("/kinds/risk/new/").fields() | {
        "body.title": "Kept <as> typed",
        "body.likelihood": "many",
    }
    values |= {"links.about": "PRD-0099", "why": ""}
    page = ada.post("/kinds/risk/new/", 422, **values)
    assert page.field("body.title") == "Kept <as> typed"
    assert page.field("body.likelihood") == "many"
    assert re.search(r'id="body-likelihood-fault"><li>A whole number is asked for here\.', page.html)
    assert re.search(r'id="links-about-fault">.*There is no record PRD-0099', page.html)
    assert "Not recorded" in page.text
    assert there.firm.workspace.numbered(["RSK-0001"]) == {}


def test_a_flood_of_faults_is_told_by_its_first_ones(ada: Reader) -> None:
    values = ada.get("/kinds/risk/new/").fields() | {"body.title": "Risk", "why": "So"}
    values["links.about"] = " ".join(f"PRD-{index:04}" for index in range(1, 301))
    page = ada.post("/kinds/risk/new/", 422, **values)
    faults = page.text.count("There is no record PRD-")
    assert 0 < faults <= 100
    assert "more." in page.text
    assert page.field("links.about") == values["links.about"]


def test_numbers_in_addresses_that_are_none_are_passed_over(there: Works, ada: Reader) -> None:
    kept(there)
    for number in ("x", "", "-1", "١", "9" * 15, "9" * 30):
        ada.get(f"/kinds/risk/?after={number}")
        ada.get(f"/records/RSK-0001/history/?before={number}")
        ada.get(f"/records/RSK-0001/trace/?depth={number}")
        status = 404 if number == "9" * 15 else 200
        ada.get(f"/records/RSK-0001/compare/?from={number}", status)


SOA = "/kinds/statement-of-applicability/new/"


def test_fields_within_fields_are_rows_of_fields(there: Works, ada: Reader) -> None:
    values = ada.get(SOA).fields() | EMPTY
    values |= {
        "body.title": "Our statement",
        "body.edition": "qt-qms-reference 2026.1",
        "body.effective_from": "2026-01-05",
        "body.entries.0.requirement": "A.1.1",
        "body.entries.0.applies": "True",
        "body.entries.0.reason": "So",
    }
    # 1. One row more is asked for: nothing is recorded, nothing typed is lost.
    page = ada.post(SOA, 200, **values, add="body.entries")
    assert page.field("body.entries.0.requirement") == "A.1.1"
    assert page.field("body.entries.2.requirement") == ""
    assert page.field("why") == EMPTY["why"]
    # 2. A row in which nothing stands is passed over; a fault stands at its field, in words, after rows have moved up.
    values |= {"body.entries.2.requirement": "annex one", "body.entries.2.applies": "False"}
    page = ada.post(SOA, 422, **values)
    assert page.field("body.entries.1.requirement") == "annex one"
    assert "Write the id of a requirement, such as 6.1.3 or A.2.1." in page.text
    assert "Fill this in." in page.text  # its reason
    assert "^" not in page.text
    assert re.search(r'id="body-entries-1-requirement"[^>]*aria-invalid="true"', page.html)
    assert there.firm.workspace.numbered(["SOA-0001"]) == {}
    # 3. What is right is recorded, and read.
    values |= {"body.entries.2.requirement": "A.1.2", "body.entries.2.reason": "Not ours"}
    ada.post(SOA, **values)
    identity = there.firm.workspace.numbered(["SOA-0001"])["SOA-0001"]
    entries = there.record(identity).current.content.body["entries"]
    assert [(one["requirement"], one["applies"], one["reason"]) for one in entries] == [
        ("A.1.1", True, "So"),
        ("A.1.2", False, "Not ours"),
    ]
    assert ada.get("/records/SOA-0001/edit/").field("body.entries.1.reason") == "Not ours"
    assert "1 apply, 1 do not Requirement Applies Why" in ada.get("/records/SOA-0001/").text


def test_no_pattern_is_shown_to_people() -> None:
    """Every pattern that a form may ask for has its sentence."""

    def patterns(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("pattern"), str):
                yield part["pattern"]
            for inner in part.values():
                yield from patterns(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from patterns(inner)

    found = {
        pattern for kind in own_kinds() if kind.by_hand for pattern in patterns(kind.body.model_json_schema())
    }
    assert found - SPELLINGS.keys() == set()
    for pattern in SPELLINGS:
        fault = Reason(
            "field.string-pattern-mismatch", {"detail": f"String should match pattern '{pattern}'"}
        )
        assert told(fault) == SPELLINGS[pattern]


def own_kinds() -> Kinds:
    return kinds_of(OrganisationType.ORGANISATION)


GRANT = "/kinds/read-grant/new/"


def test_a_grant_is_filled_in_without_knowing_how_it_is_written(there: Works, ada: Reader) -> None:
    page = ada.get(GRANT)
    assert re.search(r'type="checkbox" name="body.kinds" value="risk"', page.html)
    values = page.fields() | EMPTY
    values |= {
        "body.title": "Risks to the auditor",
        "body.reader.name": "The auditor",
        "body.reader.address": "https://audit.example/o/auditor/",
        "body.purpose": "The audit",
        "body.kinds": ["document", "risk"],  # in the order in which they are offered
        "body.effective_from.day": "2026-11-24",
        "body.effective_from.time": "9:30",
        "body.effective_until.day": "2027-01-05",
        "body.unclassified": "refused",
    }
    ada.post(GRANT, **values)
    body = there.record(there.firm.workspace.numbered(["GRT-0001"])["GRT-0001"]).current.content.body
    assert body["kinds"] == ["document", "risk"]
    assert (body["effective_from"], body["effective_until"]) == (
        "2026-11-24T09:30:00Z",
        "2027-01-05T00:00:00Z",
    )
    assert body["reader"] == {
        "name": "The auditor",
        "id": None,
        "address": "https://audit.example/o/auditor/",
    }
    again = ada.get("/records/GRT-0001/edit/")
    assert again.field("body.effective_from.time") == "09:30"
    assert 'type="time"' not in again.html  # which browsers show by their own language, AM and PM in some
    before = there.firm.workspace.head
    ada.post("/records/GRT-0001/edit/", **again.fields() | {"why": "Nothing"})
    assert there.firm.workspace.head == before


def test_a_moment_of_another_zone_keeps_it(there: Works, ada: Reader) -> None:
    times = {"effective_from": "2026-11-24T09:30:00+02:00", "effective_until": "2027-01-05T00:00:00+02:00"}
    reader = {"name": "The auditor", "address": "https://audit.example/o/auditor/"}
    there.create(
        "read-grant",
        {
            "title": "Risks",
            "reader": reader,
            "purpose": "Audit",
            "kinds": ["risk"],
            "unclassified": "refused",
            **times,
        },
    )
    page = ada.get("/records/GRT-0001/edit/")
    assert page.field("body.effective_from") == times["effective_from"]
    before = there.firm.workspace.head
    ada.post("/records/GRT-0001/edit/", **page.fields() | {"why": "Nothing"})
    assert there.firm.workspace.head == before


def test_a_reason_that_is_missing_is_told_at_its_field(there: Works, ada: Reader) -> None:
    there.create("product", PRODUCT)
    page = ada.post("/records/PRD-0001/edit/", 422, **ada.get("/records/PRD-0001/edit/").fields())
    assert re.search(
        r'<input id="why"[^>]*aria-invalid="true"[^>]*aria-describedby="why-hint why-fault"', page.html
    )
    assert '<a href="#why">Why</a>' in page.html
    assert "Fill this in." in page.text


def test_who_did_it(there: Works) -> None:
    """Nobody's hand, somebody of elsewhere, and somebody whose record is erased are three."""
    kept(there)
    place = place_for(there.accounts[there.ada.id], there.slug)
    named = reading.labels(place, {there.ada.id, there.ben.id})
    assert who(place, there.ada.id, named) == "Ada"
    assert who(place, service(place.organisation).id, named) == "Standfirst"
    assert who(place, batching.service(place.organisation).id, named) == "Standfirst"
    content = there.create("product", PRODUCT).current.content
    visit = replace(content, body={"organisation": {"name": "The auditor"}, "name": "Olga"})
    assert who(place, str(uuid4()), named, visit) == "somebody of The auditor"
    assert who(place, str(uuid4()), named, content) == "somebody of another organisation"
    Current.objects.filter(record=there.ada.id).update(erased=True, title="")
    for path in ("", "history/", "compare/"):
        text = there.client(there.ben).get(f"/o/{there.slug}/records/RSK-0001/{path}").content.decode()
        assert "somebody whose record is erased" in text, path


def test_a_document_is_read_as_it_is_meant(there: Works, ada: Reader) -> None:
    text = (
        "# We keep **what** we promise\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) [in](/o/other/)\n\n"
        "[out](https://example.org/?a=1&b=2) ![seen](https://spy.example/p.png)"
    )
    there.create("document", {**POLICY, "text": text})
    page = ada.get("/records/DOC-0001/")
    assert "<h3>We keep <strong>what</strong> we promise</h3>" in page.html
    assert "<td>2</td>" in page.html
    assert (
        '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener noreferrer">out</a>' in page.html
    )
    body = page.html[page.html.index('class="markdown"') :]
    for forbidden in ("<script>alert", "<img", 'href="javascript', 'href="/o/other'):
        assert forbidden not in body, forbidden


def test_the_way_to_change_what_is_approved_is_named(there: Works, ada: Reader) -> None:
    *_, policy = kept(there)
    there.move(policy, "in-review")
    text = ada.get("/records/DOC-0001/").text
    assert "While it is in review, it is not edited. To change it, take this step first: " in text


def test_what_cannot_be_undone_is_told_before(there: Works, ada: Reader, ben: Reader) -> None:
    person = there.create("person", {"name": "Cleo", "handle": "cleo"})
    text = ada.get(f"/records/{person.number}/moves/leave/").text
    assert "Record that they have left" in text
    assert "let in here no longer" in text
    there.move(person, "left")
    asked = {
        "title": "A former colleague",
        "basis": "data-subject-request",
        "reason": "Asked for",
        "requested_by": "Case 7",
        "decided_on": "2026-11-20",
    }
    erasure = there.create("erasure", asked, links={"erases": (person.number,)})
    there.move(erasure, "approved", by=there.ben)
    page = ben.get("/records/ERS-0001/moves/carry-out/")
    for words in (
        "This cannot be undone.",
        f"{person.number} Cleo",
        "Their account is closed",
        "the name stays there",
    ):
        assert words in page.text, words
    assert 'class="button danger"' in page.html


def test_cases_are_found_by_those_who_receive_them(ada: Reader, ben: Reader) -> None:
    assert "Speak-up cases" in ben.get("/").text
    assert "Speak-up cases" not in ada.get("/").text


@pytest.mark.parametrize("typed", ["report.pdf", "evidence/report.pdf"])
def test_a_file_is_attached_by_the_name_under_files(there: Works, ada: Reader, typed: str) -> None:
    organisation, digest = there.firm.organisation, "a" * 64
    stored, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"size": 1, "media_type": "application/pdf", "stored_at": now()}
    )
    FileUse.objects.create(
        organisation=organisation, file=stored, name="report.pdf", folded="report.pdf", uploaded_at=now()
    )
    there.create("product", PRODUCT)
    page = ada.get("/records/PRD-0001/edit/")
    assert '<option value="report.pdf">' in page.html
    ada.post("/records/PRD-0001/edit/", **page.fields() | {"body.attachments": [typed], "why": "It shows it"})
    body = there.record(there.firm.workspace.numbered(["PRD-0001"])["PRD-0001"]).current.content.body
    assert body["attachments"] == [{"file": "evidence/report.pdf", "sha256": digest}]
    page = ada.get("/records/PRD-0001/")
    assert "report.pdf SHA-256 aaaa" in page.text
    assert "evidence/" not in page.text
    assert ada.get("/records/PRD-0001/edit/").field("body.attachments") == "report.pdf"


MEASUREMENTS = Path(__file__).parents[3] / "examples/quantum-computer/records/measurements"


def test_a_measurement_says_its_verdict_first(there: Works, ada: Reader) -> None:
    given = json.loads((MEASUREMENTS / "quantum-volume-alder-120-2026-04-17.json").read_text())
    body = {name: given[name] for name in ("title", "result", "result_digest", "state_of")}
    there.create("measurement", body)
    page = ada.get("/records/MEA-0001/")
    result = given["result"]
    assert f"{result['subject']['name']} : conforms" in page.text
    for words in (
        "Decision rule worst check; each check by interval three way",
        "at least 0.666667",
        "Heavy output share 0.793300 0.784337 to 0.802263 (95 %)",
        "Counts (104)",
    ):
        assert words in page.text, words
    order = [page.html.index(f'id="{part}"') for part in ("verdict", "checks", "values")]
    assert order == sorted(order)
    tables = re.findall(r'<div class="table"([^>]*)>', page.html)
    assert tables
    assert all('tabindex="0"' in each for each in tables)


def test_a_page_that_says_no_leads_back(there: Works, ada: Reader) -> None:
    for path in ("/records/RSK-0099/", "/nothing/like/it/"):
        assert "Back to Qubit Works" in ada.get(path, 404).text, path
    stranger = Page(browser(None).get(f"/o/{there.slug}/nothing/like/it/"))
    assert stranger.status == 404
    assert "Qubit Works" not in stranger.html


def test_an_erased_record_is_named_once(there: Works, ada: Reader) -> None:
    product, *_ = kept(there)
    Current.objects.filter(record=product.id).update(title="")
    page = ada.get("/records/PRD-0001/history/").html
    assert "<title>PRD-0001: history · Standfirst</title>" in re.sub(r"\s+", " ", page)


@pytest.mark.parametrize("kind", ["risk", "document", "product"])
def test_a_form_that_is_sent_back_untouched_changes_nothing(there: Works, ada: Reader, kind: str) -> None:
    records = {record.kind: record for record in kept(there)}
    there.amend(records["risk"], likelihood=2, assessed_on="2026-11-20", controls=["One", "Two"])
    number = records[kind].number
    before = there.firm.workspace.head
    values = ada.get(f"/records/{number}/edit/").fields() | {"why": "Nothing"}
    ada.post(f"/records/{number}/edit/", **values)
    assert there.firm.workspace.head == before
    assert "nothing was recorded" in ada.get(f"/records/{number}/").text


def test_a_record_is_edited(there: Works, ada: Reader) -> None:
    kept(there)
    values = ada.get("/records/RSK-0001/edit/").fields()
    assert values["expected"] == ["1"]
    values |= {"body.title": "The laser may fail", "body.stages": ["engineering"], "why": "Said better"}
    ada.post("/records/RSK-0001/edit/", **values)
    page = ada.get("/records/RSK-0001/")
    assert "The laser may fail identified" in page.text
    assert "Version 2, " in page.text
    assert "Said better" in page.text


def test_a_frozen_record_keeps_what_was_typed(there: Works, ada: Reader) -> None:
    *_, policy = kept(there)
    values = ada.get("/records/DOC-0001/edit/").fields() | {"body.text": "All new", "why": "Better"}
    there.move(policy, "in-review")
    page = ada.post("/records/DOC-0001/edit/", 409, **values)
    again = page.fields()
    page = ada.post("/records/DOC-0001/edit/", 422, **again)
    assert "While it is in review, it is not edited. Move it back to where it is edited" in page.text
    assert page.field("body.text") == "All new"


# --- two people at once ---


def test_the_second_person_merges_and_nothing_is_lost(there: Works, ada: Reader, ben: Reader) -> None:
    kept(there)
    adas, bens = (who.get("/records/RSK-0001/edit/").fields() for who in (ada, ben))
    ada.post(
        "/records/RSK-0001/edit/",
        **adas
        | {
            "body.title": "Ada's title",
            "body.owner": "ada and ben",
            "body.likelihood": "3",
            "why": "Ada's reason",
        },
    )
    mine = bens | {
        "body.title": "Ben's title",
        "body.hazard": "Ben's hazard",
        "body.likelihood": "3",
        "why": "Ben's reason",
    }
    page = ben.post("/records/RSK-0001/edit/", 409, **mine)

    # 1. He sees what both wrote beside what they began with, and keeps his own words.
    assert "You began with version 1; it is version 2 now" in page.text
    assert "Version 2 by Ada" in page.text
    assert "Ada's reason" in page.text
    assert "Version 1 The laser fails Version 2 Ada's title Yours Ben's title" in page.text
    assert page.field("body.title") == "Ben's title"
    assert page.field("body.hazard") == "Ben's hazard"
    assert page.field("body.owner") == "ada and ben"
    assert page.field("why") == "Ben's reason"
    assert "Both changed this to the same." in page.text
    offered = page.fields()["offered"]
    assert offered == ["body.title"]

    # 2. He has to choose.
    page = ben.post("/records/RSK-0001/edit/", 422, **page.fields())
    assert "Both changed this; choose which stands" in page.text
    assert page.field("body.hazard") == "Ben's hazard"

    # 3. He chooses, and it is recorded as what follows Ada's.
    ben.post("/records/RSK-0001/edit/", **page.fields() | {"choose:body.title": "theirs"})
    record = there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"])
    body = record.current.content.body
    assert len(record.versions) == 3
    assert (body["title"], body["hazard"], body["owner"], body["likelihood"]) == (
        "Ada's title",
        "Ben's hazard",
        "ada and ben",
        3,
    )


def test_a_third_person_in_between(there: Works, ben: Reader) -> None:
    _, risk, _ = kept(there)
    mine = ben.get("/records/RSK-0001/edit/").fields() | {"body.title": "Ben's title", "why": "Ben's reason"}
    there.amend(risk, title="First")
    page = ben.post("/records/RSK-0001/edit/", 409, **mine)
    there.amend(risk, hazard="Second")
    page = ben.post("/records/RSK-0001/edit/", 409, **page.fields() | {"choose:body.title": "mine"})
    assert "You began with version 2; it is version 3 now" in page.text
    assert page.field("body.title") == "Ben's title"
    assert page.field("body.hazard") == "Second"
    ben.post("/records/RSK-0001/edit/", **page.fields())
    body = there.record(risk.id).current.content.body
    assert (body["title"], body["hazard"]) == ("Ben's title", "Second")


def test_links_and_structures_are_merged_as_well(there: Works, ada: Reader, ben: Reader) -> None:
    _, risk, _ = kept(there)
    there.create("product", {**PRODUCT, "title": "Another"})
    mine = ben.get("/records/RSK-0001/edit/").fields() | {"links.about": "PRD-0001, PRD-0002", "why": "More"}
    ada.post(
        "/records/RSK-0001/edit/",
        **ada.get("/records/RSK-0001/edit/").fields() | {"links.about": "", "why": "Less"},
    )
    page = ben.post("/records/RSK-0001/edit/", 409, **mine)
    assert page.fields()["offered"] == ["links.about"]
    ben.post("/records/RSK-0001/edit/", **page.fields() | {"choose:links.about": "mine"})
    assert len(there.record(risk.id).current.content.links["about"]) == 2


# --- moving ---


def test_a_record_is_moved(there: Works, ada: Reader) -> None:
    _, risk, _ = kept(there)
    there.amend(risk, likelihood=2, severity=3, assessed_on="2026-11-20")
    page = ada.get("/records/RSK-0001/moves/assess/")
    assert "Why" in page.text
    page = ada.post("/records/RSK-0001/moves/assess/", 422, **page.fields())
    assert "Not done" in page.text
    ada.post("/records/RSK-0001/moves/assess/", **page.fields() | {"why": "Looked at"})
    page = ada.get("/records/RSK-0001/")
    assert "RSK-0001 is now assessed" in page.text
    assert "Looked at" in page.text


def test_a_move_that_may_not_be_made(there: Works, ada: Reader) -> None:
    kept(there)
    assert "Not filled in yet" in ada.get("/records/RSK-0001/moves/assess/", 403).text
    page = ada.post("/records/RSK-0001/moves/assess/", 403, expected=1, why="So")
    assert "Not filled in yet" in page.text
    assert "There is no way" in ada.get("/records/RSK-0001/moves/accept/", 403).text
    ada.get("/records/RSK-0001/moves/nothing/", 404)


def test_a_move_of_what_has_changed(there: Works, ada: Reader) -> None:
    _, risk, _ = kept(there)
    values = ada.get("/records/RSK-0001/moves/close/").fields() | {"why": "Over"}
    there.amend(risk, title="Something else")
    page = ada.post("/records/RSK-0001/moves/close/", 409, **values)
    assert "See what has changed" in page.text
    assert page.field("why") == "Over"
    ada.post("/records/RSK-0001/moves/close/", **page.fields())
    assert there.record(risk.id).current.content.state == "closed"


# --- what is not as it should be ---


def test_what_is_left_of_an_erased_record(there: Works, ada: Reader) -> None:
    product, _, policy = kept(there)
    sequence, last = product.current.entry.sequence, policy.current.entry.sequence
    Content.objects.filter(organisation=there.firm.organisation, sequence=sequence).update(
        salt=None, data=None
    )
    row = Current.objects.filter(organisation=there.firm.organisation, record=product.id)
    row.update(erased=True, erased_by=last, title="")
    page = ada.get("/records/PRD-0001/")
    assert "PRD-0001 erased" in page.text
    assert "DOC-0001" in page.text
    assert str(PRODUCT["title"]) not in page.text
    assert "PRD-0001 erased" in ada.get("/records/RSK-0001/").text
    assert "erased" in ada.get("/records/PRD-0001/history/").text
    for gone in ("edit/", "proof/", "proof/handover.zip", "moves/begin-research/"):
        ada.get(f"/records/PRD-0001/{gone}", 404)


def test_a_kind_that_this_release_does_not_know_can_be_read(
    there: Works, ada: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(there)
    fewer = Kinds([kind for kind in there.firm.workspace.kinds if kind.name != "risk"])
    monkeypatch.setattr("standfirst.server.workplace.kinds_of", lambda _: fewer)
    page = ada.get("/records/RSK-0001/")
    assert "This release does not know records of this kind" in page.text
    assert "No calibration for a week" in page.text
    for path in ("history/", "compare/?from=1&to=1", "trace/", "proof/"):
        ada.get(f"/records/RSK-0001/{path}")
    ada.get("/records/RSK-0001/edit/", 404)
    ada.get("/kinds/risk/", 404)


# --- everywhere ---


def test_nobody_is_taken_to_the_sign_in(there: Works) -> None:
    nobody = browser(None)
    for path in (f"/o/{there.slug}/", "/o/no-such-thing/", f"/o/{there.slug}/records/RSK-0001/"):
        answer = nobody.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")


def test_a_simulation_says_so_everywhere(there: Works, ada: Reader) -> None:
    from standfirst.server.store.models import LedgerHead  # noqa: PLC0415

    assert "Simulation" not in ada.get("/").text
    LedgerHead.objects.filter(organisation=there.firm.organisation).update(simulation=True, fictional=True)
    for path in ("/", "/kinds/risk/", "/kinds/risk/new/"):
        assert "Simulation: time in this organisation's ledger is simulated. Fictional" in ada.get(path).text


def test_no_page_writes_when_it_is_read(there: Works, ada: Reader) -> None:
    kept(there)
    more(there, 1)
    for path in READ:
        asked = queries(lambda path=path: ada.get(path))  # type: ignore[misc]
        assert [sql for sql in asked if not sql.lstrip(" \n(").startswith(("SELECT", "WITH"))] == []


READ = (
    *("/", "/kinds/risk/", "/kinds/risk/new/", "/records/RSK-0001/", "/records/RSK-0001/edit/"),
    *("/records/RSK-0001/history/", "/records/RSK-0001/compare/?from=1&to=1", "/records/RSK-0001/trace/"),
    *("/records/RSK-0001/proof/", "/records/RSK-0001/proof/handover.zip", "/records/RSK-0001/moves/close/"),
    *("/records/PRD-0001/", "/records/PRD-0001/history/", "/records/PRD-0001/compare/?from=1&to=2"),
)


def test_queries_stay_the_same_as_data_doubles(there: Works, ada: Reader) -> None:
    kept(there)
    more(there, 3)
    ada.get("/records/RSK-0001/proof/")  # what the ledger is called is asked once, and then known
    before = {path: len(queries(lambda path=path: ada.get(path))) for path in READ}  # type: ignore[misc]
    more(there, 6)
    ada.get("/records/RSK-0001/proof/")
    after = {path: len(queries(lambda path=path: ada.get(path))) for path in READ}  # type: ignore[misc]
    assert after == before
    assert max(before.values()) <= 12, before


def more(there: Works, count: int) -> None:
    workspace = there.firm.workspace
    product = there.record(workspace.numbered(["PRD-0001"])["PRD-0001"])
    for index in range(count):
        risk = there.create("risk", {**RISK, "title": f"Risk {index}"}, links={"about": ("PRD-0001",)})
        there.amend(risk, by=there.ben, remarks="Seen")
        there.amend(product, remarks=f"Seen {there.record(product.id).current.content.version}")
