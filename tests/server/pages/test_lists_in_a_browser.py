"""Lists, boards and calendars as people meet them: light and dark, wide and narrow, by keyboard, with a script and without."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.pages.test_in_a_browser import LONG, Scheme, opened
from tests.server.works import RISK, Works, works

pytestmark = pytest.mark.browser


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    from standfirst.server.clock import now  # noqa: PLC0415 - Django is set up by now

    made = works(LONG)
    today = now().date()
    for at, title in enumerate(("The laser fails", LONG, "x" * 120, "Helium")):
        day = (today + timedelta(days=at * 5 - 7)).isoformat()
        ready = {"likelihood": at + 1, "severity": 2, "assessed_on": "2026-01-05"}
        made.create("risk", {**RISK, "title": title, "review_by": day, **ready})
    return made


@pytest.fixture
def site(there: Works) -> Iterator[str]:  # noqa: ARG001 - the database first
    with serving() as address:
        yield address


@looked_at
def test_they_fit(browser: Browser, site: str, there: Works, scheme: Scheme, width: int) -> None:
    paths = (
        "kinds/",
        "kinds/risk/?all",
        "kinds/risk/?q=laser&due=late&f.nature=threat&sort=-level",
        "kinds/risk/?q=nothing",
        "kinds/document/?all",
        "kinds/risk/board/",
        "kinds/risk/views/?q=laser",
        "calendar/",
        "calendar/?as=agenda",
        "calendar/?month=2031-01",
    )
    with opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        for path in paths:
            page.goto(f"{site}/o/{there.slug}/{path}")
            require_fit(page)


def test_a_list_is_narrowed_and_its_rows_are_moved_by_keyboard(
    browser: Browser, site: str, there: Works
) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/?all")
        page.locator("#narrow-q").focus()
        page.keyboard.type("laser")
        expect(page.locator("#found tbody tr")).to_have_count(1)
        expect(page).to_have_url(re.compile(r"\?q=laser$"))
        page.go_back()
        expect(page.locator("#found tbody tr")).to_have_count(4)
        page.locator("main h1").click()
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Helium")).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator("[data-count]")).to_have_text("1 chosen")
        first, last = page.locator("[name=record]").nth(0), page.locator("[name=record]").nth(2)
        last.click(modifiers=["Shift"]) if first.is_checked() else None
        expect(page.locator("[data-count]")).to_contain_text("chosen")
        page.locator("#bulk-move").select_option("assess")
        page.get_by_role("button", name="Look at what would happen").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Assess")
        require_fit(page)
        page.get_by_label("Why").fill("Looked through together")
        page.get_by_role("button", name=re.compile("^Bring")).press("Enter")
        expect(page.locator(".message.success")).to_be_visible()


def test_without_a_script_a_list_is_narrowed_all_the_same(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/?all")
        page.locator("#narrow-q").fill("helium")
        page.get_by_role("button", name="Apply").last.click()
        expect(page.locator("#found tbody tr")).to_have_count(1)
        page.locator("[name=record]").check()
        page.locator("#bulk-move").select_option("assess")
        page.get_by_role("button", name="Look at what would happen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Assess")


@pytest.mark.parametrize("script", [True, False])
def test_on_a_narrow_screen_filters_are_folded(
    browser: Browser, site: str, there: Works, *, script: bool
) -> None:
    """The first row is not far below the name of the list; with a script and without, every filter is a step away."""
    with opened(browser, site, there, there.ada, width=390, script=script) as page:
        page.goto(f"{site}/o/{there.slug}/kinds/risk/?f.owner=ada&due=late")
        expect(page.get_by_label("When it is due")).to_be_hidden()
        expect(page.get_by_role("link", name="Board")).to_be_hidden()
        first = page.locator("tbody tr").first.bounding_box()
        assert first is not None
        assert first["y"] < 560, first
        page.locator(".filters > summary", has_text="Filters (2)").click()
        expect(page.get_by_label("When it is due")).to_be_visible()
        page.locator(".lesser > summary").click()
        expect(page.get_by_role("link", name="Board")).to_be_visible()
        if script:  # what looks through the page is one itself
            require_fit(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.reload()
        expect(page.get_by_label("When it is due")).to_be_visible()
        expect(page.get_by_role("link", name="Board")).to_be_visible()
        expect(page.locator(".filters > summary")).to_be_hidden()
