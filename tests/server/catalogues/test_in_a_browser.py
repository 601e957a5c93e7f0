"""The pages of a catalogue in a real browser: a control is answered by keyboard, and everything fits."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, page_of, require_fit
from tests.server.catalogues.test_catalogues import NAME, catalogue, taken_in
from tests.server.works import works

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@looked_at
def test_found_answered_and_readable(browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    there = works()
    taken_in(there, catalogue(60))
    cookie = there.client(there.ada).cookies["sessionid"].value
    with serving() as site, page_of(browser, site, cookie, width=width, scheme=scheme) as page:
        page.goto(f"{site}/o/{there.slug}/catalogues/")
        expect(page.locator("nav a[aria-current=page]", has_text="Catalogues")).to_have_count(1)
        require_fit(page)
        page.get_by_role("link", name=NAME).click()
        require_fit(page)
        page.get_by_label("How AC-2 is implemented", exact=True).select_option(label="partial")
        page.get_by_label("Remarks on AC-2", exact=True).fill("Two of three")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Remarks on AC-2", exact=True)).to_have_value("Two of three")
        expect(page.get_by_role("main")).to_contain_text("1 of 59 controls answered")
