"""The page that finds, as people meet it: light and dark, wide and narrow, by keyboard, without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import files_in
from tests.server.pages.test_in_a_browser import LONG, opened
from tests.server.search import documents
from tests.server.search.cast import worked
from tests.server.works import POLICY, PRODUCT, RISK, Works, works

pytestmark = pytest.mark.browser

QUERIES = ("q=laser", "q=laser&kind=risk", "q=zebra", "", "q=%E5%86%B7%E5%8D%B4", f"q={'x' * 400}")


@pytest.fixture
def there(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - first this
    with files_in(tmp_path / "files"):
        made = works(LONG)
        for n in range(25):
            made.create(
                "risk", {**RISK, "title": f"The laser drifts {n}", "hazard": "The laser warms up. " * 20}
            )
        made.create("product", {**PRODUCT, "title": LONG, "description": f"laser {'x' * 300}"})
        paper = made.create("document", {**POLICY, "text": "量子计算机的冷却系统"})
        filed(made, paper, attached(made, documents.docx("Lock the laser first"), f"{LONG[:60]}.docx"))
        worked()
        yield made


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_the_page_fits_and_can_be_read_by_all(
    browser: Browser, there: Works, width: int, scheme: Literal["light", "dark"]
) -> None:
    with serving() as site, opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        for query in QUERIES:
            page.goto(f"{site}/o/{there.slug}/search?{query}")
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, query


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_found_by_keyboard_without_scripts(browser: Browser, there: Works) -> None:
    with serving() as site, opened(browser, site, there, there.ada, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/search")
        searchbox = page.get_by_role("main").get_by_role("searchbox", name="Search records and files")
        expect(searchbox).to_be_focused()
        page.keyboard.type("lock the las")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Quality policy")).to_be_visible()
        expect(page.locator("mark")).to_have_text(["Lock", "the", "laser"])
        searchbox.fill("laser")
        page.keyboard.press("Enter")
        page.get_by_role("main").get_by_role("link", name="Risks").click()
        expect(page.locator(".hits li")).to_have_count(20)
        page.get_by_role("link", name="Next page").click()
        expect(page.locator(".hits li")).to_have_count(5)
        page.get_by_role("link", name="From the beginning").click()
        expect(page.locator(".hits li")).to_have_count(20)
