"""Drafts from the front door: kept while somebody writes, offered and never put in, their author's alone, gone when recorded."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.server.pages.test_pages import EMPTY, Page, Reader
from tests.server.works import PRODUCT, RISK, Works, queries, works

from standfirst.server.access import place_for
from standfirst.server.accounts import leaving
from standfirst.server.clock import now
from standfirst.server.desk.keeping import LARGEST, MOST, forget
from standfirst.server.desk.models import Draft
from standfirst.server.desk.reading import drafts, onward

pytestmark = pytest.mark.usefixtures("database")

NEW = "/kinds/risk/new/"
EDIT = "/records/RSK-0001/edit/"


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


@pytest.fixture
def ada(there: Works) -> Reader:
    return Reader(there, there.client(there.ada))


@pytest.fixture
def ben(there: Works) -> Reader:
    return Reader(there, there.client(there.ben))


def draft_path(page: Page) -> str:
    found = re.search(r'data-draft="/o/[^/]+(/drafts/[^"]+)"', page.html)
    assert found is not None
    return found[1]


def by_script(reader: Reader, path: str, status: int = 200, **values: Any) -> Any:
    answer = reader.client.post(reader.base + path, values, headers={"accept": "application/json"})
    assert answer.status_code == status, answer.content
    return answer.json()


def own(there: Works) -> list[Draft]:
    return list(Draft.objects.filter(organisation=there.firm.organisation))


# --- kept and offered ---


def test_a_new_record_that_was_begun_is_offered_and_gone_on_with(there: Works, ada: Reader) -> None:
    page = ada.get(NEW)
    path = draft_path(page)
    typed = page.fields() | {
        "body.title": "A <b>lase",
        "body.likelihood": "many",
        "serves": ["6.1.3"],
        "why": "Because",
    }
    head = there.firm.workspace.head
    assert by_script(ada, path, **typed)["saved"]
    assert there.firm.workspace.head == head  # no ledger holds it
    again = ada.get(NEW)
    assert again.field("body.title") == ""  # never by itself
    assert "You began this on" in again.text
    assert "A <b>lase" in again.text
    onwards = re.search(r'href="(\?draft=[0-9a-f-]+)">Go on', again.html)
    assert onwards is not None
    going = ada.get(NEW + onwards[1])
    assert (going.field("body.title"), going.field("body.likelihood"), going.field("why")) == (
        "A <b>lase",
        "many",
        "Because",
    )
    assert re.search(r'name="serves" value="6.1.3" checked', going.html)
    assert draft_path(going) == path
    fields = going.fields() | {f"body.{name}": part for name, part in RISK.items()} | {"body.likelihood": "3"}
    ada.post(NEW, **fields)
    assert own(there) == []
    assert "You began this on" not in ada.get(NEW).text


def test_without_scripts_a_button_saves_a_draft(there: Works, ada: Reader) -> None:
    page = ada.get(NEW)
    assert re.search(
        r'<button class="button quiet" name="draft" value="save" formaction="/o/[^"]+/drafts/risk/', page.html
    )
    sent = ada.post(draft_path(page), **page.fields() | {"body.title": "Half", "draft": "save"})
    form = ada.client.get(sent.answer.headers["Location"], follow=True)
    assert Page(form).field("body.title") == "Half"
    assert "Kept for later, for you alone." in Page(form).text
    nothing = ada.post(draft_path(ada.get(NEW)), draft="save")
    assert len(own(there)) == 1
    assert "There is nothing to keep yet." in Page(ada.client.get(nothing.answer.headers["Location"])).text


def test_what_was_recorded_is_offered_no_more_by_a_form_that_was_loaded_anew(
    there: Works, ada: Reader
) -> None:
    whole = {f"body.{name}": part for name, part in RISK.items()}
    first, other = ada.get(NEW), ada.get(NEW)
    by_script(ada, draft_path(first), **first.fields() | whole)
    by_script(ada, draft_path(other), **other.fields() | whole | {"body.hazard": "Another hazard"})
    anew = ada.get(NEW)
    ada.post(NEW, **anew.fields() | whole | {"why": "A first look"})
    assert ["Another hazard" in draft.data for draft in own(there)] == [True]  # what says more stays


def test_a_change_that_says_what_stands_is_offered_no_more(there: Works, ada: Reader) -> None:
    there.create("risk", RISK)
    page = ada.get(EDIT)
    by_script(ada, draft_path(page), **page.fields() | {"body.title": "Typed in one window"})
    assert "You began this on" in ada.get(EDIT).text
    ada.post(EDIT, **page.fields() | {"body.title": "Typed in one window", "why": "Better"})
    by_script(
        ada, draft_path(page), **page.fields() | {"body.title": "Typed in one window"}
    )  # by another one
    assert len(own(there)) == 1
    assert "You began this on" not in ada.get(EDIT).text
    assert own(there) == []


# --- files for what is being written ---


def test_files_are_brought_from_the_form_and_stand_in_it_afterwards(
    there: Works, ada: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.FILES", tmp_path / "files", raising=False)
    page = ada.get(NEW)
    assert re.search(r'<button[^>]* name="draft" value="files" formaction="[^"]+" formnovalidate>', page.html)
    whole = {f"body.{name}": part for name, part in RISK.items()}
    sent = ada.post(draft_path(page), **page.fields() | whole | {"draft": "files"})
    upload = str(sent.answer.headers["Location"])
    shown = Page(ada.client.get(upload))
    assert str(RISK["title"]) in shown.text
    assert "upload.js" not in shown.html
    files = [SimpleUploadedFile("log.csv", b"a,b\n"), SimpleUploadedFile("note.txt", b"cold")]
    answer = ada.client.post(upload, {"file": files})
    assert answer.status_code == 302
    form = Page(ada.client.get(answer.headers["Location"]))
    assert form.field("body.title") == RISK["title"]
    assert [each for each in form.fields()["body.attachments"] if each] == ["log.csv", "note.txt"]
    ada.post(NEW, **form.fields() | {"why": "With its log"})
    (risk,) = there.firm.workspace.records(kinds=("risk",)).values()
    named = [one["file"] for one in risk.current.content.body["attachments"]]
    assert named == ["evidence/log.csv", "evidence/note.txt"]


def test_nobody_brings_files_into_what_another_one_writes(there: Works, ada: Reader, ben: Reader) -> None:
    page = ada.get(NEW)
    sent = ada.post(draft_path(page), **page.fields() | {"body.title": "Mine", "draft": "files"})
    shown = Page(ben.client.get(sent.answer.headers["Location"]))
    assert "Mine" not in shown.text
    assert len(own(there)) == 1


def test_two_forms_of_one_kind_are_two_drafts(there: Works, ada: Reader) -> None:
    for title in ("One", "Two"):
        page = ada.get(NEW)
        by_script(ada, draft_path(page), **page.fields() | {"body.title": title})
    text = ada.get(NEW).text
    assert text.index("Two") < text.index("One")
    place = place_for(there.accounts[there.ada.id], there.slug)
    assert [(one.title, "draft=" in onward(place, one)) for one in drafts(place)] == [
        ("Two", True),
        ("One", True),
    ]


def test_a_change_that_was_begun_keeps_to_the_version_that_it_began_with(
    there: Works, ada: Reader, ben: Reader
) -> None:
    there.create("product", PRODUCT)
    there.create("risk", RISK)
    page = ada.get(EDIT)
    by_script(ada, draft_path(page), **page.fields() | {"body.hazard": "Ada's hazard", "why": "Mine"})
    ben.post(EDIT, **ben.get(EDIT).fields() | {"body.title": "Ben's title", "why": "His"})
    offered = ada.get(EDIT)
    assert "That was version 1; it has another one by now" in offered.text
    assert offered.field("body.title") == "Ben's title"
    assert offered.field("expected") == "2"
    going = ada.get(f"{EDIT}?draft=1")
    assert (going.field("expected"), going.field("body.hazard"), going.field("body.title")) == (
        "1",
        "Ada's hazard",
        RISK["title"],
    )
    merged = ada.post(EDIT, 409, **going.fields())
    assert "Only the other version changed this; it is taken over." in merged.text
    ada.post(EDIT, **merged.fields())
    content = there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]).current.content
    assert (content.body["title"], content.body["hazard"], content.version) == (
        "Ben's title",
        "Ada's hazard",
        3,
    )
    assert own(there) == []


def test_a_draft_is_thrown_away(there: Works, ada: Reader) -> None:
    there.create("risk", RISK)
    for form in (NEW, EDIT):
        page = ada.get(form)
        path = draft_path(page)
        by_script(ada, path, **page.fields() | {"body.title": "Half"})
        gone = ada.post(path, draft="throw-away")
        assert (
            gone.answer.headers["Location"] == f"{ada.base}{NEW}"
            or "/edit/" in gone.answer.headers["Location"]
        )
        assert own(there) == []
        ada.post(path, draft="throw-away")


def test_what_was_recorded_meanwhile_is_no_draft_any_more(there: Works, ada: Reader) -> None:
    """The page is left as its form is sent: what it saves then comes too late."""
    page = ada.get(NEW)
    values = page.fields() | {f"body.{name}": part for name, part in RISK.items()} | EMPTY
    ada.post(NEW, **values)
    assert by_script(ada, draft_path(page), **values) == {"saved": None}
    assert own(there) == []


# --- whose it is ---


def test_a_draft_is_its_authors_alone(there: Works, ada: Reader, ben: Reader) -> None:
    there.create("risk", RISK)
    for form in (NEW, EDIT):
        page = ada.get(form)
        by_script(ada, draft_path(page), **page.fields() | {"body.title": "Ada's own"})
        assert "Ada's own" not in ben.get(form).html
        assert "Ada's own" not in ben.get(f"{form}?draft={draft_path(page).split('/')[-2]}").html
    mine = ben.get(EDIT)
    by_script(ben, draft_path(mine), **mine.fields() | {"body.title": "Ben's own"})
    ben.post(draft_path(mine), draft="throw-away")
    assert len(own(there)) == 2  # Ada's are there still


def test_nobody_of_elsewhere_reaches_a_draft(there: Works, ada: Reader) -> None:
    there.create("risk", RISK)
    page = ada.get(EDIT)
    path = draft_path(page)
    stranger = works("Elsewhere")
    from_outside = Reader(there, stranger.client(stranger.ada))
    from_outside.post(path, 404, **page.fields())
    inside = Reader(stranger, stranger.client(stranger.ada))
    inside.post(path, 404, **page.fields() | {"body.title": "Theirs"})  # a record of another organisation
    assert own(there) == own(stranger) == []
    nobody = ada.client.__class__(SERVER_NAME="localhost").post(ada.base + path, page.fields())
    assert nobody.status_code == 302
    assert "/login/" in nobody.headers["Location"]


def test_a_draft_is_of_a_record_that_is_there_and_of_its_kind(there: Works, ada: Reader) -> None:
    there.create("risk", RISK)
    path = draft_path(ada.get(EDIT))
    ada.post(path.replace("/risk/", "/product/"), 404, expected="1", **{"body.title": "x"})
    ada.post(f"/drafts/risk/{uuid4()}/", 404, expected="1", **{"body.title": "x"})
    ada.post(f"/drafts/ghost/{uuid4()}/", 404)
    ada.post(f"/drafts/access/{uuid4()}/", 403, **{"body.title": "x"})
    assert Page(ada.client.get(f"{ada.base}{path}")).status == 405


# --- how much, and how long ---


def test_a_draft_has_its_bounds(there: Works, ada: Reader) -> None:
    path = draft_path(ada.get(NEW))
    told = by_script(ada, path, 422, **{"body.title": "x" * (LARGEST + 1)})
    assert "longer than a draft may be" in told["told"]
    account = there.accounts[there.ada.id]
    Draft.objects.bulk_create(
        Draft(
            organisation=there.firm.organisation,
            user=account,
            kind="risk",
            record=str(uuid4()),
            data="[]",
            saved_at=now(),
        )
        for _ in range(MOST)
    )
    told = by_script(ada, path, 422, **{"body.title": "One more"})
    assert "as many as are kept" in told["told"]
    assert ada.get(NEW).status == 200


def test_what_no_column_takes_is_left_out(there: Works, ada: Reader) -> None:
    path = draft_path(ada.get(NEW))
    by_script(ada, path, 200, **{"body.title": "A\x00B" + "x" * 400})
    (kept,) = own(there)
    assert kept.title == ("AB" + "x" * 400)[:200]
    assert "csrfmiddlewaretoken" not in dict(json.loads(kept.data))
    assert ada.get(f"{NEW}?draft={kept.record}").field("body.title") == "AB" + "x" * 400


def test_a_session_that_has_ended_saves_nothing_and_says_so(there: Works, ada: Reader) -> None:
    page = ada.get(NEW)
    by_script(ada, draft_path(page), **page.fields() | {"body.title": "Before it ended"})
    ada.client.logout()
    answer = ada.client.post(
        ada.base + draft_path(page), page.fields(), headers={"accept": "application/json"}
    )
    assert answer.status_code == 302
    ada.client.force_login(there.accounts[there.ada.id])
    assert "Before it ended" in ada.get(NEW).text


def test_drafts_go_with_whoever_leaves(there: Works, ada: Reader, ben: Reader) -> None:
    for reader in (ada, ben):
        page = reader.get(NEW)
        by_script(reader, draft_path(page), **page.fields() | {"body.title": "Half"})
    leaving.end(there.firm.organisation, [there.ben.id], accounts=[], close=False, now=now())
    assert [one.user_id for one in own(there)] == [there.accounts[there.ada.id].pk]


def test_drafts_about_what_is_erased_go(there: Works, ada: Reader) -> None:
    record = there.create("risk", RISK)
    page = ada.get(EDIT)
    by_script(ada, draft_path(page), **page.fields() | {"body.title": "About somebody"})
    forget(there.firm.organisation, [record.id])
    assert own(there) == []


def test_the_form_of_a_record_with_a_draft_asks_no_more_than_any_page_may(there: Works, ada: Reader) -> None:
    there.create("risk", RISK)
    page = ada.get(EDIT)
    by_script(ada, draft_path(page), **page.fields() | {"body.title": "Another title"})
    assert len(queries(lambda: ada.get(EDIT))) <= 12
