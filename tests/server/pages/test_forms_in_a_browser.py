"""Forms as people fill them in: with a keyboard, losing their session, coming back to what they began, bringing a spreadsheet."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.pages.test_in_a_browser import LONG, opened
from tests.server.works import PRODUCT, RISK, Works, works

from standfirst.server.desk.models import Draft

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]

Scheme = Literal["light", "dark"]
SAVED = re.compile(r"Kept for later, \d\d:\d\d$")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works(LONG)
    made.create("product", PRODUCT)
    made.create("product", {**PRODUCT, "title": LONG})
    made.create("risk", RISK, links={"about": ("PRD-0001", "PRD-0002")}, serves=("6.1.3",))
    return made


@pytest.fixture
def site(there: Works) -> Iterator[str]:  # noqa: ARG001 - the database first
    with serving() as address:
        yield address


def fill_by_keyboard(page: Page) -> None:
    page.get_by_label("Title", exact=True).fill("The cryostat warms up")
    page.get_by_label("Hazard", exact=True).fill("Calibration is lost")
    for group, choice in (("Domains", "computing"), ("Stages", "operation"), ("Categories", "technical")):
        page.get_by_role("group", name=re.compile(f"^{group}")).get_by_label(choice, exact=True).press(
            "Space"
        )


def test_a_record_is_made_by_keyboard_alone(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/new/")
        fill_by_keyboard(page)
        owner = page.get_by_role("combobox", name=re.compile("^Owner"))
        owner.press_sequentially("be")
        expect(page.get_by_role("option", name="Ben Okri")).to_be_visible()
        owner.press("Enter")
        expect(owner).to_have_value("Ben Okri")
        page.get_by_label("4 likely").first.press("Space")
        about = page.get_by_role("combobox", name=re.compile("^Links: about"))
        about.press_sequentially("20 qub")
        expect(page.get_by_role("option", name=re.compile("PRD-0001"))).to_have_attribute(
            "aria-selected", "true"
        )
        about.press("Enter")
        expect(page.get_by_role("button", name=re.compile("Remove PRD-0001"))).to_be_visible()
        about.press_sequentially("prd-0002")
        about.press("Tab")
        about.press("Backspace")
        expect(page.get_by_role("button", name=re.compile("Remove PRD-0002"))).to_have_count(0)
        serves = page.locator("#serves")
        serves.locator("summary").press("Enter")
        serves.get_by_role("searchbox").press_sequentially("risk assess")
        expect(serves.get_by_role("checkbox", name=re.compile(r"^4\.1 "))).to_be_hidden()
        serves.get_by_role("checkbox", name=re.compile(r"^6\.1\.3 ")).press("Space")
        page.get_by_label("Why", exact=True).fill("It happened")
        page.get_by_label("Why", exact=True).press("Enter")
        expect(page).to_have_url(re.compile(r"/records/RSK-0002/$"))
    content = there.record(there.firm.workspace.numbered(["RSK-0002"])["RSK-0002"]).current.content
    ben = there.record(there.ben.id).current.content.body["handle"]
    assert (content.body["owner"], content.body["likelihood"], content.serves) == (ben, 4, ("6.1.3",))
    assert content.links["about"] == (there.firm.workspace.numbered(["PRD-0001"])["PRD-0001"],)
    assert not Draft.objects.filter(organisation=there.firm.organisation).exists()


def test_what_is_written_is_kept_while_it_is_written(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        form = f"{site}/o/{there.slug}/kinds/risk/new/"
        page.goto(form)
        page.get_by_label("Title", exact=True).fill("The cryostat warms up")
        expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
        page.get_by_label("Hazard", exact=True).fill("Typed and left at once")
        page.goto(f"{site}/o/{there.slug}/kinds/")
        page.goto(form)
        expect(page.get_by_label("Title", exact=True)).to_have_value("")
        page.get_by_role("link", name="Go on").click()
        expect(page.get_by_label("Title", exact=True)).to_have_value("The cryostat warms up")
        expect(page.get_by_label("Hazard", exact=True)).to_have_value("Typed and left at once")
        page.get_by_role("button", name="Throw it away").click()
        expect(page.get_by_text("What you began is thrown away.")).to_be_visible()


def test_nothing_is_lost_with_the_session(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/edit/")
        cookie = next(one for one in page.context.cookies() if one["name"] == "sessionid")
        kept = Session.objects.get(session_key=cookie["value"])
        Session.objects.filter(pk=kept.pk).delete()
        page.get_by_label("Hazard", exact=True).fill("Written after the session ended")
        page.get_by_label("Why", exact=True).fill("It matters")
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        expect(page.get_by_label("Hazard", exact=True)).to_have_value("Written after the session ended")
        kept.save(force_insert=True)  # signed in again, in another tab
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page).to_have_url(re.compile(r"/records/RSK-0001/$"))
    content = there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]).current.content
    assert content.body["hazard"] == "Written after the session ended"


def test_a_fault_is_told_at_its_field_at_once_and_found_from_the_top(
    browser: Browser, site: str, there: Works
) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/new/")
        reviewed = page.get_by_label("Date of the assessment")
        reviewed.fill("2999-01-01")
        fill_by_keyboard(page)
        page.get_by_role("combobox", name=re.compile("^Owner")).fill("ada")
        reviewed.fill("2998-01-01")
        reviewed.press("Tab")
        expect(page.locator("#body-assessed_on-fault")).to_be_visible()
        expect(reviewed).to_have_attribute("aria-invalid", "true")
        expect(reviewed).to_have_attribute("aria-describedby", re.compile("body-assessed_on-fault"))
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_role("alert").get_by_role("link", name="Date of the assessment").press("Enter")
        expect(reviewed).to_be_focused()
        reviewed.fill("2026-01-01")
        reviewed.press("Tab")
        expect(page.locator("#body-assessed_on-fault")).to_have_count(0)


def test_a_row_is_added_where_one_is(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/statement-of-applicability/new/")
        page.locator("[name='body.entries.0.requirement']").fill("A.1.1")
        page.get_by_role("button", name=re.compile("^Add another")).click()
        second = page.locator("[name='body.entries.1.requirement']")
        expect(second).to_be_focused()
        expect(second).to_have_value("")
        expect(page.get_by_role("group", name="Entries 2")).to_be_visible()
        require_fit(page)


@looked_at
def test_forms_and_spreadsheets_fit(
    browser: Browser, site: str, there: Works, width: int, scheme: Scheme
) -> None:
    with opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        here = f"{site}/o/{there.slug}"
        page.goto(f"{here}/records/RSK-0001/edit/")
        page.locator("#serves summary").click()
        about = page.get_by_role("combobox", name=re.compile("^Links: about"))
        about.click()
        require_fit(page)
        for kind in ("document", "read-grant", "management-review", "organisation"):
            page.goto(f"{here}/kinds/{kind}/new/")
            require_fit(page)
        page.goto(f"{here}/kinds/risk/new/")
        page.get_by_label("Title", exact=True).fill(LONG * 3)
        page.get_by_role("button", name="Keep for later").click()
        require_fit(page)
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        require_fit(page)
        page.goto(f"{here}/kinds/risk/new/")
        require_fit(page)
        for table, says in ((f"Title;{LONG};Owner\n{LONG};x;ada\n", "Not yet"), (TABLE, "Ready")):
            page.goto(f"{here}/kinds/risk/import/")
            require_fit(page)
            page.get_by_label("The file").set_input_files(
                {"name": f"{LONG}.csv", "mimeType": "text/csv", "buffer": table.encode()}
            )
            page.get_by_role("button", name="Look at it").click()
            require_fit(page)
            page.get_by_role("button", name=re.compile("^Check")).click()
            expect(page.get_by_role("heading", name=re.compile(f"^{says}"))).to_be_visible()
            require_fit(page)


TABLE = (
    "Title;Hazard;Domains;Stages;Categories;Owner\n"
    f"{LONG};{LONG} and more;computing;operation;technical;ada\nDrift;x;sensing;operation;technical;ada\n"
)


def test_without_scripts_a_spreadsheet_is_brought_in(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/import/")
        page.get_by_label("The file").set_input_files(
            {"name": "t.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
        )
        page.get_by_role("button", name="Look at it").click()
        page.get_by_role("button", name="Check all 2 rows").click()
        page.get_by_label("Why").fill("From our old list")
        page.get_by_role("button", name="Record all of it").click()
        expect(page.get_by_text("2 records are recorded.")).to_be_visible()
