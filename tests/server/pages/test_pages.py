"""The plain pages as a browser without scripts meets them, on both engines."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.server.works import POLICY, PRODUCT, RISK, Works, browser, queries, works

from standfirst.cli.main import run
from standfirst.records.kind import Kinds
from standfirst.records.record import Record
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.pages.shapes import shapes
from standfirst.server.store.models import Content, Current

pytestmark = pytest.mark.usefixtures("database")

EMPTY = {"why": "It is wanted"}


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


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
    assert "Organisation; 6 entries in its ledger" in page.text
    assert "Risks 1" in page.text
    assert "Created RSK-0001 The laser fails Ada" in page.text


def test_a_list(there: Works, ada: Reader) -> None:
    kept(there)
    for index in range(55):
        there.create("risk", {**RISK, "title": f"Risk {index}"})
    page = ada.get("/kinds/risk/")
    assert "The laser fails" in page.text
    assert "Risk 54" not in page.text
    onward = re.search(r'href="\?(after=[0-9]+)">Next page', page.html)
    assert onward is not None
    assert "Risk 54" in ada.get(f"/kinds/risk/?{onward[1]}").text
    assert "None here" in ada.get("/kinds/risk/?state=accepted").text
    assert "There are none yet" in ada.get("/kinds/supplier/").text
    ada.get("/kinds/ghost/", 404)
    ada.get("/kinds/risk/?after=x&state=nothing")


def test_a_record(there: Works, ada: Reader) -> None:
    kept(there)
    page = ada.get("/records/RSK-0001/")
    for words in (
        "RSK-0001 The laser fails",
        "identified version 1, recorded",
        "by Ada",
        "What could happen, to whom No calibration for a week",
        "6.1.3",
        "About PRD-0001 A processor of 20 qubits",
        "From elsewhere: about DOC-0001 Quality policy",
        "Why this version It is wanted",
        "Assess Not filled in yet: likelihood, severity and date of the assessment.",
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


def test_every_kind_has_its_pages(there: Works, ada: Reader) -> None:
    for kind in there.firm.workspace.kinds:
        if kind.signing_keys is not None:
            assert "when it is used to sign" in ada.get(f"/kinds/{kind.name}/new/", 403).text
            assert "New passkey" not in ada.get(f"/kinds/{kind.name}/").text
            continue
        page = ada.get(f"/kinds/{kind.name}/new/")
        for shape in shapes(kind):
            assert shape.label in page.text
            assert html.escape(shape.question) in page.html or shape.question in page.text
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


def test_fields_within_fields_are_written_as_yaml(ada: Reader) -> None:
    values = ada.get("/kinds/statement-of-applicability/new/").fields()
    values |= {
        "body.title": "Our statement",
        "body.edition": "qt-qms-reference 2026.1",
        "body.effective_from": "2026-01-05",
    }
    broken = {**values, **EMPTY, "body.entries": "- requirement: A.1.1\n   applies: true\n"}
    page = ada.post("/kinds/statement-of-applicability/new/", 422, **broken)
    assert "line 2: This is not YAML" in page.text
    assert page.field("body.entries") == broken["body.entries"]
    wrong = {**values, **EMPTY, "body.entries": "- requirement: A.1.1\n  applies: maybe\n  reason: So\n"}
    page = ada.post("/kinds/statement-of-applicability/new/", 422, **wrong)
    assert "[0].applies" in page.text
    right = {**values, **EMPTY, "body.entries": "- requirement: A.1.1\n  applies: true\n  reason: So\n"}
    ada.post("/kinds/statement-of-applicability/new/", **right)
    page = ada.get("/records/SOA-0001/edit/")
    assert page.field("body.entries").startswith("- requirement: A.1.1\n  applies: true\n  reason: So\n")
    assert "Requirement Applies Reason" in ada.get("/records/SOA-0001/").text


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
    assert "The laser may fail identified version 2" in page.text
    assert "Said better" in page.text


def test_a_frozen_record_keeps_what_was_typed(there: Works, ada: Reader) -> None:
    *_, policy = kept(there)
    values = ada.get("/records/DOC-0001/edit/").fields() | {"body.text": "All new", "why": "Better"}
    there.move(policy, "in-review")
    page = ada.post("/records/DOC-0001/edit/", 409, **values)
    again = page.fields()
    page = ada.post("/records/DOC-0001/edit/", 422, **again)
    assert "Content in the state in-review is not edited" in page.text
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
    assert "PRD-0001 erased version 1" in page.text
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
        assert [sql for sql in asked if not sql.lstrip().startswith(("SELECT", "WITH"))] == []


READ = (
    *("/", "/kinds/risk/", "/kinds/risk/new/", "/records/RSK-0001/", "/records/RSK-0001/edit/"),
    *("/records/RSK-0001/history/", "/records/RSK-0001/compare/?from=1&to=1", "/records/RSK-0001/trace/"),
    *("/records/RSK-0001/proof/", "/records/RSK-0001/proof/handover.zip", "/records/RSK-0001/moves/close/"),
    *("/records/PRD-0001/", "/records/PRD-0001/history/", "/records/PRD-0001/compare/?from=1&to=2"),
)


def test_queries_stay_the_same_as_data_doubles(there: Works, ada: Reader) -> None:
    kept(there)
    more(there, 3)
    before = {path: len(queries(lambda path=path: ada.get(path))) for path in READ}  # type: ignore[misc]
    more(there, 6)
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
